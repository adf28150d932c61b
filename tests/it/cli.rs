//! The command line as scripts see it: exit codes, streams, formats, bad input.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::common::{clawconf, transcript, with_input};

const GOOD: &str = r#"{ models: { providers: { lab: { baseUrl: "http://localhost", api: "ollama", models: [] } } } }"#;
const BAD: &str = r#"{ models: { providers: { lab: { baseUrl: "http://localhost", api: "ollama", models: [{ id: "m" }] } } } }"#;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn lint(folder: &Path, arguments: &[&str]) -> Output {
    clawconf(folder)
        .arg("lint")
        .args(arguments)
        .output()
        .unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn exit_codes_say_what_happened() {
    let files = folder(&[
        ("good.json5", GOOD),
        ("bad.json5", BAD),
        ("twice.json5", "{ a: 1, a: 1 }"),
    ]);
    let run = |arguments: &[&str]| code(&lint(files.path(), arguments));
    assert_eq!(run(&["good.json5"]), 0);
    assert_eq!(run(&["bad.json5"]), 1);
    assert_eq!(run(&["bad.json5", "--fail-on", "never"]), 0);
    assert_eq!(run(&["twice.json5"]), 0, "a warning");
    assert_eq!(run(&["twice.json5", "--fail-on", "warning"]), 1);
    assert_eq!(run(&["bad.json5", "--ignore", "missing-key"]), 0);
    assert_eq!(run(&["bad.json5", "--ignore", "contract"]), 0);
    assert_eq!(run(&["bad.json5", "--select", "syntax"]), 0);
    assert_eq!(run(&["bad.json5", "--select", "syntax,missing-key"]), 1);
    assert_eq!(run(&["bad.json5", "--select", "no-such-rule"]), 2);
    assert_eq!(run(&["none.json5"]), 2);
    assert_eq!(
        run(&["good.json5", "none.json5"]),
        2,
        "unreadable is never clean"
    );
    assert_eq!(run(&["--no-such-flag"]), 2);
    assert_eq!(run(&[]), 2, "no config at the default place");
    assert_eq!(code(&clawconf(".").output().unwrap()), 2, "no command");
    assert_eq!(code(&clawconf(".").arg("--version").output().unwrap()), 0);
}

