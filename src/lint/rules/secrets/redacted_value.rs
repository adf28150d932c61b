#![doc = include_str!("redacted_value.md")]

use super::phrases;
use crate::contract::credential::Credential;
use crate::contract::release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "redacted-value",
        group: "secrets",
        severity: Severity::Error,
        fix: FixKind::None,
        summary: "what hides a secret stands in its place",
        explain: include_str!("redacted_value.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for field in context
        .credentials()
        .iter()
        .filter(|field| field.is_telling)
    {
        let text = field.text();
        if text.as_deref().map(Credential::read) != Some(Credential::Redacted) {
            continue;
        }
        let message = format!(
            "{} holds what hides a secret, not the secret",
            phrases::subject(field)
        );
        let help = format!(
            "It was copied from a log, a report or a config that was shown with its secrets hidden. OpenClaw {} sends \
             it as it stands, and does not keep such a file as its last good one. Put a variable there: `${{NAME}}`.",
            release::TARGET
        );
        let span = field.entry.key.span();
        findings.push(Finding::new(&RULE.info, field.path(), span, message).with_help(help));
    }
}
