//! `clawconf verify` against servers that repeat secrets, send too much, or are easily taken for others.

use std::fs;
use std::io::Write;

use clawconf::simulator::{self, Model, Settings};
use serde_json::{Value, json};

use crate::common::{clawconf, transcript};
use crate::http_server::{self, Server, answer};
use crate::verify::{KEY, check, chunk, folder, owl, parse, plainly, report_of, told};

/// A key with characters that JSON and URLs write otherwise.
const ODD_KEY: &str = "sk-pla\"nted/9f3c+2a71e5zz";

/// The odd key in the spellings of JSON and URLs, and what a cut would leave of it.
const ODD_PARTS: [&str; 4] = ["pla\"nted", "nted/9f3c", "nted%2F9f3c", "2a71e5zz"];

/// A server that answers chats, or its list, as `wrong` says where it says something.
fn server(wrong: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Server {
    http_server::start(move |request, stream| {
        let reply = wrong(request).unwrap_or_else(|| plainly(request));
        let _ = stream.write_all(reply.as_bytes());
    })
}

fn is_chat(request: &str) -> bool {
    request.starts_with("POST")
}

fn streamed(chunks: &[Value]) -> String {
    let body: String = chunks.iter().map(|text| chunk(&text.to_string())).collect();
    answer("200 OK", "Content-Type: text/event-stream\r\n", &body)
}

fn json_answer(status: &str, body: &Value) -> String {
    answer(
        status,
        "Content-Type: application/json\r\n",
        &body.to_string(),
    )
}

/// The fields of a provider with the model `owl`, and these before.
fn keyed(server: &Server, fields: &str) -> String {
    format!("{fields}\n{}", owl(&format!("{}/v1", server.url()), ""))
}

/// What a server does with the odd key.
type Echo = fn(&str) -> Option<String>;

#[test]
fn no_spelling_of_a_key_gets_out() {
    let echoes: [(&str, Echo); 6] = [
        ("as an id", |request| {
            let list = json!({"data": [{"id": format!("a-{ODD_KEY}")}]});
            (!is_chat(request)).then(|| json_answer("200 OK", &list))
        }),
        ("in JSON that is no error", |request| {
            let why = json!({"why": format!("bad {ODD_KEY}")});
            is_chat(request).then(|| json_answer("400 Bad Request", &why))
        }),
        ("in a URL", |request| {
            let error = json!({"error": "see /?key=sk-pla%22nted%2F9f3c%2B2a71e5zz"});
            is_chat(request).then(|| json_answer("400 Bad Request", &error))
        }),
        ("where the text is cut", |request| {
            let long = format!("{}{ODD_KEY}", "x".repeat(480));
            let sse = answer("400 Bad Request", "", &long);
            is_chat(request).then_some(sse)
        }),
        ("as a finish reason", |request| {
            let end = json!({"choices": [{"delta": {"content": "a"}, "finish_reason": ODD_KEY}]});
            is_chat(request).then(|| streamed(&[end]))
        }),
        ("on both sides of a cut", |request| {
            let (one, other) = ODD_KEY.split_at(9);
            let piece = |text: &str| json!({"choices": [{"delta": {"content": text}}]});
            let end = json!({"choices": [{"delta": {}, "finish_reason": "stop"}]});
            let streams = request.contains("\"stream\":true");
            streams.then(|| streamed(&[piece(one), piece(other), end]))
        }),
    ];
    for (how, echo) in echoes {
        let server = server(echo);
        let key = format!("apiKey: {},", Value::from(ODD_KEY));
        let folder = folder(&keyed(&server, &key));
        for form in ["human", "json", "junit"] {
            let mut command = clawconf(folder.path());
            command.args(["verify", "openclaw.json", "-v", "--format", form]);
            let told = transcript(&command.output().unwrap());
            for part in ODD_PARTS {
                assert!(!told.contains(part), "{how}, {form}: {part}\n{told}");
            }
        }
    }
}

#[test]
fn a_redirect_to_a_host_called_like_the_key_does_not_show_it() {
    let server = http_server::saying(answer(
        "302 Found",
        &format!("Location: http://{KEY}.invalid/\r\n"),
        "",
    ));
    let report = report_of(&keyed(&server, "apiKey: \"${BOX_KEY}\","), &[]);
    let reachable = told(&report, "reachable");
    assert!(reachable.contains("redirects to"), "{reachable}");
    assert!(!report.to_string().contains(KEY), "{report:#}");
}

/// Megabytes in places where a word belongs do not fill the report.
#[test]
fn a_report_has_an_end() {
    let long = || "x".repeat(900_000);
    let servers = [
        server(move |request| {
            let list = json!({"data": [{"id": long()}, {"id": long()}]});
            (!is_chat(request)).then(|| json_answer("200 OK", &list))
        }),
        server(move |request| {
            let end = json!({"choices": [{"delta": {"content": "a"}, "finish_reason": long()}]});
            is_chat(request).then(|| streamed(&[end]))
        }),
        server(move |request| {
            let function = json!({"name": long(), "arguments": "{}"});
            let call = json!([{"index": 0, "id": "c", "function": function}]);
            let call = json!({"choices": [{"delta": {"tool_calls": call}}]});
            let end = json!({"choices": [{"delta": {}, "finish_reason": "tool_calls"}]});
            request
                .contains("\"tools\"")
                .then(|| streamed(&[call, end]))
        }),
        server(move |request| {
            let call = |nth| {
                let function = json!({"name": "x".repeat(5000), "arguments": "{}"});
                json!({"index": nth, "id": "c", "function": function})
            };
            let calls: Vec<Value> = (0..100).map(call).collect();
            let calls = json!({"choices": [{"delta": {"tool_calls": calls}}]});
            let end = json!({"choices": [{"delta": {}, "finish_reason": "tool_calls"}]});
            let has_tools = request.contains("\"tools\"");
            has_tools.then(|| streamed(&[calls, end]))
        }),
    ];
    for (nth, server) in servers.iter().enumerate() {
        let length = report_of(&keyed(server, ""), &[]).to_string().len();
        assert!(length < 60_000, "server {nth}: {length} bytes");
    }
}

/// The key may be in another header than the usual one.
#[test]
fn a_key_in_another_header_is_one() {
    let auth = "request: { auth: { mode: \"header\", headerName: \"X-Api-Key\", value: \"${BOX_KEY}\" } },";
    let good = server(|_| None);
    let report = report_of(&keyed(&good, auth), &["--quick"]);
    assert_eq!(told(&report, "key"), "pass it is taken");
    let bad = http_server::saying(answer("401 Unauthorized", "", "no"));
    let report = report_of(&keyed(&bad, auth), &["--quick"]);
    assert_eq!(
        told(&report, "key"),
        "fail the server does not take the key (HTTP 401): no"
    );
}

/// A server of another protocol wants its key elsewhere: that it refuses a Bearer says nothing.
#[test]
fn keys_of_other_protocols_are_not_judged() {
    let server = http_server::saying(answer("401 Unauthorized", "", "x-api-key is required"));
    let fields = keyed(&server, "apiKey: \"${BOX_KEY}\",");
    let report = report_of(
        &fields.replace("openai-completions", "anthropic-messages"),
        &[],
    );
    assert_eq!(told(&report, "key"), "skipped not asked");
    assert!(told(&report, "stream").starts_with("skipped not verified by chat"));
}

/// An agent tells the model something before, in a role that not every template knows.
#[test]
fn a_refused_role_is_told_with_its_setting() {
    let server = server(|request| {
        let error = json!({"error": {"message": "Unexpected message role."}});
        let refused = request.contains("\"developer\"");
        refused.then(|| json_answer("400 Bad Request", &error))
    });
    let fields = owl(
        &format!("{}/v1", server.url()),
        "compat: { supportsDeveloperRole: true }",
    );
    let report = report_of(&fields, &[]);
    let found = told(&report, "stream");
    assert!(found.contains("Unexpected message role."), "{found}");
    let help = check(&report, "stream")["help"].as_str().unwrap();
    assert!(
        help.contains("compat.supportsDeveloperRole: false"),
        "{help}"
    );
}

/// Who has no chats at this address has not looked at any key.
#[test]
fn what_serves_no_chats_does_not_take_wrong_keys() {
    for (status, body) in [
        ("404 Not Found", "no"),
        ("502 Bad Gateway", "no"),
        (
            "200 OK",
            r#"{"error":"Unexpected endpoint or method. (POST /chat/completions)"}"#,
        ),
    ] {
        let server = server(move |request| is_chat(request).then(|| answer(status, "", body)));
        let report = report_of(&keyed(&server, "apiKey: \"${BOX_KEY}\","), &[]);
        let key = told(&report, "key");
        assert!(
            key.starts_with("pass it is taken; whether a wrong one is refused is not known"),
            "{key}"
        );
    }
}

/// A page at the base of a server is no list, and the list is where it usually is.
#[test]
fn a_page_in_the_place_of_the_list_leads_to_the_list() {
    let server = server(|request| {
        (!request.contains(" /v1/"))
            .then(|| answer("200 OK", "Content-Type: text/html\r\n", "<html>"))
    });
    let report = report_of(&owl(&server.url(), ""), &["--quick"]);
    let wanted = format!("set `baseUrl: \"{}/v1\"`.", server.url());
    assert_eq!(check(&report, "models")["help"], wanted);
}

/// The second copy of a model has an id of its own, and the context of the model.
#[test]
fn the_id_of_a_loaded_copy_has_a_context() {
    let settings = Settings {
        models: vec![Model {
            loaded: vec![4096, 8192],
            max_context_length: 16_384,
            ..Model::llm("acme/owl")
        }],
        ..Settings::default()
    };
    let server = simulator::start(settings).unwrap();
    let fields = owl(&format!("{}/v1", server.base_url()), "");
    let fields = fields.replace("id: \"owl\"", "id: \"acme/owl:2\"");
    let report = report_of(&fields, &["--quick"]);
    assert_eq!(
        told(&report, "listed"),
        "pass the server lists it under another name too"
    );
    assert_eq!(
        told(&report, "context"),
        "fail the config says 32768 tokens, and the server takes no more than 16384"
    );
}

/// A model that only another provider has is not what was meant.
#[test]
fn a_model_of_another_provider_is_a_mistake_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let provider = |name: &str, id: &str| {
        let fields = owl("http://127.0.0.1:1/v1", "").replace("owl", id);
        format!("{name}: {{ {fields} }},")
    };
    let (one, two) = (provider("one", "owl"), provider("two", "emu"));
    let text = format!("{{ models: {{ providers: {{ {one} {two} }} }} }}");
    fs::write(folder.path().join("openclaw.json"), text).unwrap();
    let mut command = clawconf(folder.path());
    command.args([
        "verify",
        "openclaw.json",
        "--provider",
        "one",
        "--model",
        "emu",
    ]);
    let output = command.output().unwrap();
    let told = transcript(&output);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(
        told.contains("none of these providers has the model `emu`"),
        "{told}"
    );
}

