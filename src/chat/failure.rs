//! Why a chat came to nothing.

use serde::Serialize;

/// Why a chat came to nothing: before the stream, or in it. As JSON: `kind`, `status` and `message`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The word used in machine output.
    pub kind: &'static str,
    /// The HTTP status, where one came.
    pub status: Option<u16>,
    /// What is wrong; a server's own words where it has some, bounded and not cleaned.
    pub message: String,
}

impl Failure {
    /// The status with a blank in front, for a sentence; nothing where none came. In a stream it is a code
    /// of the server's own, as the status of the answer was good.
    ///
    /// ```
    /// use clawconf::chat::Failure;
    ///
    /// let failure = Failure { kind: "auth", status: Some(401), message: String::new() };
    /// assert_eq!(failure.status_in_words(), " (HTTP 401)");
    /// ```
    #[must_use]
    pub fn status_in_words(&self) -> String {
        match self.status {
            None => String::new(),
            Some(code) if self.kind == "in_stream" => format!(" (code {code})"),
            Some(status) => format!(" (HTTP {status})"),
        }
    }
}
