//! Configs in Markdown: which blocks count, where findings stand, what fixes leave alone.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;

use crate::common::{clawconf, with_input};

/// What is found in a page: rule, line, column, path, and the text that the finding stands on.
fn found(page: &str) -> Vec<(String, u64, u64, String, String)> {
    let mut command = clawconf(".");
    let arguments = [
        "lint",
        "-",
        "--stdin-filename",
        "page.md",
        "--format",
        "json",
        "--select",
        "contract,syntax,trust",
    ];
    let output = with_input(command.args(arguments), page.as_bytes());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let one = |finding: &Value| {
        let place = |end: &str| usize::try_from(finding[end]["offset"].as_u64().unwrap()).unwrap();
        (
            finding["rule"].as_str().unwrap().to_owned(),
            finding["start"]["line"].as_u64().unwrap(),
            finding["start"]["column"].as_u64().unwrap(),
            finding["path"].as_str().unwrap().to_owned(),
            page[place("start")..place("end")].to_owned(),
        )
    };
    findings.map(one).collect()
}

/// Rules and lines only.
fn lines(page: &str) -> Vec<(String, u64)> {
    found(page)
        .into_iter()
        .map(|(rule, line, ..)| (rule, line))
        .collect()
}

const MODEL: &str = "{ models: { providers: { lab: { baseUrl: 'https://a.example/v1', models: [{ id: 'm' }] } } } }";

#[test]
fn fences_of_every_kind_are_found() {
    let fenced = |open: &str, close: &str| format!("# A\n\n{open}\n{MODEL}\n{close}\n");
    for (open, close) in [
        ("```json5", "```"),
        ("```JSON", "```"),
        ("``` jsonc", "```"),
        ("~~~json", "~~~"),
        ("`````json5", "`````"),
        ("```json5 title=\"openclaw.json\"", "```"),
        ("```json5,ignore", "```"),
        ("   ```json5", "   ```"),
        ("      ```json5", "      ```"),
        ("```json5", ""),
    ] {
        assert_eq!(
            lines(&fenced(open, close)),
            [("missing-key".to_owned(), 4)],
            "{open}"
        );
    }
    for open in [
        "```",
        "```js",
        "```yaml",
        "```json5 clawconf:ignore",
        "```json5 clawconf=\"ignore\"",
    ] {
        assert_eq!(lines(&fenced(open, "```")), [], "{open}");
    }
    assert_eq!(
        lines(&format!("- a\n\n  ```json5\n  {MODEL}\n  ```\n")),
        [("missing-key".to_owned(), 4)]
    );
    assert_eq!(
        lines(&format!("> ```json5\n> {MODEL}\n> ```\n")),
        [("missing-key".to_owned(), 2)]
    );
    assert_eq!(
        lines(&format!("\t{MODEL}\n")),
        [],
        "an indented block has no language"
    );
}

#[test]
fn blocks_that_are_no_configs_are_passed_over_and_broken_ones_are_not() {
    let block = |text: &str| format!("```json\n{text}\n```\n");
    assert_eq!(lines(&block("{ \"name\": \"x\", \"scripts\": {} }")), []);
    assert_eq!(lines(&block("{ \"models\": [1, 2] }")), []);
    assert_eq!(lines(&block("{ broken")), []);
    let broken = block("{ models: { providers: { ... } } }");
    assert_eq!(lines(&broken), [("json5-syntax".to_owned(), 2)]);
}

#[test]
fn a_fence_that_is_not_understood_is_told() {
    for mark in [
        "model",
        "",
        "ignor",
        "models.",
        "agents.defaults",
        "modelss",
    ] {
        let page = format!("# A\n\n> ```json5 clawconf:{mark} x\n> {MODEL}\n> ```\n");
        let mut command = clawconf(".");
        let arguments = [
            "lint",
            "-",
            "--stdin-filename",
            "page.md",
            "--format",
            "json",
        ];
        let output = with_input(command.args(arguments), page.as_bytes());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap();
        assert_eq!(findings.len(), 1, "{mark}: {report}");
        assert_eq!(
            (&findings[0]["rule"], &findings[0]["start"]["line"]),
            (&"unknown-rule".into(), &3.into())
        );
        assert_eq!(output.status.code(), Some(1));
    }
}

#[test]
fn a_part_is_read_as_the_fence_says() {
    let entry = "baseUrl: 'https://a.example/v1',\n models: [{ id: 'm' }]";
    let lab = format!("lab: {{ {entry} }}");
    let name = "models.providers.lab.models.0.name";
    for (fence, text, path) in [
        (
            "clawconf:models",
            format!("{{ providers: {{ {lab} }} }}"),
            name,
        ),
        ("clawconf:models", format!("providers: {{ {lab} }}"), name),
        (
            "clawconf:models",
            format!("models: {{ providers: {{ {lab} }} }},"),
            name,
        ),
        (
            "clawconf=models",
            format!("{{ models: {{ providers: {{ {lab} }} }} }}"),
            name,
        ),
        ("clawconf:providers", format!("{{ {lab} }}"), name),
        (
            "clawconf:providers",
            format!("// first\n{lab},\n// last"),
            name,
        ),
        (
            "clawconf:providers",
            format!("/* a */ providers: {{ {lab} }}"),
            name,
        ),
        ("clawconf:models.providers", lab.clone(), name),
        (
            "clawconf:models.providers.lab",
            format!("{{ {entry} }}"),
            name,
        ),
        ("clawconf:models.providers.lab", entry.to_owned(), name),
        (
            "clawconf:provider",
            entry.to_owned(),
            "models.providers.example.models.0.name",
        ),
        ("title=x clawconf=\"providers\"", lab.clone(), name),
    ] {
        let page = format!("```json5 {fence}\n{text}\n```\n");
        let found = found(&page);
        assert_eq!(found.len(), 1, "{page}{found:?}");
        assert_eq!(
            (found[0].0.as_str(), found[0].3.as_str()),
            ("missing-key", path),
            "{page}"
        );
        assert_eq!(found[0].4, "{ id: 'm' }", "{page}");
    }
    let empty = found("```json5 clawconf:providers\n{ lab: {} }\n```\n");
    assert_eq!(empty.len(), 2, "a part counts whatever stands in it");
}

