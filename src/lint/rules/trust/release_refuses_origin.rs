#![doc = include_str!("release_refuses_origin.md")]

use super::flag;
use crate::contract::release::Release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "release-refuses-origin",
        group: "trust",
        severity: Severity::Info,
        fix: FixKind::None,
        summary: "a private address that the target release does not trust yet",
        explain: include_str!("release_refuses_origin.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let target = context.facts.target;
    if target >= Release::FIRST_WITH_ORIGIN_TRUST {
        return;
    }
    for base in flag::of_providers(context, None) {
        let implied = base.is_private() && base.policy.trusted_origin().is_some();
        if !implied {
            continue;
        }
        let message = format!(
            "OpenClaw {target} does not trust {} yet",
            base.shown_origin()
        );
        let help = format!(
            "Trust in the own origin came with {}. Upgrade, or set `request.allowPrivateNetwork: true` for as long as needed.",
            Release::FIRST_WITH_ORIGIN_TRUST
        );
        findings.push(base.finding(&RULE.info, message, help));
    }
}
