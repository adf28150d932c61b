#![doc = include_str!("loader_breaking_id.md")]

use super::{Rule, wording};
use crate::contract::validate::Problem;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::{Entry, Kind, Node, Path};
use crate::lint::Context;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "loader-breaking-id",
        group: "contract",
        severity: Severity::Error,
        fix: FixKind::None,
        summary: "a provider id or variable name that 2026.5.18 cannot load",
        explain: include_str!("loader_breaking_id.md"),
    },
    check,
};

/// Names that every JavaScript object has: as variables of the `env` block they stop the loader of
/// 2026.5.18 (`env[key]?.trim is not a function`).
const INHERITED: [&str; 11] = [
    "constructor",
    "toString",
    "valueOf",
    "hasOwnProperty",
    "isPrototypeOf",
    "toLocaleString",
    "propertyIsEnumerable",
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.config.include_errors.is_empty() {
        check_variables(context, findings);
    }
    for violation in &context.violations {
        // Of the maps with a rule for their keys, only the one of providers has a pattern.
        let Problem::BadName(names) = violation.problem else {
            continue;
        };
        if names.pattern.is_none() {
            continue;
        }
        let id = violation.node.text().unwrap_or_default();
        let message = format!(
            "OpenClaw 2026.5.18 cannot load a provider called {}",
            wording::quote(&id)
        );
        findings.push(
            Finding::new(&RULE.info, violation.path.clone(), violation.node.span(), message).with_help(
                "An id may not be `.` or `..` nor hold `/`, `\\` or `:`: the whole file is refused, without \
                 naming the place. Model references split at the first `/` as well. Use a dash.",
            ),
        );
    }
}

fn check_variables(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let env = context.tree().and_then(|tree| tree.root().get("env"));
    let vars = env.and_then(|env| env.get("vars"));
    let named = |entry: &Entry<'_>| {
        let name = entry.key.text().unwrap_or_default();
        let value = entry
            .value
            .text()
            .filter(|_| entry.value.kind() == Kind::String);
        INHERITED.contains(&name.trim()) && value.is_some_and(|value| !value.trim().is_empty())
    };
    let short = env
        .into_iter()
        .flat_map(Node::entries)
        .map(|entry| (vec!["env"], entry));
    let long = vars
        .into_iter()
        .flat_map(Node::entries)
        .map(|entry| (vec!["env", "vars"], entry));
    for (place, entry) in short.chain(long).filter(|(_, entry)| named(entry)) {
        let name = entry.key.text().unwrap_or_default();
        let message = format!(
            "OpenClaw 2026.5.18 cannot load a variable called {}",
            wording::quote(&name)
        );
        let path = Path::from_iter(place).child(name.as_ref());
        findings.push(Finding::new(&RULE.info, path, entry.key.span(), message).with_help(
            "JavaScript objects have a function of that name, which the loader takes for the variable: the whole \
             file is refused. Give the variable another name.",
        ));
    }
}
