#![doc = include_str!("reasoning_without_compat.md")]

use crate::config::DEFAULT_API;
use crate::contract::release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::base::Base;
use crate::lint::catalog::Claims;
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "reasoning-without-compat",
        group: "catalog",
        severity: Severity::Info,
        fix: FixKind::None,
        summary: "a reasoning model that no reasoning effort is ever sent to",
        explain: include_str!("reasoning_without_compat.md"),
    },
    check,
};

/// Keys that say how a model wants to be told to think. Any of them shows that somebody thought of it;
/// 2026.9.6 has one on the model itself.
const TELLING: [&str; 4] = [
    "supportsReasoningEffort",
    "supportedReasoningEfforts",
    "reasoningEffortMap",
    "thinkingFormat",
];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let catalog = context.catalog();
    for claims in &catalog.claims {
        let Some(reasoning) = claims.reasoning else {
            continue;
        };
        let Some(provider) = catalog.provider_of(claims) else {
            continue;
        };
        let speaks_chat = claims.model.api(provider) == DEFAULT_API;
        let is_nearby = || context.base_of(provider).is_some_and(Base::is_nearby);
        if !speaks_chat || says_how(claims) || !is_nearby() {
            continue;
        }
        let message = "no reasoning effort is ever sent to this model".to_owned();
        let help = format!(
            "To a server of your own OpenClaw {} sends `reasoning_effort` only with `compat.supportsReasoningEffort: \
             true`; without it every thinking level is the same. Add it, with `supportedReasoningEfforts`, if the server \
             takes efforts.",
            release::TARGET
        );
        let path = claims.model.path().child("reasoning");
        let finding = Finding::new(&RULE.info, path, reasoning.span(), message);
        findings.push(finding.with_help(help));
    }
}

fn says_how(claims: &Claims<'_>) -> bool {
    let in_compat = |key: &str| {
        claims
            .compat
            .is_some_and(|compat| compat.get(key).is_some())
    };
    TELLING.iter().any(|key| in_compat(key)) || claims.model.node.get("thinkingLevelMap").is_some()
}
