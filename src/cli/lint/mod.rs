//! `clawconf lint`

mod baseline;
mod document;
mod fixing;
mod subject;

use std::collections::{BTreeSet, HashSet};
use std::io::Write;
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use super::args::{Args, FailOn, Format, Lint};
use super::error::Error;
use super::exit::Exit;
use super::files::{self, Disk};
use super::settings::{Finder, Settings};
use super::targets::{self, Target};
use super::{complain, lookup, printable, remark, variables};
use crate::config::{Options, Text, looks_like_utf_16};
use crate::diagnostic::{Finding, Severity};
use crate::lint::{Environment, Facts, Selection, rules, speaks_of_providers};
use crate::report::{Folder, Linted, github, gitlab, human, json, junit, sarif};
use crate::trust::Lookups;
use document::Document;
pub(super) use document::is_page;
use subject::Subject;

/// Lints what the command line names.
pub(super) fn run(command: &Lint, args: &Args, out: &mut dyn Write) -> Result<Exit, Error> {
    check_usage(command)?;
    let options = Options {
        variables: variables::of(&command.variables)?,
        include_roots: targets::include_roots(),
    };
    let mut job = Job {
        command,
        options: &options,
        settings: Finder::new(command.settings.as_ref())?,
        lookups: None,
        shows_lines: args.format == Format::Human && !command.diff,
    };
    let mut errors = Vec::new();
    let mut subjects = job.subjects(args, &mut errors)?;
    if command.lookup.resolve {
        let names = subjects.iter().flat_map(|subject| subject.wanted.clone());
        job.lookups = lookup::ask(&names.collect(), &command.lookup)?;
        for subject in &mut subjects {
            job.lint_again(subject);
        }
    }
    if command.fix || command.diff {
        job.fix(&mut subjects, command, args, out, &mut errors)?;
    }
    if !args.quiet {
        for subject in subjects.iter().filter(|subject| !subject.is_concerned) {
            remark(&format!(
                "nothing to check in {}: it has no `models.providers`",
                printable(&subject.name)
            ));
        }
    }
    let mut linted: Vec<Linted> = subjects.into_iter().map(Subject::into_linted).collect();
    if let Some(path) = &command.baseline {
        if command.write_baseline {
            baseline::write(path, &mut linted, args.quiet)?;
        } else {
            baseline::apply(path, &mut linted, args.quiet)?;
        }
    }
    write_report(&linted, command, args, out)?;
    let mut told = HashSet::new();
    for error in errors.iter().map(Error::to_string) {
        if told.insert(error.clone()) {
            complain(&error);
        }
    }
    Ok(match (errors.is_empty(), fails(&linted, command.fail_on)) {
        (false, _) => Exit::Failed,
        (true, true) => Exit::Found,
        (true, false) => Exit::Well,
    })
}

/// What the command line says of the environment.
fn environment(command: &Lint) -> Environment {
    let given = &command.variables;
    if command.strict_env {
        Environment::Complete
    } else if given.env_from_process || !given.env.is_empty() || !given.env_file.is_empty() {
        Environment::Given
    } else {
        Environment::Unknown
    }
}

fn check_usage(command: &Lint) -> Result<(), Error> {
    if command.with_unsafe && !command.fix && !command.diff {
        return Err(Error::Usage(
            "--unsafe goes with --fix or --diff".to_owned(),
        ));
    }
    let selection = Selection {
        select: named(&command.select),
        ignore: named(&command.ignore),
        ..Selection::default()
    };
    match selection.unknown_name() {
        Some(name) => Err(Error::no_rule(name)),
        None => Ok(()),
    }
}

/// Whether a finding is as bad as the command line says.
fn fails(linted: &[Linted], fail_on: FailOn) -> bool {
    let findings = linted.iter().flat_map(|config| &config.findings);
    let worst = findings.map(|finding| finding.severity).max();
    fails_at(fail_on).is_some_and(|least| worst >= Some(least))
}

