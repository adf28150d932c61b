#![doc = include_str!("exact_origin.md")]

use super::{dns, flag};
use crate::contract::release::Release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::trust::Reason;

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
    if context.facts.target < Release::FIRST_WITH_ORIGIN_TRUST {
        return;
    }
    for base in flag::of_providers(context, None) {
        let private = base.is_private() && !base.is_loopback() && !dns::has_public_answer(base);
        let is_trusted = base.policy.trusted_origin().is_some();
        let has_bad_name = base
            .refused()
            .is_some_and(|verdict| matches!(verdict.reason, Reason::NotAUrl | Reason::BlockedPort));
        if !private
            || !is_trusted
            || has_bad_name
            || base.is_placeholder()
            || base.refused_answer().is_some()
        {
            continue;
        }
        let message = format!(
            "{} is private and trusted, as the provider's own origin",
            base.shown_origin()
        );
        let help = "Another port, another scheme or another private host is another origin and stays refused, also by redirect.";
        let finding = base.at(&RULE.info, message);
        findings.push(finding.with_help(help));
    }
}
