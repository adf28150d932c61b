//! `clawconf models list` and `models set`, against the simulator.

use std::fs;
use std::path::Path;

use clawconf::simulator::{self, Running, Settings};
use serde_json::{Value, json};

use crate::common::{clawconf, transcript};

/// A config with two models of LM Studio, one of them as the server has it not, and a plain provider.
const CONFIG: &str = r#"{
  models: { mode: "merge", providers: {
    lmstudio: {
      baseUrl: "BASE/v1", // here
      models: [
        { id: "acme/owl-9b", name: "Owl", contextWindow: 131072, contextTokens: 64000, input: ["text"], reasoning: false },
        { id: "acme/osprey-32b", name: "Osprey", contextWindow: 1000, input: ["text"], reasoning: false },
        { id: "acme/gone", name: "Gone" },
      ],
    },
    rack: { baseUrl: "http://127.0.0.1:9/v1", models: [{ id: "openai/gpt-oss-120b", name: "GPT" }] },
  } },
  agents: { defaults: { model: { primary: "rack/openai/gpt-oss-120b", fallbacks: ["lmstudio/acme/owl-9b"] }, models: { "rack/openai/gpt-oss-120b": {} } } },
}
"#;

struct Place {
    folder: tempfile::TempDir,
    server: Running,
}

impl Place {
    fn new() -> Place {
        let server = simulator::start(Settings::default()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let text = CONFIG.replace("BASE", &server.base_url());
        fs::write(folder.path().join("openclaw.json"), text).unwrap();
        Place { folder, server }
    }

    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let mut command = clawconf(self.folder.path());
        command.env("OPENCLAW_STATE_DIR", self.folder.path());
        let output = command.arg("models").args(arguments).output().unwrap();
        (output.status.code().unwrap(), transcript(&output))
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let mut command = clawconf(self.folder.path());
        command.env("OPENCLAW_STATE_DIR", self.folder.path());
        command
            .arg("models")
            .args(arguments)
            .args(["--format", "json"]);
        serde_json::from_slice(&command.output().unwrap().stdout).unwrap()
    }

    fn text(&self) -> String {
        fs::read_to_string(self.folder.path().join("openclaw.json")).unwrap()
    }

    fn defaults(&self) -> Value {
        let config: Value = json5::from_str(&self.text()).unwrap();
        config["agents"]["defaults"].clone()
    }
}

#[test]
fn the_models_of_a_config() {
    let place = Place::new();
    let (code, told) = place.run(&["list"]);
    assert_eq!(code, 0);
    insta::assert_snapshot!(told);
    assert!(place.server.requests().is_empty());
    let (_, one) = place.run(&["list", "--provider", "rack"]);
    assert!(
        !one.contains("owl") && one.contains("* rack/openai/gpt-oss-120b"),
        "{one}"
    );
    let (code, told) = place.run(&["list", "--provider", "none"]);
    assert!(
        code == 2 && told.contains("no provider is called `none`"),
        "{told}"
    );
}

