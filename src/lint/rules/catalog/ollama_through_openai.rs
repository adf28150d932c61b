#![doc = include_str!("ollama_through_openai.md")]

use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::route::OPENAI;
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "ollama-through-openai",
        group: "catalog",
        severity: Severity::Info,
        fix: FixKind::None,
        summary: "Ollama, asked through its OpenAI-compatible route",
        explain: include_str!("ollama_through_openai.md"),
    },
    check,
};

/// The port that Ollama listens on unless it is told another (backends page).
pub(super) const OLLAMA_PORT: u16 = 11434;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for base in context.bases() {
        let is_ollama = base
            .origin
            .as_ref()
            .is_some_and(|origin| origin.port == OLLAMA_PORT);
        // Without a path nothing arrives; another rule says so.
        let arrives = || base.route().is_some_and(|route| !route.path().is_empty());
        if !is_ollama || !arrives() || !base.is_asked_with(|api| OPENAI.contains(&api)) {
            continue;
        }
        let shown = base.shown_origin();
        let message =
            format!("{shown} has Ollama's port and is asked through its OpenAI-compatible route");
        let help = "On this route tool calls may arrive as plain text, and OpenClaw's own pages advise against it. \
                    Write `api: \"ollama\"` and the address without `/v1`, unless another server listens there.";
        findings.push(base.finding(&RULE.info, message, help));
    }
}
