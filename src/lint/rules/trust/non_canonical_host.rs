#![doc = include_str!("non_canonical_host.md")]

use crate::diagnostic::Fix;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::{Edit, Span};
use crate::lint::Context;
use crate::lint::base::Base;
use crate::lint::rules::Rule;
use crate::lint::rules::wording;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "non-canonical-host",
        group: "trust",
        severity: Severity::Warning,
        fix: FixKind::Safe,
        summary: "a host that is written otherwise than it is read",
        explain: include_str!("non_canonical_host.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.addresses() {
        let (Some(host), Some((written, place))) = (base.host(), base.written_host()) else {
            continue;
        };
        let read = host.to_string();
        let message = if written != read {
            format!(
                "the host {} is read as {}",
                told(base, written),
                base.shown_host()
            )
        } else if base.address.text.trim() != base.address.text {
            "there are blanks around this address".to_owned()
        } else {
            continue;
        };
        let help = "Every client reads it so before anything is compared. Write it as it is read, so that people read the same.";
        let finding = Finding::new(
            &RULE.info,
            base.path.clone(),
            base.address.node.span(),
            message,
        );
        findings.push(
            finding
                .with_help(help)
                .with_fix(rewritten(base, place, &read)),
        );
    }
}

fn told(base: &Base<'_>, written: &str) -> String {
    if base.shown_host().starts_with('`') {
        wording::quote(written)
    } else {
        "of this address".to_owned()
    }
}

/// Writes the host as it is read, and takes blanks around the address away.
fn rewritten(base: &Base<'_>, place: Span, read: &str) -> Option<Fix> {
    let start = base.written_at()?;
    let text = base.address.text.as_ref();
    let trimmed = start + (text.len() - text.trim_start().len());
    let end = start + text.len();
    let trimmed_end = start + text.trim_end().len();
    let edits = [
        Edit::replace(Span::new(start, trimmed), ""),
        Edit::replace(place, read),
        Edit::replace(Span::new(trimmed_end, end), ""),
    ];
    let changes = |edit: &Edit| edit.span.start != edit.span.end;
    Some(Fix {
        safe: true,
        title: format!("write {}", base.shown_host()),
        edits: edits.into_iter().filter(changes).collect(),
    })
}
