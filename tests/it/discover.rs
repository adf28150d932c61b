//! `clawconf discover` as people run it, against the simulator and servers that misbehave.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

use clawconf::simulator::{self, Fault, Release, Running, Settings};
use serde_json::{Value, json};

use crate::common::{clawconf, transcript};
use crate::http_server::{self, answer};

fn simulator(settings: Settings) -> Running {
    simulator::start(settings).unwrap()
}

fn with_fault(fault: Fault) -> Running {
    simulator(Settings {
        faults: vec![fault],
        ..Settings::default()
    })
}

fn discover(folder: impl AsRef<Path>, arguments: &[&str]) -> Command {
    let mut command = clawconf(folder);
    command.arg("discover").args(arguments);
    command
}

/// The report of one server.
fn report(base: &str, arguments: &[&str]) -> Value {
    let mut command = discover("/", &["--base-url", base, "--format", "json"]);
    let output = command.args(arguments).output().unwrap();
    let wanted = i32::from(!read(&output)["error"].is_null());
    assert_eq!(output.status.code(), Some(wanted), "{output:?}");
    read(&output)
}

fn read(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", transcript(output)))
}

fn keys(report: &Value) -> Vec<&str> {
    let models = report["models"].as_array().unwrap().iter();
    models.map(|model| model["id"].as_str().unwrap()).collect()
}

/// What people see, the port in place of which stands `PORT`.
fn shown(server: &str, output: &Output) -> String {
    let port = server.rsplit(':').next().unwrap();
    transcript(output).replace(port, "PORT")
}

#[test]
fn models_are_listed_for_people_and_programs() {
    let server = simulator(Settings::default());
    let base = server.base_url();
    let output = discover("/", &["--base-url", &base]).output().unwrap();
    insta::assert_snapshot!(shown(&base, &output));
    let report = report(&base, &[]);
    assert_eq!(report["version"], 1);
    assert_eq!(report["base_url"], format!("{base}/v1"));
    assert_eq!(report["models"].as_array().unwrap().len(), 5);
    assert_eq!(report["skipped"][0]["key"], "text-embedding-owl");
    assert_eq!(
        report["models"][0]["compat"]["supportedReasoningEfforts"][0],
        "none"
    );
    let seen = server.requests();
    assert!(
        seen.iter()
            .all(|seen| seen.path == "/api/v1/models" && seen.method == "GET")
    );
    assert!(seen.iter().all(|seen| seen.authorization().is_none()));
}

#[test]
fn an_address_may_be_written_in_any_form() {
    let server = simulator(Settings::default());
    let base = server.base_url();
    let bare = base.strip_prefix("http://").unwrap();
    for form in [
        base.clone(),
        format!("{base}/v1/"),
        format!("{base}/api/v1"),
        format!("{bare}/v1"),
        bare.to_owned(),
        bare.replace("127.0.0.1", "localhost"),
    ] {
        assert_eq!(keys(&report(&form, &[])).len(), 5, "{form}");
    }
}

