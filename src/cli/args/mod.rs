//! The command line.

mod live;
mod onboard;
mod trust;
mod values;
mod verify;

pub(super) use live::LiveVariables;
pub(super) use live::{Chat, Discover, Simulate};
#[cfg(feature = "net")]
pub(super) use onboard::SecretMode;
pub(super) use onboard::{Asking, Models, ModelsCommand, ModelsList, ModelsSet, Onboard};
pub(super) use trust::{Trust, TrustCheck, TrustCommand};
pub(super) use verify::Verify;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use values::{duration, name_server};

use super::error::Error;
use crate::contract::release::{NoRelease, Release};

/// Keeps the models.providers part of an OpenClaw config right.
#[derive(Debug, Parser)]
#[command(version, about, arg_required_else_help = true, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 all is well, 1 something was found, 2 it could not run, 130 interrupted."
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub command: Command,

    /// Form of the output; sarif, github and gitlab only with lint, junit with lint and verify, html with verify, jsonl with chat
    #[arg(long, global = true, value_enum, default_value_t = Format::Human)]
    pub format: Format,

    /// When to colour; NO_COLOR is respected
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,

    /// Say less: no summary; of verify only what needs attention
    #[arg(short, long, global = true)]
    pub quiet: bool,

    /// Say more, on standard error: files that were passed over, exchanges with a model
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check configs: what OpenClaw refuses, whom requests may reach, keys, models, references
    Lint(Box<Lint>),
    /// Prove that the models of a config work: reachable, listed, streaming, counted, reasoning, calling tools
    Verify(Box<Verify>),
    /// Set LM Studio up as a provider: models, key, default model
    Onboard(Box<Onboard>),
    /// List the models of a config, or choose the default one
    Models(Models),
    /// Ask LM Studio for its models: as a table, as JSON, or into the config
    Discover(Box<Discover>),
    /// Hold one chat with a model, and tell whether it streams, how fast, and what it takes
    Chat(Box<Chat>),
    /// Bring saved LM Studio models to today's form: reasoning levels, base URLs
    Normalize(Normalize),
    /// Why is my server refused? Would a request be let through?
    Trust(Trust),
    /// Explain a rule, with a bad and a good config
    Explain(Explain),
    /// The JSON Schema and the help texts of models.providers, and the gate over them
    Docs(Docs),
    /// Run a server on this machine that behaves like LM Studio, with faults on request
    Simulate(Simulate),
    /// Print the completions of a shell
    #[command(
        after_help = "Example: clawconf completions bash > ~/.local/share/bash-completion/completions/clawconf"
    )]
    Completions {
        /// The shell
        #[arg(value_name = "SHELL")]
        shell: Shell,
    },
    /// Print the manual page, all commands included
    #[command(after_help = "Example: clawconf man --out ~/.local/share/man/man1")]
    Man {
        /// Write a page for each command into this folder instead
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

impl Command {
    /// What it is called, and the forms that its output has.
    fn forms(&self) -> (&'static str, &'static [Format]) {
        const BOTH: &[Format] = &[Format::Human, Format::Json];
        const LINT: &[Format] = &[
            Format::Human,
            Format::Json,
            Format::Sarif,
            Format::Github,
            Format::Gitlab,
            Format::Junit,
        ];
        const VERIFY: &[Format] = &[Format::Human, Format::Json, Format::Junit, Format::Html];
        match self {
            Command::Chat(_) => ("chat", &[Format::Human, Format::Json, Format::Jsonl]),
            Command::Lint(_) => ("lint", LINT),
            Command::Normalize(_) => ("normalize", BOTH),
            Command::Trust(_) => ("trust", BOTH),
            Command::Explain(_) => ("explain", BOTH),
            Command::Discover(_) => ("discover", BOTH),
            Command::Docs(_) => ("docs", BOTH),
            Command::Simulate(_) => ("simulate", BOTH),
            Command::Models(_) => ("models", BOTH),
            Command::Onboard(_) => ("onboard", BOTH),
            Command::Verify(_) => ("verify", VERIFY),
            Command::Completions { .. } => ("completions", &[Format::Human]),
            Command::Man { .. } => ("man", &[Format::Human]),
        }
    }
}

impl Args {
    /// Refuses a form that the command does not have.
    pub(super) fn check_format(&self) -> Result<(), Error> {
        let (command, forms) = self.command.forms();
        if forms.contains(&self.format) {
            return Ok(());
        }
        let known: Vec<String> = forms.iter().map(Format::to_string).collect();
        let (wanted, known) = (self.format, known.join(" and "));
        let message = format!("`clawconf {command}` has no format {wanted}, only {known}");
        Err(Error::Usage(message))
    }

    /// The form of the output of a command that has two.
    pub(super) fn form(&self) -> Form {
        match self.format {
            Format::Human => Form::Human,
            _ => Form::Json,
        }
    }
}

/// Check configs: what OpenClaw refuses, whom requests may reach, keys, models, references.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without PATH, the config that OpenClaw would use is linted.\n\
    Exit codes: 0 nothing at or above --fail-on, 1 something, 2 a file could not be read.\n\
    Example: clawconf lint --fix ~/.openclaw/openclaw.json"
)]
pub(super) struct Lint {
    /// Files, folders, globs, or - for standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// The config to lint when no PATH is given
    /// [default: $OPENCLAW_CONFIG_PATH, $OPENCLAW_STATE_DIR/openclaw.json, ~/.openclaw/openclaw.json]
    #[arg(long, value_name = "PATH")]
    pub config: Option<PathBuf>,

