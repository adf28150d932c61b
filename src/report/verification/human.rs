//! The verification for people: the checks of each server and model, then a table of all models.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{line, place};
use crate::verification::{Check, ModelReport, Outcome, ProviderReport, Report, Status};

/// Width of the column with the names of checks.
const CHECKS: usize = 9;

/// Writes the report. `brief` leaves out what passed and what was skipped.
///
/// # Errors
/// Those of `out`.
pub fn write(report: &Report, brief: bool, out: &mut dyn Write) -> io::Result<()> {
    let is_news = |outcome: &Outcome| outcome.status >= Status::Warn;
    let has_news =
        |model: &ModelReport| model.left_out.is_some() || model.outcomes.iter().any(is_news);
    for provider in &report.providers {
        let has_any = provider.outcomes.iter().any(is_news) || provider.models.iter().any(has_news);
        if brief && !has_any {
            continue;
        }
        let bold = Style::new().bold();
        let backend = provider.backend.as_deref();
        let backend = backend.map_or(String::new(), |name| format!(", {name}"));
        writeln!(
            out,
            "{bold}{}{bold:#}  {}{backend}  ({})",
            line(&provider.id),
            line(&provider.base_url),
            line(&provider.config)
        )?;
        outcomes(&provider.outcomes, brief, out)?;
        for model in provider
            .models
            .iter()
            .filter(|model| !brief || has_news(model))
        {
            writeln!(out)?;
            writeln!(
                out,
                "{bold}{}/{}{bold:#}",
                line(&provider.id),
                line(&model.id)
            )?;
            outcomes(&model.outcomes, brief, out)?;
            if let Some(why) = model.left_out {
                writeln!(out, "  {}", line(why))?;
            }
        }
        writeln!(out)?;
    }
    let models = report
        .providers
        .iter()
        .map(|provider| provider.models.len());
    if models.sum::<usize>() > 1 && !brief {
        matrix(report, out)?;
        writeln!(out)?;
    }
    totals(report, out)
}

fn style(status: Status) -> Style {
    match status {
        Status::Skipped => Style::new().dimmed(),
        Status::Pass => AnsiColor::Green.on_default(),
        Status::Warn => AnsiColor::Yellow.on_default().bold(),
        Status::Fail => AnsiColor::Red.on_default().bold(),
    }
}

/// What stands for a status in a table.
fn sign(status: Status) -> &'static str {
    match status {
        Status::Skipped => "-",
        Status::Pass => "ok",
        Status::Warn => "warn",
        Status::Fail => "FAIL",
    }
}

/// The checks, a line each; those that were left out one after the other for the same reason share one.
fn outcomes(outcomes: &[Outcome], brief: bool, out: &mut dyn Write) -> io::Result<()> {
    let is_left_out = |outcome: &Outcome| outcome.status == Status::Skipped;
    let is_same = |one: &Outcome, other: &Outcome| {
        is_left_out(one) && is_left_out(other) && one.message == other.message
    };
    for group in outcomes.chunk_by(is_same) {
        let [outcome, others @ ..] = group else {
            continue;
        };
        if brief && outcome.status < Status::Warn {
            continue;
        }
        if !others.is_empty() {
            let codes: Vec<&str> = group.iter().map(|outcome| outcome.check.code()).collect();
            let style = style(Status::Skipped);
            let sign = sign(Status::Skipped);
            writeln!(
                out,
                "  {style}{sign:<4}{style:#}  {}: {}",
                codes.join(", "),
                line(&outcome.message)
            )?;
            continue;
        }
        let style = style(outcome.status);
        let (sign, check) = (sign(outcome.status), outcome.check.code());
        writeln!(
            out,
            "  {style}{sign:<4}{style:#}  {check:<CHECKS$}  {}",
            line(&outcome.message)
        )?;
        let indent = " ".repeat(2 + 4 + 2 + CHECKS + 2);
        let is_bad = outcome.status >= Status::Warn;
        if let Some(at) = outcome.place.as_ref().filter(|_| is_bad) {
            writeln!(out, "{indent}at {} ({})", place(at), line(&at.path))?;
        }
        if let Some(help) = &outcome.help {
            writeln!(out, "{indent}{}", line(help))?;
        }
    }
    Ok(())
}

/// A row a model, a column a check.
fn matrix(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let name = |provider: &ProviderReport, model: &ModelReport| {
        format!("{}/{}", line(&provider.id), line(&model.id))
    };
    let all = || {
        report
            .providers
            .iter()
            .flat_map(|provider| provider.models.iter().map(move |model| (provider, model)))
    };
    let width = all().map(|(provider, model)| name(provider, model).chars().count());
    let width = width.max().unwrap_or(0).max("MODEL".len());
    write!(out, "{:<width$}  {:<6}", "MODEL", "SERVER")?;
    for check in Check::OF_MODEL {
        write!(out, "  {}", check.code().to_uppercase())?;
    }
    writeln!(out)?;
    for (provider, model) in all() {
        write!(out, "{:<width$}", name(provider, model))?;
        cell(provider.server_status(), "SERVER".len(), out)?;
        for check in Check::OF_MODEL {
            let found = model.outcomes.iter().find(|outcome| outcome.check == check);
            let status = found.map_or(Status::Skipped, |outcome| outcome.status);
            cell(status, check.code().len(), out)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn cell(status: Status, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let style = style(status);
    write!(out, "  {style}{:<width$}{style:#}", sign(status))
}

fn totals(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let totals = report.totals();
    let models = match totals.models {
        1 => "1 model".to_owned(),
        many => format!("{many} models"),
    };
    let parts = [
        (totals.failed, "failed"),
        (totals.warned, "with warnings"),
        (totals.passed, "passed"),
        (totals.skipped, "not verified"),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let parts = if parts.is_empty() {
        String::new()
    } else {
        format!(": {}", parts.join(", "))
    };
    let end = if report.interrupted {
        "; interrupted"
    } else {
        ""
    };
    writeln!(out, "{models}{parts}{end}")
}
