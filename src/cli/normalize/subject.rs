//! One config on its way through the command.

use std::path::{Path, PathBuf};

use super::is_page;
use crate::cli::error::Error;
use crate::cli::files::{self, Disk};
use crate::cli::targets::Target;
use crate::cli::trial::Trial;
use crate::config::{Config, Options};
use crate::json5::{LineIndex, Span};
use crate::lint::is_config;
use crate::lmstudio::{Change, Note, Part, normal_form};

/// A config that could be read whole.
pub(super) struct Subject {
    pub target: Target,
    pub name: String,
    pub path: PathBuf,
    config: Config,
}

/// What is to be done about a config.
#[derive(Default)]
pub(super) struct Planned {
    /// The new texts, by file, of those that change.
    pub texts: Vec<(usize, String)>,
    /// The changes in them, by file and place.
    pub changes: Vec<Change>,
    /// What is told, by file and place.
    pub notes: Vec<Note>,
}

/// So many parts are tried one by one when they do not go in together.
const MOST_ATTEMPTS: usize = 200;

impl Subject {
    /// Reads a target; nothing for a file in a folder that is no config.
    pub(super) fn load(target: &Target, options: &Options) -> Result<Option<Subject>, Error> {
        let (text, path) = match target {
            Target::Stdin => (files::read_stdin()?, PathBuf::from("stdin")),
            Target::Met(path) if is_page(path) => return Ok(None),
            Target::Named(path) if is_page(path) => {
                let reason =
                    "this is a Markdown page; `clawconf lint --fix` mends the configs in it";
                return Err(Error::file(path, reason));
            }
            Target::Named(path) | Target::Met(path) => (files::read_config(path)?, path.clone()),
        };
        let (name, path) = (target.to_string(), files::absolute(&path));
        let config = Config::load(&name, path.clone(), text, &Disk, options);
        if matches!(target, Target::Met(_)) && !is_config(&config) {
            return Ok(None);
        }
        let refused = |offset: usize, reason: &str| {
            let (file, span) = config.locate(Span::at(offset));
            let text = config.text(file);
            let place = LineIndex::new(text).position(text, span.start);
            let name = config.files.get(file).map_or(&name, |source| &source.name);
            let place = format!("{name}:{}:{}", place.line, place.column);
            Err(Error::file(place, reason))
        };
        if let Some(error) = config.syntax_error() {
            return refused(error.offset, &error.to_string());
        }
        if let Some(error) = config.include_errors.first() {
            let reason = "this include failed; `clawconf lint` says why";
            return refused(error.span.start, reason);
        }
        let target = target.clone();
        Ok(Some(Subject {
            target,
            name,
            path,
            config,
        }))
    }

    /// The files it was read from.
    pub(super) fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.config.files.iter().map(|file| &file.path)
    }

    /// The files it was read from, but itself.
    pub(super) fn included(&self) -> impl Iterator<Item = &PathBuf> {
        self.paths().skip(1)
    }

    /// What one of its files is called, and its text.
    pub(super) fn file(&self, file: usize) -> (&str, &str) {
        let source = self.config.files.get(file);
        let name = source.map_or("", |source| source.name.as_str());
        (name, self.config.text(file))
    }

    pub(super) fn path_of(&self, file: usize) -> &Path {
        let source = self.config.files.get(file);
        source.map_or(&self.path, |source| &source.path)
    }

    /// Whether a file of it cannot be written as it was read.
    pub(super) fn has_bad_bytes(&self, file: usize) -> bool {
        let source = self.config.files.get(file);
        source.is_some_and(|source| !source.bad_bytes.is_empty())
    }

    /// The file in which a place lies.
    pub(super) fn file_at(&self, span: Span) -> usize {
        self.config.locate(span).0
    }

    pub(super) fn has_providers(&self) -> bool {
        self.config.saved_providers().next().is_some()
    }

    /// What brings it to today's form.
    pub(super) fn planned(&self, options: &Options) -> Planned {
        let mut planned = Planned::default();
        let mut parts = Vec::new();
        for provider in self.config.saved_providers() {
            let form = normal_form(&provider);
            parts.extend(form.parts);
            planned.notes.extend(form.notes);
        }
        let (parts, foreign): (Vec<_>, Vec<_>) =
            parts.iter().partition(|part| !self.is_foreign(part));
        let foreign = foreign.into_iter();
        let reason = "the file holds bytes that are not UTF-8; left as it is";
        planned
            .notes
            .extend(foreign.filter_map(|part| left_out(part, reason)));
        let trial = Trial::new(&self.config, &self.name, &self.path, options);
        let kept = fitting(&trial, &parts, &mut planned.notes);
        planned.texts = texts(&trial, &kept).unwrap_or_default();
        let changes = kept.iter().flat_map(|part| part.changes.iter().cloned());
        planned.changes = changes.collect();
        planned.changes.sort_by_key(|change| change.span);
        planned.notes.sort_by_key(|note| note.span);
        planned
    }

    fn is_foreign(&self, part: &Part<'_>) -> bool {
        let mut places = part.changes.iter().map(|change| self.file_at(change.span));
        places.any(|file| self.has_bad_bytes(file))
    }
}

/// The note in the place of a change that is not made.
fn left_out(part: &Part<'_>, reason: &str) -> Option<Note> {
    part.changes.first().map(|change| Note {
        path: change.path.clone(),
        span: change.span,
        message: reason.to_owned(),
    })
}

/// Those parts that go in together; of the others a note is left.
fn fitting<'p, 'c>(
    trial: &Trial<'_>,
    parts: &[&'p Part<'c>],
    notes: &mut Vec<Note>,
) -> Vec<&'p Part<'c>> {
    if parts.is_empty() || texts(trial, parts).is_some() {
        return parts.to_vec();
    }
    let mut kept: Vec<&Part<'_>> = Vec::new();
    for (nth, part) in parts.iter().enumerate() {
        kept.push(part);
        if nth >= MOST_ATTEMPTS || texts(trial, &kept).is_none() {
            kept.pop();
            let reason = "the file would not keep its meaning otherwise, or OpenClaw would refuse it; left as it is";
            notes.extend(left_out(part, reason));
        }
    }
    kept
}

/// The new texts with these parts changed, if that can be done.
fn texts(trial: &Trial<'_>, parts: &[&Part<'_>]) -> Option<Vec<(usize, String)>> {
    let mut editor = trial.editor()?;
    for part in parts {
        part.write(&mut editor);
    }
    trial.texts(&editor)
}
