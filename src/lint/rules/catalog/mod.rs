//! The rules on the catalog of models and on how it is asked.

pub(super) mod base_url_leftover;
pub(super) mod endpoint_as_base;
pub(super) mod missing_version_path;
pub(super) mod no_credential;
pub(super) mod ollama_through_openai;
