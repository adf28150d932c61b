//! The rules, one file each: `<rule>.rs` looks, `<rule>.md` explains (`clawconf explain <rule>`).
//!
//! To add one, copy the smallest, name it here and in [`ALL`], and give it a folder with fixtures;
//! the list tests say what is missing.

mod bad_include;
mod bad_secret_ref;
mod duplicate_key;
mod invalid_unicode;
mod json5_syntax;
mod loader_breaking_id;
mod misplaced_providers;
mod missing_key;
mod not_allowed_value;
mod out_of_range;
mod proto_key;
mod unknown_key;
mod wrong_type;

mod advice;
mod names;
mod wording;

pub(super) use misplaced_providers::looks_like_provider;

use super::Context;
use crate::diagnostic::{Finding, RuleInfo};

/// A rule: what is known about it, and what it does.
pub struct Rule {
    /// What is known without running it.
    pub info: RuleInfo,
    /// Looks at a config and adds what it finds.
    pub check: fn(&Context<'_>, &mut Vec<Finding>),
}

/// Every rule, by group and name.
pub static ALL: &[&Rule] = &[
    &duplicate_key::RULE,
    &invalid_unicode::RULE,
    &json5_syntax::RULE,
    &proto_key::RULE,
    &bad_include::RULE,
    &bad_secret_ref::RULE,
    &loader_breaking_id::RULE,
    &misplaced_providers::RULE,
    &missing_key::RULE,
    &not_allowed_value::RULE,
    &out_of_range::RULE,
    &unknown_key::RULE,
    &wrong_type::RULE,
];

/// The rule with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static RuleInfo> {
    let mut rules = ALL.iter().map(|rule| &rule.info);
    rules.find(|info| info.id == id)
}
