#![doc = include_str!("metadata_origin.md")]

use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::base::{Base, Owner};
use crate::lint::rules::Rule;
use crate::trust::{AddressKind, metadata_platform};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "metadata-origin",
        group: "trust",
        severity: Severity::Error,
        fix: FixKind::None,
        summary: "an address that names the metadata service of a cloud",
        explain: include_str!("metadata_origin.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.addresses() {
        if let Some(what) = metadata_service(base) {
            let message = format!("{what}; no model answers there");
            findings.push(base.finding(&RULE.info, message, advice(base)));
        }
    }
}

fn metadata_service(base: &Base<'_>) -> Option<String> {
    if let Some(name) = base.host()?.name() {
        let platform = metadata_platform(name)?;
        let shown = base.shown_host();
        return Some(format!("{shown} is the metadata service of {platform}"));
    }
    let literal = base.literal()?;
    if literal.kind() != AddressKind::Metadata {
        return None;
    }
    Some(format!("{} {}", base.literal_is(), literal.facet.name))
}

fn advice(base: &Base<'_>) -> String {
    let more = match (base.owner, base.policy.flag()) {
        (Owner::Health, _) => ", and OpenClaw asks this address without any guard",
        (_, Some(true)) => ", and `allowPrivateNetwork: true` lets OpenClaw ask",
        _ => "",
    };
    format!(
        "Clouds speak to their machines there, and hand out credentials to whoever asks{more}. Write \
         the address of the model server."
    )
}
