//! Exit codes, the same for every command.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exit {
    /// All is well: 0.
    Well,
    /// It ran and found something: 1.
    Found,
    /// It could not run: 2.
    Failed,
    /// A person ended it: 130.
    #[cfg(feature = "net")]
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Well => 0,
            Exit::Found => 1,
            Exit::Failed => 2,
            #[cfg(feature = "net")]
            Exit::Interrupted => 130,
        })
    }
}
