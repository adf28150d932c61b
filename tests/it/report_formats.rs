//! All report formats over the same configs: what they look like, that they agree, that they tell
//! no secret, and that the same findings give the same bytes.

use std::fs;
use std::path::Path;
use std::process::Output;

use clawconf::diagnostic::{RuleInfo, Severity};
use clawconf::lint::{Selection, lint, rules};
use clawconf::report::fingerprint::{Identity, Numbering};
use clawconf::report::{Folder, Linted, Source, github, gitlab, json, junit, sarif};
use proptest::prelude::*;
use serde_json::Value;

use crate::common::{clawconf, load, transcript};
use crate::report_github::Command;
use crate::report_junit;

/// Part of every secret in the configs here.
const PLANTED: &str = "Zq7Planted";

const FIXTURES: &str = "tests/fixtures/report";

const FORMATS: [&str; 5] = ["json", "sarif", "github", "gitlab", "junit"];

/// A config's text, linted under this name.
pub(crate) fn linted(name: &str, text: &str) -> Linted {
    let config = load(text, &[], &[]);
    let findings = lint(&config, &Selection::default());
    let sources = config.into_texts().into_iter().map(|(file, text)| Source {
        masked: String::new(),
        shifts: file.shifts(),
        name: name.to_owned(),
        text,
    });
    Linted {
        sources: sources.collect(),
        findings,
    }
}

/// All rules, as `lint` hands them to the SARIF report.
pub(crate) fn all_rules() -> Vec<&'static RuleInfo> {
    rules::ALL.iter().map(|rule| &rule.info).collect()
}

/// The configs in a format, seen from `/config`.
pub(crate) fn written(linted: &[Linted], format: &str) -> String {
    let folder = Folder::new("/config");
    let mut out = Vec::new();
    match format {
        "json" => json::write(linted, &mut out),
        "sarif" => sarif::write(linted, &all_rules(), &folder, &mut out),
        "github" => github::write(linted, &folder, &mut out),
        "gitlab" => gitlab::write(linted, &folder, &mut out),
        "junit" => junit::write(linted, &folder, Some(Severity::Warning), &mut out),
        other => panic!("{other}"),
    }
    .unwrap();
    String::from_utf8(out).unwrap()
}

/// How many findings a report tells.
fn count(format: &str, report: &str) -> usize {
    let list = |value: &Value| value.as_array().unwrap().len();
    let parsed = || serde_json::from_str::<Value>(report).unwrap();
    match format {
        "json" => list(&parsed()["findings"]),
        "sarif" => list(&parsed()["runs"][0]["results"]),
        "github" => report.lines().map(Command::parse).count(),
        "gitlab" => list(&parsed()),
        "junit" => report_junit::read(report)
            .iter()
            .flat_map(|suite| &suite.cases)
            .filter(|case| case.status != "passed")
            .count(),
        other => panic!("{other}"),
    }
}

fn run(folder: &str, arguments: &[&str]) -> Output {
    let mut command = clawconf(folder);
    command.arg("lint").args(arguments).output().unwrap()
}

#[test]
fn every_format_has_its_shape() {
    for format in ["github", "gitlab", "junit", "sarif"] {
        let arguments = ["openclaw.json5", "clean.json5", "--format", format];
        let output = run(
            FIXTURES,
            &[&arguments[..], &["--select", "syntax,contract,trust"]].concat(),
        );
        let mut told = transcript(&output);
        if format == "sarif" {
            // The rules' pages have tests of their own.
            let mut report: Value = serde_json::from_slice(&output.stdout).unwrap();
            let run = &mut report["runs"][0];
            run["tool"]["driver"]["rules"].take();
            run["tool"]["driver"]["version"].take();
            for result in run["results"].as_array_mut().unwrap() {
                result["ruleIndex"].take();
            }
            told = format!("{report:#}");
        }
        insta::assert_snapshot!(format!("format_{format}"), told);
    }
}

