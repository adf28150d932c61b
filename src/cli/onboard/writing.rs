//! Writes what set-up changes, or shows it.

use std::io::{self, Write};
use std::path::PathBuf;

use serde::Serialize;

use super::Stop;
use super::answers::Answers;
use super::asking::Found;
use super::state::State;
use crate::cli::args::{Args, Form, Onboard};
use crate::cli::difference::unified;
use crate::cli::error::Error;
use crate::cli::printable;
use crate::cli::saving::{Change, replace_together};
use crate::cli::trial::Trial;
use crate::contract::masking::{masked, masked_url};
use crate::lmstudio::PROVIDER_ID;
use crate::lmstudio::merge::Merge;
use crate::onboarding::{Access, Setup, plan, with_profile, without_profiles};

/// A file and what it becomes.
struct Written {
    name: String,
    path: PathBuf,
    old: Option<String>,
    new: String,
    is_store: bool,
}

/// The outcome, as JSON.
#[derive(Serialize)]
struct Report<'r> {
    version: u32,
    provider: &'r str,
    base_url: String,
    default_model: String,
    added: &'r [String],
    dry_run: bool,
    files: Vec<Saved>,
}

#[derive(Serialize)]
struct Saved {
    path: String,
    backup: Option<String>,
}

/// What is to be written.
pub(super) struct Draft {
    model: String,
    merge: Merge,
    files: Vec<Written>,
}

impl Draft {
    /// What set-up changes. The config comes last, so that it never speaks of a profile that is not there.
    pub(super) fn of(
        answers: &Answers,
        state: &State,
        found: &Found,
        model: &str,
    ) -> Result<Draft, Stop> {
        let (merge, files) = changed(answers, state, found, model)?;
        let model = model.to_owned();
        Ok(Draft {
            model,
            merge,
            files,
        })
    }

    /// The files that change, and how, in lines for people.
    pub(super) fn shown(&self) -> io::Result<String> {
        let mut shown = Vec::new();
        for file in &self.files {
            show(file, &mut shown)?;
        }
        Ok(String::from_utf8_lossy(&shown).into_owned())
    }
}

/// Writes the config and the profile store, both or none.
pub(super) fn write(
    command: &Onboard,
    answers: &Answers,
    state: &State,
    draft: &Draft,
    args: &Args,
    out: &mut dyn Write,
) -> Result<(), Stop> {
    let Draft {
        model,
        merge,
        files,
    } = draft;
    let mut saved = Vec::new();
    if command.dry_run {
        let names = files.iter().map(|file| file.name.clone());
        saved.extend(names.map(|path| Saved { path, backup: None }));
    } else if !files.is_empty() {
        let changes: Vec<Change<'_>> = files
            .iter()
            .map(|file| Change {
                path: &file.path,
                old: file.old.as_deref(),
                new: &file.new,
                keeps_backup: !file.is_store,
                is_private: file.is_store,
            })
            .collect();
        let backups = replace_together(&state.folder, &changes, &mut |_| Ok(()))?;
        for (file, backup) in files.iter().zip(backups) {
            let backup = backup.map(|backup| backup.to_string_lossy().into_owned());
            let path = file.name.clone();
            saved.push(Saved { path, backup });
        }
    }
    let base_url = base_url(answers, state);
    let own = state.provider().map(|own| own.id.trim().to_owned());
    let id = own.as_deref().unwrap_or(PROVIDER_ID);
    let report = Report {
        version: 1,
        provider: id,
        base_url: masked_url(&base_url),
        default_model: format!("{id}/{model}"),
        added: &merge.added,
        dry_run: command.dry_run,
        files: saved,
    };
    let told = match args.form() {
        Form::Json => serde_json::to_writer_pretty(&mut *out, &report)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out)),
        Form::Human => tell(command, &report, merge, files, out),
    };
    told.map_err(|error| Stop::Failed(error.into()))
}

/// The address that the config has afterwards.
fn base_url(answers: &Answers, state: &State) -> String {
    let own = state.provider();
    let own = own.and_then(|own| own.base_url().map(|address| address.text.into_owned()));
    let given = answers.base_url.clone();
    given
        .or(own)
        .unwrap_or_else(|| answers.usual_base_url.clone())
}

