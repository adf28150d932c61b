//! The rules on the catalog of models, on references to it and on how it is asked.

pub(super) mod assumed_window;
pub(super) mod base_url_leftover;
pub(super) mod dangling_model_reference;
pub(super) mod duplicate_model_id;
pub(super) mod endpoint_as_base;
pub(super) mod local_service_elsewhere;
pub(super) mod local_service_path;
pub(super) mod missing_version_path;
pub(super) mod no_credential;
pub(super) mod odd_provider_id;
pub(super) mod ollama_through_openai;
pub(super) mod output_exceeds_window;
pub(super) mod reasoning_without_compat;
pub(super) mod shadowed_provider;
pub(super) mod small_window;
pub(super) mod unlisted_model_reference;
pub(super) mod window_without_effect;
pub(super) mod working_cap_exceeds_window;

mod standing;
mod window;
