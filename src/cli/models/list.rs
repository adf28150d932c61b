//! `clawconf models list`

use std::io::{self, Write};

use serde::Serialize;

use super::live;
use crate::cli::args::{Args, Form, ModelsList};
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::loading::{self, Whole};
use crate::cli::{printable, targets, variables};
use crate::config::{Model, Provider, Variables};
use crate::json5::{Editor, Node, Path};
use crate::lmstudio::{is_lm_studio, merge::merge};
use crate::onboarding::{default_model, meant};

/// The configured models.
#[derive(Serialize)]
struct Report {
    version: u32,
    default: Option<String>,
    models: Vec<Row>,
    /// References to models that the servers have and the config has not.
    new: Vec<String>,
    /// Why a server could not be asked.
    errors: Vec<String>,
}

/// A model of the config.
#[derive(Serialize)]
struct Row {
    #[serde(rename = "ref")]
    reference: String,
    name: Option<String>,
    context_window: Option<u64>,
    context_tokens: Option<u64>,
    reasoning: Vec<String>,
    default: bool,
    /// How it stands on the server, if that was asked: `same`, `differs`, `gone` or `unknown`.
    live: Option<&'static str>,
    /// The fields that the server tells otherwise.
    differs: Vec<String>,
}

/// Lists the models of a config.
pub(super) fn run(command: &ModelsList, args: &Args, out: &mut dyn Write) -> Result<Exit, Error> {
    let hint = "name a config with --config FILE, or make one with `clawconf onboard`";
    let path = targets::own_config(command.asking.config.as_ref(), hint)?;
    let variables = variables::of_live(&command.asking.variables)?;
    let whole = loading::whole_config(&path, variables.clone())?;
    for id in &command.provider {
        loading::provider(&whole.config, &whole.path, id)?;
    }
    let mut report = Report {
        version: 1,
        default: default_model(&whole.config).map(|named| meant(&named, &whole.config)),
        models: Vec::new(),
        new: Vec::new(),
        errors: Vec::new(),
    };
    let is_wanted = |provider: &Provider<'_>| {
        let own = |id: &String| id.trim() == provider.id.trim();
        command.provider.is_empty() || command.provider.iter().any(own)
    };
    for provider in whole.config.providers().filter(is_wanted) {
        let start = report.models.len();
        for model in provider.models() {
            let row = row(&provider, &model, report.default.as_deref());
            report.models.push(row);
        }
        if command.live {
            compare(&provider, &whole, command, &variables, &mut report, start)?;
        }
    }
    match args.form() {
        Form::Json => {
            serde_json::to_writer_pretty(&mut *out, &report).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        Form::Human => human(&report, command.live, out)?,
    }
    let is_other = |row: &Row| matches!(row.live, Some("differs" | "gone"));
    let differs = report.models.iter().any(is_other) || !report.new.is_empty();
    Ok(if differs || !report.errors.is_empty() {
        Exit::Found
    } else {
        Exit::Well
    })
}

fn row(provider: &Provider<'_>, model: &Model<'_>, default: Option<&str>) -> Row {
    let id = model.id().unwrap_or_default();
    let reference = format!("{}/{}", provider.id.trim(), id.trim());
    let count = |key: &str| model.node.get(key).and_then(Node::count);
    let reasons = model.node.get("reasoning").and_then(Node::boolean) == Some(true);
    let compat = model.node.get("compat");
    let efforts = compat.and_then(|compat| compat.get("supportedReasoningEfforts"));
    let efforts = efforts.into_iter().flat_map(Node::items);
    let efforts: Vec<String> = efforts
        .filter_map(|word| Some(word.text()?.into_owned()))
        .collect();
    Row {
        name: model
            .node
            .get("name")
            .and_then(Node::text)
            .map(|name| name.into_owned()),
        context_window: count("contextWindow"),
        context_tokens: count("contextTokens"),
        reasoning: match (reasons, efforts.is_empty()) {
            (false, _) => Vec::new(),
            (true, true) => vec!["yes".to_owned()],
            (true, false) => efforts,
        },
        default: default == Some(reference.as_str()),
        reference,
        live: None,
        differs: Vec::new(),
    }
}

