//! Changes to a document's values, turned into the smallest edits of its text.
//!
//! Comments, indentation, quotes and trailing commas follow the surroundings. Changes are
//! collected first and planned per list or object, so that several at one place agree on commas.

use std::collections::{BTreeMap, BTreeSet};

use super::comments::comments;
use super::edit::{Edit, EditError, apply};
use super::foreign::whole_entry;
use super::span::Span;
use super::surroundings::Surroundings;
use super::tape::Kind;
use super::tree::{Node, Tree};
use super::trivia::{PieceKind, pieces};
use super::value::Value;

/// Collects changes to one tree.
///
/// ```
/// use clawconf::json5::{Editor, Tree, Value};
///
/// let tree = Tree::parse("{ a: 1 } // one".to_owned())?;
/// let mut editor = Editor::new(&tree);
/// editor.insert(tree.root(), 1, "b", Value::Number(2.0));
/// assert_eq!(editor.apply()?, "{ a: 1, b: 2 } // one");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Editor<'t> {
    tree: &'t Tree,
    values: BTreeMap<u32, Value>,
    names: BTreeMap<u32, String>,
    removed: BTreeSet<u32>,
    /// Those of the removed parts whose comments stay.
    dissolved: BTreeSet<u32>,
    inserted: BTreeMap<u32, Vec<New>>,
}

/// A part to be inserted.
#[derive(Debug)]
struct New {
    at: usize,
    key: Option<String>,
    value: Value,
}

/// A part that is there: an entry (named by its key) or an item.
struct Part {
    index: u32,
    span: Span,
    comma: Option<usize>,
}

impl<'t> Editor<'t> {
    /// No changes yet.
    #[must_use]
    pub fn new(tree: &'t Tree) -> Self {
        Editor {
            tree,
            values: BTreeMap::new(),
            names: BTreeMap::new(),
            removed: BTreeSet::new(),
            dissolved: BTreeSet::new(),
            inserted: BTreeMap::new(),
        }
    }

    /// Gives a value in place of `node`'s.
    pub fn set(&mut self, node: Node<'_>, value: Value) {
        self.values.insert(node.index(), value);
    }

    /// Gives the entry with this `key` another name.
    pub fn rename(&mut self, key: Node<'_>, name: &str) {
        self.names.insert(key.index(), name.to_owned());
    }

    /// Removes a list item, or an entry named by its key node.
    pub fn remove(&mut self, part: Node<'_>) {
        self.removed.insert(part.index());
    }

    /// As [`Editor::remove`], but the comments inside the part stay where it was.
    pub fn dissolve(&mut self, part: Node<'_>) {
        self.removed.insert(part.index());
        self.dissolved.insert(part.index());
    }

    /// Puts a new entry before the `at`-th of `object` as it is now; at its end for a larger `at`.
    pub fn insert(&mut self, object: Node<'_>, at: usize, key: &str, value: Value) {
        let key = Some(key.to_owned());
        let new = New { at, key, value };
        self.inserted.entry(object.index()).or_default().push(new);
    }

    /// Puts a new item before the `at`-th of `list` as it is now; at its end for a larger `at`.
    pub fn insert_item(&mut self, list: Node<'_>, at: usize, value: Value) {
        let key = None;
        let new = New { at, key, value };
        self.inserted.entry(list.index()).or_default().push(new);
    }

    /// The edits, in document order.
    #[must_use]
    pub fn edits(&self) -> Vec<Edit> {
        let mut edits = Vec::new();
        for (&index, value) in &self.values {
            let node = self.tree.node(index);
            let around = Surroundings::of_node(self.tree, node);
            edits.push(Edit::replace(node.span(), around.replacement(node, value)));
        }
        for (&index, name) in &self.names {
            let key = self.tree.node(index);
            let around = Surroundings::of_node(self.tree, key);
            edits.push(Edit::replace(key.span(), around.renamed(key, name)));
        }
        for container in self.changed_containers() {
            self.plan(container, &mut edits);
        }
        edits.sort_by_key(|edit| edit.span);
        coalesce(edits)
    }

    /// The edited text, read again and compared with what was asked for.
    ///
    /// # Errors
    /// Changes inside a part that another change removes or replaces overlap; a text that would
    /// not be JSON5 or would not hold the wanted values is refused.
    pub fn apply(&self) -> Result<String, EditError> {
        let text = apply(self.tree.text(), &self.edits())?;
        let edited = Tree::parse(text)?;
        if edited.root().to_value().same(&self.intended_root()) {
            Ok(edited.into_text())
        } else {
            Err(EditError::Mismatch)
        }
    }

