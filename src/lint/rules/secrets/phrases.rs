//! What the rules on secrets call things.

use crate::contract::masking::looks_like_token;
use crate::lint::credential::{Field, Place};
use crate::lint::rules::wording;

/// Longest name of a variable that is told, in characters.
const LONGEST_NAME: usize = 40;

/// What a field is called, to begin a sentence with.
pub(super) fn subject(field: &Field<'_>) -> String {
    let told = Some(wording::key(&field.key())).filter(|key| key.starts_with('`'));
    let named = |what: &str| match &told {
        Some(key) => format!("the {what} {key}"),
        None => format!("a {what}"),
    };
    match field.place {
        Place::Header => named("header"),
        Place::ModelHeader => named("header") + " of this model",
        Place::ServiceEnv => named("variable") + " of the local service",
        Place::TlsKey => "the private `key` of `tls`".to_owned(),
        Place::Passphrase => "the `passphrase` of `tls`".to_owned(),
        Place::Auth => wording::key(&field.key()) + " of `request.auth`",
        Place::ApiKey => wording::key(&field.key()),
    }
}

/// A name that may be told: words in one case, so that it is no secret in a wrong place.
pub(super) fn name(name: &str) -> Option<&str> {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let one_case = !name.chars().any(|c| c.is_ascii_lowercase())
        || !name.chars().any(|c| c.is_ascii_uppercase());
    let is_short = name.len() <= LONGEST_NAME;
    (is_short && one_case && name.chars().all(legal) && !looks_like_token(name)).then_some(name)
}
