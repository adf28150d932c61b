//! A config for commands that need all of it.

use std::path::{Path, PathBuf};

use super::error::Error;
use super::files::{self, Disk};
use super::targets;
use crate::config::{Config, Options, Provider, Text, Variables};
use crate::lint::{Selection, lint};
use crate::verification::Place;

/// A config that was read whole, with what it takes to read it again.
pub(super) struct Whole {
    /// The config.
    pub config: Config,
    /// Where it stands, as it was named.
    pub path: PathBuf,
    /// The same from the root of the file system.
    pub absolute: PathBuf,
    /// What people call it.
    pub name: String,
    /// What it was read with.
    pub options: Options,
}

/// Reads a config with all that it includes.
///
/// # Errors
/// When a part of it cannot be read.
pub(super) fn whole_config(path: &Path, variables: Variables) -> Result<Whole, Error> {
    whole_text(path, files::read_config(path)?, variables)
}

/// [`whole_config`] of a text that takes the place of what stands at `path`, if anything does.
///
/// # Errors
/// When a part of it cannot be read.
pub(super) fn whole_text(path: &Path, text: Text, variables: Variables) -> Result<Whole, Error> {
    let options = Options {
        variables,
        include_roots: targets::include_roots(),
    };
    let name = path.to_string_lossy().into_owned();
    let absolute = files::absolute(path);
    let config = Config::load(&name, absolute.clone(), text, &Disk, &options);
    if config.tree().is_none() || !config.include_errors.is_empty() {
        return Err(Error::file(path, why_not_whole(&config)));
    }
    Ok(Whole {
        config,
        path: path.to_owned(),
        absolute,
        name,
        options,
    })
}

/// Why a part of a config cannot be read, as lint says it.
fn why_not_whole(config: &Config) -> String {
    let rules = ["json5-syntax", "bad-include"].map(str::to_owned);
    let selection = Selection {
        select: rules.to_vec(),
        ..Selection::default()
    };
    let first = lint(config, &selection).into_iter().next();
    let Some(first) = first else {
        return "this config cannot be read whole".to_owned();
    };
    let at = Place::within(config, &first.path, first.file, first.span);
    let (line, column) = (at.line, at.column);
    let place = match first.file {
        0 => format!("line {line}, column {column}"),
        _ => format!("{}, line {line}, column {column}", at.file),
    };
    let help = first.help.unwrap_or_default();
    format!(
        "this config cannot be read whole: {place}: {}. {help}",
        first.message
    )
}

/// The provider with this id.
///
/// # Errors
/// When there is none; the others are named.
pub(super) fn provider<'c>(
    config: &'c Config,
    path: &Path,
    id: &str,
) -> Result<Provider<'c>, Error> {
    let found = config
        .providers()
        .find(|provider| provider.id.trim() == id.trim());
    found.ok_or_else(|| {
        let ids: Vec<_> = config.providers().map(|provider| provider.id).collect();
        let known = match ids.as_slice() {
            [] => "it has none".to_owned(),
            ids => format!("it has {}", ids.join(", ")),
        };
        Error::file(path, format!("no provider is called `{id}`; {known}"))
    })
}
