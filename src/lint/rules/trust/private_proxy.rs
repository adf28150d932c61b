#![doc = include_str!("private_proxy.md")]

use super::proxy;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::base::Base;
use crate::lint::rules::Rule;
use crate::trust::{Origin, Reason, is_private_by_name};

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
    const HELP: &str = "Trust in `baseUrl` does not extend to the proxy. Only `allowPrivateNetwork: true` opens it, and \
                        everything else with it; `mode: \"env-proxy\"` needs no flag.";
    for base in proxy::of_providers(context) {
        let refused = base
            .refused()
            .filter(|verdict| verdict.reason == Reason::ProxyPrivate);
        let message = if refused.is_some() {
            "this proxy is not public, and OpenClaw refuses to use it"
        } else if base.policy.flag() != Some(true) && is_private_by_its_name(base) {
            "this proxy is private by its name, and OpenClaw refuses private proxies"
        } else {
            continue;
        };
        findings.extend(proxy::finding(
            &RULE.info,
            base,
            message.to_owned(),
            HELP,
            refused,
        ));
    }
}

fn is_private_by_its_name(base: &Base<'_>) -> bool {
    let url = base.provider.proxy_url();
    let origin = url.and_then(|url| Origin::parse(&url.text).ok());
    let host = origin.map(|origin| origin.host);
    host.is_some_and(|host| host.name().is_some_and(is_private_by_name))
}
