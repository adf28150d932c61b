//! The body of a chat request, as OpenClaw 2026.5.18 builds it for an agent turn to an endpoint of one's
//! own (its `openai-transport-stream`, and section 4.1 of the LM Studio facts), with the reasoning
//! levels that its page promises.

use serde_json::{Map, Value, json};

use crate::json5::Node;
use crate::lmstudio::{plain_effort, request_effort};

/// What is said to a model when nobody says anything.
pub const USUAL_PROMPT: &str = "Say hello in one short sentence.";

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct Question<'q> {
    /// The model, by the id that the server knows.
    pub model: &'q str,
    /// What the model is told before.
    pub system: Option<&'q str>,
    /// What a person says.
    pub prompt: &'q str,
    /// The wished reasoning level, by OpenClaw's name; none for its default.
    pub level: Option<&'q str>,
    /// Most tokens of the answer.
    pub max_tokens: Option<u64>,
    /// Whether the answer comes piece by piece.
    pub stream: bool,
    /// Tools that may be called, in OpenAI's form; none when it is empty.
    pub tools: Vec<Value>,
}

/// OpenClaw's levels that say how much to reason, least first; `adaptive` and `max` lead to one of them.
const LEVELS: [&str; 6] = ["off", "minimal", "low", "medium", "high", "xhigh"];

/// How a server wants to be told whether to reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum ThinkingFormat {
    /// `reasoning_effort`. So it is for DeepSeek and Z.ai as well, which differ in later turns only.
    #[default]
    Effort,
    /// `reasoning: {effort}`.
    OpenRouter,
    /// `reasoning: {enabled}`.
    Together,
    /// `enable_thinking`.
    Qwen,
    /// `chat_template_kwargs: {enable_thinking}`.
    QwenTemplate,
}

/// What `compat` of a model says of requests; what it does not say is what OpenClaw takes for endpoints
/// that it does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Habits {
    thinking: ThinkingFormat,
    developer_role: bool,
    max_tokens_field: &'static str,
    usage_in_streaming: bool,
    string_content: bool,
    strict_keys: bool,
    efforts: bool,
}

impl Default for Habits {
    fn default() -> Habits {
        Habits {
            thinking: ThinkingFormat::default(),
            developer_role: false,
            max_tokens_field: "max_completion_tokens",
            usage_in_streaming: true,
            string_content: false,
            strict_keys: false,
            efforts: true,
        }
    }
}

impl Habits {
    /// What a model's entry says.
    #[must_use]
    pub fn of(model: Node<'_>) -> Habits {
        let compat = model.get("compat");
        let flag = |key: &str| compat.and_then(|compat| compat.get(key)?.boolean());
        let word = |key: &str| compat.and_then(|compat| compat.get(key)?.text());
        let usual = Habits::default();
        Habits {
            thinking: match word("thinkingFormat").as_deref() {
                Some("openrouter") => ThinkingFormat::OpenRouter,
                Some("together") => ThinkingFormat::Together,
                Some("qwen") => ThinkingFormat::Qwen,
                Some("qwen-chat-template") => ThinkingFormat::QwenTemplate,
                _ => ThinkingFormat::Effort,
            },
            developer_role: flag("supportsDeveloperRole").unwrap_or(usual.developer_role),
            max_tokens_field: match word("maxTokensField").as_deref() {
                Some("max_tokens") => "max_tokens",
                _ => usual.max_tokens_field,
            },
            usage_in_streaming: flag("supportsUsageInStreaming")
                .unwrap_or(usual.usage_in_streaming),
            string_content: flag("requiresStringContent").unwrap_or(usual.string_content),
            strict_keys: flag("strictMessageKeys").unwrap_or(usual.strict_keys),
            efforts: flag("supportsReasoningEffort").unwrap_or(usual.efforts),
        }
    }
}

/// A setting of `compat` that makes a server take a request that it refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// `supportsUsageInStreaming: false`.
    NoStreamOptions,
    /// `maxTokensField: "max_tokens"`.
    MaxTokens,
    /// `supportsReasoningEffort: false`.
    NoEffort,
    /// `requiresStringContent: true`.
    StringContent,
    /// `supportsDeveloperRole: false`.
    SystemRole,
}

