//! The backends themselves, without the client: what they list and refuse, and what their streams look
//! like, in tables to be held against the backends facts.

use serde_json::{Value, json};

use crate::backend::client::{self, chat, chunks, get, question};
use crate::backend::profile::{Shape, Timings};
use crate::backend::{self, Backend, Fault, Setting, usual};

type List = (
    Backend,
    Option<&'static str>,
    Option<&'static str>,
    Option<&'static str>,
);

/// Backend, `owned_by`, where the context length stands in an entry, a path for health.
#[rustfmt::skip]
const LISTS: [List; 11] = [
    (Backend::LlamaCpp,            Some("llamacpp"), Some("/meta/n_ctx"),    Some("/health")),
    (Backend::LlamaCpp2025,        Some("llamacpp"), Some("/meta/n_ctx"),    Some("/v1/health")),
    (Backend::Vllm,                Some("vllm"),     Some("/max_model_len"), Some("/health")),
    (Backend::Sglang,              Some("sglang"),   Some("/max_model_len"), Some("/health")),
    (Backend::LocalAi,             None,             None,                   Some("/readyz")),
    (Backend::Jan,                 Some("user"),     None,                   None),
    (Backend::TabbyApi,            Some("tabbyAPI"), None,                   Some("/health")),
    (Backend::TextGenerationWebui, Some("user"),     None,                   None),
    (Backend::Ollama,              Some("library"),  None,                   Some("/api/version")),
    (Backend::MlxLm,               None,             None,                   Some("/health")),
    (Backend::LlamaCppPython,      Some("me"),       None,                   None),
];

#[test]
fn lists_and_health() {
    let setting = Setting {
        key: Some("k"),
        ..Setting::default()
    };
    for (backend, owned_by, context, health) in LISTS {
        let base = backend::start(backend, setting).base_url();
        let heard = get(&base, "/v1/models", &[("Authorization", "Bearer k")]);
        let list = heard.json();
        let entries = list["data"].as_array().unwrap();
        assert_eq!(entries.len(), 1, "{backend:?}");
        let entry = &entries[0];
        assert_eq!(
            (&entry["id"], &list["object"]),
            (&json!(setting.model), &json!("list"))
        );
        assert_eq!(entry["owned_by"].as_str(), owned_by, "{backend:?}");
        let told = context.map(|path| entry.pointer(path).unwrap().clone());
        assert_eq!(told, context.map(|_| json!(setting.context)), "{backend:?}");
        if let Some(path) = health {
            assert_eq!(get(&base, path, &[]).status, 200, "{backend:?} {path}");
        }
        let server = heard.head.contains("server: llama.cpp");
        let is_llama = matches!(backend, Backend::LlamaCpp | Backend::LlamaCpp2025);
        assert_eq!(server, is_llama, "{backend:?}");
        assert_eq!(
            heard.head.starts_with("http/1.0"),
            backend == Backend::MlxLm
        );
        let none = Setting {
            fault: Some(Fault::NoModels),
            ..setting
        };
        let base = backend::start(backend, none).base_url();
        let list = get(&base, "/v1/models", &[("Authorization", "Bearer k")]);
        let is_empty = list.json()["data"] == json!([]);
        assert_eq!(is_empty, !list.body.is_empty(), "{backend:?}");
        assert_eq!(list.body.is_empty(), backend == Backend::MlxLm);
    }
    let base = usual(Backend::TabbyApi).base_url();
    let folder = get(&base, "/v1/models", &[]).json();
    assert_eq!(folder["data"][0]["id"], "another-model");
    for (backend, status) in [
        (Backend::Sglang, 404),
        (Backend::TextGenerationWebui, 200),
        (Backend::Vllm, 404),
    ] {
        let base = usual(backend).base_url();
        let heard = get(&base, "/v1/models/nobody", &[]);
        assert_eq!(heard.status, status, "{backend:?}");
    }
    let base = usual(Backend::LlamaCpp).base_url();
    assert_eq!(
        get(&base, "/models", &[]).json()["models"][0]["name"],
        setting.model
    );
    let base = usual(Backend::Jan).base_url();
    let strange = get(&base, "/v1/models", &[("Host", "jan.lan")]);
    assert_eq!(
        (strange.status, strange.text()),
        (403, "Invalid host header".to_owned())
    );
}

