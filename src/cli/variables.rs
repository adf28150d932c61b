//! The variables for `${NAME}`: from the environment, from files, from the command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::args;
use super::error::Error;
use super::files;
use crate::config::Variables;

/// The variables that the command line asks for; what is said later in this order wins: the
/// environment, files in their order, single variables. No error tells a value, which may be a
/// secret.
pub(super) fn of(args: &args::Variables) -> Result<Variables, Error> {
    let variables = if args.env_from_process {
        of_process()
    } else {
        Variables::default()
    };
    with(variables, &args.env_file, &args.env)
}

/// The variables for a command that sends requests, as OpenClaw finds them: those of the environment,
/// then what the `.env` of its state folder adds; the command line wins over both.
pub(super) fn of_live(args: &args::LiveVariables) -> Result<Variables, Error> {
    let mut variables = of_process();
    let file = super::targets::state_folder().map(|folder| folder.join(".env"));
    if let Some(path) = file.filter(|path| path.is_file()) {
        let mut of_file = Variables::default();
        read_env_file(&path, &files::read_config(&path)?.text, &mut of_file)?;
        variables.add(of_file);
    }
    with(variables, &args.env_file, &args.env)
}

/// The variables of this process that are text.
fn of_process() -> Variables {
    let text = |(name, value): (OsString, OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    std::env::vars_os().filter_map(text).collect()
}

fn with(
    mut variables: Variables,
    env_files: &[PathBuf],
    pairs: &[String],
) -> Result<Variables, Error> {
    for path in env_files {
        let text = files::read_config(path)?.text;
        read_env_file(path, &text, &mut variables)?;
    }
    for (nth, pair) in pairs.iter().enumerate() {
        let (name, value) = pair.split_once('=').ok_or_else(|| {
            Error::Usage(format!(
                "--env takes NAME=VALUE, and number {} has no `=`",
                nth + 1
            ))
        })?;
        variables.set(name, value);
    }
    Ok(variables)
}

/// Reads lines `NAME=VALUE`. `export` in front, quotes around the value, a comment behind a blank and
/// `#`, and empty lines are allowed; nothing is expanded.
fn read_env_file(path: &Path, text: &str, variables: &mut Variables) -> Result<(), Error> {
    for (nth, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let pair = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = pair.split_once('=') else {
            let reason = format!("line {} has no `=`; write NAME=VALUE", nth + 1);
            return Err(Error::file(path, reason));
        };
        variables.set(name.trim(), unquoted(value.trim()));
    }
    Ok(())
}

/// A value without its quotes, or without the comment behind it.
fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote)
            && let Some((inner, _)) = inner.split_once(quote)
        {
            return inner;
        }
    }
    value
        .split_once(" #")
        .map_or(value, |(value, _)| value.trim_end())
}

#[cfg(test)]
mod tests {
    use super::unquoted;

    #[test]
    fn quotes_and_comments_go() {
        for (written, value) in [
            ("gpu", "gpu"),
            ("\"a b\" # c", "a b"),
            ("'a#b'", "a#b"),
            ("gpu # the big one", "gpu"),
            ("a#b", "a#b"),
            ("\"open", "\"open"),
            ("", ""),
        ] {
            assert_eq!(unquoted(written), value, "{written}");
        }
    }
}
