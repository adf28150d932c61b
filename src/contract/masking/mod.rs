//! Which bytes of a config may be shown to people.
//!
//! A list of what may be seen, not of what must be hidden. In a text that parses, a value is shown
//! where the contract has a place for it that is not secret, and only in the form that belongs
//! there; beside the contract, references to models of providers that are known. In a text that does not, nothing is known of places: only the contract's own words are
//! shown. Comments never are, but for the names of rules in those that speak to us.

mod appearance;
mod elsewhere;
mod place;
mod url;
mod visible;
mod words;

pub use appearance::{is_plain, looks_like_token, shares_a_word};
pub use url::masked_url;

use crate::json5::{Path, Segment, Span, Tree, Value};
use elsewhere::shown_elsewhere;
use place::likely_shape;
use visible::Visible;
use words::masked_words;

/// What stands for each character that is not shown.
pub const MASK: char = '•';

/// `text` with every character that may be secret replaced by [`MASK`]. Line breaks, brackets and
/// the number of characters stay, so places keep their line and column.
///
/// ```
/// use clawconf::contract::masking::masked;
///
/// let text = r#"{ models: { providers: { lab: { apiKey: "sk-1", api: "ollama" } } } }"#;
/// let shown = r#"{ models: { providers: { lab: { apiKey: "••••", api: "ollama" } } } }"#;
/// assert_eq!(masked(text), shown);
/// ```
#[must_use]
pub fn masked(text: &str) -> String {
    let whole = Span::new(0, text.len());
    match Tree::parse(text.to_owned()) {
        Ok(tree) => masked_lines(&tree, vec![whole]),
        Err(_) => masked_words(text),
    }
}

/// Like [`masked`], but only the lines in which `places` lie, byte offsets, are looked at; the others
/// come out empty. A report on a large file needs few of its lines.
#[must_use]
pub fn masked_near(text: &str, places: &[usize]) -> String {
    match Tree::parse(text.to_owned()) {
        Ok(tree) => masked_in(&tree, places),
        Err(_) => masked_words(text),
    }
}

/// Like [`masked_near`], for a text that has been read already.
#[must_use]
pub fn masked_in(tree: &Tree, places: &[usize]) -> String {
    let text = tree.text();
    let mut places = places.to_vec();
    places.sort_unstable();
    let mut lines: Vec<Span> = Vec::new();
    for place in places {
        if lines.last().is_some_and(|line| place <= line.end) {
            continue;
        }
        let (before, after) = text.split_at_checked(place).unwrap_or((text, ""));
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let end = after.find('\n').map_or(text.len(), |at| place + at);
        lines.push(Span::new(start, end));
    }
    masked_lines(tree, lines)
}

/// The text with these stretches masked, which are in order and do not overlap, and nothing but line
/// breaks between them.
fn masked_lines(tree: &Tree, lines: Vec<Span>) -> String {
    let text = tree.text();
    let mut visible = Visible {
        spans: Vec::new(),
        lines,
    };
    visible.value(tree.root(), Some(likely_shape(tree.root())));
    visible.orders(text);
    visible.spans.extend(shown_elsewhere(tree.root()));
    visible.spans.sort_unstable();
    let mut out = String::new();
    let mut at = 0;
    let mut spans = visible.spans.into_iter().peekable();
    for line in visible.lines {
        line_breaks(Span::new(at, line.start).of(text), &mut out);
        at = line.start;
        while let Some(span) = spans.next_if(|span| span.start < line.end) {
            let (start, end) = (span.start.max(at), span.end.min(line.end));
            if end > start {
                mask(Span::new(at, start).of(text), &mut out);
                out.push_str(Span::new(start, end).of(text));
                at = end;
            }
        }
        mask(Span::new(at, line.end).of(text), &mut out);
        at = line.end;
    }
    line_breaks(Span::new(at, text.len()).of(text), &mut out);
    out
}

/// Adds the line breaks of a stretch that is not looked at.
fn line_breaks(stretch: &str, out: &mut String) {
    let count = stretch.bytes().filter(|byte| *byte == b'\n').count();
    out.extend(std::iter::repeat_n('\n', count));
}

/// Adds `hidden` with all but neutral characters replaced.
fn mask(hidden: &str, out: &mut String) {
    let shown = |c| if is_neutral(c) { c } else { MASK };
    out.extend(hidden.chars().map(shown));
}

/// Characters that say nothing by themselves.
fn is_neutral(c: char) -> bool {
    c.is_whitespace() || "{}[],:\"'“”‘’„`".contains(c)
}

