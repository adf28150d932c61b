#![doc = include_str!("misplaced_providers.md")]

use super::{Rule, wording};
use crate::contract::validate::{Problem, Violation};
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::{Kind, Node, Path};
use crate::lint::Context;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "misplaced-providers",
        group: "contract",
        severity: Severity::Error,
        fix: FixKind::None,
        summary: "providers outside `models.providers`",
        explain: include_str!("misplaced_providers.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(tree) = context.tree() else { return };
    if !context.config.include_errors.is_empty() {
        return;
    }
    if let Some(providers) = tree.root().entry("providers") {
        let message = "`providers` belongs under `models`".to_owned();
        let path = Path::from_iter(["providers"]);
        findings.push(Finding::new(&RULE.info, path, providers.key.span(), message).with_help(
            "Write `models: { providers: { … } }`. OpenClaw refuses a config with unknown keys at its root.",
        ));
    }
    for violation in context
        .violations
        .iter()
        .filter(|violation| is_misplaced(violation))
    {
        let id = violation.node.text().unwrap_or_default();
        let message = format!(
            "the provider {} belongs under `models.providers`",
            wording::quote(&id)
        );
        let span = violation.node.span();
        findings.push(Finding::new(&RULE.info, violation.path.clone(), span, message).with_help(
            "Directly under `models` stand only `mode`, `providers` and `pricing`; OpenClaw refuses the file.",
        ));
    }
}

/// Whether an unknown key is a provider entry that stands directly under `models`.
pub(super) fn is_misplaced(violation: &Violation<'_, '_>) -> bool {
    let Problem::UnknownKey(_, Some("Models")) = violation.problem else {
        return false;
    };
    let value = violation
        .parent
        .and_then(|models| models.get(&violation.node.text()?));
    value.is_some_and(looks_like_provider)
}

/// Whether an object holds what only a provider entry holds.
pub(crate) fn looks_like_provider(value: Node<'_>) -> bool {
    const TELLING: [&str; 4] = ["baseUrl", "base_url", "apiKey", "models"];
    value.kind() == Kind::Object
        && value.entries().any(|entry| {
            entry
                .key
                .text()
                .is_some_and(|key| TELLING.contains(&key.as_ref()))
        })
}
