#![doc = include_str!("key_for_open_server.md")]

use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::lint::Context;
use crate::lint::credential::Place;
use crate::lint::rules::Rule;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "key-for-open-server",
        group: "lmstudio",
        severity: Severity::Info,
        fix: FixKind::None,
        summary: "a stand-in that is sent to LM Studio as a key",
        explain: include_str!("key_for_open_server.md"),
    },
    check,
};

/// The id under which OpenClaw knows LM Studio.
const LM_STUDIO: &str = "lmstudio";

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for field in context.credentials() {
        let is_lmstudio = field.provider.id.trim().eq_ignore_ascii_case(LM_STUDIO);
        let seems_a_key =
            || field.is_dummy() && !says_that_it_is_none(&field.text().unwrap_or_default());
        if field.place == Place::ApiKey && is_lmstudio && seems_a_key() {
            let message = "this stand-in is sent to LM Studio as a key".to_owned();
            let help = "OpenClaw sends it with every request. LM Studio ignores it until \"Require Authentication\" is \
                        switched on; then every request fails. For a server without keys write `lmstudio-local`, which \
                        OpenClaw knows and does not send.";
            let span = field.entry.key.span();
            findings.push(Finding::new(&RULE.info, field.path(), span, message).with_help(help));
        }
    }
}

/// Parts of words that tell every reader that no key is needed.
const TELLING: [&str; 7] = [
    "unauth",
    "no-auth",
    "noauth",
    "no-key",
    "nokey",
    "none",
    "not-needed",
];

/// Whether a stand-in says itself what it stands for.
fn says_that_it_is_none(text: &str) -> bool {
    let plain = text.to_lowercase().replace(['_', ' '], "-");
    TELLING.iter().any(|part| plain.contains(part))
}
