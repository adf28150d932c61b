//! Chat completions of the simulator: short, the same every time, and with everything that a client
//! has to cope with.

use serde_json::{Value, json};

use super::Fault;
use super::models::Model;
use super::routes::{Answer, error};

/// The efforts that LM Studio takes in chat requests.
const EFFORTS: [&str; 6] = ["none", "minimal", "low", "medium", "high", "xhigh"];

/// What is said to whoever asks.
const REPLY: &str = "Hello from the simulator. I am not a model, yet I stream like one.";

/// Most words of an answer when nobody sets a bound.
const MOST_WORDS: u64 = 4096;

/// What a chat request asks for, as far as the simulator cares.
struct Chat<'c> {
    request: &'c Value,
    model: &'c Model,
}

/// An answer before it is put into pieces.
struct Reply {
    reasoning: Vec<String>,
    content: Vec<String>,
    /// The name of the tool that is called instead.
    tool: Option<String>,
    finish_reason: &'static str,
}

/// Answers a chat request to `model`.
pub(super) fn answer(request: &Value, model: &Model, faults: &[Fault]) -> Answer {
    let chat = Chat { request, model };
    let effort = request
        .get("reasoning_effort")
        .filter(|effort| !effort.is_null());
    if let Some(effort) = effort {
        let known = effort
            .as_str()
            .is_some_and(|effort| EFFORTS.contains(&effort));
        if !known {
            let message = "Invalid value for 'reasoning_effort'. Supported values are: none, minimal, low, medium, \
                           high, xhigh";
            return error(400, "invalid_request_error", message);
        }
    }
    if !request
        .get("messages")
        .is_some_and(|messages| messages.is_array())
    {
        return error(400, "invalid_request_error", "'messages' field is required");
    }
    let reply = chat.reply(effort.and_then(Value::as_str));
    if request.get("stream").and_then(Value::as_bool) == Some(true) {
        chat.stream(&reply, faults)
    } else {
        chat.whole(&reply, faults)
    }
}