/// A config with findings of several kinds, over several lines, some with fixes.
const LINES: [&str; 17] = [
    "// a comment",
    "{",
    "  models: { providers: {",
    "    'ü': {",
    "      baseUrl: \"http://10.0.0.5:8000/v1\", // 🧠",
    "      timeoutSeconds: \"30\",",
    "      models: [",
    "        { id: 'm' },",
    "",
    "        {",
    "          id: 'o',",
    "        },",
    "        { id: 'n', name: 'N', contextwindow: 4096, },",
    "      ],",
    "      request: { allowPrivateNetwork: true },",
    "    },",
    "  } } }",
];

/// How a block may be quoted: what its first and its other lines begin with.
fn quotations() -> impl Strategy<Value = (&'static str, &'static str)> {
    prop::sample::select(vec![
        ("", ""),
        ("  ", "  "),
        ("> ", "> "),
        (">", ">"),
        ("- ", "  "),
        ("1. ", "   "),
        ("> - ", ">   "),
        ("- > ", "  > "),
    ])
}

/// The lines as a page.
fn quoted(lines: &[&str], (first, other): (&str, &str), end: &str) -> String {
    let mut page = format!("# Page{end}{end}{first}```json5{end}");
    for line in lines {
        page.push_str(format!("{other}{line}").trim_end_matches(' '));
        page.push_str(end);
    }
    page + other + "```" + end + end + "Behind." + end
}

/// A file after `--fix --unsafe`, and whether a second time changed nothing.
fn fixed(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    let fix = || {
        clawconf(folder)
            .args(["lint", "--fix", "--unsafe", name])
            .output()
            .unwrap()
    };
    fix();
    let once = fs::read_to_string(&path).unwrap();
    fix();
    assert_eq!(fs::read_to_string(&path).unwrap(), once, "twice");
    once
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_quoted_config_has_the_findings_and_the_fixes_of_the_bare_one(
        quotation in quotations(),
        end in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let page = quoted(&LINES, quotation, end);
        let bare = quoted(&LINES, ("", ""), "\n");
        let (there, here) = (found(&page), found(&bare));
        prop_assert!(here.len() >= 4, "{here:?}");
        prop_assert_eq!(there.len(), here.len());
        let shift = quotation.1.chars().count() as u64;
        for (there, here) in there.iter().zip(&here) {
            prop_assert_eq!((&there.0, there.1, &there.3), (&here.0, here.1, &here.3));
            prop_assert_eq!(there.2, here.2 + shift, "{}", &page);
            if !here.4.contains('\n') {
                prop_assert_eq!(&there.4, &here.4);
            }
        }
        let place = tempfile::tempdir().unwrap();
        let mended = fixed(place.path(), "page.md", &page);
        let block = fixed(place.path(), "bare.json5", &LINES.join("\n"));
        let block: Vec<&str> = block.lines().collect();
        prop_assert_eq!(mended, quoted(&block, quotation, end));
    }
}

#[test]
fn a_diff_of_a_page_shows_nothing_but_the_config() {
    let place = tempfile::tempdir().unwrap();
    let page = format!("the token is Zq7Planted\n```json5\n{MODEL}\n```\nZq7Planted again\n");
    fs::write(place.path().join("page.md"), page).unwrap();
    let mut command = clawconf(place.path());
    let output = command
        .args(["lint", "--diff", "page.md"])
        .output()
        .unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(
        shown.contains("+{ models:") && shown.contains("name: 'm'"),
        "{shown}"
    );
    assert!(!shown.contains("Planted"), "{shown}");
}

#[test]
fn a_page_of_a_folder_counts_when_it_quotes_a_config() {
    let place = tempfile::tempdir().unwrap();
    fs::write(
        place.path().join("with.md"),
        format!("```json5\n{MODEL}\n```\n"),
    )
    .unwrap();
    fs::write(place.path().join("without.md"), "# Nothing\n").unwrap();
    let mut command = clawconf(place.path());
    let output = command
        .args(["lint", ".", "--format", "json"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&report["files"], &report["summary"]["errors"]),
        (&1.into(), &1.into())
    );
    let named = clawconf(place.path())
        .args(["lint", "without.md"])
        .output()
        .unwrap();
    assert_eq!(named.status.code(), Some(0));
    assert!(
        String::from_utf8(named.stderr)
            .unwrap()
            .contains("nothing to check")
    );
}
