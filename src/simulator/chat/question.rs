//! What a chat request asks for.

use serde_json::{Map, Value};

/// A chat request, as much of it as matters.
pub(super) struct Question {
    pub model: String,
    pub stream: bool,
    pub include_usage: bool,
    pub effort: Option<Effort>,
    /// Most words of the answer.
    pub limit: Option<usize>,
    /// What the last message of the user says.
    pub last_said: String,
    /// What a tool answered, when that is the last message.
    pub tool_said: Option<String>,
    /// Words in all messages.
    pub prompt_words: usize,
    /// The tool to call.
    pub call: Option<Tool>,
}

/// A tool that is offered.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tool {
    pub name: String,
    pub parameters: Value,
}

/// How much to reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Effort {
    None,
    Minimal,
    Low,
    Medium,
    High,
    Xhigh,
}

impl Effort {
    /// The words that this endpoint takes; `off` and `on` are not among them.
    pub(super) const ALL: [(&str, Effort); 6] = [
        ("none", Effort::None),
        ("minimal", Effort::Minimal),
        ("low", Effort::Low),
        ("medium", Effort::Medium),
        ("high", Effort::High),
        ("xhigh", Effort::Xhigh),
    ];

    pub(super) fn named(name: &str) -> Option<Effort> {
        let found = Effort::ALL.iter().find(|(word, _)| *word == name);
        found.map(|(_, effort)| *effort)
    }
}

/// Why a request is refused.
pub(super) struct Refusal {
    pub message: String,
    pub param: Option<&'static str>,
}

fn refuse<T>(message: impl Into<String>, param: &'static str) -> Result<T, Refusal> {
    let (message, param) = (message.into(), Some(param));
    Err(Refusal { message, param })
}

impl Question {
    pub(super) fn read(body: &[u8]) -> Result<Question, Refusal> {
        let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
            let message = "The body must be a JSON object.".to_owned();
            let param = None;
            return Err(Refusal { message, param });
        };
        let Some(Value::String(model)) = fields.get("model") else {
            return refuse("'model' is required and must be a string.", "model");
        };
        let messages = match fields.get("messages") {
            Some(Value::Array(messages)) if !messages.is_empty() => messages,
            _ => return refuse("'messages' must be a list that is not empty.", "messages"),
        };
        if !messages.iter().all(|message| role(message).is_some()) {
            return refuse("every message must have a role.", "messages");
        }
        let said = |wanted: &str| {
            let mut latest = messages.iter().rev();
            let found = latest.find(|message| role(message) == Some(wanted));
            found.map(text_of).unwrap_or_default()
        };
        let last = messages.last().and_then(role);
        let last_said = said("user");
        let tools = tools(&fields)?;
        let options = fields.get("stream_options");
        let usage = options.and_then(|options| options.get("include_usage"));
        Ok(Question {
            model: model.clone(),
            stream: fields.get("stream") == Some(&Value::Bool(true)),
            include_usage: usage == Some(&Value::Bool(true)),
            effort: effort(&fields)?,
            limit: limit(&fields)?,
            tool_said: (last == Some("tool")).then(|| said("tool")),
            prompt_words: messages.iter().map(words_of).sum(),
            call: call(&fields, tools, last, &last_said)?,
            last_said,
        })
    }
}

fn role(message: &Value) -> Option<&str> {
    message.get("role").and_then(Value::as_str)
}

/// The text of a message: a string, or the parts of a list that are text.
fn text_of(message: &Value) -> String {
    match message.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            let texts = parts.iter().filter_map(|part| part.get("text")?.as_str());
            texts.collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    }
}

/// Words of a message, one more for its role.
fn words_of(message: &Value) -> usize {
    text_of(message).split_whitespace().count() + 1
}

fn effort(fields: &Map<String, Value>) -> Result<Option<Effort>, Refusal> {
    let word = match fields.get("reasoning_effort") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(word)) => word.as_str(),
        Some(_) => "",
    };
    match Effort::named(word) {
        Some(effort) => Ok(Some(effort)),
        None => {
            let known = Effort::ALL.map(|(word, _)| word).join(", ");
            let message = format!("Invalid value for 'reasoning_effort'. Supported: {known}.");
            refuse(message, "reasoning_effort")
        }
    }
}

/// The smaller of the two limits; a negative one is none.
fn limit(fields: &Map<String, Value>) -> Result<Option<usize>, Refusal> {
    let mut least: Option<usize> = None;
    for name in ["max_tokens", "max_completion_tokens"] {
        let limit = match fields.get(name) {
            None | Some(Value::Null) => continue,
            Some(value) => value.as_i64(),
        };
        let Some(limit) = limit else {
            return refuse(format!("'{name}' must be an integer."), "max_tokens");
        };
        if let Ok(limit) = usize::try_from(limit) {
            least = Some(least.map_or(limit, |least| least.min(limit)));
        }
    }
    Ok(least)
}

fn tools(fields: &Map<String, Value>) -> Result<Vec<Tool>, Refusal> {
    let listed = match fields.get("tools") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(listed)) => listed,
        Some(_) => return refuse("'tools' must be a list.", "tools"),
    };
    let mut tools = Vec::new();
    for tool in listed {
        let function = tool.get("function");
        let name = function.and_then(|function| function.get("name")?.as_str());
        let Some(name) = name else {
            return refuse("every tool must have a function with a name.", "tools");
        };
        let parameters = function.and_then(|function| function.get("parameters"));
        tools.push(Tool {
            name: name.to_owned(),
            parameters: parameters.cloned().unwrap_or_default(),
        });
    }
    Ok(tools)
}

/// Whether `name` stands in the text as a word of its own.
fn names(text: &str, name: &str) -> bool {
    let within = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    let mut words = text.split(|c| !within(c));
    words.any(|word| word == name || word.trim_end_matches('.') == name)
}

/// The tool to call: the one that `tool_choice` forces, else the one that the user names.
fn call(
    fields: &Map<String, Value>,
    tools: Vec<Tool>,
    last: Option<&str>,
    said: &str,
) -> Result<Option<Tool>, Refusal> {
    let named = |name: &str| tools.iter().find(|tool| tool.name == name).cloned();
    let asked = || {
        let asked = tools.iter().find(|tool| names(said, &tool.name));
        asked.filter(|_| last == Some("user")).cloned()
    };
    match fields.get("tool_choice") {
        None | Some(Value::Null) => Ok(asked()),
        Some(Value::String(choice)) => match choice.as_str() {
            "none" => Ok(None),
            "auto" => Ok(asked()),
            "required" if last == Some("tool") => Ok(None),
            "required" => Ok(asked().or_else(|| tools.first().cloned())),
            _ => refuse(
                "'tool_choice' must be none, auto or required.",
                "tool_choice",
            ),
        },
        Some(choice) => {
            let function = choice.get("function");
            let name = function.and_then(|function| function.get("name")?.as_str());
            match name.and_then(named) {
                Some(tool) => Ok(Some(tool).filter(|_| last != Some("tool"))),
                None => refuse("'tool_choice' names no tool that is given.", "tool_choice"),
            }
        }
    }
}
