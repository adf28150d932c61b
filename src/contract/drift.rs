//! What differs between two schemas, path by path, and whom it hurts.

use std::collections::BTreeSet;

use serde_json::Value;

use super::record::{Record, Records};

/// What a change means for configs that are saved already. Ordered: the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Words only.
    HelpOnly,
    /// More is allowed, or something else is filled in; what was valid stays valid.
    Additive,
    /// A config that was valid may fail now.
    Breaking,
}

impl Class {
    /// The word used in every format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Class::HelpOnly => "help-only",
            Class::Additive => "additive",
            Class::Breaking => "breaking",
        }
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it means.
    pub class: Class,
    /// Where.
    pub path: String,
    /// What changed, as a fragment: "is required now".
    pub what: String,
}

/// All changes from `old` to `new`, by path; the worst of a path first.
#[must_use]
pub fn changes(old: &Records, new: &Records) -> Vec<Change> {
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut found = Vec::new();
    for path in paths {
        let parent = path.rsplit_once('.').map_or("", |(parent, _)| parent);
        let mut say = |class, what: String| {
            let path = path.clone();
            found.push(Change { class, path, what });
        };
        match (old.get(path), new.get(path)) {
            // Below a path that came or went, everything came or went.
            (None, Some(_)) if !parent.is_empty() && !old.contains_key(parent) => {}
            (Some(_), None) if !parent.is_empty() && !new.contains_key(parent) => {}
            (None, Some(record)) if record.required && takes_objects(old.get(parent)) => {
                say(Class::Breaking, "is new and required".to_owned())
            }
            (None, Some(_))
                if old
                    .get(parent)
                    .is_some_and(|parent| takes_objects(Some(parent)) && !parent.closed) =>
            {
                say(
                    Class::Breaking,
                    "is new where any value was taken".to_owned(),
                );
            }
            (None, Some(_)) => say(Class::Additive, "is new".to_owned()),
            (Some(_), None) => say(Class::Breaking, "is no longer known".to_owned()),
            (Some(old), Some(new)) => compare(old, new, &mut say),
            (None, None) => {}
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path).then(b.class.cmp(&a.class)));
    found
}

fn compare(old: &Record, new: &Record, say: &mut impl FnMut(Class, String)) {
    let needs = |record: &Record| (record.required, record.required_when.clone());
    match (needs(old), needs(new)) {
        (before, after) if before == after => {}
        ((false, _), (true, _)) => say(Class::Breaking, "is required now".to_owned()),
        ((true, _), (false, when)) if when.is_empty() => {
            say(Class::Additive, "is optional now".to_owned());
        }
        ((true, _), (false, when)) => {
            say(
                Class::Additive,
                format!("is required only with {}", list(&when)),
            );
        }
        ((_, before), (_, after)) => {
            sets(
                &before,
                &after,
                "is required with",
                "is no longer required with",
                Class::Breaking,
                Class::Additive,
                say,
            );
        }
    }
    let (old_types, new_types) = comparable(&old.types, &new.types);
    sets(
        &old_types,
        &new_types,
        "also takes",
        "no longer takes",
        Class::Additive,
        Class::Breaking,
        say,
    );
    match (old.enum_values.is_empty(), new.enum_values.is_empty()) {
        (true, false) => say(
            Class::Breaking,
            format!("takes only {} now", list(&new.enum_values)),
        ),
        (false, true) => say(Class::Additive, "takes any text now".to_owned()),
        _ => sets(
            &old.enum_values,
            &new.enum_values,
            "also allows",
            "no longer allows",
            Class::Additive,
            Class::Breaking,
            say,
        ),
    }
    let keywords: BTreeSet<&String> = old.bounds.keys().chain(new.bounds.keys()).collect();
    for keyword in keywords {
        if let Some((class, what)) =
            bound(keyword, old.bounds.get(keyword), new.bounds.get(keyword))
        {
            say(class, what);
        }
    }
    match (old.closed, new.closed) {
        (false, true) if takes_objects(Some(old)) => {
            say(Class::Breaking, "refuses unknown keys now".to_owned());
        }
        (true, false) => say(Class::Additive, "takes unknown keys now".to_owned()),
        _ => {}
    }
    if old.default != new.default {
        let shown = |value: &Option<Value>| {
            value
                .as_ref()
                .map_or("nothing".to_owned(), Value::to_string)
        };
        let what = format!(
            "defaults to {} instead of {}",
            shown(&new.default),
            shown(&old.default)
        );
        say(Class::Additive, what);
    }
    if (old.sensitive, old.secret_in_url) != (new.sensitive, new.secret_in_url) {
        say(
            Class::Additive,
            "is masked differently when it is shown".to_owned(),
        );
    }
    let words = |record: &Record| {
        let texts = (
            record.label.clone(),
            record.help.clone(),
            record.enum_help.clone(),
        );
        (texts, record.tags.clone(), record.deprecated)
    };
    if words(old) != words(new) {
        say(Class::HelpOnly, "is explained in other words".to_owned());
    }
}

