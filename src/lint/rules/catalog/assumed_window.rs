#![doc = include_str!("assumed_window.md")]

use crate::contract::release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::catalog::{ASSUMED_WINDOW, Claims};
use crate::lint::rules::Rule;
use crate::lint::rules::wording::object_span;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "assumed-window",
        group: "catalog",
        severity: Severity::Info,
        fix: FixKind::None,
        summary: "models of a server nearby whose window is only assumed",
        explain: include_str!("assumed_window.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let catalog = context.catalog();
    let of_one_provider = |a: &Claims<'_>, b: &Claims<'_>| a.provider == b.provider;
    for claims in catalog.claims.chunk_by(of_one_provider) {
        let mut without = claims.iter().filter(|claims| lacks_window(claims));
        let Some(first) = without.next() else {
            continue;
        };
        let Some(provider) = catalog.provider_of(first) else {
            continue;
        };
        let is_nearby = context
            .base_of(provider)
            .is_some_and(|base| base.is_nearby() && !base.names_no_server());
        // A window of the provider is told of where it stands; its cap counts for its models.
        let says_nothing = || {
            ["contextWindow", "contextTokens"]
                .iter()
                .all(|key| provider.node.get(key).is_none())
        };
        if is_nearby && says_nothing() {
            findings.extend(finding(context, first, without.count()));
        }
    }
}

/// Whether the assumed window is what counts for a model. An entry that the contract refuses is not
/// judged.
fn lacks_window(claims: &Claims<'_>) -> bool {
    let has = |key| claims.model.node.get(key).is_some();
    let is_model = !claims.id.is_empty() && !claims.is_for_search() && has("name");
    is_model && claims.working_cap.is_none() && !has("contextWindow")
}

fn finding(context: &Context<'_>, first: &Claims<'_>, others: usize) -> Option<Finding> {
    let message = match others {
        0 => "this model has no `contextWindow`".to_owned(),
        1 => "this model and one more have no `contextWindow`".to_owned(),
        _ => format!("this model and {others} more have no `contextWindow`"),
    };
    let help = format!(
        "OpenClaw {} then counts on {ASSUMED_WINDOW} tokens without a word. If the server has less, long chats fail there \
         instead of being made shorter. Write what it has.",
        release::TARGET
    );
    let span = object_span(context.tree()?, first.model.node);
    let finding = Finding::new(&RULE.info, first.model.path(), span, message);
    Some(finding.with_help(help))
}
