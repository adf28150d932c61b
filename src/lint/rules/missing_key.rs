#![doc = include_str!("missing_key.md")]

use super::names::may_mean;
use super::{Rule, wording};
use crate::contract::release;
use crate::contract::shape::Shape;
use crate::contract::validate::{Problem, Violation, validates};
use crate::diagnostic::{Finding, Fix, FixKind, RuleInfo, Severity};
use crate::json5::{Editor, Kind, Node, Segment, Tree, Value};
use crate::lint::Context;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "missing-key",
        group: "contract",
        severity: Severity::Error,
        fix: FixKind::Mixed,
        summary: "a key that OpenClaw demands is absent",
        explain: include_str!("missing_key.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(tree) = context.tree() else { return };
    for violation in context.violations_outside_secret_refs() {
        if let Problem::MissingKey(name, shape) = violation.problem {
            let (message, mut help) = describe(violation, name, shape);
            if let Some(other) = other_name(violation, name) {
                help = format!("It is here as {}: rename it.", wording::key(&other));
            }
            let span = wording::object_span(tree, violation.node);
            findings.push(
                Finding::new(&RULE.info, violation.path.clone(), span, message)
                    .with_help(help)
                    .with_fix(fix(tree, violation, name)),
            );
        }
    }
}

/// A key of the object that was meant as the missing one, and whose value would do.
fn other_name(violation: &Violation<'_, '_>, name: &str) -> Option<String> {
    let Problem::MissingKey(_, shape) = violation.problem else {
        return None;
    };
    let mut entries = violation.node.entries();
    let found = entries.find(|entry| {
        entry.key.text().is_some_and(|key| may_mean(&key, name)) && validates(entry.value, shape)
    });
    Some(found?.key.text()?.into_owned())
}

/// What the object is that lacks the key.
enum Owner<'p> {
    Provider(&'p str),
    Model,
    Other,
}

fn owner<'p>(violation: &'p Violation<'_, '_>) -> Owner<'p> {
    match violation.path.0.as_slice() {
        [_, _, Segment::Key(id), _] => Owner::Provider(id),
        [_, _, _, Segment::Key(models), Segment::Index(_), _] if models == "models" => Owner::Model,
        _ => Owner::Other,
    }
}

fn describe(violation: &Violation<'_, '_>, name: &str, shape: &Shape) -> (String, String) {
    match owner(violation) {
        Owner::Model if name == "name" => {
            let id = violation
                .node
                .get("id")
                .and_then(Node::written_text)
                .filter(|id| !id.is_empty());
            let model = id.map_or("this model".to_owned(), |id| {
                format!("the model {}", wording::quote(&id))
            });
            (
                format!("{model} has no `name`"),
                format!(
                    "Any text will do, the id for example; examples on OpenClaw's own pages leave it out. {}",
                    wording::refused()
                ),
            )
        }
        Owner::Model => (
            format!("this model has no `{name}`"),
            format!(
                "The id is what the server itself calls the model. {}",
                wording::refused()
            ),
        ),
        Owner::Provider(id) => {
            let later = if release::is_built_in(id) {
                format!(
                    "{} {} takes it from its own entry for this id.",
                    wording::refused(),
                    release::LATER
                )
            } else {
                wording::refused()
            };
            let value = if name == "models" {
                "An empty list will do."
            } else {
                "Write the whole address, `\"http://127.0.0.1:1234/v1\"` for example."
            };
            (
                format!("the provider {} has no `{name}`", wording::quote(id)),
                format!("{value} {later}"),
            )
        }
        Owner::Other => {
            let choices = shape.text.as_ref().map(|text| text.choices.as_slice());
            let wanted = match choices {
                Some(choices @ [_, ..]) => wording::one_of(choices.iter().map(String::as_str)),
                _ => wording::wanted(shape),
            };
            (
                format!("`{name}` is missing here"),
                format!("It is {wanted}. {}", wording::refused()),
            )
        }
    }
}

fn fix(tree: &Tree, violation: &Violation<'_, '_>, name: &str) -> Option<Fix> {
    let object = violation.node;
    let mut keys = object.entries().filter_map(|entry| entry.key.text());
    if !wording::is_editable(object) || keys.any(|key| may_mean(&key, name)) {
        return None;
    }
    let mut editor = Editor::new(tree);
    match (owner(violation), name) {
        (Owner::Model, "name") => {
            let mut entries = object.entries();
            let at = entries.position(|entry| entry.key.text().is_some_and(|key| key == "id"))?;
            let id = object
                .get("id")
                .filter(|id| id.kind() == Kind::String)?
                .written_text()?;
            if id.is_empty() {
                return None;
            }
            editor.insert(object, at + 1, "name", Value::from(id.as_ref()));
            let title = "give the model its id as name".to_owned();
            let edits = editor.edits();
            Some(Fix {
                safe: true,
                title,
                edits,
            })
        }
        (Owner::Provider(_), "models") => {
            editor.insert(object, usize::MAX, "models", Value::List(Vec::new()));
            let title = "add an empty list of models".to_owned();
            let edits = editor.edits();
            Some(Fix {
                safe: false,
                title,
                edits,
            })
        }
        _ => None,
    }
}
