//! The rules on the list of models: what is listed, what is named elsewhere, and what the servers are
//! asked.

pub(super) mod assumed_window;
pub(super) mod dangling_model_reference;
pub(super) mod duplicate_model_id;
pub(super) mod local_service_elsewhere;
pub(super) mod local_service_path;
pub(super) mod odd_provider_id;
pub(super) mod output_exceeds_window;
pub(super) mod reasoning_without_compat;
pub(super) mod shadowed_provider;
pub(super) mod small_window;
pub(super) mod unlisted_model_reference;
pub(super) mod window_without_effect;
pub(super) mod working_cap_exceeds_window;

mod standing;
mod window;
