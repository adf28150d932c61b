//! The root of the contract: what stands under `models`.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::provider::Provider;

/// Key that OpenClaw drops from `models.providers` without a message, whatever its value.
const DROPPED_ID: &str = "__proto__";

/// The `models` part of an OpenClaw config file, as release 2026.5.18 accepts it. Other top-level
/// keys belong to other parts of OpenClaw and are not judged here.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "OpenClaw config: models")]
pub struct Config {
    /// Model providers and how they combine with OpenClaw's built-in catalog.
    #[schemars(extend("x-label" = "Models"))]
    pub models: Option<Models>,
}

/// Model providers and how they combine with the built-in catalog.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-label" = "Models"))]
pub struct Models {
    /// Whether the configured providers extend the built-in catalog or stand alone. Absent means
    /// `merge`.
    #[schemars(extend("x-label" = "Catalog Mode", "x-tags" = ["routing"], "default" = "merge"))]
    pub mode: Option<Mode>,
    /// Providers by id. The id is the first part of a model reference, as in `lmstudio/my-model`,
    /// so keep it stable. Ids holding `/`, `\` or `:`, and the ids `.` and `..`, stop release
    /// 2026.5.18 from loading the file.
    #[serde(default, deserialize_with = "read_providers")]
    #[schemars(extend(
        "x-label" = "Providers",
        "x-tags" = ["routing"],
        "propertyNames" = { "pattern": r"^[^/\\:]*$", "not": { "pattern": r"^\s*[.][.]?\s*$" } },
        "properties" = { "__proto__": true },
    ))]
    pub providers: Option<BTreeMap<String, Provider>>,
    /// Price lists that OpenClaw fetches in the background. This section is gone in release
    /// 2026.9.6.
    #[schemars(extend("x-label" = "Pricing", "x-tags" = ["cost", "network"]))]
    pub pricing: Option<Pricing>,
}

/// How configured providers and the built-in catalog combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(extend("x-label" = "Catalog Mode"))]
pub enum Mode {
    /// Lay the configured providers over the built-in catalog. A base URL already saved for an
    /// agent wins, so does a saved key unless a SecretRef manages it; of two windows the larger
    /// wins.
    Merge,
    /// Use only what this file configures.
    Replace,
}

/// Price lists fetched in the background.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-label" = "Pricing"))]
pub struct Pricing {
    /// Whether price lists are fetched in the background; `false` avoids these requests. A change
    /// takes effect after a restart.
    #[schemars(extend("x-label" = "Fetch Prices", "x-tags" = ["cost", "network"]))]
    pub enabled: Option<bool>,
}

/// Reads the map as OpenClaw does: the entry under [`DROPPED_ID`] is never looked at.
fn read_providers<'de, D>(reader: D) -> Result<Option<BTreeMap<String, Provider>>, D::Error>
where
    D: Deserializer<'de>,
{
    struct Providers;

    impl<'de> Visitor<'de> for Providers {
        type Value = BTreeMap<String, Provider>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map of providers by id")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
            let mut providers = BTreeMap::new();
            while let Some(id) = entries.next_key::<String>()? {
                if id == DROPPED_ID {
                    entries.next_value::<IgnoredAny>()?;
                } else {
                    providers.insert(id, entries.next_value()?);
                }
            }
            Ok(providers)
        }
    }

    reader.deserialize_map(Providers).map(Some)
}
