#![doc = include_str!("dns_refused.md")]

use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::trust::Reason;

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
        let told_elsewhere = matches!(
            verdict.reason,
            Reason::Metadata | Reason::LinkLocal | Reason::SurpriseLoopback
        );
        let by_flag = base.policy.flag() == Some(false) && base.passes_without_flag();
        let Some(address) = verdict.address.filter(|_| !told_elsewhere && !by_flag) else {
            continue;
        };
        let message = format!(
            "{} answers with {address}, which is refused",
            base.shown_host()
        );
        let help = match &verdict.change {
            Some(change) if base.shown_host().starts_with('`') => {
                format!("Let the name answer with an address that is allowed, or {change}.")
            }
            _ => "Let the name answer with an address that is allowed.".to_owned(),
        };
        findings.push(base.finding(&RULE.info, message, help));
    }
}
