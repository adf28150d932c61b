//! What servers answered, for people and for programs.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use super::advice::advice;
use super::asking::Outcome;
use super::writing::{Saved, Written};
use crate::cli::args::Args;
use crate::cli::printable;
use crate::contract::masking::masked_value;
use crate::json5::Value;
use crate::live::{Failure, Listing};
use crate::lmstudio::merge::Merge;
use crate::lmstudio::{Catalogue, Definition, List, Listed, Skipped};

/// Longest text of a server that is shown, in characters.
const LONGEST: usize = 60;

/// Most entries that were left out which are named one by one.
const MOST_SKIPPED: usize = 10;

/// All outcomes, for people.
pub(super) fn human(
    outcomes: &[Outcome],
    written: Option<&Written>,
    args: &Args,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (nth, outcome) in outcomes.iter().enumerate() {
        if nth > 0 {
            writeln!(out)?;
        }
        heading(outcome, out)?;
        for warning in &outcome.warnings {
            note("warning", AnsiColor::Yellow.on_default(), warning, out)?;
        }
        match &outcome.result {
            Ok(listing) => listed(listing, args, out)?,
            Err(failure) => failed(outcome, failure, out)?,
        }
        let merge = written.and_then(|written| written.merges.get(nth)?.as_ref());
        if let Some(merge) = merge {
            merged(merge, out)?;
        }
    }
    for reference in written.iter().flat_map(|written| &written.dangling) {
        let text = format!(
            "the config still refers to {}, which is gone",
            shown(reference)
        );
        note("warning", AnsiColor::Yellow.on_default(), &text, out)?;
    }
    if let Some(Ok(saved)) = written.map(|written| &written.result) {
        kept(saved, args, out)?;
    }
    if outcomes.len() > 1 && !args.quiet {
        let well = outcomes.iter().filter(|outcome| outcome.result.is_ok());
        writeln!(
            out,
            "\n{} of {} servers listed their models",
            well.count(),
            outcomes.len()
        )?;
    }
    Ok(())
}

fn heading(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let bold = Style::new().bold();
    match (&outcome.provider, &outcome.base_url) {
        (Some(id), Some(url)) => {
            let (id, url) = (printable(id), printable(url));
            writeln!(out, "{bold}{id}{bold:#} {url}")
        }
        (Some(one), None) | (None, Some(one)) => writeln!(out, "{bold}{}{bold:#}", printable(one)),
        (None, None) => Ok(()),
    }
}