/// A value as it may be shown at its place in a config: as in a text, but by itself.
#[must_use]
pub fn masked_value(path: &Path, value: &Value) -> serde_json::Value {
    let document = path
        .0
        .iter()
        .rev()
        .fold(value.to_json(), |inner, step| match step {
            Segment::Key(key) => serde_json::json!({ key: inner }),
            Segment::Index(_) => serde_json::json!([inner]),
        });
    let masked: Option<serde_json::Value> =
        serde_json::from_str(&masked(&document.to_string())).ok();
    let steps = path.0.iter();
    let found = steps.fold(masked.as_ref(), |outer, step| match step {
        // A key may be masked itself, and there is only one.
        Segment::Key(_) => outer?.as_object()?.values().next(),
        Segment::Index(_) => outer?.as_array()?.first(),
    });
    let hidden = || serde_json::Value::String(MASK.to_string());
    found.cloned().unwrap_or_else(hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A provider with `inside`, and what is shown of `inside`.
    fn shown(inside: &str) -> String {
        let (before, after) = ("{models: {providers: {l: {", "}}}}");
        let shown = masked(&format!("{before}{inside}{after}"));
        let shown = shown.strip_prefix(before).expect("the start stays");
        shown.strip_suffix(after).expect("the end stays").to_owned()
    }

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        let cases = [
            ("apiKey: 'sk-live'", "apiKey: '•••••••'"),
            ("apiKey: 12345", "apiKey: •••••"),
            ("api_key: 'x'", "api_key: '•'"),
            (
                "headers: {id: 'x', 'X-Key': 'y'}",
                "headers: {id: '•', 'X-Key': '•'}",
            ),
            (
                "request: {tls: {key: 'k', serverName: 'h'}}",
                "request: {tls: {key: '•', serverName: 'h'}}",
            ),
            ("request: {tls: 'k'}", "request: {tls: '•'}"),
            (
                "request: {auth: {mode: 'Bearer x1'}}",
                "request: {auth: {mode: '•••••• ••'}}",
            ),
            ("headers: 'Authorization: x'", "headers: '•••••••••••••: •'"),
            (
                "context_length: 32768, pin: 1234",
                "context_length: 32768, pin: ••••",
            ),
            ("authHeader: 'Bearer x'", "authHeader: '•••••• •'"),
            (
                "apiKey: {source: 'env', provider: 'default', id: 'LM_KEY'}",
                "apiKey: {source: 'env', provider: 'default', id: 'LM_KEY'}",
            ),
            (
                "apiKey: {source: 'env', id: 'my secret'}",
                "apiKey: {source: '•••', id: '•• ••••••'}",
            ),
            ("apiKey: {'my-secret': true}", "apiKey: {'•••••••••': true}"),
            ("params: {a: 'b', c: 1}", "params: {a: '•', c: •}"),
            ("timeoutSeconds: '300'", "timeoutSeconds: '300'"),
            ("timeoutSeconds: 'hunter2'", "timeoutSeconds: '•••••••'"),
            (
                "api: 'openai-chat' /* old: sk-1 */",
                "api: 'openai-chat' •• •••: •••• ••",
            ),
            (
                "localService: {args: ['--key', 'x']}",
                "localService: {args: ['•••••', '•']}",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn a_url_shows_where_it_leads_and_nothing_else() {
        let cases = [
            ("http://10.0.0.1:8000/v1", "http://10.0.0.1:8000/v1"),
            ("http://u:p@h/v1", "http://•:•@h/v1"),
            ("http://u:a/p@h/v1", "http://•:•••@h/v1"),
            ("http://h/v1?key=s", "http://h/v1?•••••"),
            ("h/v1?key=s", "h/v1?•••••"),
            ("http://h/v1;t=s", "http://h/v1;•••"),
            (
                "http://h/bot123456:abcdefgh/v1",
                "http://h/•••••••••:•••••••••v1",
            ),
            ("http://u:p\\u0040h", "••••:•••:••••••••"),
            ("10.0.0.1:80/v1", "10.0.0.1:80/v1"),
        ];
        for (url, expected) in cases {
            let text = shown(&format!("baseUrl: '{url}'"));
            assert_eq!(text, format!("baseUrl: '{expected}'"));
        }
    }

    #[test]
    fn of_broken_text_only_the_words_of_the_contract_are_shown() {
        let cases = [
            (
                "{ tls\": { \"key\": \"s3cret\" } }",
                "{ tls\": { \"key\": \"••••••\" } }",
            ),
            ("{ apiKey: {{ s3cret }} }", "{ apiKey: {{ •••••• }} }"),
            ("{ \"apiKey\" \"s3cret\" }", "{ \"apiKey\" \"••••••\" }"),
            (
                "{ maxTokens: 32_768, apiKey: 12 }}",
                "{ maxTokens: 32_768, apiKey: •• }}",
            ),
            ("{ mode: “merge” }", "{ mode: “merge” }"),
            ("# note\n{", "# ••••\n{"),
            ("{ baseUrl: http://u:p@h }", "{ baseUrl: ••••://•:•@• }"),
        ];
        for (text, expected) in cases {
            assert_eq!(masked(text), expected);
        }
    }

    #[test]
    fn parts_that_are_included_are_recognised() {
        assert_eq!(
            masked("{ lab: { baseUrl: 'http://h', models: [] } }"),
            "{ lab: { baseUrl: 'http://h', models: [] } }"
        );
        assert_eq!(
            masked("{ baseUrl: 'http://h', models: [], apiKey: 'k' }"),
            "{ baseUrl: 'http://h', models: [], apiKey: '•' }"
        );
        assert_eq!(masked("{ other: 'text' }"), "{ other: '••••' }");
    }
}
