//! `docs gen`, `check`, `diff` and `show`: determinism, and drift that is seen, classified and named.

use std::fs;
use std::path::Path;

use clawconf::contract::artefact::{BASELINE_PATH, SCHEMA_PATH, generate};
use clawconf::contract::record::{from_lines, records, to_lines};
use clawconf::contract::schema::schema;
use serde_json::{Value, json};

use crate::common;

#[test]
fn what_is_committed_is_what_the_contract_says() {
    for artefact in generate() {
        let found = fs::read_to_string(artefact.path).unwrap();
        assert!(
            found == artefact.text,
            "{} is stale: run `clawconf docs gen`",
            artefact.path
        );
    }
    let output = common::clawconf(env!("CARGO_MANIFEST_DIR"))
        .args(["docs", "check"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_baseline_is_sorted_complete_and_reads_back() {
    let all = records(&schema());
    assert_eq!(all.len(), 158);
    for record in all.values() {
        assert!(
            record.help.as_deref().is_some_and(|help| help.len() > 10),
            "{} has no help",
            record.path
        );
        assert!(record.label.is_some(), "{} has no label", record.path);
    }
    let lines = to_lines(&all);
    assert_eq!(from_lines(&lines).unwrap(), all);
    let paths: Vec<String> = lines
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["path"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert!(paths.is_sorted());
    let required: Vec<&str> = all
        .values()
        .filter(|r| r.required)
        .map(|r| r.path.rsplit('.').next().unwrap())
        .collect();
    assert!(required.contains(&"baseUrl") && required.contains(&"name"));
    let token = &all["models.providers.*.request.auth.token"];
    assert!(!token.required && token.required_when.contains("mode=authorization-bearer"));
}

/// The folder with both files, after `change` of the schema.
fn checked(change: impl FnOnce(&Path)) -> (i32, Value, String) {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        common::clawconf(folder.path())
            .args(arguments)
            .output()
            .unwrap()
    };
    assert_eq!(run(&["docs", "gen"]).status.code(), Some(0));
    assert_eq!(run(&["docs", "check"]).status.code(), Some(0));
    change(folder.path());
    let report = run(&["docs", "check", "--format", "json"]);
    let human = String::from_utf8(run(&["docs", "check"]).stdout).unwrap();
    (
        report.status.code().unwrap(),
        serde_json::from_slice(&report.stdout).unwrap(),
        human,
    )
}

fn edit_schema(folder: &Path, edit: impl FnOnce(&mut Value)) {
    let path = folder.join(SCHEMA_PATH);
    let mut schema: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    edit(&mut schema);
    fs::write(&path, format!("{schema:#}\n")).unwrap();
}

fn change(report: &Value) -> (&str, &str, &str) {
    let change = &report["files"][0]["changes"][0];
    let text = |member: &str| change[member].as_str().unwrap();
    (text("class"), text("path"), text("change"))
}

#[test]
fn a_field_made_required_by_hand_is_breaking_and_named() {
    let (code, report, human) = checked(|folder| {
        edit_schema(folder, |schema| {
            schema["$defs"]["Model"]["required"]
                .as_array_mut()
                .unwrap()
                .push(json!("contextWindow"));
        });
    });
    assert_eq!(code, 1);
    assert_eq!(report["files"].as_array().unwrap().len(), 1);
    let expected = (
        "breaking",
        "models.providers.*.models.*.contextWindow",
        "edited by hand: is required now",
    );
    assert_eq!(change(&report), expected);
    assert!(
        human.contains("breaking")
            && human.contains("contextWindow")
            && human.contains("clawconf docs gen")
    );
    assert!(human.contains("\n-"), "a unified diff");
}

#[test]
fn other_edits_by_hand_have_their_class() {
    type Edit = fn(&mut Value);
    let cases: [(Edit, &str, &str); 5] = [
        (
            |schema| {
                schema["$defs"]["Provider"]["properties"]
                    .as_object_mut()
                    .unwrap()
                    .remove("auth");
            },
            "breaking",
            "edited by hand: is no longer known",
        ),
        (
            |schema| {
                schema["$defs"]["Provider"]["properties"]["region"] = json!({"type": "string"})
            },
            "additive",
            "edited by hand: is new",
        ),
        (
            |schema| {
                schema["$defs"]["Model"]["properties"]["id"]["description"] = json!("Other words.")
            },
            "help-only",
            "edited by hand: is explained in other words",
        ),
        (
            |schema| {
                schema["$defs"]["Api"]["enum"]
                    .as_array_mut()
                    .unwrap()
                    .retain(|api| api != "ollama");
            },
            "breaking",
            "edited by hand: no longer allows `ollama`",
        ),
        (
            |schema| schema["title"] = json!("Other"),
            "help-only",
            "the text differs, the contract does not",
        ),
    ];
    for (edit, class, what) in cases {
        let (code, report, _) = checked(|folder| edit_schema(folder, edit));
        assert_eq!(code, 1);
        let (found_class, _, found) = change(&report);
        assert_eq!((found_class, found), (class, what));
    }
}

#[test]
fn a_contract_that_moved_on_is_told_from_the_files_to_it() {
    let (_, report, _) = checked(|folder| {
        // As if `name` had been optional when both files were written.
        edit_schema(folder, |schema| {
            schema["$defs"]["Model"]["required"] = json!(["id"])
        });
        let path = folder.join(BASELINE_PATH);
        let mut all = from_lines(&fs::read_to_string(&path).unwrap()).unwrap();
        all.get_mut("models.providers.*.models.*.name")
            .unwrap()
            .required = false;
        fs::write(path, to_lines(&all)).unwrap();
    });
    assert_eq!(
        change(&report),
        (
            "breaking",
            "models.providers.*.models.*.name",
            "is required now"
        )
    );
    assert_eq!(report["files"].as_array().unwrap().len(), 2);
}

#[test]
fn missing_and_broken_files_are_drift() {
    let (code, report, _) = checked(|folder| fs::remove_file(folder.join(SCHEMA_PATH)).unwrap());
    assert_eq!((code, change(&report).2), (1, "the file is missing"));
    let (code, report, _) =
        checked(|folder| fs::write(folder.join(BASELINE_PATH), "not a record\n").unwrap());
    assert_eq!(
        (code, change(&report).2),
        (1, "the file is neither a JSON Schema nor JSON Lines")
    );
}

#[test]
fn diff_reads_files_revisions_and_openclaws_own_schema() {
    let folder = tempfile::tempdir().unwrap();
    let file =
        |name: &str, value: &Value| fs::write(folder.path().join(name), value.to_string()).unwrap();
    // The shape of `openclaw config schema`: draft-07, inline, among other sections.
    let models = |api: Value| {
        json!({"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"gateway": {"type": "object"}, "models": {
            "type": "object", "additionalProperties": false, "properties": {"providers": {"type": "object",
            "additionalProperties": {"type": "object", "properties": {"api": api}}}}}}})
    };
    file(
        "old.json",
        &models(json!({"type": "string", "enum": ["a", "b"]})),
    );
    file(
        "new.json",
        &models(
            json!({"anyOf": [{"type": "string", "const": "a"}, {"type": "string", "const": "c"}]}),
        ),
    );
    let run = |arguments: &[&str]| {
        common::clawconf(folder.path())
            .args(arguments)
            .output()
            .unwrap()
    };
    let output = run(&["docs", "diff", "old.json", "new.json"]);
    let expected = "  breaking   models.providers.*.api no longer allows `b`\n  additive   models.providers.*.api also allows `c`\n\
                    1 breaking, 1 additive, 0 help-only\n--- exit 1\n";
    assert_eq!(common::transcript(&output), expected);
    assert_eq!(
        run(&["docs", "diff", "old.json", "old.json", "--fail-on", "any"])
            .status
            .code(),
        Some(0)
    );
    let git = |arguments: &[&str]| {
        let mut command = std::process::Command::new("git");
        let command =
            command
                .current_dir(folder.path())
                .args(["-c", "user.name=t", "-c", "user.email=t@t"]);
        assert!(command.args(arguments).output().unwrap().status.success());
    };
    git(&["init", "-q"]);
    git(&["add", "old.json"]);
    git(&["commit", "-qm", "old"]);
    let output = run(&[
        "docs",
        "diff",
        "HEAD:old.json",
        "new.json",
        "--format",
        "json",
    ]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["summary"]["breaking"], 1);
    assert_eq!(
        run(&["docs", "diff", "HEAD:none.json", "new.json"])
            .status
            .code(),
        Some(2)
    );
    assert_eq!(
        run(&["docs", "diff", "none.json", "new.json"])
            .status
            .code(),
        Some(2)
    );
}

#[test]
fn show_finds_a_path_however_it_is_written() {
    let show = |path: &str| {
        let output = common::clawconf(".")
            .args(["docs", "show", path, "--format", "json"])
            .output()
            .unwrap();
        let record: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        record["path"].as_str().unwrap_or_default().to_owned()
    };
    let name = "models.providers.*.models.*.name";
    for written in [
        name,
        "models.providers.lmstudio.models.0.name",
        "models.providers.<id>.models[].name",
        "models.providers.x.models[3].name",
    ] {
        assert_eq!(show(written), name, "{written}");
    }
    let output = common::clawconf(".")
        .args([
            "docs",
            "show",
            "models.providers.*.request.allowPrivateNetwork",
        ])
        .output()
        .unwrap();
    insta::assert_snapshot!(common::transcript(&output));
    let output = common::clawconf(".")
        .args(["docs", "show", "models.apiKey"])
        .output()
        .unwrap();
    insta::assert_snapshot!(common::transcript(&output));
}
