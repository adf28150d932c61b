//! Which files a command is about.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;

use super::error::Error;

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

/// The endings of files that may be configs.
const ENDINGS: [&str; 3] = ["json", "json5", "jsonc"];

/// The files behind the paths of a command line, in order, and what could not be looked at.
pub(super) fn expand(paths: &[PathBuf]) -> (Vec<Target>, Vec<Error>) {
    let mut targets = Vec::new();
    let mut errors = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            targets.push(Target::Stdin);
        } else if path.is_dir() {
            let before = targets.len();
            walk(path, None, &mut targets, &mut errors);
            if targets.len() == before && errors.is_empty() {
                errors.push(Error::file(
                    path,
                    "no .json, .json5 or .jsonc file in this folder",
                ));
            }
        } else if let Some(glob) = path
            .to_str()
            .filter(|text| !path.exists() && text.contains(['*', '?', '[', '{']))
        {
            expand_glob(glob, &mut targets, &mut errors);
        } else {
            targets.push(Target::Named(path.clone()));
        }
    }
    (targets, errors)
}

fn expand_glob(pattern: &str, targets: &mut Vec<Target>, errors: &mut Vec<Error>) {
    let glob = match GlobBuilder::new(pattern).literal_separator(true).build() {
        Ok(glob) => glob.compile_matcher(),
        Err(error) => return errors.push(Error::file(pattern, error.kind())),
    };
    let literal = pattern.split(['*', '?', '[', '{']).next().unwrap_or("");
    let folder = literal.rsplit_once('/').map_or(
        ".",
        |(folder, _)| if folder.is_empty() { "/" } else { folder },
    );
    let before = targets.len();
    walk(Path::new(folder), Some(&glob), targets, errors);
    if targets.len() == before {
        errors.push(Error::file(pattern, "no file matches"));
    }
}

/// Adds the files below `folder`, sorted; what `.gitignore` names and `.git` itself are left out.
/// Files that a glob matches count as named.
fn walk(
    folder: &Path,
    glob: Option<&GlobMatcher>,
    targets: &mut Vec<Target>,
    errors: &mut Vec<Error>,
) {
    let mut walker = WalkBuilder::new(folder);
    walker.hidden(false).sort_by_file_path(Path::cmp);
    walker.filter_entry(|entry| entry.file_name() != ".git");
    for entry in walker.build() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                errors.push(Error::Usage(error.to_string()));
                continue;
            }
        };
        if !entry.path().is_file() {
            continue;
        }
        let path = entry.into_path();
        let plain = path.strip_prefix("./").unwrap_or(&path);
        match glob {
            Some(glob) if glob.is_match(plain) || glob.is_match(&path) => {
                targets.push(Target::Named(plain.to_owned()));
            }
            None if path
                .extension()
                .is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known)) =>
            {
                targets.push(Target::Met(path));
            }
            _ => {}
        }
    }
}

/// The config to use when none is named: `$OPENCLAW_CONFIG_PATH`, else `openclaw.json` in
/// `$OPENCLAW_STATE_DIR`, else in `~/.openclaw`.
pub(super) fn default_config() -> Option<PathBuf> {
    let set = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    set("OPENCLAW_CONFIG_PATH")
        .or_else(|| Some(set("OPENCLAW_STATE_DIR")?.join("openclaw.json")))
        .or_else(|| {
            Some(
                std::env::home_dir()?
                    .join(".openclaw")
                    .join("openclaw.json"),
            )
        })
}

/// The folders of `$OPENCLAW_INCLUDE_ROOTS`: absolute ones, or such below `~`.
pub(super) fn include_roots() -> Vec<PathBuf> {
    let Some(list) = std::env::var_os("OPENCLAW_INCLUDE_ROOTS") else {
        return Vec::new();
    };
    let home = std::env::home_dir().unwrap_or_default();
    std::env::split_paths(&list)
        .map(|root| match root.strip_prefix("~") {
            Ok(below) => home.join(below),
            Err(_) => root,
        })
        .filter(|root| root.is_absolute())
        .collect()
}
