//! `clawconf onboard`: keys, the profile store that belongs to a config, and which provider is meant.

use std::fs;
use std::path::Path;
use std::process::Command;

use clawconf::simulator::{self, Model, Running, Settings};
use serde_json::{Value, json};

use crate::common::{clawconf, transcript};

const STORE: &str = "agents/main/agent/auth-profiles.json";
const KEY: &str = "sk-kept-9f8e7d6c";

fn server() -> Running {
    let settings = Settings {
        key: Some(KEY.to_owned()),
        ..Settings::default()
    };
    simulator::start(settings).unwrap()
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn read(folder: &Path, name: &str) -> Value {
    json5::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}

fn command(folder: &Path, name: &str) -> Command {
    let mut command = clawconf(folder);
    command.env("OPENCLAW_STATE_DIR", folder);
    command.arg(name);
    command
}

fn onboard(folder: &Path, base: &str) -> Command {
    let mut command = command(folder, "onboard");
    command.args(["--non-interactive", "--accept-risk"]);
    command.args(["--custom-base-url", base]);
    command
}

fn told(command: &mut Command) -> String {
    transcript(&command.output().unwrap())
}

/// Runs set-up with a key over a config and, if one is given, a store.
fn set_up(config: &str, store: Option<&str>) -> (tempfile::TempDir, String) {
    let server = server();
    let folder = tempfile::tempdir().unwrap();
    let base = server.base_url();
    write(
        folder.path(),
        "openclaw.json",
        &config.replace("BASE", &base),
    );
    if let Some(store) = store {
        write(folder.path(), STORE, store);
    }
    let told = told(onboard(folder.path(), &base).args(["--lmstudio-api-key", KEY]));
    (folder, told)
}

#[test]
fn the_profile_comes_first_in_an_order_that_is_set() {
    let config = r#"{ auth: { order: { lmstudio: ["lmstudio:work"], other: ["other:a"] } } }"#;
    let (folder, told) = set_up(config, None);
    let order = &read(folder.path(), "openclaw.json")["auth"]["order"];
    let wanted = json!({ "lmstudio": ["lmstudio:default", "lmstudio:work"], "other": ["other:a"] });
    assert_eq!(*order, wanted, "{told}");
}

#[test]
fn with_a_header_the_order_of_profiles_goes_too() {
    let server = server();
    let base = server.base_url();
    let folder = tempfile::tempdir().unwrap();
    let config = format!(
        r#"{{ auth: {{ order: {{ lmstudio: ["lmstudio:default"], other: ["other:a"] }} }},
        models: {{ providers: {{ lmstudio: {{ baseUrl: "{base}/v1",
        headers: {{ Authorization: "Bearer {KEY}" }}, models: [] }} }} }} }}"#
    );
    write(folder.path(), "openclaw.json", &config);
    let told = told(&mut onboard(folder.path(), &base));
    let order = &read(folder.path(), "openclaw.json")["auth"]["order"];
    assert_eq!(*order, json!({ "other": ["other:a"] }), "{told}");
}

#[test]
fn the_provider_that_openclaw_writes_is_set_up_before_others() {
    let config = r#"{ models: { providers: {
        LMStudio: { baseUrl: "http://127.0.0.1:9/v1", models: [] },
        lmstudio: { baseUrl: "BASE/v1", models: [] } } } }"#;
    let (folder, told) = set_up(config, None);
    let config = read(folder.path(), "openclaw.json");
    let providers = &config["models"]["providers"];
    assert_eq!(providers["LMStudio"]["baseUrl"], "http://127.0.0.1:9/v1");
    assert_eq!(providers["lmstudio"]["auth"], "api-key", "{told}");
    let default = &config["agents"]["defaults"]["model"]["primary"];
    assert_eq!(*default, "lmstudio/qwen/qwen3.5-9b");
}

#[test]
fn an_id_in_other_case_is_named_as_it_is_and_its_key_found() {
    let server = server();
    let base = server.base_url();
    let folder = tempfile::tempdir().unwrap();
    let config = format!(
        r#"{{ models: {{ providers: {{ LMStudio: {{ baseUrl: "{base}/v1", models: [] }} }} }} }}"#
    );
    write(folder.path(), "openclaw.json", &config);
    let told_first = told(onboard(folder.path(), &base).args(["--lmstudio-api-key", KEY]));
    assert!(
        told_first.contains("default model LMStudio/qwen/qwen3.5-9b")
            && told_first.contains("Next: clawconf verify --provider LMStudio"),
        "{told_first}"
    );
    let mut verify = command(folder.path(), "verify");
    let told = told(verify.args(["--quick", "--provider", "LMStudio"]));
    assert!(told.contains("it is taken"), "{told}");
}

#[test]
fn the_store_of_a_config_elsewhere_is_found_again() {
    let server = server();
    let base = server.base_url();
    let place = tempfile::tempdir().unwrap();
    let state = place.path().join("state");
    fs::create_dir(&state).unwrap();
    let other = place.path().join("other/own.json");
    let config = other.to_str().unwrap();
    // Another config has its own store; OpenClaw's is not touched.
    let mut run = onboard(&state, &base);
    let told_first = told(run.args(["--lmstudio-api-key", KEY, "--config", config]));
    assert!(place.path().join("other").join(STORE).is_file());
    assert!(!state.join(STORE).exists());
    assert!(
        told_first.contains(&format!(
            "Next: clawconf verify --config {config} --provider"
        )),
        "{told_first}"
    );
    let verify = || {
        let mut verify = command(&state, "verify");
        verify.args(["--quick", "--config", config]);
        verify
    };
    let told_then = told(&mut verify());
    assert!(told_then.contains("it is taken"), "{told_then}");
    // The config that OpenClaw uses has OpenClaw's store, wherever it stands and however it is named.
    fs::remove_dir_all(place.path().join("other/agents")).unwrap();
    let mut run = onboard(&state, &base);
    run.env("OPENCLAW_CONFIG_PATH", config);
    told(run.args(["--lmstudio-api-key", KEY, "--config", config]));
    assert!(state.join(STORE).is_file());
    assert!(!place.path().join("other/agents").exists());
    let told_own = told(verify().env("OPENCLAW_CONFIG_PATH", config));
    assert!(told_own.contains("it is taken"), "{told_own}");
    // And only that one.
    let told_other = told(&mut verify());
    assert!(!told_other.contains("it is taken"), "{told_other}");
}

