//! `clawconf normalize`

mod report;
mod subject;

use std::collections::HashSet;
use std::io::Write;
use std::path::PathBuf;

use super::args::{Args, Form, Normalize};
use super::difference::unified;
use super::error::Error;
use super::exit::Exit;
use super::lint::is_page;
use super::targets::{self, Target};
use super::{complain, files, printable, remark, saving};
use crate::config::Options;
use crate::contract::masking;
use report::Report;
use subject::{Planned, Subject};

/// What is done with the changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Diff,
    Check,
    Write,
    Stdout,
}

impl Mode {
    fn of(command: &Normalize) -> Mode {
        match (command.check, command.write, command.stdout) {
            (true, ..) => Mode::Check,
            (_, true, _) => Mode::Write,
            (_, _, true) => Mode::Stdout,
            _ => Mode::Diff,
        }
    }

    /// Whether the text of a target goes to standard output.
    fn prints(self, target: &Target) -> bool {
        self == Mode::Stdout || (self == Mode::Write && *target == Target::Stdin)
    }
}

/// Normalises what the command line names.
pub(super) fn run(command: &Normalize, args: &Args, out: &mut dyn Write) -> Result<Exit, Error> {
    let mode = Mode::of(command);
    let mut job = Job {
        mode,
        args,
        options: Options {
            include_roots: targets::include_roots(),
            ..Options::default()
        },
        report: Report::default(),
        errors: Vec::new(),
        written: HashSet::new(),
    };
    let (targets, unreadable) = targets::expand(&paths(command)?);
    job.errors.extend(unreadable);
    check_usage(mode, args, &targets)?;
    let subjects = job.subjects(&targets);
    if subjects.is_empty() && job.errors.is_empty() {
        let asked = command.paths.iter();
        let asked: Vec<_> = asked.map(|path| path.display().to_string()).collect();
        let reason = "no file there holds `models.providers`, so nothing was looked at";
        job.errors.push(Error::file(asked.join(", "), reason));
    }
    for subject in subjects {
        job.normalise(subject, out)?;
    }
    job.report.failed = job.errors.len();
    job.write_report(&targets, out)?;
    for error in &job.errors {
        complain(&error.to_string());
    }
    Ok(match (job.errors.is_empty(), mode) {
        (false, _) => Exit::Failed,
        (true, Mode::Check) if job.report.has_changes() => Exit::Found,
        _ => Exit::Well,
    })
}

/// The paths that are meant: those named, else the user's own config.
fn paths(command: &Normalize) -> Result<Vec<PathBuf>, Error> {
    if !command.paths.is_empty() {
        return Ok(command.paths.clone());
    }
    let hint = "name a file: `clawconf normalize FILE`";
    targets::own_config(command.config.as_ref(), hint).map(|path| vec![path])
}

fn check_usage(mode: Mode, args: &Args, targets: &[Target]) -> Result<(), Error> {
    if mode != Mode::Stdout {
        return Ok(());
    }
    if args.form() == Form::Json {
        let message = "--stdout prints the text itself; for --format json take --check";
        return Err(Error::Usage(message.to_owned()));
    }
    if matches!(targets, [Target::Stdin | Target::Named(_)] | []) {
        return Ok(());
    }
    let message = "--stdout prints one file; name that file, or - for standard input";
    Err(Error::Usage(message.to_owned()))
}

/// What the command line asks for, and what came of it so far.
struct Job<'j> {
    mode: Mode,
    args: &'j Args,
    options: Options,
    report: Report,
    errors: Vec<Error>,
    /// The files that were written, without links.
    written: HashSet<PathBuf>,
}

