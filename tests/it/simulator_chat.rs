//! Chats with the simulated LM Studio.

use clawconf::simulator::{Release, Running};
use serde_json::{Value, json};

use crate::simulator::{Reply, get, plain, post, with};

pub(crate) fn chat(running: &Running, model: &str, rest: &Value) -> Reply {
    let mut body =
        json!({ "model": model, "messages": [{ "role": "user", "content": "say pong" }] });
    for (name, value) in rest.as_object().unwrap() {
        body[name] = value.clone();
    }
    post(running, "/v1/chat/completions", &body)
}

/// The chunks of a stream that ends well.
fn chunks(reply: &Reply) -> Vec<Value> {
    assert_eq!(reply.header("content-type"), Some("text/event-stream"));
    let mut events = reply.events();
    assert_eq!(events.pop().as_deref(), Some("[DONE]"));
    let chunks = events
        .iter()
        .map(|event| serde_json::from_str(event).unwrap());
    chunks.collect()
}

/// What all deltas of one name say together, and how many there are.
fn joined(chunks: &[Value], name: &str) -> (String, usize) {
    let deltas = chunks
        .iter()
        .map(|chunk| &chunk["choices"][0]["delta"][name]);
    let pieces: Vec<&str> = deltas.filter_map(Value::as_str).collect();
    (pieces.concat(), pieces.len())
}

fn message(reply: &Reply) -> Value {
    reply.json()["choices"][0]["message"].clone()
}

const QWEN: &str = "qwen/qwen3.5-9b";

#[test]
fn a_stream_reasons_answers_and_ends() {
    let running = plain();
    let reply = chat(&running, QWEN, &json!({ "stream": true }));
    assert!(reply.text().starts_with(
        r#"data: {"id":"chatcmpl-000000000001","object":"chat.completion.chunk","created":"#
    ));
    let chunks = chunks(&reply);
    let (reasoning, pieces) = joined(&chunks, "reasoning_content");
    assert!(!reasoning.is_empty() && pieces > 2);
    let (content, pieces) = joined(&chunks, "content");
    assert!(content.contains("say pong") && pieces > 2, "{content}");
    assert_eq!(joined(&chunks, "role"), ("assistant".to_owned(), 1));
    let last = chunks.last().unwrap();
    assert_eq!(last["choices"][0]["finish_reason"], "stop");
    assert!(chunks.iter().all(|chunk| chunk.get("usage").is_none()));
    let reasons = chunks
        .iter()
        .map(|chunk| &chunk["choices"][0]["finish_reason"]);
    assert_eq!(reasons.filter(|reason| reason.is_string()).count(), 1);
    let first = chunks
        .iter()
        .position(|chunk| chunk["choices"][0]["delta"]["content"].is_string());
    let behind = &chunks[first.unwrap()..];
    assert_eq!(
        joined(behind, "reasoning_content").1,
        0,
        "reasoning comes first"
    );
    let whole = message(&chat(&running, QWEN, &json!({})));
    assert_eq!(
        (&whole["content"], &whole["reasoning_content"]),
        (&json!(content), &json!(reasoning))
    );
}

#[test]
fn usage_comes_when_asked_for_in_a_last_chunk_without_choices() {
    let running = plain();
    let asked = json!({ "stream": true, "stream_options": { "include_usage": true } });
    let chunks = chunks(&chat(&running, QWEN, &asked));
    let last = chunks.last().unwrap();
    assert_eq!(last["choices"], json!([]));
    let whole = chat(&running, QWEN, &json!({})).json();
    assert_eq!(last["usage"], whole["usage"]);
    let count = |name: &str| whole["usage"][name].as_u64().unwrap();
    assert_eq!(
        count("prompt_tokens") + count("completion_tokens"),
        count("total_tokens")
    );
    assert_eq!(whole["stats"]["stop_reason"], "eosFound");
    assert_eq!(whole["object"], "chat.completion");
}

