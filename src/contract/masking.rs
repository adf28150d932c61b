//! Which bytes of a config may be shown to people.
//!
//! A list of what may be seen, not of what must be hidden: text is shown only under keys that the
//! contract knows and never holds for secret. Works on any text, also one that is not JSON5.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::document_shape;
use super::shape::Shape;

/// What stands for each character that is not shown.
pub const MASK: char = '•';

/// Keys beyond the contract whose text may be shown.
const HARMLESS: [&str; 12] = [
    "$include",
    "$schema",
    "primary",
    "fallbacks",
    "source",
    "provider",
    "bind",
    "host",
    "lastTouchedVersion",
    "version",
    "alias",
    "type",
];

/// Keys whose content is free text of any kind: nothing below them is shown.
const FREE: [&str; 6] = ["headers", "env", "params", "args", "vars", "metadata"];

/// Words in a key that speak of a secret, in lower case.
const TELLING: [&str; 9] = [
    "key",
    "token",
    "secret",
    "pass",
    "auth",
    "credential",
    "cookie",
    "bearer",
    "private",
];

/// `text` with every character that may be secret replaced by [`MASK`]. Line breaks, brackets,
/// keys and the number of characters stay, so places keep their line and column.
///
/// ```
/// use clawconf::contract::masking::masked;
///
/// assert_eq!(masked(r#"{ apiKey: "sk-1", api: "ollama" }"#), r#"{ apiKey: "••••", api: "ollama" }"#);
/// ```
#[must_use]
pub fn masked(text: &str) -> String {
    let mut masker = Masker {
        rest: text,
        out: String::with_capacity(text.len()),
        keys: Vec::new(),
        pending: None,
    };
    while masker.step() {}
    masker.out
}

/// A reader that takes any text for JSON5 and goes on at whatever does not fit.
struct Masker<'t> {
    rest: &'t str,
    out: String,
    /// For every open bracket, the key under which it stands.
    keys: Vec<Option<&'t str>>,
    /// The key whose value comes next.
    pending: Option<&'t str>,
}

