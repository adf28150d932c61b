//! What is said to a question: always the same words, and how many tokens they take.

use std::sync::Mutex;

use serde_json::{Map, Value, json};

use super::Setting;
use super::profile::{Effect, Profile, TooLong};

/// What is thought, over and over: ten words.
pub(crate) const THOUGHT: &str = "Somebody asks a small question, so a small answer does.";

/// What is said: ten words, not all of them ASCII.
pub(crate) const SENTENCE: &str = "Here is a short answer \u{2014} na\u{EF}ve, but true \u{1F44D}.";

/// Words of reasoning of each level.
const LEVELS: [(&str, usize); 6] = [
    ("minimal", 4),
    ("low", 6),
    ("medium", 10),
    ("high", 14),
    ("xhigh", 18),
    ("max", 22),
];

/// Words of reasoning when nobody names a level.
const USUAL_LEVEL: usize = 10;

/// Tokens of the template ahead of the messages; the others are behind them.
const AHEAD: usize = 8;

/// An answer, in words with the blank behind them.
pub(super) struct Said {
    /// What stands in `model`.
    pub model: String,
    pub reasoning: Vec<String>,
    pub content: Vec<String>,
    pub call: Option<Call>,
    pub finish: &'static str,
    pub prompt_tokens: u64,
    /// Those among them that were in the cache.
    pub cached_tokens: u64,
    pub completion_tokens: u64,
}

pub(super) struct Call {
    pub name: String,
    /// JSON as text.
    pub arguments: String,
}

impl Said {
    /// What is said to a request that is not refused; `model` is what stands in the answer.
    pub(super) fn to(
        profile: &Profile,
        setting: &Setting,
        cache: &Mutex<Vec<String>>,
        body: &Value,
        model: &str,
    ) -> Said {
        let messages = body["messages"].as_array().cloned().unwrap_or_default();
        let last = messages.last().cloned().unwrap_or_default();
        let is_tool = last["role"] == "tool";
        let call = call(body).filter(|_| setting.tools && !is_tool);
        let mut reasoning = match level(profile, setting, body) {
            0 => Vec::new(),
            amount => {
                let words = format!("{THOUGHT} ");
                let words = words.split_inclusive(' ').cycle().take(amount);
                words.map(str::to_owned).collect()
            }
        };
        if let Some(end) = reasoning.last_mut() {
            *end = end.trim_end().to_owned();
        }
        let mut content = match &call {
            Some(_) => Vec::new(),
            None if is_tool => words(&format!("The tool says {}.", text_of(&last))),
            None => words(SENTENCE),
        };
        let limit = limit(body).unwrap_or(usize::MAX);
        let is_cut = reasoning.len() + content.len() > limit;
        reasoning.truncate(limit);
        content.truncate(limit - reasoning.len());
        let arguments = call
            .as_ref()
            .map_or(0, |call| words(&call.arguments).len() + 1);
        let end = usize::from(!is_cut);
        let completion = reasoning.len() + content.len() + arguments + end;
        let mut prompt = prompt(profile, &messages);
        if matches!(profile.too_long, TooLong::Truncated) {
            prompt.truncate(usize::try_from(setting.context).unwrap());
        }
        let cached = in_cache(cache, &prompt);
        Said {
            model: model.to_owned(),
            finish: match &call {
                _ if is_cut => "length",
                Some(_) => "tool_calls",
                None => "stop",
            },
            reasoning,
            content,
            call,
            prompt_tokens: prompt.len() as u64,
            cached_tokens: cached as u64,
            completion_tokens: completion as u64,
        }
    }
}

/// How many tokens a prompt has.
pub(super) fn length(profile: &Profile, body: &Value) -> u64 {
    let messages = body["messages"].as_array().cloned().unwrap_or_default();
    prompt(profile, &messages).len() as u64
}

