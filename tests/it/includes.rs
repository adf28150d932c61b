//! `$include` on a real file system: what OpenClaw 2026.5.18 does with links, folders, sizes and
//! chains was recorded by running it.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::common;

const PROVIDER: &str = r#"{ baseUrl: "http://localhost/v1", models: [] }"#;

/// A config that takes its one provider from `target`, in a folder that `build` prepares.
fn findings(
    target: &str,
    roots: Option<&Path>,
    build: impl FnOnce(&Path),
) -> Vec<(String, String, String)> {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    fs::create_dir(&config).unwrap();
    build(&config);
    let main = format!("{{ models: {{ providers: {{ lab: {{ $include: {target} }} }} }} }}");
    fs::write(config.join("openclaw.json"), main).unwrap();
    let mut command = common::clawconf(&config);
    if let Some(roots) = roots {
        command.env("OPENCLAW_INCLUDE_ROOTS", roots);
    }
    let output = command
        .args(["lint", "--format", "json", "openclaw.json"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|f| (text(&f["rule"]), text(&f["file"]), text(&f["message"])))
        .collect()
}

fn refusal(target: &str, build: impl FnOnce(&Path)) -> String {
    let found = findings(target, None, build);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "bad-include");
    found[0].2.clone()
}

fn accepted(target: &str, build: impl FnOnce(&Path)) {
    assert_eq!(findings(target, None, build), []);
}

#[test]
fn files_below_the_config_are_included() {
    accepted("'./p.json5'", |folder| {
        fs::write(folder.join("p.json5"), PROVIDER).unwrap()
    });
    accepted("'sub/../p.json5'", |folder| {
        fs::write(folder.join("p.json5"), PROVIDER).unwrap()
    });
    accepted("['a.json5', 'b.json5']", |folder| {
        fs::write(folder.join("a.json5"), "{ baseUrl: 'http://localhost/v1' }").unwrap();
        fs::write(folder.join("b.json5"), "{ models: [] }").unwrap();
    });
    accepted("'a.json5', models: []", |folder| {
        fs::write(folder.join("a.json5"), "{ baseUrl: 'http://localhost/v1' }").unwrap()
    });
}

#[test]
fn what_leads_out_of_the_folder_is_refused() {
    let outside = |folder: &Path| fs::write(folder.join("../p.json5"), PROVIDER).unwrap();
    assert!(refusal("'../p.json5'", outside).contains("outside the folder"));
    assert!(refusal("'/etc/hostname'", |_| {}).contains("outside the folder"));
    assert!(refusal("'sub/../../p.json5'", outside).contains("outside the folder"));
}

#[cfg(unix)]
#[test]
fn links_are_judged_by_where_they_lead() {
    use std::os::unix::fs::symlink;
    accepted("'link.json5'", |folder| {
        fs::write(folder.join("p.json5"), PROVIDER).unwrap();
        symlink("p.json5", folder.join("link.json5")).unwrap();
    });
    let out = refusal("'link.json5'", |folder| {
        fs::write(folder.join("../p.json5"), PROVIDER).unwrap();
        symlink("../p.json5", folder.join("link.json5")).unwrap();
    });
    assert!(out.contains("a link to a place outside"), "{out}");
    let hard = refusal("'hard.json5'", |folder| {
        fs::write(folder.join("p.json5"), PROVIDER).unwrap();
        fs::hard_link(folder.join("p.json5"), folder.join("hard.json5")).unwrap();
    });
    assert!(hard.contains("second hard link"), "{hard}");
    let allowed = tempfile::tempdir().unwrap();
    let root = allowed.path().canonicalize().unwrap();
    fs::write(root.join("p.json5"), PROVIDER).unwrap();
    let target = format!("'{}'", root.join("p.json5").display());
    assert_eq!(findings(&target, Some(&root), |_| {}), []);
    assert_eq!(
        findings(&target, Some(Path::new("relative")), |_| {}).len(),
        1
    );
}

#[test]
fn only_regular_files_of_two_mebibytes_are_read() {
    let limit = 2 * 1024 * 1024;
    let padded = |length: usize| format!("{PROVIDER}{}", " ".repeat(length - PROVIDER.len()));
    accepted("'p.json5'", |folder| {
        fs::write(folder.join("p.json5"), padded(limit)).unwrap()
    });
    let large = refusal("'p.json5'", |folder| {
        fs::write(folder.join("p.json5"), padded(limit + 1)).unwrap()
    });
    assert!(large.contains("too large"), "{large}");
    assert!(
        refusal("'sub'", |folder| fs::create_dir(folder.join("sub"))
            .unwrap())
        .contains("not a regular file")
    );
    assert!(refusal("''", |_| {}).contains("is empty"));
    assert!(refusal("'none.json5'", |_| {}).contains("does not exist"));
}