    fn changed_containers(&self) -> Vec<Node<'t>> {
        let removed = self.removed.iter();
        let removed_from = removed.map(|&part| Surroundings::container(self.tree, part).index());
        let mut containers: Vec<u32> = self.inserted.keys().copied().collect();
        containers.extend(removed_from);
        containers.sort_unstable();
        containers.dedup();
        containers
            .into_iter()
            .map(|index| self.tree.node(index))
            .collect()
    }

    /// The value that the whole document is to have.
    #[must_use]
    pub fn intended_root(&self) -> Value {
        self.intended(self.tree.root())
    }

    /// The value that `node` is to have.
    fn intended(&self, node: Node<'_>) -> Value {
        if let Some(value) = self.values.get(&node.index()) {
            return value.clone();
        }
        let mut kept = Vec::new();
        match node.kind() {
            Kind::Object => {
                for entry in node.entries() {
                    let name = match self.names.get(&entry.key.index()) {
                        Some(name) => name.clone(),
                        None => entry.key.text().unwrap_or_default().into_owned(),
                    };
                    kept.push((entry.key.index(), name, self.intended(entry.value)));
                }
            }
            Kind::List => {
                for item in node.items() {
                    kept.push((item.index(), String::new(), self.intended(item)));
                }
            }
            _ => return node.to_value(),
        }
        let mut parts = Vec::new();
        let count = kept.len();
        let mut kept = kept.into_iter();
        for slot in 0..=count {
            for new in self.new_at(node, slot, count) {
                parts.push((new.key.clone().unwrap_or_default(), new.value.clone()));
            }
            if let Some((index, name, value)) = kept.next()
                && !self.removed.contains(&index)
            {
                parts.push((name, value));
            }
        }
        if node.kind() == Kind::Object {
            Value::Object(parts)
        } else {
            Value::List(parts.into_iter().map(|(_, value)| value).collect())
        }
    }

    fn new_at(&self, container: Node<'_>, slot: usize, count: usize) -> impl Iterator<Item = &New> {
        let all = self.inserted.get(&container.index());
        all.into_iter()
            .flatten()
            .filter(move |new| new.at.min(count) == slot)
    }

    /// The edits for what is inserted into and removed from one list or object.
    fn plan(&self, container: Node<'_>, edits: &mut Vec<Edit>) {
        let text = self.tree.text();
        let parts = parts(text, container);
        let around = Surroundings::of_container(self.tree, container);
        let count = parts.len();
        let kept = |slot: &usize| {
            parts
                .get(*slot)
                .is_some_and(|part| !self.removed.contains(&part.index))
        };
        // The last part afterwards: a slot for a part that stays, and whether new ones follow it.
        let last_kept = (0..count).rev().find(kept);
        let after = last_kept.map_or(0, |slot| slot + 1);
        let new_last =
            (after..=count).any(|slot| self.new_at(container, slot, count).next().is_some());
        let mut new_left = self.inserted.get(&container.index()).map_or(0, Vec::len);

        for slot in 0..=count {
            let stays = (0..slot).rev().find(kept).and_then(|at| parts.get(at));
            let anchor = around.anchor(text, container, stays.map(|part| (part.span, part.comma)));
            for (nth, new) in self.new_at(container, slot, count).enumerate() {
                new_left -= 1;
                let last = slot >= after && new_left == 0;
                let comma = !last || around.trailing_comma(count > 0);
                let element = around.element(new.key.as_deref(), &new.value);
                let first = stays.is_none() && nth == 0;
                edits.push(Edit::insert(
                    anchor,
                    around.placed(&element, comma, first, last),
                ));
            }
            let Some(part) = parts.get(slot) else {
                continue;
            };
            if !kept(&slot) {
                let previous = slot
                    .checked_sub(1)
                    .filter(kept)
                    .and_then(|at| parts.get(at));
                let before = match (slot, previous) {
                    (0, _) => Some(container.span().start + 1),
                    (_, part) => {
                        part.map(|part| part.comma.map_or(part.span.end, |comma| comma + 1))
                    }
                };
                let inner = part.span.of(text);
                if self.dissolved.contains(&part.index) && comments(inner).next().is_some() {
                    dissolve(text, part, around.line_end(), edits);
                } else {
                    remove(text, container, part, before, edits);
                }
                continue;
            }
            let last = last_kept == Some(slot) && !new_last;
            let wants_comma = !last || around.trailing_comma(true);
            match part.comma {
                None if wants_comma => edits.push(Edit::insert(part.span.end, ",")),
                Some(comma) if !wants_comma => {
                    edits.push(Edit::replace(Span::new(comma, comma + 1), ""));
                }
                _ => {}
            }
        }
    }
}

