//! Edges of the contract's projections: drift classes, masking, records of schemas that refer to
//! themselves.

use clawconf::contract::drift::changes;
use clawconf::contract::masking::{looks_like_token, masked, masked_near};
use clawconf::contract::record::{Records, records};
use serde_json::{Value, json};

/// The records of a schema with `x` under `models`.
fn with(x: &Value) -> Records {
    let mut properties = json!({ "providers": { "type": "object" } });
    if !x.is_null() {
        properties["x"] = x.clone();
    }
    let models =
        json!({ "type": "object", "additionalProperties": false, "properties": properties });
    records(&json!({ "properties": { "models": models } }))
}

fn told(old: &Value, new: &Value) -> Vec<String> {
    let found = changes(&with(old), &with(new));
    let line = |change: clawconf::contract::drift::Change| {
        format!("{} {} {}", change.class.name(), change.path, change.what)
    };
    found.into_iter().map(line).collect()
}

#[test]
fn what_came_or_went_is_told_once_with_all_below_it() {
    let tree = json!({ "type": "object", "properties": { "a": { "type": "object",
        "properties": { "b": { "type": "string" } } } } });
    assert_eq!(told(&Value::Null, &tree), ["additive models.x is new"]);
    assert_eq!(
        told(&tree, &Value::Null),
        ["breaking models.x is no longer known"]
    );
}

#[test]
fn less_strict_is_additive() {
    let cases = [
        (
            json!({ "type": "string", "enum": ["a"] }),
            json!({ "type": "string" }),
            "additive models.x takes any text now",
        ),
        (
            json!({ "type": "object", "additionalProperties": false }),
            json!({ "type": "object" }),
            "additive models.x takes unknown keys now",
        ),
        (
            json!({ "type": "number", "exclusiveMinimum": 1 }),
            json!({ "type": "number", "exclusiveMinimum": 0 }),
            "additive models.x has the bound exclusiveMinimum 0 instead of 1",
        ),
        (
            json!({ "type": "number", "exclusiveMaximum": 1 }),
            json!({ "type": "number", "exclusiveMaximum": 2 }),
            "additive models.x has the bound exclusiveMaximum 2 instead of 1",
        ),
    ];
    for (old, new, expected) in cases {
        assert_eq!(told(&old, &new), [expected], "{old} -> {new}");
    }
}

#[test]
fn a_schema_that_refers_to_itself_ends() {
    for inner in ["properties", "items", "additionalProperties"] {
        let mut node = json!({ "type": ["object", "array"] });
        node[inner] = match inner {
            "properties" => json!({ "k": { "$ref": "#/$defs/node" } }),
            _ => json!({ "$ref": "#/$defs/node" }),
        };
        let schema = json!({
            "$defs": { "node": node, "circle": { "$ref": "#/$defs/circle" } },
            "properties": { "models": { "type": "object", "properties": {
                "providers": { "$ref": "#/$defs/node" }, "c": { "$ref": "#/$defs/circle" } } } }
        });
        let count = records(&schema).len();
        assert!((10..100).contains(&count), "{inner}: {count}");
    }
}

#[test]
fn flags_count_in_whatever_words_they_stand() {
    let of = |x: Value| with(&x).remove("models.x").unwrap();
    assert!(of(json!({ "writeOnly": true })).sensitive);
    assert!(of(json!({ "x-sensitive": true })).sensitive);
    assert!(of(json!({ "deprecated": true })).deprecated);
    assert!(
        of(json!({ "anyOf": [{ "x-secret-in-url": true }, { "type": "null" }] })).secret_in_url
    );
}

/// A provider with `inside`, and what is shown of `inside`.
fn shown(inside: &str) -> String {
    let (before, after) = ("{models: {providers: {l: {", "}}}}");
    let shown = masked(&format!("{before}{inside}{after}"));
    let shown = shown.strip_prefix(before).unwrap();
    shown.strip_suffix(after).unwrap().to_owned()
}

#[test]
fn the_neighbours_of_each_rule_of_masking() {
    let cases = [
        ("timeoutSeconds: 300", "timeoutSeconds: 300"),
        (
            "baseUrl: 's3cret@http://h/v1'",
            "baseUrl: '•••••••http://h/v1'",
        ),
        (
            "baseUrl: 'http://h/openai/v1'",
            "baseUrl: 'http://h/openai/v1'",
        ),
        (
            "baseUrl: 'http://h/key123/v1'",
            "baseUrl: 'http://h/•••••••v1'",
        ),
        (
            "baseUrl: 'http://h/abcdefghijklmnopqrst/v1'",
            "baseUrl: 'http://h/•••••••••••••••••••••v1'",
        ),
        ("'ключ': 1", "'••••': 1"),
    ];
    for (text, expected) in cases {
        assert_eq!(shown(text), expected, "{text}");
    }
    let ids = "{models: {providers: {'Мой сервер': {}, 'my!server': {}}}}";
    let expected = "{models: {providers: {'Мой сервер': {}, '•••••••••': {}}}}";
    assert_eq!(masked(ids), expected);
    assert_eq!(
        masked("{ other: { api: 'ollama' } }"),
        "{ other: { api: '••••••' } }",
        "no provider without a baseUrl"
    );
}

#[test]
fn a_token_is_long_and_mixed_or_very_long() {
    for token in [
        "abcdefghijklm123",
        &"x".repeat(32),
        &"7".repeat(32),
        "a-abcdefghijklm123-b",
    ] {
        assert!(looks_like_token(token), "{token}");
    }
    let words = [
        "abcdefghijkl123",
        "abcdefghijklmn12",
        "1234567890123456",
        &"x".repeat(31),
    ];
    for word in words {
        assert!(!looks_like_token(word), "{word}");
    }
    assert!(!looks_like_token(
        "openai-completions/with_many-words.and-dashes"
    ));
}

#[test]
fn masking_a_few_lines_shows_what_masking_all_shows() {
    for entry in std::fs::read_dir("tests/corpus").unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let all = masked(&text);
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        for (nth, line) in lines.iter().enumerate().step_by(7) {
            let start: usize = lines[..nth].iter().map(|line| line.len()).sum();
            let middle = start + line.trim_end().len() / 2;
            let at = (0..=middle)
                .rev()
                .find(|at| text.is_char_boundary(*at))
                .unwrap();
            let few = masked_near(&text, &[at, text.len()]);
            assert_eq!(few.lines().nth(nth), all.lines().nth(nth), "{line}");
            assert_eq!(few.matches('\n').count(), all.matches('\n').count());
        }
    }
}
