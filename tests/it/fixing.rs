//! The fixer: which fixes go in, when it gives up, and what it leaves alone on the disk.

use std::cell::Cell;
use std::fs;

use clawconf::diagnostic::{Finding, Fix};
use clawconf::json5::{Edit, Path, Span};
use clawconf::lint::{Applied, fix_files, rules};

use crate::common::{clawconf, transcript};

const BAD: &str = r#"{ models: { providers: { lab: { baseUrl: "http://localhost", api: "ollama", models: [{ id: "m" }] } } } }"#;

fn finding() -> Finding {
    let rule = rules::find("missing-key").unwrap();
    Finding::new(rule, Path::default(), Span::new(0, 0), String::new())
}

/// A finding that offers to put `text` at each of `spans`.
fn offer(spans: &[(usize, usize)], text: &str) -> Finding {
    let edits = spans.iter();
    let edits = edits.map(|&(start, end)| Edit::replace(Span::new(start, end), text));
    finding().with_fix(Some(Fix {
        safe: true,
        title: String::new(),
        edits: edits.collect(),
    }))
}

/// One finding for each lower-case letter; it offers the upper-case one.
fn raised(text: &str) -> Vec<Finding> {
    let lower = text.char_indices().filter(|(_, c)| c.is_lowercase());
    let offers = lower.map(|(at, c)| offer(&[(at, at + 1)], &c.to_uppercase().to_string()));
    offers.collect()
}

fn text(applied: &Applied) -> &str {
    &applied.changed[0].1
}

#[test]
fn a_fix_of_several_places_goes_in_whole_or_not_at_all() {
    let findings = || {
        vec![
            offer(&[(0, 1)], "1"),
            offer(&[(0, 1), (2, 3)], "2"),
            offer(&[(2, 3)], "3"),
        ]
    };
    for _ in 0..3 {
        let applied = fix_files(vec!["abc".into()], findings(), false, |_| Some(Vec::new()));
        assert_eq!((text(&applied), applied.count), ("1b3", 2));
    }
    let mut turned = findings();
    turned.swap(0, 1);
    let applied = fix_files(vec!["abc".into()], turned, false, |_| Some(Vec::new()));
    assert_eq!((text(&applied), applied.count), ("2b2", 1));
}

#[test]
fn a_fix_that_does_harm_is_left_out_and_the_others_go_in() {
    let letters = "a!b.c.d.efghijklm";
    for bad in ['A', 'D', 'M'] {
        let applied = fix_files(vec![letters.into()], raised(letters), false, |texts| {
            let mut found = raised(&texts[0]);
            let harm = if texts[0].contains(bad) { 40 } else { 0 };
            found.extend((0..harm).map(|_| finding()));
            Some(found)
        });
        let expected = letters
            .to_uppercase()
            .replace(bad, &bad.to_lowercase().to_string());
        assert_eq!((text(&applied), applied.count), (&*expected, 12));
        let unreadable = fix_files(vec![letters.into()], raised(letters), false, |texts| {
            (!texts[0].contains(bad)).then(|| raised(&texts[0]))
        });
        assert_eq!(text(&unreadable), expected);
        assert_eq!(unreadable.findings.len(), 1);
    }
}

#[test]
fn harm_in_one_file_leaves_the_other_fixed() {
    let all = |texts: &[String]| {
        let files = texts.iter().enumerate();
        let found = files.flat_map(|(file, text)| {
            raised(text).into_iter().map(move |mut finding| {
                finding.file = file;
                finding
            })
        });
        found.collect::<Vec<_>>()
    };
    let texts = vec!["ab".to_owned(), "cd".to_owned()];
    let applied = fix_files(texts.clone(), all(&texts), false, |texts| {
        (!texts[0].contains('B')).then(|| all(texts))
    });
    assert_eq!(
        applied.changed,
        [(0, "Ab".to_owned()), (1, "CD".to_owned())]
    );
}

