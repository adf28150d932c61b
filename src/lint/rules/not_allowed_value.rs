#![doc = include_str!("not_allowed_value.md")]

use super::{Rule, wording};
use crate::contract::masking::shares_a_word;
use crate::contract::release;
use crate::contract::shape::Text;
use crate::contract::validate::{Problem, Violation};
use crate::diagnostic::{Finding, Fix, FixKind, RuleInfo, Severity};
use crate::json5::{Edit, Segment, Span};
use crate::lint::{Context, suggest};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "not-allowed-value",
        group: "contract",
        severity: Severity::Error,
        fix: FixKind::Mixed,
        summary: "a text that is not on the list of allowed ones",
        explain: include_str!("not_allowed_value.md"),
    },
    check,
};

/// What other tools and older pages write, and what it stands for here.
const MEANT: [(&str, &str); 22] = [
    ("lmstudio", "openai-completions"),
    ("lm-studio", "openai-completions"),
    ("vllm", "openai-completions"),
    ("llamacpp", "openai-completions"),
    ("litellm", "openai-completions"),
    ("openai_compatible", "openai-completions"),
    ("openai", "openai-completions"),
    ("openai-chat", "openai-completions"),
    ("openai-chat-completions", "openai-completions"),
    ("openai-compatible", "openai-completions"),
    ("chat-completions", "openai-completions"),
    ("responses", "openai-responses"),
    ("anthropic", "anthropic-messages"),
    ("claude", "anthropic-messages"),
    ("google", "google-generative-ai"),
    ("google-genai", "google-generative-ai"),
    ("gemini", "google-generative-ai"),
    ("bedrock", "bedrock-converse-stream"),
    ("azure-openai", "azure-openai-responses"),
    ("bearer", "authorization-bearer"),
    ("max_output_tokens", "max_tokens"),
    ("api_key", "api-key"),
];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for violation in context.violations_outside_secret_refs() {
        if let Problem::NotAllowed(allowed) = violation.problem {
            findings.push(finding(violation, allowed));
        }
    }
}

fn finding(violation: &Violation<'_, '_>, allowed: &Text) -> Finding {
    let node = violation.node;
    let written = node.written_text().unwrap_or_default();
    let key = violation.key.and_then(|key| key.text());
    let list = violation.path.0.iter().rev().nth(1);
    let place = match (key, list) {
        (Some(key), _) => wording::quote(&key),
        (None, Some(Segment::Key(list))) => wording::quote(list),
        _ => "this list".to_owned(),
    };
    let choices = || allowed.choices.iter().map(String::as_str);
    let near = suggest::nearest(&written, choices());
    let meant = near.or_else(|| {
        let known = MEANT.iter().find(|(other, _)| *other == written);
        known
            .map(|(_, meant)| *meant)
            .filter(|meant| choices().any(|choice| choice == *meant))
    });
    let was_choice = meant.is_some() || shares_a_word(&written, &allowed.choices);
    let told = was_choice.then(|| wording::quote(&written));
    let told = told
        .or_else(|| wording::harmless_text(&written))
        .unwrap_or("this text".to_owned());
    let message = match meant {
        Some(meant) => format!(
            "{place} does not take {told}; {} is meant",
            wording::quote(meant)
        ),
        None => format!("{place} does not take {told}"),
    };
    let mut help = format!("Allowed: {}.", wording::one_of(choices()));
    if let Some(about_variable) = wording::unset_variable(node) {
        help = format!("{about_variable} {help}");
    } else if release::later_knows_api(&written) {
        help = format!(
            "OpenClaw {} knows it. {help} {}",
            release::LATER,
            wording::refused()
        );
    } else {
        help = format!("{help} {}", wording::refused());
    }
    // The quotes stay; no allowed value needs an escape.
    let inside = Span::new(node.span().start + 1, node.span().end.saturating_sub(1));
    let fix = meant.map(|meant| Fix {
        safe: near.is_some_and(|near| digits(near) == digits(&written)),
        title: format!("write {}", wording::quote(meant)),
        edits: vec![Edit::replace(inside, meant)],
    });
    Finding::new(&RULE.info, violation.path.clone(), node.span(), message)
        .with_help(help)
        .with_fix(fix)
}

/// A digit too few or too many may be another name, `qwen3` say, and no slip.
fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
