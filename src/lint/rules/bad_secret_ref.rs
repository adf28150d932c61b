#![doc = include_str!("bad_secret_ref.md")]

use super::{Rule, wording};
use crate::contract::validate::{Problem, Violation};
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::Tree;
use crate::lint::Context;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "bad-secret-ref",
        group: "contract",
        severity: Severity::Error,
        fix: FixKind::None,
        summary: "a SecretRef of a form that OpenClaw refuses",
        explain: include_str!("bad_secret_ref.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(tree) = context.tree() else { return };
    for violation in context
        .violations
        .iter()
        .filter(|violation| violation.in_secret_ref)
    {
        findings.push(finding(tree, violation));
    }
}

fn finding(tree: &Tree, violation: &Violation<'_, '_>) -> Finding {
    let span = wording::value_span(tree, violation);
    let key = violation.key.and_then(|key| key.text()).unwrap_or_default();
    let message = match violation.problem {
        Problem::MissingKey(name, _) => format!("this SecretRef has no `{name}`"),
        Problem::UnknownKey(..) if is_word(&key) => {
            format!("{} is not a key of a SecretRef", wording::key(&key))
        }
        Problem::UnknownKey(..) => "this key is not one of a SecretRef".to_owned(),
        Problem::NotAllowed(allowed) => format!(
            "the `{key}` of a SecretRef is {}",
            wording::one_of(allowed.choices.iter().map(String::as_str))
        ),
        Problem::WrongType(shape) => format!(
            "the `{key}` of a SecretRef is {}, not {}",
            wording::wanted(shape),
            wording::kind(violation.node)
        ),
        _ => format!("this `{key}` is not possible in a SecretRef"),
    };
    let form = "A SecretRef has exactly `source`, `provider` and `id`.";
    let rule = match (key.as_ref(), source(violation).as_deref()) {
        ("provider", _) => {
            "`provider` is lower case: a letter, then letters, digits, `_` or `-`, 64 at most."
        }
        ("id", Some("env")) => {
            "For `source: \"env\"` the `id` is the variable's name: capital letters, digits and `_`, a letter first."
        }
        ("id", Some("file")) => {
            "For `source: \"file\"` the `id` is the word `value` or a JSON pointer such as `/lmstudio/key`."
        }
        ("id", Some("exec")) => {
            "For `source: \"exec\"` the `id` is letters, digits and `._:/-`, without `.` or `..` between slashes."
        }
        ("source", _) => "`store` is new in OpenClaw 2026.9.6.",
        _ => "For example `{ source: \"env\", provider: \"default\", id: \"LM_API_TOKEN\" }`.",
    };
    let mut path = violation.path.clone();
    if matches!(violation.problem, Problem::UnknownKey(..)) && !is_word(&key) {
        path.0.pop();
    }
    Finding::new(&RULE.info, path, span, message)
        .with_help(format!("{form} {rule} {}", wording::refused()))
}

/// Longest unknown key that is told: where a SecretRef belongs, people also put the secret itself.
const LONGEST_WORD: usize = 10;

fn is_word(key: &str) -> bool {
    key.len() <= LONGEST_WORD && key.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The `source` of the SecretRef around a violation.
fn source(violation: &Violation<'_, '_>) -> Option<String> {
    let source = violation.parent?.get("source")?;
    source.text().map(std::borrow::Cow::into_owned)
}
