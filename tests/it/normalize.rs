//! `clawconf normalize`: what it makes of saved models and base URLs, and what it leaves alone.

use std::fs;
use std::path::Path;
use std::process::Output;

use clawconf::json5::{Tree, comments};
use serde_json::{Value, json};

use crate::common::{clawconf, transcript, with_input};

fn normalize(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = clawconf(folder);
    command.arg("normalize").args(arguments).output().unwrap()
}

/// Runs and gives the exit code and the JSON report.
fn report(folder: &Path, arguments: &[&str]) -> (i32, Value) {
    let output = normalize(folder, &[arguments, &["--format", "json"]].concat());
    let report = serde_json::from_slice(&output.stdout);
    (output.status.code().unwrap(), report.unwrap_or_default())
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

/// JSON5 as JSON.
fn parsed(text: &str) -> Value {
    json5::from_str(text.trim_start_matches('\u{FEFF}')).unwrap()
}

/// The models of the first provider of a config.
fn models(text: &str) -> Vec<Value> {
    let config = parsed(text);
    let providers = config["models"]["providers"].as_object().unwrap();
    let provider = providers.values().next().unwrap();
    provider["models"].as_array().unwrap().clone()
}

/// A config with a model for each `compat`.
fn with_compats(compats: &[&str]) -> String {
    let models = compats.iter().enumerate();
    let models =
        models.map(|(at, compat)| format!("{{ id: 'm{at}', name: 'M', compat: {compat} }}"));
    let models: Vec<String> = models.collect();
    format!(
        "{{ models: {{ providers: {{ lmstudio: {{ baseUrl: 'http://localhost:1234/v1', models: [\n{}\n] }} }} }} }}\n",
        models.join(",\n")
    )
}

/// A config with a provider for each base URL, called `lmstudio-0` and so on.
fn with_bases(bases: &[&str]) -> String {
    let providers = bases.iter().enumerate();
    let providers =
        providers.map(|(at, base)| format!("'lmstudio-{at}': {{ baseUrl: '{base}', models: [] }}"));
    let providers: Vec<String> = providers.collect();
    format!(
        "{{ models: {{ providers: {{\n{}\n}} }} }}\n",
        providers.join(",\n")
    )
}

fn s6() -> Value {
    json!(["none", "minimal", "low", "medium", "high", "xhigh"])
}

fn s5() -> Value {
    json!(["minimal", "low", "medium", "high", "xhigh"])
}

fn m6() -> Value {
    json!({ "off": "none", "none": "none", "adaptive": "xhigh", "max": "xhigh" })
}

fn m5() -> Value {
    json!({ "adaptive": "xhigh", "max": "xhigh" })
}

#[test]
fn the_saved_catalogs_of_the_corpus_become_what_openclaw_makes_of_them() {
    let index: Value =
        serde_json::from_str(&read(Path::new("tests/corpus"), "index.json")).unwrap();
    let mut count = 0;
    for file in index["files"].as_array().unwrap() {
        let Some(rows) = file["normalised_compat_2026_5_18"].as_array() else {
            continue;
        };
        let name = file["file"].as_str().unwrap();
        let original = read(Path::new("tests/corpus"), name);
        // As it is, and with a comment behind every opening bracket and comma.
        let mut laden = String::new();
        let mut in_text = false;
        for c in original.chars() {
            in_text ^= c == '"';
            laden.push(c);
            if !in_text && "[{,".contains(c) {
                laden.push_str(&format!("/* c{} */", laden.len()));
            }
        }
        for text in [original, laden] {
            let place = folder(&[(name, &text)]);
            let output = normalize(place.path(), &["--write", name]);
            assert_eq!(output.status.code(), Some(0), "{}", transcript(&output));
            let new = read(place.path(), name);
            let models = models(&new);
            for row in rows {
                let model = &models[usize::try_from(row["model"].as_u64().unwrap()).unwrap()];
                for key in [
                    "supportsReasoningEffort",
                    "supportedReasoningEfforts",
                    "reasoningEffortMap",
                ] {
                    assert_eq!(model["compat"][key], row["compat"][key], "{name}: {row}");
                    count += 1;
                }
            }
            for comment in comments(&text) {
                assert!(
                    new.contains(comment.of(&text)),
                    "{name}: {}",
                    comment.of(&text)
                );
            }
            assert_eq!(read(place.path(), &format!("{name}.bak")), text);
        }
    }
    assert!(count >= 60, "{count}");
}

/// Rows 30 to 49 of section 3.3 of the LM Studio page: `compat`, and the list and map that are written.
#[test]
fn every_worked_row_of_saved_entries() {
    let rows = [
        ("{supportedReasoningEfforts:['off','on']}", 6),
        (
            "{supportsReasoningEffort:true,supportedReasoningEfforts:['off','on'],reasoningEffortMap:{off:'off',low:'on',high:'on'}}",
            6,
        ),
        ("{supportedReasoningEfforts:['on']}", 5),
        ("{supportedReasoningEfforts:['off']}", 0),
        ("{supportedReasoningEfforts:['off','medium']}", 0),
        ("{supportedReasoningEfforts:['on','none']}", 6),
        ("{supportedReasoningEfforts:['on','medium']}", 5),
        ("{reasoningEffortMap:{high:'on'}}", 5),
        ("{reasoningEffortMap:{off:'off'}}", 6),
        (
            "{supportedReasoningEfforts:['low','high'],reasoningEffortMap:{off:'off',high:'high'}}",
            6,
        ),
        ("{reasoningEffortMap:{off:'none',high:'on'}}", 6),
        (
            "{supportedReasoningEfforts:['low','high'],reasoningEffortMap:{on:'high'}}",
            0,
        ),
        ("{reasoningEffortMap:{high:'ON'}}", 0),
        ("{supportedReasoningEfforts:['ON']}", 5),
        ("{reasoningEffortMap:{high:' on '}}", 5),
        (
            "{supportsReasoningEffort:false,supportedReasoningEfforts:['off','on']}",
            6,
        ),
        ("{supportedReasoningEfforts:['Low','low ','HIGH']}", 0),
        ("{reasoningEffortMap:{xhigh:'max'}}", 0),
        ("{supportsReasoningEffort:'yes',thinkingFormat:'qwen'}", 0),
        (
            "{supportsUsageInStreaming:false,reasoningEffortMap:{' low ':'on',x:3}}",
            5,
        ),
    ];
    let compats: Vec<&str> = rows.iter().map(|(compat, _)| *compat).collect();
    let place = folder(&[("c.json5", &with_compats(&compats))]);
    normalize(place.path(), &["--write", "c.json5"]);
    let models = models(&read(place.path(), "c.json5"));
    for ((compat, levels), model) in rows.into_iter().zip(models) {
        let mut wanted = parsed(compat);
        if levels > 0 {
            let is_six = levels == 6;
            wanted["supportedReasoningEfforts"] = if is_six { s6() } else { s5() };
            wanted["reasoningEffortMap"] = if is_six { m6() } else { m5() };
        }
        assert_eq!(model["compat"], wanted, "{compat}");
    }
}

/// What releases 2026.4.26 to 2026.5.2 saved (section 3.2): list, word of off, word of all levels,
/// the levels that it becomes, and what is told.
#[test]
fn every_old_shape_in_the_wild() {
    let rows = [
        ("'off','on'", "off", "on", 6, ""),
        ("'on'", "", "on", 5, ""),
        (
            "'low','medium','high'",
            "",
            "low",
            0,
            "every level is sent as `low`",
        ),
        (
            "'low','medium','high'",
            "",
            "medium",
            0,
            "every level is sent as `medium`",
        ),
        (
            "'off','low','medium','high'",
            "off",
            "low",
            6,
            "did not list `minimal` and `xhigh`",
        ),
        (
            "'off','on','low'",
            "off",
            "low",
            6,
            "did not list `minimal`, `medium`, `high` and `xhigh`",
        ),
        ("'none','low'", "none", "low", 0, ""),
        ("'none','default'", "none", "default", 0, ""),
    ];
    let compats: Vec<String> = rows
        .iter()
        .map(|(list, off, word, ..)| {
            let levels = ["minimal", "low", "medium", "high", "xhigh", "adaptive", "max"];
            let mut map: Vec<String> = levels.map(|level| format!("{level}:'{word}'")).into();
            if !off.is_empty() {
                map.extend(["off", "none"].map(|level| format!("{level}:'{off}'")));
            }
            let map = map.join(",");
            format!("{{supportsReasoningEffort:true,supportedReasoningEfforts:[{list}],reasoningEffortMap:{{{map}}}}}")
        })
        .collect();
    let compats: Vec<&str> = compats.iter().map(String::as_str).collect();
    let place = folder(&[("c.json5", &with_compats(&compats))]);
    let (_, report) = report(place.path(), &["--write", "c.json5"]);
    let models = models(&read(place.path(), "c.json5"));
    for (at, (list, _, _, levels, told)) in rows.into_iter().enumerate() {
        let wanted = match levels {
            6 => (s6(), m6()),
            5 => (s5(), m5()),
            _ => {
                let old = parsed(compats[at]);
                (
                    old["supportedReasoningEfforts"].clone(),
                    old["reasoningEffortMap"].clone(),
                )
            }
        };
        let compat = &models[at]["compat"];
        assert_eq!(compat["supportedReasoningEfforts"], wanted.0, "{list}");
        assert_eq!(compat["reasoningEffortMap"], wanted.1, "{list}");
        let path = format!(".models.{at}.compat.");
        let notes = report["notes"].as_array().unwrap().iter();
        let notes = notes.filter(|note| note["path"].as_str().unwrap().contains(&path));
        let notes: Vec<&str> = notes
            .map(|note| note["message"].as_str().unwrap())
            .collect();
        assert_eq!(
            notes.len(),
            usize::from(!told.is_empty()),
            "{list}: {notes:?}"
        );
        assert!(
            notes
                .iter()
                .all(|note| note.contains(told) && note.contains("discover --write"))
        );
    }
}

#[test]
fn a_list_with_off_alone_is_told() {
    let text = with_compats(&["{supportedReasoningEfforts:['off','medium']}"]);
    let place = folder(&[("c.json5", &text)]);
    let (code, report) = report(place.path(), &["--check", "c.json5"]);
    assert_eq!((code, report["changed"].as_u64()), (0, Some(0)));
    assert_eq!(
        report["notes"][0]["path"],
        "models.providers.lmstudio.models.0.compat.supportedReasoningEfforts"
    );
}

/// The table of section 2.3; where the documented function would make nonsense, what is told.
#[test]
fn every_worked_row_of_base_urls() {
    let default = "http://localhost:1234/v1";
    let rows = [
        ("  ", Ok(default)),
        ("http://localhost:1234", Ok(default)),
        ("http://localhost:1234/", Ok(default)),
        (default, Ok(default)),
        ("http://localhost:1234/v1/", Ok(default)),
        ("http://localhost:1234/V1", Ok(default)),
        ("http://localhost:1234/api/v1", Ok(default)),
        ("http://localhost:1234/API/V1", Ok(default)),
        ("http://localhost:1234//v1//", Ok(default)),
        ("http://localhost:1234///v1//", Ok(default)),
        ("http://localhost:1234/v1/api/v1", Ok(default)),
        (
            "http://localhost:1234/v1/v1",
            Ok("http://localhost:1234/v1/v1"),
        ),
        ("http://localhost:1234/api/v0", Err("one endpoint")),
        ("http://localhost:1234/api/v0/models", Err("one endpoint")),
        ("http://localhost:1234/v1/models", Err("one endpoint")),
        (
            "http://localhost:1234/v1/chat/completions",
            Err("one endpoint"),
        ),
        ("http://localhost:1234/api/v1/chat", Err("one endpoint")),
        ("https://gpu.example/lm/v1", Ok("https://gpu.example/lm/v1")),
        ("https://gpu.example/lm", Ok("https://gpu.example/lm/v1")),
        ("http://h:1234/v1?x=1#y", Ok("http://h:1234/v1")),
        ("localhost:1234", Ok(default)),
        ("127.0.0.1:1234/v1", Ok("http://127.0.0.1:1234/v1")),
        ("gpu-box.local:1234/v1", Ok("http://gpu-box.local:1234/v1")),
        ("gpu-box:1234", Ok("http://gpu-box:1234/v1")),
        ("[::1]:1234", Ok("http://[::1]:1234/v1")),
        ("localhost", Ok("http://localhost/v1")),
        ("192.168.1.9", Ok("http://192.168.1.9/v1")),
        ("gpu-box", Err("no http address")),
        ("http://127.1:1234", Ok("http://127.0.0.1:1234/v1")),
        ("http://0x7f.1:1234", Ok("http://127.0.0.1:1234/v1")),
        ("http://localhost:80/v1", Ok("http://localhost/v1")),
        ("https://localhost:443/api/v1", Ok("https://localhost/v1")),
        ("http://user:pw@h:1234/v1", Ok("http://user:pw@h:1234/v1")),
        ("http://user:pw@h:1234", Ok("http://user:pw@h:1234/v1")),
        ("http://user:p/w@h:1234", Err("no http address")),
        ("ftp://h:1", Err("no http address")),
        ("/v1", Ok(default)),
        ("${LMS}/v1", Err("")),
        ("${LMS}", Err("depends on a variable")),
        ("http://${HOST}:1234", Err("does not end in `/v1`")),
        ("${KNOWN}", Err("its variables make")),
    ];
    let bases: Vec<&str> = rows.iter().map(|(base, _)| *base).collect();
    let text = with_bases(&bases);
    let text = text.replacen('{', "{ env: { KNOWN: 'http://localhost:1234' }, ", 1);
    let place = folder(&[("c.json5", &text)]);
    let (code, report) = report(place.path(), &["--write", "c.json5"]);
    assert_eq!(code, 0);
    let new = parsed(&read(place.path(), "c.json5"));
    let find = |list: &str, at: usize| -> Option<Value> {
        let path = format!("models.providers.lmstudio-{at}.baseUrl");
        let mut found = report[list].as_array().unwrap().iter();
        found.find(|entry| entry["path"] == path.as_str()).cloned()
    };
    for (at, (base, wanted)) in rows.into_iter().enumerate() {
        let now = new["models"]["providers"][format!("lmstudio-{at}")]["baseUrl"].clone();
        assert_eq!(now, wanted.unwrap_or(base), "{base}");
        assert_eq!(find("changes", at).is_some(), now != base, "{base}");
        let note = find("notes", at).map(|note| note["message"].as_str().unwrap().to_owned());
        match wanted.err().filter(|told| !told.is_empty()) {
            Some(told) => assert!(note.unwrap().contains(told), "{base}"),
            None => assert_eq!(note, None, "{base}"),
        }
    }
    let shown = report.to_string();
    assert!(!shown.contains("pw") && !shown.contains("user"), "{shown}");
    assert!(shown.contains("@h:1234/v1"));
}

#[test]
fn other_servers_and_other_protocols_are_left_alone() {
    let text = "{ models: { providers: {
      rack: { baseUrl: 'http://10.0.0.5:8000', models: [{ id: 'm', name: 'M', compat: { supportedReasoningEfforts: ['on'] } }] },
      'lmstudio-a': { baseUrl: 'http://10.0.0.5:1234', api: 'anthropic-messages', models: [] },
      'lmstudio-b': { baseUrl: 'http://10.0.0.5:1234', models: [{ id: 'm', name: 'M', api: 'ollama' }] },
      desk: { baseUrl: 'http://10.0.0.5:1234', models: [{ id: 'm', name: 'M', baseUrl: 'https://example.com' }, { id: 'n', name: 'N', baseUrl: 'http://10.0.0.5:1234/api/v1' }] },
    } } }";
    let place = folder(&[("c.json5", text)]);
    let (code, report) = report(place.path(), &["--check", "c.json5"]);
    let changes = report["changes"].as_array().unwrap().iter();
    let paths: Vec<&str> = changes
        .map(|change| change["path"].as_str().unwrap())
        .collect();
    assert_eq!(code, 1);
    assert_eq!(
        paths,
        [
            "models.providers.desk.baseUrl",
            "models.providers.desk.models.1.baseUrl"
        ]
    );
}