/// The least severity that makes the run fail.
fn fails_at(fail_on: FailOn) -> Option<Severity> {
    match fail_on {
        FailOn::Error => Some(Severity::Error),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Never => None,
    }
}

/// The names of a list like `a,b,`.
fn named(list: &[String]) -> Vec<String> {
    list.iter()
        .filter(|name| !name.is_empty())
        .cloned()
        .collect()
}

/// The paths to lint: those named, else the user's own config.
fn paths(command: &Lint) -> Result<Vec<PathBuf>, Error> {
    if !command.paths.is_empty() {
        return Ok(command.paths.clone());
    }
    let hint = "name a file: `clawconf lint FILE`";
    targets::own_config(command.config.as_ref(), hint).map(|path| vec![path])
}

/// Fewer files are done before anybody would look at a progress bar.
const MANY: usize = 5000;

/// A progress bar, if there is enough to do and a terminal to see it on.
fn progress(files: usize, args: &Args) -> ProgressBar {
    if files < MANY || args.quiet {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} files");
    let bar = ProgressBar::new(files as u64);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// What the command line asks for.
struct Job<'j> {
    command: &'j Lint,
    options: &'j Options,
    settings: Finder,
    /// What was answered when names were looked up.
    lookups: Option<Lookups>,
    /// Whether the report shows lines of the files.
    shows_lines: bool,
}

impl Job<'_> {
    /// Everything that the command line names, linted; what cannot be read becomes an error.
    fn subjects(&self, args: &Args, errors: &mut Vec<Error>) -> Result<Vec<Subject>, Error> {
        let (targets, unreadable) = targets::expand(&paths(self.command)?);
        errors.extend(unreadable);
        let results: Vec<Result<Option<Subject>, Error>> = match targets.as_slice() {
            [only] => vec![self.subject(only)],
            many => {
                let bar = progress(many.len(), args);
                let one = |target| {
                    let result = self.subject(target);
                    bar.inc(1);
                    result
                };
                let results = many.par_iter().map(one).collect();
                bar.finish_and_clear();
                results
            }
        };
        let mut subjects = Vec::new();
        for (target, result) in targets.iter().zip(results) {
            match result {
                Ok(Some(subject)) => subjects.push(subject),
                Ok(None) if args.verbose => {
                    let target = printable(&target.to_string());
                    remark(&format!(
                        "passed over, no config of model providers: {target}"
                    ));
                }
                Ok(None) => {}
                Err(error) => errors.push(error),
            }
        }
        // A file that another one includes was linted with it.
        let included: HashSet<PathBuf> = subjects
            .iter()
            .flat_map(Subject::included)
            .cloned()
            .collect();
        subjects.retain(|subject| {
            !(matches!(subject.target, Target::Met(_)) && included.contains(&subject.path))
        });
        if subjects.is_empty() && errors.is_empty() {
            let asked = self.command.paths.iter();
            let asked: Vec<_> = asked.map(|path| path.display().to_string()).collect();
            let reason = "no file there holds `models.providers`, so nothing was checked";
            errors.push(Error::file(asked.join(", "), reason));
        }
        Ok(subjects)
    }

    /// Reads and lints one target; nothing for a file in a folder that is no config.
    fn subject(&self, target: &Target) -> Result<Option<Subject>, Error> {
        let (name, path) = match target {
            Target::Stdin => {
                let name = self.command.stdin_filename.as_ref();
                let path = name.cloned().unwrap_or_else(|| PathBuf::from("stdin"));
                let name = name.map(|name| name.to_string_lossy().into_owned());
                (name.unwrap_or_else(|| target.to_string()), path)
            }
            Target::Named(path) | Target::Met(path) => {
                (path.to_string_lossy().into_owned(), path.clone())
            }
        };
        let path = files::absolute(&path);
        let settings = self.settings.of(&path).map_err(Error::Shared)?;
        let is_met = matches!(target, Target::Met(_));
        if is_met && !settings.wants(&path) {
            return Ok(None);
        }
        let text: Text = match target {
            Target::Stdin => files::read_stdin()?,
            Target::Named(path) | Target::Met(path) => files::read_config(path)?,
        };
        if is_page(&path) && looks_like_utf_16(&text.text) {
            let is_foreign = is_met && !speaks_of_providers(&text.text);
            let error = Error::file(name, "the page is UTF-16: save it as UTF-8");
            return if is_foreign { Ok(None) } else { Err(error) };
        }
        let document = Document::load(&name, path.clone(), text, &Disk, self.options);
        let is_concerned = document.is_concerned();
        if is_met && !is_concerned {
            return Ok(None);
        }
        let findings = self.findings(&document, &settings);
        let masked = self.masked(&document, &findings);
        Ok(Some(Subject {
            is_concerned: is_concerned || !findings.is_empty(),
            wanted: if self.command.lookup.resolve {
                document.wanted_names()
            } else {
                BTreeSet::new()
            },
            target: target.clone(),
            readable: document.readable(),
            name,
            path,
            files: document.into_texts(),
            masked,
            settings,
            findings,
        }))
    }

    /// Lints a subject once more, from its texts, with what is known now.
    fn lint_again(&self, subject: &mut Subject) {
        let texts: Vec<String> = subject.files.iter().map(|(_, text)| text.clone()).collect();
        if let Some(document) = subject.with_texts(&texts, self.options) {
            subject.findings = self.findings(&document, &subject.settings);
            subject.masked = self.masked(&document, &subject.findings);
        }
    }

    /// The texts of a document as they may be shown, if they will be.
    fn masked(&self, document: &Document, findings: &[Finding]) -> Vec<String> {
        if self.shows_lines {
            document.masked(findings)
        } else {
            Vec::new()
        }
    }

    /// What is found in a document under its settings; the command line wins over them.
    fn findings(&self, document: &Document, settings: &Settings) -> Vec<Finding> {
        let select = named(&self.command.select);
        let wanted = |ignored: &&String| {
            let group = |name: &String| rules::find(name).map(|rule| rule.group);
            let mut select = select.iter();
            select.any(|name| name == *ignored || group(name) == Some(ignored.as_str()))
        };
        let mut ignore = named(&self.command.ignore);
        ignore.extend(settings.ignore.iter().filter(|name| !wanted(name)).cloned());
        let selection = Selection {
            select,
            ignore,
            severity: settings.severity.clone(),
        };
        let target = self.command.target.or(settings.target);
        let facts = Facts {
            lookups: self.lookups.clone(),
            target: target.unwrap_or_default(),
            environment: environment(self.command),
        };
        document.lint(&selection, &facts)
    }
}

