//! What findings tell besides their rule and place: paths, labels, fixes that collide.

use clawconf::diagnostic::{Finding, Fix, Severity};
use clawconf::json5::{Edit, Path, Span};
use clawconf::lint::{Selection, fix_files, is_config, lint, rules};

use crate::common::load;

fn found(text: &str, files: &[(&str, Option<&str>)]) -> Vec<Finding> {
    lint(&load(text, files, &[]), &Selection::default())
}

#[test]
fn a_path_tells_no_secret_and_has_an_end() {
    let path_of = |key: &str| {
        let text = format!(
            "{{models:{{providers:{{'sk-1 x':{{baseUrl:'http://localhost/v1',models:[],'{key}':1}}}}}}}}"
        );
        let found = found(&text, &[]);
        let unknown = found.iter().find(|found| found.rule.id == "unknown-key");
        unknown.unwrap().path.to_string()
    };
    for secret in ["Authorization: Bearer", "sk-abc", "a b", "a:b"] {
        let path = path_of(secret);
        assert!(
            path.ends_with('•') && !path.contains(secret),
            "{secret}: {path}"
        );
        assert!(
            path.contains("sk-1 x"),
            "ids are people's own words: {path}"
        );
    }
    let words = |count: usize| "ab.".repeat(count / 3 + 1)[..count].to_owned();
    assert!(!path_of(&words(200)).contains('…'));
    let cut = path_of(&words(201));
    assert!(
        cut.contains(&format!("{}…", words(200))) && !cut.contains(&words(201)),
        "{cut}"
    );
}

#[test]
fn labels_point_into_the_included_file() {
    let main = "{ models: { providers: { l: { $include: './p.json5' } } } }";
    let part = "{ baseUrl: 'http://localhost/v1', models: [], api: 'ollama', api: 'ollama' }";
    let found = found(main, &[("p.json5", Some(part))]);
    let finding = found
        .iter()
        .find(|finding| finding.rule.id == "duplicate-key")
        .unwrap();
    assert_eq!(finding.file, 1);
    let marked: Vec<_> = finding.labels.iter().map(|label| label.span).collect();
    let first = part.find("api").unwrap();
    assert_eq!(marked, [Span::new(first, first + 3)]);
}

#[test]
fn a_broken_file_is_a_config_when_it_speaks_of_both() {
    // `load` names every file openclaw.json, so the words are asked for under another name.
    let is = |text: &str| {
        let mut config = load(text, &[], &[]);
        config.files[0].path.set_file_name("package.json");
        is_config(&config)
    };
    assert!(is("{ models: { providers: "));
    assert!(!is("{ models: ") && !is("{ providers: ") && !is("{"));
    assert!(is_config(&load("{", &[], &[])), "openclaw.json itself");
}

/// A finding that offers to put `text` at `span`.
fn offer(span: Span, text: &str) -> Finding {
    let fix = Fix {
        safe: true,
        title: String::new(),
        edits: vec![Edit::replace(span, text)],
    };
    Finding::new(&rules::ALL[0].info, Path::default(), span, String::new()).with_fix(Some(fix))
}

#[test]
fn of_fixes_that_touch_the_earlier_one_goes_in() {
    let cases = [
        (Span::new(0, 1), Span::new(2, 3), "XbY", 2),
        (Span::new(0, 2), Span::new(1, 3), "Xc", 1),
        (Span::new(0, 1), Span::new(1, 3), "Xbc", 1),
        (Span::new(1, 3), Span::new(0, 1), "aX", 1),
    ];
    for (first, second, expected, count) in cases {
        let findings = vec![offer(first, "X"), offer(second, "Y")];
        let applied = fix_files(
            vec!["abc".to_owned()],
            findings,
            false,
            |_| Some(Vec::new()),
        );
        assert_eq!(
            applied.changed,
            [(0, expected.to_owned())],
            "{first:?} {second:?}"
        );
        assert_eq!(applied.count, count);
    }
}

/// The findings of a provider with `inside`.
fn of_provider(inside: &str) -> Vec<Finding> {
    let text = format!(
        "{{models:{{providers:{{l:{{baseUrl:'http://localhost/v1',models:[],{inside}}}}}}}}}"
    );
    found(&text, &[])
}

fn rules_and_paths(findings: &[Finding]) -> Vec<(&str, String)> {
    let pair = |finding: &Finding| (finding.rule.id, finding.path.to_string());
    findings.iter().map(pair).collect()
}

#[test]
fn keys_of_list_items_are_looked_at() {
    let found = of_provider("params: { list: [[{ a: 1, a: 2 }]] }");
    let expected = "models.providers.l.params.list.0.0.a".to_owned();
    assert_eq!(rules_and_paths(&found), [("duplicate-key", expected)]);
}