const OLD: &str = r#"// mine
{
  models: {
    providers: {
      lmstudio: {
        baseUrl: "http://localhost:1234/api/v1", // this machine
        apiKey: "sk-lm-abcd1234:planted0123456789ab",
        models: [
          {
            id: "a", name: "A", reasoning: true,
            compat: {
              supportsReasoningEffort: true,
              // as the server said
              supportedReasoningEfforts: ["off", /* or */ "low"],
              reasoningEffortMap: { off: "off" },
            },
          },
          { id: "b", name: "B", compat: { supportedReasoningEfforts: ["on", "${MORE}"] } },
        ],
      },
    },
  },
}
"#;

#[test]
fn what_people_see() {
    let place = folder(&[("old.json5", OLD)]);
    let see = |arguments: &[&str]| transcript(&normalize(place.path(), arguments));
    insta::assert_snapshot!("normalize_diff", see(&["old.json5"]));
    insta::assert_snapshot!("normalize_check", see(&["--check", "old.json5"]));
    insta::assert_snapshot!("normalize_json", see(&["--format", "json", "old.json5"]));
    assert_eq!(read(place.path(), "old.json5"), OLD);
    assert_eq!(
        fs::read_dir(place.path()).unwrap().count(),
        1,
        "something was written"
    );
    insta::assert_snapshot!("normalize_stdout", see(&["--stdout", "old.json5"]));
    insta::assert_snapshot!("normalize_write", see(&["--write", "old.json5"]));
    insta::assert_snapshot!("normalize_again", see(&["--write", "old.json5"]));
    assert_eq!(read(place.path(), "old.json5.bak"), OLD);
    assert!(!place.path().join("old.json5.bak.1").exists());
}

