//! May this address be reached, and why: the policy that `lint`, `trust check` and the client ask.
//!
//! Pure: no look-up, no socket, no clock. Whoever knows the answers of DNS hands them in.
//!
//! A provider's `baseUrl` grants a narrow right: requests to exactly its origin may go to private
//! addresses. Everything else must be public. Metadata services and link-local addresses are never
//! part of that right. `request.allowPrivateNetwork` takes the right away (`false`) or lifts the rule
//! (`true`). The stages and their order are those of OpenClaw 2026.5.18; where this policy is
//! stricter, the verdict says so.
//!
//! ```
//! use clawconf::trust::{Hop, Policy, Reason};
//!
//! let policy = Policy::of_provider(Some("http://192.168.1.5:1234/v1"), None);
//! let own = policy.judge(&[Hop::to("http://192.168.1.5:1234/v1/chat/completions")]);
//! assert!(own.is_allowed());
//! let next_port = policy.judge(&[Hop::to("http://192.168.1.5:1235/")]);
//! assert_eq!(next_port.reason, Reason::Private);
//! assert_eq!(next_port.changes[0].to_string(), "in `baseUrl`, change the port to 1235");
//! ```

mod address;
mod change;
mod endpoint;
mod lookup;
mod names;
mod origin;
mod policy;
mod port;
mod ranges;
mod release;
mod standing;
mod verdict;
mod walk;
mod written;

pub use address::{Address, AddressKind, Embedding, Facet};
pub use change::Change;
pub use endpoint::EndpointClass;
pub use lookup::{Lookup, Lookups};
pub use names::{
    LONGEST_NAME, RefusedName, is_loopback_like, is_private_by_name, metadata_like_label,
    metadata_platform, refused_by_default,
};
pub use origin::{Host, NoOrigin, Origin, Scheme};
pub use policy::{Answers, Hop, MAX_REDIRECTS, Policy, Proxy};
pub use port::is_blocked as is_blocked_port;
pub use verdict::{Outcome, Reason, Stage, Step, Verdict};
pub use written::{host_place, may_hide_password, path_place};
