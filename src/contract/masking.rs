//! Which bytes of a config may be shown to people.
//!
//! A list of what may be seen, not of what must be hidden. In a text that parses, a value is shown
//! where the contract has a place for it that is not secret, and only in the form that belongs
//! there. In a text that does not, nothing is known of places: only the contract's own words are
//! shown. Comments never are, but for the names of rules in those that speak to us.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::document_shape;
use super::shape::{Fields, Shape};
use super::validate::validates;
use crate::json5::{Kind, Node, Path, Segment, Span, Tree, Value, comments};

/// What stands for each character that is not shown.
pub const MASK: char = '•';

/// What a comment begins with that speaks to us, in which only names of rules are shown.
const ORDER: &str = "clawconf:";

/// Fields that the contract does not call secret, though people put keys into them: the headers of
/// a model and the arguments of a local service.
const OFTEN_SECRET: [&str; 2] = ["headers", "args"];

/// Longest key that is shown, in characters.
const LONGEST_KEY: usize = 64;

/// Longest number that is shown, in characters.
const LONGEST_NUMBER: usize = 12;

/// Longest part of a URL's path that is shown, in characters; tokens are longer.
const LONGEST_SEGMENT: usize = 16;

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

/// The spans that may be shown, in document order, and the lines that are looked at.
struct Visible {
    spans: Vec<Span>,
    lines: Vec<Span>,
}

impl Visible {
    /// Whether any of the lines holds a part of it.
    fn is_looked_at(&self, span: Span) -> bool {
        let next = self.lines.partition_point(|line| line.end <= span.start);
        self.lines
            .get(next)
            .is_some_and(|line| line.start < span.end)
    }

    fn value(&mut self, node: Node<'_>, shape: Option<&Shape>) {
        if !self.is_looked_at(node.span()) {
            return;
        }
        let shape = shape.filter(|shape| !shape.any);
        match node.kind() {
            Kind::Object => self.object(node, shape),
            Kind::List => {
                let items = shape
                    .and_then(|shape| shape.list.as_ref())
                    .map(|list| list.items.as_ref());
                for item in node.items() {
                    self.value(item, items);
                }
            }
            Kind::Null | Kind::Boolean => self.spans.push(node.span()),
            Kind::Number if shape.is_some_and(|shape| !shape.sensitive) => {
                self.spans.push(node.span())
            }
            Kind::String => self.text(node, shape),
            _ => {}
        }
    }

    fn object(&mut self, node: Node<'_>, shape: Option<&Shape>) {
        let object = shape.and_then(|shape| shape.object.as_ref());
        let secret = shape.is_some_and(|shape| shape.sensitive);
        // Where a SecretRef is not complete, the secret itself may stand in it.
        let doubtful = secret && !shape.is_some_and(|shape| validates(node, shape));
        let tag = object.and_then(|object| node.get(&object.tag)?.text());
        let fields = object.and_then(|object| {
            object
                .branch(tag.as_deref())
                .or_else(|| object.branches.first().map(|(_, fields)| fields))
        });
        for entry in node.entries() {
            let key = entry.key.text().unwrap_or_default();
            let inner =
                fields.and_then(|fields| fields.shape(&key).or_else(|| respelt(fields, &key)));
            let known = fields.is_some_and(|fields| fields.known.contains_key(key.as_ref()));
            let is_map = fields.is_some_and(|fields| fields.others.is_some());
            if known || (!secret && may_show_key(&key, is_map)) {
                self.spans.push(entry.key.span());
            }
            // A short number under a key that is unknown in a strict object is a setting of another tool.
            let is_setting =
                fields.is_some_and(|fields| fields.others.is_none()) && inner.is_none() && !secret;
            if is_setting
                && entry.value.kind() == Kind::Number
                && is_short_setting(&key, entry.value)
            {
                self.spans.push(entry.value.span());
                continue;
            }
            let hidden = doubtful || OFTEN_SECRET.contains(&key.as_ref());
            if key == "$include" {
                self.paths(entry.value);
            } else {
                self.value(entry.value, inner.filter(|_| !hidden));
            }
        }
    }

