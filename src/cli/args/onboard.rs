//! The command lines of `clawconf onboard` and `clawconf models`.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Subcommand, ValueEnum};

use super::live::LiveVariables;
use super::values::{duration, name_server};

/// Set LM Studio up as a provider, with the flags of OpenClaw's own command.
#[derive(clap::Args)]
#[command(
    after_help = "The server is asked through the guarded client. What you wrote stays, a backup is kept, and with --dry-run nothing is written.\n\
    Exit codes: 0 set up, 1 the server or a wish stands in the way, 2 it could not run.\n\
    Example: clawconf onboard --non-interactive --accept-risk --auth-choice lmstudio"
)]
pub(in crate::cli) struct Onboard {
    /// Ask no questions; everything comes from flags and variables
    #[arg(long)]
    pub non_interactive: bool,

    /// You know that agents are powerful; wanted with --non-interactive
    #[arg(long)]
    pub accept_risk: bool,

    /// What to set up; clawconf knows lmstudio alone
    #[arg(long, value_name = "CHOICE")]
    pub auth_choice: Option<String>,

    /// The address of the server, in any form [default: that of the config, else http://localhost:1234]
    #[arg(long, value_name = "URL", help_heading = "LM Studio")]
    pub custom_base_url: Option<String>,

    /// The default model, by the key that LM Studio knows [default: that of the config, else qwen/qwen3.5-9b, else its
    /// first]
    #[arg(long, value_name = "KEY", help_heading = "LM Studio")]
    pub custom_model_id: Option<String>,

    /// The key of the server; without it, the variable LM_API_TOKEN
    #[arg(long, value_name = "KEY", help_heading = "LM Studio")]
    pub lmstudio_api_key: Option<String>,

    /// Older name of --lmstudio-api-key
    #[arg(long, value_name = "KEY", help_heading = "LM Studio")]
    pub custom_api_key: Option<String>,

    /// How the key is kept: its text, or a reference to LM_API_TOKEN
    #[arg(
        long,
        value_name = "MODE",
        value_enum,
        default_value_t,
        help_heading = "LM Studio"
    )]
    pub secret_input_mode: SecretMode,

    /// Most tokens that OpenClaw is to work with, for every model
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), help_heading = "LM Studio")]
    pub context_length: Option<u64>,

    /// Show what would be written, and write nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Longest wait for the server [default: 5s]
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = "LM Studio")]
    pub timeout: Option<Duration>,

    /// Ask this name server for addresses instead of the system
    #[arg(long, value_name = "ADDR", value_parser = name_server, help_heading = "LM Studio")]
    pub dns_server: Option<SocketAddr>,

    /// The config, which need not exist; the profile store is below its folder
    /// [default: $OPENCLAW_CONFIG_PATH, $OPENCLAW_STATE_DIR/openclaw.json, ~/.openclaw/openclaw.json]
    #[arg(long, value_name = "PATH")]
    pub config: Option<PathBuf>,

    #[command(flatten)]
    pub variables: LiveVariables,

    #[command(flatten)]
    pub elsewhere: Elsewhere,
}

/// Without the keys.
impl fmt::Debug for Onboard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Onboard")
            .field("non_interactive", &self.non_interactive)
            .field("auth_choice", &self.auth_choice)
            .field("custom_model_id", &self.custom_model_id)
            .finish_non_exhaustive()
    }
}

/// How a key is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(in crate::cli) enum SecretMode {
    #[default]
    Plaintext,
    Ref,
}

impl fmt::Display for SecretMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SecretMode::Plaintext => "plaintext",
            SecretMode::Ref => "ref",
        })
    }
}

/// Flags of OpenClaw's wizard for its other parts: taken, so that scripts carry over, and without effect,
/// as clawconf leaves those parts alone.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Elsewhere {
    #[arg(long, hide = true)]
    skip_bootstrap: bool,
    #[arg(long, hide = true)]
    skip_channels: bool,
    #[arg(long, hide = true)]
    skip_daemon: bool,
    #[arg(long, hide = true)]
    no_install_daemon: bool,
    #[arg(long, hide = true)]
    skip_health: bool,
    #[arg(long, hide = true)]
    skip_hooks: bool,
    #[arg(long, hide = true)]
    skip_search: bool,
    #[arg(long, hide = true)]
    skip_skills: bool,
    #[arg(long, hide = true)]
    skip_ui: bool,
}

/// List the models of a config, or choose the default one.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Models {
    #[command(subcommand)]
    pub command: ModelsCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ModelsCommand {
    /// List the models of a config
    List(ModelsList),
    /// Make a model the default
    Set(ModelsSet),
}

/// List the models of a config: reference, context, reasoning levels, and which is the default.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 listed, 1 with --live when a server and the config differ, 2 it could not run.\n\
    Example: clawconf models list --live"
)]
pub(in crate::cli) struct ModelsList {
    /// Only this provider; may be repeated
    #[arg(long, value_name = "ID")]
    pub provider: Vec<String>,

    /// Also ask LM Studio, and tell what differs
    #[arg(long)]
    pub live: bool,

    #[command(flatten)]
    pub asking: Asking,
}

/// Make a model the default of agents; an allowlist takes it in.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "A model that the config does not list is looked for on the server, if that is LM Studio.\n\
    Exit codes: 0 set, 1 there is no such model, 2 it could not run.\n\
    Example: clawconf models set lmstudio/qwen/qwen3.5-9b"
)]
pub(in crate::cli) struct ModelsSet {
    /// The model, as provider/id
    #[arg(value_name = "REF")]
    pub reference: String,

    /// Set it whether it exists or not
    #[arg(long)]
    pub force: bool,

    /// Show what would be written, and write nothing
    #[arg(long)]
    pub dry_run: bool,

    #[command(flatten)]
    pub asking: Asking,
}

/// The config, and how servers are asked.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Asking {
    /// Longest wait for a server [default: 5s]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub timeout: Option<Duration>,

    /// The config
    /// [default: $OPENCLAW_CONFIG_PATH, $OPENCLAW_STATE_DIR/openclaw.json, ~/.openclaw/openclaw.json]
    #[arg(long, value_name = "PATH")]
    pub config: Option<PathBuf>,

    #[command(flatten)]
    pub variables: LiveVariables,
}
