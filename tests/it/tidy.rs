//! The project's conventions, held by tests: who may import whom, what every file says first, how
//! long it may be, and that what prose names exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each module with those it may name; a row may name only rows above it.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("json5", &[]),
    ("trust", &[]),
    ("diagnostic", &["json5"]),
    ("contract", &["json5", "diagnostic"]),
    ("config", &["json5", "diagnostic", "trust"]),
    ("lmstudio", &["json5", "trust", "contract", "config"]),
    ("chat", &["json5", "lmstudio"]),
    (
        "lint",
        &[
            "json5",
            "trust",
            "diagnostic",
            "contract",
            "config",
            "lmstudio",
        ],
    ),
    (
        "verification",
        &["json5", "diagnostic", "config", "lmstudio", "chat"],
    ),
    (
        "onboarding",
        &["json5", "diagnostic", "contract", "config", "lmstudio"],
    ),
    ("report", &["json5", "diagnostic", "chat", "verification"]),
    ("simulator", &[]),
    ("net", &["trust"]),
    (
        "live",
        &["trust", "lmstudio", "chat", "verification", "net"],
    ),
    (
        "cli",
        &[
            "json5",
            "trust",
            "diagnostic",
            "contract",
            "config",
            "lmstudio",
            "chat",
            "lint",
            "verification",
            "onboarding",
            "report",
            "simulator",
            "net",
            "live",
        ],
    ),
];

/// Longest source file, in lines, its tests left out.
const LONGEST_FILE: usize = 600;

fn files_below(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The code of a file without its unit tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.split("#[cfg(test)]").next().unwrap().to_owned()
}

fn module_of(path: &Path) -> String {
    let below = path.strip_prefix("src").unwrap();
    let first = below
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn modules_name_only_what_they_may() {
    for (row, (module, allowed)) in MAY_NAME.iter().enumerate() {
        for name in *allowed {
            let above = MAY_NAME[..row].iter().any(|(earlier, _)| earlier == name);
            assert!(
                above,
                "the row of {module} names {name}, which is not above it"
            );
        }
    }
    for path in files_below("src", "rs") {
        let module = module_of(&path);
        if module == "lib" || module == "main" {
            continue;
        }
        let row = MAY_NAME.iter().find(|(name, _)| *name == module);
        let (_, allowed) = row.unwrap_or_else(|| panic!("{} has no row", path.display()));
        let code = code(&path);
        assert!(
            !code.contains("crate::{"),
            "{}: one path a `use`",
            path.display()
        );
        for line in code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
        {
            for mention in line.split("crate::").skip(1) {
                let named: String = mention
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                let fine = named == module || allowed.contains(&named.as_str());
                assert!(fine, "{}: {module} may not name {named}", path.display());
            }
        }
    }
}

#[test]
fn every_file_opens_with_a_doc_line_and_is_not_too_long() {
    for path in files_below("src", "rs") {
        let code = code(&path);
        let opens = code.starts_with("//! ") || code.starts_with("#![doc = include_str!");
        assert!(opens, "{} has no module doc", path.display());
        let lines = code.lines().count();
        assert!(
            lines <= LONGEST_FILE,
            "{} has {lines} lines: split it by noun",
            path.display()
        );
    }
}

#[test]
fn nothing_is_left_unfinished() {
    for path in files_below("src", "rs") {
        let text = fs::read_to_string(&path).unwrap();
        for mark in ["TODO", "FIXME", "todo!(", "unimplemented!(", "dbg!("] {
            assert!(!text.contains(mark), "{}: {mark}", path.display());
        }
        let code = code(&path);
        assert!(
            !code.contains(".unwrap()"),
            "{}: unwrap outside tests",
            path.display()
        );
    }
    for forbidden in ["util", "utils", "common", "helpers", "types", "misc"] {
        let found = files_below("src", "rs")
            .into_iter()
            .find(|path| path.file_stem().unwrap() == forbidden);
        assert_eq!(
            found, None,
            "a thing that fits nowhere shows a missing noun"
        );
    }
}

#[test]
fn what_the_docs_name_exists() {
    let mut pages = files_below("docs", "md");
    pages.push(PathBuf::from("README.md"));
    let starts = [
        "src/",
        "tests/",
        "docs/",
        "schema/",
        "baselines/",
        "examples/",
        "benches/",
        ".ci/",
        "ci/",
    ];
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        for word in text.split(|c: char| c.is_whitespace() || "`()|,\"".contains(c)) {
            let word = word.trim_end_matches(['.', ';']).split(':').next().unwrap();
            if starts.iter().any(|start| word.starts_with(start)) && !word.contains(['<', '*', '{'])
            {
                assert!(Path::new(word).exists(), "{} names {word}", page.display());
            }
        }
    }
}

#[test]
fn every_direct_dependency_has_its_reason() {
    let manifest = fs::read_to_string("Cargo.toml").unwrap();
    let reasons = fs::read_to_string("docs/architecture.md").unwrap();
    let sections = manifest
        .split("\n[")
        .filter(|section| section.contains("dependencies]"));
    let names: BTreeSet<&str> = sections
        .flat_map(|section| section.lines().skip(1))
        .filter_map(|line| Some(line.split_once(" =")?.0.trim_end_matches(".workspace")))
        .collect();
    assert!(names.len() > 10);
    for name in names {
        assert!(
            reasons.contains(&format!("| `{name}` |")),
            "docs/architecture.md says nothing of {name}"
        );
    }
}
