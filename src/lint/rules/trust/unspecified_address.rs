#![doc = include_str!("unspecified_address.md")]

use crate::diagnostic::Fix;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::Edit;
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
        let shown = base.shown_literal();
        let message = if literal.ip.is_unspecified() {
            format!("{shown} is an address to listen on, not one to ask")
        } else {
            format!(
                "{} an address of `0.0.0.0/8`, where nothing can be asked",
                base.literal_is()
            )
        };
        let help = "A server that listens there is asked at `127.0.0.1` or `[::1]` on its own machine, and at the machine's \
                    address from elsewhere.";
        let fix = to_loopback(base, literal.ip);
        findings.push(base.finding(&RULE.info, message, help).with_fix(fix));
    }
}

fn to_loopback(base: &Base<'_>, ip: IpAddr) -> Option<Fix> {
    // What the provider itself refuses stays refused at another address.
    let is_denied = base.policy.flag() == Some(false);
    let may_be_written = ip.is_unspecified() && !is_denied;
    let (_, place) = base.written_host().filter(|_| may_be_written)?;
    let place = place?;
    let loopback = match ip {
        IpAddr::V4(_) => "127.0.0.1",
        IpAddr::V6(_) => "[::1]",
    };
    Some(Fix {
        safe: true,
        title: format!("write `{loopback}`"),
        edits: vec![Edit::replace(place, loopback)],
    })
}
