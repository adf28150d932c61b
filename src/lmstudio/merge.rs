//! What a server lists, put into the models of a provider without harming what a person wrote there.
//!
//! Owned by the machine are the fields that only the server knows: `reasoning`, `image` in `input`,
//! `contextWindow`, and in `compat` the efforts and their map. They are changed where the server tells
//! something else. Names, costs, limits that a person chose, parameters, unknown keys and comments are
//! never touched.

use std::collections::HashSet;

use super::catalogue::{Catalogue, Listed};
use super::reasoning::Efforts;
use super::saved::{LIST, MAP, map_value, write_efforts};
use crate::config::{Model, Provider};
use crate::json5::{Editor, Kind, Node, Path, Value, comments, is_editable};

/// A field that gets another value.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Where.
    pub path: Path,
    /// What stands there; none when the field is new.
    pub from: Option<Value>,
    /// What comes; none when the field goes.
    pub to: Option<Value>,
}

/// What a merge does.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Merge {
    /// Models that the config did not have.
    pub added: Vec<String>,
    /// Fields of models that it had.
    pub changed: Vec<Change>,
    /// Models of the config that the server no longer has, with their places.
    pub gone: Vec<(String, Path)>,
    /// Whether those were removed.
    pub pruned: bool,
    /// Models that were left as they are, since they are put together from several files.
    pub scattered: Vec<String>,
}

impl Merge {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && (self.gone.is_empty() || !self.pruned)
    }
}

/// Why nothing can be merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// The models are no list, or stand in several files.
    #[error(
        "`models` of this provider is no list, has more than a thousand entries, or is put together from several files"
    )]
    Models,
    /// The provider is no object, or stands in several files.
    #[error("this provider is no object, or is put together from several files")]
    Provider,
    /// The list does not tell what is gone.
    #[error(
        "an older list may leave out what is not loaded, so nobody knows which models are gone; leave `--prune` out"
    )]
    Incomplete,
}

/// Plans the changes that bring a provider up to what `catalogue` lists; `prune` removes models that are
/// gone.
///
/// # Errors
/// When the provider stands where it cannot be changed, or nobody can tell what is gone.
pub fn merge(
    editor: &mut Editor<'_>,
    provider: &Provider<'_>,
    catalogue: &Catalogue,
    prune: bool,
) -> Result<Merge, Obstacle> {
    if prune && !catalogue.list.is_complete() {
        return Err(Obstacle::Incomplete);
    }
    let list = provider.node.get("models");
    let is_object = provider.node.kind() == Kind::Object;
    if !is_object || (list.is_none() && !is_editable(provider.node)) {
        return Err(Obstacle::Provider);
    }
    if list.is_some_and(|list| list.kind() != Kind::List || !is_editable(list)) {
        return Err(Obstacle::Models);
    }
    let mut merge = Merge {
        pruned: prune,
        ..Merge::default()
    };
    let known = |id: &str| {
        catalogue
            .models
            .iter()
            .find(|model| model.definition.id == id)
    };
    let is_answered = |id: &str| catalogue.models.iter().any(|model| model.answers_to(id));
    let is_skipped = |id: &str| {
        let mut skipped = catalogue.skipped.iter();
        skipped.any(|entry| entry.key.as_deref() == Some(id))
    };
    let mut present = HashSet::new();
    for model in provider.models() {
        let Some(id) = model.id() else { continue };
        let id = id.trim();
        present.insert(id.to_owned());
        match known(id) {
            Some(listed) if is_editable(model.node) => {
                update(editor, &model, listed, &mut merge.changed);
            }
            Some(_) => merge.scattered.push(id.to_owned()),
            None if is_answered(id) || is_skipped(id) || !catalogue.list.is_complete() => {}
            // A variable that is not known here may be any of them.
            None if id.contains("${") => {}
            None => {
                merge.gone.push((id.to_owned(), model.path()));
                if prune {
                    editor.remove(model.node);
                }
            }
        }
    }
    let new: Vec<&Listed> = catalogue
        .models
        .iter()
        .filter(|model| !present.contains(&model.definition.id))
        .collect();
    merge.added = new
        .iter()
        .map(|model| model.definition.id.clone())
        .collect();
    let values = new.iter().map(|model| model.definition.to_value());
    match list {
        // As the rest of the file is laid out, where nothing stands in between yet.
        Some(list) if is_hollow(list) && !new.is_empty() => {
            editor.set(list, Value::List(values.collect()));
        }
        Some(list) => {
            let end = list.items().count();
            for value in values {
                editor.insert_item(list, end, value);
            }
        }
        None if new.is_empty() => {}
        None => {
            let end = provider.node.entries().count();
            editor.insert(provider.node, end, "models", Value::List(values.collect()));
        }
    }
    Ok(merge)
}

/// Whether a list holds nothing, not even a comment.
fn is_hollow(list: Node<'_>) -> bool {
    let inner = list.source().trim_start_matches('[').trim_end_matches(']');
    inner.trim().is_empty()
}

/// Changes to one object, with the list of them.
pub(crate) struct Update<'u, 'e, 't> {
    pub editor: &'u mut Editor<'e>,
    pub object: Node<'t>,
    pub path: Path,
    pub changes: &'u mut Vec<Change>,
}

