//! The parser against the recorded verdicts of npm `json5` 2.2.3.

use std::fmt::Write;

use clawconf::json5::{LineIndex, MAX_DEPTH, SyntaxErrorKind, Tree, Value};
use proptest::prelude::*;
use serde_json::Value as Json;

/// `{"n": bits}` for numbers, `{"o": [[key, value], …]}` sorted by key bytes for objects, with the
/// last of equal keys; all else as JSON writes it.
fn recorded_form(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Boolean(value) => write!(out, "{value}").unwrap(),
        Value::Number(number) if number.is_nan() => out.push_str(r#"{"n":"NaN"}"#),
        Value::Number(number) => write!(out, r#"{{"n":"{:016x}"}}"#, number.to_bits()).unwrap(),
        Value::String(text) => out.push_str(&serde_json::to_string(text).unwrap()),
        Value::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                recorded_form(item, out);
            }
            out.push(']');
        }
        Value::Object(entries) => {
            let entries: std::collections::BTreeMap<_, _> =
                entries.iter().map(|(key, value)| (key, value)).collect();
            out.push_str(r#"{"o":["#);
            for (at, (key, value)) in entries.iter().enumerate() {
                out.push_str(if at > 0 { ",[" } else { "[" });
                out.push_str(&serde_json::to_string(key).unwrap());
                out.push(',');
                recorded_form(value, out);
                out.push(']');
            }
            out.push_str("]}");
        }
    }
}

#[test]
fn every_recorded_verdict_and_value_agrees() {
    let records = include_str!("../fixtures/json5/verdicts.jsonl");
    let mut count = 0;
    let mut wrong = Vec::new();
    for line in records.lines() {
        count += 1;
        let record: Json = serde_json::from_str(line).unwrap();
        let text = record["s"].as_str().unwrap();
        let accepted = record["ok"].as_bool().unwrap();
        match Tree::parse(text.to_owned()) {
            Err(rejected) if rejected.error.kind == SyntaxErrorKind::TooDeep => {
                let depth = text.bytes().filter(|byte| b"[{".contains(byte)).count();
                assert!(depth > MAX_DEPTH, "the limit is hit only above it");
            }
            Err(rejected) if accepted => {
                wrong.push(format!("refused: {text:?}: {}", rejected.error));
            }
            Err(rejected) => {
                let index = LineIndex::new(text);
                let place = index.position(text, rejected.error.offset);
                let line = record["line"].as_u64().unwrap();
                let column = record["col"].as_u64().unwrap();
                let same = (place.line as u64, place.column as u64) == (line, column);
                // We point to the opening of what is left open, and to the backslash.
                let kinder = matches!(
                    rejected.error.kind,
                    SyntaxErrorKind::UnclosedString
                        | SyntaxErrorKind::UnclosedComment
                        | SyntaxErrorKind::BadEscape
                );
                let line_break = matches!(
                    rejected.error.kind,
                    SyntaxErrorKind::Unexpected {
                        found: '\n' | '\r' | '\u{2028}' | '\u{2029}',
                        ..
                    }
                );
                let wide = text.chars().any(|c| c > '\u{FFFF}'); // npm counts UTF-16 units
                if !same && !kinder && !line_break && !wide {
                    wrong.push(format!(
                        "place of {text:?}: {place:?} instead of {line}:{column}"
                    ));
                }
            }
            Ok(_) if !accepted => wrong.push(format!("accepted: {text:?}")),
            Ok(tree) => {
                assert_eq!(tree.text(), text);
                let lone = tree.nodes().any(|node| node.has_lone_surrogate());
                let recorded_lone = record.get("lone").is_some();
                let mut ours = String::new();
                recorded_form(&tree.root().to_value(), &mut ours);
                match record.get("v") {
                    Some(theirs) if serde_json::from_str::<Json>(&ours).unwrap() != *theirs => {
                        wrong.push(format!("value of {text:?}: {ours} instead of {theirs}"));
                    }
                    _ if lone != recorded_lone => wrong.push(format!("surrogates of {text:?}")),
                    _ => {}
                }
            }
        }
    }
    assert_eq!(count, 2282);
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn nesting_is_limited_at_the_limit() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(Tree::parse(nested(MAX_DEPTH)).is_ok());
    let refused = Tree::parse(nested(MAX_DEPTH + 1)).unwrap_err();
    assert_eq!(refused.error.kind, SyntaxErrorKind::TooDeep);
    assert_eq!(refused.error.offset, MAX_DEPTH);
    let open_only = Tree::parse("{a:[".repeat(1_000_000)).unwrap_err();
    assert_eq!(open_only.error.kind, SyntaxErrorKind::TooDeep);
}

#[test]
fn every_prefix_of_every_corpus_file_is_read_or_refused() {
    for entry in std::fs::read_dir("tests/corpus").unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        if path.extension().is_none_or(|ending| ending != "json5") {
            continue;
        }
        for (cut, _) in text.char_indices() {
            if let Ok(tree) = Tree::parse(text[..cut].to_owned()) {
                assert_eq!(
                    text[cut..].trim_start_matches(['\r', '\n', ' ']),
                    "",
                    "{path:?} {cut}"
                );
                assert_eq!(tree.text(), &text[..cut]);
            }
        }
    }
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics_and_round_trips(text in any::<String>()) {
        check(text);
    }

    #[test]
    fn json_like_soup_never_panics(
        text in proptest::collection::vec(prop::sample::select(vec![
            "{", "}", "[", "]", ":", ",", "\"", "'", "\\", "/", "*", "//", "/*", "*/", "\n", "\r",
            "\u{2028}", "\u{FEFF}", " ", "0", "1", "-", "+", ".", "e", "x", "0x", "Infinity", "NaN",
            "null", "true", "false", "a", "$", "_", "\\u0061", "\\uD83D", "\\x", "é", "𝒳", "\0", "#",
        ]), 0..60)
    ) {
        check(text.concat());
    }
}

fn check(text: String) {
    match Tree::parse(text.clone()) {
        Ok(tree) => {
            for node in tree.nodes() {
                let _ = (node.text(), node.number(), node.boolean());
                assert!(text.get(node.span().start..node.span().end).is_some());
            }
            let _ = tree.root().to_value();
            assert_eq!(tree.into_text(), text);
        }
        Err(rejected) => {
            assert!(rejected.error.offset <= text.len());
            assert!(text.is_char_boundary(rejected.error.offset));
            assert_eq!(rejected.text, text);
        }
    }
}
