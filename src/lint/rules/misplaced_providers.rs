#![doc = include_str!("misplaced_providers.md")]

use super::{Rule, wording};
use crate::contract::validate::{Problem, Violation};
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::{Kind, Node, Path};
use crate::lint::{Context, suggest};

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
        findings.push(
            Finding::new(&RULE.info, path, providers.key.span(), message).with_help(format!(
                "Write `models: {{ providers: {{ … }} }}`. {}",
                wording::refused()
            )),
        );
    }
    for entry in tree.root().entries() {
        let key = entry.key.text().unwrap_or_default();
        let may_mean =
            |known| key != known && suggest::nearest(&key, [known].into_iter()).is_some();
        let inside = || entry.value.entries().map(|part| part.value);
        let holds_providers = || {
            let below = inside().flat_map(|part| part.entries().map(|inner| inner.value));
            inside().chain(below).any(looks_like_provider)
        };
        let misspelt = (may_mean("models") && holds_providers())
            || (may_mean("providers") && inside().any(|part| part.kind() == Kind::Object));
        if !misspelt {
            continue;
        }
        let message = format!(
            "{} holds providers, but OpenClaw reads `models.providers`",
            wording::quote(&key)
        );
        let path = Path::from_iter([key.as_ref()]);
        findings.push(
            Finding::new(&RULE.info, path, entry.key.span(), message).with_help(format!(
                "Write `models: {{ providers: {{ … }} }}`. {}",
                wording::refused()
            )),
        );
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
        findings.push(Finding::new(&RULE.info, violation.path.clone(), span, message).with_help(format!(
            "Directly under `models` stand only `mode`, `providers` and `pricing`, and under `providers` the \
             providers by id. {}",
            wording::refused()
        )));
    }
}

/// Whether an unknown key is a provider entry: directly under `models`, or under a `providers` too
/// many.
pub(super) fn is_misplaced(violation: &Violation<'_, '_>) -> bool {
    let Problem::UnknownKey(_, definition) = violation.problem else {
        return false;
    };
    let parent = violation.path.0.iter().rev().nth(1);
    let in_doubled_map = definition == Some("Provider") && parent == Some(&"providers".into());
    let value = || violation.parent?.get(&violation.node.text()?);
    (definition == Some("Models") || in_doubled_map) && value().is_some_and(looks_like_provider)
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
