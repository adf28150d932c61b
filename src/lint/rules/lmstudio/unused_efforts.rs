#![doc = include_str!("unused_efforts.md")]

use crate::contract::release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::{Kind, Node};
use crate::lint::Context;
use crate::lint::rules::{Rule, wording};
use crate::lmstudio::{LIST, MAP};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "unused-efforts",
        group: "lmstudio",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "reasoning efforts that are never sent",
        explain: include_str!("unused_efforts.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(tree) = context.tree() else { return };
    for (_, model, compat) in context.catalog().compats() {
        let Some(why) = why_unused(model.node, compat) else {
            continue;
        };
        let Some(field) = filled_field(compat) else {
            continue;
        };
        let path = model.path().child("compat");
        let span = wording::object_span(tree, compat);
        let (reason, change) = why.told();
        let message = format!("`{field}` has no effect: {reason}");
        let help = format!(
            "OpenClaw {} sends no reasoning effort for this model. {change}",
            release::TARGET
        );
        let finding = Finding::new(&RULE.info, path, span, message).with_help(help);
        findings.push(match why {
            Why::Denied(flag) | Why::NotReasoning(flag) => {
                finding.with_label(flag.span(), "this switches them off")
            }
            Why::NotSaid => finding,
        });
    }
}

/// Why the efforts of a model are never sent.
pub(super) enum Why<'c> {
    /// `supportsReasoningEffort` is false.
    Denied(Node<'c>),
    /// `reasoning` is false.
    NotReasoning(Node<'c>),
    /// `reasoning` is absent, which OpenClaw takes for false.
    NotSaid,
}

impl Why<'_> {
    /// The reason, and what to change.
    fn told(&self) -> (&'static str, &'static str) {
        match self {
            Why::Denied(_) => (
                "`supportsReasoningEffort` is `false`",
                "If the server takes efforts, write `supportsReasoningEffort: true`; if not, remove them.",
            ),
            Why::NotReasoning(_) => (
                "the model has `reasoning: false`",
                "If it reasons, write `reasoning: true`; if not, remove them.",
            ),
            Why::NotSaid => (
                "the model has no `reasoning: true`",
                "A model that does not say so does not reason. Write `reasoning: true`, or remove them.",
            ),
        }
    }
}

/// Why the efforts of `model` are never sent, if so; none where a mistyped value leaves it open.
pub(super) fn why_unused<'c>(model: Node<'c>, compat: Node<'c>) -> Option<Why<'c>> {
    match model.get("reasoning") {
        None => return Some(Why::NotSaid),
        Some(flag) if flag.boolean() == Some(false) => return Some(Why::NotReasoning(flag)),
        Some(_) => {}
    }
    let flag = compat.get("supportsReasoningEffort")?;
    (flag.boolean() == Some(false)).then_some(Why::Denied(flag))
}

/// The field that holds efforts.
fn filled_field(compat: Node<'_>) -> Option<&'static str> {
    let is_text = |node: Node<'_>| node.kind() == Kind::String;
    let listed = compat.get(LIST).filter(|list| list.items().any(is_text));
    let mapped = compat
        .get(MAP)
        .filter(|map| map.entries().any(|entry| is_text(entry.value)));
    listed.map(|_| LIST).or(mapped.map(|_| MAP))
}
