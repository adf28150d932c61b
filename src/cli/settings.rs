//! The settings file `clawconf.json5`: what a project has decided about its configs.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::Deserialize;

use super::error::Error;
use super::files;
use crate::contract::release::Release;
use crate::diagnostic::Severity;
use crate::lint::Selection;

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

/// The form of the file. Keys that are not known are errors.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Written {
    severity: BTreeMap<String, Level>,
    ignore: Vec<String>,
    target: Option<String>,
    files: Option<Vec<String>>,
    exclude: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Off,
    Info,
    Warning,
    Error,
}

impl Settings {
    fn read(path: &Path) -> Result<Settings, Error> {
        let text = files::read_config(path)?.text;
        let failed = |reason: &dyn std::fmt::Display| Error::file(path, reason);
        let written: Written = json5::from_str(&text).map_err(|error| failed(&error))?;
        let mut settings = Settings {
            ignore: written.ignore,
            folder: path.parent().unwrap_or(path).to_owned(),
            files: written
                .files
                .map(|globs| glob_set(&globs))
                .transpose()
                .map_err(|e| failed(&e))?,
            exclude: glob_set(&written.exclude).map_err(|error| failed(&error))?,
            ..Settings::default()
        };
        if let Some(target) = written.target {
            let target = super::args::target(&target);
            let target = target.map_err(|error| failed(&format!("target: {error}")))?;
            settings.target = Some(target);
        }
        for (name, level) in written.severity {
            let severity = match level {
                Level::Info => Severity::Info,
                Level::Warning => Severity::Warning,
                Level::Error => Severity::Error,
                Level::Off => {
                    settings.ignore.push(name);
                    continue;
                }
            };
            settings.severity.insert(name, severity);
        }
        let names = Selection {
            ignore: settings.ignore.clone(),
            severity: settings.severity.clone(),
            ..Selection::default()
        };
        match names.unknown_name() {
            Some(name) => Err(failed(&Error::no_rule(name))),
            None => Ok(settings),
        }
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

fn glob_set(globs: &[String]) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(GlobBuilder::new(glob).literal_separator(true).build()?);
    }
    set.build()
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
