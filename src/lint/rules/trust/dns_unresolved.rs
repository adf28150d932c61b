#![doc = include_str!("dns_unresolved.md")]

use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::trust::Lookup;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "dns-unresolved",
        group: "trust",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "a name without an address, or with answers missing",
        explain: include_str!("dns_unresolved.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.bases() {
        let what = match base.lookup {
            Some(Lookup::Nothing) => "has no address",
            Some(Lookup::Silent) => "could not be looked up in time",
            Some(Lookup::Failed(_)) => "could not be looked up",
            Some(Lookup::Answered {
                incomplete: true, ..
            }) => "may have more addresses: a question for them stayed unanswered",
            Some(Lookup::Answered { .. }) | None => continue,
        };
        let message = format!("{} {what}", base.shown_host());
        let help = if base
            .lookup
            .is_some_and(|lookup| !lookup.addresses().is_empty())
        {
            "Those that were told are judged. Ask again, or another name server."
        } else {
            "Check the spelling. Names of containers and tailnets are known inside only; if the machine that runs OpenClaw \
             does not know it either, every request fails."
        };
        findings.push(base.at(&RULE.info, message).with_help(help));
    }
}
