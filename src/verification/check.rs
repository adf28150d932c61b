//! The checks, and what can come of one.

use std::time::Duration;

use crate::config::Config;
use crate::json5::{LineIndex, Node, Path, Span};

/// One thing that is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// What `lint` says of the entry.
    Config,
    /// Whether the policy lets requests through.
    Origin,
    /// Whether the name has addresses.
    Dns,
    /// Whether a server answers, and is ready.
    Reachable,
    /// Whether the key is taken, and a wrong one is not.
    Key,
    /// Whether the server lists its models below this base path.
    Models,
    /// Whether it is the server that the config takes it for.
    Backend,
    /// Whether the server has the model, by exactly this id.
    Listed,
    /// Whether the model can be loaded ahead.
    Preload,
    /// Whether the context window of the config is that of the server.
    Context,
    /// Whether an answer streams to its end.
    Stream,
    /// Whether token counts come, and agree.
    Usage,
    /// Whether each reasoning effort is taken and has an effect.
    Reasoning,
    /// Whether a tool is called, and its result taken.
    Tools,
}

impl Check {
    /// Those of a server, in their order.
    pub const OF_SERVER: [Check; 7] = [
        Check::Config,
        Check::Origin,
        Check::Dns,
        Check::Reachable,
        Check::Key,
        Check::Models,
        Check::Backend,
    ];

    /// Those of a model, in their order.
    pub const OF_MODEL: [Check; 8] = [
        Check::Config,
        Check::Listed,
        Check::Preload,
        Check::Context,
        Check::Stream,
        Check::Usage,
        Check::Reasoning,
        Check::Tools,
    ];

    /// The word used in every format.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Check::Config => "config",
            Check::Origin => "origin",
            Check::Dns => "dns",
            Check::Reachable => "reachable",
            Check::Key => "key",
            Check::Models => "models",
            Check::Backend => "backend",
            Check::Listed => "listed",
            Check::Preload => "preload",
            Check::Context => "context",
            Check::Stream => "stream",
            Check::Usage => "usage",
            Check::Reasoning => "reasoning",
            Check::Tools => "tools",
        }
    }

    /// The question that it answers.
    #[must_use]
    pub fn question(self) -> &'static str {
        match self {
            Check::Config => "Does lint find nothing wrong?",
            Check::Origin => "May requests go there?",
            Check::Dns => "Does the name have addresses?",
            Check::Reachable => "Does a server answer?",
            Check::Key => "Is the key taken, and a wrong one refused?",
            Check::Models => "Does it list its models?",
            Check::Backend => "Is it the server that the config takes it for?",
            Check::Listed => "Does it have this model?",
            Check::Preload => "Can the model be loaded ahead?",
            Check::Context => "Is the context window right?",
            Check::Stream => "Does an answer stream to its end?",
            Check::Usage => "Are tokens counted?",
            Check::Reasoning => "Do reasoning efforts work?",
            Check::Tools => "Do tool calls work?",
        }
    }
}

/// What came of a check. Ordered: a failure is most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// There was nothing to check, or no way to.
    Skipped,
    /// It is as it should be.
    Pass,
    /// It works, and may surprise.
    Warn,
    /// It does not work.
    Fail,
}

impl Status {
    /// The word used in every format.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Status::Skipped => "skipped",
            Status::Pass => "pass",
            Status::Warn => "warn",
            Status::Fail => "fail",
        }
    }
}

/// A line of a config that an outcome is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What people call the file.
    pub file: String,
    /// The dotted path in it.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

impl Place {
    /// Where a node of a config stands.
    #[must_use]
    pub fn of(config: &Config, path: &Path, node: Node<'_>) -> Place {
        let (file, span) = config.locate(node.span());
        Place::within(config, path, file, span)
    }

    /// Where a span of one of its files stands.
    #[must_use]
    pub fn within(config: &Config, path: &Path, file: usize, span: Span) -> Place {
        let text = config.text(file);
        let position = LineIndex::new(text).position(text, span.start);
        let name = config.files.get(file).map(|source| source.name.clone());
        Place {
            file: name.unwrap_or_default(),
            path: path.to_string(),
            line: position.line,
            column: position.column,
        }
    }
}

/// What came of a check, in words. They hold no secret; a server's own words in them are bounded, and not
/// cleaned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What was checked.
    pub check: Check,
    /// What came of it.
    pub status: Status,
    /// One sentence.
    pub message: String,
    /// What to do, where there is something to do.
    pub help: Option<String>,
    /// The line of the config that it is about.
    pub place: Option<Place>,
    /// How long the check took.
    pub took: Option<Duration>,
}

impl Outcome {
    /// An outcome without help or place.
    #[must_use]
    pub fn new(check: Check, status: Status, message: impl Into<String>) -> Outcome {
        Outcome {
            check,
            status,
            message: message.into(),
            help: None,
            place: None,
            took: None,
        }
    }

    /// It is as it should be.
    #[must_use]
    pub fn pass(check: Check, message: impl Into<String>) -> Outcome {
        Outcome::new(check, Status::Pass, message)
    }

    /// It may surprise.
    #[must_use]
    pub fn warn(check: Check, message: impl Into<String>) -> Outcome {
        Outcome::new(check, Status::Warn, message)
    }

    /// It does not work.
    #[must_use]
    pub fn fail(check: Check, message: impl Into<String>) -> Outcome {
        Outcome::new(check, Status::Fail, message)
    }

    /// There was nothing to check.
    #[must_use]
    pub fn skipped(check: Check, message: impl Into<String>) -> Outcome {
        Outcome::new(check, Status::Skipped, message)
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Outcome {
        self.help = Some(help.into());
        self
    }

    /// Adds the line that it is about.
    #[must_use]
    pub fn at(mut self, place: Option<Place>) -> Outcome {
        self.place = place;
        self
    }

    /// Adds how long it took.
    #[must_use]
    pub fn within(mut self, took: Duration) -> Outcome {
        self.took = Some(took);
        self
    }
}
