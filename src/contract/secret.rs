//! Secret values: written out, or looked up elsewhere by reference.

use schemars::JsonSchema;
use serde::Deserialize;

use super::annotation::tag;

/// Name of a secret provider: 1 to 64 characters.
const PROVIDER: &str = "^[a-z][a-z0-9_-]{0,63}$";
/// Name of an environment variable: 1 to 128 characters, no leading underscore.
const ENV_ID: &str = "^[A-Z][A-Z0-9_]{0,127}$";
/// The word `value`, or an absolute JSON pointer (RFC 6901), line breaks included.
const FILE_ID: &str = "^(value|/([^~]|~[01])*)$";
/// What a command may be asked for: 1 to 256 characters.
const EXEC_ID: &str = "^[A-Za-z0-9][A-Za-z0-9._:/-]{0,255}$";

/// A secret: text, or a reference to an environment variable, a file or a command. Text that is
/// exactly `${NAME}` or `$NAME` is also read as a reference to the environment.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(extend("x-label" = "Secret", "x-tags" = ["secret"]))]
pub enum SecretInput {
    /// The secret as text, or a template such as `${LM_API_TOKEN}`. Any text passes validation, the
    /// empty one included.
    Text(String),
    /// Where to find the secret, so that it does not stand in the file.
    Reference(SecretRef),
}

/// Where a secret is looked up. Exactly the keys `source`, `provider` and `id`, nothing else.
#[derive(Deserialize, JsonSchema)]
#[serde(
    tag = "source",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[schemars(
    extend("x-label" = "Secret Reference", "x-tags" = ["secret"]),
    transform = tag(
        "source",
        "Source",
        "Kind of place that holds the secret: `env` for the environment, `file` for a file, `exec` for a command."
    )
)]
pub enum SecretRef {
    /// A secret held in an environment variable.
    Env {
        /// Secret provider to ask, usually `default`. Validation does not test whether it is
        /// declared under `secrets.providers`.
        #[schemars(regex(pattern = PROVIDER), extend("x-label" = "Secret Provider"))]
        provider: String,
        /// Name of the environment variable: capital letters, digits and underscores, starting with
        /// a letter.
        #[schemars(regex(pattern = ENV_ID), extend("x-label" = "Variable Name"))]
        id: String,
    },
    /// A secret held in a file.
    File {
        /// Secret provider that names the file under `secrets.providers`.
        #[schemars(regex(pattern = PROVIDER), extend("x-label" = "Secret Provider"))]
        provider: String,
        /// Place inside the file: the word `value` for a file that is one secret, or a JSON pointer
        /// such as `/lmstudio/token`.
        #[schemars(regex(pattern = FILE_ID), extend("x-label" = "Place in File"))]
        id: String,
    },
    /// A secret printed by a command.
    Exec {
        /// Secret provider that names the command under `secrets.providers`.
        #[schemars(regex(pattern = PROVIDER), extend("x-label" = "Secret Provider"))]
        provider: String,
        /// What the command is asked for, for example `vault/lmstudio`. The path segments `.` and
        /// `..` are refused.
        #[schemars(
            regex(pattern = EXEC_ID),
            extend("x-label" = "Secret Name", "not" = { "pattern": "(^|/)[.][.]?(/|$)" })
        )]
        id: String,
    },
}
