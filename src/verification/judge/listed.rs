//! Whether the server has a model by exactly this id: several serve a wrong one without a word.

use crate::diagnostic::named;
use crate::verification::check::{Check, Outcome};
use crate::verification::subject::Subject;

/// Most ids that are compared letter by letter: no server of one's own has more.
const MOST_COMPARED: usize = 2000;

/// Least similarity of an id that may have been meant.
const SIMILAR: f64 = 0.7;

/// Judges an id by the ids that the server lists, and by other names that it `answers_to`.
#[must_use]
pub fn listed(subject: &Subject, ids: &[&str], answers_to: bool) -> Outcome {
    let id = subject.id.as_str();
    if ids.contains(&id) {
        return Outcome::pass(Check::Listed, "the server lists it");
    }
    if answers_to {
        return Outcome::pass(Check::Listed, "the server lists it under another name too");
    }
    let outcome = Outcome::fail(Check::Listed, format!("the server does not list `{id}`"))
        .at(Some(subject.places.id.clone()));
    outcome.with_help(match nearest(id, ids) {
        Some(meant) => {
            format!(
                "did you mean `{meant}`? If not, get the model there; some servers answer a wrong id with another one."
            )
        }
        None if ids.is_empty() => "it lists no model at all: load one there.".to_owned(),
        None => format!("it has {}.", named(ids.iter().copied())),
    })
}

/// The id that was most likely meant: another case, with or without a publisher in front, or nearly the
/// same.
fn nearest<'i>(id: &str, ids: &[&'i str]) -> Option<&'i str> {
    let last = |id: &str| id.rsplit('/').next().unwrap_or(id).to_lowercase();
    let same = ids.iter().find(|other| last(other) == last(id));
    let score = |other: &&&'i str| {
        strsim::normalized_levenshtein(&id.to_lowercase(), &other.to_lowercase())
    };
    if same.is_some() {
        return same.copied();
    }
    // Who is much longer cannot be similar, and takes long to compare.
    let near = ids.iter().filter(|other| other.len() <= 2 * id.len());
    let scored = near.take(MOST_COMPARED).map(|other| (score(&other), other));
    let similar = scored.filter(|(score, _)| *score >= SIMILAR);
    let similar = similar.max_by(|(one, _), (other, _)| one.total_cmp(other));
    similar.map(|(_, other)| *other)
}
