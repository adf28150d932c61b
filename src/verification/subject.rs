//! A model of a config as something to verify: the requests to send, and the lines to name.

use serde_json::{Value, json};

use super::check::Place;
use crate::chat::{
    Habits, Question, ReasoningSetting, Remedy, USUAL_PROMPT, body_by, reasoning_settings,
};
use crate::config::{Config, DEFAULT_API, Model, Provider};
use crate::json5::Node;
use crate::lmstudio::{self, Wish, is_preload_wanted};

/// The tool that a model is asked to call.
pub const TOOL: &str = "add_numbers";

/// What the tool cannot do without.
pub(super) const REQUIRED: [&str; 2] = ["a", "b"];

/// What a model is asked when it is to call the tool.
const TOOL_PROMPT: &str = "What is 2 plus 3? Call the tool add_numbers, then say the sum.";

/// What a model is told before: an agent always tells something, and some templates refuse the role.
const SYSTEM: &str = "You are a helpful assistant.";

/// Most tokens of an answer that is only to show whether an effort has an effect.
const MOST_FOR_AN_EFFORT: u64 = 128;

/// What is wished of a verification.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Most tokens of an answer.
    pub max_tokens: u64,
}

/// Why a model is not verified by a chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It is asked with this protocol, which is not spoken here.
    OtherApi(String),
    /// Its entry has no id.
    NoId,
}

/// A model to verify.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The id that the server is asked for.
    pub id: String,
    /// The requests; none when it is not asked by chat.
    pub script: Result<Script, Why>,
    /// `contextWindow`, in tokens.
    pub window: Option<u64>,
    /// What of it OpenClaw works with, in tokens: `contextTokens` of the model or the provider, else
    /// the window.
    pub working: Option<u64>,
    /// Whether the config says that it reasons.
    pub reasons: bool,
    /// Whether the config takes its server for LM Studio, where all efforts may stand for one.
    pub is_lm_studio: bool,
    /// `compat.supportsTools`.
    pub tools: Option<bool>,
    /// What LM Studio is to load ahead, where that is wanted.
    pub wish: Option<Wish>,
    /// The lines to name.
    pub places: Places,
}

/// The lines of a config that a check may be about; each leads to the nearest one that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// `contextWindow`.
    pub window: Place,
    /// `reasoning`.
    pub reasoning: Place,
    /// `compat.supportedReasoningEfforts`.
    pub efforts: Place,
    /// `compat.supportsUsageInStreaming`.
    pub usage: Place,
    /// `compat.supportsTools`.
    pub tools: Place,
    /// `compat`.
    pub compat: Place,
    /// The model's `id`.
    pub id: Place,
}

/// The requests for a model, as bodies.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// A plain chat, as OpenClaw would hold it.
    pub chat: Value,
    /// The same, not streamed.
    pub whole: Value,
    /// The same with usage asked for, where the config says not to ask.
    pub with_usage: Option<Value>,
    /// The same by other habits, for a server that refuses it.
    pub remedies: Vec<(Remedy, Value)>,
    /// One for each way to tell how much to reason.
    pub efforts: Vec<(ReasoningSetting, Value)>,
    /// One that is to call the tool.
    pub tool: Value,
}

impl Subject {
    /// A model of a config.
    #[must_use]
    pub fn of(
        config: &Config,
        provider: &Provider<'_>,
        model: &Model<'_>,
        options: Options,
    ) -> Subject {
        let id = model.id().unwrap_or_default().trim().to_owned();
        let api = model.api(provider);
        let script = if id.is_empty() {
            Err(Why::NoId)
        } else if api == DEFAULT_API {
            Ok(Script::of(&id, model.node, options))
        } else {
            Err(Why::OtherApi(api.into_owned()))
        };
        let compat = model.node.get("compat");
        let wish = Wish::of(provider, model);
        let is_lm_studio = lmstudio::is_lm_studio(provider);
        let wants_preload = is_lm_studio && is_preload_wanted(provider);
        Subject {
            script,
            window: model.node.get("contextWindow").and_then(Node::count),
            reasons: model.node.get("reasoning").and_then(Node::boolean) == Some(true),
            is_lm_studio,
            tools: compat.and_then(|compat| compat.get("supportsTools")?.boolean()),
            working: wish.as_ref().and_then(|wish| wish.context),
            wish: wish.filter(|_| wants_preload),
            places: Places::of(config, model),
            id,
        }
    }
}

