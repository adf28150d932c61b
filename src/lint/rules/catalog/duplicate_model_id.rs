#![doc = include_str!("duplicate_model_id.md")]

use super::standing::shown;
use crate::contract::release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "duplicate-model-id",
        group: "catalog",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "two models of one provider with the same id",
        explain: include_str!("duplicate_model_id.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for repeat in &context.catalog().repeats {
        let id = repeat.node.text().unwrap_or_default();
        let message = format!("{} is listed twice by this provider", shown(&id));
        let help = format!(
            "OpenClaw {} uses the first; what this one says of window, cost and reasoning never counts. Remove one of \
             them, or give it the id that the server has for it.",
            release::TARGET
        );
        let span = repeat.node.span();
        let finding = Finding::new(&RULE.info, repeat.path.clone(), span, message);
        let finding = finding.with_help(help);
        findings.push(finding.with_label(repeat.first.span(), "the first one"));
    }
}
