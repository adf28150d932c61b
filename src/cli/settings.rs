//! The settings file `clawconf.json5`: what a project has decided about its configs.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::error::Error;
use super::files;
use crate::contract::release::Release;
use crate::diagnostic::{RuleInfo, Severity};
use crate::json5::{Entry, Kind, LineIndex, Node, Tree};
use crate::lint::rules;

/// What the file is called, beside the config or in a folder above.
const NAME: &str = "clawconf.json5";

/// What one settings file says.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// Rules that do not run.
    pub ignore: Vec<String>,
    /// Severities in place of the usual ones.
    pub severity: BTreeMap<String, Severity>,
    /// The release that will read the configs.
    pub target: Option<Release>,
    /// The folder it stands in: globs count from there.
    folder: PathBuf,
    files: Option<GlobSet>,
    exclude: GlobSet,
}

/// The keys of the file.
const KEYS: &str = "`severity`, `ignore`, `target`, `files` and `exclude`";

impl Settings {
    fn read(path: &Path) -> Result<Settings, Error> {
        let text = files::read_config(path)?.text;
        let folder = path.parent().unwrap_or(path);
        Settings::parse(&text, folder).map_err(|problem| {
            let place = LineIndex::new(&text).position(&text, problem.at);
            let reason = problem.reason;
            let reason = format!("line {}, column {}: {reason}", place.line, place.column);
            Error::file(path, reason)
        })
    }

    fn parse(text: &str, folder: &Path) -> Result<Settings, Problem> {
        let tree = Tree::parse(text.to_owned()).map_err(|rejected| Problem {
            at: rejected.error.offset,
            reason: rejected.error.to_string(),
        })?;
        let mut settings = Settings {
            folder: folder.to_owned(),
            ..Settings::default()
        };
        if tree.root().kind() != Kind::Object {
            return Err(Problem::at(
                tree.root(),
                format!("settings are an object with {KEYS}"),
            ));
        }
        let mut seen = HashSet::new();
        for Entry { key, value, .. } in tree.root().entries() {
            let name = key.identity();
            match name.as_ref() {
                "severity" => settings.read_severities(value)?,
                "ignore" => {
                    for item in texts("ignore", value)? {
                        settings.ignore.push(rule_or_group(item)?);
                    }
                }
                "target" => {
                    let wanted =
                        || Problem::at(value, "`target` is a release like `\"2026.5.18\"`");
                    let target = super::args::target(&value.text().ok_or_else(wanted)?);
                    let failed = |error| Problem::at(value, format!("`target`: {error}"));
                    settings.target = Some(target.map_err(failed)?);
                }
                "files" => settings.files = Some(glob_set("files", value)?),
                "exclude" => settings.exclude = glob_set("exclude", value)?,
                other => {
                    let reason = format!("{} is no setting; there are {KEYS}", quote(other));
                    return Err(Problem::at(key, reason));
                }
            }
            if !seen.insert(name) {
                return Err(Problem::at(key, "this setting stands here twice"));
            }
        }
        Ok(settings)
    }

    fn read_severities(&mut self, value: Node<'_>) -> Result<(), Problem> {
        let form = "`severity` is an object like `{ \"missing-key\": \"warning\" }`";
        if value.kind() != Kind::Object {
            return Err(Problem::at(value, form));
        }
        let mut off = Vec::new();
        let mut names = HashSet::new();
        for Entry { key, value, .. } in value.entries() {
            let name = rule_or_group(key)?;
            let severity = match value.text().as_deref() {
                Some("off") => None,
                Some("info") => Some(Severity::Info),
                Some("warning") => Some(Severity::Warning),
                Some("error") => Some(Severity::Error),
                _ => {
                    let reason =
                        "a severity is `\"off\"`, `\"info\"`, `\"warning\"` or `\"error\"`";
                    return Err(Problem::at(value, reason));
                }
            };
            if !names.insert(name.clone()) {
                return Err(Problem::at(key, format!("`{name}` stands here twice")));
            }
            match severity {
                Some(severity) => {
                    self.severity.insert(name, severity);
                }
                None => off.push(name),
            }
        }
        for name in off {
            // What is said of a rule wins over what is said of its group.
            let stays = |rule: &&RuleInfo| self.severity.contains_key(rule.id);
            let (on, rest): (Vec<&RuleInfo>, Vec<_>) = rules_of(&name).partition(stays);
            if on.is_empty() {
                self.ignore.push(name);
            } else {
                self.ignore
                    .extend(rest.iter().map(|rule| rule.id.to_owned()));
            }
        }
        Ok(())
    }

