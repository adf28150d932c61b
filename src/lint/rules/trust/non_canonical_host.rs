#![doc = include_str!("non_canonical_host.md")]

use crate::diagnostic::Fix;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::{Editor, Value};
use crate::lint::Context;
use crate::lint::base::Base;
use crate::lint::rules::Rule;
use crate::lint::rules::wording;
use std::ops::Range;

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
        let (Some(host), Some(_)) = (base.host(), &base.url) else {
            continue;
        };
        let text = base.address.text.as_ref();
        let Some(place) = written_host(text) else {
            continue;
        };
        let written = text.get(place.clone()).unwrap_or_default();
        let read = host.to_string();
        let blank = text.trim() != text;
        if written == read && !blank {
            continue;
        }
        let message = if written == read {
            "there are blanks around this address".to_owned()
        } else {
            format!("the host {} is read as `{read}`", wording::quote(written))
        };
        let help = format!(
            "Every client reads it so before anything is compared. Write `{read}`, so that people read the same."
        );
        let fix = rewrite(context, base, place, &read);
        let finding = Finding::new(
            &RULE.info,
            base.path.clone(),
            base.address.node.span(),
            message,
        );
        findings.push(finding.with_help(help).with_fix(fix));
    }
}

/// Where the host stands in a URL as written.
fn written_host(text: &str) -> Option<Range<usize>> {
    let is_slash = |c| c == '/' || c == '\\';
    let colon = text.find(':')?;
    let after = text.get(colon + 1..)?;
    let start = text.len() - after.trim_start_matches(is_slash).len();
    let rest = text.get(start..)?;
    let end = rest
        .find(|c| is_slash(c) || c == '?' || c == '#')
        .unwrap_or(rest.len());
    let authority = rest.get(..end)?.trim_end();
    let host = authority.rfind('@').map_or(0, |at| at + 1);
    let named = authority.get(host..)?;
    let port = named
        .rfind(':')
        .filter(|colon| !named.get(*colon..).unwrap_or_default().contains(']'));
    let length = port.unwrap_or(named.len());
    Some(start + host..start + host + length)
}

fn rewrite(context: &Context<'_>, base: &Base<'_>, place: Range<usize>, read: &str) -> Option<Fix> {
    let text = base.address.text.as_ref();
    if base.address.node.written_text()? != text {
        return None;
    }
    let mended = format!(
        "{}{read}{}",
        text.get(..place.start)?,
        text.get(place.end..)?
    );
    let mut editor = Editor::new(context.tree()?);
    editor.set(base.address.node, Value::String(mended.trim().to_owned()));
    Some(Fix {
        safe: true,
        title: format!("write `{read}`"),
        edits: editor.edits(),
    })
}