/// Most tokens of the answer, the smaller of the two fields.
pub(super) fn limit(body: &Value) -> Option<usize> {
    let fields = ["max_tokens", "max_completion_tokens"].into_iter();
    let limits = fields.filter_map(|field| usize::try_from(body[field].as_u64()?).ok());
    limits.min()
}

/// What `reasoning_effort` does, if there is one.
pub(super) fn effect(profile: &Profile, body: &Value) -> Option<Effect> {
    let efforts = &profile.efforts;
    Some(match body.get("reasoning_effort")? {
        Value::Null => efforts.null,
        Value::Bool(_) => efforts.boolean,
        Value::String(word) => match word.as_str() {
            "" => efforts.empty,
            "none" => efforts.none,
            "minimal" => efforts.minimal,
            "low" | "medium" | "high" => efforts.levels,
            "xhigh" => efforts.xhigh,
            "max" => efforts.max,
            _ => efforts.words,
        },
        _ => efforts.number,
    })
}

/// How many words are thought.
fn level(profile: &Profile, setting: &Setting, body: &Value) -> usize {
    if !setting.reasons {
        return 0;
    }
    let of = |word: &str| {
        let found = LEVELS.iter().find(|(level, _)| *level == word);
        found.map_or(USUAL_LEVEL, |(_, words)| *words)
    };
    let switch = body["chat_template_kwargs"]["enable_thinking"].as_bool();
    let switch = switch.filter(|_| profile.template_switch);
    match (switch, effect(profile, body)) {
        (Some(false), _) | (None, Some(Effect::Off)) => 0,
        (_, Some(Effect::Level)) => of(body["reasoning_effort"].as_str().unwrap_or_default()),
        (_, Some(Effect::As(word))) => of(word),
        _ => USUAL_LEVEL,
    }
}

/// The tokens of a prompt: the template around the words of all messages.
fn prompt(profile: &Profile, messages: &[Value]) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    for message in messages {
        let mut texts = vec![text_of(message)];
        let echoed = profile
            .echoes
            .iter()
            .filter_map(|key| message[key].as_str());
        texts.extend(echoed.map(str::to_owned));
        for text in texts {
            tokens.extend(text.split_whitespace().map(str::to_owned));
        }
    }
    let marks = usize::try_from(profile.template).unwrap() - AHEAD;
    let ahead = (0..AHEAD).map(|nth| format!("<{nth}>"));
    let behind = (0..marks).map(|nth| format!("</{nth}>"));
    ahead.chain(tokens).chain(behind).collect()
}

/// How much of a prompt is what the last one began with; one token is always looked at anew.
fn in_cache(cache: &Mutex<Vec<String>>, prompt: &[String]) -> usize {
    let mut last = cache.lock().unwrap();
    let same = last.iter().zip(prompt).take_while(|(a, b)| a == b).count();
    *last = prompt.to_vec();
    same.min(prompt.len() - 1)
}

/// The text of a message: a string, or the parts of a list that are text.
fn text_of(message: &Value) -> String {
    match &message["content"] {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts = parts.iter().filter_map(|part| part["text"].as_str());
            texts.collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    }
}

/// A call of the first tool, unless tools are not to be called.
fn call(body: &Value) -> Option<Call> {
    if body["tool_choice"] == "none" {
        return None;
    }
    let function = &body["tools"][0]["function"];
    let parameters = function["parameters"]["properties"].as_object();
    let mut arguments = Map::new();
    for (nth, (name, schema)) in parameters.into_iter().flatten().enumerate() {
        let value = match schema["type"].as_str() {
            Some("integer" | "number") => json!(nth + 2),
            Some("boolean") => json!(true),
            _ => json!("text"),
        };
        arguments.insert(name.clone(), value);
    }
    Some(Call {
        name: function["name"].as_str()?.to_owned(),
        arguments: Value::Object(arguments).to_string(),
    })
}

fn words(text: &str) -> Vec<String> {
    text.split_inclusive(' ').map(str::to_owned).collect()
}
