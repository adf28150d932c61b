#![doc = include_str!("blanket_private_network.md")]

use super::flag;
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
    for base in flag::of_providers(context, Some(true)) {
        let origin = base.shown_origin();
        let withheld = [AddressKind::LinkLocal, AddressKind::Metadata];
        let opens_it = base.kind().is_some_and(|kind| withheld.contains(&kind));
        let covered = base.is_private() && base.passes_without_flag();
        let (message, fix) = if opens_it {
            let message = format!(
                "`allowPrivateNetwork: true` opens {origin} and every other private address with it"
            );
            (message, None)
        } else if covered {
            let message = format!(
                "`allowPrivateNetwork: true` opens every private address; {origin} is trusted without it"
            );
            (message, flag::remove(context, base))
        } else {
            continue;
        };
        let help = "With it, whatever the endpoint redirects to and whatever DNS answers may be reached: other machines, \
                    this one, and cloud metadata services. Remove the flag unless requests must go to other private origins.";
        let finding = flag::finding(&RULE.info, base, message);
        findings.extend(finding.map(|finding| finding.with_help(help).with_fix(fix)));
    }
}
