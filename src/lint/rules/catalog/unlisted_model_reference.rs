#![doc = include_str!("unlisted_model_reference.md")]

use super::standing::{Directory, Standing, each_astray, is_prefixed, shown, shown_id};
use crate::config::Provider;
use crate::contract::provider_id::ProviderId;
use crate::contract::release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::references::{Parts, Reference};
use crate::lint::rules::Rule;
use crate::lmstudio;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "unlisted-model-reference",
        group: "catalog",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "a model that its provider does not list",
        explain: include_str!("unlisted_model_reference.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    each_astray(context, |reference, standing, directory| {
        if let Standing::Unlisted(parts, provider) = standing {
            findings.extend(finding(reference, parts, provider, directory));
        }
    });
}

fn finding<'c>(
    reference: &Reference<'c>,
    parts: Parts<'_>,
    provider: &Provider<'c>,
    directory: &mut Directory<'_, 'c>,
) -> Option<Finding> {
    let (id, model) = (shown_id(provider.id.trim()), shown(parts.model));
    let message = format!("{id} lists no model {model}");
    let near = directory.nearest_model(provider, parts);
    let near_id = near.and_then(|node| node.text()).unwrap_or_default();
    let full = format!("{}/{near_id}", provider.id.trim());
    // LM Studio knows the model as it is named here; `prefixed-model-id` tells of the list.
    if lmstudio::is_provider_id(provider.id.trim()) && is_prefixed(&near_id, parts) {
        return None;
    }
    let target = release::TARGET;
    let help = if near.is_none() {
        format!(
            "Add it to the list, or name a model that is there. {}",
            outcome(provider)
        )
    } else if is_prefixed(&near_id, parts) {
        format!(
            "It lists {}, whose reference is {}. OpenClaw {target} finds it all the same and sends the id with the \
             provider in front.",
            shown(&near_id),
            shown(&full)
        )
    } else {
        format!("Is {} meant? {}", shown(&full), outcome(provider))
    };
    let finding = Finding::new(&RULE.info, reference.path(), reference.node.span(), message);
    let finding = finding.with_help(help);
    Some(match near {
        Some(node) => finding.with_label(node.span(), "this one is listed"),
        None => finding,
    })
}

/// What OpenClaw does with a model that is not listed.
fn outcome(provider: &Provider<'_>) -> String {
    let target = release::TARGET;
    let first = if ProviderId::of(provider.id.as_ref()).is_asked_for_models() {
        "asks the server for such a model, and if there is none "
    } else {
        ""
    };
    format!(
        "OpenClaw {target} {first}sends the id all the same, with the window of the first listed model and without \
         reasoning."
    )
}
