//! Of the commands that send requests or answer them: their command lines.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::ValueParser;
#[cfg(feature = "net")]
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::values::{duration, name_server};

/// Hold one chat with a model.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without --model, the default model of the config is asked.\n\
    Exit codes: 0 an answer came to its end, 1 it did not, 2 it could not run, 130 interrupted.\n\
    Example: clawconf chat -m lmstudio/qwen/qwen3.5-9b 'Say hello'"
)]
pub(in crate::cli) struct Chat {
    /// What to say; - for standard input [default: Say hello in one short sentence.]
    #[arg(value_name = "PROMPT")]
    pub prompt: Option<String>,

    /// The model: provider/id of the config, or with --base-url the id that the server knows
    #[arg(short, long, value_name = "REF", help_heading = "Server")]
    pub model: Option<String>,

    /// The address that /chat/completions is appended to, without any config
    #[arg(long, value_name = "URL", requires = "model", help_heading = "Server")]
    pub base_url: Option<String>,

    /// Send the key that is in this variable, in place of that of the config
    #[arg(long, value_name = "NAME", help_heading = "Server")]
    pub api_key_env: Option<String>,

    /// Longest wait for the whole answer [default: `timeoutSeconds` of the provider, else no end while bytes come]
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = "Server")]
    pub timeout: Option<Duration>,

    /// Ask this name server for addresses instead of the system
    #[arg(long, value_name = "ADDR", value_parser = name_server, help_heading = "Server")]
    pub dns_server: Option<SocketAddr>,

    /// Decode a saved stream instead of asking; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["prompt", "model", "base_url", "api_key_env"], help_heading = "Server")]
    pub replay: Option<PathBuf>,

    /// Reasoning level: off, minimal, low, medium, high, xhigh, adaptive, max
    #[arg(long, value_name = "LEVEL", help_heading = "Question")]
    pub reasoning: Option<String>,

    /// Most tokens of the answer
    #[arg(
        long,
        value_name = "N",
        default_value_t = 512,
        help_heading = "Question"
    )]
    pub max_tokens: u64,

    /// What the model is told before
    #[arg(long, value_name = "TEXT", help_heading = "Question")]
    pub system: Option<String>,

    /// The config
    /// [default: $OPENCLAW_CONFIG_PATH, $OPENCLAW_STATE_DIR/openclaw.json, ~/.openclaw/openclaw.json]
    #[arg(long, value_name = "PATH")]
    pub config: Option<PathBuf>,

    #[command(flatten)]
    pub variables: LiveVariables,
}

/// Ask LM Studio for its models.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without --provider and --base-url, the LM Studio providers of the config are asked, or \
    http://localhost:1234 if there are none.\n\
    Exit codes: 0 every server listed its models, 1 one did not, 2 it could not run.\n\
    Example: clawconf discover --base-url http://192.168.1.5:1234"
)]
pub(in crate::cli) struct Discover {
    /// A provider of the config; may be repeated
    #[arg(long, value_name = "ID", help_heading = "Servers")]
    pub provider: Vec<String>,

    /// The address of a server, in any form; may be repeated
    #[arg(long, value_name = "URL", help_heading = "Servers")]
    pub base_url: Vec<String>,

    /// Read a saved answer instead of asking; - for standard input
    #[arg(long, value_name = "FILE", help_heading = "Servers", conflicts_with_all = ["provider", "base_url", "api_key_env"])]
    pub from: Option<PathBuf>,

    /// Send the key that is in this variable, in place of that of the config
    #[arg(long, value_name = "NAME", help_heading = "Servers")]
    pub api_key_env: Option<String>,

