//! What is linted: a config, or a page that quotes configs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::config::{Config, Files, Options, SourceFile, Text};
use crate::diagnostic::Finding;
use crate::lint::page::Page;
use crate::lint::{Facts, Selection, is_config, lint_knowing, wanted_names};

/// A file as far as it could be read.
pub(super) enum Document {
    /// A config with what it includes.
    Config(Box<Config>),
    /// A Markdown page.
    Page {
        page: Page,
        source: SourceFile,
        text: String,
    },
}

/// The endings of Markdown pages.
const PAGES: [&str; 2] = ["md", "markdown"];

/// Whether a file is a Markdown page, by its name.
pub(super) fn is_page(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| PAGES.iter().any(|page| ending.eq_ignore_ascii_case(page)))
}

impl Document {
    pub(super) fn load(
        name: &str,
        path: PathBuf,
        text: Text,
        files: &dyn Files,
        options: &Options,
    ) -> Document {
        if !is_page(&path) {
            let config = Config::load(name, path, text, files, options);
            return Document::Config(Box::new(config));
        }
        Document::Page {
            page: Page::read(name, &path, &text.text, options),
            source: SourceFile::alone(name, path, &text),
            text: text.text,
        }
    }

    /// Whether there is anything in it for lint.
    pub(super) fn is_concerned(&self) -> bool {
        match self {
            Document::Config(config) => is_config(config),
            Document::Page { page, .. } => !page.is_empty(),
        }
    }

    pub(super) fn lint(&self, selection: &Selection, facts: &Facts) -> Vec<Finding> {
        match self {
            Document::Config(config) => lint_knowing(config, selection, facts),
            Document::Page { page, .. } => page.lint(selection, facts),
        }
    }

    /// The host names whose addresses would say more.
    pub(super) fn wanted_names(&self) -> BTreeSet<String> {
        match self {
            Document::Config(config) => wanted_names(config),
            Document::Page { page, .. } => page.wanted_names().collect(),
        }
    }

    /// How many configs in it can be read to their ends.
    pub(super) fn readable(&self) -> usize {
        match self {
            Document::Config(config) => usize::from(config.tree().is_some()),
            Document::Page { page, .. } => page.readable(),
        }
    }

    /// The files it was read from, itself first.
    pub(super) fn paths(&self) -> Vec<&PathBuf> {
        match self {
            Document::Config(config) => config.files.iter().map(|file| &file.path).collect(),
            Document::Page { source, .. } => vec![&source.path],
        }
    }

    /// The texts that were read, the document itself first.
    pub(super) fn into_texts(self) -> Vec<(SourceFile, String)> {
        match self {
            Document::Config(config) => config.into_texts(),
            Document::Page { source, text, .. } => vec![(source, text)],
        }
    }
}