impl Job<'_> {
    /// Every config that the command line names; what cannot be read becomes an error.
    fn subjects(&mut self, targets: &[Target]) -> Vec<Subject> {
        let mut subjects = Vec::new();
        for target in targets {
            match Subject::load(target, &self.options) {
                Ok(Some(subject)) => subjects.push(subject),
                Ok(None) if self.args.verbose => {
                    let target = printable(&target.to_string());
                    remark(&format!(
                        "passed over, no config of model providers: {target}"
                    ));
                }
                Ok(None) => {}
                Err(error) => self.errors.push(error),
            }
        }
        // A file that another one includes is normalised with it.
        let included = subjects.iter().flat_map(Subject::included);
        let included: HashSet<PathBuf> = included.cloned().collect();
        subjects.retain(|subject| {
            !(matches!(subject.target, Target::Met(_)) && included.contains(&subject.path))
        });
        subjects
    }

    fn normalise(&mut self, mut subject: Subject, out: &mut dyn Write) -> Result<(), Error> {
        let is_old = |path: &PathBuf| self.written.contains(&files::real(path));
        if subject.target != Target::Stdin && subject.paths().any(is_old) {
            // A file that both are made of was written.
            match Subject::load(&subject.target, &self.options) {
                Ok(Some(fresh)) => subject = fresh,
                Ok(None) => return Ok(()),
                Err(error) => {
                    self.errors.push(error);
                    return Ok(());
                }
            }
        }
        self.report.files += 1;
        if !subject.has_providers() && !self.args.quiet {
            remark(&format!(
                "nothing to normalise in {}: it has no `models.providers`",
                printable(&subject.name)
            ));
        }
        let mut planned = subject.planned(&self.options);
        if self.mode.prints(&subject.target) {
            self.print(&subject, &planned, out)?;
        }
        if self.mode == Mode::Diff && self.args.form() == Form::Human {
            for (file, text) in &planned.texts {
                let (name, before) = subject.file(*file);
                let diff = unified(name, &masking::masked(before), &masking::masked(text));
                out.write_all(diff.as_bytes())?;
            }
        }
        let mut told = Vec::new();
        if self.mode == Mode::Write && subject.target != Target::Stdin {
            told = self.write(&subject, &mut planned);
        }
        self.report.add(&subject, planned, told);
        Ok(())
    }

    /// The whole text of a config, as it is to be.
    fn print(
        &mut self,
        subject: &Subject,
        planned: &Planned,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        if subject.has_bad_bytes(0) {
            let reason =
                "the file holds bytes that are not UTF-8 and cannot be printed as they are";
            self.errors.push(Error::file(&subject.name, reason));
            return Ok(());
        }
        let new = planned.texts.iter().find(|(file, _)| *file == 0);
        let text = new.map_or(subject.file(0).1, |(_, text)| text);
        out.write_all(text.as_bytes())?;
        for (file, _) in planned.texts.iter().filter(|(file, _)| *file > 0) {
            let name = printable(subject.file(*file).0);
            remark(&format!("{name} is included and would change too"));
        }
        Ok(())
    }

    /// Writes changed files where they came from, each by itself, and says which. Changes that could
    /// not be written are none.
    fn write(&mut self, subject: &Subject, planned: &mut Planned) -> Vec<String> {
        let mut told = Vec::new();
        for (file, text) in &planned.texts {
            let (name, before) = subject.file(*file);
            let path = subject.path_of(*file);
            match saving::replace_with_backup(path, before, text, &mut |_| {}) {
                Ok(backup) => {
                    self.written.insert(files::real(path));
                    let backup = backup.file_name().unwrap_or_default().to_string_lossy();
                    let (name, backup) = (printable(name), printable(&backup));
                    told.push(format!("wrote {name}, the old content is in {backup}"));
                }
                Err(error) => {
                    self.errors.push(error.called(name));
                    let is_in = |span| subject.file_at(span) == *file;
                    planned.changes.retain(|change| !is_in(change.span));
                }
            }
        }
        told
    }

    fn write_report(&self, targets: &[Target], out: &mut dyn Write) -> Result<(), Error> {
        let mut aside = anstream::stderr();
        let is_text = targets.iter().any(|target| self.mode.prints(target));
        let out: &mut dyn Write = if is_text { &mut aside } else { out };
        if self.args.form() == Form::Json {
            return self.report.write_json(out);
        }
        if self.mode == Mode::Diff {
            // Standard output is the diff.
            self.report.write_notes(&mut aside)?;
            if !self.args.quiet {
                remark(&self.report.summary(self.mode));
            }
            return Ok(());
        }
        self.report.write_list(out)?;
        if !self.args.quiet {
            writeln!(out, "{}", self.report.summary(self.mode))?;
        }
        Ok(())
    }
}
