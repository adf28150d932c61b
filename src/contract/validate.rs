//! A tree against the contract: everything that OpenClaw refuses under `models`, all at once.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use super::shape::{Fields, List, Number, Object, Shape, Text};
use crate::json5::{Entry, Kind, Node, Path, Segment, Tree};

/// Key that OpenClaw drops from every object without a message, whatever it holds.
pub const DROPPED_KEY: &str = "__proto__";

/// Something that the contract does not allow.
#[derive(Debug)]
pub struct Violation<'t, 'c> {
    /// Where: the path of the value, of the unknown key, or of the key that is missing.
    pub path: Path,
    /// The value; for an unknown key or a bad name its key; for a missing key the object.
    pub node: Node<'t>,
    /// The key under which the value stands, unless it is an item or the root.
    pub key: Option<Node<'t>>,
    /// The object around it, unless it is an item or the root.
    pub parent: Option<Node<'t>>,
    /// What is wrong.
    pub problem: Problem<'c>,
    /// Whether it lies inside a SecretRef.
    pub in_secret_ref: bool,
}

/// The ways to break the contract.
#[derive(Debug, Clone, Copy)]
pub enum Problem<'c> {
    /// The object has no such key. Holds the keys that it may have, and the name of its definition.
    UnknownKey(&'c Fields, Option<&'c str>),
    /// The key must be there. Holds its name and what it may hold.
    MissingKey(&'c str, &'c Shape),
    /// Another kind of value is wanted.
    WrongType(&'c Shape),
    /// Only certain texts are allowed.
    NotAllowed(&'c Text),
    /// The text is too short or does not fit a pattern.
    BadText(&'c Text),
    /// The number is out of bounds or not whole.
    BadNumber(&'c Number),
    /// The list is too short or too long.
    BadLength(&'c List),
    /// The name of a map entry is not possible.
    BadName(&'c Text),
}

/// Judges the whole tree; `shape` is the document's.
#[must_use]
pub fn validate<'t, 'c>(tree: &'t Tree, shape: &'c Shape) -> Vec<Violation<'t, 'c>> {
    let mut validator = Validator {
        found: Vec::new(),
        steps: Vec::new(),
        secret_refs: 0,
    };
    validator.judge(tree.root(), shape);
    validator.found
}

/// Whether `value` may stand where `shape` is asked for.
#[must_use]
pub fn validates(value: Node<'_>, shape: &Shape) -> bool {
    let mut validator = Validator {
        found: Vec::new(),
        steps: Vec::new(),
        secret_refs: 0,
    };
    validator.judge(value, shape);
    validator.found.is_empty()
}

/// Maps at least this long, in bytes, are judged on all cores.
const PARALLEL_FROM: usize = 1024 * 1024;

#[derive(Clone, Copy)]
enum Step<'t> {
    Key(Entry<'t>, Node<'t>),
    Index(usize),
}

struct Validator<'t, 'c> {
    found: Vec<Violation<'t, 'c>>,
    steps: Vec<Step<'t>>,
    /// How many SecretRefs are around the current value.
    secret_refs: usize,
}

impl<'t, 'c> Validator<'t, 'c> {
    fn judge(&mut self, node: Node<'t>, shape: &'c Shape) {
        if shape.any {
            return;
        }
        let kind = node.kind();
        match kind {
            Kind::Boolean if shape.boolean => return,
            Kind::String => {
                if let Some(allowed) = &shape.text {
                    return self.text(node, allowed);
                }
            }
            Kind::Number => {
                if let Some(allowed) = &shape.number {
                    let value = node.number().unwrap_or(f64::NAN);
                    if !allowed.allows(value) {
                        self.report(node, Problem::BadNumber(allowed));
                    }
                    return;
                }
            }
            Kind::List => {
                if let Some(allowed) = &shape.list {
                    return self.list(node, allowed);
                }
            }
            Kind::Object => {
                if let Some(allowed) = &shape.object {
                    return self.object(node, allowed);
                }
            }
            _ => {}
        }
        self.report(node, Problem::WrongType(shape));
    }

    fn text(&mut self, node: Node<'t>, allowed: &'c Text) {
        let text = node.text().unwrap_or_default();
        if allowed.allows(&text) {
            return;
        }
        let problem = if allowed.choices.is_empty() {
            Problem::BadText(allowed)
        } else {
            Problem::NotAllowed(allowed)
        };
        self.report(node, problem);
    }

    fn list(&mut self, node: Node<'t>, allowed: &'c List) {
        let mut count = 0;
        for (index, item) in node.items().enumerate() {
            self.steps.push(Step::Index(index));
            self.judge(item, &allowed.items);
            self.steps.pop();
            count += 1;
        }
        if count < allowed.least || allowed.most.is_some_and(|most| count > most) {
            self.report(node, Problem::BadLength(allowed));
        }
    }

    fn object(&mut self, node: Node<'t>, allowed: &'c Object) {
        let is_secret_ref = allowed.name.as_deref() == Some("SecretRef");
        self.secret_refs += usize::from(is_secret_ref);
        if let Some(fields) = self.branch(node, allowed) {
            self.fields(node, fields, allowed.name.as_deref());
        }
        self.secret_refs -= usize::from(is_secret_ref);
    }

    /// The fields that count for this object; a missing or unknown tag is reported and ends it.
    fn branch(&mut self, node: Node<'t>, allowed: &'c Object) -> Option<&'c Fields> {
        if allowed.tag.is_empty() {
            return allowed.branch(None);
        }
        let tag = node.entry(&allowed.tag);
        let text = tag.filter(|tag| tag.value.kind() == Kind::String);
        let text = text.and_then(|tag| tag.value.text());
        let branch = allowed.branch(text.as_deref());
        if branch.is_some() {
            return branch;
        }
        let first = allowed.branches.first();
        let (name, shape) =
            first.and_then(|(_, fields)| fields.known.get_key_value(&allowed.tag))?;
        self.keys_of_no_branch(node, allowed);
        let Some(tag) = tag else {
            self.missing(node, name, shape);
            return None;
        };
        let problem = match (&shape.text, text) {
            (Some(choices), Some(_)) => Problem::NotAllowed(choices),
            _ => Problem::WrongType(shape),
        };
        self.steps.push(Step::Key(tag, node));
        self.report(tag.value, problem);
        self.steps.pop();
        None
    }

    /// Reports the keys that no branch knows, when it is open which branch is meant.
    fn keys_of_no_branch(&mut self, node: Node<'t>, allowed: &'c Object) {
        let Some((_, first)) = allowed.branches.first() else {
            return;
        };
        for entry in node.entries() {
            let key = entry.key.text().unwrap_or_default();
            let mut branches = allowed.branches.iter();
            if key != DROPPED_KEY && !branches.any(|(_, fields)| fields.shape(&key).is_some()) {
                self.steps.push(Step::Key(entry, node));
                self.report(
                    entry.key,
                    Problem::UnknownKey(first, allowed.name.as_deref()),
                );
                self.steps.pop();
            }
        }
    }

    fn fields(&mut self, node: Node<'t>, fields: &'c Fields, name: Option<&'c str>) {
        let shadowed = shadowed_entries(node);
        let counts = |entry: &Entry<'t>| !shadowed.contains(&entry.key.index());
        let entries: Vec<Entry<'t>> = node.entries().filter(counts).collect();
        if fields.others.is_some() && node.span().len() >= PARALLEL_FROM {
            let steps = &self.steps;
            let secret_refs = self.secret_refs;
            let found = entries.par_iter().with_min_len(16).map(|entry| {
                let mut part = Validator {
                    found: Vec::new(),
                    steps: steps.clone(),
                    secret_refs,
                };
                part.entry(node, *entry, fields, name);
                part.found
            });
            self.found.par_extend(found.flatten_iter());
        } else {
            for entry in &entries {
                self.entry(node, *entry, fields, name);
            }
        }
        self.required(node, fields, &entries);
    }

    fn entry(
        &mut self,
        node: Node<'t>,
        entry: Entry<'t>,
        fields: &'c Fields,
        name: Option<&'c str>,
    ) {
        let key = entry.key.text().unwrap_or_default();
        if key == DROPPED_KEY {
            return;
        }
        let shape = fields.shape(&key);
        self.steps.push(Step::Key(entry, node));
        if shape.is_none() {
            self.report(entry.key, Problem::UnknownKey(fields, name));
        } else if !fields.names.allows(&key) {
            self.report(entry.key, Problem::BadName(&fields.names));
        }
        if let Some(shape) = shape {
            self.judge(entry.value, shape);
        }
        self.steps.pop();
    }

    fn required(&mut self, node: Node<'t>, fields: &'c Fields, entries: &[Entry<'t>]) {
        for required in &fields.required {
            let mut keys = entries.iter().filter_map(|entry| entry.key.text());
            if let Some(shape) = fields.known.get(required)
                && !keys.any(|key| key == *required)
            {
                self.missing(node, required, shape);
            }
        }
    }

    fn missing(&mut self, object: Node<'t>, name: &'c str, shape: &'c Shape) {
        self.report(object, Problem::MissingKey(name, shape));
        if let Some(violation) = self.found.last_mut() {
            violation.path.0.push(Segment::from(name));
        }
    }

    fn report(&mut self, node: Node<'t>, problem: Problem<'c>) {
        let steps = self.steps.iter().map(|step| match step {
            Step::Key(entry, _) => Segment::Key(entry.key.text().unwrap_or_default().into_owned()),
            Step::Index(index) => Segment::Index(*index),
        });
        let (key, parent) = match self.steps.last() {
            Some(Step::Key(entry, parent)) => (Some(entry.key), Some(*parent)),
            _ => (None, None),
        };
        self.found.push(Violation {
            path: steps.collect(),
            node,
            key,
            parent,
            problem,
            in_secret_ref: self.secret_refs > 0,
        });
    }
}

/// The keys (by their place on the tape) that a later equal key makes void.
fn shadowed_entries(object: Node<'_>) -> HashSet<u32> {
    let mut shadowed = HashSet::new();
    if object.repeats_a_key() {
        let mut last = HashMap::new();
        for entry in object.entries() {
            shadowed.extend(last.insert(entry.key.identity(), entry.key.index()));
        }
    }
    shadowed
}
