//! What is linted: a config, or a page that quotes configs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::config::{Config, Files, Options, SourceFile, Text};
use crate::contract::masking;
use crate::diagnostic::Finding;
use crate::lint::page::{self, Page};
use crate::lint::{Facts, Selection, is_config, lint_knowing, wanted_names};
use crate::report::human;

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
pub(in crate::cli) fn is_page(path: &Path) -> bool {
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

    /// Its texts as they may be shown, at least on the lines of these findings; the texts themselves
    /// are in the order of [`Document::into_texts`].
    pub(super) fn masked(&self, findings: &[Finding]) -> Vec<String> {
        let shown = human::shown(findings);
        let places = |file: usize| -> Vec<usize> {
            let of_file = shown.iter().filter(|finding| finding.file == file);
            let spans = of_file.flat_map(|finding| {
                let labels = finding.labels.iter().map(|label| label.span);
                labels.chain([finding.span])
            });
            spans.map(|span| span.start).collect()
        };
        match self {
            Document::Page { .. } if findings.is_empty() => vec![String::new()],
            Document::Page { text, .. } => vec![page::masked(text)],
            Document::Config(config) => {
                let is_alone = config.files.len() == 1;
                let whole = config.tree().filter(|_| is_alone);
                let files = 0..config.files.len();
                let masked = files.map(|file| match (places(file).as_slice(), whole) {
                    ([], _) => String::new(),
                    (places, Some(tree)) => masking::masked_in(tree, places),
                    (places, None) => masking::masked_near(config.text(file), places),
                });
                masked.collect()
            }
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
