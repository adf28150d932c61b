//! What the backends answer, without the client: efforts, counts and tool calls, in tables to be held
//! against the backends facts.

use serde_json::{Value, json};

use crate::backend::client::{self, chat, chunks, question};
use crate::backend::said::{SENTENCE, THOUGHT};
use crate::backend::{self, Backend, Counts, Setting, usual};

/// What the deltas of a stream have under a key, put together.
fn joined(chunks: &[Value], key: &str) -> String {
    let deltas = chunks.iter().map(|chunk| &chunk["choices"][0]["delta"]);
    deltas.filter_map(|delta| delta[key].as_str()).collect()
}

/// The values of the columns below.
const EFFORTS: [&str; 9] = [
    "\"none\"",
    "\"low\"",
    "\"xhigh\"",
    "\"max\"",
    "\"off\"",
    "\"\"",
    "null",
    "3",
    "true",
];

/// Words of reasoning, or the status of a refusal.
#[rustfmt::skip]
const EFFORT_TABLE: [(Backend, [usize; EFFORTS.len()]); 11] = [
    //                              none low xhigh max  off   ""  null    3  true
    (Backend::LlamaCpp,            [  0,  6,  18,  22,  10,  10,   10,   10,   10]),
    (Backend::LlamaCpp2025,        [  0,  6,  18,  22,  10,  10,   10,   10,   10]),
    (Backend::Vllm,                [  0,  6,  18,  22, 400, 400,   10,  400,  400]),
    (Backend::Sglang,              [  0,  6,  18,  22, 400, 400,   10,  400,  400]),
    (Backend::LocalAi,             [  0,  6,  10,  10,  10,  10,   10,   10,   10]),
    (Backend::Jan,                 [  0,  6,  18,  22,  10,  10,   10,   10,   10]),
    (Backend::TabbyApi,            [ 10,  6,  18,  22,  10,  10,   10,  422,  422]),
    (Backend::TextGenerationWebui, [ 10,  6,  18,  22,  10,  10,  422,  422,  422]),
    (Backend::Ollama,              [  0,  6,  22,  22, 400,  10,   10,   10,   10]),
    (Backend::MlxLm,               [ 10, 10,  10,  10,  10,  10,   10,   10,   10]),
    (Backend::LlamaCppPython,      [ 10, 10,  10,  10,  10,  10,   10,   10,   10]),
];

#[test]
fn efforts() {
    for (backend, row) in EFFORT_TABLE {
        let base = usual(backend).base_url();
        for (value, wanted) in EFFORTS.iter().zip(row) {
            let value: Value = serde_json::from_str(value).unwrap();
            let heard = chat(&base, &question(json!({"reasoning_effort": value})));
            let message = &heard.json()["choices"][0]["message"];
            let of = |key: &str| message[key].as_str().unwrap_or_default().to_owned();
            let mut thought = of("reasoning_content") + &of("reasoning");
            if let Some((tagged, _)) = of("content").split_once("\n</think>") {
                thought = tagged.trim_start_matches("<think>\n").to_owned();
            }
            let got = match heard.status {
                200 => thought.split_whitespace().count(),
                status => usize::from(status),
            };
            assert_eq!(got, wanted, "{backend:?} {value}");
        }
    }
    let plain = Setting {
        reasons: false,
        ..Setting::default()
    };
    let base = backend::start(Backend::Ollama, plain).base_url();
    let status = |effort: &str| chat(&base, &question(json!({"reasoning_effort": effort}))).status;
    assert_eq!((status("none"), status("low")), (200, 400));
    let base = usual(Backend::Vllm).base_url();
    let switched =
        json!({"chat_template_kwargs": {"enable_thinking": false}, "reasoning_effort": "high"});
    let message = &chat(&base, &question(switched)).json()["choices"][0]["message"];
    assert_eq!(
        (&message["reasoning"], &message["content"]),
        (&Value::Null, &json!(SENTENCE))
    );
}

