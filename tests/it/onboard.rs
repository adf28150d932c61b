//! `clawconf onboard` without questions: against the recorded runs of OpenClaw 2026.5.18, and over files
//! that people wrote.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;

use clawconf::simulator::{self, Fault, Model, Reasoning, Running, Settings};
use serde_json::{Value, json};

use crate::common::{clawconf, transcript};
use crate::http_server::{self, answer};

const STORE: &str = "agents/main/agent/auth-profiles.json";

/// What OpenClaw's own set-up did (2026.5.18), by scenario.
static RECORDED: LazyLock<Value> = LazyLock::new(|| {
    let text = fs::read_to_string("tests/fixtures/lmstudio/onboard-runs.json").unwrap();
    serde_json::from_str(&text).unwrap()
});

/// The server of the recorded runs.
fn recorded_server(key: Option<&str>) -> Running {
    let model = |id: &str, name: &str, window| Model {
        display_name: name.to_owned(),
        max_context_length: window,
        ..Model::llm(id)
    };
    let models = vec![
        Model {
            loaded: vec![32_768],
            vision: true,
            reasoning: Some(Reasoning::of(&["off", "on"], "on")),
            variants: vec!["qwen/qwen3.5-9b@q4_k_m".to_owned()],
            ..model("qwen/qwen3.5-9b", "Qwen3.5 9B", 262_144)
        },
        Model {
            reasoning: Some(Reasoning::of(&["low", "medium", "high"], "low")),
            ..model("openai/gpt-oss-20b", "GPT OSS 20B", 131_072)
        },
        model("ibm/granite-4-micro", "Granite 4 Micro", 4096),
        Model::embedding("text-embedding-nomic-embed-text-v1.5"),
    ];
    let settings = Settings {
        key: key.map(str::to_owned),
        models,
        ..Settings::default()
    };
    simulator::start(settings).unwrap()
}

fn onboard(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = clawconf(folder);
    command.env("OPENCLAW_STATE_DIR", folder);
    command.args(["onboard", "--non-interactive", "--accept-risk"]);
    command.args(arguments);
    command
}

fn read(folder: &Path, name: &str) -> Option<Value> {
    let text = fs::read_to_string(folder.join(name)).ok()?;
    Some(json5::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}")))
}

/// Everything below a folder but backups, as text.
fn everything(folder: &Path) -> Vec<(String, String)> {
    let names = ["openclaw.json", STORE];
    let found = names.iter().filter_map(|name| {
        let text = fs::read_to_string(folder.join(name)).ok()?;
        Some(((*name).to_owned(), text))
    });
    found.collect()
}

/// What a recorded run left, with the address of our server and its models written out.
fn expected(run: &Value, file: &str, base: &str) -> Option<Value> {
    let mut content = run["files"].get(file)?["content"].clone();
    if let Some(provider) = content.pointer_mut("/models/providers/lmstudio") {
        if let Some(name) = provider["models"].as_str() {
            provider["models"] = RECORDED["saved_models"][name].clone();
        }
        provider["baseUrl"] = json!(format!("{base}/v1"));
    }
    // Of another part of the wizard.
    if let Some(defaults) = content.pointer_mut("/agents/defaults") {
        defaults.as_object_mut().unwrap().remove("skipBootstrap");
    }
    Some(content)
}

fn recorded(scenario: &str) -> &'static Value {
    let runs = RECORDED["runs"].as_array().unwrap().iter();
    let mut its = runs.filter(|run| run["version"] == "2026.5.18" && run["scenario"] == scenario);
    its.next().unwrap_or_else(|| panic!("{scenario}"))
}

