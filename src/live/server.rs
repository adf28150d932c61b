//! A server, and how to ask it.

use std::fmt;
use std::time::Duration;

use crate::net::{Client, HeaderMap};

/// What stands for a secret that a server repeats.
const MASK: &str = "•••";

/// Length from which on a secret is taken out wherever it stands; a shorter one only as a word.
const LONG: usize = 8;

/// Shortest value of a header that says nothing of keys in its name, and may be one all the same.
const SHORTEST: usize = 6;

/// A server, and how to ask it.
#[derive(Clone)]
pub struct Server {
    /// The base of its URL, see [`crate::lmstudio::server_base`].
    pub base: String,
    /// The client, with the policy of the provider.
    pub client: Client,
    /// The headers of every request; those with a credential are marked as sensitive.
    pub headers: HeaderMap,
    /// Parts of the address that are not to be shown: a password, a key in the path or the query.
    pub hidden: Vec<String>,
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
    /// The same server, asked with no more patience than this for a request.
    #[must_use]
    pub fn within(&self, longest: Duration) -> Server {
        Server {
            client: self.client.within(longest),
            ..self.clone()
        }
    }

    /// Foreign text without the values of the headers that are sent: some servers repeat a key that they
    /// do not like.
    #[must_use]
    pub fn scrub(&self, text: &str) -> String {
        self.secrets().scrub(text)
    }

    /// What is to be taken out of all that the server says.
    #[must_use]
    pub fn secrets(&self) -> Secrets {
        let mut spellings: Vec<String> = self
            .hidden
            .iter()
            .flat_map(|part| spellings_of(part))
            .collect();
        for (name, value) in &self.headers {
            let value_text = String::from_utf8_lossy(value.as_bytes());
            let (value, is_secret) = (value_text.trim(), value.is_sensitive());
            // What is no key by its name and short besides is a version, or a word of everybody's.
            if !is_secret || (value.len() < SHORTEST && !is_of_key(name.as_str())) {
                continue;
            }
            spellings.extend(spellings_of(value));
            // Behind `Bearer`, `key=` or another word.
            for end in [' ', '='] {
                let secret = value.split_once(end).map_or("", |(_, secret)| secret);
                spellings.extend(spellings_of(secret.trim()));
            }
        }
        spellings.retain(|secret| !secret.is_empty());
        // The longest first, so that nothing is left of those that hold another.
        spellings.sort_by(|one, other| (other.len(), other).cmp(&(one.len(), one)));
        spellings.dedup();
        Secrets(spellings)
    }
}

/// The secrets that are sent to a server, in the spellings in which it may repeat them, longest first.
#[derive(Clone, Default)]
pub struct Secrets(Vec<String>);

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

impl Secrets {
    /// Foreign text without them.
    #[must_use]
    pub fn scrub(&self, text: &str) -> String {
        let mut clean = text.to_owned();
        for secret in &self.0 {
            clean = without(&clean, secret);
        }
        clean
    }

    /// How many bytes at the end of a text may be the beginning of one of them.
    pub(super) fn begun_in(&self, text: &str) -> usize {
        let ends = text.char_indices().map(|(at, _)| text.len() - at);
        let longest = self.0.iter().map(String::len).max().unwrap_or(0);
        let begins = |length: &usize| {
            let end = text.get(text.len() - length..).unwrap_or_default();
            self.0.iter().any(|secret| secret.starts_with(end))
        };
        ends.filter(|length| *length < longest)
            .find(begins)
            .unwrap_or(0)
    }

    /// These, for tests.
    #[cfg(test)]
    pub(super) fn of(secrets: &[&str]) -> Secrets {
        Secrets(secrets.iter().map(|secret| (*secret).to_owned()).collect())
    }
}

/// Whether a header carries a key, by its name: `authorization`, `x-api-key`, `cookie`.
pub(super) fn is_of_key(name: &str) -> bool {
    ["key", "token", "auth", "secret", "pass", "cookie"]
        .iter()
        .any(|word| name.contains(word))
}

/// A secret as it is, as it stands in JSON, and as it stands in a URL.
fn spellings_of(secret: &str) -> [String; 5] {
    let json = serde_json::Value::from(secret).to_string();
    let json = json.get(1..json.len() - 1).unwrap_or_default();
    let url: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    [
        secret.to_owned(),
        json.to_owned(),
        json.replace('/', "\\/"),
        url.replace("%2F", "/"),
        url,
    ]
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
    fn secrets_go_in_every_spelling() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("authorization", "Bearer pl\"ant/ed+1"),
            ("x-site", "Token token=n\u{F6}rd-gate-7"),
            ("x-version", "2"),
        ] {
            let mut value = crate::net::HeaderValue::from_str(value).unwrap();
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        let server = Server {
            base: String::new(),
            client: Client::new(
                crate::trust::Policy::of_provider(None, None),
                std::sync::Arc::new(crate::net::Resolver::new(
                    crate::net::NameServer::System,
                    std::time::Duration::from_secs(1),
                )),
                crate::net::Limits::default(),
            ),
            headers,
            hidden: vec!["path-key/1".to_owned()],
        };
        for text in [
            "path-key/1",
            "path-key%2F1",
            "pl\"ant/ed+1",
            "pl\\\"ant/ed+1",
            "pl\\\"ant\\/ed+1",
            "pl%22ant%2Fed%2B1",
            "pl%22ant/ed%2B1",
            "n\u{F6}rd-gate-7",
            "n%C3%B6rd-gate-7",
        ] {
            assert_eq!(
                server.scrub(&format!("<{text}>")),
                "<\u{2022}\u{2022}\u{2022}>",
                "{text}"
            );
        }
        // A version is none.
        assert_eq!(server.scrub("2 of 3"), "2 of 3");
        assert!(!format!("{:?}", server.secrets()).contains("ant"));
    }

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
