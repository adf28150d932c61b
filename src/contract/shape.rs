//! The schema, compiled into the form that judges trees.
//!
//! Only the keywords that the contract's schema uses are known; a test holds that no other stands
//! in it, and another that both forms give the same verdict.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex_lite::Regex;
use serde_json::Value;

/// What may stand at one place: one entry per kind of value that is allowed.
#[derive(Debug, Default)]
pub struct Shape {
    /// Allowed text.
    pub text: Option<Text>,
    /// Allowed numbers.
    pub number: Option<Number>,
    /// Whether `true` and `false` are allowed.
    pub boolean: bool,
    /// Allowed lists.
    pub list: Option<List>,
    /// Allowed objects; shared between the places that refer to one definition.
    pub object: Option<Arc<Object>>,
    /// Whether anything at all is allowed, `null` included.
    pub any: bool,
    /// Whether the value is a secret.
    pub sensitive: bool,
    /// Whether the value is a URL that may hold a secret.
    pub secret_in_url: bool,
}

/// Bounds of a string.
#[derive(Debug, Default)]
pub struct Text {
    /// Fewest characters.
    pub min_length: u64,
    /// What it must look like.
    pub pattern: Option<Pattern>,
    /// What it must not look like.
    pub not_pattern: Option<Pattern>,
    /// The only values allowed; empty when any is.
    pub choices: Vec<String>,
}

/// Bounds of a number.
#[derive(Debug, Default)]
pub struct Number {
    /// Whether it must be whole.
    pub integer: bool,
    /// It must be greater than this.
    pub above: Option<f64>,
    /// It must be at least this.
    pub least: Option<f64>,
    /// It must be at most this.
    pub most: Option<f64>,
}

/// Bounds of a list.
#[derive(Debug)]
pub struct List {
    /// What each item may be.
    pub items: Box<Shape>,
    /// Fewest items.
    pub least: u64,
    /// Most items.
    pub most: Option<u64>,
}

/// An object: one set of fields, or several chosen by a key.
#[derive(Debug)]
pub struct Object {
    /// The name of the definition it comes from, if any.
    pub name: Option<String>,
    /// The key that chooses the branch; empty when there is only one.
    pub tag: String,
    /// The branches; the first string is the tag's value.
    pub branches: Vec<(String, Fields)>,
}

/// The keys of one object.
#[derive(Debug, Default)]
pub struct Fields {
    /// Keys with a meaning of their own.
    pub known: BTreeMap<String, Shape>,
    /// Keys that must be there, in schema order.
    pub required: Vec<String>,
    /// What other keys may hold; `None` when there may be no others.
    pub others: Option<Box<Shape>>,
    /// What a key itself must look like.
    pub names: Text,
}

/// A regular expression as JSON Schema writes it.
#[derive(Debug)]
pub struct Pattern {
    /// As written in the schema.
    pub source: String,
    compiled: std::sync::OnceLock<Option<Regex>>,
}

/// JavaScript's `\s` inside a class; `regex-lite` knows only the ASCII part.
const JS_SPACE: &str =
    r"[\s\x{A0}\x{FEFF}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}]";

impl Pattern {
    fn new(source: &str) -> Self {
        Pattern {
            source: source.to_owned(),
            compiled: std::sync::OnceLock::new(),
        }
    }

    /// Whether `text` matches. A pattern that does not compile matches nothing; a test holds that
    /// all of the contract's do.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let compiled = self
            .compiled
            .get_or_init(|| Regex::new(&self.source.replace(r"\s", JS_SPACE)).ok());
        compiled.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

impl Text {
    /// Whether `text` keeps the bounds.
    #[must_use]
    pub fn allows(&self, text: &str) -> bool {
        (self.choices.is_empty() || self.choices.iter().any(|choice| choice == text))
            && (self.min_length == 0 || text.chars().count() as u64 >= self.min_length)
            && self
                .pattern
                .as_ref()
                .is_none_or(|pattern| pattern.matches(text))
            && self
                .not_pattern
                .as_ref()
                .is_none_or(|pattern| !pattern.matches(text))
    }
}

impl Number {
    /// Whether `number` keeps the bounds. Infinity and NaN never do.
    #[must_use]
    pub fn allows(&self, number: f64) -> bool {
        number.is_finite()
            && (!self.integer || number.fract() == 0.0)
            && self.above.is_none_or(|bound| number > bound)
            && self.least.is_none_or(|bound| number >= bound)
            && self.most.is_none_or(|bound| number <= bound)
    }
}

impl Object {
    /// The branch that the tag's value chooses; the only one when there is no tag.
    #[must_use]
    pub fn branch(&self, tag: Option<&str>) -> Option<&Fields> {
        let mut branches = self.branches.iter();
        let found = branches.find(|(value, _)| self.tag.is_empty() || Some(value.as_str()) == tag);
        found.map(|(_, fields)| fields)
    }
}

impl Fields {
    /// What may stand under `key`; `None` when the key may not be there.
    #[must_use]
    pub fn shape(&self, key: &str) -> Option<&Shape> {
        self.known.get(key).or(self.others.as_deref())
    }
}

impl Shape {
    /// Compiles the document that `schema` describes.
    pub(super) fn compile(schema: &Value) -> Shape {
        let mut compiler = Compiler {
            document: schema,
            definitions: BTreeMap::new(),
        };
        compiler.shape(schema)
    }
}

/// Resolves references, each definition once.
struct Compiler<'s> {
    document: &'s Value,
    definitions: BTreeMap<&'s str, Arc<Object>>,
}

