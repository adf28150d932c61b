//! `--baseline`: what was there passes, what is new fails, what is gone is told.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::common::{clawconf, transcript};

/// A config whose models have these ids and no names.
fn config(ids: &[&str]) -> String {
    let models: Vec<String> = ids.iter().map(|id| format!("{{ id: '{id}' }}")).collect();
    let models = models.join(", ");
    format!(
        "{{ models: {{ providers: {{ lab: {{ baseUrl: 'http://localhost', api: 'ollama', models: [{models}] }} }} }} }}"
    )
}

fn lint(folder: &Path, arguments: &[&str]) -> Output {
    clawconf(folder)
        .arg("lint")
        .args(arguments)
        .output()
        .unwrap()
}

fn errors(output: &Output) -> Vec<String> {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let errors = findings.filter(|finding| finding["severity"] == "error");
    errors
        .map(|finding| finding["message"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn what_is_known_passes_what_is_new_fails_what_is_gone_is_told() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    fs::create_dir(folder.join("ci")).unwrap();
    fs::write(folder.join("a.json5"), config(&["one", "two"])).unwrap();
    fs::write(folder.join("b.json5"), config(&["three"])).unwrap();
    let baseline = ["--baseline", "ci/known.json"];
    let write = [&baseline[..], &["--write-baseline", "."]].concat();
    let written = lint(folder, &write);
    assert_eq!(written.status.code(), Some(0), "{}", transcript(&written));
    insta::assert_snapshot!(
        "known",
        fs::read_to_string(folder.join("ci/known.json")).unwrap()
    );
    let check = |arguments: &[&str]| {
        lint(
            folder,
            &[&baseline[..], &["--format", "json"], arguments].concat(),
        )
    };
    assert_eq!(check(&["."]).status.code(), Some(0));
    // Lines move, a model comes in front, and one goes: only the new one is told.
    let moved = format!("// moved\n\n{}", config(&["new", "one"]));
    fs::write(folder.join("a.json5"), moved).unwrap();
    let output = check(&["a.json5"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(errors(&output), ["the model `new` has no `name`"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("gone: ../a.json5: missing-key: the model `two` has no `name`"),
        "{told}"
    );
    assert!(!told.contains("three"), "b.json5 was not linted: {told}");
    // The same from another folder.
    let from_ci = clawconf(folder.join("ci"))
        .args([
            "lint",
            "../a.json5",
            "--baseline",
            "known.json",
            "--format",
            "json",
        ])
        .output()
        .unwrap();
    assert_eq!(errors(&from_ci), ["the model `new` has no `name`"]);
    // What is known of files that are not linted stays known.
    lint(
        folder,
        &[&baseline[..], &["--write-baseline", "a.json5"]].concat(),
    );
    assert_eq!(check(&["."]).status.code(), Some(0));
    fs::write(folder.join("b.json5"), config(&["three", "three"])).unwrap();
    assert_eq!(
        check(&["."]).status.code(),
        Some(1),
        "one more of the same is new"
    );
}

#[test]
fn a_baseline_knows_no_secret_and_a_second_writing_changes_no_byte() {
    let place = tempfile::tempdir().unwrap();
    let text = "{ models: { providers: { lab: { baseUrl: 'http://gpu.example/v1', apiKey: 'Zq7PlantedKey0000111122', models: [{}] } } } }";
    fs::write(place.path().join("a.json5"), text).unwrap();
    let write = ["a.json5", "--baseline", "known.json", "--write-baseline"];
    lint(place.path(), &write);
    let once = fs::read_to_string(place.path().join("known.json")).unwrap();
    assert!(
        once.contains("literal-secret") && !once.contains("Planted"),
        "{once}"
    );
    lint(place.path(), &write);
    assert_eq!(
        fs::read_to_string(place.path().join("known.json")).unwrap(),
        once
    );
}

#[test]
fn what_is_no_baseline_is_neither_read_nor_overwritten() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    fs::write(folder.join("a.json5"), config(&["one"])).unwrap();
    fs::write(folder.join("other.json"), "{\"version\":2,\"findings\":[]}").unwrap();
    let mut told = String::new();
    for arguments in [
        &["a.json5", "--baseline", "none.json"][..],
        &["a.json5", "--baseline", "a.json5"],
        &["a.json5", "--baseline", "a.json5", "--write-baseline"],
        &["a.json5", "--baseline", "other.json"],
        &["a.json5", "--write-baseline"],
    ] {
        let output = lint(folder, arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        told.push_str(&transcript(&output));
    }
    insta::assert_snapshot!("no_baseline", told);
    assert_eq!(
        fs::read_to_string(folder.join("a.json5")).unwrap(),
        config(&["one"])
    );
}
