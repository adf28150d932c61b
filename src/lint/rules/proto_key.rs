#![doc = include_str!("proto_key.md")]

use super::Rule;
use crate::contract::release;
use crate::contract::validate::DROPPED_KEY;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "proto-key",
        group: "syntax",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "a provider is called `__proto__`",
        explain: include_str!("proto_key.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (path, entry) in context.providers() {
        if entry.key.text().is_some_and(|id| id == DROPPED_KEY) {
            let message = "a provider called `__proto__` vanishes without a word".to_owned();
            findings.push(
                Finding::new(&RULE.info, path, entry.key.span(), message).with_help(
                    format!(
                    "OpenClaw {} drops this key from every object, whatever it holds. Give the provider another id.",
                    release::TARGET
                ),
                ),
            );
        }
    }
}
