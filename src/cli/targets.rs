//! Which files a command is about.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use ignore::WalkBuilder;

use super::error::{Error, in_words};
use super::files;

/// One thing to lint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// Standard input.
    Stdin,
    /// A file that was named.
    Named(PathBuf),
    /// A file that was met in a folder: it counts only when it is a config.
    Met(PathBuf),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Stdin => f.write_str("<stdin>"),
            Target::Named(path) | Target::Met(path) => path.display().fmt(f),
        }
    }
}

/// The endings of files that may be configs.
const ENDINGS: [&str; 5] = ["json", "json5", "jsonc", "md", "markdown"];

/// The files behind the paths of a command line, each once and in order, and what could not be
/// looked at.
pub(super) fn expand(paths: &[PathBuf]) -> (Vec<Target>, Vec<Error>) {
    let mut targets = Vec::new();
    let mut errors = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            targets.push(Target::Stdin);
        } else if path.is_dir() {
            let before = targets.len();
            walk_folder(path, &mut targets, &mut errors);
            if targets.len() == before && errors.is_empty() {
                let reason = "no .json, .json5, .jsonc or .md file in this folder (what .gitignore names is left out)";
                errors.push(Error::file(path, reason));
            }
        } else if let Some(pattern) = path
            .to_str()
            .filter(|text| !path.exists() && text.contains(WILDCARDS))
        {
            let before = targets.len();
            walk_glob(pattern, &mut targets, &mut errors);
            if targets.len() == before && errors.is_empty() {
                errors.push(Error::file(pattern, "no file matches"));
            }
        } else {
            targets.push(Target::Named(path.clone()));
        }
    }
    if paths.len() > 1 {
        keep_first(&mut targets);
    }
    (targets, errors)
}

/// Leaves out what was named or met before, be it by another way to its folder. A link to a file is
/// a file of its own: what it includes stands beside the link.
fn keep_first(targets: &mut Vec<Target>) {
    let mut folders: HashMap<PathBuf, PathBuf> = HashMap::new();
    let mut seen = HashSet::new();
    targets.retain(|target| match target {
        Target::Stdin => seen.insert(PathBuf::from("-")),
        Target::Named(path) | Target::Met(path) => {
            let path = files::absolute(path);
            let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
                return seen.insert(path);
            };
            let real = folders
                .entry(folder.to_owned())
                .or_insert_with(|| files::real(folder));
            seen.insert(real.join(name))
        }
    });
}

/// Characters that make a path a glob.
const WILDCARDS: [char; 4] = ['*', '?', '[', '{'];

/// Adds the files below `folder` that may be configs, but what `.gitignore` names and `.git`.
fn walk_folder(folder: &Path, targets: &mut Vec<Target>, errors: &mut Vec<Error>) {
    let mut walker = WalkBuilder::new(folder);
    walker.filter_entry(|entry| entry.file_name() != ".git");
    let may_be_config = |path: &Path| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        ending.is_some_and(|ending| {
            ENDINGS
                .iter()
                .any(|known| ending.eq_ignore_ascii_case(known))
        })
    };
    let found = walk(&mut walker, may_be_config, errors);
    targets.extend(found.into_iter().map(Target::Met));
}

/// Adds the files that match; they count as named.
fn walk_glob(pattern: &str, targets: &mut Vec<Target>, errors: &mut Vec<Error>) {
    let glob = match GlobBuilder::new(pattern).literal_separator(true).build() {
        Ok(glob) => glob.compile_matcher(),
        Err(error) => return errors.push(Error::file(pattern, error.kind())),
    };
    let literal = pattern.split(WILDCARDS).next().unwrap_or("");
    let (folder, rest) = match literal.rsplit_once('/') {
        Some(("", _)) => ("/", pattern.get(1..)),
        Some((folder, _)) => (folder, pattern.get(folder.len() + 1..)),
        None => (".", Some(pattern)),
    };
    let mut walker = WalkBuilder::new(folder);
    walker.standard_filters(false);
    if !pattern.contains("**") {
        walker.max_depth(rest.map(|rest| rest.split('/').count()));
    }
    let plain = |path: &Path| path.strip_prefix("./").unwrap_or(path).to_owned();
    let found = walk(
        &mut walker,
        |path| glob.is_match(plain(path)) || glob.is_match(path),
        errors,
    );
    targets.extend(found.into_iter().map(|path| Target::Named(plain(&path))));
}

