#![doc = include_str!("non_canonical_host.md")]

use std::net::Ipv6Addr;

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
        if base.is_placeholder() {
            continue;
        }
        let read = host.to_string();
        let (message, help) = if written != read && !is_dotted_ipv6(written, &read) {
            let shown = base.shown_host();
            let message = if base.has_variables() {
                "variables give this address a host that is read otherwise than it is written"
                    .to_owned()
            } else if base.may_be_told() {
                format!("the host {} is read as {shown}", wording::quote(written))
            } else {
                "the host of this address is read otherwise than it is written".to_owned()
            };
            (message, meant(written))
        } else if base.policy.base_url() != Some(base.address.text.as_ref()) {
            let message = "there are blanks around this address".to_owned();
            (message, "Clients cut them off. Remove them.".to_owned())
        } else {
            continue;
        };
        let fix = rewritten(base, written, place, &read);
        let finding = base.at(&RULE.info, message);
        findings.push(finding.with_help(help).with_fix(fix));
    }
}

/// Whether both are one IPv6 address, whose end is written with dots.
fn is_dotted_ipv6(written: &str, read: &str) -> bool {
    let address = |text: &str| -> Option<Ipv6Addr> {
        text.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
    };
    let same = address(written).is_some_and(|ip| address(read) == Some(ip));
    same && written.contains('.')
}

/// The parts of `010.0.0.5`, when one begins with a needless zero and all read as decimal numbers.
fn decimal_reading(written: &str) -> Option<String> {
    let parts: Vec<&str> = written.split('.').collect();
    let numbers: Option<Vec<u8>> = parts.iter().map(|part| part.parse().ok()).collect();
    let numbers = numbers.filter(|numbers| numbers.len() == 4)?;
    let has_zero = parts
        .iter()
        .any(|part| part.len() > 1 && part.starts_with('0'));
    let texts: Vec<String> = numbers.iter().map(u8::to_string).collect();
    has_zero.then(|| texts.join("."))
}

fn meant(written: &str) -> String {
    const READ: &str = "Every client reads it so before anything is compared. Write it as it is read, so that people read \
                        the same.";
    match decimal_reading(written) {
        Some(decimal) => format!(
            "A number that begins with 0 is octal. If you meant `{decimal}`, write that. {READ}"
        ),
        None => READ.to_owned(),
    }
}

/// Writes the host as it is read, and takes blanks around the address away.
fn rewritten(base: &Base<'_>, written: &str, place: Option<Span>, read: &str) -> Option<Fix> {
    let (start, place) = (base.written_at()?, place?);
    let text = base.address.text.as_ref();
    let kept = base.policy.base_url()?;
    let from = text.find(kept)?;
    let to = from + kept.len();
    let is_kept = is_dotted_ipv6(written, read) || written == read;
    let title = if is_kept {
        "remove the blanks".to_owned()
    } else {
        format!("write {}", base.shown_host())
    };
    let edits = [
        Edit::replace(Span::new(start, start + from), ""),
        Edit::replace(place, if is_kept { written } else { read }),
        Edit::replace(Span::new(start + to, start + text.len()), ""),
    ];
    let changes = |edit: &Edit| edit.span.start != edit.span.end;
    let edits: Vec<Edit> = edits.into_iter().filter(changes).collect();
    let is_whole = place.start < place.end && base.may_be_told();
    is_whole.then_some(Fix {
        safe: true,
        title,
        edits,
    })
}
