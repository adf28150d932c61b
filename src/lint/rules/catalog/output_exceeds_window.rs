#![doc = include_str!("output_exceeds_window.md")]

use super::window;
use crate::contract::provider_id::ProviderId;
use crate::contract::release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::catalog::{ASSUMED_WINDOW, Claims, Tokens};
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "output-exceeds-window",
        group: "catalog",
        severity: Severity::Warning,
        fix: FixKind::Safe,
        summary: "more output than the window of the model holds",
        explain: include_str!("output_exceeds_window.md"),
    },
    check,
};

/// The provider whose models OpenClaw caps differently (contract page, section 9).
const MISTRAL: &str = "mistral";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let catalog = context.catalog();
    for claims in &catalog.claims {
        let Some(output) = claims.output else {
            continue;
        };
        match claims.window {
            None if output.count > ASSUMED_WINDOW => findings.push(above_assumed(claims, output)),
            Some(window) if output.count > window.count => {
                let provider = catalog.provider_of(claims);
                let id = provider.map(|provider| ProviderId::of(provider.id.as_ref()));
                let has_own_cap = id.is_some_and(|id| id.name() == MISTRAL);
                findings.push(above(claims, output, window, has_own_cap));
            }
            Some(window) if output.count >= window.count => findings.push(equal(claims, output)),
            _ => {}
        }
    }
}

fn above(
    claims: &Claims<'_>,
    output: Tokens<'_>,
    window: Tokens<'_>,
    has_own_cap: bool,
) -> Finding {
    let message = format!(
        "`maxTokens` is {}, and the window holds {} tokens",
        output.shown(),
        window.shown()
    );
    let target = release::TARGET;
    let help = if has_own_cap {
        format!(
            "OpenClaw {target} puts a smaller number in its place when it loads a Mistral model. Write one well below the window."
        )
    } else {
        format!(
            "Prompt and answer share the window. OpenClaw {target} brings it down to the window when it loads the \
             config. If the window is the wrong one of the two, mend that instead."
        )
    };
    let fix = window::cap(claims, output).filter(|_| !has_own_cap);
    let finding = window::conflict(&RULE.info, claims, output, message);
    finding.with_help(help).with_fix(fix)
}

fn above_assumed(claims: &Claims<'_>, output: Tokens<'_>) -> Finding {
    let message = format!(
        "`maxTokens` is {}, and no `contextWindow` says that so much fits",
        output.shown()
    );
    let help = format!(
        "OpenClaw {} takes the window of such a model to be {ASSUMED_WINDOW} tokens and brings the output down to \
         that. Write the model's `contextWindow`.",
        release::TARGET
    );
    window::conflict(&RULE.info, claims, output, message).with_help(help)
}

fn equal(claims: &Claims<'_>, output: Tokens<'_>) -> Finding {
    let message = format!(
        "`maxTokens` is as large as the window, {} tokens",
        output.shown()
    );
    let help = "Prompt and answer share the window: an answer of that length leaves no room for a prompt, and some \
                servers refuse to be asked for it. A quarter of the window is a usual choice.";
    let mut finding = window::conflict(&RULE.info, claims, output, message);
    finding.severity = Severity::Info;
    finding.with_help(help)
}
