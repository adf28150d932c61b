//! One entry of `models.providers`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::annotation::{each, secret};
use super::local_service::LocalService;
use super::model::Model;
use super::number::{PositiveInteger, PositiveNumber};
use super::request::Request;
use super::secret::SecretInput;

/// One model provider: where its endpoint is, how to talk to it, and which models it serves.
/// `baseUrl` and `models` are mandatory in release 2026.5.18, also for built-in providers.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-label" = "Provider"))]
pub struct Provider {
    /// Root address that requests are sent to, for example `http://127.0.0.1:1234/v1`. For a custom
    /// provider it is also the one private origin that becomes trusted. Validation does not test
    /// whether it is a URL.
    #[schemars(
        length(min = 1),
        extend("x-label" = "Base URL", "x-tags" = ["url", "network"], "x-secret-in-url" = true)
    )]
    pub base_url: String,
    /// Models this provider offers; the ids must be those the provider itself uses. The list is
    /// mandatory but may be empty.
    #[schemars(
        extend("x-label" = "Models", "x-tags" = ["routing"]),
        transform = each("Model", "One model this provider offers, with at least `id` and `name`.")
    )]
    pub models: Vec<Model>,
    /// Credential for the endpoint. Prefer a template such as `${LM_API_TOKEN}` or a SecretRef to
    /// the key itself.
    #[schemars(extend("x-label" = "API Key"), transform = secret)]
    pub api_key: Option<SecretInput>,
    /// Kind of credential that is sent.
    #[schemars(extend("x-label" = "Auth Kind"))]
    pub auth: Option<AuthKind>,
    /// Wire protocol the endpoint speaks. When absent, an endpoint with a base URL is taken to
    /// speak OpenAI chat completions.
    #[schemars(extend("x-label" = "API", "x-tags" = ["routing"], "default" = "openai-completions"))]
    pub api: Option<Api>,
    /// Context window in tokens for models that do not say. In release 2026.5.18 it reaches only
    /// models that are not listed: a listed model without a window gets 200000 first.
    #[schemars(extend("x-label" = "Context Window", "x-tags" = ["limits"]))]
    pub context_window: Option<PositiveNumber>,
    /// Working cap in tokens below the native window, for models that set none. Unlike the
    /// provider's `contextWindow`, it also reaches listed models.
    #[schemars(extend("x-label" = "Context Tokens", "x-tags" = ["limits"]))]
    pub context_tokens: Option<PositiveInteger>,
    /// Output cap in tokens for models that do not say. In release 2026.5.18 it reaches only models
    /// that are not listed: a listed model without a cap gets at most 8192 first.
    #[schemars(extend("x-label" = "Max Tokens", "x-tags" = ["limits"]))]
    pub max_tokens: Option<PositiveNumber>,
    /// Limit in seconds for a whole HTTP request: connecting, headers and body. It cannot exceed
    /// the limit of the run itself.
    #[schemars(extend("x-label" = "Request Timeout", "x-tags" = ["limits", "network"]))]
    pub timeout_seconds: Option<PositiveInteger>,
    /// Adds Ollama's context size option to requests that use the OpenAI adapter. On for Ollama
    /// unless set to `false`.
    #[serde(rename = "injectNumCtxForOpenAICompat")]
    #[schemars(extend("x-label" = "Inject num_ctx", "x-tags" = ["capability"]))]
    pub inject_num_ctx_for_openai_compat: Option<bool>,
    /// Settings that only this provider understands; LM Studio reads `preload`. Values of any kind
    /// pass, `null` included.
    #[schemars(
        extend("x-label" = "Parameters"),
        transform = each("Parameter", "Value of one provider-specific setting, of any kind.")
    )]
    pub params: Option<BTreeMap<String, Value>>,
    /// Which runtime executes the provider's models. Normally left unset.
    #[schemars(extend("x-label" = "Agent Runtime", "x-tags" = ["routing"]))]
    pub agent_runtime: Option<AgentRuntime>,
    /// A local server that OpenClaw starts on demand before it sends a request.
    #[schemars(extend("x-label" = "Local Service", "x-tags" = ["lifecycle"]))]
    pub local_service: Option<LocalService>,
    /// Fixed headers sent with every request. Give secret values as a SecretRef.
    #[schemars(
        extend("x-label" = "Headers", "x-tags" = ["network"]),
        transform = each("Header Value", "Value of one header, treated as a secret.").secret()
    )]
    pub headers: Option<BTreeMap<String, SecretInput>>,
    /// `true` forces the credential into the `Authorization` header. When absent, the adapter
    /// decides.
    #[schemars(extend("x-label" = "Authorization Header", "x-tags" = ["network"]))]
    pub auth_header: Option<bool>,
    /// Overrides for how requests travel: headers, credentials, proxy, TLS, private addresses.
    /// Leave unset unless the network path needs it.
    #[schemars(extend("x-label" = "Request Transport", "x-tags" = ["network"]))]
    pub request: Option<Request>,
}

/// Kind of credential a provider sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(extend("x-label" = "Auth Kind"))]
pub enum AuthKind {
    /// An API key. Mind the dash: the profiles under `auth.profiles` spell it `api_key`.
    ApiKey,
    /// Credentials that the AWS SDK finds by itself.
    AwsSdk,
    /// An OAuth login that is renewed when it expires.
    Oauth,
    /// A token that is sent as it is.
    Token,
}

/// Wire protocol of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(extend("x-label" = "API"))]
pub enum Api {
    /// OpenAI chat completions; what LM Studio, vLLM and most local servers speak.
    OpenaiCompletions,
    /// OpenAI responses.
    OpenaiResponses,
    /// OpenAI responses as the Codex service offers them. Removed in release 2026.9.6 in favour of
    /// `openai-chatgpt-responses`.
    OpenaiCodexResponses,
    /// Anthropic messages.
    AnthropicMessages,
    /// Google generative AI, the Gemini protocol.
    GoogleGenerativeAi,
    /// GitHub Copilot.
    GithubCopilot,
    /// Amazon Bedrock's converse stream.
    BedrockConverseStream,
    /// Ollama's own protocol, not its OpenAI-compatible one.
    Ollama,
    /// OpenAI responses as Azure offers them.
    AzureOpenaiResponses,
}

/// The runtime that executes models.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-label" = "Agent Runtime"))]
pub struct AgentRuntime {
    /// Id of the runtime. Normally left unset, so that OpenClaw chooses.
    #[schemars(extend("x-label" = "Runtime Id", "x-tags" = ["routing"]))]
    pub id: Option<String>,
}
