//! What people do by mistake: odd encodings, files named twice, links in circles, nothing at all.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::common::{clawconf, transcript, with_input};

const GOOD: &str = "{ models: { providers: { lab: { baseUrl: 'http://localhost', api: 'ollama', models: [] } } } }";

fn lint(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = clawconf(folder);
    command
        .args(["lint", "--format", "json"])
        .args(arguments)
        .output()
        .unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", transcript(output)))
}

/// `text` as UTF-16, little end first.
fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn utf_16_is_called_by_its_name_also_in_a_folder() {
    let little = utf_16(GOOD);
    let big: Vec<u8> = GOOD.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let marked = |mark: [u8; 2], text: &[u8]| [&mark[..], text].concat();
    let texts = [
        little.clone(),
        big.clone(),
        marked([0xFF, 0xFE], &little),
        marked([0xFE, 0xFF], &big),
    ];
    for bytes in texts {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("mine.json5"), &bytes).unwrap();
        for path in ["mine.json5", "."] {
            let output = lint(place.path(), &[path]);
            assert_eq!(code(&output), 1);
            let report = report(&output);
            let findings = report["findings"].as_array().unwrap();
            assert_eq!(findings.len(), 1, "{path}");
            assert_eq!(findings[0]["message"], "the file is UTF-16", "{path}");
            let help = findings[0]["help"].as_str().unwrap();
            assert!(help.starts_with("Save it as UTF-8"), "{help}");
        }
    }
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("nul.json5"), "{ a: 1 \0 }").unwrap();
    let report = report(&lint(place.path(), &["nul.json5"]));
    assert_eq!(
        report["findings"][0]["message"],
        "the file holds binary data"
    );
}

#[test]
fn a_page_in_utf_16_is_no_clean_page() {
    let place = tempfile::tempdir().unwrap();
    let page = utf_16(&format!("# A\n\n```json5\n{GOOD}\n```\n"));
    fs::write(place.path().join("page.md"), page).unwrap();
    fs::write(place.path().join("other.md"), utf_16("# Nothing of ours\n")).unwrap();
    for path in ["page.md", "."] {
        let output = lint(place.path(), &[path]);
        assert_eq!(code(&output), 2, "{path}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            said.contains("page.md: the page is UTF-16: save it as UTF-8"),
            "{said}"
        );
        assert!(!said.contains("other.md"), "{said}");
    }
}

#[test]
fn a_file_named_twice_is_linted_once() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("a.json5"), GOOD).unwrap();
    let whole = place.path().join("a.json5");
    let arguments = [
        "a.json5",
        "./a.json5",
        "*.json5",
        ".",
        whole.to_str().unwrap(),
    ];
    let output = lint(place.path(), &arguments);
    assert_eq!(
        (code(&output), &report(&output)["files"]),
        (0, &Value::from(1))
    );
}

#[test]
fn what_is_not_there_is_an_error_and_the_others_are_still_linted() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("a.json5"), GOOD).unwrap();
    fs::create_dir(place.path().join("empty")).unwrap();
    for (path, told) in [
        ("*.yaml", "error: *.yaml: no file matches\n"),
        ("none.json", "error: none.json: no such file or folder\n"),
        (
            "empty",
            "error: empty: no .json, .json5, .jsonc or .md file in this folder",
        ),
        ("[z", "error: [z: "),
    ] {
        let output = lint(place.path(), &[path, "a.json5"]);
        assert_eq!(code(&output), 2, "{path}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.starts_with(told), "{said}");
        assert_eq!(report(&output)["files"], 1, "{path}");
    }
}

#[cfg(unix)]
#[test]
fn links_in_circles_end_and_links_to_nowhere_are_told() {
    use std::os::unix::fs::symlink;

    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("configs");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("a.json5"), GOOD).unwrap();
    symlink("../configs", folder.join("again")).unwrap();
    symlink("self.json5", folder.join("self.json5")).unwrap();
    let output = lint(place.path(), &["configs"]);
    assert_eq!(code(&output), 2, "a link to itself");
    assert_eq!(report(&output)["files"], 1);
    fs::remove_file(folder.join("self.json5")).unwrap();
    let output = lint(place.path(), &["configs"]);
    assert_eq!(
        (code(&output), &report(&output)["files"]),
        (0, &Value::from(1))
    );
    // What was there when the folder was listed, and is gone when it is read, is such a link too.
    symlink("gone.json5", folder.join("vanished.json5")).unwrap();
    let output = lint(place.path(), &["configs"]);
    assert_eq!(code(&output), 2);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        said,
        "error: configs/vanished.json5: no such file or folder\n"
    );
}

#[test]
fn empty_input_is_no_clean_config() {
    let place = tempfile::tempdir().unwrap();
    for input in ["", " \n", "// only a comment"] {
        let mut command = clawconf(place.path());
        let output = with_input(
            command.args(["lint", "-", "--format", "json"]),
            input.as_bytes(),
        );
        assert_eq!(code(&output), 1, "{input:?}");
        assert_eq!(
            report(&output)["findings"][0]["message"],
            "the file is empty"
        );
    }
    #[cfg(unix)]
    {
        let closed = std::process::Command::new("sh")
            .args(["-c", "exec \"$0\" lint - --format json <&-"])
            .arg(env!("CARGO_BIN_EXE_clawconf"))
            .current_dir(place.path())
            .output()
            .unwrap();
        assert!(code(&closed) > 0, "{}", transcript(&closed));
    }
}

#[test]
fn nesting_has_a_bound_and_says_so() {
    let place = tempfile::tempdir().unwrap();
    for (levels, is_read) in [(512, true), (513, false), (100_000, false)] {
        let text = format!(
            "{{ a: {}1{} }}",
            "[".repeat(levels - 1),
            "]".repeat(levels - 1)
        );
        fs::write(place.path().join("deep.json5"), text).unwrap();
        let report = report(&lint(place.path(), &["deep.json5"]));
        let too_deep = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|finding| {
                finding["message"]
                    .as_str()
                    .unwrap()
                    .contains("more than 512 levels")
            });
        assert_eq!(!too_deep, is_read, "{levels}: {report}");
    }
}
