#![doc = include_str!("private_network_on_public_host.md")]

use super::flag;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::base::Base;
use crate::lint::rules::Rule;
use crate::trust::{AddressKind, metadata_like_label};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "private-network-on-public-host",
        group: "trust",
        severity: Severity::Warning,
        fix: FixKind::Safe,
        summary: "a flag for private addresses on a public host",
        explain: include_str!("private_network_on_public_host.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in flag::of_providers(context, Some(true)) {
        let host = base.shown_host();
        let is_name_or_public = base.kind().is_none_or(|kind| kind == AddressKind::Public);
        if base.origin.is_none()
            || base.is_private()
            || !is_name_or_public
            || !base.passes_without_flag()
            || (base.lookup.is_none() && is_metadata_like(base))
        {
            continue;
        }
        let whose = if base.is_native() {
            "belongs to a public cloud"
        } else {
            "has a public name or address"
        };
        let message =
            format!("{host} {whose}, and `allowPrivateNetwork: true` is not needed for it");
        let help = "With it, this provider may be led to any machine of your network, to this one, or to the metadata service \
                    of a cloud. Remove it.";
        let finding = flag::finding(&RULE.info, base, message);
        let fix = flag::remove(context, base);
        findings.extend(finding.map(|finding| finding.with_help(help).with_fix(fix)));
    }
}

/// Whether only the flag opens private answers of this name.
fn is_metadata_like(base: &Base<'_>) -> bool {
    let name = base.host().and_then(|host| host.name());
    name.is_some_and(|name| metadata_like_label(name).is_some())
}
