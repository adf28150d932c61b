//! One entry of a provider's `models` list.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::annotation::each;
use super::compat::Compat;
use super::cost::Cost;
use super::number::{PositiveInteger, PositiveNumber};
use super::provider::{AgentRuntime, Api};

/// One model a provider offers: its ids, limits, prices and quirks.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-label" = "Model"))]
pub struct Model {
    /// Id the provider itself uses for this model; mandatory. Repeated ids pass validation.
    #[schemars(length(min = 1), extend("x-label" = "Model Id", "x-tags" = ["routing"]))]
    pub id: String,
    /// Name shown to people. Mandatory, although OpenClaw's own examples leave it out and are
    /// refused for that.
    #[schemars(length(min = 1), extend("x-label" = "Display Name"))]
    pub name: String,
    /// Wire protocol for this model, in place of the provider's.
    #[schemars(extend("x-label" = "API", "x-tags" = ["routing"]))]
    pub api: Option<Api>,
    /// Root address for this model, in place of the provider's. Validation does not test whether it
    /// is a URL.
    #[schemars(
        length(min = 1),
        extend("x-label" = "Base URL", "x-tags" = ["url", "network"], "x-secret-in-url" = true)
    )]
    pub base_url: Option<String>,
    /// Whether the model reasons before it answers. Absent means it does not. Only `true` and
    /// `false` pass, no level names.
    #[schemars(extend("x-label" = "Reasoning", "x-tags" = ["capability"], "default" = false))]
    pub reasoning: Option<bool>,
    /// Kinds of input the model takes. Absent means text only; an empty list stays empty.
    #[schemars(
        extend("x-label" = "Input Kinds", "x-tags" = ["capability"], "default" = ["text"]),
        transform = each("Input Kind", "One kind of input the model takes.")
    )]
    pub input: Option<Vec<Modality>>,
    /// Prices in US dollars per million tokens. A price that is absent counts as zero.
    #[schemars(extend("x-label" = "Cost", "x-tags" = ["cost"]))]
    pub cost: Option<Cost>,
    /// The model's native context window in tokens. Absent means 200000, whatever the provider's
    /// `contextWindow` says.
    #[schemars(extend("x-label" = "Context Window", "x-tags" = ["limits"], "default" = 200_000))]
    pub context_window: Option<PositiveNumber>,
    /// Working cap in tokens below the native window. Absent falls back to the provider's
    /// `contextTokens`.
    #[schemars(extend("x-label" = "Context Tokens", "x-tags" = ["limits"]))]
    pub context_tokens: Option<PositiveInteger>,
    /// Most tokens one answer may have. Absent means the smaller of 8192 and the context window; a
    /// larger value is cut to the window.
    #[schemars(extend("x-label" = "Max Tokens", "x-tags" = ["limits"], "default" = 8192))]
    pub max_tokens: Option<PositiveNumber>,
    /// Settings for this model that only its provider understands. Values of any kind pass, `null`
    /// included.
    #[schemars(
        extend("x-label" = "Parameters"),
        transform = each("Parameter", "Value of one provider-specific setting, of any kind.")
    )]
    pub params: Option<BTreeMap<String, Value>>,
    /// Which runtime executes this model, in place of the provider's choice.
    #[schemars(extend("x-label" = "Agent Runtime", "x-tags" = ["routing"]))]
    pub agent_runtime: Option<AgentRuntime>,
    /// Fixed headers for requests to this model. Plain text only and shown unmasked, so keep
    /// secrets in the provider's `headers`.
    #[schemars(
        extend("x-label" = "Headers", "x-tags" = ["network"]),
        transform = each(
            "Header Value",
            "Value of one header: plain text, no SecretRef, not masked."
        )
    )]
    pub headers: Option<BTreeMap<String, String>>,
    /// What the endpoint supports or needs for this model, one entry per quirk.
    #[schemars(extend("x-label" = "Compatibility", "x-tags" = ["capability"]))]
    pub compat: Option<Compat>,
    /// Which tool wrote this entry. Set by tooling, not by hand.
    #[schemars(extend("x-label" = "Metadata Source"))]
    pub metadata_source: Option<MetadataSource>,
}

/// A kind of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(extend("x-label" = "Input Kind"))]
pub enum Modality {
    /// Text.
    Text,
    /// Still images.
    Image,
    /// Video.
    Video,
    /// Sound.
    Audio,
}

/// The tool that wrote a model entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(extend("x-label" = "Metadata Source"))]
pub enum MetadataSource {
    /// Written by OpenClaw's own command for adding models.
    ModelsAdd,
}