#[test]
fn the_default_config_is_openclaws() {
    let files = folder(&[
        ("a.json", BAD),
        ("state/openclaw.json", BAD),
        ("home/.openclaw/openclaw.json", BAD),
    ]);
    let found = |name: &str, value: &str| {
        let mut command = clawconf(files.path());
        let output = command
            .args(["lint", "--format", "json"])
            .env(name, value)
            .output()
            .unwrap();
        report(&output)["findings"][0]["file"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(found("OPENCLAW_CONFIG_PATH", "a.json"), "a.json");
    assert_eq!(found("OPENCLAW_STATE_DIR", "state"), "state/openclaw.json");
    assert_eq!(found("HOME", "home"), "home/.openclaw/openclaw.json");
    assert_eq!(code(&lint(files.path(), &["--config", "a.json"])), 1);
}

#[test]
fn the_json_report_has_its_shape() {
    let files = folder(&[("bad.json5", &format!("// ü🧠\r\n{BAD}"))]);
    let output = lint(files.path(), &["bad.json5", "--format", "json"]);
    insta::assert_snapshot!(transcript(&output));
    let finding = &report(&output)["findings"][0];
    let text = fs::read_to_string(files.path().join("bad.json5")).unwrap();
    let offset = |end: &str| usize::try_from(finding[end]["offset"].as_u64().unwrap()).unwrap();
    assert_eq!(&text[offset("start")..offset("end")], r#"{ id: "m" }"#);
}

#[test]
fn offsets_are_those_of_the_file_also_behind_bad_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = b"{ a: '\xE9\xE9', models: { providers: { lab: { ".to_vec();
    let at = bytes.len();
    bytes.extend(b"oops: 1, baseUrl: 'h', models: [] } } } }");
    fs::write(folder.path().join("latin.json5"), &bytes).unwrap();
    let found = report(&lint(folder.path(), &["latin.json5", "--format", "json"]));
    let place = |rule: &str| {
        let all = found["findings"].as_array().unwrap();
        all.iter().find(|finding| finding["rule"] == rule).unwrap()["start"]["offset"].clone()
    };
    assert_eq!(place("unknown-key"), at);
    assert_eq!(place("invalid-unicode"), 6);
    let fixed = lint(folder.path(), &["latin.json5", "--fix", "--unsafe"]);
    assert_eq!(code(&fixed), 1);
    assert_eq!(
        fs::read(folder.path().join("latin.json5")).unwrap(),
        bytes,
        "not written back as other text"
    );
}

#[test]
fn people_see_the_place_and_what_mends_it() {
    let root = env!("CARGO_MANIFEST_DIR");
    insta::assert_snapshot!(transcript(&lint(Path::new(root), &["examples"])));
    let files = folder(&[
        (
            "long.json",
            &format!(
                "{{\"models\":{{\"x\":\"{}\",\"oops\":1,\"y\":\"{}\"}}}}",
                "a".repeat(300),
                "b".repeat(300)
            ),
        ),
        (
            "twice.json5",
            "{\n  models: {},\n\n\n  models: { mode: \"merge\" },\n}\n",
        ),
        ("escape.json5", "{ models: { \"\\u001b[31mred\": 1 } }"),
        ("utf16.json", "\u{0}{\u{0}}"),
    ]);
    insta::assert_snapshot!(transcript(&lint(
        files.path(),
        &["long.json", "twice.json5", "escape.json5", "utf16.json"]
    )));
}

#[test]
fn nothing_is_coloured_unless_it_is_asked_for() {
    let files = folder(&[("bad.json5", BAD)]);
    let escapes = |arguments: &[&str]| lint(files.path(), arguments).stdout.contains(&0x1B);
    assert!(!escapes(&["bad.json5"]));
    assert!(escapes(&["bad.json5", "--color", "always"]));
    assert!(!escapes(&["bad.json5", "--color", "never"]));
    assert!(!escapes(&[
        "bad.json5",
        "--format",
        "json",
        "--color",
        "always"
    ]));
}

#[test]
fn standard_input_is_linted_and_fixed() {
    let files = folder(&[]);
    let run = |arguments: &[&str], input: &str| {
        with_input(
            clawconf(files.path()).arg("lint").args(arguments),
            input.as_bytes(),
        )
    };
    assert_eq!(code(&run(&["-"], GOOD)), 0);
    let output = run(&["-", "--format", "json"], BAD);
    assert_eq!(
        (code(&output), &report(&output)["findings"][0]["file"]),
        (1, &Value::from("<stdin>"))
    );
    let output = run(&["-", "--fix", "-q"], BAD);
    let fixed = BAD.replace("id: \"m\"", "id: \"m\", name: \"m\"");
    assert_eq!(
        (code(&output), String::from_utf8(output.stdout).unwrap()),
        (0, fixed)
    );
}

#[test]
fn folders_give_the_configs_in_them() {
    let files = folder(&[
        ("deploy/b/openclaw.json", BAD),
        ("deploy/a/conf.json5", GOOD),
        ("deploy/package.json", "{ \"name\": \"x\" }"),
        ("deploy/broken.json", "{ \"name\": "),
        (
            "deploy/.hidden/openclaw.json",
            "{ models: { providers: {} } }",
        ),
        ("deploy/notes.txt", BAD),
        ("deploy/part.json5", "{ baseUrl: 'http://localhost' }"),
        ("empty/readme.txt", ""),
        ("other/package.json", "{}"),
    ]);
    let names = |arguments: &[&str]| {
        let output = lint(files.path(), &[arguments, &["--format", "json"]].concat());
        let report = report(&output);
        let files = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["file"].as_str().unwrap().to_owned());
        (report["files"].as_u64().unwrap(), files.collect::<Vec<_>>())
    };
    assert_eq!(
        names(&["deploy"]),
        (3, vec!["deploy/b/openclaw.json".to_owned()])
    );
    assert_eq!(names(&["deploy/*/*.json"]).0, 2);
    assert_eq!(names(&["deploy/**/*.json5"]).0, 2);
    assert_eq!(
        names(&[
            "deploy",
            "./deploy/b/openclaw.json",
            "deploy/b/openclaw.json"
        ])
        .0,
        3,
        "each file once"
    );
    for nothing in ["empty", "other", "no*match"] {
        assert_eq!(
            code(&lint(files.path(), &[nothing])),
            2,
            "{nothing}: nothing checked is not clean"
        );
    }
}

#[test]
fn what_is_broken_in_a_folder_is_not_passed_over() {
    let files = folder(&[("good.json", GOOD), ("sub/openclaw.json", "\u{0}\u{1}")]);
    let output = lint(files.path(), &[".", "--format", "json"]);
    assert_eq!(report(&output)["findings"][0]["rule"], "json5-syntax");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", files.path().join("gone.json")).unwrap();
        assert_eq!(code(&lint(files.path(), &["."])), 2, "a link to nothing");
    }
}

