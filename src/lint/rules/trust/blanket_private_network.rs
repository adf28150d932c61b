#![doc = include_str!("blanket_private_network.md")]

use super::flag;
use crate::contract::release::Release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::trust::AddressKind;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "blanket-private-network",
        group: "trust",
        severity: Severity::Warning,
        fix: FixKind::Safe,
        summary: "a flag that opens every private address, though the own origin is trusted anyway",
        explain: include_str!("blanket_private_network.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.facts.target < Release::FIRST_WITH_ORIGIN_TRUST {
        return;
    }
    for base in flag::of_providers(context, Some(true)) {
        let origin = base.shown_origin();
        let withheld = [AddressKind::LinkLocal, AddressKind::Metadata];
        let opens_it = base.kind().is_some_and(|kind| withheld.contains(&kind));
        let covered = base.is_private() && base.passes_without_flag();
        let (message, advice, fix) = if opens_it {
            let message = format!(
                "`allowPrivateNetwork: true` opens {origin} and every other private address with it"
            );
            let advice = "Here nothing but the flag opens this address: give the server another one, then remove the flag.";
            (message, advice, None)
        } else if covered {
            let message = format!(
                "`allowPrivateNetwork: true` opens every private address; {origin} is trusted without it"
            );
            let advice = "Remove the flag unless requests must go to other private origins.";
            (message, advice, flag::remove(context, base))
        } else {
            continue;
        };
        let help = format!(
            "With it, this provider may be led to any machine of your network, to this one, or to the metadata service \
             of a cloud. {advice}"
        );
        let finding = flag::finding(&RULE.info, base, message);
        findings.extend(finding.map(|finding| finding.with_help(help).with_fix(fix)));
    }
}
