//! What the command tells: lists for people, and one JSON document for scripts.

use std::collections::BTreeSet;
use std::io::Write;

use serde::Serialize;

use super::Mode;
use super::subject::{Planned, Subject};
use crate::cli::error::Error;
use crate::cli::printable;
use crate::contract::masking::masked_value;
use crate::json5::Value;

/// What came of all configs.
#[derive(Default)]
pub(super) struct Report {
    /// How many configs were looked at.
    pub files: usize,
    /// How many files could not be read or written.
    pub failed: usize,
    changes: Vec<Change>,
    notes: Vec<Note>,
    /// What was written, in sentences, each behind so many of the changes.
    outcomes: Vec<(usize, String)>,
    /// File and path of what was told: two configs may include one file.
    told: BTreeSet<(String, String)>,
}

/// A change as it is told. Its names are a contract: scripts rely on them.
#[derive(Serialize)]
struct Change {
    file: String,
    path: String,
    from: serde_json::Value,
    to: serde_json::Value,
    reason: &'static str,
}

#[derive(Serialize)]
struct Note {
    file: String,
    path: String,
    message: String,
}

#[derive(Serialize)]
struct Document<'r> {
    version: u32,
    files: usize,
    changed: usize,
    failed: usize,
    changes: &'r [Change],
    notes: &'r [Note],
}

impl Report {
    /// Adds what came of one config.
    pub(super) fn add(&mut self, subject: &Subject, planned: Planned, outcomes: Vec<String>) {
        let name_at = |span| subject.file(subject.file_at(span)).0.to_owned();
        for change in planned.changes {
            let path = change.path.to_string();
            if !self.told.insert((name_at(change.span), path.clone())) {
                continue;
            }
            let shown = |value: &Value| masked_value(&change.path, value);
            self.changes.push(Change {
                file: name_at(change.span),
                from: change.from.as_ref().map_or(serde_json::Value::Null, shown),
                to: shown(&change.to),
                path,
                reason: change.reason,
            });
        }
        let count = self.changes.len();
        let outcomes = outcomes.into_iter().map(|told| (count, told));
        self.outcomes.extend(outcomes);
        for note in planned.notes {
            let (file, path) = (name_at(note.span), note.path.to_string());
            let message = note.message;
            let is_new = self
                .told
                .insert((file.clone(), format!("{path}: {message}")));
            self.notes.extend(is_new.then_some(Note {
                file,
                path,
                message,
            }));
        }
    }

    pub(super) fn has_changes(&self) -> bool {
        !self.changes.is_empty()
    }

    /// How many files change.
    fn changed(&self) -> usize {
        let files: BTreeSet<&str> = self.changes.iter().map(|change| &*change.file).collect();
        files.len()
    }

    pub(super) fn write_json(&self, out: &mut dyn Write) -> Result<(), Error> {
        let document = Document {
            version: 1,
            files: self.files,
            changed: self.changed(),
            failed: self.failed,
            changes: &self.changes,
            notes: &self.notes,
        };
        serde_json::to_writer_pretty(&mut *out, &document).map_err(std::io::Error::from)?;
        Ok(writeln!(out)?)
    }

    /// The changes, each file under its name, then the notes.
    pub(super) fn write_list(&self, out: &mut dyn Write) -> Result<(), Error> {
        let mut last = "";
        let mut outcomes = self.outcomes.iter().peekable();
        for (nth, change) in self.changes.iter().enumerate() {
            if change.file != last {
                writeln!(out, "{}", printable(&change.file))?;
                last = &change.file;
            }
            let from = match &change.from {
                serde_json::Value::Null => "absent".to_owned(),
                from => from.to_string(),
            };
            let line = format!(
                "{}: {from} -> {} ({})",
                change.path, change.to, change.reason
            );
            writeln!(out, "  {}", printable(&line))?;
            while let Some((_, told)) = outcomes.next_if(|(count, _)| *count == nth + 1) {
                writeln!(out, "{told}")?;
            }
        }
        self.write_notes(out)
    }

    pub(super) fn write_notes(&self, out: &mut dyn Write) -> Result<(), Error> {
        for note in &self.notes {
            let line = format!("note: {}: {}: {}", note.file, note.path, note.message);
            writeln!(out, "{}", printable(&line))?;
        }
        Ok(())
    }

    /// One line on all of it.
    pub(super) fn summary(&self, mode: Mode) -> String {
        let counted = |count: usize, noun: &str| match count {
            1 => format!("1 {noun}"),
            _ => format!("{count} {noun}s"),
        };
        let files = counted(self.files, "file");
        let mut summary = if self.changes.is_empty() && self.failed > 0 {
            format!("{files}: nothing was changed")
        } else if self.changes.is_empty() {
            format!("{files}: nothing to change")
        } else {
            format!("{files}: {}", counted(self.changes.len(), "change"))
        };
        if !self.notes.is_empty() {
            summary.push_str(&format!(", {}", counted(self.notes.len(), "note")));
        }
        if self.failed > 0 {
            summary.push_str(&format!(", {} left", counted(self.failed, "file")));
        }
        if matches!(mode, Mode::Diff | Mode::Check) && self.has_changes() {
            summary.push_str("; `--write` makes them");
        }
        summary
    }
}
