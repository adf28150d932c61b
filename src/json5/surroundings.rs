//! How the text around an edit is written, so that new text looks the same.

use super::foreign::whole_entry;
use super::span::Span;
use super::tape::Kind;
use super::tree::{Node, Tree};
use super::trivia::{PieceKind, pieces};
use super::value::{Style, Value};

/// The style at one list or object.
pub(super) struct Surroundings {
    style: Style,
    /// White space that new lines begin with; `None` where parts share a line.
    indent: Option<String>,
    /// Whether nothing at all stands between the brackets.
    hollow: bool,
    /// Whether the container holds no part.
    empty: bool,
    /// Whether a blank stands inside the brackets and behind commas.
    spaced: bool,
    is_object: bool,
}

/// Lines of more bytes are not gone through to learn how a document is written.
const LONG_LINE: usize = 4096;

/// How many nodes are looked at to learn a document's habits.
const SAMPLE: usize = 256;

impl Surroundings {
    /// The list or object that the node at `index` is a part of; the root for the root itself.
    pub(super) fn container(tree: &Tree, index: u32) -> Node<'_> {
        let mut before = (0..index).rev().map(|at| tree.node(at));
        let around = before.find(|node| {
            matches!(node.kind(), Kind::Object | Kind::List) && node.subtree().contains(&index)
        });
        around.unwrap_or(tree.root())
    }

    /// The style of the container that `node` is a part of.
    pub(super) fn of_node(tree: &Tree, node: Node<'_>) -> Self {
        Self::of_container(tree, Self::container(tree, node.index()))
    }

    /// The style inside `container`.
    pub(super) fn of_container(tree: &Tree, container: Node<'_>) -> Self {
        let text = tree.text();
        let interior = Span::new(
            container.span().start + 1,
            container.span().end.saturating_sub(1),
        );
        let is_object = container.kind() == Kind::Object;
        let first = container
            .entries()
            .map(|entry| entry.key)
            .chain(container.items())
            .next();
        let gap = Span::new(
            interior.start,
            first.map_or(interior.end, |part| part.span().start),
        );
        let broken = pieces(text, gap).any(|piece| piece.kind == PieceKind::LineBreak);
        let style = style(tree, container);
        let indent = broken.then(|| match first {
            Some(part) => line_indent(text, part.span().start).to_owned(),
            None => format!(
                "{}{}",
                line_indent(text, container.span().start),
                style.unit
            ),
        });
        Surroundings {
            indent,
            hollow: interior.is_empty(),
            empty: first.is_none(),
            spaced: is_object || interior.of(text).starts_with(' '),
            is_object,
            style,
        }
    }

    /// Whether the last part gets a comma; `had_parts` when the style could be read off.
    pub(super) fn trailing_comma(&self, had_parts: bool) -> bool {
        self.style.trailing_comma && (had_parts || self.indent.is_some())
    }

    /// The line break of the document.
    pub(super) fn line_end(&self) -> &'static str {
        self.style.line_end
    }

    /// A value that takes the place of `old`'s, in the quotes that one has.
    pub(super) fn replacement(mut self, old: Node<'_>, value: &Value) -> String {
        self.style.quote = quote_of(old).unwrap_or(self.style.quote);
        self.value(value)
    }

    fn value(&self, value: &Value) -> String {
        match &self.indent {
            Some(indent) => self.style.block(value, indent),
            None => self.style.inline(value),
        }
    }

    /// A key's new spelling, in the quotes it has.
    pub(super) fn renamed(&self, key: Node<'_>, name: &str) -> String {
        let mut style = self.style.clone();
        style.key_quote = quote_of(key);
        style.key(name)
    }

    /// A new entry or item, without its comma.
    pub(super) fn element(&self, key: Option<&str>, value: &Value) -> String {
        let value = self.value(value);
        match key {
            Some(key) => format!("{}: {value}", self.style.key(key)),
            None => value,
        }
    }

    /// Where a new part goes that follows `previous` (its span and comma), or begins `container`.
    pub(super) fn anchor(
        &self,
        text: &str,
        container: Node<'_>,
        previous: Option<(Span, Option<usize>)>,
    ) -> usize {
        let end = container.span().end.saturating_sub(1);
        let start = match previous {
            Some((span, comma)) => comma.map_or(span.end, |comma| comma + 1),
            None => container.span().start + 1,
        };
        let stretch = Span::new(start, end);
        if self.empty {
            let inner = stretch.of(text);
            return start + inner.trim_end_matches([' ', '\t', '\r', '\n']).len();
        }
        if self.indent.is_none() {
            return start;
        }
        // Behind the comments that end the line, if nothing else does.
        let mut anchor = start;
        for piece in pieces(text, stretch) {
            match piece.kind {
                PieceKind::Space => {}
                PieceKind::LineBreak => return anchor,
                PieceKind::LineComment => anchor = piece.span.end,
                PieceKind::BlockComment if !piece.span.of(text).contains('\n') => {
                    anchor = piece.span.end;
                }
                _ => return start,
            }
        }
        if previous.is_some() { anchor } else { start }
    }

    /// The text to insert at an anchor for one new part; `first` when no part that stays is
    /// before it, `last` when none is behind it.
    pub(super) fn placed(&self, element: &str, comma: bool, first: bool, last: bool) -> String {
        let comma = if comma { "," } else { "" };
        match &self.indent {
            Some(indent) => format!("{}{indent}{element}{comma}", self.style.line_end),
            None if self.hollow && self.is_object && last => format!(" {element}{comma} "),
            None if self.hollow && !self.is_object && first => format!("{element}{comma}"),
            None if self.empty || self.spaced || !first => format!(" {element}{comma}"),
            None => format!("{element}{comma} "),
        }
    }
}

