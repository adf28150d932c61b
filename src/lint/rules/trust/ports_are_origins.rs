#![doc = include_str!("ports_are_origins.md")]

use super::flag;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::base::Base;
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "ports-are-origins",
        group: "trust",
        severity: Severity::Info,
        fix: FixKind::None,
        summary: "two providers on one private host that are two origins",
        explain: include_str!("ports_are_origins.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut seen: Vec<&Base<'_>> = Vec::new();
    for base in flag::of_any_provider(context).filter(|base| base.is_private()) {
        let Some(origin) = base.origin.as_ref() else {
            continue;
        };
        let same = |earlier: &&&Base<'_>| earlier.origin.as_ref() == Some(origin);
        let neighbour = |earlier: &&&Base<'_>| {
            let other = earlier.origin.as_ref();
            other.is_some_and(|other| other.host == origin.host)
        };
        if seen.iter().any(|earlier| same(&earlier)) {
            continue;
        }
        if let Some(earlier) = seen.iter().find(neighbour) {
            let (own, other) = (base.shown_origin(), earlier.shown_origin());
            let message = format!("{own} and {other} are two origins on one host");
            let help = "Each provider may reach its own only; a redirect from one to the other is refused, unless \
                        `allowPrivateNetwork` is true.";
            let finding = base.at(&RULE.info, message).with_help(help);
            findings.push(finding.with_label(earlier.address.node.span(), "the other one"));
        }
        seen.push(base);
    }
}
