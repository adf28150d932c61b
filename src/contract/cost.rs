//! What a model costs.

use schemars::JsonSchema;
use serde::Deserialize;

use super::annotation::each;

/// Prices in US dollars per million tokens. Negative numbers pass validation.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-label" = "Cost"))]
pub struct Cost {
    /// Price in US dollars for a million input tokens. Absent means zero.
    #[schemars(extend("x-label" = "Input Price", "x-tags" = ["cost"], "default" = 0))]
    pub input: Option<f64>,
    /// Price in US dollars for a million output tokens. Absent means zero.
    #[schemars(extend("x-label" = "Output Price", "x-tags" = ["cost"], "default" = 0))]
    pub output: Option<f64>,
    /// Price in US dollars for a million tokens read from the prompt cache. Absent means zero.
    #[schemars(extend("x-label" = "Cache Read Price", "x-tags" = ["cost"], "default" = 0))]
    pub cache_read: Option<f64>,
    /// Price in US dollars for a million tokens written to the prompt cache. Absent means zero.
    #[schemars(extend("x-label" = "Cache Write Price", "x-tags" = ["cost"], "default" = 0))]
    pub cache_write: Option<f64>,
    /// Prices that depend on the number of tokens. Each tier needs all four prices and a range.
    #[schemars(
        extend("x-label" = "Tiered Pricing", "x-tags" = ["cost"]),
        transform = each(
            "Price Tier",
            "One tier: four prices and the range of token counts they hold for."
        )
    )]
    pub tiered_pricing: Option<Vec<PriceTier>>,
}

/// Prices for one range of token counts. All keys are mandatory.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-label" = "Price Tier"))]
pub struct PriceTier {
    /// Price in US dollars for a million input tokens in this tier.
    #[schemars(extend("x-label" = "Input Price", "x-tags" = ["cost"]))]
    pub input: f64,
    /// Price in US dollars for a million output tokens in this tier.
    #[schemars(extend("x-label" = "Output Price", "x-tags" = ["cost"]))]
    pub output: f64,
    /// Price in US dollars for a million tokens read from the prompt cache in this tier.
    #[schemars(extend("x-label" = "Cache Read Price", "x-tags" = ["cost"]))]
    pub cache_read: f64,
    /// Price in US dollars for a million tokens written to the prompt cache in this tier.
    #[schemars(extend("x-label" = "Cache Write Price", "x-tags" = ["cost"]))]
    pub cache_write: f64,
    /// Token counts this tier holds for: from the first number up to, but without, the second. A
    /// single number leaves the end open; `null` is refused.
    #[schemars(
        length(min = 1, max = 2),
        extend("x-label" = "Token Range", "x-tags" = ["cost", "limits"]),
        transform = each(
            "Range Bound",
            "A number of tokens: first where the tier starts, then where it ends."
        )
    )]
    pub range: Vec<f64>,
}