fn note(word: &str, style: Style, text: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{style}{word}{style:#}: {}", printable(text))
}

fn listed(listing: &Listing, args: &Args, out: &mut dyn Write) -> io::Result<()> {
    let catalogue = &listing.catalogue;
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header([
        "KEY",
        "NAME",
        "CONTEXT",
        "REASONING",
        "VISION",
        "TOOLS",
        "LOADED",
    ]);
    // A server that tells reasoning levels leaves them out where there are none to choose.
    let tells_levels = catalogue
        .models
        .iter()
        .any(|model| model.reasoning.is_some());
    let untold = if tells_levels { "-" } else { "?" };
    for model in &catalogue.models {
        table.add_row(row(model, untold));
    }
    for line in table.lines() {
        // The first column stands at the edge, and nothing behind the last.
        writeln!(
            out,
            "{}",
            line.trim_end().strip_prefix(' ').unwrap_or(&line)
        )?;
    }
    if args.quiet {
        return Ok(());
    }
    if let (true, Some(peer)) = (args.verbose, listing.peer) {
        let way = match listing.redirects {
            0 => String::new(),
            1 => ", after a redirect".to_owned(),
            count => format!(", after {count} redirects"),
        };
        note(
            "answered",
            Style::new().dimmed(),
            &format!("by {peer}{way}"),
            out,
        )?;
    }
    let unknown = catalogue.unknown();
    if !unknown.is_empty() {
        let text = format!(
            "`{}` of this server does not tell {}; what OpenClaw assumes then is written for new models",
            catalogue.list.path(),
            unknown.join(", ")
        );
        note("note", Style::new().dimmed(), &text, out)?;
    }
    left_out(&catalogue.skipped, out)
}

/// The entries that were left out.
fn left_out(skipped: &[Skipped], out: &mut dyn Write) -> io::Result<()> {
    for entry in skipped.iter().take(MOST_SKIPPED) {
        let key = entry.key.as_deref().map_or("an entry".to_owned(), shown);
        note(
            "left out",
            Style::new().dimmed(),
            &format!("{key}: {}", entry.reason),
            out,
        )?;
    }
    let more = skipped.len().saturating_sub(MOST_SKIPPED);
    if more > 0 {
        note(
            "left out",
            Style::new().dimmed(),
            &format!("{more} more"),
            out,
        )?;
    }
    Ok(())
}

/// The cells of a model; `untold` stands for reasoning of which nothing is said.
fn row(model: &Listed, untold: &str) -> [String; 7] {
    let definition = &model.definition;
    let flag = |known: Option<bool>| match known {
        Some(true) => "yes",
        Some(false) => "no",
        None => "?",
    };
    let reasoning = match (&model.reasoning, &definition.efforts) {
        (None, _) => untold.to_owned(),
        (Some(_), Some(efforts)) => efforts.supported.join(" "),
        (Some(found), None) => if found.reasoning {
            "yes, no levels"
        } else {
            "no"
        }
        .to_owned(),
    };
    let loaded = match (&model.instances, model.loaded_context()) {
        (None, _) => "?".to_owned(),
        (Some(_), None) => "no".to_owned(),
        (Some(instances), Some(context)) if instances.len() > 1 => {
            format!("{context} (+{})", instances.len() - 1)
        }
        (Some(_), Some(context)) => context.to_string(),
    };
    let window = model
        .context_window
        .map_or("?".to_owned(), |window| window.to_string());
    [
        shown(&definition.id),
        shown(&definition.name),
        window,
        shown(&reasoning),
        flag(model.vision).to_owned(),
        flag(model.tools).to_owned(),
        loaded,
    ]
}

/// A text of a server on one line, bounded.
fn shown(text: &str) -> String {
    let clean = printable(text);
    if clean.chars().count() <= LONGEST {
        return clean;
    }
    let cut: String = clean.chars().take(LONGEST - 1).collect();
    format!("{cut}…")
}

/// What to do about a failure, without secrets that a server has put into an address.
fn help(outcome: &Outcome, failure: &Failure) -> String {
    outcome.secrets.scrub(&advice(outcome, failure))
}

fn failed(outcome: &Outcome, failure: &Failure, out: &mut dyn Write) -> io::Result<()> {
    let red = AnsiColor::Red.on_default().bold();
    writeln!(
        out,
        "{red}{}{red:#}: {}",
        failure.kind().replace('_', " "),
        printable(&outcome.secrets.scrub(&failure.to_string()))
    )?;
    writeln!(out, "What to do: {}", printable(&help(outcome, failure)))?;
    match failure {
        Failure::NoModels { skipped } => left_out(skipped, out),
        _ => Ok(()),
    }
}

/// What a provider's models become.
fn merged(merge: &Merge, out: &mut dyn Write) -> io::Result<()> {
    let green = AnsiColor::Green.on_default();
    for id in &merge.added {
        note("new", green, &shown(id), out)?;
    }
    for change in &merge.changed {
        let masked = |value: &Value| masked_value(&change.path, value).to_string();
        let value = |value: Option<&Value>| value.map_or("absent".to_owned(), masked);
        let (from, to) = (value(change.from.as_ref()), value(change.to.as_ref()));
        note(
            "changed",
            green,
            &format!("{}: {from} -> {to}", change.path),
            out,
        )?;
    }
    for (id, _) in &merge.gone {
        let what = if merge.pruned {
            "removed"
        } else {
            "the server no longer has it; `--prune` removes it"
        };
        note(
            "gone",
            AnsiColor::Yellow.on_default(),
            &format!("{}: {what}", shown(id)),
            out,
        )?;
    }
    for id in &merge.scattered {
        let text = format!(
            "{}: put together from several files, left as it is",
            shown(id)
        );
        note("left out", Style::new().dimmed(), &text, out)?;
    }
    Ok(())
}

/// What became of the config.
fn kept(saved: &Saved, args: &Args, out: &mut dyn Write) -> io::Result<()> {
    match saved {
        Saved::Diff(diff) => write!(out, "\n{diff}"),
        _ if args.quiet => Ok(()),
        Saved::Untouched => Ok(()),
        Saved::Unchanged => writeln!(out, "\nthe config is up to date"),
        Saved::Files(files) => {
            writeln!(out)?;
            for (name, backup) in files {
                let (name, backup) = (printable(name), printable(backup));
                writeln!(out, "wrote {name}, the old content is in {backup}")?;
            }
            Ok(())
        }
    }
}

/// One outcome as JSON.
#[derive(Serialize)]
struct Report<'o> {
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<Vec<&'o str>>,
    provider: Option<&'o str>,
    base_url: Option<&'o str>,
    /// The list that answered: `native`, `older` or `openai`.
    list: Option<&'static str>,
    models: Vec<&'o Definition>,
    skipped: Vec<Entry<'o>>,
    /// What the list tells of no model.
    unknown: Vec<&'static str>,
    warnings: &'o [String],
    error: Option<Trouble>,
    /// What `--write` does to the provider, or `--diff` would.
    #[serde(skip_serializing_if = "Option::is_none")]
    merge: Option<Merged<'o>>,
}

