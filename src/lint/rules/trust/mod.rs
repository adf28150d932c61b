//! The rules on whom requests may reach. They ask the policy in [`crate::trust`]; none decides by
//! itself.

pub(super) mod blanket_private_network;
pub(super) mod blocked_port;
pub(super) mod credentials_in_url;
pub(super) mod denied_own_origin;
pub(super) mod dns_fake_ip;
pub(super) mod dns_loopback_surprise;
pub(super) mod dns_metadata;
pub(super) mod dns_mixed;
pub(super) mod dns_refused;
pub(super) mod dns_unresolved;
pub(super) mod exact_origin;
pub(super) mod link_local_origin;
pub(super) mod metadata_like_name;
pub(super) mod metadata_origin;
pub(super) mod misplaced_private_flag;
pub(super) mod model_origin_differs;
pub(super) mod name_refused_by_default;
pub(super) mod nat64_local;
pub(super) mod never_a_server;
pub(super) mod non_canonical_host;
pub(super) mod ports_are_origins;
pub(super) mod private_network_on_public_host;
pub(super) mod private_proxy;
pub(super) mod proxy_over_private_base;
pub(super) mod proxy_refused;
pub(super) mod release_refuses_origin;
pub(super) mod undecided_base_url;
pub(super) mod unspecified_address;
pub(super) mod unusable_base_url;

mod dns;
mod flag;
mod proxy;