/// The white space that the line of byte `offset` begins with.
fn line_indent(text: &str, offset: usize) -> &str {
    let mut near =
        (offset.saturating_sub(LONG_LINE)..=offset).filter(|at| text.is_char_boundary(*at));
    let from = near.next().unwrap_or(offset);
    let before = Span::new(from, offset).of(text);
    let line_start = match before.rfind('\n') {
        Some(at) => from + at + 1,
        None if from == 0 => 0,
        None => return "",
    };
    let line = text.get(line_start..).unwrap_or("");
    let length = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(..length).unwrap_or("")
}

/// The line break of a document: that of its first line.
fn line_end(text: &str) -> &'static str {
    let start = text.bytes().take(LONG_LINE).position(|byte| byte == b'\n');
    let before = start.and_then(|at| at.checked_sub(1));
    match before.and_then(|at| text.as_bytes().get(at)) {
        Some(b'\r') => "\r\n",
        _ => "\n",
    }
}

/// The habits at `container`, else of the document.
fn style(tree: &Tree, container: Node<'_>) -> Style {
    let text = tree.text();
    let root = tree.root();
    let near_keys = || container.entries().map(|entry| entry.key).take(SAMPLE);
    let near_values = || {
        container
            .entries()
            .map(|entry| entry.value)
            .chain(container.items())
            .take(SAMPLE)
    };
    let far = || tree.nodes().take(SAMPLE);
    let first_part = root
        .entries()
        .map(|entry| entry.key)
        .chain(root.items())
        .next();
    let unit = first_part
        .filter(|part| part.span().start > 0)
        .map(|part| line_indent(text, part.span().start))
        .filter(|unit| !unit.is_empty())
        .unwrap_or("  ");
    let inner = if container.entries().next().is_some() || container.items().next().is_some() {
        container
    } else {
        root
    };
    Style {
        quote: near_values()
            .find_map(quote_of)
            .or_else(|| near_keys().find_map(quote_of))
            .or_else(|| far().find_map(quote_of))
            .unwrap_or('"'),
        key_quote: near_keys()
            .last()
            .or_else(|| far().find(|node| node.kind() == Kind::Key))
            .and_then(quote_of),
        trailing_comma: ends_with_comma(text, inner),
        unit: unit.to_owned(),
        line_end: line_end(text),
    }
}

/// The quote that a string or key is written in.
fn quote_of(node: Node<'_>) -> Option<char> {
    let first = node.source().chars().next();
    let is_text = matches!(node.kind(), Kind::String | Kind::Key);
    first.filter(|first| is_text && matches!(first, '"' | '\''))
}

/// Whether the last part of `container` is followed by a comma.
fn ends_with_comma(text: &str, container: Node<'_>) -> bool {
    let entries = container.entries();
    let entries = entries.map(|entry| whole_entry(text, container, entry));
    let parts = entries.chain(container.items().map(Node::span));
    let Some(last) = parts.last() else {
        return false;
    };
    let gap = Span::new(last.end, container.span().end.saturating_sub(1));
    pieces(text, gap).any(|piece| piece.kind == PieceKind::Comma)
}