#[derive(Serialize)]
struct Merged<'o> {
    added: &'o [String],
    changed: Vec<Changed>,
    gone: Vec<&'o str>,
    pruned: bool,
}

#[derive(Serialize)]
struct Changed {
    path: String,
    from: serde_json::Value,
    to: serde_json::Value,
}

#[derive(Serialize)]
struct Entry<'o> {
    key: Option<&'o str>,
    reason: &'static str,
}

#[derive(Serialize)]
struct Trouble {
    kind: &'static str,
    status: Option<u16>,
    message: String,
    help: String,
}

#[derive(Serialize)]
struct Reports<'o> {
    version: u32,
    endpoints: Vec<Report<'o>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<Vec<&'o str>>,
}

/// All outcomes as JSON: a single one by itself, several in a list.
pub(super) fn json(
    outcomes: &[Outcome],
    written: Option<&Written>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut endpoints: Vec<Report<'_>> = outcomes.iter().map(report).collect();
    for (nth, endpoint) in endpoints.iter_mut().enumerate() {
        let merge = written.and_then(|written| written.merges.get(nth)?.as_ref());
        endpoint.merge = merge.map(merged_as_json);
    }
    let files = match written.map(|written| &written.result) {
        Some(Ok(Saved::Files(files))) => Some(files.iter().map(|(name, _)| &**name).collect()),
        Some(_) => Some(Vec::new()),
        None => None,
    };
    let version = 1;
    let text = match endpoints.as_mut_slice() {
        [only] => {
            only.version = Some(version);
            only.written = files;
            serde_json::to_writer_pretty(&mut *out, only)
        }
        _ => {
            let reports = Reports {
                version,
                endpoints,
                written: files,
            };
            serde_json::to_writer_pretty(&mut *out, &reports)
        }
    };
    text.map_err(io::Error::from)?;
    writeln!(out)
}

fn merged_as_json(merge: &Merge) -> Merged<'_> {
    Merged {
        added: &merge.added,
        changed: merge
            .changed
            .iter()
            .map(|change| {
                let value = |value: Option<&Value>| match value {
                    None => serde_json::Value::Null,
                    Some(value) => masked_value(&change.path, value),
                };
                Changed {
                    path: change.path.to_string(),
                    from: value(change.from.as_ref()),
                    to: value(change.to.as_ref()),
                }
            })
            .collect(),
        gone: merge.gone.iter().map(|(id, _)| id.as_str()).collect(),
        pruned: merge.pruned,
    }
}

fn report(outcome: &Outcome) -> Report<'_> {
    let listing = outcome.result.as_ref().ok();
    let catalogue = listing.map(|listing| &listing.catalogue);
    let skipped = match &outcome.result {
        Ok(listing) => listing.catalogue.skipped.as_slice(),
        Err(Failure::NoModels { skipped }) => skipped,
        Err(_) => &[],
    };
    let failure = outcome.result.as_ref().err();
    Report {
        version: None,
        written: None,
        merge: None,
        provider: outcome.provider.as_deref(),
        base_url: outcome.base_url.as_deref(),
        list: catalogue.map(|catalogue| match catalogue.list {
            List::Native => "native",
            List::Older => "older",
            List::OpenAi => "openai",
        }),
        models: catalogue
            .into_iter()
            .flat_map(|catalogue| &catalogue.models)
            .map(|model| &model.definition)
            .collect(),
        skipped: skipped
            .iter()
            .map(|entry| Entry {
                key: entry.key.as_deref(),
                reason: entry.reason,
            })
            .collect(),
        unknown: catalogue.map_or(Vec::new(), Catalogue::unknown),
        warnings: &outcome.warnings,
        error: failure.map(|failure| Trouble {
            kind: failure.kind(),
            status: failure.status(),
            message: outcome.secrets.scrub(&failure.to_string()),
            help: help(outcome, failure),
        }),
    }
}
