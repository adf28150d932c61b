//! `clawconf lint`

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::args::{Args, FailOn, Format, Lint};
use super::error::Error;
use super::exit::Exit;
use super::files::{self, Disk};
use super::targets::{self, Target};
use super::{complain, lookup, printable, remark, variables};
use crate::config::{Config, Files, Options, ReadError, SourceFile, Text};
use crate::contract::masking;
use crate::diagnostic::RuleInfo;
use crate::diagnostic::{Finding, Severity};
use crate::lint::rules;
use crate::lint::{Applied, Facts, Selection, fix_files, is_config, lint_knowing, wanted_names};
use crate::report::{Folder, Linted, Source, github, gitlab, human, json, junit, sarif};

/// Lints what the command line names.
pub(super) fn run(command: &Lint, args: &Args, out: &mut dyn Write) -> Result<Exit, Error> {
    let selection = selection(command)?;
    if command.with_unsafe && !command.fix && !command.diff {
        return Err(Error::Usage(
            "--unsafe goes with --fix or --diff".to_owned(),
        ));
    }
    let options = Options {
        variables: variables::of(&command.variables)?,
        include_roots: targets::include_roots(),
    };
    let facts = Facts {
        lookups: None,
        target: command.target,
    };
    let mut job = Job {
        options: &options,
        selection: &selection,
        resolves: command.lookup.resolve,
        facts,
    };
    let mut errors = Vec::new();
    let mut subjects = job.subjects(command, args, &mut errors)?;
    if command.lookup.resolve {
        let names = subjects.iter().flat_map(|subject| subject.wanted.clone());
        job.facts.lookups = lookup::ask(&names.collect(), &command.lookup)?;
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
                "{}: no `models.providers` in it, nothing to check",
                printable(&subject.name)
            ));
        }
    }
    let linted: Vec<Linted> = subjects.into_iter().map(Subject::into_linted).collect();
    write_report(&linted, command, args, out)?;
    for error in &errors {
        complain(&error.to_string());
    }
    Ok(match (errors.is_empty(), fails(&linted, command.fail_on)) {
        (false, _) => Exit::Failed,
        (true, true) => Exit::Found,
        (true, false) => Exit::Well,
    })
}