/// Most parts of a list or object that is edited; larger ones are generated, not written.
pub(super) const MOST_PARTS: usize = 1000;

/// Whether a list or object can be edited in place: it has at most a thousand parts, all of which
/// stand between its brackets. Those of an [`Assembly`](super::Assembly) may not.
#[must_use]
pub fn is_editable(container: Node<'_>) -> bool {
    let outer = container.span();
    let count = container.entries().take(MOST_PARTS + 1).count();
    if count.max(container.items().take(MOST_PARTS + 1).count()) > MOST_PARTS {
        return false;
    }
    let mut parts = container
        .entries()
        .flat_map(|entry| [entry.key, entry.value]);
    let inside = |part: Node<'_>| outer.start < part.span().start && part.span().end < outer.end;
    parts.all(inside) && container.items().all(inside)
}

/// Joins edits that meet, so that nobody who applies them has to care for their order.
fn coalesce(edits: Vec<Edit>) -> Vec<Edit> {
    let mut joined: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match joined.last_mut() {
            Some(last) if last.span.end == edit.span.start => {
                last.span.end = edit.span.end;
                last.text.push_str(&edit.text);
            }
            _ => joined.push(edit),
        }
    }
    joined
}

/// The parts of a list or object with the commas behind them.
fn parts(text: &str, container: Node<'_>) -> Vec<Part> {
    let entries = container.entries().map(|entry| {
        let span = whole_entry(text, container, entry);
        (entry.key.index(), span)
    });
    let items = container.items().map(|item| (item.index(), item.span()));
    let found: Vec<(u32, Span)> = entries.chain(items).collect();
    let interior_end = container.span().end.saturating_sub(1);
    let ends = found.iter().skip(1).map(|(_, span)| span.start);
    let ends = ends.chain(std::iter::once(interior_end));
    let with_gap = found.iter().zip(ends);
    with_gap
        .map(|(&(index, span), gap_end)| {
            let gap = pieces(text, Span::new(span.end, gap_end));
            let mut commas = gap.filter(|piece| piece.kind == PieceKind::Comma);
            let comma = commas.next().map(|piece| piece.span.start);
            Part { index, span, comma }
        })
        .collect()
}

/// Leaves nothing of one part but the comments inside it.
fn dissolve(text: &str, part: &Part, line_end: &str, edits: &mut Vec<Edit>) {
    let inner = part.span.of(text);
    let mut left = String::new();
    for comment in comments(inner) {
        let comment = comment.of(inner);
        left.push_str(comment);
        left.push_str(if comment.starts_with("//") {
            line_end
        } else {
            " "
        });
    }
    edits.push(Edit::replace(part.span, left.trim_end_matches(' ')));
    if let Some(comma) = part.comma {
        edits.push(Edit::replace(Span::new(comma, comma + 1), ""));
    }
}

/// Removes one part: with its comma, and the whole line when nothing else stands on it. `before`
/// is where the part before it ends, unless that one goes too.
fn remove(
    text: &str,
    container: Node<'_>,
    part: &Part,
    before: Option<usize>,
    edits: &mut Vec<Edit>,
) {
    let mut span = part.span;
    match part.comma {
        Some(comma) if Span::new(span.end, comma).of(text).trim().is_empty() => {
            span.end = comma + 1;
        }
        Some(comma) => edits.push(Edit::replace(Span::new(comma, comma + 1), "")),
        None => {}
    }
    let line = text.get(..span.start).unwrap_or("");
    let spaces_left = line.len() - line.trim_end_matches([' ', '\t']).len();
    let starts_line = text
        .get(..span.start - spaces_left)
        .is_some_and(|line| line.ends_with('\n'));
    let right = Span::new(span.end, container.span().end.saturating_sub(1)).of(text);
    let rest = right.trim_start_matches([' ', '\t']);
    let spaces_right = right.len() - rest.len();
    if starts_line && rest.starts_with(['\r', '\n']) {
        span.start -= spaces_left;
        let line_break = if rest.starts_with("\r\n") { 2 } else { 1 };
        span.end += spaces_right + line_break;
    } else if let (true, false, Some(before)) = (rest.is_empty(), starts_line, before) {
        span.start = before.max(span.start - spaces_left);
    } else {
        span.end += spaces_right;
    }
    edits.push(Edit::replace(span, ""));
}
