#![doc = include_str!("ports_are_origins.md")]

use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::base::Owner;
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
    let of_providers = || context.bases().filter(|base| base.owner == Owner::Provider);
    for (nth, base) in of_providers().enumerate() {
        let Some(origin) = base.origin.as_ref().filter(|_| base.is_private()) else {
            continue;
        };
        let other = of_providers().take(nth).find(|earlier| {
            let other = earlier.origin.as_ref();
            other.is_some_and(|other| other.host == origin.host && other != origin)
        });
        let Some(earlier) = other else { continue };
        let (own, other) = (base.shown_origin(), earlier.shown_origin());
        let message = format!("{own} and {other} are two origins on one host");
        let help =
            "Each provider may reach its own only; a redirect from one to the other is refused.";
        let finding = Finding::new(
            &RULE.info,
            base.path.clone(),
            base.address.node.span(),
            message,
        );
        findings.push(
            finding
                .with_help(help)
                .with_label(earlier.address.node.span(), "the other one"),
        );
    }
}
