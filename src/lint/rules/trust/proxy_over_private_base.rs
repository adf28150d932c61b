#![doc = include_str!("proxy_over_private_base.md")]

use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::trust::Proxy;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "proxy-over-private-base",
        group: "trust",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "a private address asked through the proxy of the environment",
        explain: include_str!("proxy_over_private_base.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.bases() {
        let through_proxy = base.provider.proxy() == Proxy::Environment;
        if !through_proxy || !base.is_private() {
            continue;
        }
        let host = base.shown_host();
        let message = format!(
            "requests to {host} leave through the proxy of the environment, if there is one"
        );
        let help = "The proxy asks your server, not OpenClaw itself: it looks names up again, unjudged, and takes `localhost` for \
                    its own machine. Remove `request.proxy` for servers on the own network.";
        findings.push(base.finding(&RULE.info, message, help));
    }
}