#[cfg(unix)]
#[test]
fn a_link_beside_another_config_does_not_lead_to_the_keys_of_openclaw() {
    let server = server();
    let base = server.base_url();
    let place = tempfile::tempdir().unwrap();
    let state = place.path().join("state");
    fs::create_dir(&state).unwrap();
    told(onboard(&state, &base).args(["--lmstudio-api-key", KEY]));
    let other = place.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::copy(state.join("openclaw.json"), other.join("openclaw.json")).unwrap();
    std::os::unix::fs::symlink(state.join("agents"), other.join("agents")).unwrap();
    let mut verify = command(&state, "verify");
    verify.args(["--quick", "--config"]);
    let told = told(verify.arg(other.join("openclaw.json")));
    assert!(told.contains("the server wants a key"), "{told}");
}

#[test]
fn a_profile_of_another_type_gives_way_whole() {
    let store = r#"{ "version": 1, "profiles": { "lmstudio:default":
        { "type": "token", "provider": "lmstudio", "token": "sk-old-token", "expires": 1 } } }"#;
    let (folder, told) = set_up("{}", Some(store));
    let profile = &read(folder.path(), STORE)["profiles"]["lmstudio:default"];
    let wanted = json!({ "type": "api_key", "provider": "lmstudio", "key": KEY });
    assert_eq!(*profile, wanted, "{told}");
}

#[test]
fn a_store_of_another_version_is_left_alone() {
    let store = r#"{ "version": 2, "profiles": {}, "more": 1 }"#;
    let (folder, told) = set_up("{}", Some(store));
    assert!(
        told.contains("no store of profiles as OpenClaw 2026.5.18 writes it"),
        "{told}"
    );
    assert_eq!(
        fs::read_to_string(folder.path().join(STORE)).unwrap(),
        store
    );
}

#[test]
fn a_store_that_is_no_text_is_called_so() {
    let server = server();
    let base = server.base_url();
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), STORE, "");
    fs::write(
        folder.path().join(STORE),
        b"{ \"version\": 1, \"x\": \"\xff\" }",
    )
    .unwrap();
    let told = told(onboard(folder.path(), &base).args(["--lmstudio-api-key", KEY]));
    assert!(told.contains("not UTF-8"), "{told}");
    assert!(!folder.path().join("openclaw.json").exists());
}

#[test]
fn a_config_that_is_no_object_is_called_so() {
    let (_folder, told) = set_up("[]", None);
    assert!(
        told.contains("the config as a whole is no object"),
        "{told}"
    );
}

#[test]
fn names_of_a_server_do_nothing_to_the_terminal() {
    let settings = Settings {
        models: vec![Model {
            display_name: "turned \u{202e} \u{9b}2J name".to_owned(),
            ..Model::llm("acme/turned-\u{202e}-id")
        }],
        ..Settings::default()
    };
    let server = simulator::start(settings).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let told = told(onboard(folder.path(), &server.base_url()).arg("--dry-run"));
    assert!(told.contains("turned \u{fffd} \u{fffd}2J name"), "{told}");
    assert!(
        !told.contains('\u{202e}') && !told.contains('\u{9b}'),
        "{told}"
    );
}

/// What a config says of plugins is not overruled; that the one of LM Studio stays off is told.
#[test]
fn a_plugin_that_is_kept_off_stays_off() {
    for (plugins, why) in [
        ("{ enabled: false }", "`plugins.enabled` is false"),
        ("{ deny: [\"x\", \"lmstudio\"] }", "`plugins.deny` names"),
        ("{ allow: [\"telegram\"] }", "`plugins.allow` does not name"),
        ("{ allow: [] }", ""),
        ("{ allow: [\"lmstudio\"], deny: [\"x\"] }", ""),
    ] {
        let (folder, told) = set_up(&format!("{{ plugins: {plugins} }}"), None);
        let config = read(folder.path(), "openclaw.json");
        let entry = &config["plugins"]["entries"]["lmstudio"]["enabled"];
        if why.is_empty() {
            assert_eq!(
                (*entry == true, told.contains("stays off")),
                (true, false),
                "{told}"
            );
        } else {
            assert!(entry.is_null() && told.contains(why), "{told}");
        }
        assert!(told.contains("key: kept in the profile store"), "{told}");
    }
}

/// OpenClaw would refuse every model of such a config.
#[test]
fn a_context_that_no_agent_runs_with_is_refused() {
    let server = server();
    let base = server.base_url();
    for (length, is_taken) in [("3999", false), ("4000", true)] {
        let folder = tempfile::tempdir().unwrap();
        let mut command = onboard(folder.path(), &base);
        command.args(["--lmstudio-api-key", KEY, "--context-length", length]);
        let told = told(&mut command);
        assert_eq!(told.ends_with("exit 0\n"), is_taken, "{told}");
        assert_eq!(told.contains("fewer than 4000 tokens"), !is_taken, "{told}");
        assert_eq!(folder.path().join("openclaw.json").exists(), is_taken);
    }
}