impl<'t> Masker<'t> {
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else {
            return false;
        };
        match first {
            '{' | '[' => {
                let key = self.pending.take();
                self.keys.push(key);
                self.copy(1);
            }
            '}' | ']' => {
                self.keys.pop();
                self.pending = None;
                self.copy(1);
            }
            ',' => {
                self.pending = None;
                self.copy(1);
            }
            '/' if self.rest.starts_with("//") => {
                let length = self.rest.find('\n').unwrap_or(self.rest.len());
                self.prose(length);
            }
            '/' if self.rest.starts_with("/*") => {
                let length = self.rest.find("*/").map_or(self.rest.len(), |end| end + 2);
                self.prose(length);
            }
            '#' => {
                let length = self.rest.find('\n').unwrap_or(self.rest.len());
                self.prose(length);
            }
            '"' | '\'' | '“' | '‘' | '„' | '`' => self.quoted(first),
            c if c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '+' | '.' | '<' | '%') => {
                self.word()
            }
            c => self.copy(c.len_utf8()),
        }
        true
    }

    fn take(&mut self, length: usize) -> &'t str {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn copy(&mut self, length: usize) {
        let taken = self.take(length);
        self.out.push_str(taken);
    }

    fn hide(&mut self, text: &str) {
        let hidden = text
            .chars()
            .map(|c| if matches!(c, '\n' | '\r') { c } else { MASK });
        self.out.extend(hidden);
    }

    /// A comment: shown, but for runs that look like keys and tokens.
    fn prose(&mut self, length: usize) {
        let text = self.take(length);
        for run in text.split_inclusive(|c: char| c.is_whitespace() || "\"'`,;()[]{}".contains(c)) {
            if looks_like_token(run) {
                self.hide(run);
            } else {
                self.out.push_str(run);
            }
        }
    }

    fn quoted(&mut self, open: char) {
        let close = match open {
            '“' => '”',
            '‘' => '’',
            '„' => '“',
            same => same,
        };
        let inner = self.rest.get(open.len_utf8()..).unwrap_or("");
        let mut escaped = false;
        let end = inner.find(|c: char| {
            let ends = !escaped && (c == close || c == '\n');
            escaped = c == '\\' && !escaped;
            ends
        });
        let content = inner.get(..end.unwrap_or(inner.len())).unwrap_or("");
        let closed = inner
            .get(content.len()..)
            .is_some_and(|tail| tail.starts_with(close));
        self.copy(open.len_utf8());
        self.take(content.len());
        self.content(content, closed.then_some(close));
    }

    fn word(&mut self) {
        let ends = |c: char| c.is_whitespace() || "{}[],:\"'“”‘’`=".contains(c);
        let length = self.rest.find(ends).unwrap_or(self.rest.len()).max(1);
        let word = self.take(length);
        self.content(word, None);
    }

    /// Text that was read: a key when a colon follows, a value otherwise.
    fn content(&mut self, text: &'t str, close: Option<char>) {
        let after = close.map_or(self.rest, |close| {
            self.rest.get(close.len_utf8()..).unwrap_or("")
        });
        let after = after.trim_start();
        let is_key = self.pending.is_none() && after.starts_with([':', '=']);
        if is_key {
            self.out.push_str(text);
            self.pending = Some(text);
        } else if self.may_show(text) {
            self.show(text);
        } else {
            self.hide(text);
        }
        if let Some(close) = close {
            self.copy(close.len_utf8());
            // Text with a quote too few goes on; a closed one was the whole value.
            self.pending = self.pending.filter(|_| is_key);
        }
        if is_key {
            let blank = self.rest.len() - after.len();
            self.copy(blank + 1);
        }
    }

    fn may_show(&self, text: &str) -> bool {
        let key = self.pending.or_else(|| self.keys.last().copied().flatten());
        let free = self
            .keys
            .iter()
            .flatten()
            .chain(self.pending.iter())
            .any(|key| is_free(key));
        if matches!(text, "true" | "false" | "null") {
            return true;
        }
        let plain_number = text.parse::<f64>().is_ok() || text.starts_with("0x");
        match key {
            Some(key) if free || is_secret(key) => false,
            Some(key) => plain_number || is_shown(key),
            None => !looks_like_token(text),
        }
    }

    /// Shows a value, but for what a URL may hold beside the address.
    fn show(&mut self, text: &str) {
        let query = text
            .find(['?', '#'])
            .filter(|_| text.contains("://"))
            .unwrap_or(text.len());
        let (address, query) = text.split_at_checked(query).unwrap_or((text, ""));
        let host = address.find("://").map_or(0, |at| at + 3);
        let tail = address.get(host..).unwrap_or("");
        let authority = tail.split('/').next().unwrap_or("");
        match authority.rfind('@') {
            Some(at) => {
                self.out.push_str(address.get(..host).unwrap_or(""));
                self.hide(tail.get(..at).unwrap_or(""));
                self.out.push_str(tail.get(at..).unwrap_or(""));
            }
            None => self.out.push_str(address),
        }
        if let Some(first) = query.chars().next() {
            self.out.push(first);
            self.hide(query.get(first.len_utf8()..).unwrap_or(""));
        }
    }
}

/// Letters and digits only, in lower case: `api_key` and `apiKey` are the same key.
fn letters(key: &str) -> String {
    key.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn is_free(key: &str) -> bool {
    FREE.iter().any(|free| letters(key) == letters(free))
}

fn is_shown(key: &str) -> bool {
    let key = letters(key);
    shown_keys().contains(&key)
}

fn is_secret(key: &str) -> bool {
    let plain = letters(key);
    !shown_keys().contains(&plain) && TELLING.iter().any(|word| plain.contains(word))
}

/// A run that may be a credential: long, and a mix of letters and digits.
fn looks_like_token(run: &str) -> bool {
    let run = run.trim_matches(|c: char| !c.is_alphanumeric());
    let long = run.chars().count() >= 16 || run.starts_with("sk-");
    long && run.contains(|c: char| c.is_ascii_digit())
        && run.contains(|c: char| c.is_ascii_alphabetic())
        || run.chars().count() >= 32 && !run.contains('/')
}

/// The keys whose text may be shown: those of the contract that are nowhere secret, and
/// [`HARMLESS`].
fn shown_keys() -> &'static BTreeSet<String> {
    static KEYS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let mut shown = HARMLESS.iter().map(|key| letters(key)).collect();
        let mut secret = BTreeSet::new();
        collect(document_shape(), &mut shown, &mut secret);
        let free = FREE.iter().map(|key| letters(key));
        secret.extend(free);
        shown.difference(&secret).cloned().collect()
    });
    &KEYS
}

