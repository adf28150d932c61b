//! Edits: exact outcomes for the cases people meet, and laws over generated documents.

use clawconf::json5::{Editor, Kind, Node, Tree, Value};
use proptest::prelude::*;

fn edited(text: &str, change: impl FnOnce(&mut Editor<'_>, Node<'_>)) -> String {
    let tree = Tree::parse(text.to_owned()).unwrap();
    let mut editor = Editor::new(&tree);
    change(&mut editor, tree.root());
    editor.apply().unwrap()
}

fn appended(text: &str) -> String {
    edited(text, |editor, root| match root.kind() {
        Kind::List => editor.insert_item(root, 99, Value::Number(9.0)),
        _ => editor.insert(root, 99, "z", Value::Number(9.0)),
    })
}

#[test]
fn appending_follows_the_surroundings() {
    let cases = [
        ("{}", "{ z: 9 }"),
        ("[]", "[9]"),
        ("{ }", "{ z: 9 }"),
        ("{ a: 1 }", "{ a: 1, z: 9 }"),
        ("{a:1}", "{a:1, z: 9}"),
        ("{ a: 1, }", "{ a: 1, z: 9, }"),
        ("{ 'a': 1 }", "{ 'a': 1, 'z': 9 }"),
        ("[1,2]", "[1,2, 9]"),
        ("{\n  a: 1\n}", "{\n  a: 1,\n  z: 9\n}"),
        ("{\n  a: 1,\n}", "{\n  a: 1,\n  z: 9,\n}"),
        ("{\n  a: 1 // one\n}", "{\n  a: 1, // one\n  z: 9\n}"),
        (
            "{\n\ta: 1, // one\n\t// end\n}",
            "{\n\ta: 1, // one\n\tz: 9,\n\t// end\n}",
        ),
        (
            "{\r\n  \"a\": 1\r\n}",
            "{\r\n  \"a\": 1,\r\n  \"z\": 9\r\n}",
        ),
        ("{ // none\n}", "{ // none\n  z: 9\n}"),
        ("{ /* none */ }", "{ /* none */ z: 9 }"),
        ("{\n}", "{\n  z: 9\n}"),
        ("{ a: 1 // one\n}", "{ a: 1, z: 9 // one\n}"),
        (
            "{\n  a: 1 /* one\n  more */ }",
            "{\n  a: 1,\n  z: 9 /* one\n  more */ }",
        ),
    ];
    for (before, after) in cases {
        assert_eq!(appended(before), after, "{before:?}");
    }
}

#[test]
fn removing_takes_the_comma_and_the_line() {
    let cases = [
        ("{ a: 1, b: 2 }", "a", "{ b: 2 }"),
        ("{ a: 1, b: 2 }", "b", "{ a: 1 }"),
        ("{ a: 1, b: 2, }", "b", "{ a: 1, }"),
        ("{ a: 1 }", "a", "{ }"),
        ("{\n  a: 1,\n  b: 2\n}", "b", "{\n  a: 1\n}"),
        ("{\n  a: 1,\n  b: 2,\n}", "a", "{\n  b: 2,\n}"),
        (
            "{\n  // why\n  a: 1, // one\n  b: 2,\n}",
            "a",
            "{\n  // why\n  // one\n  b: 2,\n}",
        ),
        (
            "{\n  a: 1 // one\n  , b: 2\n}",
            "a",
            "{\n  // one\n   b: 2\n}",
        ),
    ];
    for (before, key, after) in cases {
        let result = edited(before, |editor, root| {
            editor.remove(root.entry(key).unwrap().key)
        });
        assert_eq!(result, after, "{before:?}");
    }
}

#[test]
fn setting_and_renaming_keep_quotes_and_comments() {
    let text = "{\n  'a': 'x', // first\n  b: [1, 2],\n}";
    let result = edited(text, |editor, root| {
        editor.set(root.get("a").unwrap(), Value::from("it's"));
        editor.rename(root.entry("b").unwrap().key, "b-2");
        editor.insert_item(root.get("b").unwrap(), 1, Value::from("x"));
    });
    assert_eq!(
        result,
        "{\n  'a': 'it\\'s', // first\n  'b-2': [1, 'x', 2],\n}"
    );
}

#[test]
fn several_changes_at_one_place_agree_on_commas() {
    let text = "{\n  a: 1,\n  b: 2 // two\n}";
    let result = edited(text, |editor, root| {
        editor.remove(root.entry("b").unwrap().key);
        editor.insert(root, 2, "c", Value::Number(3.0));
        editor.insert(root, 2, "d", Value::List(vec![Value::from("e")]));
    });
    assert_eq!(result, "{\n  a: 1,\n  c: 3,\n  d: [\"e\"]\n  // two\n}");
}

#[test]
fn a_new_object_is_written_over_several_lines_where_its_neighbours_are() {
    let text = "{\n    models: [\n        { id: \"a\" },\n    ],\n}";
    let model = Value::Object(vec![
        ("id".to_owned(), Value::from("b")),
        ("input".to_owned(), Value::List(vec![Value::from("text")])),
    ]);
    let result = edited(text, |editor, root| {
        editor.insert_item(root.get("models").unwrap(), 1, model);
    });
    let expected = "{\n    models: [\n        { id: \"a\" },\n        {\n            id: \"b\",\n            \
                    input: [\"text\"],\n        },\n    ],\n}";
    assert_eq!(result, expected);
}

