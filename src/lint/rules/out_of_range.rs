#![doc = include_str!("out_of_range.md")]

use super::wrong_type::is_fraction;
use super::{Rule, wording};
use crate::contract::shape::{List, Number};
use crate::contract::validate::{Problem, Violation};
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "out-of-range",
        group: "contract",
        severity: Severity::Error,
        fix: FixKind::None,
        summary: "a number, text or list outside its bounds",
        explain: include_str!("out_of_range.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(tree) = context.tree() else { return };
    for violation in context.violations_outside_secret_refs() {
        if let Some(wrong) = describe(violation) {
            let span = wording::value_span(tree, violation);
            let message = format!("{} {wrong}", wording::subject(violation));
            findings.push(
                Finding::new(&RULE.info, violation.path.clone(), span, message)
                    .with_help(format!("{} {}", help(violation), wording::refused()).trim_start()),
            );
        }
    }
}

/// What mends it.
fn help(violation: &Violation<'_, '_>) -> &'static str {
    let key = violation.key.and_then(|key| key.text());
    match (key.as_deref(), violation.problem) {
        (Some("idleStopMs"), _) => "0 means that the service is never stopped.",
        (Some("range"), _) => "Write the first number of tokens, and the last if there is one.",
        (Some("baseUrl" | "url"), _) => {
            "Write the whole address, `\"http://127.0.0.1:1234/v1\"` for example."
        }
        (_, Problem::BadNumber(_)) => {
            "Write such a number; where the key is optional, removing it gives the default."
        }
        _ => "",
    }
}

fn describe(violation: &Violation<'_, '_>) -> Option<String> {
    let node = violation.node;
    match violation.problem {
        Problem::BadNumber(bounds) if !is_fraction(node, bounds) => Some(number(
            bounds,
            node.source(),
            node.number().unwrap_or(f64::NAN),
        )),
        Problem::BadText(_) => Some("is empty; at least one character is needed".to_owned()),
        Problem::BadLength(bounds) => Some(length(bounds)),
        Problem::BadName(names) if names.pattern.is_none() => {
            Some("stands in place of a name; at least one character is needed".to_owned())
        }
        _ => None,
    }
}

fn number(bounds: &Number, written: &str, value: f64) -> String {
    let written = wording::quote(written);
    if !value.is_finite() {
        return format!("must be a finite number, not {written}");
    }
    let least = bounds.above.map(|bound| format!("greater than {bound}"));
    let least = least.or_else(|| bounds.least.map(|bound| format!("at least {bound}")));
    match (least, bounds.most) {
        (Some(least), _) if bounds.most.is_none_or(|most| value <= most) => {
            format!("must be {least}, not {written}")
        }
        (_, Some(most)) => format!("must be at most {most}, not {written}"),
        _ => format!("cannot be {written}"),
    }
}

fn length(bounds: &List) -> String {
    match bounds.most {
        Some(most) => format!("must have {} to {most} items", bounds.least),
        None => format!("must have at least {} items", bounds.least),
    }
}
