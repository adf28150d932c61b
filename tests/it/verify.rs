//! `clawconf verify` as people run it, against the embedded simulator and servers that misbehave.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread;

use clawconf::simulator::{self, Model, Running, Settings};
use serde_json::{Value, json};

use crate::common::{clawconf, transcript};
use crate::http_server::{self, answer};

pub(crate) const KEY: &str = "sk-planted-9f3c2a71e5";

fn verify(arguments: &[&str]) -> Output {
    let mut command = clawconf("/");
    command.arg("verify").args(arguments).output().unwrap()
}

/// A folder with a config whose provider `box` has these fields.
pub(crate) fn folder(fields: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("{{ models: {{ providers: {{\n  box: {{\n{fields}\n  }},\n}} }} }}\n");
    fs::write(folder.path().join("openclaw.json"), text).unwrap();
    folder
}

/// Verifies such a config; the report, whatever came of it.
pub(crate) fn report_of(fields: &str, arguments: &[&str]) -> Value {
    let folder = folder(fields);
    let mut command = clawconf(folder.path());
    command.args(["verify", "openclaw.json", "--format", "json"]);
    let output = command
        .args(arguments)
        .env("BOX_KEY", KEY)
        .output()
        .unwrap();
    parse(&output)
}

pub(crate) fn parse(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", transcript(output)))
}

/// What came of a check: that of the first model, or else of the server.
pub(crate) fn check<'r>(report: &'r Value, name: &str) -> &'r Value {
    let provider = &report["providers"][0];
    let of_model = provider["models"][0]["checks"].as_array();
    let of_server = provider["checks"].as_array();
    let mut all = of_model.into_iter().chain(of_server).flatten();
    all.find(|check| check["check"] == name)
        .unwrap_or_else(|| panic!("no check {name}: {report:#}"))
}

/// `status message` of a check.
pub(crate) fn told(report: &Value, name: &str) -> String {
    let check = check(report, name);
    let text = |key: &str| check[key].as_str().unwrap();
    format!("{} {}", text("status"), text("message"))
}

fn codes(checks: &Value) -> Vec<&str> {
    let checks = checks.as_array().unwrap().iter();
    checks
        .map(|check| check["check"].as_str().unwrap())
        .collect()
}