impl Update<'_, '_, '_> {
    /// Notes that a field gets a value, unless it has it; whether it does.
    fn note(&mut self, key: &str, value: Value) -> bool {
        let old = self.object.get(key);
        if old.is_some_and(|old| old.to_value().same(&value)) {
            return false;
        }
        self.changes.push(Change {
            path: self.path.child(key),
            from: old.map(Node::to_value),
            to: Some(value),
        });
        true
    }

    /// Gives a field a value, unless it has it.
    pub(crate) fn set(&mut self, key: &str, value: Value) {
        if !self.note(key, value.clone()) {
            return;
        }
        let end = self.object.entries().count();
        match self.object.entry(key) {
            None => self.editor.insert(self.object, end, key, value),
            Some(entry) if comments(entry.value.source()).next().is_some() => {
                let mut entries = self.object.entries();
                let at = entries.position(|other| other.key.index() == entry.key.index());
                self.editor.dissolve(entry.key);
                let at = at.unwrap_or(end);
                self.editor.insert(self.object, at, key, value);
            }
            Some(entry) => self.editor.set(entry.value, value),
        }
    }

    /// Takes a field away, if it is there, as often as it is; comments inside it stay.
    fn remove(&mut self, key: &str) {
        if let Some(entry) = self.object.entry(key) {
            self.changes.push(Change {
                path: self.path.child(key),
                from: Some(entry.value.to_value()),
                to: None,
            });
        }
        let is_it = |name: Node<'_>| name.text().is_some_and(|name| name == key);
        for entry in self.object.entries().filter(|entry| is_it(entry.key)) {
            self.editor.dissolve(entry.key);
        }
    }
}

/// Brings the fields of a model that the machine owns up to what the server tells.
fn update(editor: &mut Editor<'_>, model: &Model<'_>, listed: &Listed, changes: &mut Vec<Change>) {
    let node = model.node;
    let mut update = Update {
        editor,
        object: node,
        path: model.path(),
        changes,
    };
    if let Some(found) = &listed.reasoning {
        let stated = node.get("reasoning").and_then(Node::boolean);
        if stated.unwrap_or(false) != found.reasoning {
            update.set("reasoning", Value::Boolean(found.reasoning));
        }
    }
    if let Some(sees) = listed.vision {
        update_input(&mut update, sees);
    }
    if let Some(window) = listed.context_window {
        #[expect(clippy::cast_precision_loss, reason = "a window is far below 2^53")]
        update.set("contextWindow", Value::Number(window as f64));
    }
    if let Some(found) = &listed.reasoning {
        update_efforts(&mut update, found.efforts.as_ref());
    }
}

fn is_image(item: Node<'_>) -> bool {
    item.text().is_some_and(|text| text == "image")
}

/// Puts pictures among the kinds of input, or takes them out; the others stay.
fn update_input(update: &mut Update<'_, '_, '_>, sees: bool) {
    let input = update.object.get("input");
    let images = || {
        input
            .into_iter()
            .flat_map(Node::items)
            .filter(|item| is_image(*item))
    };
    if sees == images().next().is_some() {
        return;
    }
    let is_list = |input: &Node<'_>| input.kind() == Kind::List && is_editable(*input);
    let Some(list) = input.filter(is_list) else {
        let kinds = Value::List(vec!["text".into(), "image".into()]);
        return update.set("input", kinds);
    };
    let others = list.items().filter(|item| !is_image(*item));
    let others: Vec<Value> = others.map(Node::to_value).collect();
    // A list that says nothing would be read as one that is absent.
    let text = others.is_empty().then(|| Value::from("text"));
    let image = sees.then(|| Value::from("image"));
    let kinds = text.iter().chain(&others).chain(&image).cloned();
    update.note("input", Value::List(kinds.collect()));
    let end = list.items().count();
    for kind in text.into_iter().chain(image) {
        update.editor.insert_item(list, end, kind);
    }
    for item in images() {
        update.editor.dissolve(item);
    }
}

/// Brings the efforts in `compat` up to what the server tells. A person who wrote
/// `supportsReasoningEffort: false` wants none sent, whatever the server takes.
fn update_efforts(update: &mut Update<'_, '_, '_>, efforts: Option<&Efforts>) {
    const FLAG: &str = "supportsReasoningEffort";
    let compat = update.object.get("compat");
    let flag = compat.and_then(|compat| compat.get(FLAG)?.boolean());
    let (Some(compat), true) = (compat, compat.is_some_and(|c| c.kind() == Kind::Object)) else {
        if let Some(efforts) = efforts {
            update.set("compat", efforts.to_value());
        }
        return;
    };
    if flag == Some(false) || !is_editable(compat) {
        return;
    }
    let mut inner = Update {
        object: compat,
        path: update.path.child("compat"),
        editor: &mut *update.editor,
        changes: &mut *update.changes,
    };
    match efforts {
        Some(efforts) => {
            inner.set(FLAG, Value::Boolean(true));
            inner.note(LIST, efforts.list_value());
            // The order of a map says nothing, so it stays.
            let mut pairs = efforts.pairs();
            let written = compat.get(MAP);
            pairs.sort_by_key(|(from, _)| {
                let mut entries = written.into_iter().flat_map(Node::entries);
                let place = entries.position(|entry| entry.key.text().as_deref() == Some(*from));
                place.unwrap_or(usize::MAX)
            });
            inner.note(MAP, map_value(&pairs));
            write_efforts(inner.editor, compat, &efforts.words(), &pairs);
        }
        None => {
            for key in [FLAG, LIST, MAP] {
                inner.remove(key);
            }
        }
    }
}
