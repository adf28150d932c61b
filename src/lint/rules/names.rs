//! What people call the contract's keys: slips, other spellings, the words of other tools.

use crate::contract::shape::Fields;
use crate::lint::suggest;

/// What other tools call a key. Renamed only where the value fits.
const SYNONYMS: [(&str, &str); 35] = [
    ("url", "baseUrl"),
    ("endpoint", "baseUrl"),
    ("apiBase", "baseUrl"),
    ("openaiBaseUrl", "baseUrl"),
    ("key", "apiKey"),
    ("token", "apiKey"),
    ("openAiApiKey", "apiKey"),
    ("defaultHeaders", "headers"),
    ("extraHeaders", "headers"),
    ("apiType", "api"),
    ("contextLength", "contextWindow"),
    ("contextSize", "contextWindow"),
    ("maxContextLength", "contextWindow"),
    ("numCtx", "contextWindow"),
    ("nCtx", "contextWindow"),
    ("maxModelLen", "contextWindow"),
    ("maxOutputTokens", "maxTokens"),
    ("maxCompletionTokens", "maxTokens"),
    ("displayName", "name"),
    ("label", "name"),
    ("title", "name"),
    ("model", "id"),
    ("modelName", "id"),
    ("modelId", "id"),
    ("modalities", "input"),
    ("header", "headerName"),
    ("dangerouslyAllowPrivateNetwork", "allowPrivateNetwork"),
    ("allowPrivateNetworks", "allowPrivateNetwork"),
    ("rejectUnauthorized", "insecureSkipVerify"),
    ("skipVerify", "insecureSkipVerify"),
    ("verify", "insecureSkipVerify"),
    ("prompt", "input"),
    ("completion", "output"),
    ("inputCostPerToken", "input"),
    ("outputCostPerToken", "output"),
];

/// Synonyms that mean something else, or the same in another unit: named, never renamed.
const NOT_THE_SAME: [&str; 9] = [
    "rejectUnauthorized",
    "verify",
    "token",
    "key",
    "numCtx",
    "nCtx",
    "modelName",
    "inputCostPerToken",
    "outputCostPerToken",
];

/// Whether `key` is another spelling of `known`, or another tool's word for the very same thing.
pub(super) fn is_the_same(key: &str, known: &str) -> bool {
    let named = |other: &&str| suggest::same_letters(key, other);
    let is_synonym = SYNONYMS
        .iter()
        .any(|(other, meant)| *meant == known && named(other));
    (is_synonym || suggest::same_letters(key, known)) && !NOT_THE_SAME.iter().any(named)
}

/// Whether someone who wrote `key` may have meant `known`.
pub(super) fn may_mean(key: &str, known: &str) -> bool {
    let is_synonym =
        |(other, meant): &(&str, &str)| *meant == known && suggest::same_letters(key, other);
    key != known
        && (suggest::nearest(key, std::iter::once(known)).is_some()
            || SYNONYMS.iter().any(is_synonym))
}

/// The key of this object that was most likely meant.
pub(super) fn meant<'f>(key: &str, fields: &'f Fields) -> Option<&'f str> {
    let known = || fields.known.keys().map(String::as_str);
    suggest::nearest(key, known()).or_else(|| {
        let synonym = SYNONYMS
            .iter()
            .find(|(other, _)| suggest::same_letters(key, other))?;
        known().find(|known| *known == synonym.1)
    })
}
