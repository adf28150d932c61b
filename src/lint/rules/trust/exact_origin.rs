#![doc = include_str!("exact_origin.md")]

use super::flag;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "exact-origin",
        group: "trust",
        severity: Severity::Info,
        fix: FixKind::None,
        summary: "a private address whose own origin is trusted, and nothing else",
        explain: include_str!("exact_origin.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in flag::of_providers(context, None) {
        let private = base.is_private() && !base.is_loopback();
        let is_trusted = base.policy.trusted_origin().is_some();
        if !private || !is_trusted || base.refused_answer().is_some() {
            continue;
        }
        let message = format!(
            "{} is private and trusted, being the own origin of the provider",
            base.shown_origin()
        );
        let help = "Another port, another scheme or another private host is another origin and stays refused, also by redirect.";
        let finding = Finding::new(
            &RULE.info,
            base.path.clone(),
            base.address.node.span(),
            message,
        );
        findings.push(finding.with_help(help));
    }
}
