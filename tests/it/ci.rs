//! The ways into CI: the GitHub action and its script, the hooks of pre-commit, the snippets of
//! `docs/ci.md`.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use regex_lite::Regex;
use serde_json::Value;

use crate::common::clawconf;

const BAD: &str = "{ models: { providers: { lab: { baseUrl: 'http://localhost', api: 'ollama', models: [{ id: 'm' }] } } } }";
const GOOD: &str = "{ models: { providers: { lab: { baseUrl: 'http://localhost', api: 'ollama', models: [] } } } }";

fn yaml(text: &str) -> Value {
    serde_yaml_ng::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Runs the action's script in `folder`, with the built command on the path.
fn action(folder: &Path, variables: &[(&str, &str)]) -> Output {
    let binary = Path::new(env!("CARGO_BIN_EXE_clawconf")).parent().unwrap();
    let system = std::env::var("PATH").unwrap();
    Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/ci/lint-action.sh"))
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{}:{system}", binary.display()))
        .env("HOME", "/nonexistent")
        .env("GITHUB_OUTPUT", folder.join("outputs"))
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

#[test]
fn the_action_keeps_the_exit_code_and_always_writes_the_report() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    fs::create_dir(folder.join("with blanks")).unwrap();
    fs::write(folder.join("with blanks/bad.json5"), BAD).unwrap();
    fs::write(folder.join("good.json5"), GOOD).unwrap();
    let report = || -> Value {
        serde_json::from_slice(&fs::read(folder.join("clawconf.sarif")).unwrap()).unwrap()
    };
    let outputs = || fs::read_to_string(folder.join("outputs")).unwrap();

    let both = action(folder, &[("PATHS", "with blanks\ngood.json5\n")]);
    assert_eq!(both.status.code(), Some(1), "{both:?}");
    assert_eq!(report()["runs"][0]["results"][0]["ruleId"], "missing-key");
    assert_eq!(outputs(), "sarif-file=clawconf.sarif\nexit-code=1\n");
    let log = String::from_utf8(both.stdout).unwrap();
    assert!(log.contains("error[missing-key]"), "{log}");

    let annotated = action(folder, &[("ANNOTATIONS", "true")]);
    let log = String::from_utf8(annotated.stdout).unwrap();
    assert!(
        log.starts_with("::error file=with blanks/bad.json5,"),
        "{log}"
    );

    let good = action(
        folder,
        &[("PATHS", "good.json5"), ("SARIF_FILE", "other.sarif")],
    );
    assert_eq!(good.status.code(), Some(0));
    assert!(folder.join("other.sarif").exists());
    assert_eq!(
        action(folder, &[("FAIL_ON", "never")]).status.code(),
        Some(0)
    );
    let ignored = [("ARGS", "--ignore\nmissing-key\n")];
    assert_eq!(action(folder, &ignored).status.code(), Some(0));

    fs::remove_file(folder.join("outputs")).unwrap();
    let unknown = action(folder, &[("SETTINGS", "none.json5")]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(
        String::from_utf8(unknown.stderr)
            .unwrap()
            .contains("none.json5")
    );
    assert_eq!(outputs(), "sarif-file=\nexit-code=2\n", "nothing to upload");
}

#[test]
fn a_path_or_flag_of_the_action_is_never_run_as_a_command() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    fs::write(folder.join("good.json5"), GOOD).unwrap();
    for (name, value) in [
        (
            "PATHS",
            "good.json5; touch hacked\n$(touch hacked)\n`touch hacked`",
        ),
        ("ARGS", "$(touch hacked)"),
        ("FAIL_ON", "never; touch hacked"),
        ("BASELINE", "$(touch hacked)"),
        ("SARIF_FILE", "$(touch hacked).sarif"),
    ] {
        action(folder, &[(name, value)]);
        assert!(!folder.join("hacked").exists(), "{name}");
    }
}

#[test]
fn the_action_uses_its_inputs_and_no_script_holds_an_expression() {
    let text = fs::read_to_string("action.yml").unwrap();
    let action = yaml(&text);
    for (input, described) in action["inputs"].as_object().unwrap() {
        assert!(
            text.contains(&format!("inputs.{input} ")),
            "{input} is not used"
        );
        assert!(described["description"].is_string() && described["default"].is_string());
    }
    for step in action["runs"]["steps"].as_array().unwrap() {
        let Some(script) = step["run"].as_str() else {
            assert!(step["uses"].is_string());
            continue;
        };
        assert_eq!(step["shell"], "bash");
        assert!(!script.contains("${{"), "{script}");
    }
}

#[test]
fn hooks_are_handed_the_files_that_may_be_configs() {
    let hooks = yaml(&fs::read_to_string(".pre-commit-hooks.yaml").unwrap());
    let hooks = hooks.as_array().unwrap();
    assert_eq!(hooks.len(), 2);
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("openclaw.json"), GOOD).unwrap();
    fs::write(place.path().join("README.md"), "# Nothing\n").unwrap();
    for hook in hooks {
        let mut words = hook["entry"].as_str().unwrap().split_whitespace();
        assert_eq!(words.next(), Some("clawconf"));
        let mut command = clawconf(place.path());
        let output = command
            .args(words)
            .args(["openclaw.json", "README.md"])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let files = Regex::new(hook["files"].as_str().unwrap()).unwrap();
        for (name, wanted) in [
            ("openclaw.json", true),
            ("deploy/openclaw.prod.json5", true),
            ("home/.openclaw/models.jsonc", true),
            ("docs/setup.md", true),
            ("package.json", false),
            ("my-openclaw.json", false),
            ("openclaw.yaml", false),
            (".openclaw/notes.txt", false),
            ("notopenclaw/x.json", false),
            ("docs/setup.mdx", false),
        ] {
            assert_eq!(files.is_match(name), wanted, "{name}");
        }
    }
}

#[test]
fn every_yaml_snippet_of_the_page_reads() {
    let page = fs::read_to_string("docs/ci.md").unwrap();
    let snippets: Vec<&str> = page.split("```yaml\n").skip(1).collect();
    assert_eq!(snippets.len(), 4);
    let action = yaml(&fs::read_to_string("action.yml").unwrap());
    for snippet in snippets {
        let read = yaml(snippet.split("```").next().unwrap());
        let steps = read["jobs"]["clawconf"]["steps"]
            .as_array()
            .or(read.as_array());
        for step in steps
            .into_iter()
            .flatten()
            .filter(|step| step["with"].is_object())
        {
            for input in step["with"].as_object().unwrap().keys() {
                assert!(action["inputs"][input].is_object(), "{input} is no input");
            }
        }
    }
}
