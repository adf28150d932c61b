//! Why a chat came to nothing.

/// Why a chat came to nothing: before the stream, or in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The word used in machine output.
    pub kind: &'static str,
    /// The HTTP status, where one came.
    pub status: Option<u16>,
    /// What is wrong; a server's own words where it has some, bounded and not cleaned.
    pub message: String,
}
