#![doc = include_str!("blocked_port.md")]

use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::trust::is_blocked_port;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "blocked-port",
        group: "trust",
        severity: Severity::Error,
        fix: FixKind::None,
        summary: "a port that HTTP clients never connect to",
        explain: include_str!("blocked_port.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.bases() {
        let Some(origin) = &base.origin else { continue };
        if is_blocked_port(origin.port) {
            let message = match origin.port {
                0 => "port 0 is no port that a server can have".to_owned(),
                port => {
                    format!("port {port} belongs to another protocol, and no request goes there")
                }
            };
            let help = "The list is part of the fetch standard, which OpenClaw's client follows. Let the server listen on \
                        another port, 1234 or 8080 say.";
            findings.push(base.finding(&RULE.info, message, help));
        }
    }
}