#[test]
fn what_is_merged_from_two_files_is_not_edited() {
    let main = "{ models: { providers: { l: { $include: ['./a.json5', './b.json5'] } } } }";
    let parts = [
        (
            "a.json5",
            Some("{ baseUrl: 'http://localhost', base_url: 'x' }"),
        ),
        ("b.json5", Some("{ max_tokens: 1, api: 'ollama' }")),
    ];
    let found = found(main, &parts);
    assert!(found.iter().any(|finding| finding.rule.id == "missing-key"));
    assert!(
        found.iter().all(|finding| finding.fix.is_none()),
        "{found:?}"
    );
}

#[test]
fn generated_objects_are_not_edited() {
    let fix_among = |parts: usize| {
        let keys: String = (2..parts).map(|nth| format!("k{nth}:1,")).collect();
        let found = of_provider(&format!("params: {{ a: 1, {keys} a: 1 }}"));
        assert_eq!(found.len(), 1);
        found[0].fix.is_some()
    };
    assert!(fix_among(1000));
    assert!(!fix_among(1001));
}

#[test]
fn text_in_the_place_of_something_that_is_no_scalar_is_not_told() {
    for inside in [
        "headers: '12345'",
        "request: { tls: '12345' }",
        "input: '12345'",
    ] {
        for finding in of_provider(inside) {
            let said = format!("{} {:?}", finding.message, finding.help);
            assert!(!said.contains("12345"), "{inside}: {said}");
        }
    }
    let told = of_provider("timeoutSeconds: '30 s'");
    assert!(!told[0].message.contains("30 s"), "{}", told[0].message);
    let told = of_provider("timeoutSeconds: '300'");
    assert!(told[0].message.contains("`300`"), "{}", told[0].message);
}

#[test]
fn a_key_that_may_be_a_secret_is_not_told() {
    for key in ["sk-abc", "a b", "a:b"] {
        let found = of_provider(&format!("'{key}': 1"));
        assert!(
            found[0].message.starts_with("this key"),
            "{}",
            found[0].message
        );
    }
    assert!(of_provider("'a.b': 1")[0].message.starts_with("`a.b`"));
}

#[test]
fn only_what_looks_like_a_provider_is_misplaced() {
    let text = "{ models: { providers: { providers: { l: { baseUrl: 'http://localhost/v1', models: [] } } } } }";
    let ids: Vec<_> = found(text, &[])
        .iter()
        .map(|finding| finding.rule.id)
        .collect();
    assert!(ids.contains(&"misplaced-providers"), "{ids:?}");
    let found = of_provider("extra: { baseUrl: 'http://localhost/v1' }");
    let expected = "models.providers.l.extra".to_owned();
    assert_eq!(rules_and_paths(&found), [("unknown-key", expected)]);
}

/// Lints letters: `a` may become `A`, which is well, and `x` may become `X`, which is an error.
fn scripted(text: &str) -> Vec<Finding> {
    let wishes = text.char_indices().filter_map(|(at, letter)| match letter {
        'a' => Some(offer(Span::new(at, at + 1), "A")),
        'x' => Some(offer(Span::new(at, at + 1), "X")),
        'X' => {
            let mut error = offer(Span::new(at, at + 1), "X");
            error.severity = Severity::Error;
            error.fix = None;
            Some(error)
        }
        _ => None,
    });
    wishes.collect()
}

#[test]
fn a_fix_that_does_harm_is_left_out_and_the_others_go_in() {
    for (before, after, count) in [
        ("a-x-a-a-x", "A-x-A-A-x", 3),
        ("x", "x", 0),
        ("x-x-x-a", "x-x-x-A", 1),
        ("a-a", "A-A", 2),
    ] {
        let mut attempts = 0;
        let applied = fix_files(vec![before.to_owned()], scripted(before), false, |texts| {
            attempts += 1;
            Some(scripted(&texts[0]))
        });
        let text = applied.changed.first().map_or(before, |(_, text)| text);
        assert_eq!((text, applied.count), (after, count), "{before}");
        assert!(attempts <= 20, "{attempts}");
    }
}

#[test]
fn trying_fixes_out_has_an_end() {
    let harmful = "x-".repeat(5000);
    let mut attempts = 0;
    let applied = fix_files(vec![harmful.clone()], scripted(&harmful), false, |texts| {
        attempts += 1;
        Some(scripted(&texts[0]))
    });
    assert!(applied.changed.is_empty());
    assert!(attempts < 1000, "{attempts}");
}
