#![doc = include_str!("link_local_origin.md")]

use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::base::Owner;
use crate::lint::rules::Rule;
use crate::trust::AddressKind;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "link-local-origin",
        group: "trust",
        severity: Severity::Error,
        fix: FixKind::None,
        summary: "a link-local address, where clouds keep their metadata services",
        explain: include_str!("link_local_origin.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.addresses() {
        let Some(literal) = base.literal() else {
            continue;
        };
        if literal.kind() != AddressKind::LinkLocal {
            continue;
        }
        let message = format!("{} a link-local address", base.literal_is());
        let is_health = base.owner == Owner::Health;
        let opened = !is_health && base.policy.flag() == Some(true);
        let help = if is_health {
            "It is valid on one cable only, and OpenClaw asks this address without any guard. Use the address at which the \
             server listens."
        } else if opened {
            "Only `allowPrivateNetwork: true` opens it, and metadata services with it. Give the machine an address of the \
             network, or use its name."
        } else {
            "It is valid on one cable only and is never trusted by implication. Give the machine an address of the \
             network, or use its name."
        };
        let mut finding = base.finding(&RULE.info, message, help);
        if opened {
            finding.severity = Severity::Warning;
        }
        findings.push(finding);
    }
}
