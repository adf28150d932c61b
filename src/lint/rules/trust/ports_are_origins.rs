#![doc = include_str!("ports_are_origins.md")]

use std::collections::{HashMap, HashSet};

use super::flag;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::base::Base;
use crate::lint::rules::Rule;
use crate::trust::{Host, Origin};

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
    let mut origins: HashSet<&Origin> = HashSet::new();
    let mut first_on_host: HashMap<&Host, &Base<'_>> = HashMap::new();
    for base in flag::of_any_provider(context).filter(|base| base.is_private()) {
        let Some(origin) = &base.origin else {
            continue;
        };
        if !origins.insert(origin) {
            continue;
        }
        let first = first_on_host.entry(&origin.host).or_insert(base);
        if first.path == base.path {
            continue;
        }
        let (own, other) = (base.shown_origin(), first.shown_origin());
        let message = format!("{own} and {other} are two origins on one host");
        let help = "Each provider may reach its own only; a redirect from one to the other is refused, unless \
                    `allowPrivateNetwork` is true.";
        let finding = base.at(&RULE.info, message).with_help(help);
        findings.push(finding.with_label(first.address.node.span(), "the other one"));
    }
}