#[test]
fn beside_what_the_server_has() {
    let place = Place::new();
    let (code, told) = place.run(&["list", "--live"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(told);
    let report = place.json(&["list", "--live"]);
    let live: Vec<&Value> = report["models"]
        .as_array()
        .unwrap()
        .iter()
        .map(|model| &model["live"])
        .collect();
    assert_eq!(live, ["same", "differs", "gone", "unknown"]);
    assert_eq!(report["default"], "rack/openai/gpt-oss-120b");
    assert_eq!(
        report["new"],
        json!([
            "lmstudio/qwen/qwen3.5-9b",
            "lmstudio/acme/heron-20b",
            "lmstudio/acme/wren-3b"
        ])
    );
}

/// A reference, the exit code, words of the answer.
const REFERENCES: &[(&str, i32, &str)] = &[
    (
        "lmstudio/acme/owl-9b",
        0,
        "-> `lmstudio/acme/owl-9b`; wrote",
    ),
    ("rack/openai/gpt-oss-120b", 0, "nothing changes"),
    // The prefix was forgotten: known from the config, and from the server.
    ("acme/owl-9b", 1, "did you mean `lmstudio/acme/owl-9b`?"),
    (
        "qwen/qwen3.5-9b",
        1,
        "did you mean `lmstudio/qwen/qwen3.5-9b`?",
    ),
    (
        "openai/gpt-oss-120b",
        1,
        "did you mean `rack/openai/gpt-oss-120b`?",
    ),
    ("gpt", 1, "`gpt` does not name a provider"),
    (
        "lmstudio/",
        1,
        "`lmstudio/` does not name a provider and a model",
    ),
    // The server has it, the config does not.
    (
        "lmstudio/acme/wren-3b",
        0,
        "`clawconf discover --write` adds it",
    ),
    (
        "lmstudio/acme/none",
        1,
        "the server does not have `acme/none`",
    ),
    ("lmstudio/acme/owl-9b@q8_0", 1, "is a variant"),
    ("lmstudio/text-embedding-owl", 1, "cannot be chatted with"),
    (
        "rack/none",
        1,
        "`rack` does not list `none`; it has `openai/gpt-oss-120b`",
    ),
    ("nowhere/none", 1, "no provider is called `nowhere`"),
    ("anthropic/claude-x", 0, "a provider of OpenClaw's own"),
];

#[test]
fn references_are_checked_before_they_are_set() {
    for (reference, wanted, words) in REFERENCES {
        let place = Place::new();
        let before = place.text();
        let (code, told) = place.run(&["set", reference]);
        assert!(
            code == *wanted && told.contains(words),
            "{reference}: {told}"
        );
        if code != 0 {
            assert_eq!(place.text(), before, "{reference}");
            let (code, told) = place.run(&["set", reference, "--force"]);
            assert_eq!(code, 0, "{told}");
        }
        let defaults = place.defaults();
        assert_eq!(defaults["model"]["primary"], *reference);
        assert_eq!(
            defaults["model"]["fallbacks"],
            json!(["lmstudio/acme/owl-9b"])
        );
        let allowed = defaults["models"].as_object().unwrap();
        assert!(
            allowed.contains_key(*reference) && allowed.contains_key("rack/openai/gpt-oss-120b")
        );
        assert!(place.text().contains("// here"));
    }
}

#[test]
fn the_form_of_the_default_stays_and_a_dry_run_writes_nothing() {
    let place = Place::new();
    let path = place.folder.path().join("openclaw.json");
    for (agents, wanted) in [
        (
            "agents: { defaults: { model: 'rack/x' } }",
            json!({"model": "rack/openai/gpt-oss-120b"}),
        ),
        (
            "agents: {}",
            json!({"model": {"primary": "rack/openai/gpt-oss-120b"}}),
        ),
        (
            "",
            json!({"model": {"primary": "rack/openai/gpt-oss-120b"}}),
        ),
        (
            "agents: { defaults: { models: {} } }",
            json!({"models": {}, "model": {"primary": "rack/openai/gpt-oss-120b"}}),
        ),
    ] {
        let (head, _) = CONFIG.split_once("  agents:").unwrap();
        fs::write(&path, format!("{head}  {agents}\n}}\n")).unwrap();
        let before = place.text();
        let (code, told) = place.run(&["set", "rack/openai/gpt-oss-120b", "--dry-run"]);
        assert!(
            code == 0 && told.contains("nothing was written") && told.contains("+++"),
            "{told}"
        );
        assert_eq!(place.text(), before);
        let (code, told) = place.run(&["set", "rack/openai/gpt-oss-120b"]);
        assert_eq!(code, 0, "{told}");
        assert_eq!(place.defaults(), wanted, "{agents}");
        assert!(backup(place.folder.path()).contains(&before));
    }
    fs::write(&path, "{ agents: { defaults: 7 } }").unwrap();
    let (code, told) = place.run(&["set", "anthropic/claude-x"]);
    assert!(
        code == 2 && told.contains("`agents.defaults` is no object"),
        "{told}"
    );
}

fn backup(folder: &Path) -> String {
    fs::read_to_string(folder.join("openclaw.json.bak")).unwrap()
}

#[test]
fn what_is_meant_is_written_as_the_config_has_it() {
    for (reference, wanted) in [
        ("LMSTUDIO/acme/owl-9b", "lmstudio/acme/owl-9b"),
        ("lmstudio /acme/owl-9b", "lmstudio/acme/owl-9b"),
        ("Owl", "lmstudio/acme/owl-9b"),
    ] {
        let place = Place::new();
        let alias = r#"models: { "lmstudio/acme/owl-9b": { alias: "owl" }, "#;
        let text = place
            .text()
            .replacen("models: { \"rack/", &format!("{alias}\"rack/"), 1);
        fs::write(place.folder.path().join("openclaw.json"), text).unwrap();
        let (code, told) = place.run(&["set", reference]);
        assert_eq!(code, 0, "{told}");
        let defaults = place.defaults();
        assert_eq!(defaults["model"]["primary"], wanted, "{told}");
        assert_eq!(defaults["models"].as_object().unwrap().len(), 2);
    }
}

#[test]
fn a_default_that_is_an_alias_is_found_in_the_list() {
    let place = Place::new();
    let text = place.text();
    let text = text.replace(
        r#"primary: "rack/openai/gpt-oss-120b""#,
        r#"primary: "owl""#,
    );
    let alias = r#"models: { "lmstudio/acme/owl-9b": { alias: "Owl" }, "rack/"#;
    let text = text.replacen("models: { \"rack/", alias, 1);
    fs::write(place.folder.path().join("openclaw.json"), text).unwrap();
    let (_, told) = place.run(&["list"]);
    assert!(told.contains("* lmstudio/acme/owl-9b"), "{told}");
    assert_eq!(place.json(&["list"])["default"], "lmstudio/acme/owl-9b");
}

#[test]
fn no_server_is_asked_for_what_the_config_tells() {
    let place = Place::new();
    let before = place.server.requests().len();
    let (_, told) = place.run(&["set", "acme/owl-9b"]);
    assert!(
        told.contains("did you mean `lmstudio/acme/owl-9b`?"),
        "{told}"
    );
    assert_eq!(place.server.requests().len(), before);
}