#[test]
fn the_text_itself_goes_to_standard_output() {
    let place = folder(&[("old.json5", OLD), ("new.json5", &with_compats(&["{}"]))]);
    let printed = normalize(place.path(), &["--stdout", "old.json5"]).stdout;
    for flag in ["--stdout", "--write"] {
        let mut command = clawconf(place.path());
        let output = with_input(command.args(["normalize", "-", flag]), OLD.as_bytes());
        assert_eq!(output.stdout, printed, "{flag}");
        assert_eq!(output.status.code(), Some(0));
    }
    let unchanged = normalize(place.path(), &["--stdout", "new.json5"]).stdout;
    assert_eq!(unchanged, read(place.path(), "new.json5").as_bytes());
    for wrong in [
        &["--stdout", "."][..],
        &["--stdout", "old.json5", "new.json5"],
        &["--stdout", "--format", "json", "old.json5"],
        &["--check", "--write", "old.json5"],
        &["--format", "sarif", "old.json5"],
    ] {
        let output = normalize(place.path(), wrong);
        assert_eq!(
            (output.status.code(), output.stdout.len()),
            (Some(2), 0),
            "{wrong:?}"
        );
    }
    let mut command = clawconf(place.path());
    let output = with_input(command.args(["normalize", "-", "--stdout"]), b"{ \xFF }");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert_eq!(read(place.path(), "old.json5"), OLD);
}

