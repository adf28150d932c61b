//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// Keeps the models.providers part of an OpenClaw config right.
#[derive(Debug, Parser)]
#[command(version, about, arg_required_else_help = true, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 all is well, 1 something was found, 2 it could not run.")]
pub(super) struct Args {
    #[command(subcommand)]
    pub command: Command,

    /// Form of the output
    #[arg(long, global = true, value_enum, default_value_t = Format::Human)]
    pub format: Format,

    /// When to colour; NO_COLOR is respected
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,

    /// Say less: no summary
    #[arg(short, long, global = true)]
    pub quiet: bool,

    /// Say more, on standard error: files that were passed over
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check configs: syntax, and everything OpenClaw refuses
    Lint(Lint),
    /// Explain a rule, with a bad and a good config
    Explain(Explain),
    /// The JSON Schema and the help texts of models.providers, and the gate over them
    Docs(Docs),
}

/// Check configs: syntax, and everything OpenClaw refuses.
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

    /// Only these rules or groups (syntax, contract); may be repeated, see `explain --list`
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

    /// A variable for ${NAME} in the config; may be repeated
    #[arg(long, value_name = "NAME=VALUE", help_heading = "Variables")]
    pub env: Vec<String>,

    /// Take variables for ${NAME} from the environment
    #[arg(long, help_heading = "Variables")]
    pub env_from_process: bool,
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
