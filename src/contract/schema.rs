//! From types to one JSON Schema document (draft 2020-12), and from there to bytes.
//!
//! What the derives produce is brought closer to OpenClaw in small steps, each a function below.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::{Map, Value};

use super::models::Config;

/// The schema of a config document: strict under `models`, silent about all other keys.
///
/// ```
/// let schema = clawconf::contract::schema::schema();
/// assert_eq!(schema["properties"]["models"]["$ref"], "#/$defs/Models");
/// ```
#[must_use]
pub fn schema() -> Value {
    SchemaSettings::draft2020_12()
        .with_transform(RecursiveTransform(remove_null))
        .with_transform(RecursiveTransform(remove_noise))
        .with_transform(RecursiveTransform(join_lines))
        .with_transform(RecursiveTransform(list_choices))
        .into_generator()
        .into_root_schema_for::<Config>()
        .to_value()
}

/// Optional keys may be absent, but OpenClaw never takes `null` for them.
/// Free-form values carry no type, so they keep accepting it.
fn remove_null(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".into(), only);
        }
    }
    if let Some(Value::Array(choices)) = object.get_mut("enum") {
        choices.retain(|choice| !choice.is_null());
    }
    if let Some(Value::Array(branches)) = object.get_mut("anyOf") {
        branches.retain(|branch| branch.get("type").is_none_or(|name| name != "null"));
        if let [Value::Object(only)] = branches.as_slice() {
            let only = only.clone();
            object.remove("anyOf");
            for (keyword, value) in only {
                object.entry(keyword).or_insert(value);
            }
        }
    }
}

/// Drops what speaks of Rust, not of the config: number formats, absent defaults, names of maps.
fn remove_noise(schema: &mut Schema) {
    schema.remove("format");
    if schema.get("default").is_some_and(Value::is_null) {
        schema.remove("default");
    }
    let is_map_name = |title: &Value| title.as_str().is_some_and(|t| t.starts_with("Map_of_"));
    if schema.get("title").is_some_and(is_map_name) {
        schema.remove("title");
    }
}

/// A doc comment may span lines; a help text is one flowing paragraph per blank-line block.
fn join_lines(schema: &mut Schema) {
    let Some(Value::String(text)) = schema.get_mut("description") else {
        return;
    };
    let paragraphs = text
        .split("\n\n")
        .map(|p| p.split_whitespace().collect::<Vec<_>>().join(" "));
    *text = paragraphs.collect::<Vec<_>>().join("\n\n");
}

/// Turns "one of these documented constants" into `enum` plus `enumDescriptions`, in the same order.
fn list_choices(schema: &mut Schema) {
    let Some(branches) = schema.get("oneOf").and_then(Value::as_array) else {
        return;
    };
    let choice = |branch: &Value| {
        Some((
            branch.get("const")?.clone(),
            branch.get("description")?.clone(),
        ))
    };
    let Some(choices) = branches.iter().map(choice).collect::<Option<Vec<_>>>() else {
        return;
    };
    let (values, descriptions): (Vec<_>, Vec<_>) = choices.into_iter().unzip();
    schema.remove("oneOf");
    schema.insert("type".into(), "string".into());
    schema.insert("enum".into(), values.into());
    schema.insert("enumDescriptions".into(), descriptions.into());
}

/// Writes `value` with two spaces of indent, keys in code point order, and a final newline.
///
/// An own writer, since the order of `serde_json`'s maps depends on a feature that any crate in
/// the build can switch on.
///
/// ```
/// let text = clawconf::contract::schema::render(&serde_json::json!({ "b": [1], "a": {} }));
/// assert_eq!(text, "{\n  \"a\": {},\n  \"b\": [\n    1\n  ]\n}\n");
/// ```
#[must_use]
pub fn render(value: &Value) -> String {
    let mut out = String::new();
    write_value(&mut out, value, 0);
    out.push('\n');
    out
}

fn write_value(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Array(items) => write_block(out, ['[', ']'], depth, items, |out, item| {
            write_value(out, item, depth + 1);
        }),
        Value::Object(entries) => write_block(
            out,
            ['{', '}'],
            depth,
            sorted(entries),
            |out, (key, inner)| {
                out.push_str(&Value::from(key).to_string());
                out.push_str(": ");
                write_value(out, inner, depth + 1);
            },
        ),
        scalar => out.push_str(&scalar.to_string()),
    }
}

/// Writes the brackets, commas, line ends and indents; `write` does the rest of each line.
fn write_block<I: IntoIterator>(
    out: &mut String,
    [open, close]: [char; 2],
    depth: usize,
    entries: I,
    write: impl Fn(&mut String, I::Item),
) {
    out.push(open);
    let mut is_empty = true;
    for entry in entries {
        if !is_empty {
            out.push(',');
        }
        is_empty = false;
        break_line(out, depth + 1);
        write(out, entry);
    }
    if !is_empty {
        break_line(out, depth);
    }
    out.push(close);
}

fn break_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

/// UTF-8 keeps the order of code points, so comparing bytes is enough.
fn sorted(entries: &Map<String, Value>) -> Vec<(&str, &Value)> {
    let mut entries: Vec<_> = entries
        .iter()
        .map(|(key, value)| (key.as_str(), value))
        .collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    entries
}
