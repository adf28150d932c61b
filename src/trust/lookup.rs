//! What was answered when names were looked up: handed from those who ask to those who judge.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

/// What was answered for one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// Addresses.
    Answered {
        /// All that were given, in the order they came, each once.
        addresses: Vec<IpAddr>,
        /// Whether the second time brought other addresses than the first.
        changed: bool,
        /// Whether a question stayed unanswered, so that there may be more.
        incomplete: bool,
        /// How long the answer holds, where the name server said so.
        ttl: Option<Duration>,
    },
    /// The name has no address.
    Nothing,
    /// Nobody answered in time.
    Silent,
    /// The look-up could not be made.
    Failed(String),
}

impl Lookup {
    /// The addresses; none where there was no answer.
    #[must_use]
    pub fn addresses(&self) -> &[IpAddr] {
        match self {
            Lookup::Answered { addresses, .. } => addresses,
            _ => &[],
        }
    }
}

/// What was answered, by host name as [`Host::Name`](super::Host::Name) writes it.
pub type Lookups = BTreeMap<String, Lookup>;