#[test]
fn bad_input_ends_in_words() {
    let files = folder(&[
        ("list.json", "[1, 2]"),
        ("null.json", "null"),
        ("empty.json", ""),
        ("sub/openclaw.json/x.txt", ""),
    ]);
    fs::write(files.path().join("binary.json"), [0xFF, 0xFE, 0x7B, 0x00]).unwrap();
    let huge = fs::File::create(files.path().join("huge.json")).unwrap();
    huge.set_len(3 * 1024 * 1024 * 1024).unwrap();
    let mut told = String::new();
    for name in [
        "list.json",
        "null.json",
        "empty.json",
        "binary.json",
        "huge.json",
        "none.json",
        "sub/openclaw.json",
    ] {
        told.push_str(&transcript(&lint(files.path(), &[name])));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn fixes_are_shown_applied_and_written_with_care() {
    let files = folder(&[("bad.json5", BAD), ("other.json5", BAD)]);
    let path = files.path().join("bad.json5");
    let output = lint(files.path(), &["bad.json5", "--diff"]);
    insta::assert_snapshot!(transcript(&output));
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        BAD,
        "--diff writes nothing"
    );
    let mut mode = fs::metadata(&path).unwrap().permissions();
    mode.set_readonly(true);
    fs::set_permissions(&path, mode).unwrap();
    let output = lint(files.path(), &["bad.json5", "other.json5", "--fix"]);
    assert_eq!(code(&output), 2);
    assert!(transcript(&output).contains("bad.json5: the file is read-only"));
    assert_eq!(fs::read_to_string(&path).unwrap(), BAD);
    let fixed = BAD.replace("id: \"m\"", "id: \"m\", name: \"m\"");
    assert_eq!(
        fs::read_to_string(files.path().join("other.json5")).unwrap(),
        fixed,
        "the other is still done"
    );
}

#[cfg(unix)]
#[test]
fn a_written_file_keeps_its_mode_and_its_link() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let files = folder(&[("real.json5", BAD)]);
    let real = files.path().join("real.json5");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.json5", files.path().join("link.json5")).unwrap();
    assert_eq!(code(&lint(files.path(), &["link.json5", "--fix"])), 0);
    assert_eq!(
        fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o640
    );
    assert!(
        fs::symlink_metadata(files.path().join("link.json5"))
            .unwrap()
            .is_symlink()
    );
    fs::write(&real, BAD).unwrap();
    fs::hard_link(&real, files.path().join("second.json5")).unwrap();
    assert_eq!(
        code(&lint(files.path(), &["real.json5", "--fix"])),
        2,
        "a second name would be cut off"
    );
    assert_eq!(fs::read_to_string(&real).unwrap(), BAD);
}