/// Backend, the body of a 401, the headers that may bring a key beside `Authorization`, and whether a
/// path that is not there is guarded too.
#[rustfmt::skip]
const KEYS: [(Backend, &str, &[&str], bool); 8] = [
    (Backend::LlamaCpp,            r#"{"error":{"code":401,"message":"Invalid API Key","type":"authentication_error"}}"#, &["X-Api-Key"], false),
    (Backend::Vllm,                r#"{"error":"Unauthorized"}"#,         &[], true),
    (Backend::Sglang,              r#"{"error":"Unauthorized"}"#,         &[], false),
    (Backend::LocalAi,             r#"{"error":{"code":401,"message":"An authentication key is required","type":"invalid_request_error"}}"#, &["x-api-key", "xi-api-key"], false),
    (Backend::Jan,                 "Invalid or missing authorization token", &[], true),
    (Backend::TabbyApi,            r#"{"detail":"Invalid API key"}"#,     &["x-api-key", "x-admin-key"], false),
    (Backend::TextGenerationWebui, r#"{"detail":"Unauthorized"}"#,        &[], false),
    (Backend::LlamaCppPython,      r#"{"detail":"Invalid API key"}"#,     &[], false),
];

#[test]
fn keys() {
    for (backend, body, headers, guards_unknown) in KEYS {
        let setting = Setting {
            key: Some("k"),
            ..Setting::default()
        };
        let server = backend::start(backend, setting);
        let base = server.base_url();
        let status =
            |path: &str, name: &str, value: &str| get(&base, path, &[(name, value)]).status;
        let wrong = get(&base, "/v1/models", &[("Authorization", "Bearer x")]);
        assert_eq!(
            (wrong.status, wrong.text().as_str()),
            (401, body),
            "{backend:?}"
        );
        let challenged = wrong.head.contains("www-authenticate: bearer");
        assert_eq!(challenged, backend == Backend::LocalAi);
        assert_eq!(get(&base, "/v1/models", &[]).status, 401, "{backend:?}");
        for name in ["X-Api-Key", "xi-api-key", "x-admin-key"] {
            let known = headers.iter().any(|known| known.eq_ignore_ascii_case(name));
            let wanted = if known { 200 } else { 401 };
            assert_eq!(
                status("/v1/models", name, "k"),
                wanted,
                "{backend:?} {name}"
            );
        }
        let nowhere = get(&base, "/v1/nowhere", &[]).status;
        assert_eq!(nowhere == 401, guards_unknown, "{backend:?}");
        let seen = server.requests();
        assert_eq!(
            (seen[0].method.as_str(), seen[0].path.as_str()),
            ("GET", "/v1/models")
        );
        assert_eq!(seen[0].header("authorization"), Some("Bearer x"));
    }
}

/// The status of a body that is no JSON, of `stream_options` without a stream, of a prompt beyond the
/// context, and of `max_tokens` beyond it.
#[rustfmt::skip]
const REFUSALS: [(Backend, [u16; 4]); 11] = [
    (Backend::LlamaCpp,            [500, 200, 400, 200]),
    (Backend::LlamaCpp2025,        [500, 200, 400, 200]),
    (Backend::Vllm,                [400, 400, 400, 400]),
    (Backend::Sglang,              [400, 200, 400, 400]),
    (Backend::LocalAi,             [400, 200, 200, 200]),
    (Backend::Jan,                 [400, 200, 400, 200]),
    (Backend::TabbyApi,            [422, 200, 400, 200]),
    (Backend::TextGenerationWebui, [422, 200, 200, 200]),
    (Backend::Ollama,              [400, 200, 200, 200]),
    (Backend::MlxLm,               [400, 200, 200, 200]),
    (Backend::LlamaCppPython,      [500, 200, 200, 200]),
];

#[test]
fn refusals() {
    let small = Setting {
        context: 64,
        ..Setting::default()
    };
    for (backend, wanted) in REFUSALS {
        let base = backend::start(backend, small).base_url();
        let long = json!([{"role": "user", "content": "word ".repeat(80)}]);
        let long = question(json!({"messages": long, "stream": true}));
        let malformed = client::ask(&base, "POST", "/v1/chat/completions", &[], "{");
        let options = question(json!({"stream_options": {"include_usage": true}}));
        let long = chat(&base, &long);
        let got = [
            malformed.status,
            chat(&base, &options).status,
            long.status,
            chat(&base, &question(json!({"max_tokens": 65}))).status,
        ];
        assert_eq!(got, wanted, "{backend:?}");
        let is_empty = long.status == 200 && long.body.is_empty();
        assert_eq!(is_empty, backend == Backend::LlamaCppPython);
        let n_ctx = &long.json()["error"]["n_ctx"];
        let is_llama = backend.profile().unwrap().timings != Timings::None;
        assert_eq!(n_ctx == 64, is_llama, "{backend:?}");
    }
    let base = usual(Backend::LlamaCpp).base_url();
    let short = chat(&base, &question(json!({"max_tokens": 12}))).json();
    assert_eq!(short["choices"][0]["finish_reason"], "length");
    assert_eq!(short["usage"]["completion_tokens"], 12);
}

#[test]
fn streams_have_their_line_ends_marks_and_comments() {
    for backend in Backend::profiled() {
        let profile = backend.profile().unwrap();
        let base = usual(backend).base_url();
        let heard = chat(&base, &question(json!({"stream": true})));
        let text = heard.text();
        let end = format!("data: [DONE]{0}{0}", profile.line_end);
        assert!(text.ends_with(&end), "{backend:?}");
        assert_eq!(text.contains('\r'), backend == Backend::TabbyApi);
        assert_eq!(text.starts_with(':'), profile.comment.is_some());
        assert_eq!(heard.head.contains("chunked"), backend != Backend::MlxLm);
        let chunks = chunks(&heard);
        let fingerprint = chunks[0]["system_fingerprint"].as_str();
        assert_eq!(fingerprint, profile.fingerprint, "{backend:?}");
        let roles = chunks.iter().filter(|chunk| {
            let role = &chunk["choices"][0]["delta"]["role"];
            role == "assistant"
        });
        let wanted = match backend {
            Backend::TabbyApi => 0,
            Backend::MlxLm => chunks.len(),
            _ => 1,
        };
        assert_eq!(roles.count(), wanted, "{backend:?}");
        let failing = Setting {
            fault: Some(Fault::ErrorMidStream),
            ..Setting::default()
        };
        let base = backend::start(backend, failing).base_url();
        let text = chat(&base, &question(json!({"stream": true}))).text();
        assert_eq!(
            text.ends_with(&end),
            profile.done_after_error,
            "{backend:?}"
        );
        assert_eq!(text.is_empty(), backend == Backend::LlamaCppPython);
        let whole = chat(&base, &question(json!({})));
        assert_eq!(whole.status, 500, "{backend:?}");
        let is_text = profile.errors == Shape::Text;
        assert_eq!(whole.json()["error"].is_string(), is_text, "{backend:?}");
    }
    let base = usual(Backend::TextGenerationWebui).base_url();
    let chunks = chunks(&chat(&base, &question(json!({"stream": true}))));
    let shares = |chunk: &Value| {
        let delta = &chunk["choices"][0]["delta"];
        delta["content"].is_string() && delta["reasoning_content"].is_string()
    };
    assert_eq!(chunks.iter().filter(|chunk| shares(chunk)).count(), 1);
}
