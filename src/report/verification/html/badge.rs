//! How a status looks: a sign, its word and a colour, so that nobody depends on the colour.

use std::fmt;

use crate::verification::Status;

/// A status beside a text.
pub(super) struct Badge(pub(super) Status);

/// What stands before the word of a status.
pub(super) fn sign(status: Status) -> &'static str {
    match status {
        Status::Skipped => "–",
        Status::Pass => "✓",
        Status::Warn => "!",
        Status::Fail => "✗",
    }
}

impl fmt::Display for Badge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, word) = (sign(self.0), self.0.code());
        write!(
            f,
            r#"<span class="badge {word}"><span aria-hidden="true">{sign}</span> {word}</span>"#
        )
    }
}