#[test]
fn the_sample_is_green() {
    let output = verify(&["--embedded", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", transcript(&output));
    let report = parse(&output);
    assert_eq!(
        report["summary"],
        json!({"models": 2, "passed": 2, "warned": 0, "failed": 0, "skipped": 0})
    );
    let provider = &report["providers"][0];
    assert_eq!(
        codes(&provider["checks"]),
        [
            "config",
            "origin",
            "dns",
            "reachable",
            "key",
            "models",
            "backend"
        ]
    );
    let of_model = [
        "config",
        "listed",
        "preload",
        "context",
        "stream",
        "usage",
        "reasoning",
        "tools",
    ];
    for model in provider["models"].as_array().unwrap() {
        assert_eq!(codes(&model["checks"]), of_model);
        assert_eq!(model["speed"]["runs"], 1);
    }
    assert_eq!(provider["backend"], "LM Studio");
    assert_eq!(
        told(&report, "key"),
        "pass it is taken, and a wrong one is refused"
    );
    let reasoning = told(&report, "reasoning");
    assert!(
        reasoning.starts_with("pass reasons with minimal, low, medium, high, xhigh, off with none"),
        "{reasoning}"
    );
    let human = transcript(&verify(&["--embedded"]));
    assert!(
        human.contains("2 models: 2 passed") && human.ends_with("exit 0\n"),
        "{human}"
    );
    assert!(
        human.contains("MODEL ") && human.contains("  TOOLS"),
        "{human}"
    );
}

/// A fault, the check that tells it, whether that fails, and words of its sentence.
const FAULTS: &[(&str, &str, &str, &str)] = &[
    ("silent", "reachable", "fail", "within 1 s, while waiting"),
    ("stall", "models", "fail", "within 1 s, while reading"),
    ("slow", "stream", "fail", "the answer stopped coming"),
    ("cut", "stream", "fail", "the answer was cut off"),
    ("huge-headers", "reachable", "fail", "header of the answer"),
    (
        "unauthorized",
        "key",
        "fail",
        "does not take the key (HTTP 401)",
    ),
    ("forbidden", "key", "fail", "forbids it (HTTP 403)"),
    ("server-error", "reachable", "fail", "fails (HTTP 500)"),
    ("not-ready", "reachable", "fail", "not ready yet (HTTP 503)"),
    (
        "redirect-port",
        "reachable",
        "fail",
        "redirects to `http://127.0.0.1:",
    ),
    (
        "redirect-host",
        "reachable",
        "fail",
        "redirects to `http://elsewhere.invalid`",
    ),
    ("redirect-loop", "reachable", "fail", "leads back"),
    ("not-lm-studio", "backend", "fail", "this is not LM Studio"),
    ("malformed", "models", "fail", "no list of models"),
    ("wrong-shape", "models", "fail", "no list of models"),
    ("huge", "models", "fail", "larger than 16 MiB"),
    ("gzip-bomb", "models", "fail", "larger than 16 MiB"),
    ("no-models", "models", "fail", "lists no model"),
    (
        "only-embeddings",
        "listed",
        "fail",
        "does not list `qwen/qwen3.5-9b`",
    ),
    ("bad-entry", "listed", "pass", "the server lists it"),
    ("no-usage", "usage", "fail", "counts no tokens"),
    (
        "zero-usage-with-timings",
        "usage",
        "pass",
        "recovered from `timings`",
    ),
    (
        "error-mid-stream",
        "stream",
        "fail",
        "The model has crashed.",
    ),
    ("no-done", "stream", "pass", "finish reason stop"),
    ("truncated", "stream", "fail", "without a finish reason"),
];

#[test]
fn every_fault_is_told_by_its_check() {
    let known: Vec<&str> = simulator::Fault::ALL
        .iter()
        .map(|fault| fault.name())
        .collect();
    for name in &known {
        let elsewhere = ["guardrail", "load-fails"].contains(name);
        assert!(
            elsewhere || FAULTS.iter().any(|row| row.0 == *name),
            "{name}"
        );
    }
    thread::scope(|scope| {
        for (fault, name, status, words) in FAULTS {
            scope.spawn(move || {
                let waits = ["silent", "stall", "slow"].contains(fault);
                let timeout = if waits { "1s" } else { "30s" };
                let output = verify(&[
                    "--embedded",
                    "--fault",
                    fault,
                    "--timeout",
                    timeout,
                    "--format",
                    "json",
                ]);
                let report = parse(&output);
                let found = told(&report, name);
                assert!(
                    found.starts_with(status) && found.contains(words),
                    "{fault}: {found}\n{report:#}"
                );
                let code = i32::from(*status == "fail");
                assert_eq!(output.status.code(), Some(code), "{fault}");
            });
        }
    });
}

/// The model in memory still works where nothing more can be loaded.
#[test]
fn a_model_that_cannot_be_loaded_hides_no_other() {
    for (fault, words) in [("guardrail", "guardrails"), ("load-fails", "(HTTP 500)")] {
        let output = verify(&["--embedded", "--fault", fault, "--format", "json"]);
        assert_eq!(output.status.code(), Some(1));
        let report = parse(&output);
        let models = &report["providers"][0]["models"];
        assert_eq!(
            (&models[0]["status"], &models[1]["status"]),
            (&json!("pass"), &json!("fail"))
        );
        let preload = &models[1]["checks"][2];
        assert_eq!(
            (&preload["check"], &preload["status"]),
            (&json!("preload"), &json!("fail"))
        );
        assert!(
            preload["message"].as_str().unwrap().contains(words),
            "{preload}"
        );
    }
}

fn is_list(request: &str) -> bool {
    request.starts_with("GET /v1/models")
}

pub(crate) fn chunk(text: &str) -> String {
    format!("data: {text}\n\n")
}

/// A stream that says a word, ends, and counts.
pub(crate) fn good_stream() -> String {
    let body = [
        r#"{"model":"owl","choices":[{"delta":{"role":"assistant","content":""}}]}"#,
        r#"{"choices":[{"delta":{"content":"Good "}}]}"#,
        r#"{"choices":[{"delta":{"content":"day."}}]}"#,
        r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#,
        r#"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}"#,
        "[DONE]",
    ];
    let body: String = body.map(chunk).concat();
    answer("200 OK", "Content-Type: text/event-stream\r\n", &body)
}

pub(crate) fn list_of(context: u64) -> String {
    let list = json!({"data": [{"id": "owl", "owned_by": "vllm", "max_model_len": context}]});
    answer(
        "200 OK",
        "Content-Type: application/json\r\n",
        &list.to_string(),
    )
}

fn whole_answer() -> String {
    let body = json!({
        "choices": [{"message": {"content": "Good day."}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12},
    });
    answer(
        "200 OK",
        "Content-Type: application/json\r\n",
        &body.to_string(),
    )
}

/// What a plain server of one model, `owl`, answers.
pub(crate) fn plainly(request: &str) -> String {
    if is_list(request) {
        list_of(32_768)
    } else if !request.starts_with("POST /v1/chat/completions") {
        answer("404 Not Found", "", r#"{"detail":"Not Found"}"#)
    } else if request.contains("\"stream\":false") {
        whole_answer()
    } else {
        good_stream()
    }
}

/// The fields of a provider with the model `owl`.
pub(crate) fn owl(base: &str, fields: &str) -> String {
    format!(
        "baseUrl: \"{base}\",\napi: \"openai-completions\",\nmodels: [\n{{ id: \"owl\", name: \"Owl\", contextWindow: 32768,\n{fields} }},\n],"
    )
}

#[test]
fn what_is_wrong_in_the_config_is_named_with_its_line() {
    let server = http_server::start(|request, stream| {
        // A server that counts only when asked, and takes no list as content.
        let reply = if request.contains("\"xhigh\"") {
            let error = r#"{"error":{"message":"Input should be low, medium or high","code":400}}"#;
            answer("400 Bad Request", "", error)
        } else if request.starts_with("POST") && !request.contains("include_usage") {
            let without = chunk(
                r#"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}"#,
            );
            let stream = good_stream();
            let body = stream
                .split("\r\n\r\n")
                .nth(1)
                .unwrap()
                .replace(&without, "");
            answer("200 OK", "Content-Type: text/event-stream\r\n", &body)
        } else {
            plainly(request)
        };
        let _ = stream.write_all(reply.as_bytes());
    });
    let base = format!("{}/v1", server.url());
    let window = report_of(&owl(&base, "").replace("32768", "40000"), &[]);
    assert_eq!(
        told(&window, "context"),
        "fail the config says 40000 tokens, and the server takes no more than 32768"
    );
    let found = check(&window, "context");
    assert_eq!(found["help"], "set `contextWindow: 32768`.");
    assert_eq!(
        (&found["line"], &found["path"]),
        (
            &json!(6),
            &json!("models.providers.box.models.0.contextWindow")
        )
    );
    assert_eq!(found["file"], "openclaw.json");

    let usage = "compat: { supportsUsageInStreaming: false }";
    let usage = report_of(&owl(&base, usage), &[]);
    assert!(
        told(&usage, "usage").contains("the config says not to ask"),
        "{usage:#}"
    );
    assert_eq!(check(&usage, "usage")["line"], 7);

    let efforts = "reasoning: true, compat: { supportsReasoningEffort: true,\n supportedReasoningEfforts: [\"low\", \"xhigh\"] }";
    let efforts = report_of(&owl(&base, efforts), &[]);
    let found = told(&efforts, "reasoning");
    assert!(
        found.contains("with `reasoning_effort: xhigh`, the server refuses"),
        "{found}"
    );
    assert_eq!(check(&efforts, "reasoning")["line"], 8);
    assert!(
        check(&efforts, "reasoning")["help"]
            .as_str()
            .unwrap()
            .contains("take `xhigh` out")
    );

    let path = report_of(&owl(&server.url(), ""), &[]);
    assert_eq!(check(&path, "models")["line"], 3);
    let wanted = format!("set `baseUrl: \"{base}\"`.");
    assert_eq!(check(&path, "models")["help"], wanted);
}

/// Servers that refuse a request as OpenClaw sends it, and the setting with which they take it.
#[test]
fn the_setting_that_mends_a_refusal_is_found() {
    for (refused, setting) in [
        (
            "max_completion_tokens",
            "compat.maxTokensField: \"max_tokens\"",
        ),
        ("stream_options", "compat.supportsUsageInStreaming: false"),
        ("\"type\":\"text\"", "compat.requiresStringContent: true"),
    ] {
        let server = http_server::start(move |request, stream| {
            let reply = if request.contains(refused) {
                answer(
                    "400 Bad Request",
                    "",
                    r#"{"error":{"message":"no","code":400}}"#,
                )
            } else {
                plainly(request)
            };
            let _ = stream.write_all(reply.as_bytes());
        });
        let report = report_of(&owl(&format!("{}/v1", server.url()), ""), &[]);
        let found = check(&report, "stream");
        assert_eq!(found["status"], "fail");
        let help = found["help"].as_str().unwrap();
        assert!(help.contains(setting), "{help}");
        assert_eq!(found["line"], 6);
    }
}

/// The server serves any id, so only its list tells.
#[test]
fn a_wrong_id_is_caught_though_it_is_served() {
    let server = http_server::start(|request, stream| {
        let _ = stream.write_all(plainly(request).as_bytes());
    });
    let fields =
        owl(&format!("{}/v1", server.url()), "").replace("id: \"owl\"", "id: \"acme/Owl\"");
    let report = report_of(&fields, &["--quick"]);
    assert_eq!(
        told(&report, "listed"),
        "fail the server does not list `acme/Owl`"
    );
    let help = check(&report, "listed")["help"].as_str().unwrap();
    assert!(help.starts_with("did you mean `owl`?"), "{help}");
    assert!(told(&report, "stream").starts_with("pass"), "{report:#}");
    assert_eq!(
        told(&report, "backend"),
        "pass vLLM: its models are `owned_by: vllm`"
    );
}

#[test]
fn the_wrong_server_is_told() {
    let server = http_server::start(|request, stream| {
        let _ = stream.write_all(plainly(request).as_bytes());
    });
    let folder = folder(&owl(&format!("{}/v1", server.url()), ""));
    let path = folder.path().join("openclaw.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("box:", "\"my-ollama\":")).unwrap();
    let mut command = clawconf(folder.path());
    let output = command
        .args(["verify", "openclaw.json", "--format", "json"])
        .output();
    let report = parse(&output.unwrap());
    assert_eq!(
        told(&report, "backend"),
        "fail this is vLLM, not Ollama: its models are `owned_by: vllm`"
    );
}

/// Not ready twice, then there: with --wait all is well.
#[test]
fn waiting_tells_not_ready_from_broken() {
    let asked = AtomicUsize::new(0);
    let server = http_server::start(move |request, stream| {
        let is_loading = asked.fetch_add(1, Ordering::Relaxed) < 2;
        let reply = if is_loading {
            answer("503 Service Unavailable", "", "Loading model")
        } else {
            plainly(request)
        };
        let _ = stream.write_all(reply.as_bytes());
    });
    let fields = owl(&format!("{}/v1", server.url()), "");
    let report = report_of(&fields, &["--wait", "60s", "--quick"]);
    assert!(told(&report, "reachable").starts_with("pass"), "{report:#}");
    assert!(told(&report, "stream").starts_with("pass"), "{report:#}");
    let never = http_server::saying(answer("503 Service Unavailable", "", "Loading model"));
    let fields = owl(&format!("{}/v1", never.url()), "");
    let report = report_of(&fields, &["--wait", "600ms"]);
    assert_eq!(
        told(&report, "reachable"),
        "fail after 0.6 s of waiting, the server is not ready yet (HTTP 503)"
    );
    // What cannot pass by itself is told at once.
    let broken = http_server::saying(answer("401 Unauthorized", "", "no"));
    let fields = owl(&format!("{}/v1", broken.url()), "");
    let report = report_of(&fields, &["--wait", "3600s"]);
    assert!(
        told(&report, "key").starts_with("fail the server wants a key"),
        "{report:#}"
    );
}

#[test]
fn a_dry_run_sends_nothing_and_shows_no_key() {
    let server = simulator::start(Settings::default()).unwrap();
    let fields = owl(&format!("{}/v1", server.base_url()), "").replace(
        "api:",
        &format!("apiKey: \"{KEY}\", headers: {{ \"x-site\": \"north\" }},\napi:"),
    );
    let folder = folder(&fields);
    for form in ["human", "json"] {
        let mut command = clawconf(folder.path());
        let arguments = ["verify", "openclaw.json", "--dry-run", "--format", form];
        let told = transcript(&command.args(arguments).output().unwrap());
        assert!(
            told.contains("/v1/chat/completions") && told.contains("Say hello"),
            "{told}"
        );
        assert!(told.contains("authorization: •••"), "{told}");
        assert!(!told.contains(KEY) && !told.contains("north"), "{told}");
    }
    assert!(server.requests().is_empty());
}

/// Every request that is sent was shown before, with its body; but for the result of a tool, which follows
/// from what the model says.
#[test]
fn what_is_sent_was_shown() {
    type Wrong = fn(&str) -> Option<String>;
    let odd: [(&str, Wrong); 5] = [
        ("", |_| None),
        ("compat: { supportsUsageInStreaming: false },", |request| {
            let is_streamed = request.contains("\"stream\":true");
            let bare = good_stream().replace("\"usage\"", "\"unused\"");
            is_streamed.then_some(bare)
        }),
        (
            "reasoning: true, compat: { supportsReasoningEffort: true },",
            |request| {
                let refuses = request.contains("max_completion_tokens");
                refuses.then(|| answer("400 Bad Request", "", "max_completion_tokens is unknown"))
            },
        ),
        ("api: \"anthropic-messages\",", |_| None),
        ("", |request| {
            let is_list = request.starts_with("GET /v1/models");
            let list = r#"{"data": [{"id": "owl", "owned_by": "organization_owner"}]}"#;
            is_list.then(|| answer("200 OK", "Content-Type: application/json\r\n", list))
        }),
    ];
    for id in ["box", "lmstudio"] {
        for (fields, wrong) in odd {
            let server = http_server::start(move |request, stream| {
                let reply = wrong(request).unwrap_or_else(|| plainly(request));
                let _ = stream.write_all(reply.as_bytes());
            });
            let fields = owl(&format!("{}/v1", server.url()), fields);
            let folder = folder(&format!("apiKey: \"{KEY}\",\n{fields}"));
            let path = folder.path().join("openclaw.json");
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, text.replace("box:", &format!("{id}:"))).unwrap();
            let run = |flags: &[&str]| {
                let mut command = clawconf(folder.path());
                command.args(["verify", "openclaw.json", "--format", "json"]);
                parse(&command.args(flags).output().unwrap())
            };
            let planned = run(&["--dry-run"])["requests"].clone();
            assert!(server.requests().is_empty());
            run(&[]);
            for sent in server.requests() {
                let line = sent.lines().next().unwrap();
                let body = sent.split("\r\n\r\n").nth(1).unwrap_or_default();
                let body: Value = serde_json::from_str(body).unwrap_or_default();
                let is_planned = |planned: &Value| {
                    let url = planned["url"].as_str().unwrap();
                    let path = url.strip_prefix(&server.url()).unwrap();
                    let start = format!("{} {path} ", planned["method"].as_str().unwrap());
                    let is_bare =
                        body == json!({}) || planned["purpose"].as_str().unwrap().contains("load");
                    line.starts_with(&start) && (planned["body"] == body || is_bare)
                };
                let is_result = body["messages"].to_string().contains("tool_call_id");
                let is_shown = planned.as_array().unwrap().iter().any(is_planned);
                assert!(is_shown || is_result, "{id} {fields}: {sent}\n{planned:#}");
            }
        }
    }
}

#[test]
fn other_protocols_are_not_guessed() {
    let server = http_server::start(|request, stream| {
        let _ = stream.write_all(plainly(request).as_bytes());
    });
    let fields = owl(&format!("{}/v1", server.url()), "")
        .replace("openai-completions", "anthropic-messages");
    let report = report_of(&fields, &[]);
    assert_eq!(
        told(&report, "stream"),
        "skipped not verified by chat: it is asked with `anthropic-messages`"
    );
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.starts_with("GET"))
    );
}