#[test]
fn attempts_have_an_end() {
    let asked = Cell::new(0);
    let long = "a.".repeat(5000);
    let applied = fix_files(vec![long.clone()], raised(&long), false, |_| {
        asked.set(asked.get() + 1);
        None
    });
    assert!(applied.changed.is_empty() && applied.count == 0);
    assert!(asked.get() <= 220, "{} attempts", asked.get());
    assert_eq!(applied.findings.len(), 5000);
    asked.set(0);
    let applied = fix_files(vec!["x".into()], vec![offer(&[(0, 0)], "y")], false, |_| {
        asked.set(asked.get() + 1);
        Some(vec![offer(&[(0, 0)], "y")])
    });
    assert_eq!(
        (asked.get(), text(&applied)),
        (10, "yyyyyyyyyyx"),
        "it never settles"
    );
}

#[test]
fn what_is_unsafe_waits_and_what_changes_nothing_does_not_count() {
    let mut risky = offer(&[(0, 1)], "1");
    risky.fix.as_mut().unwrap().safe = false;
    let run = |findings: Vec<Finding>, with_unsafe| {
        let applied = fix_files(vec!["abc".into()], findings, with_unsafe, |_| {
            Some(Vec::new())
        });
        (applied.changed.len(), applied.count)
    };
    assert_eq!(run(vec![risky.clone()], false), (0, 0));
    assert_eq!(run(vec![risky], true), (1, 1));
    assert_eq!(run(vec![offer(&[(0, 1)], "a")], true), (0, 0));
}

/// Each is a config of its own, and one is made of the other.
#[test]
fn a_file_that_an_earlier_fix_changed_keeps_it() {
    let part = "{ lab: { baseUrl: \"http://localhost\", api: \"ollama\", api: \"ollama\", models: [{ id: \"m\" }] } }";
    let fixed = part
        .replacen("api: \"ollama\", ", "", 1)
        .replace("{ id: \"m\" }", "{ id: \"m\", name: \"m\" }");
    for names in [["main.json5", "part.json5"], ["part.json5", "main.json5"]] {
        let folder = tempfile::tempdir().unwrap();
        let main = "{ models: { providers: { $include: './part.json5' } } }";
        fs::write(folder.path().join("main.json5"), main).unwrap();
        fs::write(folder.path().join("part.json5"), part).unwrap();
        let mut command = clawconf(folder.path());
        command.arg("lint").args(names).args(["--fix", "--unsafe"]);
        assert_eq!(command.output().unwrap().status.code(), Some(0));
        let after = fs::read_to_string(folder.path().join("part.json5")).unwrap();
        assert_eq!(after, fixed, "{names:?}");
    }
}

#[cfg(unix)]
#[test]
fn two_names_of_one_file_are_fixed_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.json5"), BAD).unwrap();
    std::os::unix::fs::symlink("a.json5", folder.path().join("b.json5")).unwrap();
    let mut command = clawconf(folder.path());
    let output = command
        .args(["lint", "b.json5", "a.json5", "--fix"])
        .output()
        .unwrap();
    let told = transcript(&output);
    assert!(
        told.contains("1 fix applied") && told.ends_with("exit 0\n"),
        "{told}"
    );
    assert!(folder.path().join("b.json5").is_symlink());
}

#[cfg(unix)]
#[test]
fn a_page_keeps_its_mode_and_a_read_only_one_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let page = format!("# x\r\n\r\n> ```json5\r\n> {BAD}\r\n> ```\r\n");
    for (name, mode) in [("a.md", 0o444), ("b.md", 0o600)] {
        let path = folder.path().join(name);
        fs::write(&path, &page).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }
    let mut command = clawconf(folder.path());
    let output = command
        .args(["lint", "a.md", "b.md", "--fix"])
        .output()
        .unwrap();
    let told = transcript(&output);
    assert!(told.contains("/a.md: the file is read-only"), "{told}");
    assert!(
        told.contains("1 fix applied") && told.ends_with("exit 2\n"),
        "{told}"
    );
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("a.md"), page);
    assert_eq!(
        read("b.md"),
        page.replace("id: \"m\"", "id: \"m\", name: \"m\"")
    );
    let mode = fs::metadata(folder.path().join("b.md"))
        .unwrap()
        .permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
}
