#![doc = include_str!("wrong_type.md")]

use super::{Rule, wording};
use crate::config::template_names;
use crate::contract::shape::{Number, Shape};
use crate::contract::validate::{Problem, Violation};
use crate::diagnostic::{Finding, Fix, FixKind, RuleInfo, Severity};
use crate::json5::{Edit, Kind, Node, Segment, Tree};
use crate::lint::Context;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "wrong-type",
        group: "contract",
        severity: Severity::Error,
        fix: FixKind::Safe,
        summary: "another kind of value is expected",
        explain: include_str!("wrong_type.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(tree) = context.tree() else { return };
    for violation in context.violations_outside_secret_refs() {
        match violation.problem {
            Problem::WrongType(shape) => findings.push(wrong_kind(tree, violation, shape)),
            Problem::BadNumber(bounds) if is_fraction(violation.node, bounds) => {
                let message = format!(
                    "{} must be a whole number, not {}",
                    wording::subject(violation),
                    wording::quote(violation.node.source())
                );
                let span = violation.node.span();
                findings.push(
                    Finding::new(&RULE.info, violation.path.clone(), span, message)
                        .with_help(format!("Round it. {}", wording::refused())),
                );
            }
            _ => {}
        }
    }
}

/// Whether a number fails for not being whole, rather than for its size.
pub(super) fn is_fraction(node: Node<'_>, bounds: &Number) -> bool {
    let value = node.number().unwrap_or(f64::NAN);
    bounds.integer && value.is_finite() && value.fract() != 0.0
}

/// The key of a value in back-quotes, or what else to call it.
fn wrong_kind(tree: &Tree, violation: &Violation<'_, '_>, shape: &Shape) -> Finding {
    let node = violation.node;
    let scalar = shape.list.is_none() && shape.object.is_none() && !shape.sensitive;
    let text = node
        .written_text()
        .filter(|_| node.kind() == Kind::String && scalar);
    let found = match text.and_then(|text| wording::harmless_text(&text)) {
        Some(text) => format!("the text {text}"),
        None => wording::kind(node).to_owned(),
    };
    let message = format!(
        "{} must be {}, not {found}",
        wording::subject(violation),
        wording::wanted(shape)
    );
    let help = help(violation, shape);
    Finding::new(
        &RULE.info,
        violation.path.clone(),
        wording::value_span(tree, violation),
        message,
    )
    .with_help(format!("{help} {}", wording::refused()).trim_start())
    .with_fix(unquoted(node, shape))
}

fn help(violation: &Violation<'_, '_>, shape: &Shape) -> String {
    let node = violation.node;
    let has_template = node
        .written_text()
        .is_some_and(|text| template_names(&text).next().is_some());
    let wants_text = shape.text.is_some();
    let known = match node.kind() {
        _ if violation.path.0.is_empty() => "A config begins with `{` and ends with `}`.",
        Kind::Null if violation.key.is_none() => "Remove the item.",
        Kind::Null => "`null` is not the same as leaving it out: remove the key.",
        Kind::String if has_template && !wants_text => {
            "A variable always gives text, never a number, a list or `true`: write the value itself."
        }
        Kind::String if unquoted(node, shape).is_some() => "Write it without quotes.",
        Kind::String if shape.number.is_some() => "Write the number out in digits.",
        Kind::Object if wants_text && shape.object.is_none() => {
            "A SecretRef is not accepted here, only text; a template such as `\"${NAME}\"` is."
        }
        _ => example(&violation.path.0),
    };
    if known.is_empty() && shape.boolean {
        return "Write `true` or `false`.".to_owned();
    }
    if known.is_empty() && wants_text && matches!(node.kind(), Kind::Number | Kind::Boolean) {
        return "Put it into quotes.".to_owned();
    }
    known.to_owned()
}

/// What belongs at a place of the contract, by example.
fn example(path: &[Segment]) -> &'static str {
    let keys: Vec<&str> = path
        .iter()
        .map(|segment| match segment {
            Segment::Key(key) => key.as_str(),
            Segment::Index(_) => "*",
        })
        .collect();
    match keys.as_slice() {
        ["models"] => {
            "It is an object: `{ providers: { lmstudio: { baseUrl: \"…\", models: [] } } }`."
        }
        [_, "providers"] => {
            "It maps ids to providers: `{ lmstudio: { baseUrl: \"…\", models: [] } }`."
        }
        [_, "providers", _] => "A provider is an entry: `{ baseUrl: \"…\", models: [] }`.",
        [_, _, _, "baseUrl"] => {
            "Write the whole address, `\"http://127.0.0.1:1234/v1\"` for example."
        }
        [_, _, _, "models"] => {
            "It is a list of entries with `id` and `name`: `[{ id: \"…\", name: \"…\" }]`."
        }
        [_, _, _, "models", "*"] => {
            "A model is an entry with `id` and `name`: `{ id: \"…\", name: \"…\" }`."
        }
        [_, _, _, "models", "*", "input"] => "Write it as a list: `[\"text\"]`.",
        [_, _, _, "models", "*", "reasoning"] => {
            "Write `true` or `false`; the levels go to `compat.supportedReasoningEfforts`."
        }
        [.., "reasoningEffortMap", _] => "Write the endpoint's own level as text: `\"high\"`.",
        [.., "supportedReasoningEfforts"] => "Write it as a list: `[\"low\", \"high\"]`.",
        [.., "localService", "command"] => {
            "The program alone stands here; what follows it goes into `args`."
        }
        [.., "localService", "args"] => "Write it as a list: `[\"--port\", \"8080\"]`.",
        [.., "localService"] => "Write `{ command: \"/path/to/server\", args: [] }`.",
        [.., "request", "proxy"] => {
            "Write `{ mode: \"explicit-proxy\", url: \"…\" }` or `{ mode: \"env-proxy\" }`."
        }
        [.., "request", "auth"] => {
            "Write `{ mode: \"authorization-bearer\", token: \"…\" }`, for example."
        }
        [.., "headers"] => "Write one entry a header: `{ \"x-name\": \"…\" }`.",
        [.., "tls"] => "Write `{ ca: \"…\" }` or `{ serverName: \"…\" }`, for example.",
        [.., "cost"] => "Write `{ input: 0, output: 0 }`, in US dollars a million tokens.",
        _ => "",
    }
}

/// Takes the quotes off a number or boolean, if that is then allowed.
fn unquoted(node: Node<'_>, shape: &Shape) -> Option<Fix> {
    let text = node
        .written_text()
        .filter(|_| node.kind() == Kind::String)?;
    if shape.sensitive {
        return None;
    }
    let plain = text.trim();
    let is_boolean = shape.boolean && matches!(plain, "true" | "false");
    let is_number = || {
        let bounds = shape.number.as_ref()?;
        let digits = plain
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b".-".contains(&byte));
        let written =
            digits && serde_json::from_str::<f64>(plain).is_ok_and(|value| bounds.allows(value));
        written.then_some(())
    };
    (is_boolean || is_number().is_some()).then(|| Fix {
        safe: true,
        title: format!("write {plain} without quotes"),
        edits: vec![Edit::replace(node.span(), plain)],
    })
}