#[test]
fn effort_changes_how_much_is_reasoned() {
    let running = plain();
    let words = |model: &str, effort: Value| {
        let message = message(&chat(
            &running,
            model,
            &json!({ "reasoning_effort": effort }),
        ));
        let reasoning = message["reasoning_content"].as_str();
        reasoning.map_or(0, |text| text.split_whitespace().count())
    };
    let levels =
        ["none", "low", "medium", "high"].map(|level| words("acme/heron-20b", json!(level)));
    assert!(
        levels[0] == 0 && levels.is_sorted_by(|a, b| a < b),
        "{levels:?}"
    );
    assert_eq!(words("acme/heron-20b", json!("minimal")), levels[1]);
    assert_eq!(words("acme/heron-20b", json!("xhigh")), levels[3]);
    assert_eq!(
        words("acme/heron-20b", Value::Null),
        levels[1],
        "its default"
    );
    assert_eq!(words(QWEN, json!("none")), 0);
    assert_eq!(
        words(QWEN, json!("low")),
        words(QWEN, json!("xhigh")),
        "on or off"
    );
    assert_eq!(words("acme/wren-3b", json!("high")), 0);
    for bad in [
        json!("off"),
        json!("on"),
        json!("max"),
        json!("High"),
        json!(""),
        json!(1),
    ] {
        let reply = chat(&running, QWEN, &json!({ "reasoning_effort": bad }));
        let error = reply.json()["error"].clone();
        assert_eq!(reply.status, 400);
        assert_eq!(error["type"], "invalid_request_error");
        assert_eq!(error["param"], "reasoning_effort");
    }
}

#[test]
fn limits_count_words() {
    let running = plain();
    for name in ["max_tokens", "max_completion_tokens"] {
        let reply = chat(&running, "acme/wren-3b", &json!({ name: 4 })).json();
        assert_eq!(reply["choices"][0]["finish_reason"], "length");
        assert_eq!(
            reply["choices"][0]["message"]["content"],
            "You said \"say pong\", "
        );
        assert_eq!(reply["usage"]["completion_tokens"], 4);
    }
    let unlimited = chat(&running, "acme/wren-3b", &json!({ "max_tokens": -1 })).json();
    assert_eq!(unlimited["choices"][0]["finish_reason"], "stop");
    let none = json!({ "max_tokens": 0, "stream": true });
    let chunks = chunks(&chat(&running, QWEN, &none));
    assert_eq!(chunks.len(), 1);
    assert_eq!(chunks[0]["choices"][0]["finish_reason"], "length");
    assert_eq!(
        chat(&running, QWEN, &json!({ "max_tokens": "many" })).status,
        400
    );
}

fn tools() -> Value {
    let tool = |name: &str| {
        let parameters = json!({
            "type": "object",
            "properties": { "city": { "type": "string" }, "unit": { "enum": ["C", "F"] }, "more": {} },
            "required": ["city", "unit"],
        });
        json!({ "type": "function", "function": { "name": name, "parameters": parameters } })
    };
    json!([tool("search"), tool("get_weather")])
}

