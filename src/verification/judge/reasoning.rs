//! Whether reasoning efforts are taken, and have an effect.

use super::failure::sentence;
use crate::chat::{Finish, ReasoningSetting};
use crate::verification::check::{Check, Outcome};
use crate::verification::report::Exchange;
use crate::verification::subject::Subject;

/// A chat for each way to tell how much to reason.
pub type Efforts = [(ReasoningSetting, Exchange)];

/// Judges reasoning by the plain chat and those with an effort each.
#[must_use]
pub fn reasoning(subject: &Subject, plain: &Exchange, tried: &Efforts) -> Outcome {
    if !subject.reasons {
        return unexpected(subject, plain);
    }
    if tried.is_empty() {
        return untold(subject, plain);
    }
    let fail = |message: String| {
        let efforts = subject.places.efforts.clone();
        Outcome::fail(Check::Reasoning, message).at(Some(efforts))
    };
    if let Some((setting, failure)) = tried
        .iter()
        .find_map(|(setting, exchange)| Some((setting, exchange.failure.as_ref()?)))
    {
        let word = setting.word();
        let message = format!("with `{}: {word}`, {}", setting.key, sentence(failure));
        if matches!(failure.kind, "bad_request" | "server_error") {
            let help = format!(
                "take `{word}` out of `compat.supportedReasoningEfforts`, and out of the values of `reasoningEffortMap`."
            );
            return fail(message).with_help(help);
        }
        let outcome = Outcome::fail(Check::Reasoning, message);
        return outcome.advised(failure.kind);
    }
    let (off, on): (Vec<_>, Vec<_>) = tried.iter().partition(|(setting, _)| setting.is_off());
    if let Some((setting, _)) = off.iter().find(|(_, exchange)| exchange.has_thoughts()) {
        let word = setting.word();
        return fail(format!("`{}: {word}` does not switch reasoning off", setting.key)).with_help(
            "the server takes the word and reasons all the same; take it out of `compat.supportedReasoningEfforts`.",
        );
    }
    if !on.is_empty() && !on.iter().any(|(_, exchange)| exchange.has_thoughts()) {
        let words: Vec<String> = on.iter().map(|(setting, _)| setting.word()).collect();
        return fail(format!("no effort gives any reasoning, not even {}", last(&words)))
            .with_help("the server takes the words and does nothing with them: is it a reasoning model, and does the server read its template?");
    }
    if tried
        .iter()
        .any(|(_, exchange)| exchange.has_thoughts_within())
    {
        return within();
    }
    if !subject.is_lm_studio && off.is_empty() && are_alike(&on) {
        return Outcome::warn(
            Check::Reasoning,
            "every effort gives the same reasoning, word for word",
        )
        .with_help("the server takes the words and seems to do nothing with them; if so, set `compat.supportsReasoningEffort: false`.")
        .at(Some(subject.places.efforts.clone()));
    }
    Outcome::pass(Check::Reasoning, effect(&off, &on, tried))
}

/// Whether several efforts led to one and the same answer, none of them cut off by its budget.
fn are_alike(on: &Tried<'_>) -> bool {
    let Some(((_, first), others)) = on.split_first() else {
        return false;
    };
    let is_same = |other: &Exchange| {
        other.finish != Some(Finish::Length)
            && other.reasoning == first.reasoning
            && other.content == first.content
    };
    !others.is_empty() && is_same(first) && others.iter().all(|(_, other)| is_same(other))
}

fn last(words: &[String]) -> String {
    words.last().map_or("one", String::as_str).to_owned()
}

type Tried<'t> = [&'t (ReasoningSetting, Exchange)];

/// What the efforts did, and what they took.
fn effect(off: &Tried<'_>, on: &Tried<'_>, tried: &Efforts) -> String {
    let words = |of: &mut dyn Iterator<Item = &ReasoningSetting>| {
        let words: Vec<String> = of.map(ReasoningSetting::word).collect();
        words.join(", ")
    };
    let mut parts = Vec::new();
    let thinks = |wanted: bool| {
        let found = on.iter().filter(move |(_, e)| e.has_thoughts() == wanted);
        found.map(|(setting, _)| setting)
    };
    let (with, without) = (words(&mut thinks(true)), words(&mut thinks(false)));
    if !with.is_empty() {
        parts.push(format!("reasons with {with}"));
    }
    if !without.is_empty() {
        parts.push(format!("not with {without}"));
    }
    let off = words(&mut off.iter().map(|(setting, _)| setting));
    if !off.is_empty() {
        parts.push(format!("off with {off}"));
    }
    let tokens = tried
        .iter()
        .filter_map(|(_, exchange)| exchange.usage?.completion);
    let tokens: u64 = tokens.fold(0, u64::saturating_add);
    if tokens > 0 {
        parts.push(format!("{tokens} tokens in all"));
    }
    parts.join(", ")
}

/// Reasoning stands in the answer.
fn within() -> Outcome {
    Outcome::warn(
        Check::Reasoning,
        "the reasoning stands in the answer itself, between its tags",
    )
    .with_help("let the server take it out: llama.cpp with `--reasoning-format auto`, vLLM and SGLang with a reasoning parser.")
}

/// The config says that it does not reason.
fn unexpected(subject: &Subject, plain: &Exchange) -> Outcome {
    if plain.has_thoughts_within() {
        return within();
    }
    if plain.has_thoughts() {
        return Outcome::warn(
            Check::Reasoning,
            "it reasons, though the config does not say so",
        )
        .with_help("set `reasoning: true`, or OpenClaw cannot switch it off.")
        .at(Some(subject.places.reasoning.clone()));
    }
    Outcome::skipped(Check::Reasoning, "the config does not say that it reasons")
}

/// The config says that it reasons, and no request says how much.
fn untold(subject: &Subject, plain: &Exchange) -> Outcome {
    if plain.has_thoughts_within() {
        return within();
    }
    if plain.has_thoughts() {
        return Outcome::pass(
            Check::Reasoning,
            "it reasons; by this config, no request says how much",
        );
    }
    Outcome::warn(
        Check::Reasoning,
        "the config says that it reasons, and no reasoning came",
    )
    .with_help("set `compat.supportsReasoningEffort: true` if the server takes efforts, else `reasoning: false`.")
    .at(Some(subject.places.reasoning.clone()))
}
