//! The contract path by path: what the help baseline holds, what `docs show` prints, and what two
//! schemas are compared by. Reads the schema of this contract and the one that OpenClaw prints;
//! in others the parts of an `allOf` are taken for alternatives.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Deepest path that is followed; a schema that refers to itself ends here.
const MAX_DEPTH: usize = 24;

/// Keywords that are read otherwise, or that allow and refuse nothing. Every other one is a bound,
/// also one that is not known here.
const NO_BOUNDS: [&str; 24] = [
    "$comment",
    "$defs",
    "$id",
    "$ref",
    "$schema",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "default",
    "definitions",
    "deprecated",
    "description",
    "enum",
    "enumDescriptions",
    "examples",
    "items",
    "oneOf",
    "prefixItems",
    "properties",
    "readOnly",
    "required",
    "title",
    "type",
];

/// All records of a schema, by dotted path; `*` stands for a map's keys and a list's items.
pub type Records = BTreeMap<String, Record>;

/// What is known about one config path. Absent members are left out when it is written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Record {
    /// The path.
    pub path: String,
    /// JSON types that are allowed; `any` when nothing is said. Written as one text, or as a list.
    #[serde(rename = "type", with = "one_or_many")]
    pub types: BTreeSet<String>,
    /// Whether the key must be there, in every form of the object around it.
    #[serde(default)]
    pub required: bool,
    /// The forms (`mode=header`) of the object around it in which the key must be there.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub required_when: BTreeSet<String>,
    /// The only texts that are allowed.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub enum_values: BTreeSet<String>,
    /// What the allowed texts mean.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub enum_help: BTreeMap<String, String>,
    /// Bounds by schema keyword; a list where the forms of a value differ.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub bounds: BTreeMap<String, Value>,
    /// Whether the object may have no other keys than its children.
    #[serde(default, skip_serializing_if = "is_false")]
    pub closed: bool,
    /// What OpenClaw fills in when the key is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// Whether the key should no longer be used.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deprecated: bool,
    /// Whether the value is a secret.
    #[serde(default)]
    pub sensitive: bool,
    /// Whether the value is a URL that may hold a secret.
    #[serde(default, skip_serializing_if = "is_false")]
    pub secret_in_url: bool,
    /// Topics.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    /// Short name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// A set that is written as its only member when it has just one.
mod one_or_many {
    use std::collections::BTreeSet;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Written {
        One(String),
        Many(BTreeSet<String>),
    }

    pub(super) fn serialize<S: Serializer>(
        set: &BTreeSet<String>,
        out: S,
    ) -> Result<S::Ok, S::Error> {
        let mut members = set.iter();
        match (members.next(), members.next()) {
            (Some(only), None) => Written::One(only.clone()).serialize(out),
            _ => Written::Many(set.clone()).serialize(out),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<BTreeSet<String>, D::Error> {
        Ok(match Written::deserialize(from)? {
            Written::One(only) => BTreeSet::from([only]),
            Written::Many(set) => set,
        })
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}

/// The records of everything under `models`. `schema` describes a whole config document, or
/// `models` itself. Empty when it describes neither.
#[must_use]
pub fn records(schema: &Value) -> Records {
    let walker = Walker { document: schema };
    let mut records = Records::new();
    let models = walker.child(schema, "models");
    if let Some(models) = models {
        walker.visit("models", &[models], None, 0, &mut records);
    } else if walker.child(schema, "providers").is_some() {
        walker.visit("models", &[schema], None, 0, &mut records);
    }
    records
}

/// Writes records as JSON Lines, sorted by path.
#[must_use]
pub fn to_lines(records: &Records) -> String {
    let mut lines = String::new();
    for record in records.values() {
        // Serialising a record cannot fail: it holds text, numbers and sorted maps.
        lines.push_str(&serde_json::to_string(record).unwrap_or_default());
        lines.push('\n');
    }
    lines
}

/// Reads records from JSON Lines.
///
/// # Errors
/// The number of the first line that is no record, and why.
pub fn from_lines(lines: &str) -> Result<Records, String> {
    let mut records = Records::new();
    for (nth, line) in lines
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let record: Record =
            serde_json::from_str(line).map_err(|error| format!("line {}: {error}", nth + 1))?;
        records.insert(record.path.clone(), record);
    }
    Ok(records)
}

struct Walker<'s> {
    document: &'s Value,
}

/// One form that a value may have, with everything said about it from the outside in.
struct Form<'s> {
    layers: Vec<&'s Map<String, Value>>,
}

