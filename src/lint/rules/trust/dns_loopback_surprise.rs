#![doc = include_str!("dns_loopback_surprise.md")]

use super::dns;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "dns-loopback-surprise",
        group: "trust",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "a name that answers with this machine itself",
        explain: include_str!("dns_loopback_surprise.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.bases() {
        let answers = dns::answers(base);
        let Some(address) = answers.iter().find(|address| address.is_loopback()) else {
            continue;
        };
        if base.is_loopback() {
            continue;
        }
        let message = format!(
            "{} answers with {address}, this machine itself",
            base.shown_host()
        );
        let help = "Only `localhost` and names below it may; without the flag, OpenClaw refuses others since July 2026. If the \
                    server runs here, write `localhost`.";
        findings.push(base.finding(&RULE.info, message, help));
    }
}
