//! `clawconf onboard` and `clawconf models set` over configs that are put together from several files.

use std::fs;
use std::path::Path;

use clawconf::simulator::{self, Running, Settings};

use crate::common::{clawconf, transcript};

const AGENTS: &str = "{\n  // our agents\n  defaults: { workspace: \"/x\" },\n}\n";
const MODELS: &str = "{\n  providers: {\n    // elsewhere\n    other: { baseUrl: \"http://127.0.0.1:9/v1\", \
                      api: \"openai-completions\", models: [] },\n  },\n}\n";

/// Ways to write a config whose parts stand in other files.
const LAYOUTS: [&str; 8] = [
    "{\n  agents: { $include: \"./agents.json5\" },\n  models: { $include: \"./models.json5\" },\n}\n",
    "{\n  agents: { $include: \"./agents.json5\" } // the last\n}\n",
    "{ models: { $include: './models.json5' }, agents: { $include: './agents.json5' } }",
    "{\"agents\":{\"$include\":\"./agents.json5\"},\"models\":{\"$include\":\"./models.json5\"}}",
    "{\n  agents: { // } brackets ] in a comment\n    $include: \"./agents.json5\",\n  },\n  gateway: { port: 1 },\n}\n",
    "{\n  agents: { list: [{ id: \"a}]\", n: -1.5, on: true }], $include: \"./agents.json5\" },\n}\n",
    "{\r\n\tagents : /* here */ { $include : \"./agents.json5\" } ,\r\n}\r\n",
    "{\n  gateway: { port: 1 },\n  agents: { $include: \"./agents.json5\" }, // behind\n}\n",
];

fn folder(config: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("openclaw.json", config),
        ("agents.json5", AGENTS),
        ("models.json5", MODELS),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> String {
    let mut command = clawconf(folder);
    command.env("OPENCLAW_STATE_DIR", folder).args(arguments);
    transcript(&command.output().unwrap())
}

fn onboard(folder: &Path, server: &Running) -> String {
    let base = server.base_url();
    let arguments = ["onboard", "--non-interactive", "--accept-risk"];
    run(
        folder,
        &[&arguments[..], &["--custom-base-url", &base]].concat(),
    )
}

fn texts(folder: &Path) -> [String; 3] {
    let read = |name| fs::read_to_string(folder.join(name)).unwrap();
    ["openclaw.json", "agents.json5", "models.json5"].map(read)
}

#[test]
fn each_part_is_written_where_it_stands() {
    let server = simulator::start(Settings::default()).unwrap();
    for layout in LAYOUTS {
        let folder = folder(layout);
        let told = onboard(folder.path(), &server);
        assert!(told.ends_with("exit 0\n"), "{layout}: {told}");
        let after = texts(folder.path());
        // All that a person wrote is there, line by line and in order.
        for (before, after) in [layout, AGENTS, MODELS].into_iter().zip(&after) {
            let mut rest = after.as_str();
            let is_between = |c: char| c.is_whitespace() || "{},".contains(c);
            for word in before.split(is_between) {
                let at = rest.find(word);
                let at = at.unwrap_or_else(|| panic!("{word} of {before} in {after}"));
                rest = &rest[at + word.len()..];
            }
        }
        let [config, agents, models] = &after;
        assert!(agents.contains("lmstudio/qwen/qwen3.5-9b"), "{agents}");
        let of_models = if layout.contains("models.json5") {
            models
        } else {
            config
        };
        assert!(of_models.contains("contextWindow"), "{of_models}");
        assert!(config.contains("lmstudio:default"), "{config}");
        let lint = run(
            folder.path(),
            &["lint", "openclaw.json", "--select", "contract"],
        );
        assert!(lint.ends_with("exit 0\n"), "{layout}: {lint}");
        let again = onboard(folder.path(), &server);
        assert!(again.contains("Nothing changes"), "{layout}: {again}");
        assert_eq!(texts(folder.path()), after, "{layout}");
        let set = run(folder.path(), &["models", "set", "lmstudio/acme/owl-9b"]);
        assert!(set.contains("/agents.json5\n--- exit 0"), "{set}");
    }
}

/// Where nobody can tell into which file a part belongs, nothing is written.
#[test]
fn what_has_no_place_is_refused() {
    let server = simulator::start(Settings::default()).unwrap();
    for layout in [
        "{ $include: './agents.json5', models: { providers: {} } }",
        "{ models: { providers: {} }, $include: './agents.json5' }",
        "{ agents: { $include: ['./agents.json5', './models.json5'] } }",
    ] {
        let folder = folder(layout);
        let before = texts(folder.path());
        let told = onboard(folder.path(), &server);
        assert!(
            told.contains("nothing was written") && told.ends_with("exit 2\n"),
            "{layout}: {told}"
        );
        assert_eq!(texts(folder.path()), before);
    }
}

/// The first file cannot be written, so neither is the second.
#[cfg(unix)]
#[test]
fn several_files_change_together_or_not_at_all() {
    use std::os::unix::fs::PermissionsExt;
    let server = simulator::start(Settings::default()).unwrap();
    let folder = folder(LAYOUTS[0]);
    let path = folder.path().join("models.json5");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    let before = texts(folder.path());
    let told = onboard(folder.path(), &server);
    assert!(
        told.contains("models.json5: the file is read-only") && told.ends_with("exit 2\n"),
        "{told}"
    );
    assert_eq!(texts(folder.path()), before);
}