/// Every outcome that is told apart, with its kind and status.
#[test]
fn every_failure_has_its_kind_and_its_advice() {
    let rows = [
        (Fault::Unauthorized, "auth", json!(401)),
        (Fault::Forbidden, "forbidden", json!(403)),
        (Fault::ServerError, "server_error", json!(500)),
        (Fault::NotReady, "not_ready", json!(503)),
        (Fault::NotLmStudio, "not_lm_studio", json!(null)),
        (Fault::Malformed, "malformed", json!(null)),
        (Fault::WrongShape, "malformed", json!(null)),
        (Fault::NoModels, "no_models", json!(null)),
        (Fault::OnlyEmbeddings, "no_models", json!(null)),
        (Fault::Cut, "cut", json!(null)),
        (Fault::Huge, "too_large", json!(null)),
        (Fault::GzipBomb, "too_large", json!(null)),
        (Fault::HugeHeaders, "too_large", json!(null)),
        (Fault::RedirectPort, "blocked", json!(null)),
        (Fault::RedirectLoop, "blocked", json!(null)),
        (Fault::Silent, "timeout", json!(null)),
        (Fault::Stall, "timeout", json!(null)),
        (Fault::Slow, "timeout", json!(null)),
    ];
    let mut told = String::new();
    for (fault, kind, status) in rows {
        let server = with_fault(fault);
        let base = server.base_url();
        let waits = kind == "timeout";
        let timeout = if waits { "300ms" } else { "20s" };
        let report = report(&base, &["--timeout", timeout]);
        let error = &report["error"];
        assert_eq!(
            (&error["kind"], &error["status"]),
            (&json!(kind), &status),
            "{fault}"
        );
        let port = base.rsplit(':').next().unwrap().to_owned();
        let next = (port.parse::<u16>().unwrap() + 1).to_string();
        let text = |key: &str| {
            let text = error[key].as_str().unwrap();
            text.replace(&port, "PORT").replace(&next, "NEXT")
        };
        told.push_str(&format!(
            "{fault}\n  {}\n  {}\n",
            text("message"),
            text("help")
        ));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn nobody_listens_no_name_no_scheme_and_what_may_not_be_asked() {
    let port = {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.local_addr().unwrap().port()
    };
    for (url, kind) in [
        (format!("http://127.0.0.1:{port}"), "refused"),
        ("http://169.254.169.254".to_owned(), "blocked"),
        ("http://metadata.google.internal".to_owned(), "blocked"),
        ("ftp://127.0.0.1".to_owned(), "blocked"),
        ("http://me:planted@127.0.0.1:1234".to_owned(), "blocked"),
        ("https://127.0.0.1:22".to_owned(), "blocked"),
    ] {
        let report = report(&url, &[]);
        assert_eq!(report["error"]["kind"], kind, "{url}");
        assert!(!report.to_string().contains("planted"), "{report}");
    }
    for nonsense in ["", " ", "127.0.0.1:99999", "http://", "http://a b"] {
        let told = transcript(&discover("/", &["--base-url", nonsense]).output().unwrap());
        assert!(
            told.contains("wants scheme, host and port") && told.ends_with("exit 2\n"),
            "{told}"
        );
    }
    let server = http_server::saying("SSH-2.0-OpenSSH_9.2\r\n");
    assert_eq!(report(&server.url(), &[])["error"]["kind"], "not_http");
    let https = server.url().replace("http://", "https://");
    assert_eq!(report(&https, &[])["error"]["kind"], "tls");
    let nowhere = ["--dns-server", "127.0.0.1:9", "--timeout", "300ms"];
    assert_eq!(
        report("http://gpu.lan:1234", &nowhere)["error"]["kind"],
        "dns"
    );
}

/// A key stays behind where a redirect leaves the origin; it is not the key that is wrong then.
#[test]
fn a_key_that_stayed_behind_is_not_called_wrong() {
    let other = http_server::saying(answer("401 Unauthorized", "", "{}"));
    let location = format!("Location: {}/api/v1/models\r\n", other.url());
    let first = http_server::saying(answer("302 Found", &location, ""));
    let fields = format!("apiKey: \"{KEY}\", request: {{ allowPrivateNetwork: true }}, models: []");
    let folder = folder(&config(&first.url(), &fields));
    let report = read(&discover(folder.path(), &WRITE).output().unwrap());
    let error = &report["error"];
    assert_eq!(
        (&error["kind"], &error["status"]),
        (&json!("auth"), &json!(401))
    );
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("none is sent on"),
        "{report}"
    );
    assert!(!other.requests()[0].contains("Planted"));
}

#[test]
fn one_bad_entry_does_not_hide_the_others() {
    let server = with_fault(Fault::BadEntry);
    let report = report(&server.base_url(), &[]);
    assert_eq!(keys(&report).len(), 5);
    assert!(report["skipped"].as_array().unwrap().len() > 3, "{report}");
}

#[test]
fn older_servers_tell_less_and_it_is_said() {
    for (release, list, asked) in [
        (Release::V0_4_6, "native", 1),
        (Release::V0_3_6, "older", 2),
        (Release::V0_2, "openai", 3),
    ] {
        let server = simulator(Settings {
            release,
            ..Settings::default()
        });
        let base = server.base_url();
        let report = report(&base, &[]);
        assert_eq!(report["list"], list, "{release}");
        assert!(keys(&report).contains(&"qwen/qwen3.5-9b"), "{report}");
        assert_eq!(server.requests().len(), asked, "{release}");
        let unknown = report["unknown"].as_array().unwrap();
        assert!(unknown.contains(&json!("reasoning levels")), "{report}");
        let output = discover("/", &["--base-url", &base]).output().unwrap();
        insta::assert_snapshot!(format!("older_servers_{list}"), shown(&base, &output));
    }
    let current = report(&simulator(Settings::default()).base_url(), &[]);
    assert_eq!(current["unknown"], json!([]));
    let vllm = http_server::start(|request, stream| {
        let body = r#"{"object":"list","data":[{"id":"a","owned_by":"vllm"}]}"#;
        let known = request.starts_with("GET /v1/models ");
        let (status, body) = if known {
            ("200 OK", body)
        } else {
            ("404 Not Found", "{}")
        };
        let _ = stream.write_all(answer(status, "", body).as_bytes());
    });
    let report = report(&vllm.url(), &[]);
    assert_eq!(report["error"]["kind"], "not_lm_studio");
    assert!(
        report["error"]["message"]
            .as_str()
            .unwrap()
            .contains("vllm")
    );
}

const KEY: &str = "sk-lm-Planted1:abcdefghij0123456789";

/// The config of one provider.
fn config(base: &str, fields: &str) -> String {
    format!(
        "{{ models: {{ providers: {{ lmstudio: {{\n  baseUrl: \"{base}/v1\",\n  {fields}\n}} }} }} }}\n"
    )
}

fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("openclaw.json"), text).unwrap();
    folder
}

