//! `--fix` and `--diff`.

use std::collections::HashSet;
use std::io::Write;
use std::path::PathBuf;

use super::Job;
use super::document::is_page;
use super::subject::Subject;
use crate::cli::args::{Args, Format, Lint};
use crate::cli::difference::unified;
use crate::cli::error::Error;
use crate::cli::files;
use crate::cli::remark;
use crate::contract::masking;
use crate::diagnostic::Finding;
use crate::lint::{Applied, fix_files, page};

impl Job<'_> {
    /// Applies or shows the fixes of every subject; what cannot be written becomes an error, and
    /// the others are still done.
    pub(super) fn fix(
        &self,
        subjects: &mut [Subject],
        command: &Lint,
        args: &Args,
        out: &mut dyn Write,
        errors: &mut Vec<Error>,
    ) -> Result<(), Error> {
        let mut count = 0;
        let mut written: HashSet<PathBuf> = HashSet::new();
        for subject in subjects {
            let is_old = |path: &PathBuf| written.contains(&files::real(path));
            let paths = subject.files.iter().map(|(file, _)| &file.path);
            if !subject.is_stdin() && !written.is_empty() && paths.into_iter().any(is_old) {
                // An earlier fix changed a file that both are made of.
                match self.subject(&subject.target.clone()) {
                    Ok(Some(fresh)) => *subject = fresh,
                    Ok(None) => {}
                    Err(error) => errors.push(error),
                }
            }
            let applied = self.fixed(subject, command.with_unsafe);
            if command.diff {
                let shown = diff(subject, &applied);
                if args.format == Format::Human {
                    out.write_all(shown.as_bytes())?;
                } else {
                    remark(&shown);
                }
                continue;
            }
            if subject.is_stdin() {
                let text = applied
                    .changed
                    .iter()
                    .find(|(file, _)| *file == 0)
                    .map(|(_, text)| text);
                let unchanged = subject.files.first().map(|(_, text)| text);
                let text = text.or(unchanged).map_or("", String::as_str);
                out.write_all(text.as_bytes())?;
            }
            match subject.write(&applied.changed) {
                Ok(()) => {
                    count += applied.count;
                    let has_changed = !applied.changed.is_empty();
                    for (file, text) in applied.changed {
                        if let Some(slot) = subject.files.get_mut(file) {
                            slot.1 = text;
                            written.insert(files::real(&slot.0.path));
                        }
                    }
                    if has_changed {
                        self.lint_again(subject);
                    }
                }
                Err(error) => errors.push(error),
            }
        }
        if !command.diff && !args.quiet {
            let noun = if count == 1 { "fix" } else { "fixes" };
            remark(&format!("{count} {noun} applied"));
        }
        Ok(())
    }

    fn fixed(&self, subject: &Subject, with_unsafe: bool) -> Applied {
        let texts = subject.files.iter().map(|(_, text)| text.clone()).collect();
        // A file with bytes that are not UTF-8 cannot be written back as it was.
        let writable = |finding: &Finding| {
            let file = subject.files.get(finding.file);
            file.is_some_and(|(file, _)| file.bad_bytes.is_empty())
        };
        let mut findings = subject.findings.clone();
        for finding in &mut findings {
            if !writable(finding) {
                finding.fix = None;
            }
        }
        fix_files(texts, findings, with_unsafe, |texts| {
            let document = subject.with_texts(texts, self.options)?;
            let paths = subject.files.iter().map(|(file, _)| &file.path);
            let is_like = document.readable() == subject.readable && paths.eq(document.paths());
            is_like.then(|| self.findings(&document, &subject.settings))
        })
    }
}

/// A unified diff of what the fixes would change, secrets masked.
fn diff(subject: &Subject, applied: &Applied) -> String {
    let mask = if is_page(&subject.path) {
        page::masked
    } else {
        masking::masked
    };
    let mut shown = String::new();
    for (file, text) in &applied.changed {
        if let Some((source, before)) = subject.files.get(*file) {
            shown.push_str(&unified(&source.name, &mask(before), &mask(text)));
        }
    }
    shown
}
