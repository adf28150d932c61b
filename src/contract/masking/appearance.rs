//! What a text looks like by itself: a credential, a number, a word of the contract.

use std::collections::BTreeSet;

use crate::json5::Node;

/// Longest key that is shown, in characters.
const LONGEST_KEY: usize = 64;

/// Longest number that is shown, in characters.
const LONGEST_NUMBER: usize = 12;

/// Whether a key may be shown; those of a map are chosen by people, and may hold blanks.
pub(super) fn may_show_key(key: &str, is_map: bool) -> bool {
    let named = |c: char| c.is_ascii_alphanumeric() || "_.$-/\\:".contains(c);
    let plain = key
        .chars()
        .all(|c| named(c) || (is_map && (c.is_alphabetic() || c == ' ')));
    key.chars().count() <= LONGEST_KEY && plain && !looks_like_token(key)
}

/// Whether a part of `text` between dashes and underscores is also a part of one of `choices`, as
/// in `openai-chat` and `openai-completions`: it was meant as a choice then.
#[must_use]
pub fn shares_a_word(text: &str, choices: &[String]) -> bool {
    let parts = |text: &str| -> Vec<String> {
        let parts = text.split(['-', '_', ' ']).filter(|part| part.len() > 1);
        parts.map(str::to_lowercase).collect()
    };
    let known: BTreeSet<String> = choices.iter().flat_map(|choice| parts(choice)).collect();
    let short = text.chars().count() <= LONGEST_KEY;
    short && !looks_like_token(text) && parts(text).iter().any(|part| known.contains(part))
}

/// A number or boolean written as text.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    let digits = text.strip_prefix(['$', '€', '-', '+', '.']).unwrap_or(text);
    let number = digits.starts_with(|c: char| c.is_ascii_digit());
    let rest = |c: char| c.is_ascii_digit() || "_.,kKmM %".contains(c);
    let short = text.chars().count() <= LONGEST_NUMBER;
    let word = ["true", "false", "yes", "no", "on", "off", "null", "none"];
    short && (word.contains(&text.to_lowercase().as_str()) || (number && digits.chars().all(rest)))
}

/// Text that may be a credential: long, and a mix of letters and digits without a natural break.
#[must_use]
pub fn looks_like_token(text: &str) -> bool {
    let lower = text.to_lowercase();
    // `HF_TOKEN` is the name of a variable.
    let is_name = text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let begins = ["sk-", "ghp_", "xox", "hf_", "eyj"]
        .iter()
        .any(|start| lower.starts_with(start));
    let spoken = (begins && !is_name) || lower.contains("bearer ");
    let mut runs = text.split(|c: char| !c.is_ascii_alphanumeric());
    let dense = runs.any(|run| {
        let digits = run.chars().filter(char::is_ascii_digit).count();
        run.len() >= 32 || (run.len() >= 16 && digits >= 3 && digits < run.len())
    });
    spoken || dense
}

/// Longest number that is shown under an unknown key, in characters.
const LONGEST_SETTING: usize = 7;

/// Words in a key that speak of a secret.
const TELLING: [&str; 8] = [
    "key",
    "token",
    "secret",
    "pass",
    "pin",
    "auth",
    "credential",
    "code",
];

/// Whether a value is a short number, under a key that speaks of no secret.
pub(super) fn is_short_setting(key: &str, value: Node<'_>) -> bool {
    let key = key.to_lowercase();
    value.source().len() <= LONGEST_SETTING && !TELLING.iter().any(|word| key.contains(word))
}