#[test]
fn ten_nested_files_are_fine_and_the_eleventh_is_not() {
    let chain = |count: usize| {
        move |folder: &Path| {
            for nth in 1..count {
                let next = format!("{{ $include: './{}.json5' }}", nth + 1);
                fs::write(folder.join(format!("{nth}.json5")), next).unwrap();
            }
            fs::write(folder.join(format!("{count}.json5")), PROVIDER).unwrap();
        }
    };
    accepted("'1.json5'", chain(10));
    assert!(refusal("'1.json5'", chain(11)).contains("nested too deeply"));
    let circle = refusal("'1.json5'", |folder| {
        fs::write(folder.join("1.json5"), "{ $include: './openclaw.json' }").unwrap();
    });
    assert!(circle.contains("includes itself"), "{circle}");
    accepted("['1.json5', '1.json5']", chain(1));
}

#[test]
fn a_finding_points_into_the_file_it_stands_in() {
    let found = findings("'sub/p.json5'", None, |folder| {
        fs::create_dir(folder.join("sub")).unwrap();
        fs::write(
            folder.join("sub/p.json5"),
            "{ baseUrl: 'http://localhost/v1', models: [], api: 'olama' }",
        )
        .unwrap();
    });
    let [(rule, file, _)] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        (rule.as_str(), file.as_str()),
        ("not-allowed-value", "sub/p.json5")
    );
}

#[test]
fn files_that_nest_and_multiply_are_bounded() {
    let deep = |levels: usize, inner: &str| {
        format!("{}{inner}{}", "{a:".repeat(levels), "}".repeat(levels))
    };
    let nested = refusal("'1.json5'", |folder| {
        fs::write(
            folder.join("1.json5"),
            deep(400, "{ $include: './2.json5' }"),
        )
        .unwrap();
        fs::write(folder.join("2.json5"), deep(400, "1")).unwrap();
    });
    assert!(nested.contains("nest too deeply"), "{nested}");
    let bomb = refusal("'1.json5'", |folder| {
        for nth in 1..8 {
            let list = vec![format!("'./{}.json5'", nth + 1); 50].join(",");
            fs::write(
                folder.join(format!("{nth}.json5")),
                format!("{{ $include: [{list}] }}"),
            )
            .unwrap();
        }
        fs::write(folder.join("8.json5"), "{}").unwrap();
    });
    assert!(bomb.contains("one inclusion too many"), "{bomb}");
}

#[test]
fn fixes_go_into_the_included_file_also_when_two_configs_share_it() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("shared.json5", "{ id: 'm', api: 'olama', } // both");
    let config = |key: &str| {
        format!(
            "{{ models: {{ providers: {{ {key}: {{ baseUrl: 'http://localhost/v1', models: [{{ $include: './shared.json5' }}] }} }} }} }}"
        )
    };
    write("a.json5", &config("one"));
    write("b.json5", &config("two"));
    let fix = || {
        common::clawconf(folder.path())
            .args(["lint", "--fix", "a.json5", "b.json5"])
            .output()
            .unwrap()
    };
    let output = fix();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        common::transcript(&output)
    );
    let fixed = fs::read_to_string(folder.path().join("shared.json5")).unwrap();
    assert_eq!(fixed, "{ id: 'm', name: 'm', api: 'ollama', } // both");
    assert_eq!(
        fs::read_to_string(folder.path().join("a.json5")).unwrap(),
        config("one")
    );
    assert_eq!(fix().status.code(), Some(0));
}

#[test]
fn a_broken_file_is_read_once_and_inclusions_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let list = vec!["{ $include: './broken.json5' }"; 1100].join(",");
    fs::write(
        folder.path().join("openclaw.json"),
        format!("{{ a: [{list}] }}"),
    )
    .unwrap();
    fs::write(
        folder.path().join("broken.json5"),
        "{ a: 1 ".repeat(100_000),
    )
    .unwrap();
    let output = common::clawconf(folder.path())
        .args(["lint", "--format", "json", "openclaw.json"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1001);
    assert!(
        findings[1000]["message"]
            .as_str()
            .unwrap()
            .contains("one inclusion too many")
    );
}

#[test]
fn a_key_in_the_place_of_a_path_is_not_told() {
    let text = r#"{ models: { $include: "sk-Zq7Planted0011223344556677" } }"#;
    let config = common::load(text, &[], &[]);
    let findings = clawconf::lint::lint(&config, &clawconf::lint::Selection::default());
    assert_eq!(findings[0].rule.id, "bad-include");
    assert!(!format!("{findings:?}").contains("Planted"), "{findings:?}");
}