impl Chat<'_> {
    fn reply(&self, effort: Option<&str>) -> Reply {
        let words =
            |text: &str| -> Vec<String> { text.split_inclusive(' ').map(str::to_owned).collect() };
        let mut reasoning = match (self.model.reasoning, effort) {
            ([], _) | (_, Some("none")) => 0,
            (_, Some("minimal")) => 2,
            (_, Some("low")) => 4,
            (_, Some("high")) => 16,
            (_, Some("xhigh")) => 32,
            _ => 8,
        };
        if let Some(tool) = self.wanted_tool() {
            return Reply {
                reasoning: vec!["thinking ".to_owned(); reasoning],
                content: Vec::new(),
                tool: Some(tool),
                finish_reason: "tool_calls",
            };
        }
        let mut content = words(REPLY);
        let most = ["max_completion_tokens", "max_tokens"].iter();
        let most = most
            .filter_map(|key| self.request.get(*key)?.as_u64())
            .next();
        let most = usize::try_from(most.unwrap_or(MOST_WORDS)).unwrap_or(usize::MAX);
        let is_cut = reasoning + content.len() > most;
        reasoning = reasoning.min(most);
        content.truncate(most - reasoning);
        Reply {
            reasoning: vec!["thinking ".to_owned(); reasoning],
            content,
            tool: None,
            finish_reason: if is_cut { "length" } else { "stop" },
        }
    }

    /// The tool that the last message of the user asks for by name.
    fn wanted_tool(&self) -> Option<String> {
        let messages = self.request.get("messages")?.as_array()?;
        let last = messages.last()?;
        if last.get("role")?.as_str()? != "user" || !self.model.tools {
            return None;
        }
        let said = last.get("content")?.to_string();
        let tools = self.request.get("tools")?.as_array()?.iter();
        let mut names = tools.filter_map(|tool| tool.get("function")?.get("name")?.as_str());
        names.find(|name| said.contains(name)).map(str::to_owned)
    }

    /// Tokens of the prompt: its words.
    fn prompt_tokens(&self) -> usize {
        let messages = self.request.get("messages").map(Value::to_string);
        messages.map_or(0, |text| text.split_whitespace().count())
    }

    fn usage(&self, reply: &Reply) -> Value {
        let (prompt, reasoning) = (self.prompt_tokens(), reply.reasoning.len());
        let completion = reasoning + reply.content.len() + usize::from(reply.tool.is_some());
        json!({
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "completion_tokens_details": { "reasoning_tokens": reasoning },
        })
    }

    fn timings(&self, reply: &Reply) -> Value {
        json!({
            "cache_n": 2,
            "prompt_n": self.prompt_tokens().saturating_sub(2),
            "prompt_ms": 12.5,
            "predicted_n": reply.reasoning.len() + reply.content.len(),
            "predicted_ms": 40.0,
        })
    }

    fn whole(&self, reply: &Reply, faults: &[Fault]) -> Answer {
        let mut message = json!({ "role": "assistant", "content": reply.content.concat() });
        let mut put = |key: &str, value: Value| {
            if let Some(message) = message.as_object_mut() {
                message.insert(key.to_owned(), value);
            }
        };
        if !reply.reasoning.is_empty() {
            put("reasoning_content", json!(reply.reasoning.concat()));
        }
        if let Some(tool) = &reply.tool {
            put("tool_calls", json!([tool_call(tool, "{}")]));
        }
        let mut answer = json!({
            "id": "chatcmpl-simulated",
            "object": "chat.completion",
            "created": 0,
            "model": self.model.key,
            "choices": [{ "index": 0, "message": message, "finish_reason": reply.finish_reason }],
            "stats": { "tokens_per_second": 42.0, "time_to_first_token": 0.01, "stop_reason": "eosFound" },
        });
        if let Some(answer) = answer.as_object_mut() {
            if !faults.contains(&Fault::NoUsage) && !faults.contains(&Fault::ZeroUsage) {
                answer.insert("usage".to_owned(), self.usage(reply));
            }
            if faults.contains(&Fault::ZeroUsage) {
                answer.insert("usage".to_owned(), zeros());
                answer.insert("timings".to_owned(), self.timings(reply));
            }
        }
        Answer::json(200, &answer)
    }

    fn stream(&self, reply: &Reply, faults: &[Fault]) -> Answer {
        let mut events = vec![self.chunk(json!({ "role": "assistant" }), None)];
        for piece in &reply.reasoning {
            events.push(self.chunk(json!({ "reasoning_content": piece }), None));
        }
        for piece in &reply.content {
            events.push(self.chunk(json!({ "content": piece }), None));
        }
        if let Some(tool) = &reply.tool {
            events.push(self.chunk(json!({ "tool_calls": [tool_call(tool, "")] }), None));
            let arguments = json!([{ "index": 0, "function": { "arguments": "{}" } }]);
            events.push(self.chunk(json!({ "tool_calls": arguments }), None));
        }
        if faults.contains(&Fault::ErrorMidStream) {
            let error =
                json!({ "error": { "message": "The model has crashed.", "type": "server_error" } });
            events.push(error);
            return sse(&events, false);
        }
        if faults.contains(&Fault::Truncated) {
            return sse(&events, false);
        }
        events.push(self.chunk(json!({}), Some(reply.finish_reason)));
        let wants_usage = || {
            self.request
                .get("stream_options")?
                .get("include_usage")?
                .as_bool()
        };
        if wants_usage() == Some(true) && !faults.contains(&Fault::NoUsage) {
            let mut last = self.chunk(json!({}), None);
            if let Some(last) = last.as_object_mut() {
                last.insert("choices".to_owned(), json!([]));
                if faults.contains(&Fault::ZeroUsage) {
                    last.insert("usage".to_owned(), zeros());
                    last.insert("timings".to_owned(), self.timings(reply));
                } else {
                    last.insert("usage".to_owned(), self.usage(reply));
                }
            }
            events.push(last);
        }
        sse(&events, !faults.contains(&Fault::NoDone))
    }

    fn chunk(&self, delta: Value, finish_reason: Option<&str>) -> Value {
        json!({
            "id": "chatcmpl-simulated",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": self.model.key,
            "system_fingerprint": self.model.key,
            "choices": [{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish_reason }],
        })
    }
}

fn zeros() -> Value {
    json!({ "prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0 })
}

fn tool_call(name: &str, arguments: &str) -> Value {
    json!({
        "index": 0,
        "id": "call_simulated",
        "type": "function",
        "function": { "name": name, "arguments": arguments },
    })
}

/// Events as they are sent, one by one.
fn sse(events: &[Value], is_done: bool) -> Answer {
    let events = events.iter().map(|event| format!("data: {event}\n\n"));
    let done = is_done.then(|| "data: [DONE]\n\n".to_owned());
    Answer::stream(events.chain(done).collect())
}
