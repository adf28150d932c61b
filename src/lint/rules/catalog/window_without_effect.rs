#![doc = include_str!("window_without_effect.md")]

use crate::config::Provider;
use crate::contract::release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::{Node, Span};
use crate::lint::Context;
use crate::lint::catalog::ASSUMED_WINDOW;
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "window-without-effect",
        group: "catalog",
        severity: Severity::Info,
        fix: FixKind::None,
        summary: "a size of the provider that its listed models never get",
        explain: include_str!("window_without_effect.md"),
    },
    check,
};

/// What a listed model without `maxTokens` gets (contract page, section 9).
const ASSUMED_OUTPUT: &str = "8192, or its window if that is smaller";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for provider in &context.catalog().providers {
        for entry in provider.node.entries() {
            let key = entry.key.text().unwrap_or_default();
            if matches!(key.as_ref(), "contextWindow" | "maxTokens") {
                findings.extend(finding(provider, &key, entry.value));
            }
        }
    }
}

fn finding(provider: &Provider<'_>, key: &str, value: Node<'_>) -> Option<Finding> {
    value.number()?;
    // The last of two is the one that counts.
    provider
        .node
        .get(key)
        .filter(|last| last.index() == value.index())?;
    let mut models = provider.models();
    let without = models
        .find(|model| model.node.entries().next().is_some() && model.node.get(key).is_none())?;
    let (target, later) = (release::TARGET, release::LATER);
    let message = format!("`{key}` here does not reach the models that are listed");
    let help = if key == "contextWindow" {
        format!(
            "OpenClaw {target} assumes {ASSUMED_WINDOW} for a listed model without its own, and uses this number only for \
             models that are not listed; {later} moves it into the models. Write it into each model."
        )
    } else {
        format!(
            "OpenClaw {target} assumes {ASSUMED_OUTPUT}, for a listed model without its own, and uses this number only for \
             models that are not listed; with {later} it counts. Write it into each model."
        )
    };
    let finding = Finding::new(&RULE.info, provider.path.child(key), value.span(), message);
    let start = without.node.span().start;
    let opening = Span::new(start, start + 1);
    Some(
        finding
            .with_help(help)
            .with_label(opening, "this model does not get it"),
    )
}