impl Remedy {
    /// All, the likeliest first.
    pub const ALL: [Remedy; 5] = [
        Remedy::MaxTokens,
        Remedy::NoStreamOptions,
        Remedy::NoEffort,
        Remedy::StringContent,
        Remedy::SystemRole,
    ];

    /// The key of `compat` and the value that it is to have.
    #[must_use]
    pub fn setting(self) -> (&'static str, &'static str) {
        match self {
            Remedy::NoStreamOptions => ("supportsUsageInStreaming", "false"),
            Remedy::MaxTokens => ("maxTokensField", "\"max_tokens\""),
            Remedy::NoEffort => ("supportsReasoningEffort", "false"),
            Remedy::StringContent => ("requiresStringContent", "true"),
            Remedy::SystemRole => ("supportsDeveloperRole", "false"),
        }
    }

    /// The habits with this setting; none when they have it already.
    #[must_use]
    pub fn applied_to(self, habits: Habits) -> Option<Habits> {
        let mut changed = habits;
        match self {
            Remedy::NoStreamOptions => changed.usage_in_streaming = false,
            Remedy::MaxTokens => changed.max_tokens_field = "max_tokens",
            Remedy::NoEffort => changed.efforts = false,
            Remedy::StringContent => changed.string_content = true,
            Remedy::SystemRole => changed.developer_role = false,
        }
        (changed != habits).then_some(changed)
    }
}

/// The body of a request. `model` is its entry in the config, if it has one; without it a wished reasoning
/// level is sent as `reasoning_effort`.
///
/// ```
/// use clawconf::chat::{Question, request_body};
///
/// let question = Question { model: "acme/owl", prompt: "Hi", stream: true, ..Question::default() };
/// let body = request_body(&question, None);
/// assert_eq!(body["stream_options"]["include_usage"], true);
/// ```
#[must_use]
pub fn request_body(question: &Question<'_>, model: Option<Node<'_>>) -> Value {
    body_by(question, model.map_or(Habits::default(), Habits::of), model)
}

/// [`request_body`] by other habits than those of the model.
#[must_use]
pub fn body_by(question: &Question<'_>, habits: Habits, model: Option<Node<'_>>) -> Value {
    let mut body = Map::new();
    let mut put = |key: &str, value: Value| body.insert(key.to_owned(), value);
    put("model", question.model.into());
    put("messages", messages(question, habits));
    put("stream", question.stream.into());
    if question.stream && habits.usage_in_streaming {
        put("stream_options", json!({ "include_usage": true }));
    }
    if let Some(most) = question.max_tokens {
        put(habits.max_tokens_field, most.into());
    }
    if !question.tools.is_empty() {
        put("tools", question.tools.clone().into());
        put("tool_choice", "auto".into());
    }
    if let Some((key, value)) = reasoning_field(question.level, habits, model) {
        put(key, value);
    }
    Value::Object(body)
}

fn messages(question: &Question<'_>, habits: Habits) -> Value {
    let content = |text: &str| {
        if habits.string_content || habits.strict_keys {
            Value::from(text)
        } else {
            json!([{ "type": "text", "text": text }])
        }
    };
    let role = if habits.developer_role {
        "developer"
    } else {
        "system"
    };
    let system = question
        .system
        .map(|text| json!({ "role": role, "content": text }));
    let user = json!({ "role": "user", "content": content(question.prompt) });
    system.into_iter().chain([user]).collect()
}

/// The ways in which requests to a model tell it how much to reason, each once, with the first of
/// OpenClaw's levels that leads to it. None when no request says anything of it.
#[must_use]
pub fn reasoning_settings(model: Node<'_>) -> Vec<ReasoningSetting> {
    let habits = Habits::of(model);
    let mut settings: Vec<ReasoningSetting> = Vec::new();
    for level in LEVELS {
        let Some((key, value)) = thinking(Some(level), habits, model) else {
            continue;
        };
        if settings.iter().all(|known| known.value != value) {
            settings.push(ReasoningSetting { level, key, value });
        }
    }
    settings
}

/// A way to tell a model how much to reason.
#[derive(Debug, Clone, PartialEq)]
pub struct ReasoningSetting {
    /// OpenClaw's level.
    pub level: &'static str,
    /// The field of the request.
    pub key: &'static str,
    /// Its value.
    pub value: Value,
}

