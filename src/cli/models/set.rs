//! `clawconf models set`

use std::io::Write;

use super::live;
use crate::cli::args::{Args, Form, ModelsSet};
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::loading::{self, Whole};
use crate::cli::revision::{Revised, diff, revised, save};
use crate::cli::trial::Trial;
use crate::cli::{complain, printable, remark, targets, variables};
use crate::config::{Provider, Variables};
use crate::contract::provider_id::ProviderId;
use crate::diagnostic::named;
use crate::lmstudio::is_lm_studio;
use crate::onboarding::{choose, default_model, make_default, meant};

/// What is known of a reference.
enum Standing {
    /// The config has the model.
    Listed,
    /// It is not in the config; this is to be told of it.
    Accepted(String),
    /// There is no such model, for this reason.
    Missing(String),
}

/// Makes a model the default.
pub(super) fn run(command: &ModelsSet, args: &Args, out: &mut dyn Write) -> Result<Exit, Error> {
    let hint = "name a config with --config FILE, or make one with `clawconf onboard`";
    let path = targets::own_config(command.asking.config.as_ref(), hint)?;
    let variables = variables::of_live(&command.asking.variables)?;
    let whole = loading::whole_config(&path, variables.clone())?;
    let reference = &meant(command.reference.trim(), &whole.config);
    match standing(reference, &whole, command, &variables)? {
        Standing::Listed => {}
        Standing::Accepted(told) => remark(&printable(&told)),
        Standing::Missing(why) if command.force => {
            remark(&format!("warning: {}", printable(&why)));
        }
        Standing::Missing(why) => {
            complain(&why);
            remark("--force sets it all the same");
            return Ok(Exit::Found);
        }
    }
    let before = default_model(&whole.config);
    let files = write(&whole, reference, command.dry_run)?;
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    match args.form() {
        Form::Json => {
            let report = serde_json::json!({
                "version": 1,
                "from": before,
                "to": reference,
                "dry_run": command.dry_run,
                "files": names,
            });
            writeln!(out, "{report:#}")?;
        }
        Form::Human => {
            if command.dry_run {
                write!(out, "{}", diff(&files))?;
            }
            let from = before.map_or("none".to_owned(), |before| format!("`{before}`"));
            let (from, to) = (printable(&from), printable(reference));
            let end = match (names.is_empty(), command.dry_run) {
                (true, _) => "nothing changes".to_owned(),
                (false, true) => "nothing was written".to_owned(),
                (false, false) => format!("wrote {}", printable(&names.join(", "))),
            };
            writeln!(out, "default model: {from} -> `{to}`; {end}")?;
        }
    }
    Ok(Exit::Well)
}

/// Whether a reference leads to a model: of the config, else of a server, else of OpenClaw itself.
fn standing(
    reference: &str,
    whole: &Whole,
    command: &ModelsSet,
    variables: &Variables,
) -> Result<Standing, Error> {
    let has = |provider: &Provider<'_>, model: &str| {
        let mut models = provider.models();
        models.any(|own| own.id().is_some_and(|id| id.trim() == model))
    };
    let config = &whole.config;
    let owner = config.providers().find(|provider| has(provider, reference));
    let with_prefix = owner.map(|owner| format!("{}/{reference}", owner.id.trim()));
    let parts = reference.split_once('/');
    let is_whole = |(id, model): &(&str, &str)| !id.trim().is_empty() && !model.trim().is_empty();
    let Some((id, model)) = parts.filter(is_whole) else {
        let hint = with_prefix.map_or_else(
            || "a reference is provider/id".to_owned(),
            |meant| format!("did you mean `{meant}`?"),
        );
        return Ok(Standing::Missing(format!(
            "`{reference}` does not name a provider and a model: {hint}"
        )));
    };
    let is_its = |provider: &Provider<'_>| provider.id.trim() == id.trim();
    let Some(provider) = config.providers().find(is_its) else {
        // The servers are asked only when the config does not know.
        let meant = match with_prefix {
            None => found_live(reference, whole, command, variables)?,
            known => known,
        };
        if let Some(meant) = meant {
            let why = format!("no provider is called `{id}`: did you mean `{meant}`?");
            return Ok(Standing::Missing(why));
        }
        if ProviderId::of(id).is_built_in() {
            let told = format!(
                "`{id}` is a provider of OpenClaw's own; whether it has `{model}` is not known here"
            );
            return Ok(Standing::Accepted(told));
        }
        let ids: Vec<_> = config.providers().map(|provider| provider.id).collect();
        let known = if ids.is_empty() {
            "none".to_owned()
        } else {
            ids.join(", ")
        };
        let why = format!("no provider is called `{id}`; the config has {known}");
        return Ok(Standing::Missing(why));
    };
    if has(&provider, model) {
        return Ok(Standing::Listed);
    }
    unlisted(&provider, model, whole, command, variables)
}

/// A model that the config does not list: whether its server does.
fn unlisted(
    provider: &Provider<'_>,
    model: &str,
    whole: &Whole,
    command: &ModelsSet,
    variables: &Variables,
) -> Result<Standing, Error> {
    let id = provider.id.trim();
    if !is_lm_studio(provider) {
        return Ok(not_listed(provider, model));
    }
    Ok(
        match live::ask(provider, whole, &command.asking, variables)? {
            Err(why) => Standing::Missing(format!(
                "the config does not list `{model}` under `{id}`, and the server cannot be asked: {why}"
            )),
            Ok(catalogue) => match choose(&catalogue, Some(model), None) {
                Ok(_) => Standing::Accepted(format!(
                    "the server has `{model}`, and the config does not list it: `clawconf discover --write` adds it"
                )),
                Err(why) => Standing::Missing(why.to_string()),
            },
        },
    )
}

fn not_listed(provider: &Provider<'_>, model: &str) -> Standing {
    let id = provider.id.trim();
    let ids: Vec<_> = provider.models().filter_map(|own| own.id()).collect();
    let has = if ids.is_empty() {
        "no models".to_owned()
    } else {
        named(ids.iter().map(|id| id.trim()))
    };
    Standing::Missing(format!("`{id}` does not list `{model}`; it has {has}"))
}

/// The reference with its forgotten prefix, if an LM Studio of the config lists it as a key.
fn found_live(
    key: &str,
    whole: &Whole,
    command: &ModelsSet,
    variables: &Variables,
) -> Result<Option<String>, Error> {
    for provider in whole.config.providers().filter(is_lm_studio) {
        let listed = live::ask(&provider, whole, &command.asking, variables)?;
        let mut models = listed.iter().flat_map(|catalogue| &catalogue.models);
        if models.any(|model| model.definition.id == key) {
            return Ok(Some(format!("{}/{key}", provider.id.trim())));
        }
    }
    Ok(None)
}

/// Writes the files that change, or only tells how; returns them.
fn write(whole: &Whole, reference: &str, is_dry: bool) -> Result<Vec<Revised>, Error> {
    let trial = Trial::of(whole);
    let mut editor = trial.editor().ok_or_else(|| trial.no_room())?;
    let root = whole.config.tree().map(|tree| tree.root());
    let root = root.ok_or_else(|| trial.no_room())?;
    make_default(&mut editor, root, reference, &[])
        .map_err(|error| Error::file(&whole.path, format!("{error}; nothing was written")))?;
    let texts = trial.texts(&editor).ok_or_else(|| trial.no_room())?;
    let files = revised(whole, texts)?;
    if !is_dry {
        let folder = whole.absolute.parent().unwrap_or(&whole.absolute);
        save(&files, folder)?;
    }
    Ok(files)
}
