//! Every rule against its fixtures, and every rule's page against the rule.
//!
//! A fixture in `tests/fixtures/lint/<rule>/` says itself what is to be found: `//~ rule` at the end
//! of a line is one finding of that rule that starts there, and lines without it have none. Where no
//! comment can stand, `//~@ LINE:COLUMN rule` as the first line names the place. Beside it,
//! `<name>.fixed.json5` is what `--fix` makes of it and `<name>.unsafe.json5` what `--fix --unsafe`
//! does; without them nothing may change. Files below `files/` are there to be included. How a
//! fixture asks for flags and a name server, `fixtures.rs` says.

use std::fs;
use std::path::Path;

use clawconf::diagnostic::{FixKind, Severity};
use clawconf::lint::rules::ALL;
use clawconf::lint::{Environment, Facts, Selection, lint_knowing};
use clawconf::trust::Lookup;

use crate::common;
use crate::fixtures::{self, ROOT, files, fixtures, is_outcome, read};

/// What the bad config of a page cannot but show besides: the page, the other rule, why.
const BESIDES: [(&str, &str, &str); 1] = [(
    "misplaced-private-flag",
    "unknown-key",
    "what is in a wrong place is unknown there as well",
)];

/// The notes that the good config of a page cannot do without: the page, the rule, why.
const NOTED: [(&str, &str, &str); 1] = [(
    "no-credential",
    "exact-origin",
    "a server without keys at a private name is what the page is about",
)];

/// What begins the comment that names a place elsewhere.
const ELSEWHERE: &str = "//~@ ";

#[test]
fn every_fixture_has_the_findings_it_names() {
    let root = Path::new(ROOT);
    let mut named: Vec<String> = Vec::new();
    for file in fixtures(root) {
        let text = read(root, &file);
        if let Some(elsewhere) = text.strip_prefix(ELSEWHERE) {
            let place = elsewhere.lines().next().unwrap();
            named.push(format!("{file}:{place}"));
            continue;
        }
        for (nth, line) in text.lines().enumerate() {
            let rules = line.split_once("//~ ").map_or("", |(_, rules)| rules);
            let rules = rules.split_whitespace();
            named.extend(rules.map(|rule| format!("{file}:{} {rule}", nth + 1)));
        }
    }
    let found = report(root, &[]).into_iter().map(|finding| {
        let (file, line, rule) = (&finding.file, finding.line, &finding.rule);
        if read(root, file).starts_with(ELSEWHERE) {
            format!("{file}:{line}:{} {rule}", finding.column)
        } else {
            format!("{file}:{line} {rule}")
        }
    });
    let mut found: Vec<String> = found.collect();
    named.sort();
    found.sort();
    let (named, found) = (named.join("\n"), found.join("\n"));
    let difference = similar::TextDiff::from_lines(&named, &found);
    let difference = difference.unified_diff().context_radius(0).to_string();
    assert!(named == found, "- named, + found:\n{difference}");
}

#[test]
fn fixes_make_what_the_fixtures_say_and_no_new_findings() {
    check_fixes(&["--fix"], &["fixed"]);
    check_fixes(&["--fix", "--unsafe"], &["unsafe", "fixed"]);
}

/// Runs with `flags` on a copy of all fixtures; of the `outcomes` that are there the first counts.
fn check_fixes(flags: &[&str], outcomes: &[&str]) {
    let (root, copy) = (Path::new(ROOT), tempfile::tempdir().unwrap());
    for file in fixtures(root) {
        let target = copy.path().join(&file);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(root.join(&file), target).unwrap();
    }
    let before = report(copy.path(), &[]);
    let after = report(copy.path(), flags);
    for file in fixtures(root) {
        let name = file.strip_suffix("json5").unwrap();
        let mut outcomes = outcomes.iter().map(|kind| format!("{name}{kind}.json5"));
        let outcome = outcomes.find(|outcome| root.join(outcome).exists());
        let expected = read(root, outcome.as_ref().unwrap_or(&file));
        let difference = similar::TextDiff::from_lines(expected, read(copy.path(), &file))
            .unified_diff()
            .to_string();
        assert!(
            difference.is_empty(),
            "- expected, + made of {file} by {flags:?}:\n{difference}"
        );
    }
    // What is only worth knowing may come with a fix: that an origin is trusted now.
    for finding in after
        .iter()
        .filter(|finding| finding.rule != "exact-origin")
    {
        let same = |other: &&Finding| {
            (&other.file, &other.rule, &other.path) == (&finding.file, &finding.rule, &finding.path)
        };
        let (earlier, now) = (before.iter().filter(same), after.iter().filter(same));
        assert!(now.count() <= earlier.count(), "{flags:?} made {finding:?}");
    }
    let texts = || fixtures(root).map(|file| read(copy.path(), &file));
    let once: Vec<String> = texts().collect();
    let again = report(copy.path(), flags);
    assert_eq!(again, after, "{flags:?} twice reports otherwise");
    assert!(texts().eq(once), "{flags:?} twice changes something");
}

#[test]
fn the_list_of_rules_is_in_order() {
    let ids: Vec<&str> = ALL.iter().map(|rule| rule.info.id).collect();
    let mut groups: Vec<&str> = ALL.iter().map(|rule| rule.info.group).collect();
    groups.dedup();
    for (nth, group) in groups.iter().enumerate() {
        let of_group = ALL.iter().filter(|rule| rule.info.group == *group);
        let sorted = of_group.map(|rule| rule.info.id).is_sorted();
        assert!(sorted, "the group {group} is not sorted");
        assert!(!groups[..nth].contains(group), "{group} is torn apart");
    }
    for (nth, id) in ids.iter().enumerate() {
        let is_word = |word: &str| {
            let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
            !word.is_empty() && word.chars().all(legal)
        };
        assert!(id.split('-').all(is_word), "{id} is not kebab-case");
        assert!(!ids[..nth].contains(id), "{id} stands twice");
        assert!(!groups.contains(id), "{id} is a group as well");
    }
}

