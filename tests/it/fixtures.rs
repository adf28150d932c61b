//! The fixtures of the rules: which there are, and what each wants to be run with.
//!
//! A fixture may begin with lines that say so: `//~flags …` are flags of `lint`; `//~dns NAME
//! ADDRESS…` is what a name server answers for a name, a second line for the same name what it
//! answers the second time. `NAME/28` is a name and one kind of record, and `silent` in place of
//! addresses is no answer.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use clawconf::lint::rules::ALL;

use crate::{common, dns_server};

/// Where they are.
pub(crate) const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/lint");

/// All files below `root`, sorted, as paths with `/` from there.
pub(crate) fn files(root: &Path) -> impl Iterator<Item = String> {
    let mut folders = vec![root.to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            if path.is_dir() {
                folders.push(path);
            } else {
                let below = path.strip_prefix(root).unwrap();
                found.push(below.to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found.into_iter()
}

/// The fixtures themselves, without what fixes make of them.
pub(crate) fn fixtures(root: &Path) -> impl Iterator<Item = String> {
    files(root).filter(|file| !is_outcome(file))
}

/// Whether a file is what a fix makes of a fixture.
pub(crate) fn is_outcome(file: &str) -> bool {
    file.ends_with(".fixed.json5") || file.ends_with(".unsafe.json5")
}

/// A file's text; some fixtures are not UTF-8.
pub(crate) fn read(root: &Path, file: &str) -> String {
    String::from_utf8_lossy(&fs::read(root.join(file)).unwrap()).into_owned()
}

/// The groups and rules that see a fixture of a rule: its own, and what would refuse the file. So a
/// rule of one group may fire on another group's fixtures without being named there. The rules of the
/// catalog all look at the same few keys: of these, a fixture is seen by those that it names.
pub(crate) fn seen_by(rule: &str, text: &str) -> Vec<String> {
    let group = |id: &str| {
        let known = ALL.iter().find(|known| known.info.id == id);
        known.map_or("", |rule| rule.info.group)
    };
    let seen: &[&str] = match group(rule) {
        "secrets" => &["syntax", "contract", "secrets"],
        "lmstudio" => &["syntax", "contract", "lmstudio"],
        "catalog" => &["syntax", "contract", rule],
        "suppress" => &["syntax", "contract", "trust", "suppress"],
        _ => &["syntax", "contract", "trust"],
    };
    let named = text.split_whitespace().filter(|_| group(rule) == "catalog");
    let named = named.filter(|word| group(word) == "catalog");
    let mut seen: Vec<String> = seen
        .iter()
        .copied()
        .chain(named)
        .map(str::to_owned)
        .collect();
    seen.sort();
    seen.dedup();
    seen
}

/// The commands that lint all fixtures in `root`, as JSON: one for all that are seen by the same
/// groups and want nothing special, and one for each other.
pub(crate) fn commands(root: &Path, flags: &[&str]) -> Vec<Command> {
    let of_root = root.file_name().and_then(|name| name.to_str());
    let mut plain: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut special = Vec::new();
    for file in fixtures(root).filter(|file| !file.contains("/files/")) {
        let rule = file.split_once('/').map_or(of_root, |(rule, _)| Some(rule));
        let text = read(root, &file);
        let groups = seen_by(rule.unwrap(), &text).join(",");
        if wishes(&text).is_empty() {
            plain.entry(groups).or_default().push(file);
        } else {
            special.push((groups, file));
        }
    }
    let lint = |groups: &str| {
        let mut command = common::clawconf(root);
        command.args(["lint", "--format", "json", "--select", groups]);
        command.args(flags);
        command
    };
    let mut commands = Vec::new();
    for (groups, files) in plain {
        let mut command = lint(&groups);
        command.args(files);
        commands.push(command);
    }
    for (groups, file) in special {
        let mut command = lint(&groups);
        command.args(wishes(&read(root, &file))).arg(file);
        commands.push(command);
    }
    commands
}

/// The flags that a fixture wants; its name server is started.
fn wishes(text: &str) -> Vec<String> {
    let mut flags = Vec::new();
    let mut script = dns_server::Script::new();
    for line in text.lines() {
        if let Some(wanted) = line.strip_prefix("//~flags ") {
            flags.extend(wanted.split_whitespace().map(str::to_owned));
        } else if let Some(record) = line.strip_prefix("//~dns ") {
            let mut words = record.split_whitespace();
            let name = words.next().unwrap().replace("/", " ");
            let answers: Vec<&str> = words.collect();
            let turn = (answers != ["silent"])
                .then(|| answers.iter().map(|ip| ip.parse().unwrap()).collect());
            script.entry(name).or_default().push(turn);
        } else {
            break;
        }
    }
    if !script.is_empty() {
        let server = dns_server::start(script).to_string();
        flags.extend(["--resolve", "--dns-server", &server].map(str::to_owned));
    }
    flags
}