#[test]
fn changes_that_overlap_are_refused() {
    let tree = Tree::parse("{ a: { b: 1 } }".to_owned()).unwrap();
    let mut editor = Editor::new(&tree);
    let a = tree.root().entry("a").unwrap();
    editor.remove(a.key);
    editor.set(a.value.get("b").unwrap(), Value::Null);
    assert!(editor.apply().is_err());
}

#[test]
fn comments_lists_and_far_keys_are_followed() {
    assert_eq!(
        appended("{\n  a: 1 /* one */\n}"),
        "{\n  a: 1, /* one */\n  z: 9\n}"
    );
    let prepended = |text: &str| {
        edited(text, |editor, root| {
            editor.insert_item(root, 0, Value::Number(9.0))
        })
    };
    assert_eq!(prepended("[1,2]"), "[9, 1,2]");
    assert_eq!(prepended("[ 1 ]"), "[ 9, 1 ]");
    let two = edited("[]", |editor, root| {
        editor.insert_item(root, 0, Value::Number(1.0));
        editor.insert_item(root, 0, Value::Number(2.0));
    });
    assert_eq!(two, "[1, 2]");
    let two = edited("{}", |editor, root| {
        editor.insert(root, 0, "a", Value::Number(1.0));
        editor.insert(root, 0, "b", Value::Number(2.0));
    });
    assert_eq!(two, "{ a: 1, b: 2 }");
    let inner = edited("{ \"a\": {} }", |editor, root| {
        editor.insert(root.get("a").unwrap(), 0, "z", Value::Number(9.0));
    });
    assert_eq!(inner, "{ \"a\": { \"z\": 9 } }");
}

/// Text with comments and line breaks strewn in, and the value it holds.
fn document() -> impl Strategy<Value = String> {
    let gap = prop::sample::select(vec![
        "",
        " ",
        "\n",
        "\n  ",
        "/*c*/",
        " // c\n",
        "\r\n\t",
        " /* c\n */ ",
    ]);
    let scalar = prop::sample::select(vec!["1", "'s'", "\"t\"", "null", "true", "0x1F", "-.5"]);
    let leaf = (gap.clone(), scalar, gap.clone()).prop_map(|(a, s, b)| format!("{a}{s}{b}"));
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let key = prop::sample::select(vec!["a", "'b'", "\"c\"", "d", "$e"]);
        let member = (gap.clone(), key, gap.clone(), inner.clone())
            .prop_map(|(a, key, b, value)| format!("{a}{key}{b}:{value}"));
        let list = |part: BoxedStrategy<String>,
                    brackets: &'static str,
                    gap: BoxedStrategy<&'static str>| {
            (prop::collection::vec(part, 0..4), any::<bool>(), gap).prop_map(
                move |(parts, comma, gap)| {
                    let end = if comma && !parts.is_empty() { "," } else { "" };
                    format!(
                        "{}{}{end}{gap}{}",
                        &brackets[..1],
                        parts.join(","),
                        &brackets[1..]
                    )
                },
            )
        };
        prop_oneof![
            list(inner.boxed(), "[]", gap.clone().boxed()),
            list(member.boxed(), "{}", gap.clone().boxed()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    /// `apply` itself compares the outcome with the wanted value; here no comment may be lost
    /// unless it stood inside a part that was removed or replaced.
    #[test]
    fn generated_edits_give_the_wanted_value(
        text in document(),
        picks in prop::collection::vec((any::<prop::sample::Index>(), 0..6u8, 0..4usize), 1..5),
    ) {
        let tree = Tree::parse(text.clone()).unwrap();
        let nodes: Vec<_> = tree.nodes().collect();
        let mut editor = Editor::new(&tree);
        let mut drops = false;
        for (pick, operation, at) in picks {
            let node = *pick.get(&nodes);
            let value = [Value::Null, Value::from("new"), Value::List(vec![Value::Number(7.0)])];
            let value = value[at % 3].clone();
            match (operation, node.kind()) {
                (0, kind) if kind != Kind::Key => { editor.set(node, value); drops = true; }
                (1, Kind::Key) => editor.rename(node, "other name"),
                (2, Kind::Key) => { editor.remove(node); drops = true; }
                (_, Kind::Object) => editor.insert(node, at, "new", value),
                (_, Kind::List) => editor.insert_item(node, at, value),
                _ => {}
            }
        }
        match editor.apply() {
            Ok(result) if !drops => prop_assert_eq!(comments(&text), comments(&result)),
            Ok(_) => {}
            Err(clawconf::json5::EditError::Overlap(_)) if drops => {}
            Err(error) => prop_assert!(false, "{error}: {text:?} -> {:?}", editor.edits()),
        }
    }
}

fn comments(text: &str) -> usize {
    text.matches("/*").count() + text.matches("//").count()
}
