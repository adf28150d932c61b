//! Brings a config up to what servers list.

use std::collections::HashSet;
use std::path::PathBuf;

use super::asking::Outcome;
use crate::cli::args::Discover;
use crate::cli::error::Error;
use crate::cli::loading::{self, Whole};
use crate::cli::revision::{diff, revised, save};
use crate::cli::trial::Trial;
use crate::json5::{Node, Tree};
use crate::lmstudio::merge::{Merge, merge};

/// What was changed, or would be.
pub(super) struct Written {
    /// What each provider got, by its place among the outcomes; none where nothing was listed.
    pub merges: Vec<Option<Merge>>,
    /// References to models that were removed, which stand elsewhere in the config.
    pub dangling: Vec<String>,
    /// What came of it.
    pub result: Result<Saved, Error>,
}

/// What a config became.
pub(super) enum Saved {
    /// No server said anything of it.
    Untouched,
    /// It was up to date.
    Unchanged,
    /// These files were written, each with its backup.
    Files(Vec<(String, String)>),
    /// It was only to be shown.
    Diff(String),
}

/// Merges what was listed into the config, as far as the command line wants it. Nothing is written when
/// one of the providers cannot be changed.
pub(super) fn write(whole: &Whole, outcomes: &[Outcome], command: &Discover) -> Written {
    let mut merges = Vec::new();
    let result = merged(whole, outcomes, command, &mut merges);
    Written {
        dangling: dangling(whole, outcomes, &merges),
        merges,
        result,
    }
}

/// The references in a config to models that were removed.
fn dangling(whole: &Whole, outcomes: &[Outcome], merges: &[Option<Merge>]) -> Vec<String> {
    let mut removed = Vec::new();
    for (outcome, merge) in outcomes.iter().zip(merges) {
        if let (Some(id), Some(merge)) = (&outcome.provider, merge)
            && merge.pruned
        {
            let gone = merge.gone.iter();
            removed.extend(gone.map(|(model, _)| format!("{id}/{model}")));
        }
    }
    let nodes = whole.config.tree().into_iter().flat_map(Tree::nodes);
    let texts: HashSet<_> = nodes.filter_map(Node::text).collect();
    removed.retain(|reference| texts.contains(reference.as_str()));
    removed
}

fn merged(
    whole: &Whole,
    outcomes: &[Outcome],
    command: &Discover,
    merges: &mut Vec<Option<Merge>>,
) -> Result<Saved, Error> {
    let trial = Trial::of(whole);
    let Some(mut editor) = trial.editor() else {
        return Ok(Saved::Untouched);
    };
    let mut done = HashSet::new();
    for outcome in outcomes {
        let (Some(id), Ok(listing)) = (&outcome.provider, &outcome.result) else {
            merges.push(None);
            continue;
        };
        // A provider that was named twice is written once.
        if !done.insert(id) {
            merges.push(None);
            continue;
        }
        let provider = loading::provider(&whole.config, &whole.path, id)?;
        let planned = merge(&mut editor, &provider, &listing.catalogue, command.prune);
        let planned = planned.map_err(|obstacle| {
            Error::file(&whole.path, format!("`{id}` cannot be written: {obstacle}"))
        })?;
        merges.push(Some(planned));
    }
    if merges.iter().all(Option::is_none) {
        return Ok(Saved::Untouched);
    }
    if merges.iter().flatten().all(Merge::is_empty) {
        return Ok(Saved::Unchanged);
    }
    let files = revised(whole, trial.accepted(&editor)?)?;
    if command.diff {
        return Ok(Saved::Diff(diff(&files)));
    }
    let folder = whole.absolute.parent().unwrap_or(&whole.absolute);
    let backups = save(&files, folder)?;
    let file_name = |path: PathBuf| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    };
    let backups = backups.into_iter().flatten().map(file_name);
    let names = files.into_iter().map(|file| file.name);
    Ok(Saved::Files(names.zip(backups).collect()))
}
