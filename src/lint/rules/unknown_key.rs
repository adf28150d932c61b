#![doc = include_str!("unknown_key.md")]

use super::misplaced_providers::is_misplaced;
use super::{Rule, wording};
use crate::contract::shape::{Fields, Shape};
use crate::contract::validate::{Problem, Violation, validates};
use crate::contract::{document_shape, release};
use crate::diagnostic::{Finding, Fix, FixKind, RuleInfo, Severity};
use crate::json5::{Editor, Tree};
use crate::lint::{Context, suggest};

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "unknown-key",
        group: "contract",
        severity: Severity::Error,
        fix: FixKind::Mixed,
        summary: "a key that OpenClaw does not know",
        explain: include_str!("unknown_key.md"),
    },
    check,
};

/// What other tools call a key. Renamed only where the value fits.
const SYNONYMS: [(&str, &str); 22] = [
    ("url", "baseUrl"),
    ("endpoint", "baseUrl"),
    ("apiBase", "baseUrl"),
    ("openaiBaseUrl", "baseUrl"),
    ("key", "apiKey"),
    ("token", "apiKey"),
    ("contextLength", "contextWindow"),
    ("contextSize", "contextWindow"),
    ("maxContextLength", "contextWindow"),
    ("numCtx", "contextWindow"),
    ("nCtx", "contextWindow"),
    ("maxModelLen", "contextWindow"),
    ("maxOutputTokens", "maxTokens"),
    ("maxCompletionTokens", "maxTokens"),
    ("displayName", "name"),
    ("label", "name"),
    ("title", "name"),
    ("modelId", "id"),
    ("modalities", "input"),
    ("dangerouslyAllowPrivateNetwork", "allowPrivateNetwork"),
    ("allowPrivateNetworks", "allowPrivateNetwork"),
    ("rejectUnauthorized", "insecureSkipVerify"),
];

/// Synonyms that mean something else, or the same in another unit: named, never renamed.
const NOT_THE_SAME: [&str; 3] = ["rejectUnauthorized", "token", "key"];

/// Keys that open something: a person decides whether that is wanted.
const OPENING: [&str; 2] = ["allowPrivateNetwork", "insecureSkipVerify"];

/// Keys of a request body; they go under `params`.
const SAMPLING: [&str; 11] = [
    "temperature",
    "top_p",
    "topP",
    "top_k",
    "topK",
    "min_p",
    "seed",
    "stop",
    "frequency_penalty",
    "presence_penalty",
    "repeat_penalty",
];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(tree) = context.tree() else { return };
    for violation in context
        .violations
        .iter()
        .filter(|violation| !violation.in_secret_ref)
    {
        if let Problem::UnknownKey(fields, definition) = violation.problem
            && !is_misplaced(violation)
        {
            findings.push(finding(tree, violation, fields, definition));
        }
    }
}

fn finding(
    tree: &Tree,
    violation: &Violation<'_, '_>,
    fields: &Fields,
    definition: Option<&str>,
) -> Finding {
    let key = violation.node.text().unwrap_or_default();
    let meant = meant(&key, fields);
    let thing = wording::thing(definition);
    let told = wording::key(&key);
    let is_there = |meant: &str| {
        violation
            .parent
            .is_some_and(|object| object.get(meant).is_some())
    };
    let message = match meant {
        Some(meant) if is_there(meant) => {
            format!("{told} is not a key of {thing}; `{meant}` is there already")
        }
        Some(meant) => format!("{told} is not a key of {thing}; `{meant}` is meant"),
        None => format!("{told} is not a key of {thing}"),
    };
    let help = match meant {
        Some(meant) if is_there(meant) => "Remove it.".to_owned(),
        meant => help(&key, definition, fields, meant),
    };
    Finding::new(
        &RULE.info,
        violation.path.clone(),
        violation.node.span(),
        message,
    )
    .with_help(format!(
        "{help} OpenClaw {} refuses the whole file and does not say why.",
        release::TARGET
    ))
    .with_fix(meant.and_then(|meant| rename(tree, violation, &key, meant, fields)))
}

/// Whether someone who wrote `key` may have meant `known`.
pub(super) fn may_mean(key: &str, known: &str) -> bool {
    let is_synonym =
        |(other, meant): &(&str, &str)| *meant == known && suggest::same_letters(key, other);
    key != known
        && (suggest::nearest(key, std::iter::once(known)).is_some()
            || SYNONYMS.iter().any(is_synonym))
}

/// The key of this object that was most likely meant.
fn meant<'f>(key: &str, fields: &'f Fields) -> Option<&'f str> {
    let known = || fields.known.keys().map(String::as_str);
    suggest::nearest(key, known()).or_else(|| {
        let synonym = SYNONYMS
            .iter()
            .find(|(other, _)| suggest::same_letters(key, other))?;
        known().find(|known| *known == synonym.1)
    })
}