const WRITE: [&str; 4] = ["--config", "openclaw.json", "--format", "json"];

#[test]
fn a_key_is_found_wherever_openclaw_finds_it() {
    let server = simulator(Settings {
        key: Some(KEY.to_owned()),
        ..Settings::default()
    });
    let base = server.base_url();
    let literal = format!("apiKey: \"{KEY}\", models: []");
    let header = format!("headers: {{ Authorization: \"Bearer {KEY}\" }}, models: []");
    let bearer = format!(
        "apiKey: \"wrong\", request: {{ auth: {{ mode: \"authorization-bearer\", token: \"{KEY}\" }} }}, models: []"
    );
    let last = format!(
        "apiKey: \"wrong\", request: {{ headers: {{ authorization: \"Bearer {KEY}\" }} }}, models: []"
    );
    let marked = format!("apiKey: \"lmstudio-local\", {header}");
    let weak = format!("apiKey: \"LM_API_TOKEN\", {header}");
    let reference =
        "apiKey: { source: \"env\", provider: \"default\", id: \"LM_API_TOKEN\" }, models: []";
    let wins =
        format!("apiKey: \"{KEY}\", headers: {{ AUTHORIZATION: \"Bearer wrong\" }}, models: []");
    let own_header = format!(
        "request: {{ auth: {{ mode: \"header\", headerName: \"Authorization\", value: \"{KEY}\", prefix: \"Bearer \" }} }}, models: []"
    );
    let rows = [
        (literal.as_str(), None, true),
        (&wins, None, true),
        (&own_header, None, true),
        ("apiKey: \"${LM_API_TOKEN}\", models: []", Some(KEY), true),
        ("apiKey: \"$LM_API_TOKEN\", models: []", Some(KEY), true),
        ("apiKey: \"LM_API_TOKEN\", models: []", Some(KEY), true),
        (reference, Some(KEY), true),
        (&header, None, true),
        (&bearer, None, true),
        (&last, None, true),
        (&marked, None, true),
        (&weak, Some("another"), true),
        ("apiKey: \"${LM_API_TOKEN}\", models: []", None, false),
        ("apiKey: \"LM_API_TOKEN\", models: []", None, false),
        ("apiKey: \"lmstudio-local\", models: []", None, false),
        (
            "apiKey: { source: \"file\", provider: \"vault\", id: \"value\" }, models: []",
            None,
            false,
        ),
        ("apiKey: \"wrong\", models: []", None, false),
        ("models: []", None, false),
    ];
    for (fields, variable, is_let_in) in rows {
        let folder = folder(&config(&base, fields));
        for format in ["human", "json"] {
            let mut command = discover(folder.path(), &["--config", "openclaw.json"]);
            command.args(["--format", format, "-v"]);
            if let Some(value) = variable {
                command.env("LM_API_TOKEN", value);
            }
            let output = command.output().unwrap();
            let told = transcript(&output);
            assert_eq!(output.status.success(), is_let_in, "{fields}: {told}");
            assert!(
                !told.contains("Planted") && !told.contains("wrong"),
                "{told}"
            );
        }
    }
    let mut by_flag = discover("/", &["--base-url", &base, "--api-key-env", "MY_KEY"]);
    assert!(
        by_flag
            .env("MY_KEY", KEY)
            .output()
            .unwrap()
            .status
            .success()
    );
    let mut unset = discover("/", &["--base-url", &base, "--api-key-env", "MY_KEY"]);
    let told = transcript(&unset.output().unwrap());
    assert!(
        told.contains("`MY_KEY` is not set") && told.ends_with("exit 2\n"),
        "{told}"
    );
    // What OpenClaw reads from the folder where it keeps things.
    let state = folder(&config(&base, "apiKey: \"${LM_API_TOKEN}\", models: []"));
    fs::write(state.path().join(".env"), format!("LM_API_TOKEN={KEY}\n")).unwrap();
    let mut command = discover("/", &[]);
    command.env("OPENCLAW_STATE_DIR", state.path());
    assert!(command.output().unwrap().status.success());
}

