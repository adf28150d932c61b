//! `localService`: a server that OpenClaw starts itself.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::annotation::each;
use super::number::{NonNegativeInteger, PositiveInteger};

/// A local server that is started on demand before a request and may be stopped when idle.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-label" = "Local Service"))]
pub struct LocalService {
    /// Absolute path of the executable. Validation lets relative names pass, but starting them
    /// fails.
    #[schemars(length(min = 1), extend("x-label" = "Command", "x-tags" = ["lifecycle"]))]
    pub command: String,
    /// Arguments for the command. No shell is involved, so nothing in them is expanded.
    #[schemars(
        extend("x-label" = "Arguments", "x-tags" = ["lifecycle"]),
        transform = each("Argument", "One argument, passed on exactly as written.")
    )]
    pub args: Option<Vec<String>>,
    /// Directory the command runs in. A leading `~` is not expanded.
    #[schemars(length(min = 1), extend("x-label" = "Working Directory", "x-tags" = ["lifecycle"]))]
    pub cwd: Option<String>,
    /// Extra environment variables for the command. The values are treated as secrets, but only
    /// plain text is accepted, no SecretRef.
    #[schemars(
        extend("x-label" = "Environment", "x-tags" = ["lifecycle"]),
        transform = each(
            "Variable Value",
            "Value of one environment variable, treated as a secret. Plain text only."
        ).secret()
    )]
    pub env: Option<BTreeMap<String, String>>,
    /// Address asked until it answers, to learn that the server is ready. When absent, it is
    /// `baseUrl` without trailing slashes plus `/models`.
    #[schemars(length(min = 1), extend("x-label" = "Health URL", "x-tags" = ["url", "lifecycle"]))]
    pub health_url: Option<String>,
    /// How many milliseconds the server may take to become ready. Absent means 120000, two minutes.
    #[schemars(extend("x-label" = "Ready Timeout", "x-tags" = ["limits", "lifecycle"], "default" = 120_000))]
    pub ready_timeout_ms: Option<PositiveInteger>,
    /// How many milliseconds without requests until the server is stopped. 0, also the default,
    /// keeps it running for ever.
    #[schemars(extend("x-label" = "Idle Stop", "x-tags" = ["limits", "lifecycle"], "default" = 0))]
    pub idle_stop_ms: Option<NonNegativeInteger>,
}