impl<'s> Form<'s> {
    fn get(&self, keyword: &str) -> Option<&'s Value> {
        self.layers.iter().find_map(|layer| layer.get(keyword))
    }

    fn text(&self, keyword: &str) -> Option<&'s str> {
        self.get(keyword)?.as_str()
    }

    fn flag(&self, keyword: &str) -> bool {
        let mut values = self.layers.iter().filter_map(|layer| layer.get(keyword));
        values.any(|value| value == &Value::Bool(true))
    }

    fn properties(&self) -> impl Iterator<Item = (&'s String, &'s Value)> {
        self.get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
    }

    fn requires(&self, key: &str) -> bool {
        let required = self.get("required").and_then(Value::as_array);
        required.into_iter().flatten().any(|name| name == key)
    }

    /// The keywords that narrow what is allowed, each once.
    fn bounds(&self) -> BTreeMap<&'s str, Value> {
        let mut bounds = BTreeMap::new();
        for (keyword, value) in self.layers.iter().flat_map(|layer| layer.iter()) {
            let is_bound = !NO_BOUNDS.contains(&keyword.as_str())
                && !keyword.starts_with("x-")
                && keyword != "writeOnly";
            let value = if keyword == "propertyNames" {
                names(value)
            } else {
                Some(value.clone())
            };
            if let Some(value) = value.filter(|_| is_bound) {
                bounds.entry(keyword.as_str()).or_insert(value);
            }
        }
        bounds
    }

    /// `mode=header`: the constant that tells this form from others.
    fn name(&self) -> Option<String> {
        self.properties().find_map(|(key, schema)| {
            let value = schema.get("const")?.as_str()?;
            Some(format!("{key}={value}"))
        })
    }
}

impl<'s> Walker<'s> {
    fn child(&self, schema: &'s Value, key: &str) -> Option<&'s Value> {
        let mut forms = Vec::new();
        self.forms(schema, &mut Vec::new(), &mut forms);
        let mut properties = forms.iter().flat_map(Form::properties);
        let found = properties.find(|(name, _)| *name == key);
        found.map(|(_, schema)| schema)
    }

    /// The forms of a value: references followed, unions taken apart.
    fn forms(
        &self,
        schema: &'s Value,
        outside: &mut Vec<&'s Map<String, Value>>,
        out: &mut Vec<Form<'s>>,
    ) {
        let Some(layer) = schema.as_object() else {
            return;
        };
        if outside.len() > MAX_DEPTH {
            return;
        }
        outside.push(layer);
        let reference = layer.get("$ref").and_then(Value::as_str);
        let target =
            reference.and_then(|reference| self.document.pointer(reference.strip_prefix('#')?));
        let branches = ["anyOf", "oneOf", "allOf"];
        let mut branches = branches
            .iter()
            .filter_map(|union| layer.get(*union)?.as_array())
            .flatten();
        let first = branches.next();
        match (target, first) {
            (Some(target), _) => self.forms(target, outside, out),
            (None, Some(first)) => {
                for branch in std::iter::once(first).chain(branches) {
                    self.forms(branch, outside, out);
                }
            }
            (None, None) => {
                let layers = outside.clone();
                out.push(Form { layers });
            }
        }
        outside.pop();
    }

    /// Adds the record of `path`, which any of `schemas` may describe, and of all below it.
    fn visit(
        &self,
        path: &str,
        schemas: &[&'s Value],
        required: Option<Required>,
        depth: usize,
        records: &mut Records,
    ) {
        let mut forms = Vec::new();
        for schema in schemas {
            self.forms(schema, &mut Vec::new(), &mut forms);
        }
        if depth > MAX_DEPTH || forms.is_empty() {
            return;
        }
        let required = required.unwrap_or_default();
        let mut record = Record {
            path: path.to_owned(),
            required: required.always,
            required_when: required.when,
            ..describe(&forms)
        };
        let objects: Vec<&Form<'s>> = forms
            .iter()
            .filter(|form| is_type(form, "object"))
            .collect();
        record.closed = !objects.is_empty()
            && objects
                .iter()
                .all(|form| form.get("additionalProperties") == Some(&Value::Bool(false)));
        records.insert(path.to_owned(), record);

        let mut children: BTreeMap<&str, Vec<(Option<String>, &Value)>> = BTreeMap::new();
        for form in &objects {
            for (key, schema) in form.properties() {
                children.entry(key).or_default().push((form.name(), schema));
            }
        }
        for (key, schemas) in children {
            let with: Vec<_> = objects.iter().filter(|form| form.requires(key)).collect();
            let always = with.len() == objects.len();
            let when = if always {
                BTreeSet::new()
            } else {
                with.iter().filter_map(|form| form.name()).collect()
            };
            let path = format!("{path}.{key}");
            let required = Some(Required { always, when });
            let plain: Vec<&Value> = schemas.iter().map(|(_, schema)| *schema).collect();
            self.visit(&path, &plain, required, depth + 1, records);
            if let Some(record) = records.get_mut(&path) {
                tell_apart(record, &schemas);
            }
        }
        let values = objects
            .iter()
            .filter_map(|form| form.get("additionalProperties"));
        let items = ["items", "prefixItems"];
        let items = forms
            .iter()
            .flat_map(|form| items.iter().filter_map(|keyword| form.get(keyword)));
        // A tuple has a schema for each place.
        let items = items.flat_map(|items| match items {
            Value::Array(places) => places.iter().collect(),
            one => vec![one],
        });
        let others: Vec<&Value> = values
            .chain(items)
            .filter(|schema| schema.is_object())
            .collect();
        if !others.is_empty() {
            self.visit(&format!("{path}.*"), &others, None, depth + 1, records);
        }
    }
}

/// Where a key means another thing in each form of its object, says which in which.
fn tell_apart(record: &mut Record, schemas: &[(Option<String>, &Value)]) {
    let texts = |keyword: &str| -> Vec<(&str, &str)> {
        let told = schemas.iter().filter_map(|(form, schema)| {
            let text = schema.get(keyword)?.as_str()?;
            Some((form.as_deref()?, text))
        });
        told.collect()
    };
    let differ = |texts: &[(&str, &str)]| {
        texts
            .iter()
            .any(|(_, text)| Some(text) != texts.first().map(|(_, text)| text))
    };
    let helps = texts("description");
    if differ(&helps) {
        let helps: Vec<String> = helps
            .iter()
            .map(|(form, text)| format!("With `{form}`: {text}"))
            .collect();
        record.help = Some(helps.join(" "));
    }
    let labels = texts("x-label");
    if differ(&labels) {
        let labels: Vec<&str> = labels.iter().map(|(_, label)| *label).collect();
        record.label = Some(labels.join(" / "));
    }
}

/// When a key must be there.
#[derive(Default)]
struct Required {
    always: bool,
    when: BTreeSet<String>,
}

fn is_type(form: &Form<'_>, name: &str) -> bool {
    types(form).any(|kind| kind == name)
}

fn types<'s>(form: &Form<'s>) -> impl Iterator<Item = &'s str> {
    let kinds = form.get("type").into_iter();
    kinds.flat_map(|kind| match kind {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect::<Vec<_>>(),
    })
}