/// As OpenClaw's set-up leaves it when it is given a key: the name of a variable in the config, the key
/// itself in the profile.
#[test]
fn the_key_of_the_auth_profile_goes_with_openclaws_own_config_only() {
    let server = simulator(Settings {
        key: Some(KEY.to_owned()),
        ..Settings::default()
    });
    let reference = r#""keyRef": {"source": "env", "provider": "default", "id": "ELSEWHERE"}"#;
    let rows = [
        (
            "apiKey: \"LM_API_TOKEN\",",
            format!("\"key\": \"{KEY}\""),
            true,
        ),
        ("", format!("\"key\": \"{KEY}\""), true),
        ("apiKey: \"LM_API_TOKEN\",", reference.to_owned(), true),
        (
            "apiKey: \"LM_API_TOKEN\",",
            "\"key\": \"lmstudio-local\"".to_owned(),
            false,
        ),
        ("apiKey: \"wrong\",", format!("\"key\": \"{KEY}\""), false),
    ];
    for (field, key, is_let_in) in rows {
        let state = folder(&config(&server.base_url(), &format!("{field} models: []")));
        let agent = state.path().join("agents/main/agent");
        fs::create_dir_all(&agent).unwrap();
        let profile = format!(
            "{{\"version\":1,\"profiles\":{{\"lmstudio:default\":{{\"type\":\"api_key\",\"provider\":\"lmstudio\",{key}}}}}}}"
        );
        fs::write(agent.join("auth-profiles.json"), profile).unwrap();
        let run = |arguments: &[&str]| {
            let mut command = discover(state.path(), arguments);
            command
                .env("OPENCLAW_STATE_DIR", state.path())
                .env("ELSEWHERE", KEY);
            command.output().unwrap()
        };
        let output = run(&[]);
        let told = transcript(&output);
        assert_eq!(output.status.success(), is_let_in, "{field} {key}: {told}");
        assert!(!told.contains("Planted"), "{told}");
        // A config from elsewhere does not get it.
        let other = folder(&config(&server.base_url(), &format!("{field} models: []")));
        let path = other.path().join("openclaw.json");
        let output = run(&["--config", path.to_str().unwrap()]);
        assert!(!output.status.success(), "{}", transcript(&output));
    }
}

