//! The command line of `clawconf verify`.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use super::live::{LiveVariables, faults};
use super::values::{duration, name_server};

/// Prove that the models of a config work.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without FILE, the config that OpenClaw would use is verified.\n\
    LM Studio loads each model for it, and keeps it in memory: --model verifies one alone.\n\
    Exit codes: 0 no check failed, 1 one did, 2 it could not run, 130 interrupted.\n\
    Example: clawconf verify --provider lmstudio"
)]
pub(in crate::cli) struct Verify {
    /// Configs
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Only this provider; may be repeated
    #[arg(long, value_name = "ID", help_heading = "Selection")]
    pub provider: Vec<String>,

    /// Only this model, by its id or as provider/id; may be repeated
    #[arg(long, value_name = "ID", help_heading = "Selection")]
    pub model: Vec<String>,

    /// Only the part I of N, from 1; all parts together are all models
    #[arg(long, value_name = "I/N", help_heading = "Selection")]
    pub shard: Option<Shard>,

    /// Only lint, reachability, the model's id and one chat
    #[arg(long, help_heading = "Checks")]
    pub quick: bool,

    /// Ask again for so long while a server is not ready
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = "Checks")]
    pub wait: Option<Duration>,

    /// Hold the plain chat so many times, and tell medians
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000), help_heading = "Checks")]
    pub repeat: u32,

    /// Most tokens of an answer
    #[arg(long, value_name = "N", default_value_t = 256, help_heading = "Checks")]
    pub max_tokens: u64,

    /// Show what would be sent where, and send nothing
    #[arg(long, help_heading = "Checks")]
    pub dry_run: bool,

    /// Most models at the same time
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256), help_heading = "Running")]
    pub concurrency: u16,

    /// Most models of one server at the same time; more than one slow each other down
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256), help_heading = "Running")]
    pub per_host: u16,

    /// Begin with no further model once one has failed
    #[arg(long, help_heading = "Running")]
    pub fail_fast: bool,

    /// Longest wait for one answer [default: 10s for a list, 300s for a chat or `timeoutSeconds` of the provider]
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = "Running")]
    pub timeout: Option<Duration>,

    /// Send the key that is in this variable, in place of that of the config
    #[arg(long, value_name = "NAME", help_heading = "Running")]
    pub api_key_env: Option<String>,

    /// Ask this name server for addresses instead of the system
    #[arg(long, value_name = "ADDR", value_parser = name_server, help_heading = "Running")]
    pub dns_server: Option<SocketAddr>,

    /// Verify the sample config against a simulated LM Studio on this machine
    #[arg(long, conflicts_with_all = ["files", "config", "api_key_env", "dns_server"], help_heading = "Trying it")]
    pub embedded: bool,

    /// With --embedded: what goes wrong; may be repeated, see `simulate --help`
    #[arg(long, value_name = "NAME", value_parser = faults(), value_delimiter = ',', help_heading = "Trying it")]
    pub fault: Vec<String>,

    /// The config when no FILE is given
    /// [default: $OPENCLAW_CONFIG_PATH, $OPENCLAW_STATE_DIR/openclaw.json, ~/.openclaw/openclaw.json]
    #[arg(long, value_name = "PATH", conflicts_with = "files")]
    pub config: Option<PathBuf>,

    #[command(flatten)]
    pub variables: LiveVariables,
}

/// A part of all models: the `part`th of `of`, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) struct Shard {
    part: usize,
    of: usize,
}

impl Shard {
    /// Whether the `nth` model of all, from 0, is in this part.
    #[cfg_attr(
        not(feature = "net"),
        expect(dead_code, reason = "only commands that send requests have parts")
    )]
    pub(in crate::cli) fn has(self, nth: usize) -> bool {
        nth % self.of == self.part - 1
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let numbers = text.split_once('/');
        let number = |text: &str| text.parse::<usize>().ok();
        let parts = numbers.and_then(|(part, of)| Some((number(part)?, number(of)?)));
        parts
            .filter(|(part, of)| (1..=*of).contains(part))
            .map(|(part, of)| Shard { part, of })
            .ok_or_else(|| "give a part as 1/4, from 1/4 to 4/4".to_owned())
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_is_in_exactly_one_part() {
        for of in 1..=5 {
            let shards: Vec<Shard> = (1..=of)
                .map(|part| format!("{part}/{of}").parse().unwrap())
                .collect();
            for nth in 0..20 {
                assert_eq!(shards.iter().filter(|shard| shard.has(nth)).count(), 1);
            }
        }
        for text in ["0/4", "5/4", "1/0", "a/4", "1", "", "1/4/2", "-1/4"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
        assert_eq!("2/4".parse::<Shard>().unwrap().to_string(), "2/4");
    }
}