/// Which rules the command line asks for.
fn selection(command: &Lint) -> Result<Selection, Error> {
    let selection = Selection {
        select: named(&command.select),
        ignore: named(&command.ignore),
    };
    match selection.unknown_name() {
        None => Ok(selection),
        Some(name) => {
            let hint = "`clawconf explain --list` shows all rules and groups";
            let message = format!("no rule or group is called `{name}`; {hint}");
            Err(Error::Usage(message))
        }
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

/// A config on its way through the command.
struct Subject {
    target: Target,
    /// Whether there was anything to judge.
    is_concerned: bool,
    name: String,
    path: PathBuf,
    files: Vec<(SourceFile, String)>,
    /// Names whose addresses would say more; none unless they are looked up.
    wanted: BTreeSet<String>,
    findings: Vec<Finding>,
}

impl Subject {
    fn is_stdin(&self) -> bool {
        self.target == Target::Stdin
    }

    /// The files it was read from, but itself.
    fn included(&self) -> impl Iterator<Item = &PathBuf> {
        self.files.iter().skip(1).map(|(file, _)| &file.path)
    }

    fn into_linted(self) -> Linted {
        let sources = self.files.into_iter().map(|(file, text)| Source {
            shifts: file.shifts(),
            name: file.name,
            text,
        });
        Linted {
            sources: sources.collect(),
            findings: self.findings,
        }
    }
}

struct Job<'j> {
    options: &'j Options,
    selection: &'j Selection,
    /// Whether names will be looked up.
    resolves: bool,
    facts: Facts,
}

impl Job<'_> {
    /// Everything that the command line names, linted; what cannot be read becomes an error.
    fn subjects(
        &self,
        command: &Lint,
        args: &Args,
        errors: &mut Vec<Error>,
    ) -> Result<Vec<Subject>, Error> {
        let (targets, unreadable) = targets::expand(&paths(command)?);
        errors.extend(unreadable);
        let results: Vec<Result<Option<Subject>, Error>> = match targets.as_slice() {
            [only] => vec![self.subject(only)],
            many => many.par_iter().map(|target| self.subject(target)).collect(),
        };
        let mut subjects = Vec::new();
        for (target, result) in targets.iter().zip(results) {
            match result {
                Ok(Some(subject)) => subjects.push(subject),
                Ok(None) if args.verbose => {
                    let target = printable(&target.to_string());
                    remark(&format!("{target}: no config of model providers"));
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
            let asked = command.paths.iter();
            let asked: Vec<_> = asked.map(|path| path.display().to_string()).collect();
            let reason = "no file there holds `models.providers`, so nothing was checked";
            errors.push(Error::file(asked.join(", "), reason));
        }
        Ok(subjects)
    }

    /// Reads and lints one target; nothing for a file in a folder that is no config.
    fn subject(&self, target: &Target) -> Result<Option<Subject>, Error> {
        let (name, path, text) = match target {
            Target::Stdin => (
                "<stdin>".to_owned(),
                PathBuf::from("stdin"),
                files::read_stdin()?,
            ),
            Target::Named(path) | Target::Met(path) => (
                path.to_string_lossy().into_owned(),
                path.clone(),
                files::read_config(path)?,
            ),
        };
        let path = files::absolute(&path);
        let config = Config::load(&name, path.clone(), text, &Disk, self.options);
        if matches!(target, Target::Met(_)) && !is_config(&config) {
            return Ok(None);
        }
        let findings = lint_knowing(&config, self.selection, &self.facts);
        Ok(Some(Subject {
            is_concerned: is_config(&config) || !findings.is_empty(),
            wanted: if self.resolves {
                wanted_names(&config)
            } else {
                BTreeSet::new()
            },
            target: target.clone(),
            name,
            path,
            files: config.into_texts(),
            findings,
        }))
    }

    /// Applies or shows the fixes of every subject; what cannot be written becomes an error, and
    /// the others are still done.
    fn fix(
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
            if !subject.is_stdin() && subject.included().any(|path| written.contains(path)) {
                // An earlier fix changed a file that both include.
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
            match subject.write(&applied) {
                Ok(()) => {
                    count += applied.count;
                    subject.findings = applied.findings;
                    for (file, text) in applied.changed {
                        if let Some(slot) = subject.files.get_mut(file) {
                            slot.1 = text;
                            written.insert(slot.0.path.clone());
                        }
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

    /// Lints a subject once more, from its texts, with what is known now.
    fn lint_again(&self, subject: &mut Subject) {
        let texts: Vec<String> = subject.files.iter().map(|(_, text)| text.clone()).collect();
        if let Some(config) = self.load_texts(subject, &texts) {
            subject.findings = lint_knowing(&config, self.selection, &self.facts);
        }
    }

    /// The config of a subject with these texts in the place of its files.
    fn load_texts(&self, subject: &Subject, texts: &[String]) -> Option<Config> {
        let pairs = subject.files.iter().zip(texts);
        let overlay = Overlay {
            texts: pairs
                .map(|((file, _), text)| (file.path.clone(), text.as_str()))
                .collect(),
        };
        let main = Text {
            text: texts.first()?.clone(),
            bad_bytes: subject.files.first()?.0.bad_bytes.clone(),
        };
        let path = subject.path.clone();
        let config = Config::load(&subject.name, path, main, &overlay, self.options);
        Some(config)
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
            let config = self.load_texts(subject, texts)?;
            config.tree()?;
            let same_files = config.files.iter().map(|file| &file.path);
            let same_files = same_files.eq(subject.files.iter().map(|(file, _)| &file.path));
            same_files.then(|| lint_knowing(&config, self.selection, &self.facts))
        })
    }
}

impl Subject {
    fn write(&self, applied: &Applied) -> Result<(), Error> {
        for (file, text) in &applied.changed {
            if let Some((source, _)) = self.files.get(*file)
                && !(self.is_stdin() && *file == 0)
            {
                files::replace(&source.path, text)?;
            }
        }
        Ok(())
    }
}

/// The disk, with the texts of fixed files in the place of what is there.
struct Overlay<'t> {
    texts: HashMap<PathBuf, &'t str>,
}

impl Files for Overlay<'_> {
    fn real_path(&self, path: &Path) -> Result<Option<PathBuf>, String> {
        Disk.real_path(path)
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        match self.texts.get(path) {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => Disk.read(path),
        }
    }
}

/// A unified diff of what the fixes would change, secrets masked.
fn diff(subject: &Subject, applied: &Applied) -> String {
    let mut shown = String::new();
    for (file, text) in &applied.changed {
        if let Some((source, before)) = subject.files.get(*file) {
            let (before, after) = (masking::masked(before), masking::masked(text));
            let diff = similar::TextDiff::from_lines(&before, &after);
            let mut unified = diff.unified_diff();
            let unified = unified.context_radius(2).header(&source.name, &source.name);
            shown.push_str(&unified.to_string());
        }
    }
    shown
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
        Format::Json => json::write(linted, out)?,
        Format::Sarif => {
            let rules: Vec<&RuleInfo> = rules::ALL.iter().map(|rule| &rule.info).collect();
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
            human::write(linted, options, masking::masked_near, out)?;
        }
    }
    Ok(())
}

/// The folder that file names in reports are seen from.
fn current_folder() -> Folder {
    let path = std::env::current_dir().unwrap_or_default();
    Folder::new(&path.to_string_lossy())
}
