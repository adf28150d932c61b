//! The commands for GitHub Actions, read as the runner reads them.

use std::fs;

use clawconf::diagnostic::Severity;

use crate::common::clawconf;
use crate::report_formats::{linted, written};

/// A line of output that the runner acts on.
#[derive(Debug, PartialEq)]
pub(crate) struct Command {
    name: String,
    properties: Vec<(String, String)>,
    data: String,
}

impl Command {
    /// Reads a line: `::name key=value,…::data`, blanks before it allowed. A line that is none, or
    /// that names another command than those of annotations, fails the test.
    pub(crate) fn parse(line: &str) -> Command {
        let inner = line.trim_start().strip_prefix("::").unwrap();
        let (head, data) = inner.split_once("::").unwrap();
        let (name, list) = head.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&name), "{line}");
        let pair = |part: &str| {
            let (key, value) = part.split_once('=').unwrap();
            (
                key.to_owned(),
                unescaped(value, &[("%3A", ":"), ("%2C", ",")]),
            )
        };
        Command {
            name: name.to_owned(),
            properties: list.trim().split(',').map(pair).collect(),
            data: unescaped(data, &[]),
        }
    }

    fn property(&self, key: &str) -> Option<&str> {
        let mut found = self.properties.iter().filter(|(name, _)| name == key);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{key} stands twice");
        value
    }

    fn number(&self, key: &str) -> usize {
        self.property(key).unwrap().parse().unwrap()
    }
}

/// In the order of the runner: the percent sign last.
fn unescaped(text: &str, more: &[(&str, &str)]) -> String {
    let ends = [("%0D", "\r"), ("%0A", "\n")];
    let order = ends.iter().chain(more).chain(&[("%25", "%")]);
    order.fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[test]
fn the_runner_gets_exactly_the_findings() {
    let mut seen = 0;
    for entry in fs::read_dir("tests/corpus").unwrap() {
        let path = entry.unwrap().path();
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        let name = "a%0A, b:100%.json5";
        let config = linted(name, &text);
        let report = written(std::slice::from_ref(&config), "github");
        let commands: Vec<Command> = report.lines().map(Command::parse).collect();
        assert_eq!(commands.len(), config.findings.len());
        for (finding, command) in config.findings.iter().zip(commands) {
            let level = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "notice",
            };
            assert_eq!(command.name, level);
            assert_eq!(command.property("file"), Some(name));
            assert_eq!(command.property("title"), Some(finding.rule.id));
            let lines: Vec<&str> = text.split('\n').collect();
            let before = &text[..finding.span.start];
            let line = 1 + before.matches('\n').count();
            let column = 1 + before.rsplit('\n').next().unwrap().chars().count();
            assert_eq!(
                (command.number("line"), command.number("col")),
                (line, column)
            );
            let marked = finding.span.of(&text);
            let end_line = command.number("endLine");
            assert!(line <= end_line && end_line <= lines.len());
            let is_one_line = !marked.contains('\n');
            assert_eq!(command.property("endColumn").is_some(), is_one_line);
            if is_one_line {
                assert_eq!(command.number("endColumn"), column + marked.chars().count());
            }
            let help = finding.help.as_deref().unwrap_or("");
            let told = format!("{}\n{help}", finding.message);
            assert!(
                command.data.starts_with(told.trim_end()),
                "{told}\n{}",
                command.data
            );
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn nothing_foreign_becomes_a_command() {
    let names = [
        "a\n::set-env name=PATH::b.json5",
        "a\r::add-mask::b.json5",
        "::error::b.json5",
        "a,line=1::b.json5",
        "a%0A::set-env name=x::y.json5",
        "a##[add-mask]b.json5",
        "\u{1b}[31mred\u{202e}.json5",
        " ::stop-commands::x",
    ];
    let words = [
        r"m\n::set-env name=PATH::x",
        r"m\r\n  ::add-mask::x",
        r"::error file=x::y",
        r"m%0A::add-mask::x",
        r"m\u001b[31m\u202e\u2066\u009b x",
        r"m##[set-env name=x]y",
        r"m, title=x::y",
    ];
    for name in names {
        for word in words {
            let text = format!(
                "{{ models: {{ providers: {{ \"{word}\": {{ baseUrl: \"http://localhost\", \"{word}\": 1, api: \"{word}\",\n\
                 models: [{{ id: \"{word}\" }}, {{ id: \"{word}\", name: \"{word}\", \"{word}\": 1 }}] }} }} }} }}"
            );
            let config = linted(name, &text);
            assert!(config.findings.len() > 2, "{word}");
            let report = written(std::slice::from_ref(&config), "github");
            assert!(!report.contains(['\r', '\u{1b}', '\u{202e}', '\u{2066}', '\u{9b}']));
            let lines: Vec<&str> = report.split('\n').collect();
            assert_eq!(
                lines.len(),
                config.findings.len() + 1,
                "one line a finding: {report}"
            );
            for (finding, line) in config.findings.iter().zip(lines) {
                let command = Command::parse(line);
                let keys: Vec<&str> = command
                    .properties
                    .iter()
                    .map(|(key, _)| key.as_str())
                    .collect();
                let known = ["file", "line", "col", "endLine", "endColumn", "title"];
                assert!(keys.iter().all(|key| known.contains(key)), "{line}");
                assert_eq!(command.property("title"), Some(finding.rule.id));
            }
        }
    }
}

#[test]
#[cfg(unix)]
fn a_hostile_file_name_gives_the_log_no_command() {
    let place = tempfile::tempdir().unwrap();
    let bad = "x\n::add-mask::y.json5";
    fs::write(
        place.path().join(bad),
        "{ models: { providers: { a: {} } } }",
    )
    .unwrap();
    let other = "z\n::set-env name=a::b.json5";
    fs::write(place.path().join(other), "{ a: 1 }").unwrap();
    for more in [&[][..], &["--diff"], &["-v"]] {
        let mut command = clawconf(place.path());
        command
            .args(["lint", bad, other, "n\n::debug::o", "--format", "github"])
            .args(more);
        let output = command.output().unwrap();
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            Command::parse(line);
        }
        let aside = String::from_utf8(output.stderr).unwrap();
        let starts = aside
            .lines()
            .filter(|line| line.trim_start().starts_with("::"));
        assert_eq!(starts.count(), 0, "{aside}");
    }
}
