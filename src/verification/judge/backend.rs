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
    let wanted = believed(id);
    let found = if wanted == Some(Backend::Jan) {
        // Jan hands on the answers of llama-server as they are.
        recognise(&Evidence {
            fingerprint: None,
            ..evidence.clone()
        })
    } else {
        recognise(evidence)
    };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jan_hands_on_what_llama_cpp_says_of_itself() {
        let evidence = Evidence {
            fingerprint: Some("b9100-0c1e570"),
            ..Evidence::default()
        };
        let shown = |id: &str| {
            let (found, outcome) = backend(id, &evidence, None);
            format!("{:?} {}", found, outcome.status.code())
        };
        assert_eq!(shown("jan"), "None skipped");
        assert_eq!(shown("rack"), "Some(LlamaCpp) pass");
        assert_eq!(shown("ollama"), "Some(LlamaCpp) fail");
    }
}