#[test]
fn where_nothing_is_to_do_no_byte_changes() {
    let done = with_compats(&["{supportedReasoningEfforts:['low']}"]);
    let place = folder(&[("done.json5", &done), ("none.json5", "{ a: 1 }")]);
    for flag in ["--write", "--check"] {
        let output = normalize(place.path(), &[flag, "done.json5", "none.json5"]);
        let told = transcript(&output);
        assert_eq!(output.status.code(), Some(0), "{told}");
        assert!(
            told.contains("nothing to normalise in none.json5"),
            "{told}"
        );
        assert!(told.contains("2 files: nothing to change"), "{told}");
    }
    assert_eq!(read(place.path(), "done.json5"), done);
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 2);
}

#[test]
fn line_ends_byte_order_marks_and_links_stay() {
    let text = format!("\u{FEFF}{}", OLD.replace('\n', "\r\n"));
    let place = folder(&[("real/old.json5", &text)]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("real/old.json5", place.path().join("link.json5")).unwrap();
    #[cfg(not(unix))]
    fs::copy(
        place.path().join("real/old.json5"),
        place.path().join("link.json5"),
    )
    .unwrap();
    let output = normalize(place.path(), &["--write", "link.json5"]);
    assert_eq!(output.status.code(), Some(0), "{}", transcript(&output));
    let new = read(place.path(), "link.json5");
    assert!(new.starts_with('\u{FEFF}') && new != text);
    assert_eq!(new.matches('\n').count(), new.matches("\r\n").count());
    #[cfg(unix)]
    {
        assert!(
            place
                .path()
                .join("link.json5")
                .symlink_metadata()
                .unwrap()
                .is_symlink()
        );
        assert_eq!(read(place.path(), "real/old.json5"), new);
        assert_eq!(read(place.path(), "real/old.json5.bak"), text);
        assert!(!place.path().join("link.json5.bak").exists());
    }
}

#[test]
fn what_cannot_be_done_does_not_hinder_the_others() {
    let place = folder(&[
        ("a.json5", OLD),
        (
            "b.json5",
            "{ models: { providers: {\n  lmstudio: { baseUrl 1 } } } }",
        ),
        ("c.json5", OLD),
        ("d.md", "# page\n"),
        ("e.json5", "{ models: { $include: './none.json5' } }"),
    ]);
    let locked = place.path().join("a.json5");
    let mut permissions = fs::metadata(&locked).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&locked, permissions).unwrap();
    let names = [
        "a.json5", "b.json5", "c.json5", "d.md", "e.json5", "f.json5",
    ];
    let output = normalize(place.path(), &[&["--write"][..], &names].concat());
    insta::assert_snapshot!("normalize_mixed", transcript(&output));
    assert_eq!(read(place.path(), "a.json5"), OLD);
    assert_ne!(read(place.path(), "c.json5"), OLD);
    let mut latin = OLD.replace("mine", "m?ne").into_bytes();
    let at = latin.iter().position(|byte| *byte == b'?').unwrap();
    latin[at] = 0xEF;
    fs::write(place.path().join("latin.json5"), &latin).unwrap();
    let (code, report) = report(place.path(), &["--write", "latin.json5"]);
    assert_eq!((code, report["changed"].as_u64()), (0, Some(0)));
    assert!(report["notes"].to_string().contains("not UTF-8"));
    assert_eq!(fs::read(place.path().join("latin.json5")).unwrap(), latin);
}

