//! The rules on keys, tokens and passwords. What a text is, [`crate::contract::credential`] says.

pub(super) mod insecure_tls;
pub(super) mod literal_secret;
pub(super) mod missing_variable;
pub(super) mod not_substituted;
pub(super) mod redacted_value;
pub(super) mod secret_over_http;
pub(super) mod secret_without_ref_support;

mod phrases;
