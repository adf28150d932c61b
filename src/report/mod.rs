//! What users see: one output format, one file. Formats get findings and texts, nothing else.

pub mod fingerprint;
mod folder;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
pub mod junit;
pub mod sarif;
pub mod verification;

pub use folder::Folder;

use crate::diagnostic::{Finding, Severity};
use crate::json5::{LineIndex, Position, Span};

/// One linted config with its findings.
#[derive(Debug)]
pub struct Linted {
    /// The files it was read from; the first is the config itself.
    pub sources: Vec<Source>,
    /// What was found, by file and place.
    pub findings: Vec<Finding>,
}

impl Linted {
    /// What people call the config.
    #[must_use]
    pub fn name(&self) -> &str {
        self.sources.first().map_or("", |source| &source.name)
    }

    /// Shows every finding, with the file it stands in and the places there.
    pub(crate) fn each<'l>(&'l self, mut show: impl FnMut(&'l Finding, &Places<'l>)) {
        if self.findings.is_empty() {
            return;
        }
        let places: Vec<Places<'l>> = self.sources.iter().map(Places::new).collect();
        for finding in &self.findings {
            if let Some(places) = places.get(finding.file) {
                show(finding, places);
            }
        }
    }
}

/// A file that findings point into.
#[derive(Debug)]
pub struct Source {
    /// What people call it.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Places where the file holds other than the text's number of bytes: from this offset of the
    /// text on, the file is this much longer (it is shorter for negative numbers).
    pub shifts: Vec<(usize, isize)>,
    /// The text as it may be shown: everything secret masked, character for character, at least on
    /// the lines that findings and their labels begin on; other lines may be empty. Empty when
    /// nothing is to be shown.
    pub masked: String,
}

impl Source {
    /// The offset in the file's bytes of an offset in the text.
    #[must_use]
    pub fn file_offset(&self, text_offset: usize) -> usize {
        let behind = self
            .shifts
            .partition_point(|(from, _)| *from <= text_offset);
        let last = behind.checked_sub(1).and_then(|at| self.shifts.get(at));
        last.map_or(text_offset, |&(_, by)| {
            text_offset.saturating_add_signed(by)
        })
    }
}

/// Lines and columns of a file, looked up only where something is to be shown.
pub(crate) struct Places<'s> {
    source: &'s Source,
    index: LineIndex,
}

impl<'s> Places<'s> {
    pub(crate) fn new(source: &'s Source) -> Self {
        let index = LineIndex::new(&source.text);
        Places { source, index }
    }

    pub(crate) fn position(&self, offset: usize) -> Position {
        self.index.position(&self.source.text, offset)
    }

    /// The first and the last line that a span touches.
    pub(crate) fn lines(&self, span: Span) -> (usize, usize) {
        let (start, end) = (self.position(span.start), self.position(span.end));
        let ends_before = end.column == 1 && end.line > start.line;
        (start.line, end.line - usize::from(ends_before))
    }
}

/// What a terminal or a browser would act on instead of showing it, and what XML cannot hold.
fn acts(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{FFFE}' | '\u{FFFF}')
}

/// A text for a screen: what [`acts`] becomes U+FFFD. Line breaks stay.
fn visible(text: &str) -> String {
    let shown = |c| {
        if acts(c) {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    text.chars().map(shown).collect()
}

/// What a fix would do, as the command line to type.
fn offer(finding: &Finding) -> Option<String> {
    let fix = finding.fix.as_ref()?;
    let how = if fix.safe { "--fix" } else { "--fix --unsafe" };
    Some(format!("`{how}` will {}", fix.title))
}

/// Findings by severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Things that do not work.
    pub errors: usize,
    /// Things that may surprise.
    pub warnings: usize,
    /// Things worth knowing.
    pub infos: usize,
    /// How many of all of these offer a fix.
    pub fixable: usize,
    /// How many of those fixes are safe.
    pub safely_fixable: usize,
}

impl Summary {
    /// Counts the findings of all configs.
    #[must_use]
    pub fn of(linted: &[Linted]) -> Summary {
        let mut summary = Summary::default();
        for finding in linted.iter().flat_map(|config| &config.findings) {
            match finding.severity {
                Severity::Error => summary.errors += 1,
                Severity::Warning => summary.warnings += 1,
                Severity::Info => summary.infos += 1,
            }
            summary.fixable += usize::from(finding.fix.is_some());
            summary.safely_fixable += usize::from(finding.fix.as_ref().is_some_and(|fix| fix.safe));
        }
        summary
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json5::{Path, Span};
    use crate::lint::rules;

    #[test]
    fn every_severity_is_counted() {
        let of = |severity| {
            let mut finding = Finding::new(
                &rules::ALL[0].info,
                Path::default(),
                Span::at(0),
                String::new(),
            );
            finding.severity = severity;
            finding
        };
        let findings = vec![
            of(Severity::Info),
            of(Severity::Info),
            of(Severity::Warning),
            of(Severity::Error),
        ];
        let summary = Summary::of(&[Linted {
            sources: Vec::new(),
            findings,
        }]);
        assert_eq!(
            (
                summary.errors,
                summary.warnings,
                summary.infos,
                summary.fixable
            ),
            (1, 1, 2, 0)
        );
    }
}
