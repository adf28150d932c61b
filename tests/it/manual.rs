//! Completions and the manual page: made from the commands themselves, so that they name each.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Stdio};

use crate::common::{clawconf, with_input};

fn told(arguments: &[&str]) -> String {
    let output = clawconf(".").args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Every command line of `--help`, from the help texts themselves: commands and their flags.
fn commands() -> Vec<(Vec<String>, BTreeSet<String>)> {
    let mut found = Vec::new();
    let mut open: Vec<Vec<String>> = vec![Vec::new()];
    while let Some(command) = open.pop() {
        let mut arguments: Vec<&str> = command.iter().map(String::as_str).collect();
        arguments.push("--help");
        let help = told(&arguments);
        let rows = help.lines().map(str::trim_start);
        let rows = rows.filter(|row| row.starts_with('-'));
        let flags =
            rows.filter_map(|row| row.split_whitespace().find(|word| word.starts_with("--")));
        let flags: BTreeSet<String> = flags.map(str::to_owned).collect();
        let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
        let names = listed
            .take_while(|line| line.starts_with("  "))
            .filter(|line| !line.starts_with("   "));
        for name in names.filter_map(|line| line.split_whitespace().next()) {
            if name != "help" {
                open.push([command.clone(), vec![name.to_owned()]].concat());
            }
        }
        found.push((command, flags));
    }
    found
}

#[test]
fn completions_hold_every_command_and_flag() {
    let commands = commands();
    assert!(commands.len() >= 12, "{commands:?}");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = told(&["completions", shell]);
        assert_eq!(told(&["completions", shell]), script);
        for (command, flags) in &commands {
            for word in command {
                assert!(script.contains(word.as_str()), "{shell} lacks {word}");
            }
            for flag in flags {
                let written = if shell == "fish" {
                    format!("-l {}", &flag[2..])
                } else {
                    flag.clone()
                };
                assert!(script.contains(&written), "{shell} lacks {flag}");
            }
        }
        assert!(
            script.contains("sarif"),
            "{shell} lacks the values of --format"
        );
    }
}

#[test]
fn bash_can_read_its_completions() {
    let script = told(&["completions", "bash"]);
    let output = with_input(Command::new("bash").arg("-n"), script.as_bytes());
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
}

#[test]
fn the_manual_holds_every_command_and_flag() {
    let page = told(&["man"]);
    assert_eq!(told(&["man"]), page);
    let plain = page.replace("\\-", "-");
    for (command, flags) in commands() {
        let heading = format!(".SH \"CLAWCONF {}\"\n", command.join(" ").to_uppercase());
        assert!(command.is_empty() || plain.contains(&heading), "{heading}");
        let section = match plain.split_once(&heading) {
            Some((_, section)) => section.split("\n.SH ").next().unwrap(),
            None => plain.as_str(),
        };
        for flag in flags {
            assert!(section.contains(&flag), "{heading} lacks {flag}");
        }
    }
    assert_eq!(page.matches(".SH NAME").count(), 1);
    assert!(!page.contains(env!("CARGO_MANIFEST_DIR")));
}

#[test]
fn a_page_for_each_command_is_written() {
    let place = tempfile::tempdir().unwrap();
    let mut command = clawconf(place.path());
    let output = command.args(["man", "--out", "man/man1"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let names: BTreeSet<String> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    let expected: BTreeSet<String> = commands()
        .into_iter()
        .map(|(command, _)| [vec!["clawconf".to_owned()], command].concat().join("-"))
        .map(|name| format!("man/man1/{name}.1"))
        .collect();
    assert_eq!(names, expected);
    for name in names {
        let page = fs::read_to_string(place.path().join(&name)).unwrap();
        assert!(
            page.contains(".SH NAME") && page.contains(".SH SYNOPSIS"),
            "{name}"
        );
        render(&page);
    }
}

#[test]
fn the_manual_renders_without_a_warning() {
    render(&told(&["man"]));
}

/// Renders with groff, where there is one.
fn render(page: &str) {
    let there = Command::new("groff")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !there.is_ok_and(|status| status.success()) {
        return;
    }
    let mut groff = Command::new("groff");
    let output = with_input(groff.args(["-man", "-Tutf8", "-ww"]), page.as_bytes());
    let warnings = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && warnings.is_empty(), "{warnings}");
    assert!(output.stdout.len() > 500);
}
