//! Whether it is the server that the config takes it for.

use crate::verification::backend::{Backend, Evidence, believed, recognise};
use crate::verification::check::{Check, Outcome, Place};

/// Judges a server by the id of its provider, at `place`.
#[must_use]
pub fn backend(
    id: &str,
    evidence: &Evidence<'_>,
    place: Option<Place>,
) -> (Option<Backend>, Outcome) {
    let found = recognise(evidence);
    let wanted = believed(id);
    let outcome = match (wanted, &found) {
        (Some(wanted), Some((found, why))) if wanted != *found => {
            let (wanted, found) = (wanted.name(), found.name());
            Outcome::fail(
                Check::Backend,
                format!("this is {found}, not {wanted}: {why}"),
            )
            .with_help(format!(
                "check host and port; or, if {found} is meant, call the provider by another name, since OpenClaw \
                 treats some by their id."
            ))
            .at(place)
        }
        (_, Some((found, why))) => {
            Outcome::pass(Check::Backend, format!("{}: {why}", found.name()))
        }
        (Some(Backend::LmStudio), None) => Outcome::fail(
            Check::Backend,
            "this is not LM Studio: it has none of its lists of models",
        )
        .with_help("check host and port: LM Studio listens on 1234 unless it is told otherwise.")
        .at(place),
        (Some(wanted), None) => Outcome::skipped(
            Check::Backend,
            format!("nothing tells whether this is {}", wanted.name()),
        ),
        (None, None) => Outcome::skipped(Check::Backend, "nothing tells which server this is"),
    };
    (found.map(|(backend, _)| backend), outcome)
}
