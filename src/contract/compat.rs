//! `compat`: what an endpoint supports or needs for one model.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::annotation::each;

/// What the endpoint supports or needs, one entry per quirk. Release 2026.5.18 refuses some keys
/// that its own TypeScript type knows, such as `openRouterRouting` or `cacheControlFormat`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-label" = "Compatibility"))]
pub struct Compat {
    /// Whether the endpoint accepts the `store` field of OpenAI requests.
    #[schemars(extend("x-label" = "Supports Store", "x-tags" = ["capability"]))]
    pub supports_store: Option<bool>,
    /// Whether the endpoint accepts a key that ties requests to one prompt cache.
    #[schemars(extend("x-label" = "Supports Prompt Cache Key", "x-tags" = ["capability"]))]
    pub supports_prompt_cache_key: Option<bool>,
    /// Whether the endpoint takes messages with the role `developer`.
    #[schemars(extend("x-label" = "Supports Developer Role", "x-tags" = ["capability"]))]
    pub supports_developer_role: Option<bool>,
    /// Whether requests may say how hard the model should think.
    #[schemars(extend("x-label" = "Supports Reasoning Effort", "x-tags" = ["capability"]))]
    pub supports_reasoning_effort: Option<bool>,
    /// Whether a streamed answer can report how many tokens it used.
    #[schemars(extend("x-label" = "Supports Usage In Streaming", "x-tags" = ["capability"]))]
    pub supports_usage_in_streaming: Option<bool>,
    /// Whether the model can call tools. `false` sends none.
    #[schemars(extend("x-label" = "Supports Tools", "x-tags" = ["capability"]))]
    pub supports_tools: Option<bool>,
    /// Whether tool schemas may be marked as strict.
    #[schemars(extend("x-label" = "Supports Strict Mode", "x-tags" = ["capability"]))]
    pub supports_strict_mode: Option<bool>,
    /// Whether message content must be one plain string instead of a list of parts.
    #[schemars(extend("x-label" = "Requires String Content", "x-tags" = ["capability"]))]
    pub requires_string_content: Option<bool>,
    /// Whether messages must carry nothing but `role` and `content`.
    #[schemars(extend("x-label" = "Strict Message Keys", "x-tags" = ["capability"]))]
    pub strict_message_keys: Option<bool>,
    /// Kinds of reasoning details that may be shown in the transcript.
    #[schemars(
        extend("x-label" = "Visible Reasoning Details", "x-tags" = ["capability"]),
        transform = each(
            "Detail Type",
            "One kind of reasoning detail, as the endpoint names it."
        ).non_empty()
    )]
    pub visible_reasoning_detail_types: Option<Vec<String>>,
    /// Reasoning levels the endpoint accepts, for example `low` and `high`. `off` and `on` pass but
    /// are outdated; `none` and level names replace them.
    #[schemars(
        extend("x-label" = "Supported Reasoning Efforts", "x-tags" = ["capability"]),
        transform = each(
            "Reasoning Effort",
            "One level the endpoint accepts, in its own spelling."
        ).non_empty()
    )]
    pub supported_reasoning_efforts: Option<Vec<String>>,
    /// How OpenClaw's reasoning levels translate to the endpoint's: own level as key, the
    /// endpoint's as value. `off` and `on` as values pass but are outdated.
    #[schemars(
        extend(
            "x-label" = "Reasoning Effort Map",
            "x-tags" = ["capability"],
            "propertyNames" = { "minLength": 1 }
        ),
        transform = each(
            "Endpoint Level",
            "The endpoint's label for this level; text only, no `null`, `true` or `false`."
        ).non_empty()
    )]
    pub reasoning_effort_map: Option<BTreeMap<String, String>>,
    /// Name of the request field that caps the length of an answer.
    #[schemars(extend("x-label" = "Max Tokens Field", "x-tags" = ["limits"]))]
    pub max_tokens_field: Option<MaxTokensField>,
    /// How requests switch thinking on and off.
    #[schemars(extend("x-label" = "Thinking Format", "x-tags" = ["capability"]))]
    pub thinking_format: Option<ThinkingFormat>,
    /// Whether tool results must repeat the name of the tool.
    #[schemars(extend("x-label" = "Requires Tool Result Name", "x-tags" = ["capability"]))]
    pub requires_tool_result_name: Option<bool>,
    /// Whether an assistant message must follow each tool result.
    #[schemars(extend("x-label" = "Requires Assistant After Tool Result", "x-tags" = ["capability"]))]
    pub requires_assistant_after_tool_result: Option<bool>,
    /// Whether earlier thinking must be sent back as ordinary text.
    #[schemars(extend("x-label" = "Requires Thinking As Text", "x-tags" = ["capability"]))]
    pub requires_thinking_as_text: Option<bool>,
    /// Name of a set of rules that adapts tool schemas to the provider, for example `xai`. Any text
    /// passes.
    #[schemars(extend("x-label" = "Tool Schema Profile", "x-tags" = ["capability"]))]
    pub tool_schema_profile: Option<String>,
    /// JSON Schema keywords to remove from tool schemas because the endpoint refuses them.
    #[schemars(
        extend("x-label" = "Unsupported Schema Keywords", "x-tags" = ["capability"]),
        transform = each(
            "Schema Keyword",
            "One JSON Schema keyword, for example `minLength`."
        ).non_empty()
    )]
    pub unsupported_tool_schema_keywords: Option<Vec<String>>,
    /// Whether the model brings a web search tool of its own. Gone in release 2026.9.6.
    #[schemars(extend("x-label" = "Native Web Search", "x-tags" = ["capability"]))]
    pub native_web_search_tool: Option<bool>,
    /// How the endpoint encodes the arguments of tool calls, for example `html-entities`. Any text
    /// passes.
    #[schemars(extend("x-label" = "Tool Call Arguments Encoding", "x-tags" = ["capability"]))]
    pub tool_call_arguments_encoding: Option<String>,
    /// Whether tool call ids must have the form that Mistral demands. Gone in release 2026.9.6.
    #[schemars(extend("x-label" = "Requires Mistral Tool Ids", "x-tags" = ["capability"]))]
    pub requires_mistral_tool_ids: Option<bool>,
    /// Whether tool calls of OpenAI form must be rewritten for endpoints of the Anthropic family.
    #[schemars(extend("x-label" = "Requires Anthropic Tool Payload", "x-tags" = ["capability"]))]
    pub requires_open_ai_anthropic_tool_payload: Option<bool>,
}

/// Name of the request field that caps the length of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(extend("x-label" = "Max Tokens Field"))]
pub enum MaxTokensField {
    /// The newer name in OpenAI's protocol.
    MaxCompletionTokens,
    /// The older name, which most local servers expect.
    MaxTokens,
}

/// How requests switch thinking on and off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(extend("x-label" = "Thinking Format"))]
pub enum ThinkingFormat {
    /// OpenAI style: a reasoning effort beside the messages.
    Openai,
    /// OpenRouter style: a `reasoning` object with an effort.
    Openrouter,
    /// DeepSeek style: a `thinking` object.
    Deepseek,
    /// Together style: `reasoning.enabled`.
    Together,
    /// Qwen style: `enable_thinking` beside the messages.
    Qwen,
    /// Qwen behind a server that passes it to the chat template:
    /// `chat_template_kwargs.enable_thinking`.
    QwenChatTemplate,
    /// The style of Z.ai's models.
    Zai,
}
