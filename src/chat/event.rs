//! What the chunks of a stream say: pieces of the answer, its end, and errors in all the shapes that
//! servers give them (sections 2 and 5 of the backends facts).

use serde_json::Value;

/// Something that a stream says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A piece of the answer.
    Content(String),
    /// A piece of what the model thinks before it answers.
    Reasoning(String),
    /// A piece of a tool call.
    Tool(ToolPiece),
    /// Why the answer ends.
    Finish(Finish),
    /// The answer failed.
    Error(StreamError),
    /// The end mark.
    Done,
}

/// A piece of a tool call. Pieces with one index belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolPiece {
    /// Which call it belongs to.
    pub index: u64,
    /// The call's id, once.
    pub id: Option<String>,
    /// The tool's name, once.
    pub name: Option<String>,
    /// A piece of the arguments, which are JSON once they are whole.
    pub arguments: String,
}

/// Why an answer ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finish {
    /// It is complete.
    Stop,
    /// The bound on its length was reached.
    Length,
    /// Tools are called.
    ToolCalls,
    /// Another word of the server.
    Other(String),
}

impl Finish {
    fn of(word: &str) -> Finish {
        match word {
            "stop" | "end" => Finish::Stop,
            "length" => Finish::Length,
            "tool_calls" | "tool_call" | "function_call" => Finish::ToolCalls,
            other => Finish::Other(other.to_owned()),
        }
    }

    /// The word, as OpenAI writes it where it has one.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Finish::Stop => "stop",
            Finish::Length => "length",
            Finish::ToolCalls => "tool_calls",
            Finish::Other(word) => word,
        }
    }
}

/// An error that a server tells within an answer, in its own words: they are foreign text, to be bounded
/// and cleaned before they are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamError {
    /// What it says.
    pub message: String,
    /// What kind it says it is.
    pub kind: Option<String>,
    /// The status or code that it names.
    pub code: Option<u16>,
}

impl StreamError {
    /// The error in an answer, in any of the shapes that are known; none when it is no error.
    #[must_use]
    pub fn of(answer: &Value) -> Option<StreamError> {
        let inner = match answer.get("error") {
            Some(Value::Null) | None => is_bare_error(answer).then_some(answer)?,
            Some(Value::String(message)) => {
                return Some(StreamError::saying(message));
            }
            Some(inner) => inner,
        };
        let text = |key: &str| inner.get(key).and_then(Value::as_str);
        let detail = answer.get("detail");
        let message = text("message").or_else(|| detail?.as_str());
        let message = message.map_or_else(|| detail.unwrap_or(inner).to_string(), str::to_owned);
        let code = inner.get("code");
        let number = code.and_then(Value::as_u64);
        let number = number.or_else(|| code?.as_str()?.parse().ok());
        Some(StreamError {
            message,
            kind: text("type").map(str::to_owned),
            code: number.and_then(|number| u16::try_from(number).ok()),
        })
    }

    /// An error of which nothing is known but its words.
    #[must_use]
    pub fn saying(message: &str) -> StreamError {
        StreamError {
            message: message.to_owned(),
            kind: None,
            code: None,
        }
    }
}

/// Whether an answer is an error without an `error` around it: `{object: "error", …}`, `{detail: …}`.
fn is_bare_error(answer: &Value) -> bool {
    let is_object = answer.get("object").and_then(Value::as_str) == Some("error");
    is_object || (answer.get("detail").is_some() && answer.get("choices").is_none())
}

/// What a chunk says, in its order: reasoning before content, the end last.
pub(super) fn events_of(chunk: &Value, events: &mut Vec<Event>) {
    if let Some(error) = StreamError::of(chunk) {
        events.push(Event::Error(error));
        return;
    }
    let choices = chunk.get("choices").and_then(Value::as_array);
    // A request for one answer; what others a server sends are not its answer.
    let Some(choice) = choices.and_then(|choices| choices.first()) else {
        return;
    };
    // An answer that does not stream has the whole message in one.
    let delta = choice.get("delta").or_else(|| choice.get("message"));
    if let Some(delta) = delta {
        let text = |key: &str| delta.get(key).and_then(Value::as_str);
        let said = |key: &str| text(key).filter(|text| !text.is_empty());
        let thought = ["reasoning_content", "reasoning", "reasoning_text"];
        if let Some(thought) = thought.into_iter().find_map(said) {
            events.push(Event::Reasoning(thought.to_owned()));
        }
        if let Some(said) = said("content") {
            events.push(Event::Content(said.to_owned()));
        }
        let calls = delta.get("tool_calls").and_then(Value::as_array);
        for (nth, call) in calls.into_iter().flatten().enumerate() {
            events.push(Event::Tool(tool_piece(nth as u64, call)));
        }
    }
    let reason = choice.get("finish_reason").and_then(Value::as_str);
    if let Some(reason) = reason.filter(|reason| !reason.is_empty()) {
        events.push(Event::Finish(Finish::of(reason)));
    }
}

fn tool_piece(nth: u64, call: &Value) -> ToolPiece {
    let function = call.get("function");
    let text = |value: Option<&Value>| {
        let text = value
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty());
        text.map(str::to_owned)
    };
    let arguments = function.and_then(|function| function.get("arguments"));
    ToolPiece {
        index: call.get("index").and_then(Value::as_u64).unwrap_or(nth),
        id: text(call.get("id")),
        name: text(function.and_then(|function| function.get("name"))),
        arguments: match arguments {
            // Some servers send them as JSON, not as text.
            Some(Value::Object(object)) => serde_json::to_string(object).unwrap_or_default(),
            arguments => text(arguments).unwrap_or_default(),
        },
    }
}
