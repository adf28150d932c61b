#![doc = include_str!("small_window.md")]

use crate::contract::release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::catalog::{Claims, SMALL_WINDOW, Tokens, shown};
use crate::lint::rules::Rule;
use crate::lmstudio::LEAST_CONTEXT;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "small-window",
        group: "catalog",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "a window too small for an agent",
        explain: include_str!("small_window.md"),
    },
    check,
};

/// Below this many tokens OpenClaw logs a warning (`CONTEXT_WINDOW_WARN_BELOW_TOKENS`).
const WARNED: f64 = 8_000.0;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for claims in &context.catalog().claims {
        if let Some((key, size)) = least(claims).filter(|_| !claims.is_for_search()) {
            findings.push(finding(claims, key, size));
        }
    }
}

/// The number that decides, if it is small: the window, or less of it.
fn least<'c>(claims: &Claims<'c>) -> Option<(&'static str, Tokens<'c>)> {
    let is_small = |size: &Tokens<'_>| size.count.floor() < SMALL_WINDOW;
    let window = claims.window.filter(is_small);
    let cap = claims.working_cap.filter(is_small);
    match (window, cap) {
        (Some(window), Some(cap)) if cap.count < window.count => Some(("contextTokens", cap)),
        (Some(window), _) => Some(("contextWindow", window)),
        (None, cap) => cap.map(|cap| ("contextTokens", cap)),
    }
}

fn finding(claims: &Claims<'_>, key: &str, size: Tokens<'_>) -> Finding {
    let target = release::TARGET;
    let tokens = size.count.floor();
    let path = claims.model.path().child(key);
    let advice =
        "Write the window that the server really has, or load the model with a larger one.";
    let (severity, message, help) = if tokens < f64::from(LEAST_CONTEXT) {
        (
            Severity::Error,
            format!(
                "`{key}` is {}: OpenClaw refuses to run with fewer than {LEAST_CONTEXT} tokens",
                size.shown()
            ),
            format!(
                "OpenClaw {target} stops every turn with `Model context window too small`. {advice}"
            ),
        )
    } else {
        let half = shown((tokens / 2.0).floor());
        let also = if tokens < WARNED {
            format!(" It logs a warning below {WARNED}.")
        } else {
            String::new()
        };
        (
            Severity::Warning,
            format!(
                "`{key}` is {}: little for an agent, whose instructions and tools take thousands of tokens",
                size.shown()
            ),
            format!(
                "OpenClaw {target} keeps half of such a window free for the answer, so that {half} tokens are left for the \
                 prompt.{also} {advice}"
            ),
        )
    };
    let mut finding = Finding::new(&RULE.info, path, size.node.span(), message);
    finding.severity = severity;
    finding.with_help(help)
}