    /// The comments that speak to us, up to the end of the rules that they name.
    fn orders(&mut self, text: &str) {
        if !text.contains(ORDER) {
            return;
        }
        for comment in comments(text) {
            if !self.is_looked_at(comment) {
                continue;
            }
            let said = comment.of(text);
            let length = said.find(')').map_or(said.len(), |end| end + 1);
            let order = Span::new(comment.start, comment.start + length);
            let inner = order
                .of(text)
                .trim_start_matches(['/', '*', ' ', '\t', '\r', '\n']);
            let in_name = |c: char| c.is_ascii_lowercase() || "-:(), ".contains(c);
            if inner
                .strip_prefix(ORDER)
                .is_some_and(|names| names.chars().all(in_name))
            {
                self.spans.push(order);
            }
        }
        self.spans.sort_unstable();
    }

    /// The value of an `$include`: a path or a list of paths.
    fn paths(&mut self, value: Node<'_>) {
        for path in value.items().chain([value]) {
            let text = path.written_text().filter(|_| path.kind() == Kind::String);
            if text.is_some_and(|text| !looks_like_token(&text)) {
                self.spans.push(path.span());
            }
        }
    }

    fn text(&mut self, node: Node<'_>, shape: Option<&Shape>) {
        let Some(shape) = shape.filter(|shape| !shape.sensitive) else {
            return;
        };
        let span = node.span();
        let inner = Span::new(span.start + 1, span.end.saturating_sub(1));
        let written = node.written_text().unwrap_or_default();
        match &shape.text {
            Some(_) if shape.secret_in_url => self.url(node, inner),
            Some(text) if !text.choices.is_empty() => {
                let was_meant = shares_a_word(&written, &text.choices);
                self.spans.extend(was_meant.then_some(inner));
            }
            Some(text) => {
                let fits = text
                    .pattern
                    .as_ref()
                    .is_none_or(|pattern| pattern.matches(&written));
                let is_other = ["://", "@", "="].iter().any(|mark| written.contains(mark));
                if fits && !is_other && !looks_like_token(&written) {
                    self.spans.push(inner);
                }
            }
            None if is_plain(&written) => self.spans.push(inner),
            None => {}
        }
    }

    /// Shows the scheme, the host and the plain parts of the path.
    fn url(&mut self, node: Node<'_>, inner: Span) {
        let source = node.source();
        let text = Span::new(1, source.len().saturating_sub(1)).of(source);
        if text.contains('\\') {
            return;
        }
        let parts = shown_in_url(text).into_iter();
        let parts = parts.map(|part| Span::new(inner.start + part.start, inner.start + part.end));
        self.spans.extend(parts);
    }
}

/// The parts of a URL that may be shown: where it leads, without user name and password, and words of
/// its path.
fn shown_in_url(text: &str) -> Vec<Span> {
    let mut shown = Vec::new();
    let start = text.rfind('@').map_or(0, |at| at + 1);
    let scheme = text.find("://").map_or(0, |at| at + 3);
    if start > 0 && scheme <= start {
        shown.push(Span::new(0, scheme));
        shown.push(Span::new(start - 1, start));
    }
    let mut at = start;
    for part in text
        .get(start..)
        .unwrap_or("")
        .split_inclusive(['/', '?', '#', ';', '&', '='])
    {
        let is_authority = at <= scheme.max(start);
        let segment = part.trim_end_matches(['/', '?', '#', ';', '&', '=']);
        if (is_authority && !looks_like_token(segment)) || is_path_segment(segment) {
            shown.push(Span::new(at, at + part.len()));
        }
        at += part.len();
        if part.ends_with(['?', '#', ';', '&', '=']) {
            break;
        }
    }
    shown
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

/// A URL with every character that may be secret replaced by [`MASK`].
///
/// ```
/// use clawconf::contract::masking::masked_url;
///
/// assert_eq!(masked_url("http://me:pw@gpu.lan:1234/v1?key=1"), "http://••:••@gpu.lan:1234/v1?•••••");
/// ```
#[must_use]
pub fn masked_url(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    let mut at = 0;
    for part in shown_in_url(url) {
        mask(Span::new(at, part.start).of(url), &mut out);
        out.push_str(part.of(url));
        at = part.end;
    }
    mask(Span::new(at, url.len()).of(url), &mut out);
    out
}

fn is_path_segment(segment: &str) -> bool {
    let harmless = |c: char| c.is_ascii_alphanumeric() || ".-_[](){}$:".contains(c);
    let short = segment.chars().count() <= LONGEST_SEGMENT && segment.chars().all(harmless);
    let digits = segment.chars().filter(char::is_ascii_digit).count();
    short && (segment.len() <= 4 || digits == 0)
}

fn may_show_key(key: &str, is_map: bool) -> bool {
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

fn is_short_setting(key: &str, value: Node<'_>) -> bool {
    let key = key.to_lowercase();
    value.source().len() <= LONGEST_SETTING && !TELLING.iter().any(|word| key.contains(word))
}

/// The field that `key` is another spelling of: `base_url` for `baseUrl`.
fn respelt<'f>(fields: &'f Fields, key: &str) -> Option<&'f Shape> {
    let letters = |key: &str| key.replace(['_', '-'], "").to_lowercase();
    let mut known = fields.known.iter();
    known
        .find(|(name, _)| letters(name) == letters(key))
        .map(|(_, shape)| shape)
}

