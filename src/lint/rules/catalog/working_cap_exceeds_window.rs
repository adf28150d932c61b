#![doc = include_str!("working_cap_exceeds_window.md")]

use super::window;
use crate::contract::release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "working-cap-exceeds-window",
        group: "catalog",
        severity: Severity::Warning,
        fix: FixKind::Safe,
        summary: "a working cap above the window that it should stay below",
        explain: include_str!("working_cap_exceeds_window.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for claims in &context.catalog().claims {
        let (Some(cap), Some(window)) = (claims.working_cap, claims.window) else {
            continue;
        };
        if cap.count <= window.count {
            continue;
        }
        let message = format!(
            "`contextTokens` is {}, and the window holds {} tokens",
            cap.shown(),
            window.shown()
        );
        let help = format!(
            "`contextTokens` is how much of the window may be used. OpenClaw {} believes it, and makes the chat \
             shorter only when the server has long refused it. If the window is the wrong one of the two, mend that \
             instead.",
            release::TARGET
        );
        let finding = window::conflict(&RULE.info, claims, cap, message);
        findings.push(finding.with_help(help).with_fix(window::cap(claims, cap)));
    }
}