/// What a schema asks of keys. That they are text says nothing.
fn names(schema: &Value) -> Option<Value> {
    let mut asked = schema.as_object()?.clone();
    if asked.get("type").is_some_and(|kind| kind == "string") {
        asked.remove("type");
    }
    (!asked.is_empty()).then_some(Value::Object(asked))
}

/// How many of the forms a bound could stand in, by the kind of value it is about.
fn concerned(forms: &[Form<'_>], keyword: &str) -> usize {
    let kinds: &[&str] = match keyword {
        "minLength" | "maxLength" | "pattern" | "not" | "format" => &["string"],
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
            &["number", "integer"]
        }
        "minItems" | "maxItems" | "uniqueItems" => &["array"],
        _ => return 0,
    };
    forms
        .iter()
        .filter(|form| kinds.iter().any(|kind| is_type(form, kind)))
        .count()
}

/// What the forms of a value say together.
fn describe(forms: &[Form<'_>]) -> Record {
    let mut record = Record::default();
    let mut open_text = false;
    let mut bounds: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for form in forms {
        record.types.extend(types(form).map(str::to_owned));
        let listed = form
            .get("enum")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let values: Vec<&str> = listed
            .chain(form.get("const"))
            .filter_map(Value::as_str)
            .collect();
        let helps = form
            .get("enumDescriptions")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        for (value, help) in values.iter().zip(helps.filter_map(Value::as_str)) {
            record
                .enum_help
                .insert((*value).to_owned(), help.to_owned());
        }
        open_text |= values.is_empty() && is_type(form, "string");
        record
            .enum_values
            .extend(values.into_iter().map(str::to_owned));
        for (keyword, bound) in form.bounds() {
            bounds.entry(keyword).or_default().push(bound);
        }
        let tags = form
            .get("x-tags")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        record
            .tags
            .extend(tags.filter_map(Value::as_str).map(str::to_owned));
        record.sensitive |= form.flag("x-sensitive") || form.flag("writeOnly");
        record.secret_in_url |= form.flag("x-secret-in-url");
        record.deprecated |= form.flag("deprecated");
    }
    if open_text {
        // One form takes any text, so the choices of another bind nobody.
        record.enum_values.clear();
        record.enum_help.clear();
    }
    if record.types.is_empty() {
        record.types.insert("any".to_owned());
    }
    record.bounds = bounds
        .into_iter()
        // What one form leaves open is open.
        .filter(|(keyword, values)| values.len() >= concerned(forms, keyword))
        .map(|(keyword, values)| {
            let distinct: BTreeMap<String, Value> = values
                .into_iter()
                .map(|value| (value.to_string(), value))
                .collect();
            let mut values: Vec<Value> = distinct.into_values().collect();
            let value = if values.len() == 1 {
                values.swap_remove(0)
            } else {
                Value::Array(values)
            };
            (keyword.to_owned(), value)
        })
        .collect();
    let first = forms.first();
    let text = |keyword| first.and_then(|form| form.text(keyword)).map(str::to_owned);
    record.default = first.and_then(|form| form.get("default")).cloned();
    record.label = text("x-label").or_else(|| text("title"));
    record.help = text("description");
    record
}