/// The shape of a file: a whole config, or a part that is included elsewhere, told by the keys that
/// such a part must have. Of any other part nothing is known, so nothing of it is shown.
fn likely_shape(root: Node<'_>) -> &'static Shape {
    let document = document_shape();
    let models = field(document, "models");
    let providers = models.and_then(|models| field(models, "providers"));
    let provider = providers.and_then(others);
    let has = |node: Node<'_>, keys: [&str; 2]| keys.iter().all(|key| node.get(key).is_some());
    let is_provider = |node: Node<'_>| has(node, ["baseUrl", "models"]);
    let mut entries = root.entries();
    let likely = if root
        .get("models")
        .is_some_and(|models| models.kind() == Kind::Object)
    {
        None
    } else if root
        .get("providers")
        .is_some_and(|providers| providers.kind() == Kind::Object)
    {
        models
    } else if is_provider(root) {
        provider
    } else if entries.next().is_some_and(|entry| is_provider(entry.value)) {
        providers
    } else {
        None
    };
    likely.unwrap_or(document)
}

fn field(shape: &'static Shape, key: &str) -> Option<&'static Shape> {
    let fields = shape.object.iter().flat_map(|object| &object.branches);
    fields
        .into_iter()
        .find_map(|(_, fields)| fields.known.get(key))
}

fn others(shape: &'static Shape) -> Option<&'static Shape> {
    let fields = shape.object.iter().flat_map(|object| &object.branches);
    fields
        .into_iter()
        .find_map(|(_, fields)| fields.others.as_deref())
}

/// A text that is not JSON5: the contract's keys and choices are shown, `true`, `false`, `null`,
/// and the numbers right behind a key for numbers.
fn masked_words(text: &str) -> String {
    let words = words();
    let mut out = String::with_capacity(text.len());
    let mut numeric = false;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_part = |c: char| c.is_alphanumeric() || "_$-.".contains(c);
        let length = if is_part(first) {
            rest.find(|c| !is_part(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (word, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        rest = after;
        let shown = if is_part(first) {
            words.shown.contains(word) || (numeric && is_plain(word))
        } else {
            !first.is_alphanumeric() && (first.is_ascii() || is_neutral(first) || first == '…')
        };
        if shown {
            out.push_str(word);
        } else {
            out.extend(word.chars().map(|_| MASK));
        }
        if is_part(first) {
            numeric = words.numeric.contains(word);
        } else if !is_neutral(first) {
            numeric = false;
        }
    }
    out
}

struct Words {
    shown: BTreeSet<String>,
    /// Keys whose values are numbers.
    numeric: BTreeSet<String>,
}

fn words() -> &'static Words {
    static WORDS: LazyLock<Words> = LazyLock::new(|| {
        let own = ["true", "false", "null", "...", "agents", "defaults"].map(str::to_owned);
        let mut words = Words {
            shown: BTreeSet::from(own),
            numeric: BTreeSet::new(),
        };
        collect(document_shape(), &mut words);
        words
    });
    &WORDS
}

fn collect(shape: &Shape, words: &mut Words) {
    for (_, fields) in shape.object.iter().flat_map(|object| &object.branches) {
        for (key, field) in &fields.known {
            words.shown.insert(key.clone());
            if field.number.is_some() {
                words.numeric.insert(key.clone());
            }
            collect(field, words);
        }
        if let Some(others) = &fields.others {
            collect(others, words);
        }
    }
    if let Some(text) = &shape.text {
        words.shown.extend(text.choices.iter().cloned());
    }
    if let Some(list) = &shape.list {
        collect(&list.items, words);
    }
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
