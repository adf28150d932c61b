#![doc = include_str!("private_proxy.md")]

use super::proxy;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::trust::Reason;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "private-proxy",
        group: "trust",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "a proxy at a private address",
        explain: include_str!("private_proxy.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in proxy::of_providers(context) {
        let Some(verdict) = base
            .refused()
            .filter(|verdict| verdict.reason == Reason::ProxyPrivate)
        else {
            continue;
        };
        let message = "this proxy is at a private address, which is refused".to_owned();
        let help = "Trust in `baseUrl` does not extend to the proxy. Only `allowPrivateNetwork: true` opens it, and everything \
                    else with it; `mode: \"env-proxy\"` needs no flag.";
        findings.extend(proxy::finding(&RULE.info, base, message, help, verdict));
    }
}
