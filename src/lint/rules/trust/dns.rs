//! The answers of a look-up, for the rules that judge them.

use crate::lint::base::Base;
use crate::trust::{Address, AddressKind, Lookup};

/// Whether the name of a base answers with a public address, perhaps among others.
pub(super) fn has_public_answer(base: &Base<'_>) -> bool {
    let answers = answers(base);
    answers
        .iter()
        .any(|address| address.kind() == AddressKind::Public)
}

/// What the name of a base answers with; nothing when it was not looked up.
pub(super) fn answers(base: &Base<'_>) -> Vec<Address> {
    let answers = base.lookup.map(Lookup::addresses).unwrap_or_default();
    answers.iter().copied().map(Address::of).collect()
}
