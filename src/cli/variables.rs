//! The variables for `${NAME}`: from the environment, from files, from the command line.

use std::ffi::OsString;
use std::path::Path;

use super::args;
use super::error::Error;
use super::files;
use crate::config::Variables;

/// The variables that the command line asks for; what is said later in this order wins: the
/// environment, files in their order, single variables. No error tells a value, which may be a
/// secret.
pub(super) fn of(args: &args::Variables) -> Result<Variables, Error> {
    let mut variables: Variables = if args.env_from_process {
        let text = |(name, value): (OsString, OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        std::env::vars_os().filter_map(text).collect()
    } else {
        Variables::default()
    };
    for path in &args.env_file {
        let text = files::read_config(path)?.text;
        read_env_file(path, &text, &mut variables)?;
    }
    for (nth, pair) in args.env.iter().enumerate() {
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
