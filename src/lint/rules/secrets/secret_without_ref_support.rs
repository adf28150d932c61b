#![doc = include_str!("secret_without_ref_support.md")]

use super::phrases;
use crate::config::DEFAULT_API;
use crate::contract::release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::{Node, Path};
use crate::lint::Context;
use crate::lint::base::{Base, Owner};
use crate::lint::credential::{Place, has_secret_query};
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "secret-without-ref-support",
        group: "secrets",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "a secret in a place that takes no SecretRef",
        explain: include_str!("secret_without_ref_support.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let of_models = |field: &&_| is_of_model(field);
    for field in context.credentials().iter().filter(of_models) {
        if !field.is_literal() {
            continue;
        }
        let message = format!("{} holds a secret", phrases::subject(field));
        let help = format!(
            "Headers of a model take no SecretRef, and OpenClaw {} does not hide them when it shows the config. Put the \
             secret in `headers` of the provider, or in `apiKey`; here only a template such as `${{NAME}}` keeps it \
             out of the file.",
            release::TARGET
        );
        let span = field.entry.key.span();
        findings.push(Finding::new(&RULE.info, field.path(), span, message).with_help(help));
    }
    for base in context.addresses() {
        if base.owner == Owner::Provider {
            let help = format!(
                "{} Addresses also end up in logs. Put the key in `apiKey`, or in `headers` under the name that the \
                 server wants.",
                fate_of_query(base)
            );
            findings.extend(
                in_query(base.address.node, &base.path, help).map(|mut finding| {
                    finding.severity = Severity::Error;
                    finding
                }),
            );
        } else {
            findings.extend(in_query(base.address.node, &base.path, LOGGED.to_owned()));
        }
    }
    for provider in context.config.providers() {
        if let Some(proxy) = provider.proxy_url() {
            let path = provider.path.child("request").child("proxy").child("url");
            findings.extend(in_query(proxy.node, &path, LOGGED.to_owned()));
        }
    }
}

/// What OpenClaw makes of a query in a base URL, run with each protocol (see `base-url-leftover`).
fn fate_of_query(base: &Base<'_>) -> String {
    let target = release::TARGET;
    if base.is_asked_with(|api| api == DEFAULT_API) {
        format!(
            "Agents of OpenClaw {target} put this behind the path of each request; `openclaw infer model run` puts \
             the path behind this, so the server gets another key and another path than meant."
        )
    } else {
        format!(
            "OpenClaw {target} puts the path of a request behind this text, so the server gets another key and another \
             path than meant."
        )
    }
}

const LOGGED: &str = "Addresses end up in logs and error messages, and take no SecretRef. Use a header, or at least \
                      a template such as `${NAME}`.";

fn is_of_model(field: &crate::lint::credential::Field<'_>) -> bool {
    field.place == Place::ModelHeader
}

/// A finding at an address with a secret in its query.
fn in_query(node: Node<'_>, path: &Path, help: String) -> Option<Finding> {
    has_secret_query(&node.written_text()?).then(|| {
        let message = "a key stands in the query of this address".to_owned();
        Finding::new(&RULE.info, path.clone(), node.span(), message).with_help(help)
    })
}