/// Where counts stand in a stream that is not asked for them, and in one that is: `usage` on the chunk
/// with the finish reason or on its own, `timings`, both; and in a whole answer.
#[rustfmt::skip]
const COUNTS: [(Backend, &str, &str, &str); 11] = [
    //                              not asked                asked                  whole
    (Backend::LlamaCpp,            "timings on finish",      "usage timings alone", "usage timings"),
    (Backend::LlamaCpp2025,        "usage timings on finish", "usage timings on finish", "usage timings"),
    (Backend::Vllm,                "none",                   "usage alone",         "usage"),
    (Backend::Sglang,              "none",                   "usage alone",         "usage"),
    (Backend::LocalAi,             "none",                   "usage alone",         "usage"),
    (Backend::Jan,                 "timings on finish",      "usage timings alone", "usage timings"),
    (Backend::TabbyApi,            "none",                   "usage on finish",     "none"),
    (Backend::TextGenerationWebui, "none",                   "usage alone",         "usage"),
    (Backend::Ollama,              "none",                   "usage alone",         "usage"),
    (Backend::MlxLm,               "none",                   "usage alone",         "usage"),
    (Backend::LlamaCppPython,      "none",                   "none",                "usage"),
];

/// Which counts an answer or its last chunk has.
fn counts_of(value: &Value) -> String {
    let keys = ["usage", "timings"].into_iter();
    let keys: Vec<&str> = keys.filter(|key| value[key].is_object()).collect();
    keys.join(" ")
}

#[test]
fn counts() {
    for (backend, unasked, asked, whole) in COUNTS {
        let base = usual(backend).base_url();
        let place = |more: Value| {
            let chunks = chunks(&chat(&base, &question(more)));
            let counted = chunks.iter().filter(|chunk| !counts_of(chunk).is_empty());
            let told: Vec<String> = counted
                .map(|chunk| match chunk["choices"].as_array().unwrap().len() {
                    0 => format!("{} alone", counts_of(chunk)),
                    _ if chunk["choices"][0]["finish_reason"].is_string() => {
                        format!("{} on finish", counts_of(chunk))
                    }
                    _ => format!("{} on a piece", counts_of(chunk)),
                })
                .collect();
            if told.is_empty() {
                "none".to_owned()
            } else {
                told.join(", ")
            }
        };
        assert_eq!(place(json!({"stream": true})), unasked, "{backend:?}");
        let options = json!({"stream": true, "stream_options": {"include_usage": true}});
        assert_eq!(place(options), asked, "{backend:?}");
        let answer = chat(&base, &question(json!({}))).json();
        let told = counts_of(&answer);
        assert_eq!(
            if told.is_empty() { "none" } else { &told },
            whole,
            "{backend:?}"
        );
    }
}

#[test]
fn counts_are_the_same_streamed_or_whole_and_split_by_the_cache() {
    let options = json!({"include_usage": true});
    for backend in Backend::profiled() {
        let base = usual(backend).base_url();
        let stream = json!({"stream": true, "stream_options": options});
        let streamed = chunks(&chat(&base, &question(stream)));
        let with_usage = |chunk: &&Value| chunk["usage"].is_object();
        let streamed = streamed.iter().find(with_usage).map(|c| c["usage"].clone());
        let mut more = json!({"stream_options": options});
        if backend == Backend::Vllm {
            more = json!({});
        }
        let whole = chat(&base, &question(more)).json()["usage"].clone();
        let prompt = if backend == Backend::TextGenerationWebui {
            45
        } else {
            21
        };
        assert_eq!(whole["prompt_tokens"], prompt, "{backend:?}");
        if backend != Backend::LlamaCppPython {
            let streamed = streamed.unwrap();
            for key in ["prompt_tokens", "completion_tokens", "total_tokens"] {
                assert_eq!(streamed[key], whole[key], "{backend:?}");
            }
        }
    }
    let base = usual(Backend::LlamaCpp).base_url();
    let split = |text: &str| {
        let messages = json!([{"role": "user", "content": text}]);
        let answer = chat(&base, &question(json!({ "messages": messages }))).json();
        let timings = &answer["timings"];
        let cached = &answer["usage"]["prompt_tokens_details"]["cached_tokens"];
        assert_eq!(cached, &timings["cache_n"]);
        let number = |value: &Value| value.as_u64().unwrap();
        let (cached, new) = (number(&timings["cache_n"]), number(&timings["prompt_n"]));
        (number(&answer["usage"]["prompt_tokens"]), cached, new)
    };
    assert_eq!(split("hi"), (21, 0, 21));
    assert_eq!(split("hi"), (21, 20, 1));
    assert_eq!(split("something else"), (22, 8, 14));
}

