//! One config or page on its way through the command.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::document::Document;
use crate::cli::error::Error;
use crate::cli::files::{self, Overlay};
use crate::cli::settings::Settings;
use crate::cli::targets::Target;
use crate::config::{Options, SourceFile, Text};
use crate::diagnostic::Finding;
use crate::report::{Linted, Source};

/// A config or page with what was found in it.
pub(super) struct Subject {
    pub target: Target,
    /// Whether there was anything to judge.
    pub is_concerned: bool,
    /// How many configs in it could be read.
    pub readable: usize,
    pub name: String,
    pub path: PathBuf,
    pub files: Vec<(SourceFile, String)>,
    /// The texts of the files as they may be shown; none when nobody will look at them.
    pub masked: Vec<String>,
    pub settings: Arc<Settings>,
    /// Names whose addresses would say more; none unless they are looked up.
    pub wanted: BTreeSet<String>,
    pub findings: Vec<Finding>,
}

impl Subject {
    pub(super) fn is_stdin(&self) -> bool {
        self.target == Target::Stdin
    }

    /// The files it was read from, but itself.
    pub(super) fn included(&self) -> impl Iterator<Item = &PathBuf> {
        self.files.iter().skip(1).map(|(file, _)| &file.path)
    }

    /// The same document with these texts in the place of its files.
    pub(super) fn with_texts(&self, texts: &[String], options: &Options) -> Option<Document> {
        let pairs = self.files.iter().zip(texts);
        let texts_by_path = pairs.map(|((file, _), text)| (file.path.clone(), text.as_str()));
        let overlay = Overlay::of(texts_by_path);
        let main = Text {
            text: texts.first()?.clone(),
            bad_bytes: self.files.first()?.0.bad_bytes.clone(),
        };
        let path = self.path.clone();
        Some(Document::load(&self.name, path, main, &overlay, options))
    }

    /// Writes changed texts where they came from.
    pub(super) fn write(&self, changed: &[(usize, String)]) -> Result<(), Error> {
        for (file, text) in changed {
            if let Some((source, _)) = self.files.get(*file)
                && !(self.is_stdin() && *file == 0)
            {
                files::replace(&source.path, text)?;
            }
        }
        Ok(())
    }

    pub(super) fn into_linted(self) -> Linted {
        let mut masked = self.masked.into_iter();
        let sources = self.files.into_iter().map(|(file, text)| Source {
            shifts: file.shifts(),
            name: file.name,
            text,
            masked: masked.next().unwrap_or_default(),
        });
        Linted {
            sources: sources.collect(),
            findings: self.findings,
        }
    }
}
