#![doc = include_str!("wrong_type.md")]

use super::{Rule, wording};
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
                    subject(violation),
                    wording::quote(violation.node.source())
                );
                let span = violation.node.span();
                findings.push(
                    Finding::new(&RULE.info, violation.path.clone(), span, message)
                        .with_help("OpenClaw refuses the whole file."),
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
fn subject(violation: &Violation<'_, '_>) -> String {
    match (
        violation.key.and_then(|key| key.text()),
        violation.path.0.last(),
    ) {
        (Some(key), _) => wording::key(&key),
        (None, Some(Segment::Index(index))) => format!("item {} of this list", index + 1),
        (None, _) => "a config".to_owned(),
    }
}

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
        subject(violation),
        wording::wanted(shape)
    );
    let help = help(violation, shape);
    Finding::new(
        &RULE.info,
        violation.path.clone(),
        wording::value_span(tree, violation),
        message,
    )
    .with_help(format!("{help} OpenClaw refuses the whole file.").trim_start())
    .with_fix(unquoted(node, shape))
}

fn help(violation: &Violation<'_, '_>, shape: &Shape) -> String {
    let node = violation.node;
    let key = violation.key.and_then(|key| key.text()).unwrap_or_default();
    let is_model_item = matches!(
        violation.path.0.as_slice(),
        [_, _, _, Segment::Key(models), Segment::Index(_)] if models == "models"
    );
    match node.kind() {
        _ if violation.path.0.is_empty() => "A config begins with `{` and ends with `}`.".to_owned(),
        Kind::Null if violation.key.is_none() => "Remove the item.".to_owned(),
        Kind::Null => "`null` is not the same as leaving it out: remove the key.".to_owned(),
        _ if is_model_item => {
            "A model is an entry with `id` and `name`: `{ id: \"…\", name: \"…\" }`.".to_owned()
        }
        Kind::Object if key == "models" => {
            "It is a list of entries with `id` and `name`, not a map by id: `[{ id: \"…\", name: \"…\" }]`.".to_owned()
        }
        Kind::Object if shape.text.is_some() => {
            "A SecretRef is not accepted here, only text; a template such as `\"${NAME}\"` is.".to_owned()
        }
        Kind::String if key == "input" => "Write it as a list: `[\"text\"]`.".to_owned(),
        _ if unquoted(node, shape).is_some() => "Write it without quotes.".to_owned(),
        Kind::String if shape.number.is_some() => "Write the number out in digits.".to_owned(),
        Kind::Number | Kind::Boolean if shape.text.is_some() => "Put it into quotes.".to_owned(),
        Kind::Object => String::new(),
        _ => example(&key).to_owned(),
    }
}

/// What an object of this name looks like.
fn example(key: &str) -> &'static str {
    match key {
        "providers" => "It maps ids to providers: `{ lmstudio: { baseUrl: \"…\", models: [] } }`.",
        "proxy" => "Write `{ mode: \"explicit-proxy\", url: \"…\" }` or `{ mode: \"env-proxy\" }`.",
        "auth" => "Write `{ mode: \"authorization-bearer\", token: \"…\" }`, for example.",
        "headers" => "Write one entry a header: `{ \"x-name\": \"…\" }`.",
        "tls" => "Write `{ ca: \"…\" }` or `{ serverName: \"…\" }`, for example.",
        "localService" => "Write `{ command: \"/path/to/server\", args: [] }`.",
        "cost" => "Write `{ input: 0, output: 0 }`, in US dollars a million tokens.",
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