#[test]
fn further_counts() {
    let continuous = json!({
        "stream": true,
        "stream_options": {"include_usage": true, "continuous_usage_stats": true},
    });
    for (backend, is_on_all) in [
        (Backend::Vllm, true),
        (Backend::Sglang, true),
        (Backend::LocalAi, false),
    ] {
        let base = usual(backend).base_url();
        let chunks = chunks(&chat(&base, &question(continuous.clone())));
        let on_all = chunks.iter().all(|chunk| chunk["usage"].is_object());
        assert_eq!(on_all, is_on_all, "{backend:?}");
    }
    let base = usual(Backend::TextGenerationWebui).base_url();
    let nulls = chunks(&chat(&base, &question(continuous)));
    assert!(nulls.iter().all(|chunk| chunk.get("usage").is_some()));
    let base = usual(Backend::LocalAi).base_url();
    let more = [("Extra-Usage", "1")];
    let body = question(json!({})).to_string();
    let heard = client::ask(&base, "POST", "/v1/chat/completions", &more, &body);
    assert!(heard.json()["usage"]["timing_token_generation"].is_number());
    let nothing = Setting {
        counts: Counts::Nothing,
        ..Setting::default()
    };
    let base = backend::start(Backend::LlamaCpp, nothing).base_url();
    assert_eq!(counts_of(&chat(&base, &question(json!({}))).json()), "");
}

/// How a call of `add` comes: on how many chunks, and what stands beside its first piece.
#[rustfmt::skip]
const CALLS: [(Backend, usize, &str); 10] = [
    (Backend::LlamaCpp,            5, "tool_calls"),
    (Backend::LlamaCpp2025,        5, "tool_calls"),
    (Backend::Vllm,                4, "content tool_calls"),
    (Backend::Sglang,              5, "tool_calls"),
    (Backend::LocalAi,             1, "role tool_calls"),
    (Backend::Jan,                 5, "tool_calls"),
    (Backend::TabbyApi,            1, "content tool_calls"),
    (Backend::TextGenerationWebui, 1, "tool_calls"),
    (Backend::Ollama,              1, "tool_calls"),
    (Backend::MlxLm,               1, "role tool_calls"),
];

fn tools() -> Value {
    let number = json!({"type": "number"});
    let parameters = json!({"type": "object", "properties": {"a": number, "b": number}});
    json!([{"type": "function", "function": {"name": "add", "parameters": parameters}}])
}

