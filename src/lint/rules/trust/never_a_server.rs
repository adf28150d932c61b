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
        if matches!(
            literal.kind(),
            AddressKind::NeverServer | AddressKind::Benchmark
        ) {
            let message = format!(
                "`{}` lies in the range for {}, where no server answers",
                literal.ip,
                range(literal.facet.name)
            );
            let help = "Addresses of documentation and tests are often copied from examples. Write the address of the server.";
            findings.push(base.finding(&RULE.info, message, help));
        }
    }
}

/// The range as it is said after "for".
fn range(name: &'static str) -> &'static str {
    name.split(',').next().unwrap_or(name)
}
