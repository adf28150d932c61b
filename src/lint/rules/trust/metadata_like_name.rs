#![doc = include_str!("metadata_like_name.md")]

use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::trust::{metadata_like_label, metadata_platform};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "metadata-like-name",
        group: "trust",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "a host name that looks like a metadata service",
        explain: include_str!("metadata_like_name.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.bases() {
        let Some(name) = base.host().and_then(|host| host.name()) else {
            continue;
        };
        if metadata_platform(name).is_some() {
            continue;
        }
        let Some(label) = metadata_like_label(name) else {
            continue;
        };
        let message =
            format!("`{name}` looks like a metadata service, so its origin is not trusted");
        let help = format!(
            "OpenClaw withholds trust from every name with `metadata` in it, and from `instance-data`: private answers are refused. \
             Use another name for the machine than `{label}`, or its address."
        );
        findings.push(base.finding(&RULE.info, message, help));
    }
}
