#![doc = include_str!("missing_variable.md")]

use std::collections::HashSet;

use crate::contract::release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::Path;
use crate::lint::Context;
use crate::lint::Environment;
use crate::lint::rules::Rule;
use crate::lint::rules::wording;
use crate::lint::strings;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "missing-variable",
        group: "secrets",
        severity: Severity::Info,
        fix: FixKind::None,
        summary: "a variable that the config wants and that is not set",
        explain: include_str!("missing_variable.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let severity = match context.facts.environment {
        Environment::Unknown => return,
        Environment::Given => Severity::Info,
        Environment::Complete => Severity::Warning,
    };
    // Sorted by place: strings are gone through in their order.
    let missing = &context.config.missing;
    let (Some(models), false) = (context.models(), missing.is_empty()) else {
        return;
    };
    let mut told = HashSet::new();
    strings::visit(
        context.config,
        &Path::from_iter(["models"]),
        models,
        &mut |node, way| {
            let from = missing.partition_point(|(_, index)| *index < node.index());
            let of_node = missing.iter().skip(from);
            for (name, _) in of_node.take_while(|(_, index)| *index == node.index()) {
                if !told.insert(name.as_str()) {
                    continue;
                }
                let message = format!("{} is not set", wording::quote(name));
                let help = format!(
                    "OpenClaw {} keeps the text `${{{}}}` where the variable is missing or empty, and says nothing. Set it \
                 where OpenClaw runs, or give it here with `--env`.",
                    release::TARGET,
                    name
                );
                let finding = Finding::new(&RULE.info, way.path(), node.span(), message);
                let mut finding = finding.with_help(help);
                finding.severity = severity;
                findings.push(finding);
            }
        },
    );
}
