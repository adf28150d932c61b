//! The rules on models, and on what is needed to ask them.

pub(super) mod no_credential;
