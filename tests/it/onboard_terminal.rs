//! `clawconf onboard` with its questions, on a real terminal.

use std::fs;

use clawconf::simulator::{self, Fault, Running, Seen, Settings};
use serde_json::Value;

use crate::common::{clawconf, transcript};
use crate::terminal::Terminal;

const KEY: &str = "sk-typed-5d4c3b2a";
const ENTER: &str = "\r";
const DOWN: &str = "\u{1b}[B";

fn server(key: Option<&str>) -> Running {
    let settings = Settings {
        key: key.map(str::to_owned),
        ..Settings::default()
    };
    simulator::start(settings).unwrap()
}

fn onboard(folder: &tempfile::TempDir, arguments: &[&str]) -> Terminal {
    let mut command = clawconf(folder.path());
    command.env("OPENCLAW_STATE_DIR", folder.path());
    Terminal::run(command.arg("onboard").args(arguments))
}

fn config(folder: &tempfile::TempDir) -> Option<Value> {
    let text = fs::read_to_string(folder.path().join("openclaw.json")).ok()?;
    Some(json5::from_str(&text).unwrap())
}

#[test]
fn every_question_is_asked_and_its_answer_taken() {
    let server = server(Some(KEY));
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = onboard(&folder, &[]);
    let address = server.base_url();
    terminal.wait_for("Where does LM Studio listen?");
    // In the place of the usual address.
    terminal.press("\u{15}");
    terminal.press(&"\u{7f}".repeat(40));
    terminal.press(&format!("{address}{ENTER}"));
    terminal.answer("The key of LM Studio", &format!("wrong{ENTER}"));
    terminal.wait_for("the server wants another key");
    terminal.answer("ask again?", ENTER);
    terminal.answer("Where does LM Studio listen?", ENTER);
    terminal.answer("The key of LM Studio", &format!("{KEY}{ENTER}"));
    terminal.wait_for("Which model is the default?");
    terminal.wait_for("262144 tokens, reasons, tools, sees, loaded with 32768");
    terminal.press(DOWN);
    terminal.press(ENTER);
    terminal.answer("Most tokens of context", &format!("2x{ENTER}"));
    terminal.wait_for("Give a whole number from 4000 on");
    terminal.press(&format!("\u{7f}0000{ENTER}"));
    terminal.answer("a short chat first?", ENTER);
    terminal.wait_for("It answered after");
    terminal.wait_for("What will be written");
    terminal.answer("Write this?", ENTER);
    let (status, text) = terminal.end();
    assert!(status.success(), "{text}");
    assert!(text.contains("Next: clawconf verify"), "{text}");
    assert!(!text.contains(KEY) && !text.contains("wrong"), "{text}");
    let config = config(&folder).unwrap();
    let provider = &config["models"]["providers"]["lmstudio"];
    assert_eq!(provider["baseUrl"], format!("{address}/v1"));
    assert_eq!(provider["models"][0]["contextTokens"], 20_000);
    let default = &config["agents"]["defaults"]["model"]["primary"];
    assert_eq!(*default, "lmstudio/acme/heron-20b");
    let store = fs::read_to_string(folder.path().join("agents/main/agent/auth-profiles.json"));
    assert!(store.unwrap().contains(KEY));
}

#[test]
fn flags_and_variables_answer_beforehand() {
    let server = server(Some(KEY));
    let folder = tempfile::tempdir().unwrap();
    let mut command = clawconf(folder.path());
    command
        .env("OPENCLAW_STATE_DIR", folder.path())
        .env("LM_API_TOKEN", KEY);
    command.args(["onboard", "--custom-base-url", &server.base_url()]);
    command.args([
        "--custom-model-id",
        "acme/owl-9b",
        "--context-length",
        "4096",
    ]);
    let mut terminal = Terminal::run(&mut command);
    terminal.answer("Use the key in the variable LM_API_TOKEN?", ENTER);
    terminal.answer("a short chat first?", "n");
    terminal.answer("Write this?", ENTER);
    let (status, text) = terminal.end();
    assert!(status.success(), "{text}");
    for question in ["Where does", "Which model", "Most tokens", "The key of"] {
        assert!(!text.contains(question), "{question}: {text}");
    }
    let default = &config(&folder).unwrap()["agents"]["defaults"]["model"]["primary"];
    assert_eq!(*default, "lmstudio/acme/owl-9b");
}