/// Only root can set this up; for everybody else there is nothing to test.
#[cfg(unix)]
#[test]
fn a_file_is_not_taken_from_its_owner() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    use std::os::unix::process::CommandExt;
    let folder = folder(&[("a.json", &with_bases(&["http://localhost:1234"]))]);
    let path = folder.path().join("a.json");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    if chown(&path, Some(65_534), Some(65_534)).is_err() {
        return;
    }
    let mut command = clawconf(folder.path());
    command
        .args(["normalize", "--write", "a.json"])
        .uid(1)
        .gid(1);
    // The binary may stand where that user may not go.
    let Ok(output) = command.output() else { return };
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("belongs to another user"), "{told}");
    let metadata = fs::metadata(&path).unwrap();
    assert_eq!((metadata.uid(), metadata.gid()), (65_534, 65_534));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_folder_is_gone_through() {
    let place = folder(&[
        ("x/a.json5", OLD),
        ("x/b/openclaw.json", OLD),
        ("x/package.json", "{ \"name\": \"no config\" }"),
        ("x/page.md", &format!("```json5\n{OLD}```\n")),
        ("y/package.json", "{}"),
    ]);
    let (code, found) = report(place.path(), &["--check", "x"]);
    assert_eq!(
        (code, found["files"].as_u64(), found["changed"].as_u64()),
        (1, Some(2), Some(2))
    );
    let (code, found) = report(place.path(), &["--write", "x/*.json5", "x"]);
    assert_eq!((code, found["changed"].as_u64()), (0, Some(2)));
    assert_eq!(report(place.path(), &["--check", "x"]).0, 0);
    assert!(read(place.path(), "x/page.md").contains(OLD));
    assert_eq!(
        normalize(place.path(), &["--check", "y"]).status.code(),
        Some(2)
    );
}

