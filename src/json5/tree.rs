//! The tape of a document, and a cursor over it.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use super::error::SyntaxError;
use super::parser;
use super::span::Span;
use super::tape::{Kind, RawNode, Tape, offset};
use super::{decode, value::Value};

/// A JSON5 document: its text, unchanged, and a tape of its nodes.
#[derive(Debug, Clone)]
pub struct Tree {
    text: String,
    tape: Tape,
    replaced: BTreeMap<u32, String>,
    /// Whether nodes stand in the order of the text.
    is_in_order: bool,
}

/// A text that is not JSON5, given back with the reason.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{error}")]
pub struct Rejected {
    /// The text as it was given.
    pub text: String,
    /// Why it was refused.
    #[source]
    pub error: SyntaxError,
}

impl Tree {
    /// Reads `text`.
    ///
    /// # Errors
    /// The first [`SyntaxError`], with the text given back.
    pub fn parse(text: String) -> Result<Tree, Box<Rejected>> {
        match parser::parse(&text) {
            Ok(tape) => Ok(Tree {
                text,
                tape,
                replaced: BTreeMap::new(),
                is_in_order: true,
            }),
            Err(error) => Err(Box::new(Rejected { text, error })),
        }
    }

    /// The text the tree was read from; for an [`Assembly`], all texts in a row.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Gives the text back.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }

    /// The outermost value.
    #[must_use]
    pub fn root(&self) -> Node<'_> {
        self.node(0)
    }

    /// Every node in document order, keys included.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..offset(self.tape.len())).map(|index| self.node(index))
    }

    /// The node that [`Node::index`] named.
    #[must_use]
    pub fn node(&self, index: u32) -> Node<'_> {
        Node { tree: self, index }
    }

    /// Whether nodes stand in the order of the text. In an [`Assembly`] they may not.
    #[must_use]
    pub fn is_in_order(&self) -> bool {
        self.is_in_order
    }

    /// The last node that begins at or before a byte of the text, of a tree whose nodes stand in
    /// order.
    #[must_use]
    pub fn node_at(&self, offset: usize) -> Option<Node<'_>> {
        Some(self.node(self.tape.last_at(offset)?))
    }

    /// How many lists and objects are open at the deepest place. An [`Assembly`] may go deeper than
    /// [`MAX_DEPTH`](super::MAX_DEPTH).
    #[must_use]
    pub fn depth(&self) -> usize {
        let mut open: Vec<u32> = Vec::new();
        let mut deepest = 0;
        for node in self.nodes() {
            while open.pop_if(|end| *end <= node.index).is_some() {}
            if matches!(node.kind(), Kind::List | Kind::Object) {
                open.push(node.raw().next);
                deepest = deepest.max(open.len());
            }
        }
        deepest
    }

    /// Lets the string at `index` read as `value`. Its span and source stay what they were.
    pub fn replace_string(&mut self, index: u32, value: String) {
        if self.tape.kind(index) == Some(Kind::String) {
            self.tape.mark_replaced(index);
            self.replaced.insert(index, value);
        }
    }
}

/// A place in a [`Tree`].
#[derive(Debug, Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    index: u32,
}

/// One entry of an object.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'t> {
    /// The key.
    pub key: Node<'t>,
    /// The value.
    pub value: Node<'t>,
}

impl<'t> Node<'t> {
    fn raw(self) -> RawNode {
        let nothing = RawNode {
            start: 0,
            end: 0,
            next: self.index + 1,
            kind: Kind::Null,
            escaped: false,
            replaced: false,
        };
        self.tree.tape.get(self.index).unwrap_or(nothing)
    }

