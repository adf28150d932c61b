//! What is said: always the same to the same question.

use serde_json::{Map, Value, json};

use super::question::{Effort, Question, Tool};
use crate::simulator::model::Model;
use crate::simulator::settings::Release;

/// What reasoning consists of, over and over.
const THOUGHT: &str = "Someone asks me something, so I look at what was said, weigh it, and think of \
    a short answer. ";

/// Most characters of a message that are said again.
const ECHO: usize = 400;

/// An answer, in words.
pub(super) struct Reply {
    /// Words with the blank behind them.
    pub reasoning: Vec<String>,
    pub content: Vec<String>,
    pub call: Option<Call>,
    pub finish: Finish,
}

/// Why it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finish {
    Stop,
    Length,
    ToolCalls,
}

/// A call of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub id: String,
    pub name: String,
    /// JSON as text.
    pub arguments: String,
}

impl Reply {
    pub(super) fn to(question: &Question, model: &Model, release: Release, number: u64) -> Reply {
        let effort = question.effort.filter(|_| release.is_recent());
        let thought = THOUGHT.split_inclusive(' ').cycle();
        let thought = thought.take(amount(model, effort)).map(str::to_owned);
        let mut reasoning: Vec<String> = thought.collect();
        let mut content = Vec::new();
        if question.call.is_none() {
            content = words(&match &question.tool_said {
                Some(said) => format!("The tool said \"{}\".", shortened(said)),
                None => format!(
                    "You said \"{}\", and I am {}, a simulated model that knows no more.",
                    shortened(&question.last_said),
                    model.key
                ),
            });
        }
        if !release.is_recent() && !reasoning.is_empty() {
            let within = [words("<think> "), reasoning, words("</think> "), content];
            (reasoning, content) = (Vec::new(), within.concat());
        }
        let limit = question.limit.unwrap_or(usize::MAX);
        let cut = reasoning.len() + content.len() > limit;
        reasoning.truncate(limit);
        content.truncate(limit - reasoning.len());
        let tool = question.call.as_ref().filter(|_| !cut);
        let finish = match tool {
            _ if cut => Finish::Length,
            Some(_) => Finish::ToolCalls,
            None => Finish::Stop,
        };
        Reply {
            reasoning,
            content,
            call: tool.map(|tool| Call::of(tool, number)),
            finish,
        }
    }

    /// Words that were made, the call counted by its arguments.
    pub(super) fn completion_words(&self) -> usize {
        let call = self.call.as_ref();
        let call = call.map_or(0, |call| call.arguments.split(' ').count() + 1);
        self.reasoning.len() + self.content.len() + call
    }
}

impl Finish {
    pub(super) fn name(self) -> &'static str {
        match self {
            Finish::Stop => "stop",
            Finish::Length => "length",
            Finish::ToolCalls => "tool_calls",
        }
    }

    /// What `stats` calls it.
    pub(super) fn stop_reason(self) -> &'static str {
        match self {
            Finish::Stop => "eosFound",
            Finish::Length => "maxPredictedTokensReached",
            Finish::ToolCalls => "toolCalls",
        }
    }
}

/// How many words are thought: levels differ for a model that has levels.
fn amount(model: &Model, effort: Option<Effort>) -> usize {
    let Some(reasoning) = &model.reasoning else {
        return 0;
    };
    let default = match reasoning.default.as_str() {
        "off" => Effort::None,
        word => Effort::named(word).unwrap_or(Effort::Medium),
    };
    let effort = effort.unwrap_or(default);
    let has = |word: &str| {
        let mut options = reasoning.allowed_options.iter();
        options.any(|option| option == word)
    };
    let effort = match effort {
        Effort::None => Effort::None,
        _ if reasoning.is_binary() => Effort::Medium,
        Effort::Minimal if !has("minimal") => Effort::Low,
        Effort::Xhigh if !has("xhigh") => Effort::High,
        effort => effort,
    };
    match effort {
        Effort::None => 0,
        Effort::Minimal => 6,
        Effort::Low => 12,
        Effort::Medium => 24,
        Effort::High => 48,
        Effort::Xhigh => 96,
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_inclusive(' ').map(str::to_owned).collect()
}

fn shortened(text: &str) -> String {
    text.chars().take(ECHO).collect()
}

impl Call {
    fn of(tool: &Tool, number: u64) -> Call {
        Call {
            id: format!("call_{number:09}"),
            name: tool.name.clone(),
            arguments: sample(&tool.parameters, 0).to_string(),
        }
    }
}

/// A small value that the schema allows, as far as types and enums tell.
fn sample(schema: &Value, depth: usize) -> Value {
    const DEEPEST: usize = 8;
    let choices = schema.get("enum").and_then(Value::as_array);
    if let Some(choice) = choices.and_then(|choices| choices.first()) {
        return choice.clone();
    }
    let kind = schema.get("type").and_then(Value::as_str);
    match kind {
        Some("string") => json!("text"),
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(true),
        Some("array") => json!([]),
        Some("null") => Value::Null,
        _ if depth < DEEPEST => {
            let properties = schema.get("properties");
            let required = schema.get("required").and_then(Value::as_array);
            let names = required.into_iter().flatten().filter_map(Value::as_str);
            let fields = names.filter_map(|name| {
                let property = properties?.get(name)?;
                Some((name.to_owned(), sample(property, depth + 1)))
            });
            Value::Object(fields.collect::<Map<_, _>>())
        }
        _ => json!({}),
    }
}