#[test]
fn the_own_config_is_meant_when_none_is_named() {
    let place = folder(&[(".openclaw/openclaw.json", OLD), ("other.json5", OLD)]);
    let run = |arguments: &[&str]| {
        let mut command = clawconf(place.path());
        command
            .env("HOME", place.path())
            .arg("normalize")
            .args(arguments);
        command.output().unwrap().status.code().unwrap()
    };
    assert_eq!((run(&["--write"]), run(&["--check"])), (0, 0));
    assert_eq!(read(place.path(), ".openclaw/openclaw.json.bak"), OLD);
    assert_eq!(run(&["--check", "--config", "other.json5"]), 1);
    assert_eq!(normalize(place.path(), &["--check"]).status.code(), Some(2));
}

#[test]
fn edits_go_to_the_file_that_they_are_about() {
    let provider = "{ baseUrl: 'http://localhost:1234', models: { $include: './models.json5' } }";
    let models = "[{ id: 'a', name: 'A', compat: { supportedReasoningEfforts: ['on'] } },\n\
                  { id: 'b', name: 'B', compat: { $include: ['./one.json5', './two.json5'] } }]";
    let main = "{ models: { providers: { lmstudio: { $include: './provider.json5' } } } }";
    let place = folder(&[
        ("main.json5", main),
        ("second.json5", main),
        ("provider.json5", provider),
        ("models.json5", models),
        ("one.json5", "{ supportedReasoningEfforts: ['off'] }"),
        ("two.json5", "{ supportedReasoningEfforts: ['on'] }"),
    ]);
    let output = normalize(place.path(), &["--write", "main.json5", "second.json5"]);
    insta::assert_snapshot!("normalize_included", transcript(&output));
    assert_eq!(read(place.path(), "main.json5"), main);
    assert!(read(place.path(), "provider.json5").contains("1234/v1"));
    assert!(read(place.path(), "models.json5").contains("'xhigh'"));
    assert_eq!(read(place.path(), "models.json5.bak"), models);
    assert_eq!(
        read(place.path(), "one.json5"),
        "{ supportedReasoningEfforts: ['off'] }"
    );
}