/// Runs a scenario against a server; `base` takes the place of the recorded address.
fn replay(run: &Value, base: &str, folder: &Path) -> Output {
    let recorded: Vec<&str> = run["args"]
        .as_array()
        .unwrap()
        .iter()
        .map(|argument| argument.as_str().unwrap())
        .filter(|argument| !["onboard", "--non-interactive"].contains(argument))
        .collect();
    let mut arguments: Vec<String> = Vec::new();
    let mut is_address = false;
    for argument in &recorded {
        let own = base.trim_start_matches("http://");
        arguments.push(match (is_address, *argument) {
            (true, written) if written.starts_with("ftp") => written.to_owned(),
            // In the form in which it was written.
            (true, written) => {
                let (host, path) = written
                    .trim_start_matches("http://")
                    .split_at("127.0.0.1:0000".len());
                assert!(host.starts_with("127.0.0.1:"));
                let scheme = if written.starts_with("http") {
                    "http://"
                } else {
                    ""
                };
                format!("{scheme}{own}{path}")
            }
            (false, "<TOKEN>") => "sk-token".to_owned(),
            (false, argument) => argument.to_owned(),
        });
        is_address = *argument == "--custom-base-url";
    }
    let has_config = run["before"].get("openclaw.json").is_some();
    if !recorded.contains(&"--custom-base-url") && !has_config {
        arguments.extend(["--custom-base-url".to_owned(), base.to_owned()]);
    }
    for (name, content) in run["before"].as_object().unwrap() {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = serde_json::to_string_pretty(content).unwrap();
        let text = text.replace("http://192.168.1.5:1234", base);
        fs::write(path, text.replace("http://localhost:1234", base)).unwrap();
    }
    let mut command = clawconf(folder);
    command.env("OPENCLAW_STATE_DIR", folder);
    command.args(["onboard", "--non-interactive"]);
    if run["scenario"] != "no_accept" {
        command.arg("--accept-risk");
    }
    for (name, value) in run["env"].as_object().unwrap() {
        command.env(name, value.as_str().unwrap().replace("<TOKEN>", "sk-token"));
    }
    command.args(arguments).args(["--skip-health", "--skip-ui"]);
    command.output().unwrap()
}

/// The same exit code and the same content as OpenClaw's own set-up.
#[test]
fn the_recorded_runs() {
    for scenario in [
        "nokey_default",
        "key_flag",
        "key_env",
        "key_env_and_flag",
        "custom_key_flag",
        "both_key_flags",
        "empty_key_flag",
        "ref_env",
        "ref_nokey",
        "ref_flag_noenv",
        "url_bare",
        "url_v1",
        "url_apiv1",
        "url_hostport",
        "url_ftp",
        "model_ok",
        "model_unknown",
        "model_prefixed",
        "model_variant",
        "model_embedding",
        "no_accept",
        "header_auth_flag",
        "unauth_nokey",
        "unauth_wrong",
    ] {
        let run = recorded(scenario);
        let key = scenario.starts_with("unauth").then_some("another-key");
        let server = recorded_server(key);
        let base = server.base_url();
        let folder = tempfile::tempdir().unwrap();
        let output = replay(run, &base, folder.path());
        let told = transcript(&output);
        let code = output.status.code().map(i64::from);
        assert_eq!(code, run["exit"].as_i64(), "{scenario}: {told}");
        for file in ["openclaw.json", STORE] {
            let mut wanted = expected(run, file, &base);
            let text = serde_json::to_string(&wanted)
                .unwrap()
                .replace("<TOKEN>", "sk-token");
            wanted = serde_json::from_str(&text).unwrap();
            let mut found = read(folder.path(), file);
            if scenario == "header_auth_flag" && file == "openclaw.json" {
                // What a person wrote stays; OpenClaw drops it.
                let models = found
                    .as_mut()
                    .unwrap()
                    .pointer_mut("/models/providers/lmstudio/models");
                let old = models.unwrap().as_array_mut().unwrap().remove(0);
                assert_eq!(old["id"], "old/model");
            }
            assert_eq!(found, wanted, "{scenario} {file}: {told}");
        }
        for key in ["sk-token", "flagkey", "envkey", "ckey", "lkey", "wrong"] {
            assert!(!told.contains(key), "{scenario}: {told}");
        }
        let asked = server.requests();
        let recorded = run["requests"].as_array().unwrap();
        assert_eq!(asked.len(), recorded.len(), "{scenario}");
        for (asked, recorded) in asked.iter().zip(recorded) {
            let sent = recorded[2]
                .as_str()
                .map(|key| key.replace("<TOKEN>", "sk-token"));
            assert_eq!(
                asked.header("authorization").map(str::to_owned),
                sent,
                "{scenario}"
            );
        }
    }
}