#[test]
fn tool_calls() {
    for (backend, pieces, beside) in CALLS {
        let base = usual(backend).base_url();
        let asked = question(json!({"stream": true, "tools": tools()}));
        let heard = chat(&base, &asked);
        let chunks = chunks(&heard);
        let deltas = chunks.iter().map(|chunk| &chunk["choices"][0]["delta"]);
        let calls: Vec<&Value> = deltas
            .filter(|delta| delta["tool_calls"].is_array())
            .collect();
        assert_eq!(calls.len(), pieces, "{backend:?}");
        let keys: Vec<&str> = calls[0]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(keys.join(" "), beside, "{backend:?}");
        let finish = chunks
            .iter()
            .find_map(|chunk| chunk["choices"][0]["finish_reason"].as_str());
        assert_eq!(finish, Some("tool_calls"), "{backend:?}");
        // The client under test puts it together, streamed or not.
        let mut stream = clawconf::chat::Stream::default();
        let mut transcript = clawconf::chat::Transcript::default();
        let mut events = Vec::new();
        stream.push(&heard.body, &mut events).unwrap();
        for event in events {
            transcript.add(&event);
        }
        let whole = chat(&base, &question(json!({"tools": tools()})));
        let whole = clawconf::chat::Answer::read(&whole.body)
            .unwrap()
            .transcript;
        for said in [transcript, whole] {
            let call = &said.calls[0];
            assert_eq!(said.calls.len(), 1, "{backend:?}");
            assert_eq!(
                (
                    call.id.as_deref(),
                    call.name.as_deref(),
                    call.arguments.as_str()
                ),
                (Some("call_1"), Some("add"), r#"{"a":2,"b":3}"#),
                "{backend:?}"
            );
            assert_eq!(
                (said.reasoning.as_str(), said.content.as_str()),
                (THOUGHT, "")
            );
        }
    }
}

#[test]
fn what_becomes_of_a_call() {
    let answered = json!([
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": null, "tool_calls": []},
        {"role": "tool", "tool_call_id": "call_1", "content": "5"},
    ]);
    for backend in Backend::profiled() {
        let base = usual(backend).base_url();
        let asked = question(json!({"messages": answered, "tools": tools(), "stream": true}));
        let said = joined(&chunks(&chat(&base, &asked)), "content");
        assert!(said.ends_with("The tool says 5."), "{backend:?}: {said}");
        let without = question(json!({"tools": tools(), "tool_choice": "none"}));
        let answer = chat(&base, &without).json();
        assert_eq!(answer["choices"][0]["finish_reason"], "stop", "{backend:?}");
    }
    let base = usual(Backend::LlamaCppPython).base_url();
    let asked = question(json!({"tools": tools(), "stream": true}));
    let chunks = chunks(&chat(&base, &asked));
    assert!(joined(&chunks, "content").contains("<tool_call>"));
    assert_eq!(
        chunks.last().unwrap()["choices"][0]["finish_reason"],
        "stop"
    );
    let toolless = Setting {
        tools: false,
        ..Setting::default()
    };
    let base = backend::start(Backend::LlamaCpp, toolless).base_url();
    let answer = chat(&base, &question(json!({"tools": tools()}))).json();
    assert_eq!(answer["choices"][0]["message"]["content"], SENTENCE);
}

/// Reasoning that is sent back makes the prompt longer where it is used.
#[test]
fn reasoning_that_is_sent_back() {
    for (backend, content, reasoning) in [
        (Backend::LlamaCpp, true, false),
        (Backend::Vllm, true, true),
        (Backend::Sglang, true, false),
        (Backend::MlxLm, true, true),
        (Backend::TabbyApi, true, false),
        (Backend::TextGenerationWebui, false, false),
        (Backend::LocalAi, true, true),
        (Backend::Ollama, false, true),
    ] {
        let base = usual(backend).base_url();
        let tokens = |key: &str| {
            let messages = json!([
                {"role": "assistant", "content": "x", key: "two words"},
                {"role": "user", "content": "hi"},
            ]);
            let mut more = json!({ "messages": messages });
            if backend == Backend::TabbyApi {
                more["stream_options"] = json!({"include_usage": true});
            }
            let answer = chat(&base, &question(more)).json();
            answer["usage"]["prompt_tokens"].as_u64().unwrap()
        };
        let plain = tokens("nothing");
        let grows = |key: &str| tokens(key) == plain + 2;
        let got = (grows("reasoning_content"), grows("reasoning"));
        assert_eq!(got, (content, reasoning), "{backend:?}");
    }
}
