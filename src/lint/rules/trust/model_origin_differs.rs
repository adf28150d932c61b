#![doc = include_str!("model_origin_differs.md")]

use crate::contract::release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::base::{Base, Owner};
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "model-origin-differs",
        group: "trust",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "a model with another origin than its provider",
        explain: include_str!("model_origin_differs.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut provider: Option<&Base<'_>> = None;
    for base in context.bases() {
        if base.owner == Owner::Provider {
            provider = Some(base);
            continue;
        }
        let own = provider.filter(|provider| provider.provider.path == base.provider.path);
        let (Some(own), Some(other)) = (own, &base.origin) else {
            continue;
        };
        if own.origin.as_ref().is_none_or(|origin| origin == other) {
            continue;
        }
        let (other, origin) = (base.shown_origin(), own.shown_origin());
        let message = if origin == other || base.has_variables() || own.has_variables() {
            "this model names another origin than its provider".to_owned()
        } else {
            format!("this model names {other}, its provider {origin}")
        };
        let help = format!(
            "OpenClaw {} sends requests for it to the provider's address. {} sends them to its own, with the provider's key, \
             and trusts that origin in place of the other. Make a provider of its own for it.",
            release::TARGET,
            release::LATER
        );
        let finding = base.at(&RULE.info, message).with_help(help);
        findings.push(finding.with_label(own.address.node.span(), "the provider's address"));
    }
}