#[test]
fn a_catalog_as_openclaw_saves_it() {
    let text = with_compats(&["{supportedReasoningEfforts:['on']}"]);
    let text = text.replacen("{ models: { providers:", "{ providers:", 1);
    let text = format!("{}\n", text.trim_end().strip_suffix(" }").unwrap());
    let place = folder(&[("models.json", &text)]);
    let (code, report) = report(place.path(), &["--write", "models.json"]);
    assert_eq!((code, report["changed"].as_u64()), (0, Some(1)));
    let path = "providers.lmstudio.models.0.compat.supportedReasoningEfforts";
    assert_eq!(report["changes"][0]["path"], path);
    let new = parsed(&read(place.path(), "models.json"));
    let compat = &new["providers"]["lmstudio"]["models"][0]["compat"];
    assert_eq!(compat["supportedReasoningEfforts"], s5());
}

/// What an edit would make worse is left out: of one file that two places include, one is no LM Studio.
#[test]
fn what_would_change_another_meaning_is_left_alone() {
    let models = "[{ id: 'a', name: 'A', compat: { supportedReasoningEfforts: ['on'] } }]";
    let main = "{ models: { providers: {
      lmstudio: { baseUrl: 'http://localhost:1234', models: { $include: './models.json5' } },
      rack: { baseUrl: 'http://10.0.0.5:8000/v1', models: { $include: './models.json5' } },
    } } }";
    let place = folder(&[("main.json5", main), ("models.json5", models)]);
    let (code, report) = report(place.path(), &["--write", "main.json5"]);
    assert_eq!((code, report["changed"].as_u64()), (0, Some(1)));
    assert!(
        report["notes"].to_string().contains("keep its meaning"),
        "{report}"
    );
    assert_eq!(read(place.path(), "models.json5"), models);
    assert!(read(place.path(), "main.json5").contains("1234/v1"));
    assert!(Tree::parse(read(place.path(), "main.json5")).is_ok());
}

#[test]
fn no_form_shows_a_secret() {
    const PLANTED: &str = "Zq7Planted0011223344556677";
    let text = format!(
        "{{ models: {{ providers: {{ lmstudio: {{ baseUrl: 'http://sk-{PLANTED}@h:1234/?key={PLANTED}', apiKey: '{PLANTED}', models: [
          {{ id: 'a', name: 'A', baseUrl: 'http://me:{PLANTED}@h:1234/x', compat: {{ // {PLANTED}
            supportedReasoningEfforts: ['on', 'sk-{PLANTED}', ['{PLANTED}'], null],
            reasoningEffortMap: {{ 'sk-{PLANTED}': 'on', low: 'sk-{PLANTED}' }} }} }},
        ] }} }} }} }}"
    );
    let place = folder(&[("c.json5", &text)]);
    for flags in [
        &["--check"][..],
        &[],
        &["--verbose", "--format", "json"],
        &["--write"],
    ] {
        let told = transcript(&normalize(place.path(), &[flags, &["c.json5"]].concat()));
        assert!(!told.contains("Planted"), "{flags:?}: {told}");
        assert!(told.contains("@h:1234/v1"), "{flags:?}: {told}");
    }
    let new = read(place.path(), "c.json5");
    assert!(new.contains(&format!("http://me:{PLANTED}@h:1234/x/v1")));
    assert_eq!(new.matches(&format!("// {PLANTED}")).count(), 1);
}
