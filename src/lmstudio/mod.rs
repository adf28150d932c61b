//! What OpenClaw makes of an LM Studio server: its base URL, and what it says of reasoning.
//!
//! Pure. `lint` and the commands that write a catalog ask the same functions, so a fix and a command
//! never disagree. The facts are those of OpenClaw 2026.5.18, told by running it.

mod base_url;
mod reasoning;

pub use base_url::{DEFAULT_SERVER, inference_base, server_base};
pub use reasoning::{
    ALWAYS_ON, Discovered, Efforts, LIST, Levels, MAP, SWITCHABLE, Saved, binary_levels,
    discovered, effort_sent, is_binary_word, normalise,
};

/// The id that OpenClaw gives LM Studio; its own treatment of LM Studio holds for this id only.
pub const PROVIDER_ID: &str = "lmstudio";

/// The port that LM Studio listens on unless it is told another.
pub const DEFAULT_PORT: u16 = 1234;

/// Whether OpenClaw takes the provider for LM Studio: the id, whatever its case and the blanks around.
#[must_use]
pub fn is_provider_id(id: &str) -> bool {
    id.trim().eq_ignore_ascii_case(PROVIDER_ID)
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
