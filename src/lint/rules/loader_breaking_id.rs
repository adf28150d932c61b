#![doc = include_str!("loader_breaking_id.md")]

use super::{Rule, wording};
use crate::contract::validate::Problem;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "loader-breaking-id",
        group: "contract",
        severity: Severity::Error,
        fix: FixKind::None,
        summary: "a provider id that 2026.5.18 cannot load",
        explain: include_str!("loader_breaking_id.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for violation in &context.violations {
        // Of the maps with a rule for their keys, only the one of providers has a pattern.
        let Problem::BadName(names) = violation.problem else {
            continue;
        };
        if names.pattern.is_none() {
            continue;
        }
        let id = violation.node.text().unwrap_or_default();
        let message = format!(
            "OpenClaw 2026.5.18 cannot load a provider called {}",
            wording::quote(&id)
        );
        findings.push(
            Finding::new(&RULE.info, violation.path.clone(), violation.node.span(), message).with_help(
                "An id may not be `.` or `..` nor hold `/`, `\\` or `:`: the whole file is refused, without \
                 naming the place. Model references split at the first `/` as well. Use a dash.",
            ),
        );
    }
}
