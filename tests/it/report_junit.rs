//! The JUnit report against the grammar that Jenkins publishes for it (`junit-10.xsd`), and the
//! Code Quality report against what GitLab reads of one.

use std::fs;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde_json::Value;

use crate::common::clawconf;
use crate::report_formats::{linted, written};

/// A suite, as a reader sees it.
#[derive(Debug, Default)]
pub(crate) struct Suite {
    pub(crate) name: String,
    pub(crate) cases: Vec<Case>,
}

/// A case, as a reader sees it.
#[derive(Debug, Default)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) file: String,
    /// `passed`, `failure` or `skipped`.
    pub(crate) status: String,
    pub(crate) message: String,
    pub(crate) text: String,
}

/// An element's attributes that it may have; those in front of the bar it must have.
const ATTRIBUTES: [(&str, &str); 5] = [
    ("testsuites", "name tests failures errors | skipped"),
    ("testsuite", "name tests failures errors skipped |"),
    ("testcase", "name classname file | line"),
    ("failure", "message type |"),
    ("skipped", "message type |"),
];

fn attributes(element: &BytesStart<'_>) -> Vec<(String, String)> {
    let name = String::from_utf8(element.name().as_ref().to_vec()).unwrap();
    let rule = ATTRIBUTES.iter().find(|(known, _)| *known == name);
    let (_, rule) = rule.unwrap_or_else(|| panic!("element {name}"));
    let found: Vec<(String, String)> = element
        .attributes()
        .map(|attribute| {
            let attribute = attribute.unwrap();
            let key = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
            (
                key,
                attribute
                    .normalized_value(XmlVersion::Explicit1_0)
                    .unwrap()
                    .into_owned(),
            )
        })
        .collect();
    let (needed, _) = rule.split_once('|').unwrap();
    for (key, _) in &found {
        assert!(
            rule.split(' ').any(|known| known == key),
            "{name} has {key}"
        );
    }
    for key in needed.split_whitespace() {
        assert!(
            found.iter().any(|(found, _)| found == key),
            "{name} lacks {key}"
        );
    }
    found
}

