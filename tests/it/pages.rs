//! Every command that README and docs show is run here, and prints what they say it prints.
//!
//! In a `console` block a line with `$ ` is a command; lines behind it, up to the next, are its
//! whole output. In a `sh` block every line is a command. They run in a copy of the examples. What
//! `simulate` starts is ended once it has begun.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use crate::common;

/// Copies what the pages work on.
fn workplace() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    for folder in ["examples", "schema", "baselines"] {
        fs::create_dir(place.path().join(folder)).unwrap();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, place.path().join(&path)).unwrap();
        }
    }
    place
}

/// The blocks of a page with a language in `languages`.
fn blocks(text: &str, languages: &[&str]) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    let mut inside = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), inside) {
            (Some(language), None) => {
                inside = Some(languages.contains(&language));
                if inside == Some(true) {
                    found.push(Vec::new());
                }
            }
            (Some(_), Some(_)) => inside = None,
            (None, Some(true)) => found.last_mut().unwrap().push(line.to_owned()),
            _ => {}
        }
    }
    found
}

/// Runs a command line of a page; `None` for one that is this test itself.
fn run(place: &Path, command: &str) -> Option<(i32, String)> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let arguments = match words.as_slice() {
        ["clawconf", arguments @ ..] | ["cargo", "run", "--release", "--", arguments @ ..] => {
            arguments
        }
        [
            "cargo",
            "test" | "install" | "bench" | "fmt" | "clippy" | "doc",
            ..,
        ] => return None,
        other => panic!("a page shows {other:?}"),
    };
    let arguments: Vec<&str> = arguments
        .iter()
        .map(|word| word.trim_matches(['\'', '"']))
        .collect();
    if arguments.first() == Some(&"simulate") {
        return Some((0, begun(place, &arguments)));
    }
    let output = common::clawconf(place).args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    Some((
        output.status.code().unwrap(),
        String::from_utf8(text).unwrap(),
    ))
}

/// The first line of a command that runs until it is ended, on a port that is free.
fn begun(place: &Path, arguments: &[&str]) -> String {
    let mut command = common::clawconf(place);
    command.args(arguments).stdout(Stdio::piped());
    if !arguments.contains(&"--port") {
        command.args(["--port", "0"]);
    }
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    let read = BufReader::new(child.stdout.take().unwrap()).read_line(&mut line);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(read.unwrap() > 0, "{arguments:?} says nothing");
    line
}

#[test]
fn every_command_on_a_page_does_what_it_says() {
    let mut pages: Vec<_> = fs::read_dir("docs")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    pages.push("README.md".into());
    // It is followed as a whole, with a server.
    pages.retain(|page| !page.ends_with("lmstudio.md"));
    let mut count = 0;
    for page in pages
        .into_iter()
        .filter(|page| page.extension().is_some_and(|ending| ending == "md"))
    {
        let text = fs::read_to_string(&page).unwrap();
        for block in blocks(&text, &["sh"]) {
            let place = workplace();
            for command in block
                .iter()
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
            {
                if let Some((code, told)) = run(place.path(), command) {
                    assert!(code < 2, "{}: {command}: {told}", page.display());
                }
                count += 1;
            }
        }
        for block in blocks(&text, &["console"]) {
            let place = workplace();
            let text = block.join("\n");
            for part in text.split("$ ").filter(|part| !part.is_empty()) {
                let (command, expected) = part.split_once('\n').unwrap_or((part, ""));
                let (_, told) = run(place.path(), command).unwrap();
                assert_eq!(
                    told.trim_end(),
                    expected.trim_end(),
                    "{}: {command}",
                    page.display()
                );
                count += 1;
            }
        }
    }
    assert!(count >= 15, "{count}");
}

#[test]
fn the_index_of_rules_is_complete() {
    let index = fs::read_to_string("docs/rules.md").unwrap();
    for rule in clawconf::lint::rules::ALL {
        let row = format!(
            "| `{}` | {} | {} |",
            rule.info.id,
            rule.info.severity.name(),
            rule.info.fix.name()
        );
        assert!(index.contains(&row), "docs/rules.md lacks: {row}");
        assert!(index.contains(rule.info.summary));
    }
}

/// The guide to LM Studio is followed from its first command to its last, with a server there.
#[cfg(feature = "net")]
#[test]
fn the_guide_to_lm_studio_works() {
    use clawconf::simulator::{self, Settings};

    let server = simulator::start(Settings::default()).unwrap();
    let place = tempfile::tempdir().unwrap();
    let text = fs::read_to_string("docs/lmstudio.md").unwrap();
    let commands: Vec<String> = blocks(&text, &["sh"]).concat();
    assert!(commands.len() >= 10, "{commands:?}");
    for line in commands {
        let line = line.replace("http://localhost:1234", &server.base_url());
        let (head, quoted) = line.split_once('"').unwrap_or((&line, ""));
        let mut command = common::clawconf(place.path());
        command.env("OPENCLAW_STATE_DIR", place.path());
        command.args(head.split_whitespace().skip(1));
        if !quoted.is_empty() {
            command.arg(quoted.trim_end_matches('"'));
        }
        let output = command.output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(0),
            "{line}: {}",
            common::transcript(&output)
        );
    }
    let asked = server.requests();
    assert!(
        asked
            .iter()
            .any(|request| request.body.contains("capital of France"))
    );
}
