#![doc = include_str!("denied_own_origin.md")]

use super::flag;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::base::{Base, every_request_is_refused};
use crate::lint::rules::Rule;
use crate::trust::{Reason, RefusedName, Stage, refused_by_default};

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
    for base in flag::of_providers(context, Some(false)) {
        let Some(subject) = denied(base) else {
            continue;
        };
        let known = base.refused().map(every_request_is_refused);
        let message = if known.is_some() {
            format!("{subject} is private, and `allowPrivateNetwork: false` refuses to reach it")
        } else {
            format!(
                "{subject} is private by its name, and `allowPrivateNetwork: false` refuses private addresses"
            )
        };
        let outcome = known
            .unwrap_or_else(|| "If its address is private, every request is refused.".to_owned());
        let help = format!("{outcome} Without the flag, exactly this origin may be reached.");
        let certain = base.refused().is_some();
        let finding = flag::finding(&RULE.info, base, message).map(|finding| {
            finding
                .with_help(help)
                .with_fix(flag::remove(context, base))
        });
        findings.extend(finding.map(|mut finding| {
            if !certain {
                finding.severity = Severity::Warning;
            }
            finding
        }));
    }
}

/// The host that is refused only since the flag is false.
fn denied(base: &Base<'_>) -> Option<String> {
    let host = base.host()?;
    let refused_name = host.name().and_then(refused_by_default);
    let told_elsewhere = refused_name.is_some_and(|why| !matches!(why, RefusedName::Exactly(_)));
    let by_flag = match base.refused() {
        Some(verdict) => {
            matches!(verdict.stage, Stage::Host | Stage::Answers)
                && matches!(verdict.reason, Reason::Private | Reason::RefusedName)
                && base.passes_without_flag()
        }
        None => base.is_private() && base.lookup.is_none() && base.passes_without_flag(),
    };
    (by_flag && !told_elsewhere).then(|| base.shown_host())
}