fn help(key: &str, definition: Option<&str>, fields: &Fields, meant: Option<&str>) -> String {
    if definition.is_some_and(|definition| release::later_knows(definition, key)) {
        return format!("It is new in OpenClaw {}.", release::LATER);
    }
    if let Some(meant) = meant {
        return format!("Write `{meant}`.");
    }
    let lower = key.to_lowercase();
    if matches!(
        lower.as_str(),
        "timeout" | "timeoutms" | "timeout_ms" | "requesttimeout"
    ) {
        return "The limit of a request is `timeoutSeconds` on the provider, in whole seconds."
            .to_owned();
    }
    if lower.contains("comment") || key.starts_with("//") || lower == "_note" {
        return "JSON5 has comments: write `// …` instead of a key.".to_owned();
    }
    if SAMPLING.contains(&key) {
        return "Settings of a request go under `params`.".to_owned();
    }
    if definition == Some("Models")
        && matches!(key, "default" | "primary" | "defaultModel" | "fallbacks")
    {
        return "The model to use stands in `agents.defaults.model`.".to_owned();
    }
    if let Some(form) =
        definition.and_then(|definition| other_form(document_shape(), definition, key))
    {
        return format!("It goes with {form}.");
    }
    if key == "vision" {
        return "A model that sees has `input: [\"text\", \"image\"]`.".to_owned();
    }
    if key == "type" && definition == Some("Provider") {
        return "The protocol is named in `api`.".to_owned();
    }
    let mut places = places(key);
    places.retain(|place| match definition {
        Some("Models") => place.contains('.'),
        Some("Pricing") => false,
        _ => place.starts_with("models.providers."),
    });
    if let Some(place) = places.first() {
        return format!("It belongs at `{place}`.");
    }
    let known: Vec<&str> = fields.known.keys().map(String::as_str).collect();
    if known.len() <= 8 {
        return format!("Known here: {}.", wording::one_of(known));
    }
    "Nothing reads it: remove it.".to_owned()
}

/// The form of a definition with several, `mode: "header"` say, that knows the key.
fn other_form(shape: &Shape, definition: &str, key: &str) -> Option<String> {
    let objects = shape.object.iter();
    let named = objects
        .clone()
        .filter(|object| object.name.as_deref() == Some(definition));
    let mut forms =
        named.flat_map(|object| object.branches.iter().map(|branch| (&object.tag, branch)));
    let here = forms.find(|(tag, (_, fields))| !tag.is_empty() && fields.known.contains_key(key));
    if let Some((tag, (value, _))) = here {
        return Some(format!("`{tag}: \"{value}\"`"));
    }
    let fields = objects
        .flat_map(|object| &object.branches)
        .map(|(_, fields)| fields);
    let below = fields.flat_map(|fields| fields.known.values().chain(fields.others.as_deref()));
    let mut below = below.chain(shape.list.iter().map(|list| list.items.as_ref()));
    below.find_map(|inner| other_form(inner, definition, key))
}

/// Where in the contract a key of this name is known, nearest to the root first.
fn places(key: &str) -> Vec<String> {
    let mut found = Vec::new();
    collect(document_shape(), "", key, &mut found);
    found.sort_by_key(|path| (path.matches('.').count(), path.clone()));
    found
}

fn collect(shape: &Shape, path: &str, key: &str, found: &mut Vec<String>) {
    let below = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    for (_, fields) in shape.object.iter().flat_map(|object| &object.branches) {
        // Keys of a SecretRef or of credentials would be found everywhere and help nobody.
        if shape.sensitive {
            continue;
        }
        for (name, inner) in &fields.known {
            if name == key {
                found.push(below(name));
            }
            collect(inner, &below(name), key, found);
        }
        if let Some(others) = &fields.others {
            collect(others, &below("<id>"), key, found);
        }
    }
    if let Some(list) = &shape.list {
        collect(&list.items, &below("*"), key, found);
    }
}

/// Renames the key, if nothing else is in doubt: the place is free and the value fits.
fn rename(
    tree: &Tree,
    violation: &Violation<'_, '_>,
    key: &str,
    meant: &str,
    fields: &Fields,
) -> Option<Fix> {
    let object = violation.parent?;
    let shape = fields.known.get(meant)?;
    let value = object.get(key)?;
    let a_slip = SYNONYMS
        .iter()
        .any(|(other, _)| suggest::same_letters(key, other))
        || suggest::same_letters(key, meant);
    let rivals = object.entries().filter_map(|entry| entry.key.text());
    let rivals = rivals.filter(|other| *other != key && may_mean(other, meant));
    if object.get(meant).is_some()
        || !wording::is_editable(object)
        || rivals.count() > 0
        || NOT_THE_SAME
            .iter()
            .any(|other| suggest::same_letters(key, other))
        || !validates(value, shape)
        || !a_slip
    {
        return None;
    }
    let mut editor = Editor::new(tree);
    editor.rename(violation.node, meant);
    Some(Fix {
        safe: !OPENING.contains(&meant),
        title: format!("rename it to `{meant}`"),
        edits: editor.edits(),
    })
}