/// The wanted regular files that a walker meets, sorted. What cannot be looked at is an error, so
/// that it never seems clean.
fn walk(
    walker: &mut WalkBuilder,
    wanted: impl Fn(&Path) -> bool,
    errors: &mut Vec<Error>,
) -> Vec<PathBuf> {
    let mut found = Vec::new();
    walker.hidden(false).sort_by_file_path(Path::cmp);
    for entry in walker.build() {
        let path = match entry {
            Ok(entry) => entry.into_path(),
            Err(error) => {
                errors.push(walk_error(error));
                continue;
            }
        };
        if !wanted(&path) {
            continue;
        }
        match std::fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() => found.push(path),
            Ok(_) => {}
            Err(error) => errors.push(Error::file(path, in_words(&error))),
        }
    }
    found
}

/// What hinders a walk, as it is told of files.
fn walk_error(error: ignore::Error) -> Error {
    match error {
        ignore::Error::WithDepth { err, .. } => walk_error(*err),
        ignore::Error::WithPath { path, err } => match err.io_error() {
            Some(error) => Error::file(path, in_words(error)),
            None => Error::file(path, err),
        },
        other => Error::Usage(other.to_string()),
    }
}

/// The config to use when none is named: `$OPENCLAW_CONFIG_PATH`, else `openclaw.json` in the state
/// folder.
fn default_config() -> Option<PathBuf> {
    let named = variable("OPENCLAW_CONFIG_PATH").map(|path| user_path(&path));
    named.or_else(|| Some(state_folder()?.join("openclaw.json")))
}

/// The folder where OpenClaw keeps what it saves: `$OPENCLAW_STATE_DIR`, else `~/.openclaw`.
pub(super) fn state_folder() -> Option<PathBuf> {
    let named = variable("OPENCLAW_STATE_DIR").map(|path| user_path(&path));
    named.or_else(|| Some(home()?.join(".openclaw")))
}

/// The config that was named, else the one OpenClaw would use. `hint` says what to do without one.
pub(super) fn own_config(named: Option<&PathBuf>, hint: &str) -> Result<PathBuf, Error> {
    match named.cloned().or_else(default_config) {
        Some(path) if path.exists() => Ok(path),
        Some(path) => Err(Error::file(path, format!("there is no config; {hint}"))),
        None => Err(Error::Usage(hint.to_owned())),
    }
}

/// The config that was named, else the one OpenClaw would use, whether it is there or not.
#[cfg(feature = "net")]
pub(super) fn intended_config(named: Option<&PathBuf>) -> Option<PathBuf> {
    named.cloned().or_else(default_config)
}

/// The config that was named, else the one OpenClaw would use if it is there.
#[cfg(feature = "net")]
pub(super) fn config_if_any(named: Option<&PathBuf>) -> Option<PathBuf> {
    named
        .cloned()
        .or_else(|| default_config().filter(|path| path.exists()))
}

/// Whether a config is the one OpenClaw would use.
#[cfg(feature = "net")]
pub(super) fn is_own_config(path: &Path) -> bool {
    let real = |path: &Path| files::real(&files::absolute(path));
    default_config().is_some_and(|own| real(&own) == real(path))
}

/// The folders of `$OPENCLAW_INCLUDE_ROOTS`.
pub(super) fn include_roots() -> Vec<PathBuf> {
    let list = variable("OPENCLAW_INCLUDE_ROOTS").unwrap_or_default();
    std::env::split_paths(&list)
        .filter_map(|root| Some(root.to_str()?.trim().to_owned()))
        .filter(|root| !root.is_empty())
        .map(|root| files::absolute(&user_path(&root)))
        .collect()
}

/// A variable of this process, without blanks around it; none when nothing is left.
fn variable(name: &str) -> Option<String> {
    let value = std::env::var(name).ok()?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// The home folder as OpenClaw finds it: `$OPENCLAW_HOME`, `$HOME`, `$USERPROFILE`, the system's.
fn home() -> Option<PathBuf> {
    let set = |name| variable(name).filter(|value| value != "undefined" && value != "null");
    let system = || {
        set("HOME")
            .or_else(|| set("USERPROFILE"))
            .map(PathBuf::from)
            .or_else(std::env::home_dir)
    };
    match set("OPENCLAW_HOME") {
        Some(own) => match own.strip_prefix('~') {
            Some(below) => Some(system()?.join(below.trim_start_matches('/'))),
            None => Some(PathBuf::from(own)),
        },
        None => system(),
    }
}

/// A path as people write it: `~` is the home folder.
fn user_path(path: &str) -> PathBuf {
    let below = path
        .strip_prefix('~')
        .filter(|below| below.is_empty() || below.starts_with('/'));
    match below.zip(home()) {
        Some((below, home)) => home.join(below.trim_start_matches('/')),
        None => PathBuf::from(path),
    }
}