/// A simulator with many models, and a config that has them.
fn many(count: usize) -> (Running, String) {
    let id = |nth: usize| format!("acme/owl-{nth:03}");
    let settings = Settings {
        models: (0..count).map(|nth| Model::llm(&id(nth))).collect(),
        ..Settings::default()
    };
    let server = simulator::start(settings).unwrap();
    let models: Vec<String> = (0..count)
        .map(|nth| {
            format!(
                "{{ id: \"{}\", name: \"Owl\", contextWindow: 4096 }}",
                id(nth)
            )
        })
        .collect();
    let fields = format!(
        "baseUrl: \"{}/v1\",\nparams: {{ preload: false }}, api: \"openai-completions\",\nmodels: [{}],",
        server.base_url(),
        models.join(",\n")
    );
    (server, fields)
}

/// A server with 208 models stands on both sides of one that says nothing until all 416 have answered: that
/// one delays nobody, exactly 32 chats are held at once, and everything is told in order.
#[test]
fn two_hundred_models_at_once() {
    let id = |nth: usize| format!("acme/owl-{nth:03}");
    let listed: Vec<Value> = (0..208).map(|nth| json!({ "id": id(nth) })).collect();
    let list = json!({ "object": "list", "data": listed }).to_string();
    let (told, all_answered) = mpsc::channel();
    // Those that wait for an answer, the most that ever did, and all.
    let seen = Arc::new(<[AtomicUsize; 3]>::default());
    let counted = Arc::clone(&seen);
    let together = Barrier::new(32);
    let server = http_server::start(move |request, stream| {
        let [busy, most_busy, chats] = &*counted;
        if is_list(request) {
            let head = "Content-Type: application/json\r\n";
            let _ = stream.write_all(answer("200 OK", head, &list).as_bytes());
            return;
        }
        most_busy.fetch_max(busy.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        together.wait();
        // The client may begin with the next chat as soon as it has read this one.
        busy.fetch_sub(1, Ordering::SeqCst);
        let is_last = chats.fetch_add(1, Ordering::SeqCst) + 1 == 416;
        let _ = stream.write_all(plainly(request).as_bytes());
        if is_last {
            let _ = told.send(());
        }
    });
    let all_answered = Mutex::new(all_answered);
    let dead = http_server::start(move |_, stream| {
        let _ = all_answered.lock().unwrap().recv();
        let _ = stream.write_all(answer("503 Busy", "", "").as_bytes());
    });
    let models = (0..208).map(|nth| format!("{{ id: \"{}\", name: \"Owl\" }}", id(nth)));
    let models = models.collect::<Vec<_>>().join(",\n");
    let provider = |url: &str, models: &str| {
        format!("baseUrl: \"{url}/v1\", api: \"openai-completions\",\nmodels: [{models}],")
    };
    let many = provider(&server.url(), &models);
    let dead = provider(&dead.url(), "{ id: \"owl\", name: \"Owl\" }");
    let folder = folder(&format!(
        "{many}\n}},\ndead: {{ {dead} }},\nlast: {{ {many}"
    ));
    let mut command = clawconf(folder.path());
    command.args(["verify", "openclaw.json", "--quick", "--format", "json"]);
    command.args([
        "--concurrency",
        "32",
        "--per-host",
        "32",
        "--timeout",
        "60s",
    ]);
    let report = parse(&command.output().unwrap());
    let providers = report["providers"].as_array().unwrap();
    let ids: Vec<&Value> = providers
        .iter()
        .map(|provider| &provider["provider"])
        .collect();
    assert_eq!(ids, ["box", "dead", "last"]);
    for provider in [&providers[0], &providers[2]] {
        let models = provider["models"].as_array().unwrap();
        assert_eq!(models.len(), 208);
        for (nth, model) in models.iter().enumerate() {
            assert_eq!(model["model"], id(nth));
            let checks = model["checks"].as_array().unwrap();
            let stream = checks.iter().find(|check| check["check"] == "stream");
            assert_eq!(stream.unwrap()["status"], "pass", "{model:#}");
        }
    }
    let of_dead = providers[1]["checks"].as_array().unwrap();
    let reached = of_dead.iter().find(|check| check["check"] == "reachable");
    let message = reached.unwrap()["message"].as_str().unwrap();
    assert!(message.contains("HTTP 503"), "{message}");
    assert_eq!(seen[1].load(Ordering::SeqCst), 32);
}

#[test]
fn shards_are_all_models_each_once() {
    let (_server, fields) = many(7);
    let ids = |shard: &str| -> Vec<String> {
        let report = report_of(&fields, &["--quick", "--shard", shard]);
        let models = report["providers"][0]["models"].as_array().unwrap().clone();
        models
            .iter()
            .map(|model| model["model"].as_str().unwrap().to_owned())
            .collect()
    };
    let parts: Vec<Vec<String>> = ["1/3", "2/3", "3/3"].map(ids).to_vec();
    assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [3, 2, 2]);
    let mut all = parts.concat();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 7);
}

