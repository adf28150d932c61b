#![doc = include_str!("dns_refused.md")]

use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::trust::{Address, Reason};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "dns-refused",
        group: "trust",
        severity: Severity::Error,
        fix: FixKind::None,
        summary: "a name whose answer is refused",
        explain: include_str!("dns_refused.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.bases() {
        let Some(verdict) = base.refused_answer() else {
            continue;
        };
        let loopback = |address: &Address| address.is_loopback() && !base.is_loopback();
        let told_elsewhere = matches!(
            verdict.reason,
            Reason::Metadata | Reason::LinkLocal | Reason::SurpriseLoopback
        ) || verdict.address.as_ref().is_some_and(loopback);
        let by_flag = base.policy.flag() == Some(false) && base.passes_without_flag();
        let Some(address) = verdict.address.filter(|_| !told_elsewhere && !by_flag) else {
            continue;
        };
        let message = format!(
            "{} answers with {address}, which is refused",
            base.shown_host()
        );
        let help = if verdict.reason == Reason::Unspecified {
            "Ad blockers answer so for names that they block; let them pass this one."
        } else {
            "Let the name answer with the address of the server."
        };
        findings.push(base.finding(&RULE.info, message, help));
    }
}
