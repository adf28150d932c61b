#![doc = include_str!("invalid_unicode.md")]

use super::Rule;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::{Path, Span};
use crate::lint::Context;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "invalid-unicode",
        group: "syntax",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "bytes that are not UTF-8, or half of a surrogate pair",
        explain: include_str!("invalid_unicode.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(tree) = context.tree() else {
        // The syntax error says it all.
        return;
    };
    for file in &context.config.files {
        // One finding a file: a file in another encoding has the problem everywhere.
        if let Some(first) = file.bad_bytes.first() {
            let start = file.range.start + first.at;
            let span = Span::new(start, start + char::REPLACEMENT_CHARACTER.len_utf8());
            let count = file.bad_bytes.len();
            let message = if count == 1 {
                "a byte here is not UTF-8".to_owned()
            } else {
                format!("the file is not UTF-8: {count} places, this is the first")
            };
            findings.push(Finding::new(&RULE.info, Path::default(), span, message).with_help(
                "OpenClaw reads U+FFFD in its place, so a name or key is not what it looks like. \
                 Save the file as UTF-8.",
            ));
        }
    }
    if !tree.text().contains('\\') {
        return;
    }
    let mut lone = tree.nodes().filter(|node| node.has_lone_surrogate());
    if let Some(first) = lone.next() {
        let message = match lone.count() {
            0 => "an escape here is half of a surrogate pair".to_owned(),
            more => {
                format!("an escape here is half of a surrogate pair, and in {more} more places")
            }
        };
        findings.push(Finding::new(&RULE.info, Path::default(), first.span(), message).with_help(
            "It stands for no character. Write both halves (`\\uD83D\\uDE00`), or the character itself.",
        ));
    }
}