/// The two examples of OpenClaw's own LM Studio page that leave out `name`.
#[test]
fn the_lm_studio_page_is_mended_in_place() {
    let page = "{\n  models: {\n    providers: {\n      lmstudio: {\n        baseUrl: \"http://localhost:1234/v1\", // local\n        \
                api: \"openai-completions\",\n        params: { preload: false },\n        \
                models: [{ id: \"qwen/qwen3.5-9b\" }], // one\n      },\n    },\n  },\n}\n";
    let lan = page
        .replace("localhost", "gpu-box.local")
        .replace("params: { preload: false }", "apiKey: \"lmstudio\"");
    for example in [page, &lan] {
        let files = folder(&[("page.json5", example)]);
        let arguments = ["page.json5", "--format", "json", "--select", "contract"];
        let found = report(&lint(files.path(), &arguments));
        let findings = found["findings"].as_array().unwrap();
        assert_eq!(findings.len(), 1);
        assert_eq!(
            findings[0]["message"],
            "the model `qwen/qwen3.5-9b` has no `name`"
        );
        assert_eq!(
            findings[0]["path"],
            "models.providers.lmstudio.models.0.name"
        );
        assert_eq!(code(&lint(files.path(), &["page.json5", "--fix"])), 0);
        let fixed = fs::read_to_string(files.path().join("page.json5")).unwrap();
        let expected = example.replace(
            "id: \"qwen/qwen3.5-9b\"",
            "id: \"qwen/qwen3.5-9b\", name: \"qwen/qwen3.5-9b\"",
        );
        assert_eq!(fixed, expected);
    }
}

#[test]
fn rules_are_listed_and_explained() {
    let run = |arguments: &[&str]| {
        clawconf(".")
            .arg("explain")
            .args(arguments)
            .output()
            .unwrap()
    };
    insta::assert_snapshot!(transcript(&run(&["--list"])));
    let list: Value = serde_json::from_slice(&run(&["--list", "--format", "json"]).stdout).unwrap();
    assert_eq!(
        list.as_array().unwrap().len(),
        clawconf::lint::rules::ALL.len()
    );
    assert!(transcript(&run(&["missing-key"])).starts_with("# missing-key"));
    assert_eq!(code(&run(&["no-such-rule"])), 2);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let mut command = clawconf(env!("CARGO_MANIFEST_DIR"));
    command.args(["lint", "tests/corpus", "--format", "json"]);
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Commands that need a whole config name the place that keeps them from it, in the words of lint.
#[test]
fn what_cannot_be_read_whole_is_told_with_its_place() {
    let folder = folder(&[("part.json5", "{\n  $include: './gone.json5' }")]);
    let cases = [
        (
            "{\n  models: {\n    mode 'merge' } }",
            "whole: line 3, column 10: a `:` is missing behind this key.",
        ),
        (
            "{\n  models: { $include: './gone.json5' } }",
            "whole: line 2, column 23: `./gone.json5` does not exist.",
        ),
        (
            "{ models: { $include: './part.json5' } }",
            "part.json5, line 2, column 13: `./gone.json5` does not exist.",
        ),
    ];
    let commands: [&[&str]; 7] = [
        &["chat", "-m", "lab/owl"],
        &["discover"],
        &["models", "list"],
        &["models", "set", "lab/owl"],
        &["onboard", "--non-interactive", "--accept-risk"],
        &["trust", "check", "--provider", "lab"],
        &["verify"],
    ];
    for (text, place) in cases {
        fs::write(folder.path().join("openclaw.json"), text).unwrap();
        for arguments in commands {
            let mut command = clawconf(folder.path());
            command.args(arguments).args(["--config", "openclaw.json"]);
            let told = transcript(&command.output().unwrap());
            assert!(
                told.contains(place) && told.ends_with("exit 2\n"),
                "{arguments:?}: {told}"
            );
        }
    }
}
