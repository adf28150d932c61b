//! Errors that end a command: one sentence, and what to do about it.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// Why a command could not run.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// A file that cannot be read or written.
    #[error("{}: {}", path.display(), reason)]
    File {
        /// Which.
        path: PathBuf,
        /// Why, in words.
        reason: String,
    },
    /// A command line that makes no sense.
    #[error("{0}")]
    Usage(String),
    /// What several subjects met, told once.
    #[error("{0}")]
    Shared(Arc<Error>),
    /// Output that could not be written.
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
}

impl Error {
    /// The error for `path`, with what the system says.
    pub(super) fn file(path: impl Into<PathBuf>, reason: impl fmt::Display) -> Self {
        let path = path.into();
        let reason = reason.to_string();
        Error::File { path, reason }
    }

    /// The same of a file that people call otherwise.
    pub(super) fn called(self, name: &str) -> Self {
        match self {
            Error::File { reason, .. } => Error::file(name, reason),
            other => other,
        }
    }

    /// The error for a name that is neither a rule nor a group.
    pub(super) fn no_rule(name: &str) -> Self {
        let hint = "`clawconf explain --list` shows all rules and groups";
        Error::Usage(format!("no rule or group is called `{name}`; {hint}"))
    }
}

/// A system error as people say it, without its number.
pub(super) fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "this is a folder".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error")
                .next()
                .unwrap_or(&text)
                .to_lowercase()
        }
    }
}
