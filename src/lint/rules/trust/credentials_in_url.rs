#![doc = include_str!("credentials_in_url.md")]

use url::Url;

use crate::config::UrlField;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::base::Owner;
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "credentials-in-url",
        group: "trust",
        severity: Severity::Error,
        fix: FixKind::None,
        summary: "a user name or password in an address",
        explain: include_str!("credentials_in_url.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.addresses() {
        if has_credentials(&base.address) {
            let message = "a user name or password stands in this address".to_owned();
            let help = if base.owner == Owner::Health {
                "Addresses end up in logs, and a health check needs no login: take it out."
            } else {
                "HTTP clients refuse to send such a URL, and addresses end up in logs. Put the credential in `apiKey`, or in \
                 `request.auth` for another way of sending it."
            };
            findings.push(base.finding(&RULE.info, message, help));
        }
    }
    for provider in context.config.providers() {
        let Some(proxy) = provider.proxy_url().filter(has_credentials) else {
            continue;
        };
        let path = provider.path.child("request").child("proxy").child("url");
        let message = "a user name or password stands in the address of the proxy".to_owned();
        let finding = Finding::new(&RULE.info, path, proxy.node.span(), message);
        findings.push(finding.with_help(
            "Addresses end up in logs and error messages. Use a proxy that needs no password, or \
             `mode: \"env-proxy\"` with the address in the environment.",
        ));
    }
}

/// Whether there are any; an address may lack its scheme.
fn has_credentials(address: &UrlField<'_>) -> bool {
    let text = address.text.as_ref();
    let schemeless = || Url::parse(&format!("http://{text}")).ok();
    let url = Url::parse(text).ok().filter(Url::has_host);
    url.or_else(schemeless)
        .is_some_and(|url| !url.username().is_empty() || url.password().is_some())
}