fn changed(
    answers: &Answers,
    state: &State,
    found: &Found,
    model: &str,
) -> Result<(Merge, Vec<Written>), Stop> {
    let whole = &state.whole;
    let mut files = Vec::new();
    let store = match &answers.stored {
        Some(stored) => with_profile(state.stored.as_deref(), stored).map(Some),
        None if answers.access == Access::Header => without_profiles(state.stored.as_deref()),
        None => Ok(None),
    };
    let store = store
        .map_err(|problem| Error::file(&state.store, format!("{problem}; nothing was written")))?;
    if let Some(new) = store.filter(|new| state.stored.as_ref() != Some(new)) {
        files.push(Written {
            name: state.store.to_string_lossy().into_owned(),
            path: state.store.clone(),
            old: state.stored.clone(),
            new,
            is_store: true,
        });
    }
    let trial = Trial::new(&whole.config, &whole.name, &whole.absolute, &whole.options);
    let no_room = || {
        let reason = "the changes do not fit into this file without harm; nothing was written";
        Stop::Failed(Error::file(&whole.path, reason))
    };
    let mut editor = trial.editor().ok_or_else(no_room)?;
    let setup = Setup {
        base_url: answers.base_url.as_deref(),
        catalogue: &found.catalogue,
        model,
        access: answers.access,
        context_length: answers.context_length,
        allows_all: answers.allows_all,
    };
    let merge = plan(&mut editor, &whole.config, &setup, &answers.usual_base_url);
    let merge = merge.map_err(|obstacle| {
        let reason = format!("`lmstudio` cannot be set up here: {obstacle}; nothing was written");
        Stop::Failed(Error::file(&whole.path, reason))
    })?;
    let (texts, refusals) = trial.outcome(&editor).ok_or_else(no_room)?;
    if refusals > 0 {
        let reason =
            "OpenClaw would refuse the config; nothing was written, and `clawconf lint` says why";
        return Err(Error::file(&whole.path, reason).into());
    }
    for (file, new) in texts {
        let Some(source) = whole.config.files.get(file) else {
            continue;
        };
        if !source.bad_bytes.is_empty() {
            let reason = "the file holds bytes that are not UTF-8; nothing was written";
            return Err(Error::file(&source.name, reason).into());
        }
        let is_there = state.exists || file > 0;
        files.push(Written {
            name: source.name.clone(),
            path: source.path.clone(),
            old: is_there.then(|| whole.config.text(file).to_owned()),
            new,
            is_store: false,
        });
    }
    Ok((merge, files))
}

/// Tells people what was done, or would be.
fn tell(
    command: &Onboard,
    report: &Report<'_>,
    merge: &Merge,
    files: &[Written],
    out: &mut dyn Write,
) -> io::Result<()> {
    if report.dry_run {
        for file in files {
            show(file, out)?;
        }
    }
    let base_url = printable(&report.base_url);
    writeln!(
        out,
        "LM Studio at {base_url}, default model {}",
        printable(&report.default_model)
    )?;
    let added = merge.added.len();
    let changed = merge.changed.len();
    writeln!(
        out,
        "models: {added} new, {changed} changed fields; what you wrote stays"
    )?;
    if files.is_empty() {
        return writeln!(out, "Nothing changes: it is set up like that already.");
    }
    if report.dry_run {
        return writeln!(out, "Nothing was written.");
    }
    for file in &report.files {
        let backup = file.backup.as_deref().map(printable);
        let backup = backup.map_or(String::new(), |backup| format!(" (backup: {backup})"));
        writeln!(out, "wrote {}{backup}", printable(&file.path))?;
    }
    let config = command.config.as_ref();
    let config = config.map(|path| format!(" --config {}", printable(&path.to_string_lossy())));
    writeln!(
        out,
        "Next: clawconf verify{} --provider {}",
        config.unwrap_or_default(),
        printable(report.provider)
    )
}

/// A file as a diff, everything secret masked.
fn show(file: &Written, out: &mut dyn Write) -> io::Result<()> {
    let old = file.old.as_deref().map(masked).unwrap_or_default();
    let name = printable(&file.name);
    write!(out, "{}", unified(&name, &old, &masked(&file.new)))
}