fn collect(shape: &Shape, shown: &mut BTreeSet<String>, secret: &mut BTreeSet<String>) {
    for (_, fields) in shape.object.iter().flat_map(|object| &object.branches) {
        for (key, field) in &fields.known {
            let keys = if field.sensitive {
                &mut *secret
            } else {
                &mut *shown
            };
            keys.insert(letters(key));
            collect(field, shown, secret);
        }
        if let Some(others) = &fields.others {
            collect(others, shown, secret);
        }
    }
    if let Some(list) = &shape.list {
        collect(&list.items, shown, secret);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        let cases = [
            (
                r#"{"apiKey": "sk-live-1234"}"#,
                r#"{"apiKey": "••••••••••••"}"#,
            ),
            (
                r#"{api_key: 'hunter2hunter2'}"#,
                r#"{api_key: '••••••••••••••'}"#,
            ),
            ("{apiKey: 12345}", "{apiKey: •••••}"),
            ("{apiKey: sk-raw-unquoted}", "{apiKey: •••••••••••••••}"),
            (
                r#"{headers: {name: "x", "x-key": "y"}}"#,
                r#"{headers: {name: "•", "x-key": "•"}}"#,
            ),
            (
                r#"{env: {vars: {A: "secret"}}}"#,
                r#"{env: {vars: {A: "••••••"}}}"#,
            ),
            (
                r#"{gateway: {auth: {token: "abc"}}}"#,
                r#"{gateway: {auth: {token: "•••"}}}"#,
            ),
            (
                r#"{request: {auth: {mode: "header", value: "v"}}}"#,
                r#"{request: {auth: {mode: "header", value: "•"}}}"#,
            ),
            (
                r#"{apiKey: {source: "env", provider: "default", id: "K"}}"#,
                r#"{apiKey: {source: "env", provider: "default", id: "K"}}"#,
            ),
            (
                r#"{baseUrl: "http://u:p@h/v1?key=1#x"}"#,
                r#"{baseUrl: "http://•••@h/v1?•••••••"}"#,
            ),
            (
                r#"{baseUrl: "http://10.0.0.1:80/v1"}"#,
                r#"{baseUrl: "http://10.0.0.1:80/v1"}"#,
            ),
            (r#"{models: ["gemma3:12b"]}"#, r#"{models: ["gemma3:12b"]}"#),
            (
                "{a: 1} // old key sk-12345678",
                "{a: 1} // old key •••••••••••",
            ),
            (r#"{"apiKey": "not closed"#, r#"{"apiKey": "••••••••••"#),
            ("{apiKey: “sk-typographic1”}", "{apiKey: “•••••••••••••••”}"),
            (r#"{unknown: "text"}"#, r#"{unknown: "••••"}"#),
            (
                r#"{apiKey: "a\"b", api: "x"}"#,
                r#"{apiKey: "••••", api: "x"}"#,
            ),
            ("{apiKey = sk-equals}", "{apiKey = •••••••••}"),
        ];
        for (text, shown) in cases {
            assert_eq!(masked(text), shown);
        }
    }

    #[test]
    fn lines_and_columns_stay() {
        let text = "{ headers: {\r\n  id: 'sécret',\n}, id: \"open\" }";
        let shown = masked(text);
        assert_eq!(shown, "{ headers: {\r\n  id: '••••••',\n}, id: \"open\" }");
        assert_eq!(shown.chars().count(), text.chars().count());
    }

    #[test]
    fn a_key_behind_a_missing_comma_is_still_a_key() {
        let text = "{ apiKey: \"k\"\n  name: \"n\" }";
        assert_eq!(masked(text), "{ apiKey: \"•\"\n  name: \"n\" }");
    }
}
