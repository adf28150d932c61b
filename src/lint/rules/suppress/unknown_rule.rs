#![doc = include_str!("unknown_rule.md")]

use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::Path;
use crate::lint::Context;
use crate::lint::rules::{ALL, Rule, wording};
use crate::lint::suggest;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "unknown-rule",
        group: "suppress",
        severity: Severity::Error,
        fix: FixKind::None,
        summary: "a `clawconf:` comment that names no rule",
        explain: include_str!("unknown_rule.md"),
    },
    check,
};

const WRITE: &str =
    "Write `// clawconf: allow(rule-id) reason`; `clawconf explain --list` shows all rules.";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(tree) = context.tree() else { return };
    for suppression in context.suppressions() {
        let Some(allowed) = &suppression.allowed else {
            let message = "this `clawconf:` comment cannot be understood, so it allows nothing";
            let finding = Finding::new(
                &RULE.info,
                Path::default(),
                suppression.comment,
                message.to_owned(),
            );
            findings.push(finding.with_help(WRITE));
            continue;
        };
        for name in allowed.iter().filter(|name| name.rule.is_none()) {
            let written = name.span.of(tree.text());
            let message = if written.is_empty() {
                "this comment names no rule, so it allows nothing".to_owned()
            } else {
                format!(
                    "no rule is called {}, so this allows nothing",
                    wording::key(written)
                )
            };
            let span = if written.is_empty() {
                suppression.comment
            } else {
                name.span
            };
            let finding = Finding::new(&RULE.info, Path::default(), span, message);
            findings.push(finding.with_help(help(written)));
        }
    }
}

/// What to write in the place of a name that is no rule.
fn help(written: &str) -> String {
    if ALL.iter().any(|rule| rule.info.group == written) {
        return format!(
            "`{written}` is a group: name the rules that are meant, or ignore the whole group with `--ignore {written}`."
        );
    }
    let ids = ALL.iter().map(|rule| rule.info.id);
    match suggest::nearest(written, ids) {
        Some(meant) => format!("Write `{meant}`."),
        None => WRITE.to_owned(),
    }
}
