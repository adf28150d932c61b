#![doc = include_str!("dns_metadata.md")]

use super::dns;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::trust::AddressKind;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "dns-metadata",
        group: "trust",
        severity: Severity::Error,
        fix: FixKind::None,
        summary: "a name that answers with a metadata service or a link-local address",
        explain: include_str!("dns_metadata.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.bases() {
        let worst = dns::answers(base)
            .into_iter()
            .max_by_key(|address| address.kind());
        let Some(address) = worst.filter(|address| address.kind() >= AddressKind::LinkLocal) else {
            continue;
        };
        let message = format!("{} answers with {address}", base.shown_host());
        let help = if address.kind() == AddressKind::Metadata {
            "Somebody who controls the name points it at the credentials of your machine. Do not use it until that is explained."
        } else {
            "The machine got no address from its network, or somebody points the name at a metadata service. Such addresses \
             are never trusted."
        };
        findings.push(base.finding(&RULE.info, message, help));
    }
}