/// The proxies of the environment are used where the config says so, and nowhere else.
#[test]
fn a_proxy_of_the_environment_needs_a_word_in_the_config() {
    let server = simulator(Settings::default());
    let list = r#"{"models":[{"type":"llm","key":"by/proxy"}]}"#;
    let proxy = http_server::saying(answer("200 OK", "", list));
    for (fields, through_proxy) in [
        ("models: []", false),
        (
            "request: { proxy: { mode: \"env-proxy\" } }, models: []",
            true,
        ),
    ] {
        let folder = folder(&config(&server.base_url(), fields));
        let mut command = discover(folder.path(), &WRITE);
        let output = command.env("http_proxy", proxy.url()).output().unwrap();
        let is_of_proxy = keys(&read(&output)) == ["by/proxy"];
        assert_eq!(
            is_of_proxy,
            through_proxy,
            "{fields}: {}",
            transcript(&output)
        );
    }
    let seen = proxy.requests();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].starts_with(&format!("GET {}/api/v1/models HTTP/1.1", server.base_url())));
}

/// A provider that cannot be asked hides nothing of the others.
#[test]
fn each_provider_is_asked_by_itself() {
    let server = simulator(Settings::default());
    let base = server.base_url();
    let text = format!(
        "{{ models: {{ providers: {{\n  lmstudio: {{ baseUrl: \"http://${{GPU}}:1234\", models: [] }},\n  \
         \"lmstudio-two\": {{ baseUrl: \"{base}/v1\", models: [] }},\n  \
         \"lmstudio-three\": {{ baseUrl: \"{base}\", headers: {{ \"a b\": \"planted\" }}, models: [] }},\n}} }} }}"
    );
    let folder = folder(&text);
    let output = discover(folder.path(), &["--config", "openclaw.json", "--write"]).output();
    let told = transcript(&output.unwrap());
    assert!(told.contains("needs the variable `GPU`"), "{told}");
    assert!(
        told.contains("characters that HTTP does not allow"),
        "{told}"
    );
    assert!(
        told.contains("1 of 3 servers") && told.contains("wrote openclaw.json"),
        "{told}"
    );
    assert!(
        told.ends_with("exit 1\n") && !told.contains("planted"),
        "{told}"
    );
}

/// What frames a request is the client's business; a config cannot make it say two things.
#[test]
fn headers_that_frame_a_request_are_left_out() {
    let server = simulator(Settings::default());
    let fields = "headers: { \"Content-Length\": \"7\", \"x-site\": \"north\" }, request: { headers: \
                  { \"transfer-encoding\": \"chunked\", Connection: \"upgrade\" } }, models: []";
    let folder = folder(&config(&server.base_url(), fields));
    let report = read(&discover(folder.path(), &WRITE).output().unwrap());
    assert_eq!(report["error"], json!(null), "{report}");
    assert_eq!(report["warnings"].as_array().unwrap().len(), 3, "{report}");
    let seen = &server.requests()[0];
    assert_eq!(seen.header("x-site"), Some("north"));
    for name in ["content-length", "transfer-encoding", "connection"] {
        assert_eq!(seen.header(name), None, "{seen:?}");
    }
}

