#![doc = include_str!("local_service_path.md")]

use crate::config::template_names;
use crate::contract::masking::looks_like_token;
use crate::contract::release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::lint::rules::wording::quote;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "local-service-path",
        group: "catalog",
        severity: Severity::Error,
        fix: FixKind::None,
        summary: "a local service whose command is not an absolute path",
        explain: include_str!("local_service_path.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for provider in &context.catalog().providers {
        let service = provider.node.get("localService");
        let Some(command) = service.and_then(|service| service.get("command")) else {
            continue;
        };
        let Some(text) = command.text() else { continue };
        let is_undecided = template_names(&text).next().is_some();
        if text.is_empty() || is_undecided || is_absolute(&text) {
            continue;
        }
        let shown = if looks_like_token(&text) || text.contains(char::is_whitespace) {
            "this command".to_owned()
        } else {
            quote(&text)
        };
        let message = format!("{shown} is not an absolute path");
        let help = format!("{} {}", advice(&text), outcome());
        let path = provider.path.child("localService").child("command");
        let finding = Finding::new(&RULE.info, path, command.span(), message);
        findings.push(finding.with_help(help));
    }
}

fn outcome() -> String {
    format!(
        "OpenClaw {} accepts it when it reads the config and fails at every request.",
        release::TARGET
    )
}

/// What to write instead.
fn advice(text: &str) -> &'static str {
    if is_absolute(text.trim_start()) {
        "A blank stands in front of it and counts: take it away."
    } else if text.starts_with('~') {
        "`~` is not replaced here: write the home directory in full."
    } else if text.contains(char::is_whitespace) {
        "No shell reads it: write the path of the program alone, and what follows it into `args`."
    } else if text.contains(['/', '\\', ':']) {
        "Write the path in full; there is no folder that it would be looked for from."
    } else {
        "`PATH` is not searched: write where the program is, as `which` tells."
    }
}

/// Whether a path begins at the root, on Unix or on Windows: the config may be for either.
fn is_absolute(text: &str) -> bool {
    let mut letters = text.chars();
    let has_drive = letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.next() == Some(':')
        && letters.next().is_some_and(|c| matches!(c, '/' | '\\'));
    has_drive || text.starts_with(['/', '\\'])
}
