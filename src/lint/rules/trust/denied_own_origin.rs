#![doc = include_str!("denied_own_origin.md")]

use super::flag;
use crate::contract::release::Release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::base::{Base, every_request_is_refused};
use crate::lint::rules::Rule;
use crate::trust::{Reason, RefusedName, refused_by_default};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "denied-own-origin",
        group: "trust",
        severity: Severity::Error,
        fix: FixKind::Safe,
        summary: "a private address that the provider itself refuses to reach",
        explain: include_str!("denied_own_origin.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.facts.target < Release::FIRST_WITH_ORIGIN_TRUST {
        return;
    }
    for base in flag::of_providers(context, Some(false)) {
        let Some(certain) = is_denied(base) else {
            continue;
        };
        let subject = base.shown_host();
        let (message, outcome) = match base.refused() {
            Some(verdict) => (
                format!(
                    "{subject} is private, and `allowPrivateNetwork: false` refuses to reach it"
                ),
                every_request_is_refused(verdict),
            ),
            None => (
                format!(
                    "{subject} is private by its name, and `allowPrivateNetwork: false` refuses private addresses"
                ),
                "If its address is private, every request is refused.".to_owned(),
            ),
        };
        if let Some(mut finding) = flag::finding(&RULE.info, base, message) {
            finding.severity = if certain {
                Severity::Error
            } else {
                Severity::Warning
            };
            let help = format!("{outcome} Without the flag, exactly this origin may be reached.");
            let fix = flag::remove(context, base);
            findings.push(finding.with_help(help).with_fix(fix));
        }
    }
}

/// Whether the host is refused only since the flag is false, and whether that is certain: without its
/// addresses a name may turn out to be public.
fn is_denied(base: &Base<'_>) -> Option<bool> {
    let refused_name = base.host()?.name().and_then(refused_by_default);
    let told_elsewhere = refused_name.is_some_and(|why| !matches!(why, RefusedName::Exactly(_)));
    if told_elsewhere || !base.passes_without_flag() {
        return None;
    }
    match base.refused() {
        Some(verdict) => {
            let by_flag = matches!(verdict.reason, Reason::Private | Reason::RefusedName);
            by_flag.then_some(true)
        }
        None => {
            let has_addresses = base
                .lookup
                .is_some_and(|lookup| !lookup.addresses().is_empty());
            (base.is_private() && !has_addresses).then_some(false)
        }
    }
}