#[test]
fn what_has_no_effect_or_is_risky_is_told() {
    let server = simulator(Settings::default());
    let fields = "request: { tls: { insecureSkipVerify: true }, proxy: { mode: \"env-proxy\", \
                  tls: { ca: \"x\" } } }, models: []";
    let folder = folder(&config(&server.base_url(), fields));
    let output = discover(folder.path(), &WRITE).output().unwrap();
    let report = read(&output);
    let warnings = report["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), 2, "{report}");
    assert!(warnings[0].as_str().unwrap().contains("insecureSkipVerify"));
    assert!(
        warnings[1]
            .as_str()
            .unwrap()
            .contains("`request.proxy.tls` is not applied")
    );
    let bare = server.base_url().replace("http://", "");
    fs::write(
        folder.path().join("openclaw.json"),
        config(&bare, "models: []"),
    )
    .unwrap();
    let output = discover(folder.path(), &WRITE).output().unwrap();
    let report = read(&output);
    assert_eq!(report["error"]["kind"], "blocked", "{report}");
    assert!(
        report["error"]["help"]
            .as_str()
            .unwrap()
            .contains("put `http://` in front")
    );
    assert!(
        report["warnings"][0]
            .as_str()
            .unwrap()
            .contains("normalize")
    );
}

#[test]
fn a_config_is_brought_up_to_date_and_keeps_what_was_written() {
    let server = simulator(Settings::default());
    let text = config(
        &server.base_url(),
        "// by hand\n  models: [{ id: \"qwen/qwen3.5-9b\", name: \"Mine\", cost: { input: 3, output: 4 } }, // first\n    { id: \"acme/gone\", name: \"Gone\" }],",
    );
    let folder = folder(&text);
    let path = folder.path().join("openclaw.json");
    let shown = discover(folder.path(), &["--config", "openclaw.json", "--diff"]);
    let output = { shown }.output().unwrap();
    assert!(
        transcript(&output).contains("+++ openclaw.json"),
        "{}",
        transcript(&output)
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), text);

    let output = discover(folder.path(), &WRITE)
        .arg("--write")
        .output()
        .unwrap();
    let report = read(&output);
    assert_eq!(report["written"], json!(["openclaw.json"]));
    assert_eq!(report["merge"]["added"].as_array().unwrap().len(), 4);
    assert_eq!(report["merge"]["gone"], json!(["acme/gone"]));
    let written = fs::read_to_string(&path).unwrap();
    assert!(written.contains("// by hand") && written.contains("// first"));
    assert_eq!(
        fs::read_to_string(folder.path().join("openclaw.json.bak")).unwrap(),
        text
    );
    let parsed: Value = json5::from_str(&written).unwrap();
    let models = &parsed["models"]["providers"]["lmstudio"]["models"];
    assert_eq!(models[0]["name"], "Mine");
    assert_eq!(models[0]["cost"], json!({"input": 3, "output": 4}));
    assert_eq!(models[0]["contextWindow"], 262_144);
    assert_eq!(models[1]["id"], "acme/gone");
    let lint = clawconf(folder.path())
        .args(["lint", "openclaw.json", "--select", "contract"])
        .output();
    assert_eq!(lint.unwrap().status.code(), Some(0));

    let again = discover(folder.path(), &WRITE)
        .arg("--write")
        .output()
        .unwrap();
    assert_eq!(read(&again)["written"], json!([]));
    assert_eq!(fs::read_to_string(&path).unwrap(), written);

    let pruned = discover(folder.path(), &WRITE)
        .args(["--write", "--prune"])
        .output()
        .unwrap();
    assert_eq!(read(&pruned)["merge"]["pruned"], true);
    assert!(!fs::read_to_string(&path).unwrap().contains("acme/gone"));
}

/// The model that agents use by default is gone: it is removed as asked, and told.
#[test]
fn a_reference_to_a_removed_model_is_told() {
    let server = simulator(Settings::default());
    let models =
        "models: [{ id: \"acme/gone\", name: \"Gone\" }, { id: \"acme/old\", name: \"Old\" }]";
    let text = config(&server.base_url(), models).trim_end().to_owned();
    let text = text.strip_suffix('}').unwrap().to_owned()
        + ", agents: { defaults: { model: \"lmstudio/acme/gone\" } } }";
    let folder = folder(&text);
    let mut command = discover(
        folder.path(),
        &["--config", "openclaw.json", "--write", "--prune"],
    );
    let told = transcript(&command.output().unwrap());
    assert!(
        told.contains("still refers to lmstudio/acme/gone"),
        "{told}"
    );
    assert!(!told.contains("refers to lmstudio/acme/old"), "{told}");
}

