#![doc = include_str!("unspecified_address.md")]

use crate::diagnostic::Fix;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::{Editor, Value};
use crate::lint::Context;
use crate::lint::base::Base;
use crate::lint::rules::Rule;
use crate::trust::AddressKind;
use std::net::IpAddr;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "unspecified-address",
        group: "trust",
        severity: Severity::Warning,
        fix: FixKind::Safe,
        summary: "an address to listen on, used as a target",
        explain: include_str!("unspecified_address.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.bases() {
        let Some(literal) = base.literal() else {
            continue;
        };
        if literal.kind() != AddressKind::Unspecified {
            continue;
        }
        let message = format!(
            "`{}` is an address to listen on, not one to ask",
            literal.ip
        );
        let help = "A server that listens there is asked at `127.0.0.1` or `[::1]` on its own machine, and at the machine's \
                    address from elsewhere.";
        let fix = to_loopback(context, base, literal.ip);
        findings.push(base.finding(&RULE.info, message, help).with_fix(fix));
    }
}

fn to_loopback(context: &Context<'_>, base: &Base<'_>, ip: IpAddr) -> Option<Fix> {
    let text = base.address.text.as_ref();
    let written = base.address.node.written_text()?;
    let (found, loopback) = match ip {
        IpAddr::V4(_) => ("//0.0.0.0", "//127.0.0.1"),
        IpAddr::V6(_) => ("//[::]", "//[::1]"),
    };
    if !ip.is_unspecified() || written != text || !text.contains(found) {
        return None;
    }
    let mut editor = Editor::new(context.tree()?);
    let mended = text.replacen(found, loopback, 1);
    editor.set(base.address.node, Value::String(mended));
    Some(Fix {
        safe: true,
        title: format!("write `{}`", loopback.trim_start_matches('/')),
        edits: editor.edits(),
    })
}