    /// Longest wait for one server [default: 5s, or `timeoutSeconds` of the provider if that is less]
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = "Servers")]
    pub timeout: Option<Duration>,

    /// Ask this name server for addresses instead of the system
    #[arg(long, value_name = "ADDR", value_parser = name_server, help_heading = "Servers")]
    pub dns_server: Option<SocketAddr>,

    /// Bring the config up to what the servers list; what you wrote stays, and a backup is kept
    #[arg(long, conflicts_with = "from", help_heading = "Writing")]
    pub write: bool,

    /// Show what --write would do, without doing it
    #[arg(long, conflicts_with_all = ["from", "write"], help_heading = "Writing")]
    pub diff: bool,

    /// With --write or --diff: remove models that the server no longer has
    #[arg(long, help_heading = "Writing")]
    pub prune: bool,

    /// The config
    /// [default: $OPENCLAW_CONFIG_PATH, $OPENCLAW_STATE_DIR/openclaw.json, ~/.openclaw/openclaw.json]
    #[arg(long, value_name = "PATH")]
    pub config: Option<PathBuf>,

    #[command(flatten)]
    pub variables: LiveVariables,
}

/// Where secrets and `${NAME}` get their values from, beside the environment.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Variables")]
pub(in crate::cli) struct LiveVariables {
    /// A variable for the config, beside those of the environment; may be repeated, and wins over the others
    #[arg(long, value_name = "NAME=VALUE")]
    pub env: Vec<String>,

    /// Take variables from a file with lines NAME=VALUE; may be repeated
    #[arg(long, value_name = "FILE")]
    pub env_file: Vec<PathBuf>,
}

/// Run a server on this machine that behaves like LM Studio, with faults on request.
#[derive(clap::Args)]
#[command(after_help = "It listens on 127.0.0.1 alone and runs until Ctrl-C.\n\
    Exit codes: 2 when the port is taken.\n\
    Example: clawconf simulate --port 0 --fault slow")]
pub(in crate::cli) struct Simulate {
    /// The port; 0 for any that is free
    #[arg(long, value_name = "N", default_value_t = 1234)]
    pub port: u16,

    /// Want this key from every request; it is never shown
    #[arg(long, value_name = "KEY")]
    pub auth: Option<String>,

    /// Do not load a model when a chat asks for it
    #[arg(long)]
    pub no_jit: bool,

    /// The release of LM Studio that answers
    #[arg(long, value_name = "RELEASE", value_parser = releases(), default_value = "current")]
    pub release: String,

    /// What goes wrong; may be repeated
    #[arg(long, value_name = "NAME", value_parser = faults(), value_delimiter = ',')]
    pub fault: Vec<String>,

    /// Where the fault redirect-port leads [default: the port after its own]
    #[arg(long, value_name = "N")]
    pub redirect_port: Option<u16>,

    /// Where the fault redirect-host leads [default: a host that does not exist]
    #[arg(long, value_name = "URL", value_parser = absolute)]
    pub redirect_url: Option<String>,
}

/// Without the key.
impl fmt::Debug for Simulate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulate")
            .field("port", &self.port)
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}

fn absolute(text: &str) -> Result<String, String> {
    let told = || "give a URL like http://192.168.1.5:1234/".to_owned();
    let plain = text.chars().all(|c| c.is_ascii_graphic());
    let url = url::Url::parse(text).ok().filter(|_| plain);
    url.map(|_| text.to_owned()).ok_or_else(told)
}

#[cfg(feature = "net")]
fn releases() -> ValueParser {
    use crate::simulator::Release;
    let value = |release: Release| PossibleValue::new(release.name()).help(release.summary());
    PossibleValuesParser::new(Release::ALL.map(value)).into()
}

#[cfg(feature = "net")]
pub(super) fn faults() -> ValueParser {
    use crate::simulator::Fault;
    let value = |fault: Fault| PossibleValue::new(fault.name()).help(fault.summary());
    PossibleValuesParser::new(Fault::ALL.map(value)).into()
}

/// This build opens no sockets, and takes any word.
#[cfg(not(feature = "net"))]
fn releases() -> ValueParser {
    ValueParser::string()
}

/// This build opens no sockets, and takes any word.
#[cfg(not(feature = "net"))]
pub(super) fn faults() -> ValueParser {
    ValueParser::string()
}
