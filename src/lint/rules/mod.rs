//! The rules, one file each: `<rule>.rs` looks, `<rule>.md` explains (`clawconf explain <rule>`).
//!
//! To add one, copy the smallest, name it here and in [`ALL`], and give it a folder with fixtures;
//! the list tests say what is missing.

mod bad_include;
mod bad_secret_ref;
mod catalog;
mod duplicate_key;
mod invalid_unicode;
mod json5_syntax;
mod lmstudio;
mod loader_breaking_id;
mod misplaced_providers;
mod missing_key;
mod not_allowed_value;
mod out_of_range;
mod proto_key;
mod secrets;
mod suppress;
mod trust;
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
    &trust::blanket_private_network::RULE,
    &trust::blocked_port::RULE,
    &trust::credentials_in_url::RULE,
    &trust::denied_own_origin::RULE,
    &trust::dns_fake_ip::RULE,
    &trust::dns_loopback_surprise::RULE,
    &trust::dns_metadata::RULE,
    &trust::dns_mixed::RULE,
    &trust::dns_refused::RULE,
    &trust::dns_unresolved::RULE,
    &trust::exact_origin::RULE,
    &trust::link_local_origin::RULE,
    &trust::metadata_like_name::RULE,
    &trust::metadata_origin::RULE,
    &trust::misplaced_private_flag::RULE,
    &trust::model_origin_differs::RULE,
    &trust::name_refused_by_default::RULE,
    &trust::nat64_local::RULE,
    &trust::never_a_server::RULE,
    &trust::non_canonical_host::RULE,
    &trust::ports_are_origins::RULE,
    &trust::private_network_on_public_host::RULE,
    &trust::private_proxy::RULE,
    &trust::proxy_over_private_base::RULE,
    &trust::proxy_refused::RULE,
    &trust::release_refuses_origin::RULE,
    &trust::undecided_base_url::RULE,
    &trust::unspecified_address::RULE,
    &trust::unusable_base_url::RULE,
    &secrets::insecure_tls::RULE,
    &secrets::literal_secret::RULE,
    &secrets::missing_variable::RULE,
    &secrets::not_substituted::RULE,
    &secrets::redacted_value::RULE,
    &secrets::secret_over_http::RULE,
    &secrets::secret_without_ref_support::RULE,
    &lmstudio::api_v1_base::RULE,
    &lmstudio::binary_reasoning::RULE,
    &lmstudio::key_for_open_server::RULE,
    &lmstudio::prefixed_model_id::RULE,
    &lmstudio::reasoning_map_gap::RULE,
    &lmstudio::unused_efforts::RULE,
    &catalog::assumed_window::RULE,
    &catalog::base_url_leftover::RULE,
    &catalog::dangling_model_reference::RULE,
    &catalog::duplicate_model_id::RULE,
    &catalog::endpoint_as_base::RULE,
    &catalog::local_service_elsewhere::RULE,
    &catalog::local_service_path::RULE,
    &catalog::missing_version_path::RULE,
    &catalog::no_credential::RULE,
    &catalog::odd_provider_id::RULE,
    &catalog::ollama_through_openai::RULE,
    &catalog::output_exceeds_window::RULE,
    &catalog::reasoning_without_compat::RULE,
    &catalog::shadowed_provider::RULE,
    &catalog::small_window::RULE,
    &catalog::unlisted_model_reference::RULE,
    &catalog::window_without_effect::RULE,
    &catalog::working_cap_exceeds_window::RULE,
    &suppress::unknown_rule::RULE,
    &suppress::unused_allow::RULE,
];

/// The rules on configs, and those on the comments that silence them, which come last.
pub(super) fn all() -> (&'static [&'static Rule], &'static [&'static Rule]) {
    let on_configs = ALL.partition_point(|rule| rule.info.group != "suppress");
    ALL.split_at(on_configs)
}

/// The rule with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static RuleInfo> {
    let mut rules = ALL.iter().map(|rule| &rule.info);
    rules.find(|info| info.id == id)
}
