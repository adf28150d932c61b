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
        summary: "a proxy at a private address, or private by its name",
        explain: include_str!("private_proxy.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    const HELP: &str = "Trust in `baseUrl` does not extend to the proxy. Only `allowPrivateNetwork: true` opens it, and \
                        everything else with it; `mode: \"env-proxy\"` needs no flag.";
    for base in proxy::of_providers(context) {
        let refused = base
            .refused()
            .filter(|verdict| verdict.reason == Reason::ProxyPrivate);
        let opted_in = base.policy.flag() == Some(true);
        let (message, help) = match refused {
            Some(_) if opted_in => (
                "this proxy is a metadata service",
                "It hands out the credentials of the machine, and carries no requests. Write the address of the proxy.",
            ),
            Some(_) => (
                "this proxy is not public, and no request goes through it",
                HELP,
            ),
            None if !opted_in && base.has_private_proxy() => (
                "this proxy is private by its name, and private proxies are refused",
                HELP,
            ),
            None => continue,
        };
        findings.extend(proxy::finding(
            &RULE.info,
            base,
            message.to_owned(),
            help,
            refused,
        ));
    }
}