#[test]
fn a_tool_is_called_when_it_is_asked_for() {
    let running = plain();
    let said =
        |text: &str| json!([{ "role": "user", "content": [{ "type": "text", "text": text }] }]);
    let body = json!({ "tools": tools(), "messages": said("Use get_weather."), "stream": true });
    let found = chunks(&chat(&running, QWEN, &body));
    let calls = found
        .iter()
        .map(|chunk| &chunk["choices"][0]["delta"]["tool_calls"][0]);
    let calls: Vec<&Value> = calls.filter(|call| call.is_object()).collect();
    assert_eq!(calls[0]["function"]["name"], "get_weather");
    assert_eq!(calls[0]["type"], "function");
    assert!(calls.len() > 2 && calls[1].get("id").is_none());
    let arguments = calls
        .iter()
        .map(|call| call["function"]["arguments"].as_str().unwrap());
    let arguments: String = arguments.collect();
    assert_eq!(arguments, r#"{"city":"text","unit":"C"}"#);
    let last = found.last().unwrap();
    assert_eq!(last["choices"][0]["finish_reason"], "tool_calls");

    let whole = chat(
        &running,
        QWEN,
        &json!({ "tools": tools(), "messages": said("get_weather") }),
    );
    let call = message(&whole)["tool_calls"][0].clone();
    assert_eq!(call["function"]["arguments"], json!(arguments));
    let back = json!({ "tools": tools(), "messages": [
        { "role": "user", "content": "get_weather" },
        { "role": "assistant", "tool_calls": [call] },
        { "role": "tool", "content": "sunny", "tool_call_id": call["id"] },
    ] });
    let answer = message(&chat(&running, QWEN, &back));
    assert_eq!(answer["content"], "The tool said \"sunny\".");
    assert_eq!(answer["tool_calls"], json!([]));
}

#[test]
fn tool_choice_is_obeyed() {
    let running = plain();
    let called = |choice: Value, text: &str| {
        let messages = json!([{ "role": "user", "content": text }]);
        let body = json!({ "tools": tools(), "messages": messages, "tool_choice": choice });
        let name = &message(&chat(&running, QWEN, &body))["tool_calls"][0]["function"]["name"];
        name.as_str().map(str::to_owned)
    };
    let search = Some("search".to_owned());
    assert_eq!(called(json!("auto"), "search it"), search);
    assert_eq!(called(json!("auto"), "research it"), None);
    assert_eq!(called(json!("none"), "search it"), None);
    assert_eq!(called(json!("required"), "hello"), search);
    let forced = json!({ "type": "function", "function": { "name": "search" } });
    assert_eq!(called(forced, "get_weather"), search);
    let body = json!({ "tools": tools(), "tool_choice": { "function": { "name": "no" } } });
    assert_eq!(chat(&running, QWEN, &body).status, 400);
}

#[test]
fn a_chat_loads_its_model_and_puts_out_the_one_before() {
    let running = plain();
    let loaded = || {
        let list = get(&running, "/api/v0/models").json();
        let entries = list["data"].as_array().unwrap().clone();
        let loaded = entries.iter().filter(|entry| entry["state"] == "loaded");
        let ids = loaded.map(|entry| entry["id"].as_str().unwrap().to_owned());
        ids.collect::<Vec<String>>()
    };
    for (model, key) in [
        ("acme/wren-3b", "acme/wren-3b"),
        ("acme/wren-3b", "acme/wren-3b"),
        ("acme/owl-9b@q8_0", "acme/owl-9b"),
    ] {
        let reply = chat(&running, model, &json!({}));
        assert_eq!(reply.json()["model"], key);
        assert_eq!(loaded(), [QWEN, key], "what was loaded by hand stays");
    }
    post(&running, "/api/v1/models/load", &json!({ "model": QWEN }));
    let second = chat(&running, "qwen/qwen3.5-9b:2", &json!({}));
    assert_eq!(second.json()["model"], "qwen/qwen3.5-9b:2");
}

#[test]
fn a_model_that_cannot_answer_is_told() {
    let running = plain();
    let error = |running: &Running, model: &str| {
        let reply = chat(running, model, &json!({}));
        (reply.status, reply.json()["error"].clone())
    };
    let (status, unknown) = error(&running, "acme/none");
    assert_eq!((status, &unknown["code"]), (404, &json!("model_not_found")));
    let (status, embedding) = error(&running, "text-embedding-owl");
    assert_eq!((status, &embedding["param"]), (400, &json!("model")));

    let running = with(|settings| settings.jit = false);
    for model in ["acme/wren-3b", "acme/none"] {
        let (status, unloaded) = error(&running, model);
        assert_eq!((status, &unloaded["code"]), (404, &Value::Null));
        let text = unloaded["message"].as_str().unwrap();
        assert!(text.starts_with("No models loaded."), "{text}");
    }
    assert_eq!(chat(&running, QWEN, &json!({})).status, 200);
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    let running = plain();
    let good = json!([{ "role": "user", "content": "hi" }]);
    for body in [
        json!([]),
        json!({}),
        json!({ "model": QWEN }),
        json!({ "model": QWEN, "messages": [] }),
        json!({ "model": QWEN, "messages": ["hi"] }),
        json!({ "model": 7, "messages": good }),
        json!({ "model": QWEN, "messages": good, "tools": {} }),
        json!({ "model": QWEN, "messages": good, "tools": [{}] }),
        json!({ "model": QWEN, "messages": good, "tool_choice": "always" }),
    ] {
        let reply = post(&running, "/v1/chat/completions", &body);
        assert_eq!(reply.status, 400, "{body}");
        assert!(reply.json()["error"]["message"].is_string());
    }
}

#[test]
fn old_releases_think_aloud_and_know_no_effort() {
    let running = with(|settings| settings.release = Release::V0_3_6);
    let reply = message(&chat(
        &running,
        QWEN,
        &json!({ "reasoning_effort": "none" }),
    ));
    let content = reply["content"].as_str().unwrap();
    assert!(content.starts_with("<think> Someone") && content.contains("</think> You said"));
    assert!(reply.get("reasoning_content").is_none());
    let asked = json!({ "stream": true, "stream_options": { "include_usage": true } });
    let chunks = chunks(&chat(&running, QWEN, &asked));
    assert!(chunks.iter().all(|chunk| chunk.get("usage").is_none()));
}
