//! Whether and how a key is sent to LM Studio.

use crate::contract::credential::Credential;

/// The `Authorization` header that a request carries for `key` (section 2.5 of the LM Studio facts):
/// a marker that stands for "no key", or the name of a variable that should have been looked up, is
/// never sent; anything else is, without the blanks around it.
///
/// ```
/// use clawconf::lmstudio::authorization;
///
/// assert_eq!(authorization(" abc ").as_deref(), Some("Bearer abc"));
/// assert_eq!(authorization("lmstudio-local"), None);
/// assert_eq!(authorization("LM_API_TOKEN"), None);
/// ```
#[must_use]
pub fn authorization(key: &str) -> Option<String> {
    match Credential::read(key) {
        Credential::Blank | Credential::Marker | Credential::Variable(_) => None,
        _ => Some(format!("Bearer {}", key.trim())),
    }
}

#[cfg(test)]
mod tests {
    use super::authorization;

    /// The rows of section 2.5.
    #[test]
    fn every_worked_row() {
        let sent = |key: &str| authorization(key);
        for key in [
            "",
            "  ",
            "lmstudio-local",
            "custom-local",
            "ollama-local",
            "secretref-managed",
            "oauth:chutes",
            "LM_API_TOKEN",
            "OPENAI_API_KEY",
            " LM_API_TOKEN ",
        ] {
            assert_eq!(sent(key), None, "{key}");
        }
        for (key, header) in [
            (
                "sk-lm-abcdefgh:12345678901234567890",
                "Bearer sk-lm-abcdefgh:12345678901234567890",
            ),
            (" key ", "Bearer key"),
            ("lm-studio", "Bearer lm-studio"),
            ("lmstudio", "Bearer lmstudio"),
            ("${LM_API_TOKEN}", "Bearer ${LM_API_TOKEN}"),
        ] {
            assert_eq!(sent(key).as_deref(), Some(header), "{key}");
        }
    }
}
