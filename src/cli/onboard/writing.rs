//! Writes what set-up changes, or shows it.

use std::io::{self, Write};

use serde::Serialize;

use super::Stop;
use super::answers::Answers;
use super::asking::Found;
use super::state::State;
use crate::cli::args::{Args, Form, Onboard};
use crate::cli::error::Error;
use crate::cli::revision::{Revised, diff, revised, save};
use crate::cli::trial::Trial;
use crate::cli::{printable, remark};
use crate::config::Provider;
use crate::contract::masking::masked_url;
use crate::json5::Tree;
use crate::lmstudio::PROVIDER_ID;
use crate::lmstudio::merge::Merge;
use crate::onboarding::{
    self, Access, Setup, Stored, VARIABLE, plan, with_profile, without_profiles,
};

/// The outcome, as JSON.
#[derive(Serialize)]
struct Report<'r> {
    version: u32,
    provider: String,
    base_url: String,
    /// The address that the config had, if it was another one.
    base_url_before: Option<String>,
    default_model: String,
    /// The default model that the config had, if it was another one.
    default_model_before: Option<String>,
    /// How requests are let in: `none`, `stored`, `reference`, `header` or `unchanged`.
    access: &'static str,
    added: &'r [String],
    /// The fields of models that change.
    changed: Vec<String>,
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
    files: Vec<Revised>,
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
    pub(super) fn shown(&self) -> String {
        diff(&self.files)
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
    let report = Report {
        dry_run: command.dry_run,
        files: saved(command, state, &draft.files)?,
        ..report(answers, state, draft)
    };
    let root = state.whole.config.tree().map(Tree::root);
    if let Some(why) = root.and_then(onboarding::plugin_obstacle) {
        remark(&format!(
            "warning: {why}, so OpenClaw's own plugin for LM Studio stays off; chats work all the same"
        ));
    }
    let told = match args.form() {
        Form::Json => serde_json::to_writer_pretty(&mut *out, &report)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out)),
        Form::Human => tell(command, &report, &draft.files, out),
    };
    told.map_err(|error| Stop::Failed(error.into()))
}

/// Saves the files, unless they are only to be shown.
fn saved(command: &Onboard, state: &State, files: &[Revised]) -> Result<Vec<Saved>, Stop> {
    let backups = if command.dry_run {
        vec![None; files.len()]
    } else {
        save(files, &state.folder)?
    };
    let saved = files.iter().zip(backups).map(|(file, backup)| Saved {
        path: file.name.clone(),
        backup: backup.map(|backup| backup.to_string_lossy().into_owned()),
    });
    Ok(saved.collect())
}

/// What changes, before anything is saved.
fn report<'r>(answers: &Answers, state: &State, draft: &'r Draft) -> Report<'r> {
    let own = state.provider();
    let own_url = own.as_ref().and_then(Provider::base_url);
    let own_url = own_url.map(|address| masked_url(&address.text));
    let base_url = answers.base_url.as_deref().map(masked_url);
    let base_url = base_url.or_else(|| own_url.clone());
    let base_url = base_url.unwrap_or_else(|| masked_url(&answers.usual_base_url));
    let id = own.as_ref().map_or(PROVIDER_ID, |own| own.id.trim());
    let default_model = format!("{id}/{}", draft.model);
    let before = onboarding::default_model(&state.whole.config);
    let changed = draft.merge.changed.iter();
    Report {
        version: 1,
        provider: id.to_owned(),
        base_url_before: own_url.filter(|own| *own != base_url),
        base_url,
        default_model_before: before.filter(|before| *before != default_model),
        default_model,
        access: access(answers),
        added: &draft.merge.added,
        changed: changed.map(|change| change.path.to_string()).collect(),
        dry_run: false,
        files: Vec::new(),
    }
}

fn changed(
    answers: &Answers,
    state: &State,
    found: &Found,
    model: &str,
) -> Result<(Merge, Vec<Revised>), Stop> {
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
        files.push(Revised {
            name: state.store.to_string_lossy().into_owned(),
            path: state.store.clone(),
            old: state.stored.clone(),
            new,
            is_secret: true,
        });
    }
    let trial = Trial::of(whole);
    let mut editor = trial.editor().ok_or_else(|| trial.no_room())?;
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
    let mut of_config = revised(whole, trial.accepted(&editor)?)?;
    for file in of_config.iter_mut().filter(|_| !state.exists) {
        file.old = None;
    }
    files.append(&mut of_config);
    Ok((merge, files))
}

/// How requests are let in afterwards.
fn access(answers: &Answers) -> &'static str {
    match (answers.access, &answers.stored) {
        (Access::Open, _) => "none",
        (Access::Key, Some(Stored::Variable(_))) => "reference",
        (Access::Key, _) => "stored",
        (Access::Header, _) => "header",
        (Access::AsItWas, _) => "unchanged",
    }
}

/// Tells people what was done, or would be.
fn tell(
    command: &Onboard,
    report: &Report<'_>,
    files: &[Revised],
    out: &mut dyn Write,
) -> io::Result<()> {
    if report.dry_run {
        write!(out, "{}", diff(files))?;
    }
    let was = |before: &Option<String>| {
        let before = before.as_deref().map(printable);
        before.map_or(String::new(), |before| format!(" (was {before})"))
    };
    writeln!(
        out,
        "LM Studio at {}{}, default model {}{}",
        printable(&report.base_url),
        was(&report.base_url_before),
        printable(&report.default_model),
        was(&report.default_model_before),
    )?;
    let changed = match report.changed.len() {
        0 => "what you wrote stays".to_owned(),
        many => format!("{many} fields of others changed, the rest stays"),
    };
    writeln!(out, "models: {} new; {changed}", report.added.len())?;
    let key = match report.access {
        "none" => "none is sent".to_owned(),
        "stored" => "kept in the profile store".to_owned(),
        "reference" => format!("the variable {VARIABLE}, by a reference in the profile store"),
        "header" => "the `Authorization` header of the config".to_owned(),
        _ => "as it was".to_owned(),
    };
    writeln!(out, "key: {key}")?;
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
        printable(&report.provider)
    )
}
