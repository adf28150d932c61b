//! Brings a config up to what servers list.

use std::collections::HashSet;

use super::asking::Outcome;
use crate::cli::args::Discover;
use crate::cli::difference::unified;
use crate::cli::error::Error;
use crate::cli::loading::{self, Whole};
use crate::cli::saving;
use crate::cli::trial::Trial;
use crate::contract::masking;
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
    let trial = Trial::new(&whole.config, &whole.name, &whole.absolute, &whole.options);
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
    let Some((texts, refusals)) = trial.outcome(&editor) else {
        let reason = "the changes do not fit into this file without harm; nothing was written";
        return Err(Error::file(&whole.path, reason));
    };
    if refusals > 0 {
        let reason =
            "OpenClaw would refuse the config; nothing was written, and `clawconf lint` says why";
        return Err(Error::file(&whole.path, reason));
    }
    let mut sources = texts
        .iter()
        .filter_map(|(of, _)| whole.config.files.get(*of));
    if let Some(source) = sources.find(|source| !source.bad_bytes.is_empty()) {
        let reason = "the file holds bytes that are not UTF-8; nothing was written";
        return Err(Error::file(&source.name, reason));
    }
    if command.diff {
        let file = |file: usize| (name(whole, file), whole.config.text(file));
        let diffs = texts.iter().map(|(of, text)| {
            let (name, before) = file(*of);
            unified(name, &masking::masked(before), &masking::masked(text))
        });
        return Ok(Saved::Diff(diffs.collect()));
    }
    for (file, _) in &texts {
        let source = whole.config.files.get(*file);
        source.map_or(Ok(()), |source| saving::may_replace(&source.path))?;
    }
    let mut files = Vec::new();
    for (file, text) in &texts {
        let Some(source) = whole.config.files.get(*file) else {
            continue;
        };
        let before = whole.config.text(*file);
        let backup = saving::replace_with_backup(&source.path, before, text, &mut |_| {})?;
        let backup = backup.file_name().unwrap_or_default().to_string_lossy();
        files.push((source.name.clone(), backup.into_owned()));
    }
    Ok(Saved::Files(files))
}

fn name(whole: &Whole, file: usize) -> &str {
    let source = whole.config.files.get(file);
    source.map_or(&whole.name, |source| &source.name)
}
