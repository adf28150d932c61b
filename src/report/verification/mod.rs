//! What came of a verification, one format a file.

pub mod html;
pub mod human;
pub mod json;
pub mod junit;

use crate::verification::{Outcome, Place};

/// Longest foreign text in a sentence, in characters.
const LONGEST: usize = 600;

/// A text on one line, bounded, without anything a screen would act on.
fn line(text: &str) -> String {
    let text = super::visible(text).replace('\n', " ");
    if text.chars().nth(LONGEST).is_none() {
        return text;
    }
    let cut: String = text.chars().take(LONGEST).collect();
    format!("{cut}…")
}

/// Where an outcome points to, as `file:line:column`.
fn place(place: &Place) -> String {
    format!("{}:{}:{}", line(&place.file), place.line, place.column)
}

/// How long a check took, in whole milliseconds.
fn milliseconds(outcome: &Outcome) -> Option<u64> {
    let took = outcome.took?;
    Some(u64::try_from(took.as_millis()).unwrap_or(u64::MAX))
}
