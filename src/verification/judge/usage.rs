//! Whether tokens are counted, and the counts agree.

use crate::chat::{Source, Usage};
use crate::verification::check::{Check, Outcome};
use crate::verification::subject::Subject;

/// The counts of the same chat, asked for in several ways.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    /// Of the stream, asked for as the config says.
    pub streamed: Option<Usage>,
    /// Of the answer that did not stream, if one came.
    pub whole: Option<Usage>,
    /// Whether the answer that was not to stream failed.
    pub whole_failed: bool,
    /// Of a stream that was asked for usage against the config, if that was done.
    pub asked_for: Option<Usage>,
}

/// Judges token counts.
#[must_use]
pub fn usage(subject: &Subject, counts: &Counts) -> Outcome {
    let Some(streamed) = counts.streamed.filter(is_some_count) else {
        return without(subject, counts);
    };
    let mut told = told(&streamed);
    if counts.whole_failed {
        told.push_str("; not compared with a whole answer, which failed");
    }
    if let Some(whole) = counts.whole.filter(is_some_count)
        && let (Some(one), Some(other)) = (streamed.prompt, whole.prompt)
        && one != other
    {
        let message = format!(
            "the same prompt counts {one} tokens in a stream, and {other} in a whole answer"
        );
        let help =
            "the counts of this server are estimates; what OpenClaw makes of them is one too.";
        return Outcome::warn(Check::Usage, message).with_help(help);
    }
    if streamed.source == Source::Timings {
        let message = format!("{told}, recovered from `timings`");
        let help = "OpenClaw 2026.5.18 does not recover them in a stream, and shows no tokens for this model.";
        return Outcome::pass(Check::Usage, message).with_help(help);
    }
    Outcome::pass(Check::Usage, told)
}

fn told(usage: &Usage) -> String {
    let count = |count: Option<u64>| count.map_or("?".to_owned(), |count| count.to_string());
    let reasoning = usage.reasoning.filter(|tokens| *tokens > 0);
    let reasoning = reasoning.map(|tokens| format!(", {tokens} of them reasoning"));
    format!(
        "{} tokens of prompt and {} of answer{}",
        count(usage.prompt),
        count(usage.completion),
        reasoning.unwrap_or_default()
    )
}

/// Whether a usage says anything.
fn is_some_count(usage: &Usage) -> bool {
    let counts = [usage.prompt, usage.completion, usage.total];
    counts
        .iter()
        .any(|count| count.is_some_and(|count| count > 0))
}

/// There are no counts in the stream.
fn without(subject: &Subject, counts: &Counts) -> Outcome {
    let fail = |message: &str| Outcome::fail(Check::Usage, message);
    if counts.asked_for.is_some_and(|usage| is_some_count(&usage)) {
        return fail("the stream counts no tokens, since the config says not to ask for them")
            .with_help("remove `supportsUsageInStreaming: false`: asked, this server tells them.")
            .at(Some(subject.places.usage.clone()));
    }
    let outcome = if counts.streamed.is_some() {
        fail("the stream counts zero tokens, which cannot be")
    } else {
        fail("the stream counts no tokens, and has no `timings` to recover them from")
    };
    let help = if counts.whole.is_some_and(|usage| is_some_count(&usage)) {
        "the server counts in whole answers only; OpenClaw streams, so it cannot tell how full the context is."
    } else {
        "OpenClaw cannot tell how full the context is, and compacts by its own estimate; a newer release of the \
         server may count."
    };
    outcome.with_help(help)
}