fn write_report(
    linted: &[Linted],
    command: &Lint,
    args: &Args,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let text_on_stdout = command.fix && command.paths.iter().any(|path| path.as_os_str() == "-");
    let mut aside = anstream::stderr();
    let out = if text_on_stdout { &mut aside } else { out };
    match args.format {
        // `check_format` lets nobody ask for lines or a page here.
        Format::Json | Format::Jsonl | Format::Html => json::write(linted, out)?,
        Format::Sarif => {
            let rules: Vec<_> = rules::ALL.iter().map(|rule| &rule.info).collect();
            sarif::write(linted, &rules, &current_folder(), out)?;
        }
        Format::Github => github::write(linted, &current_folder(), out)?,
        Format::Gitlab => gitlab::write(linted, &current_folder(), out)?,
        Format::Junit => {
            junit::write(linted, &current_folder(), fails_at(command.fail_on), out)?;
        }
        Format::Human if command.diff => {
            if !args.quiet {
                remark(&human::summary(linted));
            }
        }
        Format::Human => {
            let options = human::Options {
                styled: true,
                quiet: args.quiet || linted.is_empty(),
            };
            human::write(linted, options, out)?;
        }
    }
    Ok(())
}

/// The folder that file names in reports are seen from.
fn current_folder() -> Folder {
    let path = std::env::current_dir().unwrap_or_default();
    Folder::new(&path.to_string_lossy())
}
