#![doc = include_str!("never_a_server.md")]

use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::trust::AddressKind;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "never-a-server",
        group: "trust",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "an address where no server can be",
        explain: include_str!("never_a_server.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.bases() {
        let Some(literal) = base.literal() else {
            continue;
        };
        let is_benchmark = literal.facet.name.starts_with("benchmarking");
        if literal.kind() != AddressKind::NeverServer && !is_benchmark {
            continue;
        }
        let message = format!(
            "{} an address set aside for {}: no server answers there",
            base.literal_is(),
            purpose(literal.facet.name)
        );
        let help = if literal.kind() == AddressKind::Benchmark {
            "Proxy programs such as Clash invent such addresses for a while. Write the name that it was the answer for."
        } else {
            "Addresses of documentation and tests are often copied from examples. Write the address of the server."
        };
        findings.push(base.finding(&RULE.info, message, help));
    }
}

/// A range as it is said after "for".
fn purpose(name: &'static str) -> &'static str {
    match name {
        "reserved" => "the future",
        "discard-only" | "dummy prefix" => "what is to be thrown away",
        "broadcast" => "calling every machine at once",
        name => name.split(',').next().unwrap_or(name),
    }
}
