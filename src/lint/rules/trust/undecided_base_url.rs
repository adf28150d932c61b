#![doc = include_str!("undecided_base_url.md")]

use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::lint::rules::wording;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "undecided-base-url",
        group: "trust",
        severity: Severity::Info,
        fix: FixKind::None,
        summary: "an address with variables that are not known here",
        explain: include_str!("undecided_base_url.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.addresses() {
        let mut missing: Vec<&str> = Vec::new();
        for name in &base.address.missing {
            if !missing.contains(name) {
                missing.push(name);
            }
        }
        let Some(first) = missing.first() else {
            continue;
        };
        let names: Vec<String> = missing.iter().map(|name| wording::quote(name)).collect();
        let message = format!(
            "this address depends on {}, so nothing is said of it",
            names.join(", ")
        );
        let help = format!(
            "Give a value with `--env {first}=…`, `--env-file FILE` or `--env-from-process`, and it is judged."
        );
        findings.push(base.finding(&RULE.info, message, help));
    }
}