#[test]
fn who_says_no_or_leaves_writes_nothing() {
    let server = server(None);
    let base = server.base_url();
    let flags = [
        "--custom-base-url",
        base.as_str(),
        "--custom-model-id",
        "acme/owl-9b",
        "--context-length",
        "4096",
    ];
    for (last, keys) in [
        ("Write this?", "n"),
        ("Write this?", "\u{3}"),
        ("a short chat first?", "\u{1b}"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut terminal = onboard(&folder, &flags);
        terminal.answer("The key of LM Studio", ENTER);
        if last == "Write this?" {
            terminal.answer("a short chat first?", "n");
        }
        terminal.answer(last, keys);
        let (status, text) = terminal.end();
        assert_eq!(status.code(), Some(130), "{text}");
        assert!(text.contains("Nothing was written."), "{text}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

/// The address of the config is offered, and refused, without its password.
#[test]
fn a_password_in_the_address_is_not_shown() {
    let server = server(None);
    let folder = tempfile::tempdir().unwrap();
    let base = server.base_url().replace("//", "//me:hunter2pw@");
    let text = format!(
        r#"{{ models: {{ providers: {{ lmstudio: {{ baseUrl: "{base}/v1", models: [] }} }} }} }}"#
    );
    fs::write(folder.path().join("openclaw.json"), text).unwrap();
    let mut terminal = onboard(&folder, &[]);
    terminal.answer("Where does LM Studio listen?", ENTER);
    terminal.answer("The key of LM Studio", ENTER);
    terminal.answer("ask again?", ENTER);
    terminal.answer("Where does LM Studio listen?", "\u{3}");
    let (status, text) = terminal.end();
    assert_eq!(status.code(), Some(130), "{text}");
    assert!(
        text.contains("@127.0.0.1") && !text.contains("hunter2pw"),
        "{text}"
    );
}

#[test]
fn a_key_that_is_not_kept_goes() {
    let server = server(None);
    let folder = tempfile::tempdir().unwrap();
    let base = server.base_url();
    let text = format!(
        r#"{{ models: {{ providers: {{ lmstudio: {{ baseUrl: "{base}/v1", auth: "api-key",
        apiKey: "sk-of-the-config", models: [] }} }} }} }}"#
    );
    fs::write(folder.path().join("openclaw.json"), text).unwrap();
    let flags = [
        "--custom-model-id",
        "acme/owl-9b",
        "--context-length",
        "4096",
    ];
    let mut terminal = onboard(&folder, &flags);
    terminal.answer("Where does LM Studio listen?", ENTER);
    terminal.answer("Keep the key that the config has?", "n");
    terminal.answer("The key of LM Studio", ENTER);
    terminal.answer("a short chat first?", "n");
    terminal.answer("Write this?", ENTER);
    let (status, text) = terminal.end();
    assert!(status.success(), "{text}");
    let requests = server.requests();
    let is_open = |seen: &Seen| seen.authorization().is_none();
    assert!(requests.iter().all(is_open), "{requests:?}");
    let provider = &config(&folder).unwrap()["models"]["providers"]["lmstudio"];
    assert_eq!(provider["apiKey"], "lmstudio-local");
    assert_eq!(provider.get("auth"), None);
}

#[test]
fn a_chat_that_fails_is_told_before_anything_is_saved() {
    let settings = Settings {
        faults: vec![Fault::Truncated],
        ..Settings::default()
    };
    let server = simulator::start(settings).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let base = server.base_url();
    let flags = [
        "--custom-base-url",
        base.as_str(),
        "--custom-model-id",
        "acme/owl-9b",
        "--context-length",
        "4096",
    ];
    let mut terminal = onboard(&folder, &flags);
    terminal.answer("The key of LM Studio", ENTER);
    terminal.answer("a short chat first?", ENTER);
    terminal.wait_for("without a finish reason");
    terminal.answer("Save it all the same?", ENTER);
    let (status, text) = terminal.end();
    assert_eq!(status.code(), Some(130), "{text}");
    assert!(config(&folder).is_none());
}

#[test]
fn without_a_terminal_the_flags_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = clawconf(folder.path());
    let told = transcript(&command.arg("onboard").output().unwrap());
    for flag in [
        "--non-interactive",
        "--accept-risk",
        "--custom-base-url",
        "--custom-model-id",
        "LM_API_TOKEN",
    ] {
        assert!(told.contains(flag), "{flag}: {told}");
    }
    assert!(told.ends_with("exit 2\n"), "{told}");
}