/// A chat loads what is not in memory, with less than the config says; so the context is judged after it.
/// Where OpenClaw would load the model before, with what it wants, that says nothing.
#[test]
fn what_a_chat_loads_is_seen_by_a_quick_look() {
    for (id, preload, wanted) in [
        ("box", "", "warn OpenClaw works with 32768 tokens, and"),
        ("lmstudio", "", "pass 32768 tokens of 32768"),
        (
            "lmstudio",
            "params: { preload: false },",
            "warn OpenClaw works",
        ),
    ] {
        let settings = Settings {
            models: vec![Model {
                max_context_length: 32_768,
                ..Model::llm("acme/owl")
            }],
            ..Settings::default()
        };
        let server = simulator::start(settings).unwrap();
        let fields = owl(&format!("{}/v1", server.base_url()), "");
        let fields = fields.replace("\"owl\"", "\"acme/owl\"");
        let folder = folder(&format!("{preload}\n{fields}"));
        let path = folder.path().join("openclaw.json");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("box:", &format!("{id}:"))).unwrap();
        let mut command = clawconf(folder.path());
        command.args(["verify", "openclaw.json", "--quick", "--format", "json"]);
        let report = parse(&command.output().unwrap());
        let told = told(&report, "context");
        assert!(told.starts_with(wanted), "{id} {preload}: {told}");
        let checks = &report["providers"][0]["models"][0]["checks"];
        let codes = checks.as_array().unwrap().iter();
        let codes: Vec<&str> = codes
            .map(|check| check["check"].as_str().unwrap())
            .collect();
        assert_eq!(codes[3..5], ["context", "stream"], "in the usual order");
    }
}