    /// Whether a file that was met in a folder is to be looked at.
    pub(super) fn wants(&self, file: &Path) -> bool {
        let below = file.strip_prefix(&self.folder).unwrap_or(file);
        let is_named = self
            .files
            .as_ref()
            .is_none_or(|globs| globs.is_match(below));
        is_named && !self.exclude.is_match(below)
    }
}

/// What is wrong with a settings file, and where.
struct Problem {
    at: usize,
    reason: String,
}

impl Problem {
    fn at(node: Node<'_>, reason: impl Into<String>) -> Problem {
        let at = node.span().start;
        let reason = reason.into();
        Problem { at, reason }
    }
}

/// The rule of this name, or those of the group.
fn rules_of(name: &str) -> impl Iterator<Item = &'static RuleInfo> {
    let infos = rules::ALL.iter().map(|rule| &rule.info);
    infos.filter(move |info| info.id == name || info.group == name)
}

fn rule_or_group(node: Node<'_>) -> Result<String, Problem> {
    let name = node.identity().into_owned();
    if rules_of(&name).next().is_some() {
        return Ok(name);
    }
    let name = quote(&name);
    let hint = "`clawconf explain --list` shows all";
    let reason = format!("no rule or group is called {name}; {hint}");
    Err(Problem::at(node, reason))
}

/// The items of a list of texts.
fn texts<'t>(name: &str, value: Node<'t>) -> Result<Vec<Node<'t>>, Problem> {
    let items: Vec<Node<'t>> = value.items().collect();
    let odd = match value.kind() {
        Kind::List => items.iter().find(|item| item.text().is_none()).copied(),
        _ => Some(value),
    };
    match odd {
        Some(odd) => Err(Problem::at(odd, format!("`{name}` is a list of texts"))),
        None => Ok(items),
    }
}

/// Globs as people write them: that of a folder means all that is in it.
fn glob_set(name: &str, value: Node<'_>) -> Result<GlobSet, Problem> {
    let mut set = GlobSetBuilder::new();
    for item in texts(name, value)? {
        let failed = |error: globset::Error| {
            let reason = format!("this glob cannot be read: {}", error.kind());
            Problem::at(item, reason)
        };
        let glob = item.text().unwrap_or_default();
        let glob = glob.strip_prefix("./").unwrap_or(&glob);
        let glob = glob.strip_suffix('/').unwrap_or(glob);
        for glob in [glob, &format!("{glob}/**")] {
            let glob = GlobBuilder::new(glob).literal_separator(true).build();
            set.add(glob.map_err(failed)?);
        }
    }
    set.build()
        .map_err(|error| Problem::at(value, error.kind().to_string()))
}

/// Foreign text in back-quotes, shortened.
fn quote(text: &str) -> String {
    /// Most characters that are told.
    const LONGEST: usize = 60;
    let mut shown: String = text.chars().take(LONGEST).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// Which settings hold for which file.
pub(super) struct Finder {
    /// Those that were named on the command line: they hold for all.
    named: Option<Arc<Settings>>,
    by_folder: Mutex<HashMap<PathBuf, Outcome>>,
}

/// Settings, or why they cannot be read.
type Outcome = Result<Arc<Settings>, Arc<Error>>;

impl Finder {
    pub(super) fn new(named: Option<&PathBuf>) -> Result<Finder, Error> {
        let named = named.map(|path| Settings::read(&files::absolute(path)));
        Ok(Finder {
            named: named.transpose()?.map(Arc::new),
            by_folder: Mutex::default(),
        })
    }

    /// The settings for a file, absolute: those in its folder, else in the nearest folder above.
    pub(super) fn of(&self, file: &Path) -> Outcome {
        match (&self.named, file.parent()) {
            (Some(named), _) => Ok(Arc::clone(named)),
            (None, Some(folder)) => self.of_folder(folder),
            (None, None) => Ok(Arc::default()),
        }
    }

    fn of_folder(&self, folder: &Path) -> Outcome {
        let known = || {
            self.by_folder
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(outcome) = known().get(folder) {
            return outcome.clone();
        }
        let path = folder.join(NAME);
        let is_there = fs::symlink_metadata(&path).is_ok();
        let outcome = match folder.parent() {
            _ if is_there => Settings::read(&path).map(Arc::new).map_err(Arc::new),
            Some(above) => self.of_folder(above),
            None => Ok(Arc::default()),
        };
        known().insert(folder.to_owned(), outcome.clone());
        outcome
    }
}
