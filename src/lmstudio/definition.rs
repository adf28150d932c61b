//! The definition of a model, as OpenClaw's own set-up saves it (2026.5.18).

use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

use super::reasoning::{Discovered, Efforts};
use super::saved::{LIST, MAP, list_value, map_value};
use crate::json5;

/// Context window of a model whose server does not tell it.
pub const DEFAULT_CONTEXT_WINDOW: u64 = 128_000;

/// Context that a model is loaded with unless something else is wished for.
pub const DEFAULT_LOAD_CONTEXT: u64 = 64_000;

/// Below this many tokens of context OpenClaw refuses to run a model (`CONTEXT_WINDOW_HARD_MIN_TOKENS` of
/// 2026.5.18 and 2026.9.6).
pub const LEAST_CONTEXT: u32 = 4_000;

/// Most tokens of an answer, unless the window is smaller.
pub const DEFAULT_MAX_TOKENS: u64 = 8192;

/// An entry of `models.providers.<id>.models`, in the form that set-up saves: keys in its order, and
/// absent where there is nothing to say.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// `id`.
    pub id: String,
    /// `name`.
    pub name: String,
    /// `reasoning`.
    pub reasoning: bool,
    /// Whether `input` has `image` beside `text`.
    pub vision: bool,
    /// `compat`, where the model has efforts to choose from.
    pub efforts: Option<Efforts>,
    /// `contextWindow`, in tokens.
    pub context_window: u64,
    /// `contextTokens`, in tokens.
    pub context_tokens: u64,
    /// `maxTokens`, in tokens.
    pub max_tokens: u64,
}

/// The keys of `cost`; the models of one's own machine cost nothing.
const COSTS: [&str; 4] = ["input", "output", "cacheRead", "cacheWrite"];

impl Definition {
    /// The definition of a model, by the rules that set-up follows.
    pub(super) fn new(
        id: &str,
        name: &str,
        context_window: Option<u64>,
        vision: bool,
        reasoning: Option<&Discovered>,
    ) -> Definition {
        let window = context_window.unwrap_or(DEFAULT_CONTEXT_WINDOW);
        Definition {
            id: id.to_owned(),
            name: name.to_owned(),
            reasoning: reasoning.is_some_and(|found| found.reasoning),
            vision,
            efforts: reasoning.and_then(|found| found.efforts.clone()),
            context_window: window,
            context_tokens: window.min(DEFAULT_LOAD_CONTEXT),
            max_tokens: window.clamp(1, DEFAULT_MAX_TOKENS),
        }
    }

    /// `input`.
    #[must_use]
    pub fn input(&self) -> &'static [&'static str] {
        if self.vision {
            &["text", "image"]
        } else {
            &["text"]
        }
    }

    /// As a value for a config.
    #[must_use]
    pub fn to_value(&self) -> json5::Value {
        let text = |text: &str| json5::Value::from(text);
        let list = |items: &[&str]| json5::Value::List(items.iter().map(|&i| text(i)).collect());
        #[expect(clippy::cast_precision_loss, reason = "a window is far below 2^53")]
        let number = |number: u64| json5::Value::Number(number as f64);
        let zeros = COSTS.map(|key| (key.to_owned(), json5::Value::Number(0.0)));
        let mut entries = vec![
            ("id", text(&self.id)),
            ("name", text(&self.name)),
            ("reasoning", json5::Value::Boolean(self.reasoning)),
            ("input", list(self.input())),
            ("cost", json5::Value::Object(zeros.to_vec())),
        ];
        if let Some(efforts) = &self.efforts {
            entries.push(("compat", efforts.to_value()));
        }
        entries.extend([
            ("contextWindow", number(self.context_window)),
            ("contextTokens", number(self.context_tokens)),
            ("maxTokens", number(self.max_tokens)),
        ]);
        let entries = entries.into_iter();
        json5::Value::Object(
            entries
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
        )
    }
}

impl Serialize for Definition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = 8 + usize::from(self.efforts.is_some());
        let mut object = serializer.serialize_struct("Model", fields)?;
        object.serialize_field("id", &self.id)?;
        object.serialize_field("name", &self.name)?;
        object.serialize_field("reasoning", &self.reasoning)?;
        object.serialize_field("input", self.input())?;
        object.serialize_field("cost", &Pairs(&COSTS.map(|key| (key, 0))))?;
        if let Some(efforts) = &self.efforts {
            object.serialize_field("compat", efforts)?;
        }
        object.serialize_field("contextWindow", &self.context_window)?;
        object.serialize_field("contextTokens", &self.context_tokens)?;
        object.serialize_field("maxTokens", &self.max_tokens)?;
        object.end()
    }
}

impl Efforts {
    /// `compat` as a value for a config.
    #[must_use]
    pub fn to_value(&self) -> json5::Value {
        let entries = [
            ("supportsReasoningEffort", json5::Value::Boolean(true)),
            (LIST, self.list_value()),
            (MAP, self.map_value()),
        ];
        json5::Value::Object(entries.map(|(key, value)| (key.to_owned(), value)).to_vec())
    }

    /// `supportedReasoningEfforts` as a value for a config.
    #[must_use]
    pub fn list_value(&self) -> json5::Value {
        list_value(&self.words())
    }

    /// `reasoningEffortMap` as a value for a config.
    #[must_use]
    pub fn map_value(&self) -> json5::Value {
        map_value(&self.pairs())
    }

    pub(super) fn words(&self) -> Vec<&str> {
        self.supported.iter().map(String::as_str).collect()
    }

    pub(super) fn pairs(&self) -> Vec<(&str, &str)> {
        let pairs = self.map.iter();
        pairs
            .map(|(from, to)| (from.as_str(), to.as_str()))
            .collect()
    }
}

impl Serialize for Efforts {
    /// As `compat`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Compat", 3)?;
        object.serialize_field("supportsReasoningEffort", &true)?;
        object.serialize_field("supportedReasoningEfforts", &self.supported)?;
        object.serialize_field("reasoningEffortMap", &Pairs(&self.map))?;
        object.end()
    }
}

/// An object whose keys keep their order.
struct Pairs<'p, K, V>(&'p [(K, V)]);

impl<K: Serialize, V: Serialize> Serialize for Pairs<'_, K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}
