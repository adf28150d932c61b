//! Whether a tool is called, and its result taken.

use serde_json::{Value, json};

use super::failure::sentence;
use crate::chat::{Finish, ToolCall, written_calls};
use crate::verification::check::{Check, Outcome};
use crate::verification::report::Exchange;
use crate::verification::subject::{REQUIRED, Subject, TOOL};

/// The two chats of a tool call: the model calls, and is told the result.
#[derive(Debug, Clone, Copy)]
pub struct Tools<'t> {
    /// The answer that is to call the tool.
    pub call: &'t Exchange,
    /// The answer to the result, if the tool was called.
    pub answer: Option<&'t Exchange>,
}

impl Tools<'_> {
    /// What the model said, as the history of the next request has it; none when it called no tool, or
    /// not the one that there is.
    #[must_use]
    pub fn message(call: &Exchange) -> Option<Value> {
        let is_other = |made: &ToolCall| made.name.as_deref() != Some(TOOL);
        if call.calls.iter().any(is_other) {
            return None;
        }
        let made = call.calls.iter();
        let mut calls: Vec<(Option<String>, String)> = made
            .map(|made| (made.id.clone(), made.arguments.clone()))
            .collect();
        if calls.is_empty() {
            let written = written_calls(&call.content, &[TOOL]).into_iter();
            calls.extend(written.map(|made| (None, Value::Object(made.arguments).to_string())));
        }
        let calls = calls.into_iter().enumerate().map(|(nth, (id, arguments))| {
            let id = id.unwrap_or_else(|| format!("call_{}", nth + 1));
            let function = json!({ "name": TOOL, "arguments": arguments });
            json!({ "id": id, "type": "function", "function": function })
        });
        let calls: Vec<Value> = calls.collect();
        let message = json!({ "role": "assistant", "content": "", "tool_calls": calls });
        (!calls.is_empty()).then_some(message)
    }
}

/// Judges a round trip with a tool.
#[must_use]
pub fn tools(subject: &Subject, chats: Tools<'_>) -> Outcome {
    let fail = |message: String| Outcome::fail(Check::Tools, message);
    // Without a word of the config it may be that the model was never meant to.
    let missed = |message: &str| {
        if subject.tools == Some(true) {
            fail(message.to_owned()).at(Some(subject.places.tools.clone()))
        } else {
            Outcome::warn(Check::Tools, message)
        }
    };
    let call = chats.call;
    if let Some(failure) = &call.failure {
        let said = format!("with a tool on offer, {}", sentence(failure));
        if matches!(failure.kind, "bad_request" | "server_error") {
            let help = "if the model cannot call tools, set `compat.supportsTools: false`.";
            return fail(said)
                .with_help(help)
                .at(Some(subject.places.tools.clone()));
        }
        return fail(said).advised(failure.kind);
    }
    let is_written = call.calls.is_empty() && !written_calls(&call.content, &[TOOL]).is_empty();
    if call.calls.is_empty() {
        if is_written {
            return written(chats.answer);
        }
        if call.finish == Some(Finish::Length) {
            let message = "the token budget was used up before a tool was called";
            return Outcome::warn(Check::Tools, message)
                .with_help("`--max-tokens 1024` gives more.");
        }
        return missed("it answered in words, and did not call the tool").with_help(
            "if that stays so, set `compat.supportsTools: false`; the server may need a tool-call parser for this model.",
        );
    }
    for made in &call.calls {
        let name = made.name.as_deref().unwrap_or_default();
        if name != TOOL {
            return fail(format!("it called `{name}`, which is not on offer"));
        }
        let Ok(Value::Object(arguments)) = serde_json::from_str(&made.arguments) else {
            let message = "the arguments of the tool call are no JSON object".to_owned();
            return fail(message)
                .with_help("the server may need a tool-call parser for this model.");
        };
        if let Some(missing) = REQUIRED.iter().find(|name| !arguments.contains_key(**name)) {
            let message = format!("it called the tool without `{missing}`, which it needs");
            return missed(&message).with_help(
                "the model may be too small for tools, or its tool-call parser does not fit.",
            );
        }
    }
    if let Some(failure) = chats.answer.and_then(|answer| answer.failure.as_ref()) {
        return fail(format!(
            "told the result of the tool, {}",
            sentence(failure)
        ));
    }
    match chats.answer {
        Some(answer)
            if answer.content.trim().is_empty() && answer.finish != Some(Finish::Length) =>
        {
            Outcome::warn(Check::Tools, "told the result of the tool, it said nothing")
        }
        _ => Outcome::pass(Check::Tools, "called the tool, and went on with its result"),
    }
}

/// The call was written as text.
fn written(answer: Option<&Exchange>) -> Outcome {
    if let Some(failure) = answer.and_then(|answer| answer.failure.as_ref()) {
        let message = format!("told the result of the tool, {}", sentence(failure));
        return Outcome::fail(Check::Tools, message);
    }
    Outcome::warn(Check::Tools, "it wrote the call as text, where OpenClaw finds it")
        .with_help("a tool-call parser of the server makes it a call; OpenClaw takes text only when nothing else is said.")
}
