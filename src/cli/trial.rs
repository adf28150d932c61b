//! Tries changes of a config out before anything is written: the new texts must read back with the
//! values that were asked for, and OpenClaw must not refuse more of them than before.

use std::path::Path;

use super::error::Error;
use super::files::Overlay;
use super::loading::Whole;
use crate::config::{Config, Options, Text};
use crate::json5::{Edit, Editor, Span, apply};
use crate::lint::{Selection, lint};

/// A config that is to be changed.
pub(super) struct Trial<'t> {
    config: &'t Config,
    name: &'t str,
    path: &'t Path,
    options: &'t Options,
    /// How much of it OpenClaw refuses as it is.
    before: usize,
}

impl<'t> Trial<'t> {
    /// A config that was read whole, as `name` from `path`, which is absolute, with `options`.
    pub(super) fn new(
        config: &'t Config,
        name: &'t str,
        path: &'t Path,
        options: &'t Options,
    ) -> Trial<'t> {
        Trial {
            before: refusals(config),
            config,
            name,
            path,
            options,
        }
    }

    /// A config that was read whole.
    pub(super) fn of(whole: &'t Whole) -> Trial<'t> {
        Trial::new(&whole.config, &whole.name, &whole.absolute, &whole.options)
    }

    /// Collects changes of it; none when it could not be read.
    pub(super) fn editor(&self) -> Option<Editor<'t>> {
        self.config.tree().map(Editor::new)
    }

    /// The new texts, by file, of those that change; none when they would not hold what was asked
    /// for, or more would be refused.
    pub(super) fn texts(&self, editor: &Editor<'_>) -> Option<Vec<(usize, String)>> {
        let (texts, after) = self.outcome(editor)?;
        (after <= self.before).then_some(texts)
    }

    /// The new texts, by file, of those that change, for a config that OpenClaw takes then.
    ///
    /// # Errors
    /// When they would not hold what was asked for, or anything of it would be refused.
    #[cfg(feature = "net")]
    pub(super) fn accepted(&self, editor: &Editor<'_>) -> Result<Vec<(usize, String)>, Error> {
        let (texts, refusals) = self.outcome(editor).ok_or_else(|| self.no_room())?;
        if refusals == 0 {
            return Ok(texts);
        }
        let reason =
            "OpenClaw would refuse the config; nothing was written, and `clawconf lint` says why";
        Err(Error::file(self.name, reason))
    }

    /// The error for changes that cannot be made in place.
    pub(super) fn no_room(&self) -> Error {
        let reason = "the changes do not fit into this file without harm; nothing was written";
        Error::file(self.name, reason)
    }

    /// The new texts, by file, of those that change, and how much of the config OpenClaw refuses then;
    /// none when they would not hold what was asked for.
    fn outcome(&self, editor: &Editor<'_>) -> Option<(Vec<(usize, String)>, usize)> {
        let changed = self.edited(editor.edits())?;
        let files = self.config.files.iter().enumerate();
        let with_new = files.map(|(file, source)| {
            let new = changed.iter().find(|(of, _)| *of == file);
            let text = new.map_or(self.config.text(file), |(_, text)| text);
            (source.path.clone(), text)
        });
        let overlay = Overlay::of(with_new);
        let main = self.config.files.first()?;
        let new = changed.iter().find(|(file, _)| *file == 0);
        let text = Text {
            text: new.map_or(self.config.text(0), |(_, text)| text).to_owned(),
            bad_bytes: main.bad_bytes.clone(),
        };
        let path = self.path.to_owned();
        let again = Config::load(self.name, path, text, &overlay, self.options);
        let root = again.tree()?.root();
        let is_as_meant =
            again.include_errors.is_empty() && root.to_value().same(&editor.intended_root());
        is_as_meant.then(|| (changed, refusals(&again)))
    }

    /// The texts of the files that these edits change.
    fn edited(&self, edits: Vec<Edit>) -> Option<Vec<(usize, String)>> {
        let config = self.config;
        let mut by_file: Vec<Vec<Edit>> = vec![Vec::new(); config.files.len()];
        for edit in edits {
            let (file, span) = config.locate(edit.span);
            if config.locate(Span::at(edit.span.end)).0 != file {
                return None;
            }
            by_file.get_mut(file)?.push(Edit::replace(span, edit.text));
        }
        let mut changed = Vec::new();
        for (file, mut edits) in by_file.into_iter().enumerate() {
            // What is included twice is changed once.
            edits.sort();
            edits.dedup();
            let text = apply(config.text(file), &edits).ok()?;
            if text != config.text(file) {
                changed.push((file, text));
            }
        }
        Some(changed)
    }
}

/// How much of a config OpenClaw refuses.
fn refusals(config: &Config) -> usize {
    let selection = Selection {
        select: vec!["contract".to_owned()],
        ..Selection::default()
    };
    lint(config, &selection).len()
}
