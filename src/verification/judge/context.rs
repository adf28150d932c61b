//! Whether the context window of the config is that of the server.

use crate::verification::check::{Check, Outcome};
use crate::verification::subject::Subject;

/// What OpenClaw takes for the window of a model that names none (contract page, section 9).
const ASSUMED: u64 = 200_000;

/// What a server says of the context of a model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Known {
    /// The longest that it takes, in tokens.
    pub most: Option<u64>,
    /// That of the copy in memory, if it differs.
    pub loaded: Option<u64>,
}

/// Judges the window by what the server says.
#[must_use]
pub fn context(subject: &Subject, known: Known) -> Outcome {
    let Some(most) = known.most.or(known.loaded) else {
        return Outcome::skipped(
            Check::Context,
            "the server does not tell how long the context is",
        );
    };
    let place = Some(subject.places.window.clone());
    // What OpenClaw works with may be less than the window, which is then that of the model at its best.
    let fits = subject.working.is_some_and(|working| working <= most);
    let Some(window) = subject.window else {
        if most < ASSUMED && !fits {
            let message = format!(
                "the config names no `contextWindow`, so OpenClaw assumes {ASSUMED} tokens; the server takes {most}"
            );
            return Outcome::fail(Check::Context, message)
                .with_help(format!("add `contextWindow: {most}` to this model."))
                .at(place);
        }
        let message = match subject.working.filter(|_| most < ASSUMED) {
            Some(working) => {
                format!("OpenClaw works with {working} tokens of {most} that the server takes")
            }
            None => format!("the server takes {most} tokens, no fewer than OpenClaw assumes"),
        };
        return Outcome::pass(Check::Context, message);
    };
    if window > most && !fits {
        let message =
            format!("the config says {window} tokens, and the server takes no more than {most}");
        return Outcome::fail(Check::Context, message)
            .with_help(format!("set `contextWindow: {most}`."))
            .at(place);
    }
    let working = subject.working.unwrap_or(window);
    match known.loaded {
        Some(loaded) if loaded < working => {
            let message = format!(
                "OpenClaw works with {working} tokens, and the model is loaded with {loaded} of {most}"
            );
            Outcome::warn(Check::Context, message)
                .with_help("load it with more, or set `contextTokens` to what is loaded.")
                .at(place)
        }
        None if window > most => Outcome::pass(
            Check::Context,
            format!("OpenClaw works with {working} tokens of {most} that the server takes"),
        ),
        Some(loaded) if working < window => Outcome::pass(
            Check::Context,
            format!("OpenClaw works with {working} tokens of {window}, and {loaded} are loaded"),
        ),
        _ => Outcome::pass(
            Check::Context,
            format!("{window} tokens of {most} that the server takes"),
        ),
    }
}