impl<'s> Compiler<'s> {
    fn shape(&mut self, schema: &'s Value) -> Shape {
        let mut shape = Shape::default();
        self.add(&mut shape, schema, None);
        shape.any = shape.text.is_none()
            && shape.number.is_none()
            && !shape.boolean
            && shape.list.is_none()
            && shape.object.is_none();
        shape
    }

    fn add(&mut self, shape: &mut Shape, schema: &'s Value, name: Option<&'s str>) {
        shape.sensitive |= flag(schema, "x-sensitive");
        shape.secret_in_url |= flag(schema, "x-secret-in-url");
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let name = reference.strip_prefix("#/$defs/").unwrap_or(reference);
            self.refer(shape, name);
        }
        for branch in members(schema, "anyOf") {
            self.add(shape, branch, name);
        }
        let branches: Vec<&Value> = members(schema, "oneOf").collect();
        if !branches.is_empty() {
            shape.object = Some(Arc::new(self.tagged(&branches, name)));
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("string") => shape.text = Some(text(schema)),
            Some("boolean") => shape.boolean = true,
            Some(kind @ ("number" | "integer")) => {
                let bound = |keyword| schema.get(keyword).and_then(Value::as_f64);
                shape.number = Some(Number {
                    integer: kind == "integer",
                    above: bound("exclusiveMinimum"),
                    least: bound("minimum"),
                    most: bound("maximum"),
                });
            }
            Some("array") => {
                shape.list = Some(List {
                    items: Box::new(self.shape(schema.get("items").unwrap_or(&ANYTHING))),
                    least: count(schema, "minItems").unwrap_or(0),
                    most: count(schema, "maxItems"),
                });
            }
            Some("object") => {
                shape.object = Some(Arc::new(Object {
                    name: name.map(str::to_owned),
                    tag: String::new(),
                    branches: vec![(String::new(), self.fields(schema))],
                }));
            }
            _ => {}
        }
    }

    /// Adds what a definition allows; its object is compiled at the first reference.
    fn refer(&mut self, shape: &mut Shape, name: &'s str) {
        let Some(target) = self.document.get("$defs").and_then(|defs| defs.get(name)) else {
            return;
        };
        if let Some(object) = self.definitions.get(name) {
            shape.object = Some(Arc::clone(object));
            return;
        }
        self.add(shape, target, Some(name));
        let only_object = shape.text.is_none() && shape.number.is_none() && shape.list.is_none();
        if let Some(object) = shape.object.as_ref().filter(|_| only_object) {
            self.definitions.insert(name, Arc::clone(object));
        }
    }

    /// Objects of which one is chosen by the value of a constant key.
    fn tagged(&mut self, branches: &[&'s Value], name: Option<&str>) -> Object {
        let tag_of = |branch: &'s Value| {
            let properties = branch.get("properties").and_then(Value::as_object);
            properties.into_iter().flatten().find_map(|(key, schema)| {
                let value = schema.get("const")?.as_str()?;
                Some((key.as_str(), value))
            })
        };
        let tags: Vec<(&str, &str)> = branches
            .iter()
            .filter_map(|branch| tag_of(branch))
            .collect();
        let tag = tags.first().map_or("", |(key, _)| key);
        let choices: Vec<String> = tags.iter().map(|(_, value)| (*value).to_owned()).collect();
        let mut branches: Vec<(String, Fields)> = choices
            .iter()
            .cloned()
            .zip(branches.iter().map(|branch| self.fields(branch)))
            .collect();
        // Each tag names the values of all branches, so that a wrong one can be told them.
        for (_, fields) in &mut branches {
            let text = fields
                .known
                .get_mut(tag)
                .and_then(|shape| shape.text.as_mut());
            if let Some(text) = text {
                text.choices.clone_from(&choices);
            }
        }
        Object {
            name: name.map(str::to_owned),
            tag: tag.to_owned(),
            branches,
        }
    }

    fn fields(&mut self, schema: &'s Value) -> Fields {
        let properties = schema.get("properties").and_then(Value::as_object);
        let known = properties.into_iter().flatten();
        let known = known
            .map(|(key, schema)| (key.clone(), self.shape(schema)))
            .collect();
        let required = members(schema, "required").filter_map(Value::as_str);
        let others = match schema.get("additionalProperties") {
            Some(Value::Bool(false)) => None,
            values => Some(Box::new(self.shape(values.unwrap_or(&ANYTHING)))),
        };
        Fields {
            known,
            required: required.map(str::to_owned).collect(),
            others,
            names: schema.get("propertyNames").map(text).unwrap_or_default(),
        }
    }
}

/// The schema that allows everything.
static ANYTHING: Value = Value::Bool(true);

fn text(schema: &Value) -> Text {
    let pattern = |schema: &Value| schema.get("pattern")?.as_str().map(Pattern::new);
    let constant = schema.get("const").into_iter();
    let choices = members(schema, "enum").chain(constant);
    Text {
        min_length: count(schema, "minLength").unwrap_or(0),
        pattern: pattern(schema),
        not_pattern: schema.get("not").and_then(pattern),
        choices: choices
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
    }
}

fn members<'v>(schema: &'v Value, keyword: &str) -> impl Iterator<Item = &'v Value> {
    schema
        .get(keyword)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn flag(schema: &Value, keyword: &str) -> bool {
    schema.get(keyword).and_then(Value::as_bool) == Some(true)
}

fn count(schema: &Value, keyword: &str) -> Option<u64> {
    schema.get(keyword).and_then(Value::as_u64)
}
