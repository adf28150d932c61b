//! From a file to one tree: includes merged, variables put in, every value still knowing the file
//! and the bytes it came from.
//!
//! The steps and their order are those of OpenClaw 2026.5.18: read as UTF-8 with replacement
//! characters, parse as JSON5, resolve `$include`, take the `env` block, substitute `${NAME}`.
//! Nothing here opens a file; [`Files`] does, and lives at the edge.

mod env;
mod include;
mod merge;
mod provider;
mod source;

pub use env::{Notation, Variables, template_names};
pub use include::{
    Files, IncludeError, IncludeProblem, MAX_INCLUDE_BYTES, MAX_INCLUDE_DEPTH, MAX_INCLUDED_BYTES,
    MAX_INCLUDES, ReadError,
};
pub use provider::{DEFAULT_API, Model, OPENAI_APIS, Provider, UrlField};
pub use source::{SourceFile, Text, looks_like_utf_16};

use std::path::PathBuf;

use crate::json5::{Span, SyntaxError, Tree};

/// What a config is to be loaded with.
#[derive(Debug, Default)]
pub struct Options {
    /// Variables that are known; those of the config's own `env` block are added.
    pub variables: Variables,
    /// Folders outside the config's own that includes may use (`OPENCLAW_INCLUDE_ROOTS`), absolute.
    pub include_roots: Vec<PathBuf>,
}

/// A config as far as it could be read.
#[derive(Debug)]
pub struct Config {
    /// The files that were read; the first is the config itself.
    pub files: Vec<SourceFile>,
    /// Include directives that failed; their content is missing in the tree.
    pub include_errors: Vec<IncludeError>,
    /// Names in `${NAME}` that no variable was found for, with the string they stand in.
    pub missing: Vec<(String, u32)>,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Tree(Tree),
    Unreadable { text: String, error: SyntaxError },
}

impl Config {
    /// Loads a config. `path` is where it stands, absolute, as far as includes are concerned;
    /// `name` is what people call it.
    #[must_use]
    pub fn load(
        name: &str,
        path: PathBuf,
        text: Text,
        files: &dyn Files,
        options: &Options,
    ) -> Config {
        let main = SourceFile::alone(name, path, &text);
        let tree = match Tree::parse(text.text) {
            Ok(tree) => tree,
            Err(rejected) => {
                let rejected = *rejected;
                let content = Content::Unreadable {
                    text: rejected.text,
                    error: rejected.error,
                };
                return Config {
                    files: vec![main],
                    include_errors: Vec::new(),
                    missing: Vec::new(),
                    content,
                };
            }
        };
        let included = include::resolve(tree, main, files, &options.include_roots);
        let mut tree = included.tree;
        let missing = env::substitute(&mut tree, &options.variables);
        Config {
            files: included.files,
            include_errors: included.errors,
            missing,
            content: Content::Tree(tree),
        }
    }

    /// The tree after includes and variables; `None` when the text is not JSON5.
    #[must_use]
    pub fn tree(&self) -> Option<&Tree> {
        match &self.content {
            Content::Tree(tree) => Some(tree),
            Content::Unreadable { .. } => None,
        }
    }

    /// Why the text is not JSON5.
    #[must_use]
    pub fn syntax_error(&self) -> Option<&SyntaxError> {
        match &self.content {
            Content::Tree(_) => None,
            Content::Unreadable { error, .. } => Some(error),
        }
    }

    /// The text of one of the files that were read.
    #[must_use]
    pub fn text(&self, file: usize) -> &str {
        let all = match &self.content {
            Content::Tree(tree) => tree.text(),
            Content::Unreadable { text, .. } => text,
        };
        self.files
            .get(file)
            .map_or("", |source| source.range.of(all))
    }

    /// The file that a span of the tree lies in, and the span inside it.
    #[must_use]
    pub fn locate(&self, span: Span) -> (usize, Span) {
        let file = self
            .files
            .partition_point(|source| source.range.start <= span.start)
            .saturating_sub(1);
        let base = self.files.get(file).map_or(0, |source| source.range.start);
        (
            file,
            Span::new(span.start - base, span.end.saturating_sub(base)),
        )
    }

    /// The texts that were read, one for each of [`Config::files`].
    #[must_use]
    pub fn into_texts(self) -> Vec<(SourceFile, String)> {
        let all = match self.content {
            Content::Tree(tree) => tree.into_text(),
            Content::Unreadable { text, .. } => text,
        };
        match <[SourceFile; 1]>::try_from(self.files) {
            Ok([only]) => vec![(only, all)],
            Err(files) => files
                .into_iter()
                .map(|file| {
                    let text = file.range.of(&all).to_owned();
                    (file, text)
                })
                .collect(),
        }
    }
}
