//! Servers that repeat the key that they were sent, in every place that some command tells of: no
//! command shows it.

use std::fs;
use std::io::Write;

use serde_json::{Value, json};

use crate::common::{clawconf, transcript};
use crate::http_server::{self, Server, answer};
use crate::verify::chunk;

const KEY: &str = "sk-planted-9f3c2a71e5";

/// What is left of the key when it is cut in two, and each half is told by itself.
const HALVES: [&str; 2] = ["sk-planted", "9f3c2a71e5"];

/// A server that speaks like LM Studio, but where `wrong` has another answer.
fn server(wrong: fn(&str) -> Option<String>) -> Server {
    http_server::start(move |request, stream| {
        let reply = wrong(request).unwrap_or_else(|| rightly(request));
        let _ = stream.write_all(reply.as_bytes());
    })
}

fn rightly(request: &str) -> String {
    if request.starts_with("GET /api/v1/models") {
        return json_answer("200 OK", &native_list());
    }
    if request.contains("/models/load") {
        return json_answer("200 OK", &json!({"status": "loaded"}));
    }
    if request.starts_with("GET") {
        return json_answer("404 Not Found", &json!({}));
    }
    let end = json!({"choices": [{"delta": {"content": "Hi"}, "finish_reason": "stop"}]});
    streamed(&[end])
}

fn native_list() -> Value {
    json!({"models": [{"type": "llm", "key": "acme/owl", "display_name": "Owl",
        "max_context_length": 32_768, "loaded_instances": [],
        "capabilities": {"vision": false, "trained_for_tool_use": true}}]})
}

fn json_answer(status: &str, body: &Value) -> String {
    let head = "Content-Type: application/json\r\n";
    answer(status, head, &body.to_string())
}

fn streamed(chunks: &[Value]) -> String {
    let body: String = chunks.iter().map(|text| chunk(&text.to_string())).collect();
    answer("200 OK", "Content-Type: text/event-stream\r\n", &body)
}

/// A stream of these deltas.
fn deltas(deltas: &[Value]) -> String {
    let pieces = deltas
        .iter()
        .map(|delta| json!({"choices": [{"delta": delta}]}));
    let end = json!({"choices": [{"delta": {}, "finish_reason": "stop"}]});
    streamed(&pieces.chain([end]).collect::<Vec<_>>())
}

fn is_streamed(request: &str) -> bool {
    request.contains("/chat/completions") && request.contains("\"stream\":true")
}

/// The key in two pieces.
fn halves() -> (&'static str, &'static str) {
    KEY.split_at(10)
}

type Echo = fn(&str) -> Option<String>;

const ECHOES: [(&str, Echo); 9] = [
    ("why a model is not loaded", |request| {
        let why = json!({"error": {"message": format!("no right for {KEY}")}});
        let is_load = request.contains("/models/load");
        is_load.then(|| json_answer("500 Oops", &why))
    }),
    ("an owner of models", |request| {
        let list = json!({"object": "list", "data": [{"id": "acme/owl", "owned_by": KEY}]});
        match request.starts_with("GET /v1/models") {
            true => Some(json_answer("200 OK", &list)),
            false => request
                .starts_with("GET")
                .then(|| json_answer("404 Not Found", &json!({}))),
        }
    }),
    ("a host to go to", |request| {
        let head = format!("Location: http://{KEY}.invalid/\r\n");
        request
            .starts_with("GET")
            .then(|| answer("302 Found", &head, ""))
    }),
    ("content in two pieces", |request| {
        let (one, other) = halves();
        is_streamed(request).then(|| deltas(&[json!({"content": one}), json!({"content": other})]))
    }),
    ("reasoning in two pieces", |request| {
        let (one, other) = halves();
        let piece = |text| json!({"reasoning_content": text});
        is_streamed(request).then(|| deltas(&[piece(one), piece(other), json!({"content": "Hi"})]))
    }),
    ("a tool call", |request| {
        let (one, other) = halves();
        let call = |function| json!({"tool_calls": [{"index": 0, "function": function}]});
        let first = json!({"tool_calls": [{"index": 0, "id": KEY, "type": "function",
            "function": {"name": "add_numbers", "arguments": format!("{{\"a\":\"{one}")}}]});
        let second = call(json!({"arguments": format!("{other}\"}}")}));
        is_streamed(request).then(|| deltas(&[first, second]))
    }),
    ("an error in the stream", |request| {
        let error = json!({"error": {"message": format!("{} {KEY}", "x".repeat(490))}});
        is_streamed(request).then(|| streamed(&[error]))
    }),
    ("a finish reason, a model and a fingerprint", |request| {
        let end = json!({"model": KEY, "system_fingerprint": KEY,
            "choices": [{"delta": {"content": "a"}, "finish_reason": KEY}]});
        is_streamed(request).then(|| streamed(&[end]))
    }),
    ("a refusal", |request| {
        let error = json!({"error": {"message": format!("who is {KEY}?")}});
        Some(json_answer("401 Unauthorized", &error)).filter(|_| request.len() > 1)
    }),
];

#[test]
fn no_command_shows_it() {
    let commands: [&[&str]; 12] = [
        &["verify", "-v"],
        &["verify", "--format", "json"],
        &["verify", "--format", "junit"],
        &["verify", "--format", "html"],
        &["chat", "-v", "hi"],
        &["chat", "--format", "json", "hi"],
        &["chat", "--format", "jsonl", "hi"],
        &["discover", "-v"],
        &["discover", "--format", "json"],
        &["models", "list", "--live"],
        &["models", "set", "lmstudio/acme/other"],
        &["onboard", "--non-interactive", "--accept-risk", "--dry-run"],
    ];
    for (how, echo) in ECHOES {
        let server = server(echo);
        let folder = tempfile::tempdir().unwrap();
        let config = format!(
            "{{ models: {{ providers: {{ lmstudio: {{ baseUrl: \"{}/v1\", apiKey: \"${{BOX_KEY}}\",\n\
             api: \"openai-completions\", models: [{{ id: \"acme/owl\", name: \"Owl\",\n\
             contextWindow: 32768, compat: {{ supportsTools: true }} }}] }} }} }},\n\
             agents: {{ defaults: {{ model: \"lmstudio/acme/owl\" }} }} }}",
            server.url()
        );
        fs::write(folder.path().join("openclaw.json"), config).unwrap();
        for arguments in commands {
            let mut command = clawconf(folder.path());
            command
                .env("BOX_KEY", KEY)
                .env("OPENCLAW_STATE_DIR", folder.path());
            let (name, rest) = match arguments {
                ["models", ..] => arguments.split_at(2),
                _ => arguments.split_at(1),
            };
            command
                .args(name)
                .args(["--config", "openclaw.json"])
                .args(rest);
            let told = transcript(&command.output().unwrap());
            for half in HALVES {
                assert!(!told.contains(half), "{how}: {arguments:?}\n{told}");
            }
        }
        let sent = format!("bearer {KEY}");
        let requests = server.requests();
        assert!(
            requests
                .iter()
                .any(|request| request.to_lowercase().contains(&sent)),
            "{how}"
        );
    }
}
