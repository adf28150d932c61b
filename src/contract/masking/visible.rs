//! What of a tree may be shown: the spans, place by place.

use super::appearance::{
    is_plain, is_short_setting, looks_like_token, may_show_key, shares_a_word,
};
use super::place::respelt;
use super::url::shown_in_url;
use crate::contract::shape::Shape;
use crate::contract::validate::validates;
use crate::json5::{Kind, Node, Span, comments};

/// What a comment begins with that speaks to us, in which only names of rules are shown.
const ORDER: &str = "clawconf:";

/// Fields that the contract does not call secret, though people put keys into them: the headers of
/// a model and the arguments of a local service.
const OFTEN_SECRET: [&str; 2] = ["headers", "args"];

/// The spans that may be shown, in document order, and the lines that are looked at.
pub(super) struct Visible {
    pub spans: Vec<Span>,
    pub lines: Vec<Span>,
}

impl Visible {
    /// Whether any of the lines holds a part of it.
    fn is_looked_at(&self, span: Span) -> bool {
        let next = self.lines.partition_point(|line| line.end <= span.start);
        self.lines
            .get(next)
            .is_some_and(|line| line.start < span.end)
    }

    pub(super) fn value(&mut self, node: Node<'_>, shape: Option<&Shape>) {
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
    pub(super) fn orders(&mut self, text: &str) {
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
