//! Which providers are LM Studio.

use crate::config::{Config, Provider};
use crate::trust::{self, Address, AddressKind, Host, Origin};

/// The id that OpenClaw gives LM Studio; its own treatment of LM Studio holds for this id only.
pub const PROVIDER_ID: &str = "lmstudio";

/// The port that LM Studio listens on unless it is told another.
pub const DEFAULT_PORT: u16 = 1234;

/// Whether OpenClaw takes the provider for LM Studio: the id, whatever its case and the blanks around.
#[must_use]
pub fn is_provider_id(id: &str) -> bool {
    id.trim().eq_ignore_ascii_case(PROVIDER_ID)
}

/// The provider of a config that is LM Studio by its id. One that is written `lmstudio` comes first, since
/// that is what OpenClaw's own set-up looks for.
#[must_use]
pub fn own_provider(config: &Config) -> Option<Provider<'_>> {
    let all = || config.providers();
    let exact = all().find(|provider| provider.id.trim() == PROVIDER_ID);
    exact.or_else(|| all().find(|provider| is_provider_id(&provider.id)))
}

/// Whether an id that people chose speaks of LM Studio: `lmstudio-desk`, `lm-studio`, `my_lm_studio`.
///
/// ```
/// use clawconf::lmstudio::is_spoken_of;
///
/// assert!(is_spoken_of("LM-Studio-desk"));
/// assert!(!is_spoken_of("studio"));
/// ```
#[must_use]
pub fn is_spoken_of(id: &str) -> bool {
    let mut wanted = PROVIDER_ID.bytes();
    let mut next = wanted.next();
    for letter in id.bytes().filter(|byte| !b"-_ .".contains(byte)) {
        let letter = letter.to_ascii_lowercase();
        if next != Some(letter) {
            wanted = PROVIDER_ID.bytes();
            next = wanted.next();
        }
        if next == Some(letter) {
            next = wanted.next();
        }
        if next.is_none() {
            return true;
        }
    }
    false
}

/// Whether a provider is most likely LM Studio: its id says so, or its address is LM Studio's usual
/// port on a machine nearby.
#[must_use]
pub fn is_lm_studio(provider: &Provider<'_>) -> bool {
    let origin = || Origin::parse(&provider.base_url()?.text).ok();
    is_spoken_of(&provider.id) || origin().as_ref().is_some_and(is_its_usual_place)
}

/// Whether an origin is where LM Studio usually listens: its port, on this machine or a private address.
#[must_use]
pub fn is_its_usual_place(origin: &Origin) -> bool {
    let is_nearby = || match &origin.host {
        Host::Name(name) => trust::is_loopback_like(name) || trust::is_private_by_name(name),
        Host::Address(ip) => {
            let kind = Address::of(*ip).kind();
            kind != AddressKind::Public && !kind.is_withheld_from_trust()
        }
    };
    origin.port == DEFAULT_PORT && is_nearby()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_their_neighbours() {
        for id in ["lmstudio", " LMStudio ", "LMSTUDIO"] {
            assert!(is_provider_id(id), "{id}");
        }
        for id in ["lm-studio", "lmstudio2", ""] {
            assert!(!is_provider_id(id), "{id}");
        }
        for id in [
            "lmstudio",
            "lm-studio",
            "lm_studio",
            "LM Studio",
            "my-lmstudio-2",
            "lm.studio",
            "llmstudio",
            "lmlmstudio",
        ] {
            assert!(is_spoken_of(id), "{id}");
        }
        for id in ["", "lm", "studio", "lmstudi", "lmproxy", "lm-studx-lmstu"] {
            assert!(!is_spoken_of(id), "{id}");
        }
    }
}