#[test]
fn fail_fast_begins_with_nothing_more() {
    let (server, fields) = many(5);
    let wrong = fields.replacen("acme/owl-001", "acme/none", 1);
    let report = report_of(&wrong, &["--quick", "--fail-fast"]);
    let models = report["providers"][0]["models"].as_array().unwrap();
    let statuses: Vec<&str> = models
        .iter()
        .map(|model| model["status"].as_str().unwrap())
        .collect();
    assert_eq!(&statuses[1..], ["fail", "skipped", "skipped", "skipped"]);
    assert!(
        models[2]["left_out"]
            .as_str()
            .unwrap()
            .contains("--fail-fast")
    );
    let asked = server.requests();
    assert!(!asked.iter().any(|request| request.body.contains("owl-004")));
}

/// What stopped it is told, though nothing of that model was tried.
#[test]
fn fail_fast_tells_the_failure_that_stopped_it() {
    let (server, fields) = many(2);
    let wrong = fields.replacen("contextWindow: 4096", "contextWindow: \"no\"", 1);
    assert_ne!(wrong, fields);
    let folder = folder(&wrong);
    for (form, wanted) in [
        ("human", "FAIL  config"),
        ("junit", "failures=\"1\""),
        ("html", "contextWindow"),
    ] {
        let mut command = clawconf(folder.path());
        command.args(["verify", "openclaw.json", "--fail-fast", "--format", form]);
        let told = transcript(&command.output().unwrap());
        assert!(
            told.contains(wanted) && told.contains("--fail-fast"),
            "{form}: {told}"
        );
        assert!(told.ends_with("exit 1\n"), "{told}");
    }
    assert!(
        !server
            .requests()
            .iter()
            .any(|request| request.body.contains("messages"))
    );
}