impl ReasoningSetting {
    /// Whether it asks for no reasoning at all.
    #[must_use]
    pub fn is_off(&self) -> bool {
        let inner = ["effort", "enabled", "enable_thinking"];
        let inner = inner.iter().find_map(|key| self.value.get(key));
        let value = inner.unwrap_or(&self.value);
        value.as_bool() == Some(false) || matches!(value.as_str(), Some("none" | "off"))
    }

    /// The word or switch that is sent.
    #[must_use]
    pub fn word(&self) -> String {
        match &self.value {
            Value::String(word) => word.clone(),
            other => other.to_string(),
        }
    }
}

/// The field that tells a server of a reasoning level; none when a request to this model says nothing of it.
#[must_use]
pub fn reasoning_field(
    level: Option<&str>,
    habits: Habits,
    model: Option<Node<'_>>,
) -> Option<(&'static str, Value)> {
    match model {
        Some(model) => thinking(level, habits, model),
        None => Some(("reasoning_effort", plain_effort(level?).into())),
    }
}

/// The field that tells a server how to reason, if the model reasons at all.
fn thinking(level: Option<&str>, habits: Habits, model: Node<'_>) -> Option<(&'static str, Value)> {
    let reasons = model.get("reasoning").and_then(Node::boolean) == Some(true);
    let is_on = !level.is_some_and(|level| matches!(level, "off" | "none"));
    match habits.thinking {
        _ if !reasons => None,
        ThinkingFormat::Effort | ThinkingFormat::OpenRouter if !habits.efforts => None,
        ThinkingFormat::Effort => {
            let effort = request_effort(model, level)?;
            Some(("reasoning_effort", effort.into()))
        }
        ThinkingFormat::OpenRouter => {
            let effort = request_effort(model, level)?;
            Some(("reasoning", json!({ "effort": effort })))
        }
        ThinkingFormat::Together => Some(("reasoning", json!({ "enabled": is_on }))),
        ThinkingFormat::Qwen => Some(("enable_thinking", is_on.into())),
        ThinkingFormat::QwenTemplate => {
            Some(("chat_template_kwargs", json!({ "enable_thinking": is_on })))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json5::Tree;

    fn body(model: &str, question: &Question<'_>) -> Value {
        let tree = Tree::parse(model.to_owned()).unwrap();
        request_body(question, Some(tree.root()))
    }

    fn question<'q>() -> Question<'q> {
        Question {
            model: "acme/owl",
            system: Some("Be brief."),
            prompt: "Hi",
            max_tokens: Some(64),
            stream: true,
            ..Question::default()
        }
    }

    #[test]
    fn what_an_endpoint_of_ones_own_gets() {
        let plain = body("{}", &question());
        assert_eq!(
            plain,
            json!({
                "model": "acme/owl",
                "messages": [
                    { "role": "system", "content": "Be brief." },
                    { "role": "user", "content": [{ "type": "text", "text": "Hi" }] },
                ],
                "stream": true,
                "stream_options": { "include_usage": true },
                "max_completion_tokens": 64,
            })
        );
        assert_eq!(request_body(&question(), None), plain);
        let whole = Question {
            stream: false,
            max_tokens: None,
            system: None,
            ..question()
        };
        let whole = body("{}", &whole);
        assert_eq!(whole["stream"], false);
        for key in ["stream_options", "max_completion_tokens", "tools", "store"] {
            assert!(whole.get(key).is_none(), "{key}");
        }
        assert_eq!(whole["messages"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn compat_changes_what_it_names() {
        for (compat, pointer, wanted) in [
            ("maxTokensField:'max_tokens'", "/max_tokens", json!(64)),
            (
                "maxTokensField:'max_completion_tokens'",
                "/max_completion_tokens",
                json!(64),
            ),
            (
                "supportsUsageInStreaming:false",
                "/stream_options",
                json!(null),
            ),
            (
                "supportsDeveloperRole:true",
                "/messages/0/role",
                json!("developer"),
            ),
            (
                "supportsDeveloperRole:false",
                "/messages/0/role",
                json!("system"),
            ),
            (
                "requiresStringContent:true",
                "/messages/1/content",
                json!("Hi"),
            ),
            ("strictMessageKeys:true", "/messages/1/content", json!("Hi")),
            (
                "requiresStringContent:false",
                "/messages/1/content/0/text",
                json!("Hi"),
            ),
        ] {
            let body = body(&format!("{{compat:{{{compat}}}}}"), &question());
            let found = body.pointer(pointer).cloned().unwrap_or_default();
            assert_eq!(found, wanted, "{compat}");
        }
    }

    #[test]
    fn each_thinking_format_has_its_field() {
        let efforts = "supportsReasoningEffort:true,supportedReasoningEfforts:['none','low','high'],\
                       reasoningEffortMap:{off:'none'}";
        for (format, level, key, value) in [
            ("openai", Some("low"), "reasoning_effort", json!("low")),
            ("openai", Some("off"), "reasoning_effort", json!("none")),
            ("deepseek", Some("high"), "reasoning_effort", json!("high")),
            ("zai", Some("high"), "reasoning_effort", json!("high")),
            (
                "openrouter",
                Some("low"),
                "reasoning",
                json!({"effort": "low"}),
            ),
            (
                "together",
                Some("low"),
                "reasoning",
                json!({"enabled": true}),
            ),
            (
                "together",
                Some("off"),
                "reasoning",
                json!({"enabled": false}),
            ),
            ("qwen", None, "enable_thinking", json!(true)),
            ("qwen", Some("none"), "enable_thinking", json!(false)),
            (
                "qwen-chat-template",
                Some("off"),
                "chat_template_kwargs",
                json!({"enable_thinking": false}),
            ),
        ] {
            let model = |reasons: bool| {
                format!("{{reasoning:{reasons},compat:{{{efforts},thinkingFormat:'{format}'}}}}")
            };
            let asked = Question {
                level,
                ..question()
            };
            assert_eq!(body(&model(true), &asked)[key], value, "{format} {level:?}");
            let plain = body(&model(false), &asked);
            let keys = [
                "reasoning_effort",
                "reasoning",
                "enable_thinking",
                "chat_template_kwargs",
            ];
            assert!(
                keys.iter().all(|key| plain.get(*key).is_none()),
                "{format}: {plain}"
            );
        }
    }

    #[test]
    fn each_way_to_reason_comes_once() {
        let settings = |compat: &str| {
            let text =
                format!("{{reasoning:true,compat:{{supportsReasoningEffort:true,{compat}}}}}");
            let tree = Tree::parse(text).unwrap();
            let settings = reasoning_settings(tree.root());
            let shown = settings.iter().map(|setting| {
                let off = if setting.is_off() { " off" } else { "" };
                format!("{}={}{off}", setting.level, setting.word())
            });
            shown.collect::<Vec<_>>().join(", ")
        };
        for (compat, wanted) in [
            (
                "supportedReasoningEfforts:['none','low','high'],reasoningEffortMap:{off:'none'}",
                "off=none off, minimal=low, high=high",
            ),
            ("", "minimal=low, medium=medium, high=high"),
            ("thinkingFormat:'qwen'", "off=false off, minimal=true"),
            (
                "thinkingFormat:'qwen-chat-template'",
                "off={\"enable_thinking\":false} off, minimal={\"enable_thinking\":true}",
            ),
            (
                "thinkingFormat:'together'",
                "off={\"enabled\":false} off, minimal={\"enabled\":true}",
            ),
        ] {
            assert_eq!(settings(compat), wanted, "{compat}");
        }
        let plain = Tree::parse("{reasoning:false}".to_owned()).unwrap();
        assert!(reasoning_settings(plain.root()).is_empty());
    }

    #[test]
    fn remedies_change_one_thing_and_not_twice() {
        for remedy in Remedy::ALL {
            let habits = Habits {
                developer_role: true,
                ..Habits::default()
            };
            let changed = remedy.applied_to(habits).unwrap();
            assert_eq!(remedy.applied_to(changed), None);
            let (key, value) = remedy.setting();
            let tree = Tree::parse(format!(
                "{{compat:{{supportsDeveloperRole:true,{key}:{value}}}}}"
            ));
            assert_eq!(Habits::of(tree.unwrap().root()), changed);
        }
    }

    #[test]
    fn tools_go_along_when_there_are_some() {
        let tool = json!({"type": "function", "function": {"name": "add", "parameters": {}}});
        let asked = Question {
            tools: vec![tool.clone()],
            ..question()
        };
        let body = body("{}", &asked);
        assert_eq!(
            (&body["tools"][0], &body["tool_choice"]),
            (&tool, &json!("auto"))
        );
    }
}
