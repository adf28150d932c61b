//! The settings file: which one counts, what it changes, and what is wrong with one.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::common::clawconf;

/// One error (`missing-key`), one note (`exact-origin`).
const CONFIG: &str = "{ models: { providers: { lab: { baseUrl: 'http://10.0.0.5:8000/v1', api: 'openai-completions', models: [{ id: 'm', contextWindow: 32768 }] } } } }";

/// Exit code, and rule and severity of every finding.
fn lint(folder: &Path, arguments: &[&str]) -> (i32, Vec<String>) {
    let mut command = clawconf(folder);
    let output = command
        .args(["lint", "--format", "json"])
        .args(arguments)
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    let told = |finding: &Value| {
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        format!("{} {}", text("severity"), text("rule"))
    };
    (
        output.status.code().unwrap(),
        findings.iter().map(told).collect(),
    )
}

fn place(files: &[(&str, &str)]) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = place.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    place
}

#[test]
fn severities_move_findings_and_the_exit_code() {
    for (settings, code, findings) in [
        ("{}", 1, &["info exact-origin", "error missing-key"][..]),
        (
            "{ severity: { 'missing-key': 'warning' } }",
            0,
            &["info exact-origin", "warning missing-key"],
        ),
        (
            "{ severity: { contract: 'info', 'missing-key': 'error' } }",
            1,
            &["info exact-origin", "error missing-key"],
        ),
        (
            "{ severity: { contract: 'off' } }",
            0,
            &["info exact-origin"],
        ),
        (
            "{ severity: { trust: 'error' }, ignore: ['missing-key'] }",
            1,
            &["error exact-origin"],
        ),
        ("{ ignore: ['contract', 'trust'] }", 0, &[]),
        (
            "{ target: '2026.5.2' }",
            1,
            &["info release-refuses-origin", "error missing-key"],
        ),
    ] {
        let place = place(&[("a.json5", CONFIG), ("clawconf.json5", settings)]);
        let (found_code, found) = lint(place.path(), &["a.json5"]);
        assert_eq!(
            (found_code, found.as_slice()),
            (
                code,
                &*findings.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>()
            ),
            "{settings}"
        );
    }
}

#[test]
fn the_nearest_file_counts_and_the_command_line_wins() {
    let place = place(&[
        ("clawconf.json5", "{ ignore: ['missing-key'] }"),
        ("a.json5", CONFIG),
        ("inner/clawconf.json5", "{ ignore: ['exact-origin'] }"),
        ("inner/deep/a.json5", CONFIG),
        ("other.json5", "{ ignore: ['trust', 'contract'] }"),
    ]);
    let at = |path: &str| lint(place.path(), &[path]).1;
    assert_eq!(at("a.json5"), ["info exact-origin"]);
    assert_eq!(at("inner/deep/a.json5"), ["error missing-key"]);
    assert_eq!(
        lint(place.path(), &["a.json5", "inner"]).1.len(),
        2,
        "each has its own"
    );
    let named = ["a.json5", "inner/deep/a.json5", "--settings", "other.json5"];
    assert_eq!(lint(place.path(), &named), (0, Vec::new()));
    let target = ["a.json5", "--target", "2026.5.2"];
    assert_eq!(
        lint(place.path(), &target).1,
        ["info release-refuses-origin"]
    );
    assert_eq!(
        lint(place.path(), &["a.json5", "--ignore", "exact-origin"]).1,
        [""; 0]
    );
}

#[test]
fn globs_choose_among_the_files_of_a_folder() {
    let configs = [
        ("a.json5", CONFIG),
        ("b.json", CONFIG),
        ("old/c.json5", CONFIG),
        ("docs/d/e.json5", CONFIG),
    ];
    for (settings, count) in [
        ("{}", 4),
        ("{ exclude: ['old/**'] }", 3),
        ("{ exclude: ['old'] }", 3),
        ("{ exclude: ['./old/'] }", 3),
        ("{ files: ['*.json5'] }", 1),
        ("{ files: ['**/*.json5'] }", 3),
        (
            "{ files: ['**/*.json5'], exclude: ['docs/**', 'old/**'] }",
            1,
        ),
    ] {
        let place = place(&[&configs[..], &[("clawconf.json5", settings)]].concat());
        let found = lint(place.path(), &["."]).1;
        assert_eq!(
            found
                .iter()
                .filter(|told| told.contains("missing-key"))
                .count(),
            count,
            "{settings}"
        );
        let named = lint(place.path(), &["old/c.json5"]).1;
        assert_eq!(
            named.len(),
            2,
            "a file that is named is always linted: {settings}"
        );
    }
}

#[test]
fn what_is_wrong_with_a_settings_file_is_told_once_with_its_place() {
    let mut told = String::new();
    for settings in [
        "{ ignroe: [] }",
        "{ ignore: ['no-such-rule'] }",
        "{ severity: { 'no-such': 'off' } }",
        "{ severity: { trust: 'loud' } }",
        "{ severity: 'off' }",
        "{ ignore: 'contract' }",
        "{ target: '2031.1.1' }",
        "{ target: 'latest' }",
        "{ files: ['[z'] }",
        "{ ignore: ['a' 'b'] }",
        "",
        "[]",
    ] {
        let place = place(&[
            ("a.json5", CONFIG),
            ("b.json5", CONFIG),
            ("clawconf.json5", settings),
        ]);
        let mut command = clawconf(place.path());
        let output = command
            .args(["lint", "a.json5", "b.json5"])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{settings}");
        let folder = place.path().canonicalize().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said.lines().count(), 1, "{said}");
        told.push_str(&format!(
            "{settings}\n  {}",
            said.replace(folder.to_str().unwrap(), "")
        ));
    }
    insta::assert_snapshot!("wrong_settings", told);
}

#[test]
fn a_folder_of_that_name_and_a_missing_file_are_errors() {
    let place = place(&[("a.json5", CONFIG), ("clawconf.json5/x.txt", "")]);
    assert_eq!(lint(place.path(), &["a.json5"]).0, 2);
    assert_eq!(
        lint(place.path(), &["a.json5", "--settings", "none.json5"]).0,
        2
    );
}
