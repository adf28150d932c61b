#![doc = include_str!("odd_provider_id.md")]

use super::standing::shown_id;
use crate::contract::provider_id::ProviderId;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "odd-provider-id",
        group: "catalog",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "a provider id that commands and paths stumble over",
        explain: include_str!("odd_provider_id.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(tree) = context.tree() else { return };
    for provider in &context.catalog().providers {
        let Some((what, help)) = oddity(&provider.id) else {
            continue;
        };
        let key = tree.node(provider.node.index().saturating_sub(1));
        let message = format!("the id of {} {what}", shown_id(&provider.id));
        let finding = Finding::new(&RULE.info, provider.path.clone(), key.span(), message);
        findings.push(finding.with_help(help));
    }
}

/// What is odd about an id, and what comes of it. `openclaw config` takes brackets for a key with a dot and
/// trims every part of a path (`parsePath` of 2026.5.18).
fn oddity(id: &str) -> Option<(&'static str, &'static str)> {
    if id.trim().is_empty() {
        let help =
            "No reference can name it: nothing would stand before the slash. Give it a name.";
        Some(("is blank", help))
    } else if id.trim() != id {
        let help = "References work without them, but `openclaw config` drops them from every path and never finds \
                    this entry. Take them away.";
        Some(("has blanks around it", help))
    } else if id.contains(char::is_whitespace) {
        let help = "References to it work, but every command must put it in quotes. Write a dash in its place.";
        Some(("has a blank in it", help))
    } else if id.contains('.') && !ProviderId::of(id).is_built_in() {
        let help = "OpenClaw's paths are dotted: `openclaw config` takes the dot for a step down unless the id stands \
                    in brackets, and the paths in its messages can be read both ways. Write a dash in its place.";
        Some(("has a dot in it", help))
    } else {
        None
    }
}