impl Places {
    fn of(config: &Config, model: &Model<'_>) -> Places {
        let path = model.path();
        let own = Place::of(config, &path, model.node);
        let field = |key: &str| {
            let node = model.node.get(key)?;
            Some(Place::of(config, &path.child(key), node))
        };
        let compat = field("compat").unwrap_or_else(|| own.clone());
        let of_compat = |key: &str| {
            let node = model.node.get("compat")?.get(key)?;
            Some(Place::of(config, &path.child("compat").child(key), node))
        };
        let of_compat = |key: &str| of_compat(key).unwrap_or_else(|| compat.clone());
        let field = |key: &str| field(key).unwrap_or_else(|| own.clone());
        Places {
            window: field("contextWindow"),
            reasoning: field("reasoning"),
            id: field("id"),
            efforts: of_compat("supportedReasoningEfforts"),
            usage: of_compat("supportsUsageInStreaming"),
            tools: of_compat("supportsTools"),
            compat,
        }
    }
}

impl Script {
    fn of(id: &str, model: Node<'_>, options: Options) -> Script {
        let habits = Habits::of(model);
        let question = Question {
            model: id,
            system: Some(SYSTEM),
            prompt: USUAL_PROMPT,
            max_tokens: Some(options.max_tokens),
            stream: true,
            ..Question::default()
        };
        let body = |question: &Question<'_>, habits| body_by(question, habits, Some(model));
        let chat = body(&question, habits);
        let whole = Question {
            stream: false,
            ..question.clone()
        };
        let remedies = Remedy::ALL.into_iter().filter_map(|remedy| {
            let changed = remedy.applied_to(habits)?;
            Some((remedy, body(&question, changed)))
        });
        let efforts = reasoning_settings(model).into_iter().map(|setting| {
            let question = Question {
                level: Some(setting.level),
                max_tokens: Some(options.max_tokens.min(MOST_FOR_AN_EFFORT)),
                ..question.clone()
            };
            let body = body(&question, habits);
            (setting, body)
        });
        let tool = Question {
            prompt: TOOL_PROMPT,
            tools: vec![tool()],
            ..question.clone()
        };
        Script {
            whole: body(&whole, habits),
            with_usage: with_usage(&chat),
            remedies: remedies.filter(|(_, body)| *body != chat).collect(),
            efforts: efforts.collect(),
            tool: body(&tool, habits),
            chat,
        }
    }

    /// The request that tells the model what the tool returned, for each of its calls: `message` is what it
    /// said in OpenAI's form.
    #[must_use]
    pub fn tool_result(&self, message: Value) -> Value {
        let calls = message.get("tool_calls").and_then(Value::as_array);
        let result = |call: &Value| json!({ "role": "tool", "tool_call_id": call.get("id"), "content": "5" });
        let results: Vec<Value> = calls.into_iter().flatten().map(result).collect();
        let mut body = self.tool.clone();
        if let Some(messages) = body.get_mut("messages").and_then(Value::as_array_mut) {
            messages.push(message);
            messages.extend(results);
        }
        body
    }
}

/// The body with usage asked for; none when it is already.
fn with_usage(chat: &Value) -> Option<Value> {
    if chat.get("stream_options").is_some() {
        return None;
    }
    let mut body = chat.clone();
    let fields = body.as_object_mut()?;
    fields.insert(
        "stream_options".to_owned(),
        json!({ "include_usage": true }),
    );
    Some(body)
}

/// The tool, in OpenAI's form.
fn tool() -> Value {
    let number = json!({ "type": "number" });
    json!({
        "type": "function",
        "function": {
            "name": TOOL,
            "description": "Adds two numbers.",
            "parameters": {
                "type": "object",
                "properties": { "a": number, "b": number },
                "required": REQUIRED,
            },
        },
    })
}
