#![doc = include_str!("unused_allow.md")]

use crate::diagnostic::{Finding, Fix, FixKind, RuleInfo, Severity};
use crate::json5::{Edit, Path, Span};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::lint::suppression::{Allowed, Suppression};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "unused-allow",
        group: "suppress",
        severity: Severity::Warning,
        fix: FixKind::Safe,
        summary: "a `clawconf: allow(…)` comment that silences nothing",
        explain: include_str!("unused_allow.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(tree) = context.tree() else { return };
    for suppression in context.suppressions() {
        let allowed = suppression.allowed.as_deref().unwrap_or_default();
        let idle = |name: &&Allowed| {
            let ran = name.rule.is_some_and(|rule| context.runs(rule));
            ran && !name.is_used()
        };
        for name in allowed.iter().filter(idle) {
            let Some(rule) = name.rule else { continue };
            let message = format!("there is no `{}` here to allow", rule.id);
            let whole = allowed.iter().all(|name| idle(&name));
            let edit = if whole {
                without_comment(tree.text(), suppression)
            } else {
                without_name(tree.text(), name.span)
            };
            let title = if whole {
                "remove the comment".to_owned()
            } else {
                format!("take `{}` out of the comment", rule.id)
            };
            let fix = Fix {
                safe: true,
                title,
                edits: vec![edit],
            };
            let help = "A comment that is no longer needed hides the finding when it comes back.";
            let finding = Finding::new(&RULE.info, Path::default(), name.span, message);
            findings.push(finding.with_help(help).with_fix(Some(fix)));
        }
    }
}

/// Takes the comment away: the whole line where nothing else stands on it, else with the blanks
/// before it.
fn without_comment(text: &str, suppression: &Suppression) -> Edit {
    let Span { start, end } = suppression.comment;
    let before = text.get(..start).unwrap_or_default();
    let indent = before.len() - before.trim_end_matches([' ', '\t']).len();
    let behind = text.get(end..).unwrap_or_default();
    let blanks = behind.len() - behind.trim_start_matches([' ', '\t', '\r']).len();
    let span = match behind.get(blanks..) {
        Some(rest) if suppression.is_alone && rest.starts_with('\n') => {
            Span::new(start - indent, end + blanks + 1)
        }
        _ => Span::new(start - indent, end),
    };
    Edit::replace(span, "")
}

/// Takes one name with its comma out of the list.
fn without_name(text: &str, name: Span) -> Edit {
    let behind = text.get(name.end..).unwrap_or_default();
    let rest = behind.trim_start();
    let gap = behind.len() - rest.len();
    if let Some(rest) = rest.strip_prefix(',') {
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        return Edit::replace(Span::new(name.start, name.end + gap + 1 + blanks), "");
    }
    let before = text.get(..name.start).unwrap_or_default();
    let kept = before.trim_end();
    let kept = kept.strip_suffix(',').unwrap_or(kept);
    Edit::replace(Span::new(kept.len(), name.end), "")
}
