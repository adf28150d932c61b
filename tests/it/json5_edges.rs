// These cases belong into tests/it/json5_edits.rs (they use its `edited` and `appended`).
use clawconf::json5::{Editor, Kind, Node, Tree, Value};

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