#[test]
fn all_that_is_passed_over_on_the_way_is_told() {
    let server = server(|_| None);
    let surprises = "headers: { Upgrade: \"h2c\", Connection: \"close\" },";
    let report = report_of(&keyed(&server, surprises), &["--quick"]);
    let of_server = &report["providers"][0]["checks"][0];
    assert_eq!(of_server["status"], "warn");
    let told = of_server["message"].as_str().unwrap();
    for place in ["`headers.Upgrade`", "`headers.Connection`"] {
        assert!(told.contains(place), "{told}");
    }
}

/// Nothing to verify is no proof that all is well.
#[test]
fn a_config_without_providers_is_an_error() {
    for text in ["{}", "{ models: { providers: {} } }"] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("openclaw.json"), text).unwrap();
        let mut command = clawconf(folder.path());
        command.args(["verify", "openclaw.json"]);
        let told = transcript(&command.output().unwrap());
        assert!(
            told.contains("nothing to verify: `openclaw.json` has no provider")
                && told.ends_with("exit 2\n"),
            "{told}"
        );
    }
}

#[test]
fn quietly_only_what_needs_attention_is_told() {
    let good = server(|_| None);
    let folder = folder(&keyed(&good, ""));
    let run = || {
        let mut command = clawconf(folder.path());
        command.args(["verify", "openclaw.json", "--quick", "-q"]);
        let output = command.output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(run(), "1 model: 1 passed\n");
    let bad = server(|request| is_chat(request).then(|| answer("500 Oh no", "", "")));
    let path = folder.path().join("openclaw.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace(&good.url(), &bad.url())).unwrap();
    let told = run();
    assert!(
        told.contains("box/owl") && told.contains("FAIL  stream"),
        "{told}"
    );
    assert!(!told.contains("ok  "), "{told}");
}

#[test]
fn a_refused_key_is_told_with_where_it_is_from() {
    let settings = Settings {
        key: Some("sk-right".to_owned()),
        ..Settings::default()
    };
    let server = simulator::start(settings).unwrap();
    let fields = owl(&format!("{}/v1", server.base_url()), "");
    let folder = folder(&format!("apiKey: \"LM_API_TOKEN\", {fields}"));
    let path = folder.path().join("openclaw.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("box:", "lmstudio:")).unwrap();
    let store = folder.path().join("agents/main/agent");
    fs::create_dir_all(&store).unwrap();
    let kept = r#"{ "version": 1, "profiles": { "lmstudio:default":
        { "type": "api_key", "provider": "lmstudio", "key": "sk-kept-wrong" } } }"#;
    fs::write(store.join("auth-profiles.json"), kept).unwrap();
    for (variable, from) in [
        ("sk-set-wrong", "the variable `LM_API_TOKEN`"),
        ("", "OpenClaw's profile store"),
    ] {
        let run = |arguments: &[&str]| {
            let mut command = clawconf(folder.path());
            command.env("OPENCLAW_STATE_DIR", folder.path());
            command.env("LM_API_TOKEN", variable);
            command.args(arguments).args(["--config", "openclaw.json"]);
            transcript(&command.output().unwrap())
        };
        let told = run(&["verify", "--quick"]);
        let wanted = format!("the server does not take the key of {from} (HTTP 401)");
        assert!(told.contains(&wanted), "{told}");
        let told = run(&["chat", "-m", "lmstudio/owl"]);
        assert!(
            told.contains(&format!("the key of {from} was sent")),
            "{told}"
        );
    }
}

/// Lists may be open where chats are not, and the other way round.
#[test]
fn a_key_is_tried_where_chats_are_held() {
    let guarded = server(|request| {
        let is_right = request.contains("Bearer sk-right");
        (is_chat(request) && !is_right).then(|| answer("401 Unauthorized", "", "who?"))
    });
    let report = report_of(&keyed(&guarded, "apiKey: \"sk-wrong-1\","), &[]);
    assert_eq!(
        told(&report, "key"),
        "fail the server does not take the key for chats (HTTP 401): who?"
    );
    assert_eq!(told(&report, "stream"), "skipped the server lets nobody in");
    let report = report_of(&keyed(&guarded, ""), &[]);
    assert!(told(&report, "key").starts_with("fail the server wants a key for chats"));
    let report = report_of(&keyed(&guarded, "apiKey: \"sk-right\","), &[]);
    assert_eq!(
        told(&report, "key"),
        "pass it is taken, and a wrong one is refused"
    );

    for (status, check, wanted) in [
        (
            "403 Forbidden",
            "key",
            "warn the list of models is forbidden (HTTP 403), and chats are not",
        ),
        (
            "501 Not Implemented",
            "models",
            "warn the server knows no list of models (HTTP 501)",
        ),
    ] {
        let unlisted = http_server::start(move |request, stream| {
            let reply = match request.starts_with("GET") {
                true => answer(status, "", ""),
                false => plainly(request),
            };
            let _ = stream.write_all(reply.as_bytes());
        });
        for flags in [&[][..], &["--quick"]] {
            let report = report_of(&keyed(&unlisted, ""), flags);
            assert_eq!(told(&report, check), wanted);
            assert!(told(&report, "stream").starts_with("pass"), "{report:#}");
        }
    }
}

/// A template that cannot be filled fails with 500, and a setting mends it.
#[test]
fn a_setting_that_mends_a_failing_template_is_found() {
    let server = server(|request| {
        let is_list = request.contains("\"content\":[{");
        (is_chat(request) && is_list).then(|| answer("500 Oops", "", "Jinja Exception: no list"))
    });
    let report = report_of(&keyed(&server, ""), &[]);
    let help = check(&report, "stream")["help"].as_str().unwrap();
    assert!(help.contains("requiresStringContent: true"), "{help}");
}

/// Of a provider of another protocol nothing is guessed, with models or without.
#[test]
fn a_provider_without_models_is_asked_in_its_own_protocol() {
    let server = server(|_| Some(answer("401 Unauthorized", "", "")));
    let fields = format!(
        "baseUrl: \"{}\", api: \"anthropic-messages\", models: []",
        server.url()
    );
    let report = report_of(&fields, &[]);
    assert_eq!(told(&report, "key"), "skipped not asked");
}

/// A key in the path or the query of the address is one.
#[test]
fn what_is_secret_in_an_address_stays_so() {
    let server = http_server::start(|request, stream| {
        let line = request.lines().next().unwrap_or_default();
        let error = json!({"error": format!("Unexpected endpoint or method. ({line})")});
        let _ = stream.write_all(json_answer("404 Not Found", &error).as_bytes());
    });
    for address in ["k/sk-plant-0123456789/v1", "v1?api_key=sk-plant-0123456789"] {
        let fields = owl(&format!("{}/{address}", server.url()), "");
        let folder = folder(&fields);
        for form in ["human", "json", "junit", "html"] {
            let mut command = clawconf(folder.path());
            command.args(["verify", "openclaw.json", "-v", "--format", form]);
            let told = transcript(&command.output().unwrap());
            assert!(
                !told.contains("plant-0123456789"),
                "{address} {form}: {told}"
            );
        }
        for form in ["human", "json", "jsonl"] {
            let mut command = clawconf(folder.path());
            command.args(["chat", "--config", "openclaw.json", "-m", "box/owl"]);
            let told = transcript(&command.args(["--format", form]).output().unwrap());
            assert!(
                !told.contains("plant-0123456789"),
                "{address} {form}: {told}"
            );
        }
    }
    assert!(
        server
            .requests()
            .iter()
            .any(|request| request.contains("plant-0123456789"))
    );
}

/// Whoever reads no more than the beginning still gets the right exit code.
#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_does_not_hide_failures() {
    let server = server(|request| is_chat(request).then(|| answer("500 Oops", "", "")));
    let folder = folder(&keyed(&server, ""));
    let mut command = clawconf(folder.path());
    command.args(["verify", "openclaw.json", "--format", "json"]);
    command.stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}
