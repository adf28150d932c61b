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
        if metadata_like_label(name).is_none() {
            continue;
        }
        let message = format!(
            "{} looks like a metadata service, so its origin is not trusted",
            base.shown_host()
        );
        let outcome = if base.policy.flag() == Some(true) {
            "only `allowPrivateNetwork: true` opens its private answers, and everything else with them"
        } else {
            "private answers are refused"
        };
        let help = format!(
            "OpenClaw withholds trust from every name with `metadata` in it, and from `instance-data`: {outcome}. Give the \
             machine another name, or use its address."
        );
        findings.push(base.finding(&RULE.info, message, help));
    }
}
