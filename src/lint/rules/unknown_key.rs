#![doc = include_str!("unknown_key.md")]

use super::misplaced_providers::is_misplaced;
use super::{Rule, advice, names, wording};
use crate::contract::release;
use crate::contract::shape::Fields;
use crate::contract::validate::{Problem, Violation, validates};
use crate::diagnostic::{Finding, Fix, FixKind, RuleInfo, Severity};
use crate::json5::{Editor, Entry, Node, Tree};
use crate::lint::Context;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "unknown-key",
        group: "contract",
        severity: Severity::Error,
        fix: FixKind::Mixed,
        summary: "a key that OpenClaw does not know",
        explain: include_str!("unknown_key.md"),
    },
    check,
};

/// Keys that open something: a person decides whether that is wanted.
const OPENING: [&str; 2] = ["allowPrivateNetwork", "insecureSkipVerify"];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(tree) = context.tree() else { return };
    for violation in context.violations_outside_secret_refs() {
        if let Problem::UnknownKey(fields, definition) = violation.problem
            && !is_misplaced(violation)
        {
            findings.push(finding(tree, violation, fields, definition));
        }
    }
}

fn finding(
    tree: &Tree,
    violation: &Violation<'_, '_>,
    fields: &Fields,
    definition: Option<&str>,
) -> Finding {
    let key = violation.node.text().unwrap_or_default();
    let meant = names::meant(&key, fields);
    let thing = wording::thing(definition);
    let told = wording::key(&key);
    let is_there = |meant: &str| {
        violation
            .parent
            .is_some_and(|object| object.get(meant).is_some())
    };
    let message = match meant {
        Some(meant) if is_there(meant) => {
            format!("{told} is not a key of {thing}; `{meant}` is there already")
        }
        Some(meant) => format!("{told} is not a key of {thing}; `{meant}` is meant"),
        None => format!("{told} is not a key of {thing}"),
    };
    let help = match meant {
        Some(meant) if is_there(meant) => "Remove it.".to_owned(),
        meant => advice::for_unknown(&key, definition, fields, meant),
    };
    Finding::new(
        &RULE.info,
        violation.path.clone(),
        violation.node.span(),
        message,
    )
    .with_help(format!(
        "{help} OpenClaw {} refuses the whole file and does not name the key.",
        release::TARGET
    ))
    .with_fix(meant.and_then(|meant| rename(tree, violation, &key, meant, fields)))
}

/// Renames the key, if nothing else is in doubt: the place is free and the value fits.
fn rename(
    tree: &Tree,
    violation: &Violation<'_, '_>,
    key: &str,
    meant: &str,
    fields: &Fields,
) -> Option<Fix> {
    let object = violation.parent?;
    let shape = fields.known.get(meant)?;
    let value = object.get(key)?;
    let rivals = object.entries().filter_map(|entry| entry.key.text());
    let rivals = rivals.filter(|other| *other != key && names::may_mean(other, meant));
    if object.get(meant).is_some()
        || !wording::is_editable(object)
        || rivals.count() > 0
        || !names::is_the_same(key, meant)
        || !validates(value, shape)
    {
        return None;
    }
    let mut editor = Editor::new(tree);
    editor.rename(violation.node, meant);
    Some(Fix {
        safe: !OPENING.contains(&meant) && !opens(value),
        title: format!("rename it to `{meant}`"),
        edits: editor.edits(),
    })
}

/// Whether a value holds a key that opens something.
fn opens(value: Node<'_>) -> bool {
    let opening = |entry: Entry<'_>| {
        let key = entry.key.text().unwrap_or_default();
        OPENING.contains(&key.as_ref()) || opens(entry.value)
    };
    value.entries().any(opening)
}