    /// What the node is.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.tree.tape.kind(self.index).unwrap_or(Kind::Null)
    }

    /// Its place on the tape, a name for it as long as the tree lives.
    #[must_use]
    pub fn index(self) -> u32 {
        self.index
    }

    /// The places of the node and all below it.
    #[must_use]
    pub fn subtree(self) -> std::ops::Range<u32> {
        self.index..self.raw().next
    }

    /// The bytes it stands on, quotes and brackets included.
    #[must_use]
    pub fn span(self) -> Span {
        let raw = self.raw();
        Span::new(raw.start as usize, raw.end as usize)
    }

    /// Its text as written.
    #[must_use]
    pub fn source(self) -> &'t str {
        self.span().of(&self.tree.text)
    }

    /// The text of a string or key, escapes resolved; `None` for other kinds.
    /// A lone surrogate reads as U+FFFD, see [`Node::has_lone_surrogate`].
    #[must_use]
    pub fn text(self) -> Option<Cow<'t, str>> {
        let replaced = self
            .raw()
            .replaced
            .then(|| self.tree.replaced.get(&self.index));
        match replaced.flatten() {
            Some(text) => Some(Cow::Borrowed(text)),
            None => self.written_text(),
        }
    }

    /// Like [`Node::text`], but never what [`Tree::replace_string`] put in its place.
    #[must_use]
    pub fn written_text(self) -> Option<Cow<'t, str>> {
        let raw = self.raw();
        if !matches!(raw.kind, Kind::String | Kind::Key) {
            return None;
        }
        let inner = decode::unquoted(self.source());
        Some(if raw.escaped {
            Cow::Owned(decode::text(inner).0)
        } else {
            Cow::Borrowed(inner)
        })
    }

    /// Whether an escape in this string or key names half of a surrogate pair.
    #[must_use]
    pub fn has_lone_surrogate(self) -> bool {
        self.raw().escaped && decode::text(decode::unquoted(self.source())).1
    }

    /// What tells a key from others: its text, or its spelling where that has lone surrogates, which
    /// JavaScript tells apart and which all decode to U+FFFD.
    #[must_use]
    pub fn identity(self) -> Cow<'t, str> {
        match self.raw().escaped {
            false => Cow::Borrowed(decode::unquoted(self.source())),
            true if self.has_lone_surrogate() => Cow::Borrowed(self.source()),
            true => self.text().unwrap_or_default(),
        }
    }

    /// The value of a number; `None` for other kinds.
    #[must_use]
    pub fn number(self) -> Option<f64> {
        (self.kind() == Kind::Number).then(|| decode::number(self.source()))
    }

    /// A number from 1 on, rounded down, as a count; `None` for others. What is too large becomes the
    /// largest.
    #[must_use]
    pub fn count(self) -> Option<u64> {
        let number = self.number().filter(|number| *number >= 1.0)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 1 on; a number that is too large becomes the largest"
        )]
        let count = number.floor() as u64;
        Some(count)
    }

    /// The value of a boolean; `None` for other kinds.
    #[must_use]
    pub fn boolean(self) -> Option<bool> {
        (self.kind() == Kind::Boolean).then(|| self.source() == "true")
    }

    /// The entries of an object in order, duplicates included; none for other kinds.
    pub fn entries(self) -> impl Iterator<Item = Entry<'t>> {
        self.children(Kind::Object).map(move |key| Entry {
            key,
            value: self.tree.node(key.index + 1),
        })
    }

    /// The items of a list in order; none for other kinds.
    pub fn items(self) -> impl Iterator<Item = Node<'t>> {
        self.children(Kind::List)
    }

    fn children(self, of: Kind) -> impl Iterator<Item = Node<'t>> {
        let raw = self.raw();
        let end = if raw.kind == of { raw.next } else { 0 };
        let mut at = self.index + 1;
        std::iter::from_fn(move || {
            let child = (at < end).then(|| self.tree.node(at))?;
            let value = at + u32::from(of == Kind::Object);
            at = self.tree.node(value).raw().next;
            Some(child)
        })
    }

    /// Whether two entries of an object have the same key.
    #[must_use]
    pub fn repeats_a_key(self) -> bool {
        // One bit for each key: most objects have few keys, and no two set the same bit.
        let mut bits: u64 = 0;
        for (nth, entry) in self.entries().enumerate() {
            if nth == FEW_KEYS {
                let mut seen = HashSet::new();
                return !self
                    .entries()
                    .all(|entry| seen.insert(entry.key.identity()));
            }
            let key = entry.key.identity();
            let bit = 1 << (key_hash(&key) % 64);
            if bits & bit != 0 {
                let mut earlier = self.entries().take(nth);
                if earlier.any(|other| other.key.identity() == key) {
                    return true;
                }
            }
            bits |= bit;
        }
        false
    }

    /// The entry whose key reads `name`: the last one, which is the one that counts.
    #[must_use]
    pub fn entry(self, name: &str) -> Option<Entry<'t>> {
        self.entries().filter(|entry| entry.key.reads(name)).last()
    }

    /// Whether a key reads `name`. Most do not, and differ in length already.
    fn reads(self, name: &str) -> bool {
        let raw = self.raw();
        let length = (raw.end - raw.start) as usize;
        if raw.escaped {
            self.written_text().is_some_and(|text| text == name)
        } else if length == name.len() {
            self.source() == name
        } else {
            length == name.len() + 2 && decode::unquoted(self.source()) == name
        }
    }

    /// The value under `name`, see [`Node::entry`].
    #[must_use]
    pub fn get(self, name: &str) -> Option<Node<'t>> {
        self.entry(name).map(|entry| entry.value)
    }

    /// The whole subtree, decoded.
    #[must_use]
    pub fn to_value(self) -> Value {
        match self.kind() {
            Kind::Null => Value::Null,
            Kind::Boolean => Value::Boolean(self.boolean() == Some(true)),
            Kind::Number => Value::Number(self.number().unwrap_or(f64::NAN)),
            Kind::String | Kind::Key => Value::String(self.text().unwrap_or_default().into_owned()),
            Kind::List => Value::List(self.items().map(Node::to_value).collect()),
            Kind::Object => Value::Object(
                self.entries()
                    .map(|entry| {
                        let key = entry.key.text().unwrap_or_default();
                        (key.into_owned(), entry.value.to_value())
                    })
                    .collect(),
            ),
        }
    }
}