#[test]
fn all_formats_tell_the_same_findings_and_no_secret() {
    let mut texts: Vec<(String, String)> = Vec::new();
    for entry in fs::read_dir("tests/corpus").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "json5") {
            let name = path.to_str().unwrap().to_owned();
            texts.push((
                name,
                String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned(),
            ));
        }
    }
    texts.push((
        "planted".to_owned(),
        fs::read_to_string(format!("{FIXTURES}/openclaw.json5")).unwrap(),
    ));
    texts.sort();
    let all: Vec<Linted> = texts
        .iter()
        .map(|(name, text)| linted(name, text))
        .collect();
    let expected: usize = all.iter().map(|config| config.findings.len()).sum();
    assert!(expected > 100, "{expected}");
    for format in FORMATS {
        let report = written(&all, format);
        assert_eq!(count(format, &report), expected, "{format}");
        assert!(!report.contains(PLANTED), "{format}");
    }
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    for format in FORMATS {
        let reports = ["1", "7"].map(|threads| {
            let mut command = clawconf(".");
            command.args(["lint", "tests/corpus", "--format", format]);
            let output = command.env("RAYON_NUM_THREADS", threads).output().unwrap();
            assert_eq!(output.status.code(), Some(1));
            assert!(!output.stdout.is_empty());
            output.stdout
        });
        assert!(reports[0] == reports[1], "{format}");
    }
}

#[test]
fn diffs_leave_a_machine_report_whole() {
    for format in FORMATS {
        let plain = run(FIXTURES, &["openclaw.json5", "--format", format]);
        let with_diff = run(FIXTURES, &["openclaw.json5", "--format", format, "--diff"]);
        assert_eq!(plain.stdout, with_diff.stdout, "{format}");
        assert!(String::from_utf8(with_diff.stderr).unwrap().contains("+++"));
    }
}

#[test]
fn only_lint_has_all_formats() {
    let place = tempfile::tempdir().unwrap();
    let commands: [&[&str]; 7] = [
        &["explain", "--list"],
        &["docs", "gen"],
        &["docs", "show"],
        &["trust", "check", "--base-url", "http://localhost"],
        &["trust", "check", "--batch", "-"],
        &["man"],
        &["completions", "bash"],
    ];
    for command in commands {
        for format in ["sarif", "github", "gitlab", "junit"] {
            let mut process = clawconf(place.path());
            let output = process
                .args(command)
                .args(["--format", format])
                .output()
                .unwrap();
            let told = transcript(&output);
            assert_eq!(output.status.code(), Some(2), "{command:?}: {told}");
            assert!(output.stdout.is_empty());
            let known = if command.len() > 1 && command[0] != "completions" {
                "only human and json"
            } else {
                "only human"
            };
            let sentence = format!(
                "`clawconf {}` has no format {format}, {known}\n",
                command[0]
            );
            assert!(told.contains(&sentence), "{told}");
        }
    }
    assert_eq!(
        fs::read_dir(place.path()).unwrap().count(),
        0,
        "nothing was written"
    );
}

#[test]
fn names_are_seen_from_the_folder_of_the_process() {
    let place = tempfile::tempdir().unwrap();
    let folder = fs::canonicalize(place.path()).unwrap().join("a b");
    fs::create_dir(&folder).unwrap();
    let text = "{ models: { providers: { lab: { } } } }";
    fs::write(folder.join("ü.json5"), text).unwrap();
    let file = folder.join("ü.json5").to_str().unwrap().to_owned();
    let uris = |from: &Path, name: &str| -> Vec<String> {
        let output = clawconf(from)
            .args(["lint", name, "--format", "sarif"])
            .output()
            .unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let results = report["runs"][0]["results"].as_array().unwrap().clone();
        let place = |result: &Value| {
            let location = &result["locations"][0]["physicalLocation"]["artifactLocation"];
            location["uri"].as_str().unwrap().to_owned()
        };
        results.iter().map(place).collect()
    };
    assert_eq!(uris(&folder, &file)[0], "%C3%BC.json5");
    assert_eq!(uris(&folder, "./ü.json5")[0], "%C3%BC.json5");
    assert_eq!(uris(place.path(), "a b/ü.json5")[0], "a%20b/%C3%BC.json5");
    let elsewhere = tempfile::tempdir().unwrap();
    let uri = &uris(elsewhere.path(), &file)[0];
    assert!(
        uri.starts_with("file:///") && uri.ends_with("/a%20b/%C3%BC.json5"),
        "{uri}"
    );
}