fn takes_objects(record: Option<&Record>) -> bool {
    record.is_some_and(|record| record.types.contains("object"))
}

/// Types without what changes nothing: where numbers are taken, whole ones are.
fn comparable(
    old: &BTreeSet<String>,
    new: &BTreeSet<String>,
) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut before, mut after) = (old.clone(), new.clone());
    if new.contains("number") {
        before.remove("integer");
    }
    if old.contains("number") {
        after.remove("integer");
    }
    (before, after)
}

/// Says what a set won and what it lost.
fn sets(
    old: &BTreeSet<String>,
    new: &BTreeSet<String>,
    won: &str,
    lost: &str,
    winning: Class,
    losing: Class,
    say: &mut impl FnMut(Class, String),
) {
    let more: BTreeSet<String> = new.difference(old).cloned().collect();
    let less: BTreeSet<String> = old.difference(new).cloned().collect();
    if !more.is_empty() {
        say(winning, format!("{won} {}", list(&more)));
    }
    if !less.is_empty() {
        say(losing, format!("{lost} {}", list(&less)));
    }
}

fn list(values: &BTreeSet<String>) -> String {
    let quoted: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
    quoted.join(", ")
}

/// What a changed bound means; nothing when it did not change.
fn bound(keyword: &str, old: Option<&Value>, new: Option<&Value>) -> Option<(Class, String)> {
    let (class, what) = match (old, new) {
        (old, new) if old == new => return None,
        (None, Some(new)) => (
            Class::Breaking,
            format!("has the bound {keyword} {new} now"),
        ),
        (Some(old), None) => (Class::Additive, format!("lost the bound {keyword} {old}")),
        (Some(old), Some(new)) => {
            let is_lower = keyword.starts_with("min") || keyword == "exclusiveMinimum";
            let is_upper = keyword.starts_with("max") || keyword == "exclusiveMaximum";
            let wider = match (old.as_f64(), new.as_f64()) {
                (Some(old), Some(new)) => (is_lower && new < old) || (is_upper && new > old),
                // Whether one pattern allows more than another cannot be told.
                _ => false,
            };
            let class = if wider {
                Class::Additive
            } else {
                Class::Breaking
            };
            (
                class,
                format!("has the bound {keyword} {new} instead of {old}"),
            )
        }
        (None, None) => return None,
    };
    Some((class, what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::record::records;
    use serde_json::json;

    /// The one change between two schemas of `models.x` in an object.
    fn change(old: &Value, new: &Value) -> Vec<(&'static str, String)> {
        let of = |x: &Value| {
            let mut schema = json!({"properties": {"models": {
                "type": "object", "additionalProperties": false, "properties": {"providers": {"type": "object"}}
            }}});
            if !x.is_null() {
                schema["properties"]["models"]["properties"]["x"] = x.clone();
                if x.get("x-need").is_some() {
                    schema["properties"]["models"]["required"] = json!(["x"]);
                }
            }
            records(&schema)
        };
        let found = changes(&of(old), &of(new));
        found
            .into_iter()
            .map(|change| (change.class.name(), change.what))
            .collect()
    }

    #[test]
    fn a_key_that_is_needed_in_fewer_forms_is_additive() {
        let form = |mode: &str, required: &[&str]| json!({"type": "object", "required": required, "properties": {"mode": {"const": mode}, "t": {"type": "string"}}});
        let of = |second: &[&str]| {
            let auth = json!({"oneOf": [form("a", &["mode", "t"]), form("b", second)]});
            records(
                &json!({"properties": {"models": {"type": "object", "properties": {"providers": {}, "auth": auth}}}}),
            )
        };
        let (always, sometimes) = (of(&["mode", "t"]), of(&["mode"]));
        let what = |old: &Records, new: &Records| -> Vec<(Class, String)> {
            changes(old, new)
                .into_iter()
                .map(|change| (change.class, change.what))
                .collect()
        };
        assert_eq!(
            what(&always, &sometimes),
            [(Class::Additive, "is required only with `mode=a`".to_owned())]
        );
        assert_eq!(
            what(&sometimes, &always),
            [(Class::Breaking, "is required now".to_owned())]
        );
    }

    #[test]
    fn every_kind_of_change_has_its_class() {
        let text = json!({"type": "string"});
        let cases = [
            (json!(null), text.clone(), "additive", "is new"),
            (
                json!(null),
                json!({"type": "string", "x-need": 1}),
                "breaking",
                "is new and required",
            ),
            (text.clone(), json!(null), "breaking", "is no longer known"),
            (
                text.clone(),
                json!({"type": "string", "x-need": 1}),
                "breaking",
                "is required now",
            ),
            (
                json!({"type": "string", "x-need": 1}),
                text.clone(),
                "additive",
                "is optional now",
            ),
            (
                text.clone(),
                json!({"type": ["string", "number"]}),
                "additive",
                "also takes `number`",
            ),
            (
                text.clone(),
                json!({"type": "string", "enum": ["a"]}),
                "breaking",
                "takes only `a` now",
            ),
            (
                json!({"enum": ["a"]}),
                json!({"enum": ["a", "b"]}),
                "additive",
                "also allows `b`",
            ),
            (
                json!({"enum": ["a", "b"]}),
                json!({"enum": ["a"]}),
                "breaking",
                "no longer allows `b`",
            ),
            (
                text.clone(),
                json!({"type": "string", "minLength": 1}),
                "breaking",
                "has the bound minLength 1 now",
            ),
            (
                json!({"minimum": 1}),
                json!({"minimum": 2}),
                "breaking",
                "has the bound minimum 2 instead of 1",
            ),
            (
                json!({"minimum": 2}),
                json!({"minimum": 1}),
                "additive",
                "has the bound minimum 1 instead of 2",
            ),
            (
                json!({"maxItems": 2}),
                json!({"maxItems": 3}),
                "additive",
                "has the bound maxItems 3 instead of 2",
            ),
            (
                json!({"pattern": "a"}),
                json!({"pattern": "b"}),
                "breaking",
                "has the bound pattern \"b\" instead of \"a\"",
            ),
            (
                json!({"type": "object"}),
                json!({"type": "object", "additionalProperties": false}),
                "breaking",
                "refuses unknown keys now",
            ),
            (
                json!({"default": 1}),
                json!({"default": 2}),
                "additive",
                "defaults to 2 instead of 1",
            ),
            (
                json!({"description": "a"}),
                json!({"description": "b"}),
                "help-only",
                "is explained in other words",
            ),
        ];
        for (old, new, class, what) in cases {
            assert_eq!(
                change(&old, &new),
                [(class, what.to_owned())],
                "{old} -> {new}"
            );
        }
        assert_eq!(
            change(&text, &json!({"type": "number"})).len(),
            2,
            "both a gain and a loss"
        );
    }
}
