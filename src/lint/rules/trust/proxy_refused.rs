#![doc = include_str!("proxy_refused.md")]

use super::proxy;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::trust::Reason;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "proxy-refused",
        group: "trust",
        severity: Severity::Error,
        fix: FixKind::None,
        summary: "a proxy that cannot carry these requests",
        explain: include_str!("proxy_refused.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in proxy::of_providers(context) {
        let Some(verdict) = base.refused() else {
            continue;
        };
        let (message, help) = match verdict.reason {
            Reason::ProxyPlainHttp => (
                "this proxy carries https:// only, and `baseUrl` is http://",
                "Write `https://` in `baseUrl`, or remove the proxy: a server on the own network is reached without it.",
            ),
            Reason::ProxyNotHttp => (
                "the address of this proxy is no http:// or https:// URL",
                "OpenClaw speaks to HTTP proxies only, not to SOCKS. Write `http://host:port`.",
            ),
            _ => continue,
        };
        findings.extend(proxy::finding(
            &RULE.info,
            base,
            message.to_owned(),
            help,
            Some(verdict),
        ));
    }
}
