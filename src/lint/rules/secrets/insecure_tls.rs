#![doc = include_str!("insecure_tls.md")]

use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "insecure-tls",
        group: "secrets",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "any certificate is accepted",
        explain: include_str!("insecure_tls.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for provider in context.config.providers() {
        let Some(request) = provider.node.get("request") else {
            continue;
        };
        let proxy = request.get("proxy");
        let places = [
            (request.get("tls"), &["request", "tls"][..], "the server"),
            (
                proxy.and_then(|proxy| proxy.get("tls")),
                &["request", "proxy", "tls"],
                "the proxy",
            ),
        ];
        for (tls, steps, who) in places {
            let entry = tls.and_then(|tls| tls.entry("insecureSkipVerify"));
            let Some(entry) = entry.filter(|entry| entry.value.boolean() == Some(true)) else {
                continue;
            };
            let mut path = provider.path.clone();
            for step in steps {
                path = path.child(*step);
            }
            let message = format!("any certificate of {who} is accepted here");
            let help = format!(
                "Whoever sits in between can pose as {who} and read the key and every prompt. Name the certificate of \
                 your own authority in `ca` beside it, and take this line out; `serverName` helps when only the name \
                 differs."
            );
            let path = path.child("insecureSkipVerify");
            let finding = Finding::new(&RULE.info, path, entry.key.span(), message);
            findings.push(finding.with_help(help));
        }
    }
}
