#![doc = include_str!("no_credential.md")]

use std::cell::OnceCell;
use std::collections::HashSet;
use std::net::IpAddr;

use crate::config::Provider;
use crate::contract::credential::Credential;
use crate::contract::provider_id::ProviderId;
use crate::contract::release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::Node;
use crate::lint::Context;
use crate::lint::base::{Base, Owner};
use crate::lint::rules::Rule;
use crate::lint::rules::wording;
use crate::trust::Host;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "no-credential",
        group: "catalog",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "a provider that OpenClaw finds no key for",
        explain: include_str!("no_credential.md"),
    },
    check,
};

/// Words for no key that OpenClaw 2026.5.18 takes at a local address only.
const LOCAL_ONLY: [&str; 2] = ["custom-local", "ollama-local"];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let profiles = OnceCell::new();
    let has_profile = |id: &str| {
        let known = profiles.get_or_init(|| profiled(context));
        known.contains(&id.trim().to_lowercase())
    };
    // Where every request is refused, or no server can be, a key would not help.
    let owners = |base: &&Base<'_>| {
        let is_asked = base.origin.is_some() && base.refused().is_none();
        base.owner == Owner::Provider && is_asked && !base.names_no_server()
    };
    for base in context.bases().filter(owners) {
        let provider = &base.provider;
        let marker = match provider.node.get("apiKey") {
            None => None,
            Some(key) => match key.written_text() {
                Some(text) if LOCAL_ONLY.contains(&text.trim()) => Some(text),
                Some(text) if Credential::read(&text) == Credential::Blank => None,
                _ => continue,
            },
        };
        let is_local = is_local(base);
        let has_api = provider.api().is_some_and(|api| !api.trim().is_empty());
        let is_served = is_local && (has_api || marker.is_some());
        if is_served || !needs_key(provider) || has_profile(&provider.id) {
            continue;
        }
        findings.push(finding(base, marker.as_deref(), is_local));
    }
}

fn finding(base: &Base<'_>, marker: Option<&str>, is_local: bool) -> Finding {
    let provider = &base.provider;
    let host = base.shown_host();
    let target = release::TARGET;
    let local = "only at `localhost`, `127.0.0.1`, private IPv4 addresses and names in `.local`, and only for a provider \
                 that names its `api`";
    let (message, why) = match marker {
        Some(word) => (
            format!(
                "{} stands for no key, and {host} is not local",
                wording::quote(word)
            ),
            format!("OpenClaw {target} takes this word {local}"),
        ),
        None if is_local => (
            "this provider has no `apiKey`, and no `api` either".to_owned(),
            format!("OpenClaw {target} does without a key {local}"),
        ),
        None => (
            "this provider has no `apiKey`".to_owned(),
            format!("OpenClaw {target} does without a key {local}"),
        ),
    };
    let change = if is_local {
        "Write `api: \"openai-completions\"`, or which protocol the server speaks."
    } else {
        "Write `apiKey: \"${NAME}\"`, or any word if the server wants no key: `apiKey: \"none\"`. A header, or \
         `request.auth`, does not count."
    };
    let help = format!(
        "{why}. Otherwise a request ends with `No API key found for provider`, unless an auth profile of the agent \
         holds a key. {change}"
    );
    let span = marker
        .and_then(|_| provider.node.entry("apiKey"))
        .map_or(base.address.node.span(), |entry| entry.key.span());
    let path = match marker {
        Some(_) => provider.path.child("apiKey"),
        None => provider.path.clone(),
    };
    Finding::new(&RULE.info, path, span, message).with_help(help)
}

/// Whether OpenClaw has to find a key: there is a model to ask, and neither another way to log in nor
/// a provider of its own that may bring one.
fn needs_key(provider: &Provider<'_>) -> bool {
    let has_models = provider.models().next().is_some();
    let is_ollama = provider.api().is_some_and(|api| api == "ollama");
    let auth = provider.node.get("auth").and_then(Node::text);
    let has_login = auth.is_some_and(|auth| auth != "api-key");
    has_models && !is_ollama && !has_login && !ProviderId::of(provider.id.as_ref()).is_built_in()
}

/// The providers that the config names an auth profile for, in lower case.
fn profiled(context: &Context<'_>) -> HashSet<String> {
    let root = context.tree().map(|tree| tree.root());
    let profiles = root.and_then(|root| root.get("auth")?.get("profiles"));
    let profiles = profiles.into_iter().flat_map(Node::entries);
    let ids = profiles.filter_map(|profile| profile.value.get("provider")?.text());
    ids.map(|id| id.trim().to_lowercase()).collect()
}

/// Whether OpenClaw 2026.5.18 calls the address local and sends no key there. Its list is shorter than
/// what it trusts: no Tailscale, no private IPv6, no bare names (`isLocalBaseUrl`, seen by running).
fn is_local(base: &Base<'_>) -> bool {
    match base.host() {
        Some(Host::Name(name)) => name == "localhost" || name.ends_with(".local"),
        Some(Host::Address(IpAddr::V4(ip))) => {
            ip.is_private() || ip.is_unspecified() || ip.octets() == [127, 0, 0, 1]
        }
        Some(Host::Address(IpAddr::V6(ip))) => {
            ip.is_loopback()
                || ip
                    .to_ipv4_mapped()
                    .is_some_and(|ip| ip.octets() == [127, 0, 0, 1])
        }
        None => false,
    }
}
