//! A server, and how to ask it.

use std::fmt;

use crate::net::{Client, HeaderMap};

/// What stands for a secret that a server repeats.
const MASK: &str = "•••";

/// Length from which on a secret is taken out wherever it stands; a shorter one only as a word.
const LONG: usize = 8;

/// A server, and how to ask it.
#[derive(Clone)]
pub struct Server {
    /// The base of its URL, see [`crate::lmstudio::server_base`].
    pub base: String,
    /// The client, with the policy of the provider.
    pub client: Client,
    /// The headers of every request; those with a credential are marked as sensitive.
    pub headers: HeaderMap,
}

impl fmt::Debug for Server {
    /// Without the address, which may hold a password, and without the policy, which repeats it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

impl Server {
    /// Foreign text without the values of the headers that are sent: some servers repeat a key that they
    /// do not like.
    #[must_use]
    pub fn scrub(&self, text: &str) -> String {
        let values = self.headers.values().filter(|value| value.is_sensitive());
        let mut secrets: Vec<&str> = Vec::new();
        for value in values.filter_map(|value| value.to_str().ok()) {
            secrets.push(value.trim());
            // Behind `Bearer` or another word.
            secrets.extend(value.trim().split_once(' ').map(|(_, key)| key.trim()));
        }
        secrets.retain(|secret| !secret.is_empty());
        // The longest first, so that nothing is left of those that hold another.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        let mut clean = text.to_owned();
        for secret in secrets {
            clean = without(&clean, secret);
        }
        clean
    }
}

fn without(text: &str, secret: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(secret) {
        let (before, found) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let (found, after) = found.split_at_checked(secret.len()).unwrap_or((found, ""));
        let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let is_word = !is_part(before.chars().next_back()) && !is_part(after.chars().next());
        out.push_str(before);
        out.push_str(if secret.len() >= LONG || is_word {
            MASK
        } else {
            found
        });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_secrets_go_everywhere_and_short_ones_as_words() {
        for (text, secret, wanted) in [
            ("no sk-live-12345 here", "sk-live-12345", "no ••• here"),
            ("xsk-live-12345x", "sk-live-12345", "x•••x"),
            ("key abc, abcd, (abc)", "abc", "key •••, abcd, (•••)"),
            ("nothing", "abc", "nothing"),
            ("", "abc", ""),
            ("abc", "abc", "•••"),
        ] {
            assert_eq!(without(text, secret), wanted);
        }
    }
}