/// Sets beside each model what its server says, if that is LM Studio.
fn compare(
    provider: &Provider<'_>,
    whole: &Whole,
    command: &ModelsList,
    variables: &Variables,
    report: &mut Report,
    start: usize,
) -> Result<(), Error> {
    let id = provider.id.trim();
    let rows = report.models.get_mut(start..).unwrap_or_default();
    let Some(tree) = whole.config.tree().filter(|_| is_lm_studio(provider)) else {
        rows.iter_mut().for_each(|row| row.live = Some("unknown"));
        return Ok(());
    };
    let asked = live::ask(provider, whole, &command.asking, variables)?;
    let merged = asked.and_then(|catalogue| {
        // What a merge would change is what differs.
        let merged = merge(&mut Editor::new(tree), provider, &catalogue, false);
        merged.map_err(|obstacle| obstacle.to_string())
    });
    let merged = match merged {
        Ok(merged) => merged,
        Err(why) => {
            rows.iter_mut().for_each(|row| row.live = Some("unknown"));
            report.errors.push(format!("{id}: {why}"));
            return Ok(());
        }
    };
    for (row, model) in rows.iter_mut().zip(provider.models()) {
        let path = model.path();
        let changes = merged
            .changed
            .iter()
            .filter(|change| change.path.0.starts_with(&path.0));
        row.differs = changes
            .map(|change| {
                let below = change.path.0.get(path.0.len()..).unwrap_or_default();
                Path(below.to_vec()).to_string()
            })
            .collect();
        let is_gone = merged.gone.iter().any(|(_, gone)| gone.0 == path.0);
        row.live = Some(match (is_gone, row.differs.is_empty()) {
            (true, _) => "gone",
            (false, true) => "same",
            (false, false) => "differs",
        });
    }
    let new = merged.added.iter().map(|model| format!("{id}/{model}"));
    report.new.extend(new);
    Ok(())
}

fn human(report: &Report, is_live: bool, out: &mut dyn Write) -> io::Result<()> {
    let count = |count: Option<u64>| count.map_or("-".to_owned(), |count| count.to_string());
    let live = if is_live { "LIVE" } else { "" };
    let heading = ["MODEL", "WINDOW", "WORKING", "REASONING", live].map(str::to_owned);
    let cells = report.models.iter().map(|row| {
        let reasoning = match row.reasoning.as_slice() {
            [] => "-".to_owned(),
            words => printable(&words.join(" ")),
        };
        let live = match row.live {
            Some("differs") => format!("differs: {}", printable(&row.differs.join(", "))),
            state => state.unwrap_or_default().to_owned(),
        };
        let (window, working) = (count(row.context_window), count(row.context_tokens));
        [printable(&row.reference), window, working, reasoning, live]
    });
    let cells: Vec<[String; 5]> = std::iter::once(heading).chain(cells).collect();
    let width = |of: fn(&[String; 5]) -> &String| {
        let lengths = cells.iter().map(|row| of(row).chars().count());
        lengths.max().unwrap_or(0)
    };
    let (first, last) = (width(|row| &row[0]), width(|row| &row[3]));
    let marks = report
        .models
        .iter()
        .map(|row| if row.default { "*" } else { " " });
    for (mark, row) in std::iter::once(" ").chain(marks).zip(&cells) {
        let [reference, window, working, reasoning, live] = row;
        let line = format!(
            "{mark} {reference:<first$}  {window:>9}  {working:>9}  {reasoning:<last$}  {live}"
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    for reference in &report.new {
        writeln!(out, "+ {}: only on the server", printable(reference))?;
    }
    for error in &report.errors {
        writeln!(out, "! {}", printable(error))?;
    }
    match &report.default {
        Some(default) if report.models.iter().all(|row| !row.default) => {
            writeln!(
                out,
                "default model: {}, not listed above",
                printable(default)
            )
        }
        Some(_) => Ok(()),
        None => writeln!(out, "no default model is set"),
    }
}