/// Up to this many keys are compared one by one.
const FEW_KEYS: usize = 32;

/// Tells most of an object's keys apart: the length and three of the bytes.
fn key_hash(key: &str) -> usize {
    let bytes = key.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().map_or(0, usize::from);
    let last = bytes.len().saturating_sub(1);
    bytes.len() + 7 * byte(0) + 11 * byte(bytes.len() / 2) + 13 * byte(last)
}

/// A tree put together from parts of others. Spans point into the row of all added texts, so
/// each node still knows where it was read.
#[derive(Debug, Default)]
pub struct Assembly {
    text: String,
    tape: Tape,
    /// The lists and objects that are open, with the ends of their spans.
    open: Vec<(u32, u32)>,
}

impl Assembly {
    /// Appends a text; spans from it are to be shifted by the number returned.
    pub fn add_text(&mut self, text: &str) -> usize {
        let base = self.text.len();
        self.text.push_str(text);
        base
    }

    /// Opens a list or object that stands on `span` (already shifted).
    pub fn open(&mut self, kind: Kind, span: Span) {
        let at = self.tape.open(kind, offset(span.start));
        self.open.push((at, offset(span.end)));
    }

    /// Closes the list or object opened last.
    pub fn close(&mut self) {
        if let Some((at, end)) = self.open.pop() {
            self.tape.close(at, end);
        }
    }

    /// Copies a node with all below it; `base` is its text's place in the row.
    pub fn copy(&mut self, node: Node<'_>, base: usize) {
        self.tape.append(&node.tree.tape, node.index, offset(base));
    }

    /// The finished tree.
    #[must_use]
    pub fn finish(self) -> Tree {
        Tree {
            text: self.text,
            tape: self.tape,
            replaced: BTreeMap::new(),
            is_in_order: false,
        }
    }
}
