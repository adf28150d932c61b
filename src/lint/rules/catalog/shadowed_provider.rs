#![doc = include_str!("shadowed_provider.md")]

use std::collections::HashMap;

use super::standing::shown_id;
use crate::config::Provider;
use crate::contract::provider_id::ProviderId;
use crate::contract::release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::Node;
use crate::lint::Context;
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "shadowed-provider",
        group: "catalog",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "two providers that OpenClaw takes for one",
        explain: include_str!("shadowed_provider.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let providers = &context.catalog().providers;
    // The one that counts: whose id is written as OpenClaw compares it, else the first.
    let mut winners: HashMap<ProviderId<'_>, &Provider<'_>> =
        HashMap::with_capacity(providers.len());
    let mut rivals = false;
    for provider in providers {
        let id = ProviderId::of(provider.id.as_ref());
        let is_plain = provider.id == id.name();
        let winner = winners.entry(id).or_insert(provider);
        if winner.path != provider.path {
            rivals = true;
            if is_plain {
                *winner = provider;
            }
        }
    }
    for provider in providers.iter().filter(|_| rivals) {
        let id = ProviderId::of(provider.id.as_ref());
        if let Some(winner) = winners
            .get(&id)
            .filter(|winner| winner.path != provider.path)
        {
            findings.extend(finding(context, provider, winner));
        }
    }
}

fn finding(
    context: &Context<'_>,
    provider: &Provider<'_>,
    winner: &Provider<'_>,
) -> Option<Finding> {
    let (own, other) = (shown_id(&provider.id), shown_id(&winner.id));
    let message = format!("OpenClaw takes {own} and {other} for one provider");
    let is_same_name = provider.id.trim().to_lowercase() == winner.id.trim().to_lowercase();
    let why = if is_same_name {
        "Ids are compared without blanks around them and in lower case"
    } else {
        "Both are names of one provider that OpenClaw brings"
    };
    let help = format!(
        "{why}, so OpenClaw {} finds {other} where either is asked for. Give one of them another id, or put their models \
         together.",
        release::TARGET
    );
    let span = key_of(context, provider)?.span();
    let finding = Finding::new(&RULE.info, provider.path.clone(), span, message);
    let finding = finding.with_help(help);
    let label = key_of(context, winner)?.span();
    Some(finding.with_label(label, "the one that is found"))
}

/// The key that a provider stands under.
fn key_of<'c>(context: &Context<'c>, provider: &Provider<'_>) -> Option<Node<'c>> {
    let before = provider.node.index().checked_sub(1)?;
    Some(context.tree()?.node(before))
}
