//! Chat completions as bytes: what is sent, and what a stream of answers says, decoded piece by piece and
//! within bounds.
//!
//! Pure. Whoever holds the socket pushes what arrives, however it was cut; the events are the same.

mod answer;
mod event;
mod failure;
mod promotion;
mod refusal;
mod request;
mod sse;
mod stream;
mod transcript;
mod usage;

pub use answer::Answer;
pub use event::{Event, Finish, StreamError, ToolPiece};
pub use failure::Failure;
pub use promotion::{WrittenCall, written_calls};
pub use refusal::Refusal;
pub use request::{
    Habits, Question, ReasoningSetting, Remedy, USUAL_PROMPT, body_by, reasoning_field,
    reasoning_settings, request_body,
};
pub use sse::{Decoder, Message, TooLong};
pub use stream::{End, Stream};
pub use transcript::{ToolCall, Transcript};
pub use usage::{Source, Usage};
