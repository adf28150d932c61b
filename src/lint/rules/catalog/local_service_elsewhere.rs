#![doc = include_str!("local_service_elsewhere.md")]

use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::{Kind, Node, Span};
use crate::lint::Context;
use crate::lint::base::{Base, Owner};
use crate::lint::rules::Rule;
use crate::trust::AddressKind;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "local-service-elsewhere",
        group: "catalog",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "a local service that the base URL does not lead to",
        explain: include_str!("local_service_elsewhere.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for provider in &context.catalog().providers {
        let service = provider.node.get("localService");
        let Some(service) = service.filter(|service| service.kind() == Kind::Object) else {
            continue;
        };
        let base = context
            .base_of(provider)
            .filter(|base| base.owner == Owner::Provider);
        if let Some(base) = base {
            findings.extend(
                on_another_machine(base, service).or_else(|| on_another_port(base, service)),
            );
        }
    }
}

fn on_another_machine(base: &Base<'_>, service: Node<'_>) -> Option<Finding> {
    base.origin.as_ref()?;
    let is_here = base.is_loopback() || base.kind() == Some(AddressKind::Unspecified);
    if is_here || base.is_placeholder() {
        return None;
    }
    let message = format!(
        "a local service is started here, and requests go to {}",
        base.shown_host()
    );
    let help = "OpenClaw starts the command on its own machine and then waits for the address to answer. If that is \
                another machine, start the server there and remove `localService`; if it is this one, write \
                `localhost` into the `baseUrl`.";
    let path = base.provider.path.child("localService");
    let start = service.span().start;
    let span = Span::new(start, start + 1);
    let finding = Finding::new(&RULE.info, path, span, message).with_help(help);
    Some(finding.with_label(base.address.node.span(), "requests go here"))
}

fn on_another_port(base: &Base<'_>, service: Node<'_>) -> Option<Finding> {
    let wanted = base.origin.as_ref()?.port;
    let (node, port) = port_argument(service.get("args")?)?;
    if port == wanted {
        return None;
    }
    let message = format!("the service listens on port {port}, and requests go to port {wanted}");
    let help = "OpenClaw starts it and waits for the `baseUrl` to answer, which it never does. Write the same port into both.";
    let path = base.provider.path.child("localService").child("args");
    let finding = Finding::new(&RULE.info, path, node.span(), message).with_help(help);
    Some(finding.with_label(base.address.node.span(), "requests go here"))
}

/// The port that a server is told to listen on, `--port 8080` or `--port=8080`: the last counts.
fn port_argument(args: Node<'_>) -> Option<(Node<'_>, u16)> {
    let mut found = None;
    let mut is_next = false;
    for arg in args.items() {
        let text = arg.text()?;
        let value = if is_next {
            Some(text.as_ref())
        } else {
            text.strip_prefix("--port=")
        };
        is_next = text == "--port";
        if let Some(value) = value {
            found = value.parse().ok().map(|port| (arg, port));
        }
    }
    found
}