#[test]
fn models_are_written_into_the_file_they_stand_in() {
    let server = simulator(Settings::default());
    let folder = folder(&config(
        &server.base_url(),
        "models: { $include: \"./models.json5\" }",
    ));
    let main = fs::read_to_string(folder.path().join("openclaw.json")).unwrap();
    let models = folder.path().join("models.json5");
    fs::write(&models, "[\n  // nothing yet\n]\n").unwrap();
    let output = discover(folder.path(), &WRITE)
        .arg("--write")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", transcript(&output));
    assert_eq!(
        fs::read_to_string(folder.path().join("openclaw.json")).unwrap(),
        main
    );
    let written = fs::read_to_string(&models).unwrap();
    assert!(written.contains("// nothing yet") && written.contains("qwen/qwen3.5-9b"));
}

/// Named twice, by its id and its address, a provider gets each model once; and what stood in the wrong
/// place is not shown.
#[test]
fn a_provider_named_twice_is_written_once() {
    let server = simulator(Settings::default());
    let base = server.base_url();
    let model = r#"{ id: "qwen/qwen3.5-9b", name: "Q", reasoning: true, compat: "sk-misplaced" }"#;
    let folder = folder(&config(&base, &format!("models: [{model}]")));
    let named = ["--provider", "lmstudio", "--base-url", base.as_str()];
    let output = discover(folder.path(), &["--config", "openclaw.json", "--write"])
        .args(named)
        .output();
    let told = transcript(&output.unwrap());
    assert!(
        told.contains("compat: \"••") && !told.contains("misplaced"),
        "{told}"
    );
    let written = fs::read_to_string(folder.path().join("openclaw.json")).unwrap();
    let parsed: Value = json5::from_str(&written).unwrap();
    let models = parsed["models"]["providers"]["lmstudio"]["models"].as_array();
    assert_eq!(models.unwrap().len(), 5, "{written}");
}