    /// Least severity that makes the exit code 1
    #[arg(long, value_enum, default_value_t = FailOn::Error)]
    pub fail_on: FailOn,

    /// Also tell what this release would refuse to reach, 2026.5.18 or an earlier one; what is refused
    /// when a config is read is always that of 2026.5.18 [default: 2026.5.18]
    #[arg(long, value_name = "RELEASE", value_parser = target, help_heading = "Selection")]
    pub target: Option<Release>,

    /// Only these rules or groups (syntax, contract, trust, secrets, lmstudio, catalog, suppress); may be repeated, see `explain --list`
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        help_heading = "Selection"
    )]
    pub select: Vec<String>,

    /// Not these rules or groups; may be repeated
    #[arg(
        long,
        value_name = "RULE",
        value_delimiter = ',',
        help_heading = "Selection"
    )]
    pub ignore: Vec<String>,

    /// Mend in place what has only one answer; with -, the mended text goes to standard output
    #[arg(long, help_heading = "Fixing")]
    pub fix: bool,

    /// With --fix or --diff: also fixes that may change what the config means
    #[arg(long = "unsafe", help_heading = "Fixing")]
    pub with_unsafe: bool,

    /// Show what --fix would do, without doing it
    #[arg(long, help_heading = "Fixing")]
    pub diff: bool,

    /// A settings file for all that is linted
    /// [default: the nearest clawconf.json5, beside a config or in a folder above]
    #[arg(long, value_name = "FILE", help_heading = "Selection")]
    pub settings: Option<PathBuf>,

    /// Findings of an earlier run: they pass, only new ones are reported
    #[arg(long, value_name = "FILE", help_heading = "Baseline")]
    pub baseline: Option<PathBuf>,

    /// Write what is found today to the baseline, which lets it pass from now on
    #[arg(
        long,
        requires = "baseline",
        help_heading = "Baseline",
        conflicts_with = "diff"
    )]
    pub write_baseline: bool,

    /// What standard input is called in the report; its ending tells Markdown from JSON5
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<PathBuf>,

    #[command(flatten)]
    pub variables: Variables,

    /// The variables given are all there are: a ${NAME} that is not among them is a warning
    #[arg(long, help_heading = "Variables")]
    pub strict_env: bool,

    #[command(flatten)]
    pub lookup: Lookup,
}

/// Bring saved LM Studio models to today's form: reasoning levels, base URLs.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without a flag the changes are shown as a diff. Without PATH, the config that OpenClaw would use is meant.\n\
    Exit codes: 0 done, 1 with --check when something would change, 2 a file could not be read or written.\n\
    Example: clawconf normalize --write ~/.openclaw/openclaw.json"
)]
pub(super) struct Normalize {
    /// Files, folders, globs, or - for standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// The config when no PATH is given
    /// [default: $OPENCLAW_CONFIG_PATH, $OPENCLAW_STATE_DIR/openclaw.json, ~/.openclaw/openclaw.json]
    #[arg(long, value_name = "PATH")]
    pub config: Option<PathBuf>,

