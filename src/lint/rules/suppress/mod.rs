//! The rules on the comments that silence other rules. They run when all others have.

pub(super) mod unknown_rule;
pub(super) mod unused_allow;