#[test]
fn medians_of_several_chats() {
    let (server, fields) = many(1);
    let report = report_of(&fields, &["--quick", "--repeat", "5"]);
    assert!(
        told(&report, "stream").contains("median of 5 chats"),
        "{report:#}"
    );
    assert_eq!(report["providers"][0]["models"][0]["speed"]["runs"], 5);
    let chats = server.requests();
    let chats = chats
        .iter()
        .filter(|request| request.path.ends_with("completions"));
    assert_eq!(chats.count(), 5);
}

/// One model is known and the other hangs when a person has seen enough.
#[cfg(unix)]
#[test]
fn interrupted_it_tells_what_is_known() {
    let (_server, fields) = many(1);
    let silent = http_server::start(|request, stream| {
        if is_list(request) {
            let _ = stream.write_all(list_of(32_768).as_bytes());
        } else {
            http_server::wait_for_close(stream);
        }
    });
    let hangs = owl(&format!("{}/v1", silent.url()), "");
    let folder = folder(&format!("{fields}\n}},\nhangs: {{ {hangs}"));
    let mut command = clawconf(folder.path());
    let mut child = command
        .args([
            "verify",
            "openclaw.json",
            "--quick",
            "-v",
            "--format",
            "json",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let first = lines.find(|line| line.as_ref().is_ok_and(|line| line.contains("plain chat")));
    assert!(first.is_some());
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let report = parse(&output);
    assert_eq!(report["interrupted"], true);
    let providers = &report["providers"];
    assert_eq!(providers[0]["models"][0]["speed"]["runs"], 1);
    assert_eq!(providers[1]["models"][0]["left_out"], "interrupted");
}

/// A server that repeats the key in everything that it says.
#[test]
fn no_form_shows_the_key_that_was_used() {
    for is_failing in [true, false] {
        let server = http_server::start(move |request, stream| {
            let body = format!(r#"{{"error":{{"message":"no such key: {KEY}","code":400}}}}"#);
            let said = chunk(&format!(
                r#"{{"model":"{KEY}","choices":[{{"delta":{{"content":"{KEY}","reasoning":"{KEY}","tool_calls":[{{"function":{{"name":"add_numbers","arguments":"{{\"a\":\"{KEY}\"}}"}}}}]}}}}]}}"#
            ));
            let reply = if is_failing && request.starts_with("POST") {
                answer("400 Bad Request", "", &body)
            } else if request.starts_with("POST") {
                let stream = good_stream();
                let body = format!("{said}{}", stream.split("\r\n\r\n").nth(1).unwrap());
                answer("200 OK", "Content-Type: text/event-stream\r\n", &body)
            } else {
                plainly(request)
            };
            let _ = stream.write_all(reply.as_bytes());
        });
        let fields = owl(&format!("{}/v1", server.url()), "")
            .replace("api:", "apiKey: \"${BOX_KEY}\",\napi:");
        let folder = folder(&fields);
        for form in ["human", "json", "junit", "html"] {
            let mut command = clawconf(folder.path());
            command.args(["verify", "openclaw.json", "-v", "--format", form]);
            let told = transcript(&command.env("BOX_KEY", KEY).output().unwrap());
            assert!(
                !told.contains(KEY) && !told.contains("9f3c2a71e5"),
                "{form}: {told}"
            );
        }
        let mut chat = clawconf(folder.path());
        chat.args(["chat", "-m", "box/owl", "--config", "openclaw.json"]);
        for form in ["human", "json", "jsonl"] {
            let output = chat.args(["--format", form]).env("BOX_KEY", KEY).output();
            let told = transcript(&output.unwrap());
            assert!(!told.contains(KEY), "{form}: {told}");
            chat = clawconf(folder.path());
            chat.args(["chat", "-m", "box/owl", "--config", "openclaw.json"]);
        }
        assert!(
            server
                .requests()
                .iter()
                .any(|request| request.contains(KEY))
        );
    }
}

#[test]
fn bad_input_is_told() {
    let (_server, fields) = many(1);
    let folder = folder(&fields);
    for (arguments, words) in [
        (&["--provider", "none"][..], "no provider is called `none`"),
        (&["--model", "none"], "no config has the model `none`"),
        (&["--shard", "3/2"], "give a part as 1/4"),
        (&["--repeat", "0"], "0 is not in 1..=1000"),
        (&["--embedded"], "cannot be used with"),
        (&["--fault", "slow"], "--embedded"),
        (&["--dry-run", "--format", "html"], "human or as json"),
    ] {
        let mut command = clawconf(folder.path());
        let output = command
            .args(["verify", "openclaw.json"])
            .args(arguments)
            .output();
        let told = transcript(&output.unwrap());
        assert!(
            told.contains(words) && told.ends_with("exit 2\n"),
            "{arguments:?}: {told}"
        );
    }
    let mut command = clawconf(folder.path());
    let told = transcript(&command.args(["verify", "nowhere.json"]).output().unwrap());
    assert!(told.ends_with("exit 2\n"), "{told}");
}
