//! The command line of `clawconf trust`.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Subcommand;

use super::{Lookup, Variables};

/// Would a request be let through, and why.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Trust {
    #[command(subcommand)]
    pub command: TrustCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum TrustCommand {
    /// Judge a request to a provider, or many
    #[command(
        after_help = "Exit codes: 0 let through, 1 refused, 2 it could not be judged.\n\
        Example: clawconf trust check --provider lmstudio"
    )]
    Check(Box<TrustCheck>),
}

/// Judge a request to a provider, or many.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("subject").required(true).args(["provider", "base_url", "batch"]))]
pub(in crate::cli) struct TrustCheck {
    /// A provider of the config
    #[arg(long, value_name = "ID", help_heading = "Subject")]
    pub provider: Option<String>,

    /// One of its models
    #[arg(
        long,
        value_name = "ID",
        requires = "provider",
        help_heading = "Subject"
    )]
    pub model: Option<String>,

    /// A base URL, without any config
    #[arg(long, value_name = "URL", help_heading = "Subject")]
    pub base_url: Option<String>,

    /// With --base-url: the provider's id; it never changes the verdict
    #[arg(
        long,
        value_name = "ID",
        conflicts_with_all = ["provider", "batch"],
        help_heading = "Subject"
    )]
    pub provider_id: Option<String>,

    /// With --base-url: the provider's api; it never changes the verdict
    #[arg(
        long,
        value_name = "API",
        conflicts_with_all = ["provider", "batch"],
        help_heading = "Subject"
    )]
    pub api: Option<String>,

    /// With --base-url: the value of request.allowPrivateNetwork
    #[arg(
        long,
        value_name = "true|false",
        conflicts_with_all = ["provider", "batch"],
        help_heading = "Subject"
    )]
    pub allow_private_network: Option<bool>,

    /// Records to judge, one JSON object a line (fields: docs/usage.md); - for standard input
    #[arg(long, value_name = "FILE", help_heading = "Subject", conflicts_with_all = ["request_url", "resolved_ip", "resolve"])]
    pub batch: Option<PathBuf>,

    /// The address that the request goes to, after a redirect say [default: the base URL]
    #[arg(long, value_name = "URL", help_heading = "Request")]
    pub request_url: Option<String>,

    /// An address that the host of the request has; may be repeated
    #[arg(
        long,
        value_name = "IP",
        help_heading = "Request",
        conflicts_with = "resolve"
    )]
    pub resolved_ip: Vec<IpAddr>,

    /// The config
    /// [default: $OPENCLAW_CONFIG_PATH, $OPENCLAW_STATE_DIR/openclaw.json, ~/.openclaw/openclaw.json]
    #[arg(long, value_name = "PATH", conflicts_with_all = ["base_url", "batch"])]
    pub config: Option<PathBuf>,

    #[command(flatten)]
    pub variables: Variables,

    #[command(flatten)]
    pub lookup: Lookup,
}