#[test]
fn every_rule_has_fixtures_and_every_folder_a_rule() {
    let root = Path::new(ROOT);
    for rule in ALL {
        let (id, folder) = (rule.info.id, root.join(rule.info.id));
        let named = fixtures(&folder).any(|file| read(&folder, &file).contains(id));
        assert!(named, "no fixture names {id}");
        let fixed = rule.info.fix == FixKind::None || files(&folder).any(|file| is_outcome(&file));
        assert!(fixed, "no fixture shows a fix of {id}");
    }
    for folder in fs::read_dir(root).unwrap() {
        let name = folder.unwrap().file_name().into_string().unwrap();
        let known = ALL.iter().any(|rule| rule.info.id == name);
        assert!(known, "no rule is called like the folder {name}");
    }
}

#[test]
fn every_page_is_complete_and_its_examples_are_right() {
    for rule in ALL {
        let (id, page) = (rule.info.id, rule.info.explain);
        let title = format!("# {id}");
        let wanted = [
            &title,
            "## Why it matters",
            "## Bad",
            "## Good",
            "## How to fix",
        ];
        let headings = page.lines().filter(|line| line.starts_with('#'));
        assert!(headings.eq(wanted), "{id} lacks a heading of {wanted:?}");
        let mut fences = page
            .lines()
            .filter(|line| line.starts_with("```"))
            .step_by(2);
        let tagged = fences.all(|fence| fence == "```json5" || fence == "```text");
        assert!(tagged, "{id} has a fence that rustdoc would compile");
        let mut bad = findings_of(example(page, "## Bad"));
        bad.retain(|(rule, severity)| {
            let is_beside = *severity == Severity::Info || excused(&BESIDES, id, rule);
            *rule == id || !is_beside
        });
        let bad: Vec<&str> = bad.into_iter().map(|(rule, _)| rule).collect();
        assert_eq!(bad, [id], "the bad config");
        let mut good = findings_of(example(page, "## Good"));
        good.retain(|(rule, _)| !excused(&NOTED, id, rule));
        assert!(good.is_empty(), "{good:?} on the good config of {id}");
    }
    for (page, other, _) in BESIDES.iter().chain(&NOTED) {
        let heading = if excused(&BESIDES, page, other) {
            "## Bad"
        } else {
            "## Good"
        };
        let rule = ALL.iter().find(|rule| rule.info.id == *page).unwrap();
        let found = findings_of(example(rule.info.explain, heading));
        let still = found.iter().any(|(rule, _)| rule == other);
        assert!(
            still,
            "{page} has no {other} any more: take it off the list"
        );
    }
}

/// Whether a list has this rule as what the page shows besides.
fn excused(list: &[(&str, &str, &str)], page: &str, rule: &str) -> bool {
    list.iter().any(|known| (known.0, known.1) == (page, rule))
}

/// A finding as the JSON report tells it.
#[derive(Debug, PartialEq)]
struct Finding {
    file: String,
    line: u64,
    column: u64,
    rule: String,
    path: String,
}

/// What the command reports of all fixtures in `root`, with these flags.
fn report(root: &Path, flags: &[&str]) -> Vec<Finding> {
    let mut found = Vec::new();
    for mut command in fixtures::commands(root, flags) {
        let output = command.output().unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        found.extend(report["findings"].as_array().unwrap().iter().map(finding));
    }
    found
}

fn finding(found: &serde_json::Value) -> Finding {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    Finding {
        file: text(&found["file"]),
        line: found["start"]["line"].as_u64().unwrap(),
        column: found["start"]["column"].as_u64().unwrap(),
        rule: text(&found["rule"]),
        path: text(&found["path"]),
    }
}

/// The first fenced block below a heading.
fn example<'p>(page: &'p str, heading: &str) -> &'p str {
    let below = page.split_once(heading).unwrap().1;
    let block = below.split_once("```json5\n").unwrap().1;
    block.split_once("```").unwrap().0
}

/// The findings of all rules in an example, a config that stands alone in its folder. Its comments
/// may say what else is known: `// gpu.lan answers: 192.168.1.5, 192.168.1.6` (or `nothing`),
/// `// for OpenClaw 2026.5.2`, `// clawconf lint --strict-env`.
fn findings_of(text: &str) -> Vec<(&'static str, Severity)> {
    let config = common::load(text, &[], &[]);
    let comments = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("// "));
    let mut facts = Facts::default();
    for comment in comments {
        if let Some((name, answers)) = comment.split_once(" answers: ") {
            let lookup = match answers {
                "nothing" => Lookup::Nothing,
                answers => Lookup::Answered {
                    addresses: answers.split(", ").map(|ip| ip.parse().unwrap()).collect(),
                    changed: false,
                    incomplete: false,
                    ttl: None,
                },
            };
            let lookups = facts.lookups.get_or_insert_default();
            lookups.insert(name.to_owned(), lookup);
        } else if let Some(release) = comment.strip_prefix("for OpenClaw ") {
            facts.target = release.parse().unwrap();
        } else if comment == "clawconf lint --strict-env" {
            facts.environment = Environment::Complete;
        }
    }
    let findings = lint_knowing(&config, &Selection::default(), &facts);
    let told = findings
        .iter()
        .map(|finding| (finding.rule.id, finding.severity));
    told.collect()
}