#[test]
fn a_fingerprint_outlives_what_moves() {
    let prints = |text: &str| -> Vec<String> {
        let report: Value = serde_json::from_str(&written(&[linted("a", text)], "gitlab")).unwrap();
        let print = |issue: &Value| issue["fingerprint"].as_str().unwrap().to_owned();
        report.as_array().unwrap().iter().map(print).collect()
    };
    let config = |before: &str, models: &str| {
        format!(
            "{before}{{ models: {{ providers: {{ lab: {{ baseUrl: 'http://localhost', api: 'ollama', models: [{models}] }} }} }} }}"
        )
    };
    let first = prints(&config("", "{ id: 'a' }"));
    assert_eq!(first.len(), 1);
    assert_eq!(prints(&config("// moved\n\n", "{ id: 'a' }")), first);
    assert_eq!(
        prints(&config(
            "",
            "{ id: 'new', name: 'N', contextWindow: 40960 },\n\n{ id: 'a' }"
        )),
        first
    );
    assert_ne!(prints(&config("", "{ id: 'b' }")), first);
    let twice = prints(&config("", "{ }, { }"));
    let different: std::collections::BTreeSet<&String> = twice.iter().collect();
    assert!(
        twice.len() >= 4 && different.len() == twice.len(),
        "{twice:?}"
    );
    let thrice = prints(&config("", "{ }, { }, { }"));
    assert!(twice.iter().all(|print| thrice.contains(print)));
    // What stands in people's baselines: a change makes every finding look new.
    let identity = Identity {
        file: "openclaw.json5".to_owned(),
        rule: "missing-key".to_owned(),
        path: "models.providers.lab.models.*.name".to_owned(),
        message: "the model `a` has no `name`".to_owned(),
    };
    let nth = Numbering::default().next(identity.clone());
    insta::assert_snapshot!("fingerprint", identity.fingerprint(nth));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_text_and_the_name_all_formats_agree(
        name in "\\PC{1,12}|[a:%,\n\r\u{1b}\u{202e}\\./ ]{1,12}",
        id in "(\\PC|[\n\r\u{1b}\u{0}\u{7f}:%\\]#<&\u{202e}\u{ffff}]){0,20}",
        cut in 0usize..400,
    ) {
        let id = serde_json::to_string(&id).unwrap();
        let text = format!(
            "{{ models: {{ providers: {{ {id}: {{ apiKey: '{PLANTED}', {id}: '{PLANTED}', baseUrl: 'http://u:{PLANTED}@10.0.0.1/v1', \
             models: [{{ id: {id} }}, {{ id: {id}, name: 'N', api: '{PLANTED}' }}] }} }} }} }}"
        );
        let cut = text.len().saturating_sub(cut / 4);
        let cut = (0..=cut).rev().find(|cut| text.is_char_boundary(*cut)).unwrap();
        let configs = [linted(&name, &text), linted(&name, &text[..cut])];
        let expected: usize = configs.iter().map(|config| config.findings.len()).sum();
        for format in FORMATS {
            let report = written(&configs, format);
            prop_assert!(!report.contains(PLANTED), "{}", report);
            prop_assert_eq!(count(format, &report), expected, "{}", format);
            // What JSON holds is data, exact to the character; the others are for screens.
            let acts = report.contains(['\u{1b}', '\u{0}', '\u{202e}']);
            prop_assert!(!acts || matches!(format, "json" | "sarif" | "gitlab"), "{}", format);
        }
    }
}