fn value(attributes: &[(String, String)], key: &str) -> String {
    let found = attributes.iter().find(|(name, _)| name == key);
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

/// Reads a report; anything that the grammar does not have fails the test, and so do wrong sums.
pub(crate) fn read(report: &str) -> Vec<Suite> {
    let valid = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    assert!(report.chars().all(valid), "a character that XML has not");
    let mut reader = Reader::from_str(report);
    reader.config_mut().check_end_names = true;
    let mut suites: Vec<Suite> = Vec::new();
    let mut sums: Vec<Vec<(String, String)>> = Vec::new();
    let mut depth: Vec<String> = Vec::new();
    loop {
        let event = reader.read_event().unwrap();
        let (element, is_empty) = match &event {
            Event::Start(element) => (element, false),
            Event::Empty(element) => (element, true),
            Event::End(_) => {
                depth.pop().unwrap();
                continue;
            }
            Event::Text(text) => {
                let text = text.decode().unwrap();
                if matches!(
                    depth.last().map(String::as_str),
                    Some("failure" | "skipped")
                ) {
                    suites
                        .last_mut()
                        .unwrap()
                        .cases
                        .last_mut()
                        .unwrap()
                        .text
                        .push_str(&text);
                } else {
                    assert_eq!(text.trim(), "", "text outside of a case");
                }
                continue;
            }
            Event::GeneralRef(reference) => {
                let case = suites.last_mut().unwrap().cases.last_mut().unwrap();
                let character = match reference.decode().unwrap().as_ref() {
                    "lt" => '<',
                    "gt" => '>',
                    "amp" => '&',
                    "quot" => '"',
                    "apos" => '\'',
                    _ => reference.resolve_char_ref().unwrap().unwrap(),
                };
                case.text.push(character);
                continue;
            }
            Event::Decl(_) => {
                assert!(depth.is_empty() && sums.is_empty());
                continue;
            }
            Event::Eof => break,
            other => panic!("{other:?}"),
        };
        let name = String::from_utf8(element.name().as_ref().to_vec()).unwrap();
        let attributes = attributes(element);
        let parent = depth.last().map_or("", String::as_str);
        match (parent, name.as_str()) {
            ("", "testsuites") => sums.push(attributes),
            ("testsuites", "testsuite") => {
                let name = value(&attributes, "name");
                suites.push(Suite {
                    name,
                    cases: Vec::new(),
                });
                sums.push(attributes);
            }
            ("testsuite", "testcase") => suites.last_mut().unwrap().cases.push(Case {
                name: value(&attributes, "name"),
                file: value(&attributes, "file"),
                status: "passed".to_owned(),
                ..Case::default()
            }),
            ("testcase", "failure" | "skipped") => {
                let case = suites.last_mut().unwrap().cases.last_mut().unwrap();
                assert_eq!(case.status, "passed", "one outcome a case");
                case.status = name.clone();
                case.message = value(&attributes, "message");
            }
            other => panic!("{other:?}"),
        }
        if !is_empty {
            depth.push(name);
        }
    }
    assert!(depth.is_empty());
    check_sums(&suites, &sums);
    suites
}

fn check_sums(suites: &[Suite], sums: &[Vec<(String, String)>]) {
    let all: Vec<&Case> = suites.iter().flat_map(|suite| &suite.cases).collect();
    let each = suites.iter().map(|suite| suite.cases.iter().collect());
    for (cases, told) in std::iter::once(all).chain(each).zip(sums) {
        let with = |status: &str| cases.iter().filter(|case| case.status == status).count();
        let expected = [cases.len(), with("failure"), with("skipped"), 0];
        let told = ["tests", "failures", "skipped", "errors"].map(|key| value(told, key));
        assert_eq!(told, expected.map(|number| number.to_string()));
    }
}

#[test]
fn a_suite_a_config_and_a_case_a_finding() {
    let mut configs = Vec::new();
    for entry in fs::read_dir("tests/corpus").unwrap() {
        let path = entry.unwrap().path();
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        configs.push(linted(path.to_str().unwrap(), &text));
    }
    configs.push(linted("<&\"' \u{1b}[1m\u{ffff}", "{ a: 1, a: 1 }"));
    configs.push(linted("clean", "{}"));
    let report = written(&configs, "junit");
    let suites = read(&report);
    assert_eq!(suites.len(), configs.len());
    assert!(
        ["timestamp", "uuid", "time="]
            .iter()
            .all(|word| !report.contains(word))
    );
    let mut names = std::collections::HashSet::new();
    for (suite, config) in suites.iter().zip(&configs) {
        if config.findings.is_empty() {
            assert_eq!(
                (suite.cases.len(), suite.cases[0].status.as_str()),
                (1, "passed")
            );
            continue;
        }
        assert_eq!(suite.cases.len(), config.findings.len());
        for (case, finding) in suite.cases.iter().zip(&config.findings) {
            assert!(case.name.starts_with(finding.rule.id), "{case:?}");
            assert!(case.message.ends_with(&finding.message), "{case:?}");
            assert!(case.text.contains(&finding.message), "{case:?}");
            assert!(
                case.text.contains(finding.help.as_deref().unwrap_or("")),
                "{case:?}"
            );
            let key = (case.file.clone(), case.name.clone());
            assert!(
                names.insert(key),
                "of two cases with a name one is not shown: {case:?}"
            );
        }
    }
    let odd = suites
        .iter()
        .find(|suite| suite.name.starts_with('<'))
        .unwrap();
    assert_eq!(odd.name, "<&\"' \u{fffd}[1m\u{fffd}");
}

#[test]
fn what_does_not_fail_the_run_fails_no_case() {
    let statuses = |fail_on: &str| -> (i32, Vec<String>) {
        let mut command = clawconf("tests/fixtures/report");
        command.args([
            "lint",
            "openclaw.json5",
            "--select",
            "syntax,contract,trust",
        ]);
        let output = command
            .args(["--format", "junit", "--fail-on", fail_on])
            .output()
            .unwrap();
        let suites = read(&String::from_utf8(output.stdout).unwrap());
        let cases = suites.into_iter().flat_map(|suite| suite.cases);
        let statuses = cases.map(|case| case.status).collect();
        (output.status.code().unwrap(), statuses)
    };
    let count = |statuses: &[String]| {
        statuses
            .iter()
            .filter(|status| *status == "failure")
            .count()
    };
    for (fail_on, code, failures) in [("error", 1, 3), ("warning", 1, 4), ("never", 0, 0)] {
        let (found, statuses) = statuses(fail_on);
        assert_eq!(
            (found, count(&statuses), statuses.len()),
            (code, failures, 5),
            "{fail_on}"
        );
        assert!(
            !statuses.contains(&"passed".to_owned()),
            "what was found is never a success"
        );
    }
}

#[test]
fn gitlab_can_read_its_report() {
    let schema = fs::read_to_string("tests/fixtures/schemas/gitlab-code-quality.json").unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let mut configs = Vec::new();
    for entry in fs::read_dir("tests/corpus").unwrap() {
        let path = entry.unwrap().path();
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        configs.push(linted(&format!("./{}", path.display()), &text));
    }
    configs.push(linted("<stdin>", "{ a: 1, a: 1 }"));
    let report: Value = serde_json::from_str(&written(&configs, "gitlab")).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&report)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, [""; 0]);
    let issues = report.as_array().unwrap();
    let prints: std::collections::HashSet<&str> = issues
        .iter()
        .map(|issue| issue["fingerprint"].as_str().unwrap())
        .collect();
    assert_eq!(
        prints.len(),
        issues.len(),
        "each has a fingerprint of its own"
    );
}