/// Where we do otherwise than OpenClaw, and why: each of these harms something there.
#[test]
fn what_we_do_otherwise_and_why() {
    // It follows a redirect to another origin and saves the models of that server.
    let settings = Settings {
        faults: vec![Fault::RedirectPort],
        ..Settings::default()
    };
    let server = simulator::start(settings).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let output = replay(recorded("redirect"), &server.base_url(), folder.path());
    let told = transcript(&output);
    assert!(
        told.contains("redirects to") && told.ends_with("exit 1\n"),
        "{told}"
    );
    assert!(everything(folder.path()).is_empty());

    // It drops hand-written models, a key, an api and the address; the new default is not allowed.
    let server = recorded_server(None);
    let folder = tempfile::tempdir().unwrap();
    let mut run = recorded("existing").clone();
    // It asks the server against the wish of the config.
    let output = replay(&run, &server.base_url(), folder.path());
    let told = transcript(&output);
    assert!(
        told.contains("`allowPrivateNetwork: false`") && told.ends_with("exit 1\n"),
        "{told}"
    );
    assert!(server.requests().is_empty());
    let own = "/openclaw.json/models/providers/lmstudio/request/allowPrivateNetwork";
    *run["before"].pointer_mut(own).unwrap() = json!(true);
    let output = replay(&run, &server.base_url(), folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", transcript(&output));
    let before: Value = run["before"]["openclaw.json"].clone();
    let after = read(folder.path(), "openclaw.json").unwrap();
    let own = |config: &Value| config["models"]["providers"]["lmstudio"].clone();
    for key in [
        "apiKey",
        "auth",
        "api",
        "params",
        "request",
        "timeoutSeconds",
        "headers",
    ] {
        assert_eq!(own(&after)[key], own(&before)[key], "{key}");
    }
    assert_eq!(own(&after)["baseUrl"], format!("{}/v1", server.base_url()));
    assert_eq!(
        after["models"]["providers"]["other"],
        before["models"]["providers"]["other"]
    );
    assert_eq!(after["models"]["mode"], "replace");
    let models = own(&after)["models"].clone();
    assert_eq!(models[0], own(&before)["models"][0]);
    assert_eq!(
        (&models[1]["name"], &models[1]["contextTokens"]),
        (&json!("My name"), &json!(8000))
    );
    assert_eq!(models.as_array().unwrap().len(), 4);
    let defaults = &after["agents"]["defaults"];
    assert_eq!(
        defaults["model"],
        json!({"primary": "lmstudio/qwen/qwen3.5-9b", "fallbacks": ["anthropic/claude-x"]})
    );
    assert_eq!(
        defaults["models"],
        json!({"openai/gpt-5": {"alias": "five"}, "lmstudio/qwen/qwen3.5-9b": {}})
    );
    assert!(!folder.path().join(STORE).exists());

    // It also takes the profile away where a header lets requests in; so do we, but the models stay.
    let server = recorded_server(None);
    let folder = tempfile::tempdir().unwrap();
    let run = recorded("header_auth");
    let output = replay(run, &server.base_url(), folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", transcript(&output));
    assert_eq!(read(folder.path(), STORE), expected(run, STORE, ""));
    let mut after = read(folder.path(), "openclaw.json").unwrap();
    let models = after
        .pointer_mut("/models/providers/lmstudio/models")
        .unwrap();
    models.as_array_mut().unwrap().remove(0);
    let mut wanted = expected(run, "openclaw.json", &server.base_url()).unwrap();
    // An empty object that is left says nothing.
    wanted["auth"] = json!({"profiles": {}});
    assert_eq!(after, wanted);
    assert_eq!(
        server.requests()[0].header("authorization"),
        Some("Bearer hdr")
    );
}

/// Scenarios whose server is another one.
#[test]
fn the_recorded_runs_against_other_servers() {
    let plain = |id: &str, window| Model {
        display_name: id.to_owned(),
        max_context_length: window,
        ..Model::llm(id)
    };
    let two = Settings {
        models: vec![plain("z/first", 8192), plain("a/second", 1_000_000)],
        ..Settings::default()
    };
    let server = simulator::start(two).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let run = recorded("no_default_pref");
    let output = replay(run, &server.base_url(), folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", transcript(&output));
    for file in ["openclaw.json", STORE] {
        let wanted = expected(run, file, &server.base_url());
        assert_eq!(read(folder.path(), file), wanted, "{file}");
    }

    let embeddings = Settings {
        faults: vec![Fault::OnlyEmbeddings],
        ..Settings::default()
    };
    let server = simulator::start(embeddings).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let told = transcript(&replay(
        recorded("embonly"),
        &server.base_url(),
        folder.path(),
    ));
    assert!(
        told.contains("no model for chats") && told.ends_with("exit 1\n"),
        "{told}"
    );

    // In a container the server is looked for on the host; nobody answers for its name here.
    let folder = tempfile::tempdir().unwrap();
    let nobody = http_server::refusing();
    let url = nobody.url();
    let name_server = url.trim_start_matches("http://").to_owned();
    let mut command = onboard(
        folder.path(),
        &["--dns-server", &name_server, "--timeout", "500ms"],
    );
    let told = transcript(&command.env("OPENCLAW_DOCKER_SETUP", "1").output().unwrap());
    assert!(
        told.contains("host.docker.internal") && told.ends_with("exit 1\n"),
        "{told}"
    );
    assert!(everything(folder.path()).is_empty());
}

#[test]
fn servers_that_do_not_answer_as_they_should() {
    let page = |status: &str, body: &str| http_server::saying(answer(status, "", body));
    for (server, words) in [
        (page("200 OK", "{ bad"), "malformed"),
        (page("200 OK", "[]"), "malformed"),
        (page("200 OK", r#"{"models":[]}"#), "no model for chats"),
        (page("200 OK", r#"{"error":"x"}"#), "not LM Studio"),
        (page("200 OK", ""), "malformed"),
        (page("200 OK", "<html>"), "malformed"),
        (page("500 Internal Server Error", ""), "HTTP 500"),
        (page("404 Not Found", ""), "not LM Studio"),
        (
            http_server::start(|_, stream| http_server::wait_for_close(stream)),
            "within 0.3 s",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let arguments = ["--custom-base-url", &server.url(), "--timeout", "300ms"];
        let told = transcript(&onboard(folder.path(), &arguments).output().unwrap());
        assert!(
            told.contains(words) && told.ends_with("exit 1\n"),
            "{words}: {told}"
        );
        assert!(told.contains("Nothing was written."), "{told}");
        assert!(everything(folder.path()).is_empty());
    }
    let folder = tempfile::tempdir().unwrap();
    let refused = http_server::refusing();
    let arguments = ["--custom-base-url", &refused.url()];
    let told = transcript(&onboard(folder.path(), &arguments).output().unwrap());
    assert!(
        told.contains("nothing listens") && told.ends_with("exit 1\n"),
        "{told}"
    );
}

/// A config as a person wrote it, with comments and keys of her own.
const WRITTEN: &str = r#"// our config
{
  models: {
    providers: {
      lmstudio: {
        baseUrl: "BASE/v1", // the desk
        apiKey: "lmstudio-local",
        api: "openai-completions",
        models: [
          // the good one
          { id: "qwen/qwen3.5-9b", name: "Ours", contextTokens: 12000, reasoning: true, input: ["text"], contextWindow: 1000 },
        ],
      },
    },
  },
  agents: { defaults: { model: "other/one", models: { "other/one": {} } } }, // default
  gateway: { port: 18789, /* ours */ },
}
"#;

#[test]
fn over_a_file_that_a_person_wrote() {
    let server = recorded_server(None);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("openclaw.json");
    let written = WRITTEN.replace("BASE", &server.base_url());
    fs::write(&path, &written).unwrap();
    let dry = transcript(&onboard(folder.path(), &["--dry-run"]).output().unwrap());
    assert!(
        dry.contains("+++ ") && dry.contains("Nothing was written."),
        "{dry}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), written);
    assert!(!folder.path().join(STORE).exists());

    let output = onboard(folder.path(), &["--context-length", "20000"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", transcript(&output));
    let text = fs::read_to_string(&path).unwrap();
    for kept in [
        "// our config",
        "// the desk",
        "// the good one",
        "// default",
        "/* ours */",
        "name: \"Ours\"",
        "port: 18789",
    ] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    let after = read(folder.path(), "openclaw.json").unwrap();
    let models = &after["models"]["providers"]["lmstudio"]["models"];
    let tokens = |nth: usize| {
        (
            models[nth]["contextTokens"].as_u64(),
            models[nth]["maxTokens"].as_u64(),
        )
    };
    assert_eq!(tokens(0), (Some(20_000), None));
    assert_eq!(tokens(1), (Some(20_000), Some(8192)));
    assert_eq!(tokens(2), (Some(4096), Some(4096)));
    assert_eq!(models[0]["contextWindow"], 262_144);
    let defaults = &after["agents"]["defaults"];
    assert_eq!(defaults["model"], "lmstudio/qwen/qwen3.5-9b");
    assert!(defaults["models"].get("lmstudio/qwen/qwen3.5-9b").is_some());
    let backup = fs::read_to_string(folder.path().join("openclaw.json.bak")).unwrap();
    assert_eq!(backup, written);

    // A second time changes nothing.
    let before = everything(folder.path());
    let again = onboard(folder.path(), &["--context-length", "20000"])
        .output()
        .unwrap();
    let told = transcript(&again);
    assert!(
        told.contains("Nothing changes") && told.ends_with("exit 0\n"),
        "{told}"
    );
    assert_eq!(everything(folder.path()), before);
    let lint = clawconf(folder.path())
        .args(["lint", "openclaw.json", "--select", "contract"])
        .output();
    assert_eq!(lint.unwrap().status.code(), Some(0));
}

#[test]
fn the_default_model_stays_until_another_is_named() {
    let server = recorded_server(None);
    let base = server.base_url();
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = onboard(folder.path(), arguments).output().unwrap();
        let told = transcript(&output);
        assert_eq!(output.status.code(), Some(0), "{told}");
        let config = read(folder.path(), "openclaw.json").unwrap();
        let default = config["agents"]["defaults"]["model"]["primary"].clone();
        (told, default)
    };
    let id = "openai/gpt-oss-20b";
    run(&["--custom-base-url", &base, "--custom-model-id", id]);
    let (told, default) = run(&[]);
    assert_eq!(default, "lmstudio/openai/gpt-oss-20b");
    assert!(told.contains("Nothing changes"), "{told}");

    // What becomes another one is told, with what it was.
    let other = recorded_server(None);
    let (told, default) = run(&[
        "--custom-base-url",
        &other.base_url(),
        "--custom-model-id",
        "ibm/granite-4-micro",
        "--context-length",
        "5000",
    ]);
    assert_eq!(default, "lmstudio/ibm/granite-4-micro");
    let was = format!(
        "LM Studio at {}/v1 (was {base}/v1), default model lmstudio/ibm/granite-4-micro (was lmstudio/{id})",
        other.base_url()
    );
    assert!(told.contains(&was), "{was}: {told}");
    // Of three models the context of two, and of these the answer's length too.
    assert!(told.contains("0 new; 4 fields of others changed"), "{told}");

    // A default that the server no longer has.
    let path = folder.path().join("openclaw.json");
    let text = fs::read_to_string(&path).unwrap();
    let (from, to) = ("primary\": \"lmstudio/ibm", "primary\": \"lmstudio/gone");
    assert!(text.contains(from), "{text}");
    fs::write(&path, text.replace(from, to)).unwrap();
    let (told, default) = run(&[]);
    assert_eq!(default, "lmstudio/qwen/qwen3.5-9b");
    assert!(
        told.contains("(was lmstudio/gone/granite-4-micro)"),
        "{told}"
    );
}

#[cfg(unix)]
#[test]
fn secrets_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let server = recorded_server(Some("sk-planted-1b2c3d4e"));
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "--custom-base-url",
        &server.base_url(),
        "--lmstudio-api-key",
        "sk-planted-1b2c3d4e",
    ];
    for form in ["human", "json"] {
        let mut command = onboard(folder.path(), &arguments);
        let dry = transcript(
            &command
                .args(["--dry-run", "--format", form])
                .output()
                .unwrap(),
        );
        assert!(!dry.contains("planted"), "{dry}");
        // Both files are shown.
        let is_human = form == "human";
        assert_eq!(is_human, dry.contains("auth-profiles.json\n@@"), "{dry}");
    }
    let told = transcript(
        &onboard(folder.path(), &arguments)
            .arg("-v")
            .output()
            .unwrap(),
    );
    assert!(
        !told.contains("planted") && told.ends_with("exit 0\n"),
        "{told}"
    );
    for name in ["openclaw.json", STORE] {
        let mode = fs::metadata(folder.path().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert!(
        !fs::read_to_string(folder.path().join("openclaw.json"))
            .unwrap()
            .contains("planted")
    );
    // Without its variable it stays as it is, and nobody says that it is a reference now.
    let by_reference = ["--secret-input-mode", "ref"];
    let refused = transcript(&onboard(folder.path(), &by_reference).output().unwrap());
    assert!(
        refused.contains("LM_API_TOKEN") && refused.ends_with("exit 1\n"),
        "{refused}"
    );
    // The key is found again where it was put.
    let mut verify = clawconf(folder.path());
    verify.env("OPENCLAW_STATE_DIR", folder.path()).args([
        "verify",
        "--quick",
        "--model",
        "qwen/qwen3.5-9b",
    ]);
    let told = transcript(&verify.output().unwrap());
    assert!(
        told.contains("key        it is taken") && told.ends_with("exit 0\n"),
        "{told}"
    );
}

#[test]
fn what_stands_in_the_way_is_told_and_nothing_is_written() {
    let server = recorded_server(None);
    let base = server.base_url();
    let run = |prepare: &dyn Fn(&Path)| {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path());
        let before = everything(folder.path());
        let arguments = ["--custom-base-url", base.as_str()];
        let told = transcript(&onboard(folder.path(), &arguments).output().unwrap());
        assert_eq!(everything(folder.path()), before, "{told}");
        told
    };
    let write = |folder: &Path, name: &str, text: &str| {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let told = run(&|folder| {
        write(
            folder,
            "openclaw.json",
            "{\n  models: {\n    mode 'merge' } }",
        )
    });
    assert!(
        told.contains("line 3, column 10") && told.ends_with("exit 2\n"),
        "{told}"
    );
    let told = run(&|folder| write(folder, "openclaw.json", "{ models: 7 }"));
    assert!(
        told.contains("`models` is no object") && told.ends_with("exit 2\n"),
        "{told}"
    );
    let told = run(&|folder| write(folder, STORE, "not json"));
    assert!(
        told.contains("this is not JSON") && told.ends_with("exit 2\n"),
        "{told}"
    );
    // A file where a folder must be: the config is not written either.
    let told = run(&|folder| write(folder, "agents", ""));
    assert!(told.ends_with("exit 2\n"), "{told}");
    let told = run(&|folder| {
        write(folder, "openclaw.json", "{}");
        let path = folder.join("openclaw.json");
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
    });
    assert!(
        told.contains("read-only") && told.ends_with("exit 2\n"),
        "{told}"
    );
    // A config that OpenClaw would refuse is not made its default.
    let told = run(&|folder| {
        write(
            folder,
            "openclaw.json",
            "{ models: { providers: { box: { models: 7 } } } }",
        )
    });
    assert!(
        told.contains("OpenClaw would refuse") && told.ends_with("exit 2\n"),
        "{told}"
    );
}