    /// List the changes without making them; exit code 1 when there are any
    #[arg(long, group = "mode")]
    pub check: bool,

    /// Write the files; the old content stays beside each as .bak. With -, to standard output
    #[arg(long, group = "mode")]
    pub write: bool,

    /// Print the whole new text of one file, keys and all
    #[arg(long, group = "mode")]
    pub stdout: bool,
}

/// Where `${NAME}` gets its values from.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Variables")]
pub(super) struct Variables {
    /// A variable for ${NAME} in the config; may be repeated, and wins over the others
    #[arg(long, value_name = "NAME=VALUE")]
    pub env: Vec<String>,

    /// Take variables for ${NAME} from a file with lines NAME=VALUE; may be repeated
    #[arg(long, value_name = "FILE")]
    pub env_file: Vec<PathBuf>,

    /// Take variables for ${NAME} from the environment
    #[arg(long)]
    pub env_from_process: bool,
}

/// Whether and whom to ask for addresses.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Name look-up")]
pub(super) struct Lookup {
    /// Ask for the addresses of every host, and judge them; without it nothing is asked
    #[arg(long)]
    pub resolve: bool,

    /// Ask this name server instead of the system; an address, perhaps with a port
    #[arg(long, value_name = "ADDR", value_parser = name_server, requires = "resolve")]
    pub dns_server: Option<SocketAddr>,

    /// Longest wait for one answer
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "5s")]
    pub dns_timeout: Duration,
}

pub(super) fn target(text: &str) -> Result<Release, String> {
    let release: Release = text.parse().map_err(|error: NoRelease| error.to_string())?;
    if release > Release::default() {
        return Err(format!(
            "the latest that is known is {}",
            Release::default()
        ));
    }
    Ok(release)
}

/// Explain a rule, with a bad and a good config.
#[derive(Debug, clap::Args)]
pub(super) struct Explain {
    /// The rule, or a group to list its rules
    #[arg(required_unless_present = "list")]
    pub rule: Option<String>,

    /// List all rules
    #[arg(long)]
    pub list: bool,
}

/// The JSON Schema and the help texts of models.providers, and the gate over them.
#[derive(Debug, clap::Args)]
pub(super) struct Docs {
    #[command(subcommand)]
    pub command: DocsCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum DocsCommand {
    /// Write the schema and the help baseline
    Gen {
        /// Folder that holds schema/ and baselines/
        #[arg(long, value_name = "DIR", default_value = ".")]
        out: PathBuf,
    },
    /// Compare what is there with what would be written; exit code 1 when they differ
    Check {
        /// Folder that holds schema/ and baselines/
        #[arg(long, value_name = "DIR", default_value = ".")]
        out: PathBuf,
    },
    /// Classify the changes between two schemas
    #[command(
        after_help = "Each is a file, REV:path of a git checkout, or - for standard input; the output of\n\
        `openclaw config schema` will do. Example: clawconf docs diff HEAD~1:schema/models.providers.schema.json \
        schema/models.providers.schema.json"
    )]
    Diff {
        /// The older schema
        old: String,
        /// The newer schema
        new: String,
        /// Least change that makes the exit code 1
        #[arg(long, value_enum, default_value_t = FailOnChange::Breaking)]
        fail_on: FailOnChange,
    },
    /// Print the help for a config path
    Show {
        /// For example models.providers.*.request.allowPrivateNetwork
        #[arg(default_value = "models")]
        path: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Human,
    Json,
    Jsonl,
    Sarif,
    Github,
    Gitlab,
    Junit,
    Html,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}

/// The forms that every command with output has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Human,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    Error,
    Warning,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOnChange {
    Breaking,
    Additive,
    Any,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    /// Lets every output stream of this process follow the choice.
    pub(super) fn write_global(self) {
        let choice = match self {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }
}