#[test]
fn what_cannot_be_written_is_left_whole() {
    let server = simulator(Settings::default());
    let base = server.base_url();
    let cases = [
        (
            config(&base, "api: \"openai-chat\", models: []"),
            "OpenClaw would refuse the config",
        ),
        (
            config(&base, "models: {}"),
            "`models` of this provider is no list",
        ),
        (
            "{ models: { providers: {} } }".to_owned(),
            "no provider that looks like LM Studio",
        ),
        ("{ models: ".to_owned(), "cannot be read whole"),
    ];
    for (text, reason) in cases {
        let folder = folder(&text);
        let output = discover(folder.path(), &["--config", "openclaw.json", "--write"]).output();
        let told = transcript(&output.unwrap());
        assert!(
            told.contains(reason) && told.ends_with("exit 2\n"),
            "{told}"
        );
        assert_eq!(
            fs::read_to_string(folder.path().join("openclaw.json")).unwrap(),
            text
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
    let older = simulator(Settings {
        release: Release::V0_3_6,
        ..Settings::default()
    });
    let folder = folder(&config(&older.base_url(), "models: []"));
    let mut command = discover(
        folder.path(),
        &["--config", "openclaw.json", "--write", "--prune"],
    );
    let told = transcript(&command.output().unwrap());
    assert!(told.contains("may leave out what is not loaded"), "{told}");
}

/// The models stand in two files; one of them is read-only, so the other is left alone too.
#[test]
fn of_two_files_none_is_written_alone() {
    let server = simulator(Settings::default());
    let own = "models: [], headers: {} }, lmstudio2: { baseUrl: \"BASE\", models: { $include: \"./m.json5\" }";
    let base = server.base_url();
    let text = config(&base, &own.replace("BASE", &base));
    let folder = folder(&text);
    let models = folder.path().join("m.json5");
    fs::write(&models, "[]").unwrap();
    let mut permissions = fs::metadata(&models).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&models, permissions).unwrap();
    let named = ["--provider", "lmstudio", "--provider", "lmstudio2"];
    let mut command = discover(folder.path(), &["--config", "openclaw.json", "--write"]);
    let told = transcript(&command.args(named).output().unwrap());
    assert!(told.contains("read-only"), "{told}");
    let path = folder.path().join("openclaw.json");
    assert_eq!(fs::read_to_string(path).unwrap(), text);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

/// Fifty servers at once; the slow one in the middle holds up nobody and stays in its place.
#[test]
fn many_servers_are_asked_side_by_side() {
    let servers: Vec<Running> = (0..50)
        .map(|nth| match nth {
            17 => with_fault(Fault::Silent),
            33 => with_fault(Fault::Unauthorized),
            _ => simulator(Settings::default()),
        })
        .collect();
    let mut command = discover("/", &["--format", "json", "--timeout", "3s"]);
    for server in &servers {
        command.args(["--base-url", &server.base_url()]);
    }
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let report = read(&output);
    let endpoints = report["endpoints"].as_array().unwrap();
    assert_eq!(endpoints.len(), 50);
    for (nth, (endpoint, server)) in endpoints.iter().zip(&servers).enumerate() {
        assert_eq!(endpoint["base_url"], format!("{}/v1", server.base_url()));
        let kind = match nth {
            17 => json!("timeout"),
            33 => json!("auth"),
            _ => json!(null),
        };
        assert_eq!(endpoint["error"]["kind"], kind, "{nth}");
    }
}

#[test]
fn a_saved_answer_is_mapped_without_a_network() {
    let list = "tests/fixtures/lmstudio/listed.json";
    let root = env!("CARGO_MANIFEST_DIR");
    let output = discover(root, &["--from", list, "--format", "json"])
        .output()
        .unwrap();
    assert_eq!(read(&output)["models"].as_array().unwrap().len(), 45);
    let mut stdin = discover(root, &["--from", "-"]);
    let listed = fs::read(Path::new(root).join(list)).unwrap();
    let output = crate::common::with_input(&mut stdin, &listed);
    assert!(output.status.success());
    for (text, reason) in [
        ("<html>", "this is not JSON"),
        ("{\"error\":\"x\"}", "an error text of a server"),
        ("{}", "no list of models: it has no `models`"),
        (
            "{\"data\":[{\"id\":\"a\",\"owned_by\":\"vllm\"}]}",
            "`owned_by: vllm`",
        ),
    ] {
        let mut stdin = discover("/", &["--from", "-"]);
        let told = transcript(&crate::common::with_input(&mut stdin, text.as_bytes()));
        assert!(
            told.contains(reason) && told.ends_with("exit 2\n"),
            "{told}"
        );
    }
    let mut stdin = discover("/", &["--from", "-"]);
    let output = crate::common::with_input(&mut stdin, b"{\"models\":[]}");
    assert!(transcript(&output).ends_with("exit 1\n"));
}

/// Names that a server sends reach the terminal on one line, bounded and harmless.
#[test]
fn a_server_cannot_write_on_the_terminal() {
    let name = "\\u001b[31mred\\u202e\\n".to_owned() + &"x".repeat(500);
    let body = format!(
        "{{\"models\":[{{\"type\":\"llm\",\"key\":\"a\\u0007\",\"display_name\":\"{name}\",\
         \"capabilities\":{{\"reasoning\":{{\"allowed_options\":[\"\\u001b[2J\"]}}}}}}]}}"
    );
    let server = http_server::saying(answer("200 OK", "", &body));
    let output = discover("/", &["--base-url", &server.url()])
        .output()
        .unwrap();
    let told = transcript(&output);
    assert!(output.status.success());
    assert!(!told.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{told:?}");
    assert!(
        told.lines().all(|line| line.chars().count() < 200),
        "{told}"
    );
}
