//! Whether an answer streams to its end.

use super::failure::sentence;
use crate::chat::{Finish, Remedy};
use crate::verification::check::{Check, Outcome, Status};
use crate::verification::report::{Exchange, Speed};
use crate::verification::subject::Subject;

/// Tokens from which on an answer in one piece was not streamed: several may share a piece.
const TOKENS_FOR_PIECES: u64 = 8;

/// The same in bytes, where nobody counts.
const BYTES_FOR_PIECES: usize = 80;

/// Judges the plain chat. `remedied` is the setting with which the server took what it had refused;
/// `speed` the medians when there were several.
#[must_use]
pub fn stream(
    subject: &Subject,
    plain: &Exchange,
    remedied: Option<Remedy>,
    speed: Option<&Speed>,
) -> Outcome {
    let fail = |message: String| Outcome::fail(Check::Stream, message);
    if let Some(failure) = &plain.failure {
        let outcome = fail(sentence(failure));
        if let Some(remedy) = remedied {
            let (key, value) = remedy.setting();
            let help = format!(
                "set `compat.{key}: {value}` for this model: with it, the server takes the request."
            );
            return outcome
                .with_help(help)
                .at(Some(subject.places.compat.clone()));
        }
        return outcome.advised(failure.kind);
    }
    if let Some(Finish::Other(word)) = &plain.finish {
        return fail(format!("the answer ended with the finish reason `{word}`"));
    }
    let tokens = plain.usage.and_then(|usage| usage.completion).unwrap_or(0);
    let is_long = tokens >= TOKENS_FOR_PIECES || plain.content.len() >= BYTES_FOR_PIECES;
    let is_one_piece = plain.pieces == Some(1) && is_long;
    let is_cut = plain.finish == Some(Finish::Length);
    if plain.content.trim().is_empty() && !plain.has_thoughts() && !is_cut {
        let help =
            "the template of the model may not fit, or it answers in a field that nobody reads.";
        return fail("the answer is empty".to_owned()).with_help(help);
    }
    if plain.content.trim().is_empty() && plain.calls.is_empty() && !is_cut {
        let message = "all of the answer came as reasoning, and nothing was said";
        let help = "a reasoning parser of the server that does not fit the model takes the answer for reasoning.";
        return Outcome::warn(Check::Stream, message).with_help(help);
    }
    if plain.content.trim().is_empty() && !plain.has_thoughts() {
        let message = "the token budget was used up, and nothing came";
        return Outcome::warn(Check::Stream, message).with_help(
            "`--max-tokens 1024` gives more; if that stays so, look at the log of the server.",
        );
    }
    if is_one_piece {
        let message = "the whole answer came in one piece, so nothing is seen until its end";
        let help = "something between collects the stream, or the server does not stream.";
        return Outcome::warn(Check::Stream, message).with_help(help);
    }
    let mut parts = Vec::new();
    if let Some(speed) = speed.filter(|speed| speed.runs > 1) {
        parts.push(format!("median of {} chats", speed.runs));
    }
    let first = speed.map_or(plain.first, |speed| speed.first);
    if let Some(first) = first {
        parts.push(format!("first token after {} ms", first.as_millis()));
    }
    let rate = speed.map_or(plain.tokens_per_second, |speed| speed.tokens_per_second);
    if let Some(rate) = rate {
        parts.push(format!("{rate:.0} tokens/s"));
    }
    if let Some(finish) = &plain.finish {
        parts.push(format!("finish reason {}", finish.word()));
    }
    if is_cut && plain.content.trim().is_empty() {
        parts.push("all of the token budget went into reasoning".to_owned());
    }
    Outcome::new(Check::Stream, Status::Pass, parts.join(", "))
}
