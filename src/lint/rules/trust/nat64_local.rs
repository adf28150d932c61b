#![doc = include_str!("nat64_local.md")]

use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::trust::AddressKind;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "nat64-local",
        group: "trust",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "an address of the local NAT64 prefix",
        explain: include_str!("nat64_local.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.bases() {
        let Some(literal) = base.literal() else {
            continue;
        };
        if literal.kind() == AddressKind::LocalNat64 {
            let message = format!(
                "{} is an address that the local network translates to IPv4",
                base.shown_literal()
            );
            let help = "Which IPv4 address is meant only the network knows, so it is never trusted by implication. \
                        Write the IPv4 address, or the name of the machine.";
            findings.push(base.finding(&RULE.info, message, help));
        }
    }
}
