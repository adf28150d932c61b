#![doc = include_str!("secret_over_http.md")]

use std::collections::HashMap;

use super::phrases;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::base::{Base, Owner};
use crate::lint::credential::{Field, Place};
use crate::lint::rules::Rule;
use crate::trust::{AddressKind, Scheme};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "secret-over-http",
        group: "secrets",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "a key that goes over the network unencrypted",
        explain: include_str!("secret_over_http.md"),
    },
    check,
};

/// Names of containers for the machine that they run on.
const OWN_MACHINE: [&str; 3] = [
    "host.docker.internal",
    "gateway.docker.internal",
    "host.containers.internal",
];

/// How names of a tailnet end: WireGuard carries whatever is asked at them over plain HTTP.
const TAILNET: &str = ".ts.net";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut open = context.bases().filter(|base| is_open(base)).peekable();
    if open.peek().is_none() {
        return;
    }
    let mut sent: HashMap<u32, Sent<'_>> = HashMap::new();
    for field in context.credentials().iter().filter(|field| field.is_real()) {
        let known = sent.entry(field.provider.node.index()).or_insert(Sent {
            first: field,
            literal: None,
        });
        if known.literal.is_none() && field.is_literal() {
            known.literal = Some(field);
        }
    }
    for base in open {
        let Some(sent) = sent.get(&base.provider.node.index()) else {
            continue;
        };
        let field = sent.first;
        let what = match field.place {
            Place::ApiKey => "this key".to_owned(),
            _ => phrases::subject(field),
        };
        let message = format!("{what} goes to {} over plain `http`", base.shown_host());
        let span = field.entry.key.span();
        let mut finding = Finding::new(&RULE.info, field.path(), span, message)
            .with_help(HELP)
            .with_label(base.address.node.span(), "where it goes");
        if let Some(literal) = sent.literal {
            finding.severity = Severity::Error;
            let other = literal.entry.key.span();
            if other != span {
                finding =
                    finding.with_label(other, "this one goes there too, and stands in the file");
            }
        }
        findings.push(finding);
    }
}

const HELP: &str = "Whoever is on the way can read it and use it. Use `https://`, or a tunnel to the machine and a \
                    loopback address. Where a VPN or a network inside one machine carries the request, nobody else \
                    can read it.";

/// The credentials that a provider sends: the first, and the first that stands in the file.
struct Sent<'c> {
    first: &'c Field<'c>,
    literal: Option<&'c Field<'c>>,
}

/// Whether requests of the provider leave the machine unencrypted.
fn is_open(base: &Base<'_>) -> bool {
    let Some(origin) = base
        .origin
        .as_ref()
        .filter(|_| base.owner == Owner::Provider)
    else {
        return false;
    };
    let stays = base.is_loopback()
        || base.kind() == Some(AddressKind::Unspecified)
        || origin
            .host
            .name()
            .is_some_and(|name| OWN_MACHINE.contains(&name) || name.ends_with(TAILNET));
    origin.scheme == Scheme::Http && !stays && !base.names_no_server()
}
