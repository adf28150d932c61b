//! Lint against 4,013 recorded verdicts of OpenClaw 2026.5.18 on configs, included files and
//! variables (`tests/fixtures/contract/verdicts.jsonl`).
//!
//! Recorded by giving each config to the release's own reader and validator; `paths` are where it
//! reports a refusal.

use clawconf::contract::schema::schema;
use clawconf::json5::{Tree, Value as Json5};
use clawconf::lint::{Selection, lint};
use serde_json::Value;

use crate::common;

fn records() -> Vec<Value> {
    let lines = include_str!("../fixtures/contract/verdicts.jsonl").lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn pairs<'r>(record: &'r Value, member: &str) -> Vec<(&'r str, Option<&'r str>)> {
    let object = record.get(member).and_then(Value::as_object);
    let entries = object.into_iter().flatten();
    entries
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

#[test]
fn lint_refuses_what_openclaw_refuses_and_nothing_else() {
    let selection = Selection {
        select: vec!["contract".to_owned(), "json5-syntax".to_owned()],
        ..Selection::default()
    };
    let mut wrong = Vec::new();
    let records = records();
    for record in &records {
        let text = record["text"].as_str().unwrap();
        let files = pairs(record, "files");
        let env: Vec<_> = pairs(record, "env")
            .into_iter()
            .map(|(name, value)| (name, value.unwrap()))
            .collect();
        let config = common::load(text, &files, &env);
        let mut findings = lint(&config, &selection);
        // Providers beside `models` make OpenClaw refuse the file; its `models` may be fine.
        findings
            .retain(|finding| finding.rule.id != "misplaced-providers" || finding.path.0.len() > 1);
        let accepted = record["accept"].as_bool().unwrap();
        if findings.is_empty() != accepted {
            let found: Vec<_> = findings
                .iter()
                .map(|f| format!("{}: {}", f.path, f.message))
                .collect();
            wrong.push(format!(
                "{} {text}\n  accepted: {accepted}; we say {found:?}",
                record["id"]
            ));
            continue;
        }
        // Each place that OpenClaw names has a finding at it or below; an include error has none.
        let named = record["paths"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        for path in named.filter(|path| path.starts_with("models") && path.len() < 200) {
            let below = format!("{path}.");
            let ours: Vec<String> = findings
                .iter()
                .map(|finding| finding.path.to_string())
                .collect();
            let met = ours
                .iter()
                .any(|ours| ours == path || ours.starts_with(&below));
            if !met {
                wrong.push(format!(
                    "{} {text}\n  nothing at {path}, but at {ours:?}",
                    record["id"]
                ));
            }
        }
    }
    assert_eq!(records.len(), 4013);
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// As JSON; `None` where JSON cannot say it.
fn plain(value: &Json5) -> Option<Value> {
    Some(match value {
        Json5::Null => Value::Null,
        Json5::Boolean(value) => Value::Bool(*value),
        Json5::Number(number) => Value::Number(serde_json::Number::from_f64(*number)?),
        Json5::String(text) => Value::String(text.clone()),
        Json5::List(items) => items.iter().map(plain).collect::<Option<_>>()?,
        Json5::Object(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| Some((key.clone(), plain(value)?)));
            Value::Object(entries.collect::<Option<_>>()?)
        }
    })
}

/// The JSON Schema, read by a library, gives the verdict that was recorded.
#[test]
fn the_published_schema_says_the_same() {
    let judge = jsonschema::draft202012::options().build(&schema()).unwrap();
    let mut judged = 0;
    for record in records() {
        let text = record["text"].as_str().unwrap();
        let Ok(tree) = Tree::parse(text.to_owned()) else {
            continue;
        };
        // Includes, variables and a dropped key are matters of loading, not of the schema.
        let Some(document) = plain(&tree.root().to_value()) else {
            continue;
        };
        let written = document.to_string();
        if ["$include", "${", "__proto__"]
            .iter()
            .any(|mark| written.contains(mark))
        {
            continue;
        }
        judged += 1;
        let accepted = record["accept"].as_bool().unwrap();
        assert_eq!(judge.is_valid(&document), accepted, "{text}");
    }
    assert!(judged > 2000, "{judged}");
}
