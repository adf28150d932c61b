//! The entry points of CI: the GitHub Action and its script, the pre-commit hooks, and the YAML of
//! the pages.

use std::collections::BTreeSet;
use std::fs;

use regex_lite::Regex;
use serde_json::Value;

use crate::common::clawconf;

fn yaml(path: &str) -> Value {
    serde_saphyr::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// All texts below a value.
fn texts<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(list) => list.iter().for_each(|item| texts(item, found)),
        Value::Object(map) => map.values().for_each(|item| texts(item, found)),
        _ => {}
    }
}

/// Fails when `lint` does not know a flag that stands in `text`.
fn knows_flags(text: &str) -> usize {
    let help = clawconf(".").args(["lint", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let flag = Regex::new("(^|[^-a-z])(--[a-z][a-z-]*)").unwrap();
    let known: BTreeSet<&str> = flag
        .captures_iter(&help)
        .map(|c| c.get(2).unwrap().as_str())
        .collect();
    let mut count = 0;
    for found in flag.captures_iter(text) {
        let found = found.get(2).unwrap().as_str();
        assert!(known.contains(found), "`lint` has no {found}: {text}");
        count += 1;
    }
    count
}

#[test]
fn the_action_uses_every_input_and_puts_none_into_a_script() {
    let action = yaml("action.yml");
    let script = fs::read_to_string("ci/lint-action.sh").unwrap();
    let steps = action["runs"]["steps"].as_array().unwrap();
    assert_eq!(action["runs"]["using"], "composite");
    let mut variables = Vec::new();
    for step in steps {
        assert_eq!(step.get("run").is_some(), step.get("uses").is_none());
        if let Some(run) = step.get("run") {
            assert_eq!(step["shell"], "bash");
            let run = run.as_str().unwrap();
            assert!(!run.contains("${{"), "{run}");
            let (before, subcommand) = run.rsplit_once(' ').unwrap();
            assert!(before.ends_with("ci/lint-action.sh\""));
            assert!(script.contains(&format!("\n  {subcommand}) ")), "{run}");
        }
        if let Some(env) = step.get("env") {
            variables.extend(env.as_object().unwrap());
        }
    }
    for (name, input) in action["inputs"].as_object().unwrap() {
        assert!(input["default"].is_string(), "{name}");
        let wanted = format!("${{{{ inputs.{name} }}}}");
        let found = variables.iter().find(|(_, value)| **value == wanted);
        let (variable, _) = found.unwrap_or_else(|| panic!("{name} goes nowhere"));
        assert!(
            script.contains(&format!("${variable}")) || script.contains(&format!("${{{variable}:"))
        );
    }
    for (name, output) in action["outputs"].as_object().unwrap() {
        assert_eq!(
            output["value"],
            format!("${{{{ steps.lint.outputs.{name} }}}}")
        );
        assert!(script.contains(&format!("output {name} ")), "{name}");
    }
    let lint = script.lines().filter(|line| {
        line.contains("command+=") || line.trim_start().starts_with("\"${command[@]}\"")
    });
    assert_eq!(lint.map(knows_flags).sum::<usize>(), 6);
}

#[test]
fn the_page_names_the_inputs_with_their_defaults() {
    let page = fs::read_to_string("docs/ci.md").unwrap();
    for (name, input) in yaml("action.yml")["inputs"].as_object().unwrap() {
        let default = match input["default"].as_str().unwrap() {
            "" => String::new(),
            default => format!(" `{default}` |"),
        };
        let row = format!("| `{name}` |{default}");
        assert!(page.contains(&row), "docs/ci.md lacks: {row}");
    }
}

#[test]
fn the_hooks_start_lint_on_configs_alone() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let hooks = hooks.as_array().unwrap();
    let ids: Vec<_> = hooks
        .iter()
        .map(|hook| hook["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["clawconf", "clawconf-fix"]);
    for hook in hooks {
        let entry = hook["entry"].as_str().unwrap();
        assert!(entry.starts_with("clawconf lint"), "{entry}");
        knows_flags(entry);
        assert_eq!(hook["language"], "rust");
        let files = Regex::new(hook["files"].as_str().unwrap()).unwrap();
        for name in [
            "openclaw.json",
            "openclaw.json5",
            "openclaw.jsonc",
            ".openclaw/openclaw.json",
            "deploy/prod/openclaw.prod.json5",
            "openclaw-local.json",
            "openclaw_test.json",
            ".openclaw.json",
        ] {
            assert!(files.is_match(name), "{name}");
        }
        for name in [
            "package.json",
            "package-lock.json",
            "tsconfig.json",
            "clawconf.json5",
            "openclaw.json.bak",
            "openclaw.jsonl",
            "openclaw.md",
            "openclaw/package.json",
            "openclaw.d/package.json",
            "packages/openclaw-plugin/tsconfig.json",
            "myopenclaw.json",
            "openclawish.json",
        ] {
            assert!(!files.is_match(name), "{name}");
        }
        // The manifests of plugins, and schemas.
        let others = Regex::new(hook["exclude"].as_str().unwrap()).unwrap();
        assert!(
            others.is_match("ext/openclaw.plugin.json") && others.is_match("openclaw.schema.json")
        );
        assert!(!others.is_match("openclaw.json") && !others.is_match("openclaw.plugins.json5"));
    }
    assert_eq!(hooks[1]["entry"], "clawconf lint --fix");
}

#[test]
fn the_yaml_of_every_page_parses_and_its_flags_exist() {
    let (mut count, mut flags) = (0, 0);
    for page in fs::read_dir("docs").unwrap() {
        let text = fs::read_to_string(page.unwrap().path()).unwrap();
        for block in text.split("```yaml\n").skip(1) {
            let block = block.split("```").next().unwrap();
            let value: Value =
                serde_saphyr::from_str(block).unwrap_or_else(|error| panic!("{error}\n{block}"));
            let mut found = Vec::new();
            texts(&value, &mut found);
            let commands = found.iter().filter(|text| text.starts_with("clawconf "));
            flags += commands.map(|text| knows_flags(text)).sum::<usize>();
            count += 1;
        }
    }
    assert!(count >= 6 && flags >= 4, "{count} blocks, {flags} flags");
}

/// The script of the action, run as a runner does.
#[cfg(unix)]
mod script {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use super::*;

    const BAD: &str = "{ models: { providers: { lab: { baseUrl: \"http://127.0.0.1:1/v1\", models: [{ id: \"::error::x ##[error]y\" }] } } } }\n";

    /// What a run left behind.
    struct Run {
        code: i32,
        log: String,
        outputs: BTreeMap<String, String>,
        folder: tempfile::TempDir,
    }

    impl Run {
        fn sarif(&self) -> Value {
            let path = self.folder.path().join(&self.outputs["sarif-file"]);
            serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
        }

        fn results(&self) -> usize {
            self.sarif()["runs"][0]["results"].as_array().unwrap().len()
        }

        /// The lines of the log that the runner reads commands from.
        fn heard(&self) -> Vec<&str> {
            let mut deaf = None;
            let mut heard = Vec::new();
            for line in self.log.lines() {
                match deaf {
                    None => match line.strip_prefix("::stop-commands::") {
                        Some(token) => deaf = Some(format!("::{token}::")),
                        None => heard.push(line),
                    },
                    Some(ref end) if line == end => deaf = None,
                    Some(_) => {}
                }
            }
            assert_eq!(deaf, None, "{}", self.log);
            heard
        }
    }

    fn command(folder: &Path, path: &str) -> Command {
        let mut command = Command::new("bash");
        let script = fs::canonicalize("ci/lint-action.sh").unwrap();
        command.arg(script).current_dir(folder).env_clear();
        let action = std::env::current_dir().unwrap();
        command
            .env("PATH", path)
            .env("GITHUB_ACTION_PATH", action)
            .env("GITHUB_OUTPUT", folder.join("outputs"))
            .env("GITHUB_PATH", folder.join("path"))
            .env("RUNNER_TEMP", folder)
            .env("RUNNER_OS", "Linux")
            .env("RUNNER_ARCH", "X64");
        command
    }

    fn outputs(folder: &Path) -> BTreeMap<String, String> {
        let text = fs::read_to_string(folder.join("outputs")).unwrap_or_default();
        let pairs = text.lines().map(|line| line.split_once('=').unwrap());
        pairs
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect()
    }

    fn path_with_clawconf() -> String {
        let built = PathBuf::from(env!("CARGO_BIN_EXE_clawconf"));
        let system = std::env::var("PATH").unwrap();
        format!("{}:{system}", built.parent().unwrap().display())
    }

    /// Runs `lint` with the defaults of action.yml and `inputs`, over one config in a folder.
    fn lint(config: &str, inputs: &[(&str, &str)]) -> Run {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path();
        fs::create_dir(place.join("a folder")).unwrap();
        fs::write(place.join("a folder/openclaw.json"), config).unwrap();
        let mut run = command(place, &path_with_clawconf());
        let variable = |name: &str| format!("INPUT_{}", name.replace('-', "_").to_uppercase());
        for (name, input) in yaml("action.yml")["inputs"].as_object().unwrap() {
            run.env(variable(name), input["default"].as_str().unwrap());
        }
        for (name, value) in inputs {
            run.env(variable(name), value);
        }
        let output = run.arg("lint").output().unwrap();
        let log = [output.stdout, output.stderr].concat();
        Run {
            code: output.status.code().unwrap(),
            log: String::from_utf8(log).unwrap(),
            outputs: outputs(place),
            folder,
        }
    }

    #[test]
    fn findings_fail_the_run_and_are_in_the_report() {
        let run = lint(BAD, &[]);
        assert_eq!(
            (run.code, run.outputs["exit-code"].as_str()),
            (1, "1"),
            "{}",
            run.log
        );
        assert!(run.results() > 0);
        assert!(run.log.contains("error[missing-key]"), "{}", run.log);
        // They are uploaded, so the runner hears of none of them.
        assert_eq!(run.heard(), Vec::<&str>::new());
    }

    #[test]
    fn lines_are_annotated_when_nothing_is_uploaded() {
        for (upload, annotations, annotated) in [
            ("false", "auto", true),
            ("true", "true", true),
            ("false", "true", true),
            ("false", "false", false),
            ("true", "false", false),
        ] {
            let inputs = [("upload-sarif", upload), ("annotations", annotations)];
            let run = lint(BAD, &inputs);
            let heard = run.heard();
            assert_eq!(run.code, 1);
            assert_eq!(
                heard.len(),
                if annotated { run.results() } else { 0 },
                "{heard:?}"
            );
            assert_eq!(run.log.contains("error[missing-key]"), !annotated);
        }
    }

    #[test]
    fn inputs_become_flags() {
        let inputs = [
            ("paths", "\n  a folder \r\n\n"),
            ("fail-on", "never"),
            ("sarif-file", "out/to here.sarif"),
            ("args", "--ignore=missing-key\n--quiet"),
        ];
        let run = lint(BAD, &inputs);
        assert_eq!(run.code, 0, "{}", run.log);
        assert_eq!(run.outputs["sarif-file"], "out/to here.sarif");
        assert!(
            !run.sarif()["runs"][0]["results"]
                .to_string()
                .contains("missing-key")
        );
        for (name, file) in [("settings", "no settings"), ("baseline", "no baseline")] {
            let run = lint(BAD, &[(name, file)]);
            assert_eq!(run.code, 2);
            assert!(run.log.contains(file), "{}", run.log);
        }
    }

    #[test]
    fn no_input_is_run_as_a_script() {
        for input in [
            "paths",
            "fail-on",
            "settings",
            "baseline",
            "args",
            "sarif-file",
            "annotations",
        ] {
            let run = lint(BAD, &[(input, "$(touch ran)`touch ran`;touch ran")]);
            assert!(!run.folder.path().join("ran").exists(), "{input}");
        }
    }

    #[test]
    fn a_run_without_a_report_leaves_no_file_to_upload() {
        let run = lint(BAD, &[("args", "--no-such-flag")]);
        assert_eq!((run.code, run.outputs["exit-code"].as_str()), (2, "2"));
        assert_eq!(run.outputs["sarif-file"], "");
        assert!(!run.folder.path().join("clawconf.sarif").exists());
        let run = lint(BAD, &[("upload-sarif", "yes")]);
        assert_eq!((run.code, run.heard().len()), (2, 1), "{}", run.log);
        assert_eq!(run.outputs["exit-code"], "2");
        // What is missing in an incomplete report would seem mended.
        let run = lint(BAD, &[("paths", ".\nnot-there.json5")]);
        assert_eq!((run.code, run.outputs["sarif-file"].as_str()), (2, ""));
        let run = lint(BAD, &[("sarif-file", "/dev/null/x.sarif")]);
        assert_eq!((run.code, run.heard().len()), (2, 1), "{}", run.log);
    }

    #[test]
    fn a_clawconf_on_the_path_is_not_built_again() {
        let folder = tempfile::tempdir().unwrap();
        let find = |path: &str| {
            let mut command = command(folder.path(), path);
            assert!(command.arg("find").status().unwrap().success());
            outputs(folder.path())
        };
        assert!(find(&path_with_clawconf()).is_empty());
        let found = find("/usr/bin:/bin");
        assert!(
            found["key"].starts_with("clawconf-Linux-X64-image-"),
            "{found:?}"
        );
        assert_eq!(found["key"].rsplit('-').next().unwrap().len(), 64);
        assert!(found["root"].ends_with("/clawconf"));
    }
}
