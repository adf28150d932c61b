//! What came of all, before anything of a single model: a reader with little time reads only this.

use std::io::{self, Write};

use super::badge::{Badge, sign};
use super::spot::Spot;
use super::text::Text;
use crate::report::verification::line;
use crate::verification::{Outcome, ProviderReport, Report, Status};

/// Most failures that are listed; the tables have them all.
const MOST: usize = 20;

/// What came of all, as a status and in words.
pub(super) fn verdict(report: &Report) -> (Status, &'static str) {
    let totals = report.totals();
    let mut servers = report.providers.iter().map(ProviderReport::server_status);
    if report.has_failures() {
        (Status::Fail, "failed")
    } else if report.interrupted {
        (Status::Skipped, "interrupted")
    } else if totals.warned > 0 || servers.any(|status| status == Status::Warn) {
        (Status::Warn, "passed with warnings")
    } else if totals.passed > 0 {
        (Status::Pass, "passed")
    } else {
        (Status::Skipped, "nothing verified")
    }
}

/// The same for the title of a window.
pub(super) fn title(report: &Report) -> String {
    let (_, words) = verdict(report);
    let totals = report.totals();
    let noun = if totals.models == 1 {
        "model"
    } else {
        "models"
    };
    match totals.failed {
        0 => format!("{words}, {} {noun}", totals.models),
        failed => format!("{words}, {failed} of {} {noun}", totals.models),
    }
}

/// Writes the heading, the counts, and what failed.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let (status, words) = verdict(report);
    writeln!(
        out,
        r#"<header>
<h1>Verification: <span class="verdict {}"><span aria-hidden="true">{}</span> {words}</span></h1>"#,
        status.code(),
        sign(status)
    )?;
    counts(report, out)?;
    if report.interrupted {
        writeln!(
            out,
            r#"<p class="note">It was interrupted: some models were not verified, or not to the end.</p>"#
        )?;
    }
    writeln!(out, "</header>\n<main>")?;
    if report.providers.len() > 1 {
        overview(report, out)?;
    }
    failures(report, out)
}

fn counts(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let totals = report.totals();
    writeln!(out, r#"<ul class="counts">"#)?;
    let of_each = [
        ("all", totals.models, "in all"),
        ("fail", totals.failed, "failed"),
        ("warn", totals.warned, "with warnings"),
        ("pass", totals.passed, "passed"),
        ("skipped", totals.skipped, "not verified"),
    ];
    for (class, count, words) in of_each {
        if count > 0 || class == "all" {
            let models = match (class, count) {
                ("all", 1) => "model ",
                ("all", _) => "models ",
                _ => "",
            };
            writeln!(
                out,
                r#"<li class="{class}"><b>{count}</b> {models}{words}</li>"#
            )?;
        }
    }
    writeln!(out, "</ul>")
}

/// A row a provider.
fn overview(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        r#"<section aria-labelledby="providers">
<h2 id="providers">Providers</h2>
<div class="wide" role="region" aria-labelledby="providers" tabindex="0">
<table>
<caption><span>The providers, and how many of their models stand how.</span></caption>
<thead><tr><th scope="col">provider</th><th scope="col">server</th><th scope="col">models</th><th scope="col">fail</th><th scope="col">warn</th><th scope="col">pass</th><th scope="col">skipped</th></tr></thead>
<tbody>"#
    )?;
    for (at, provider) in report.providers.iter().enumerate() {
        write!(
            out,
            r##"<tr><th scope="row"><a href="#{}"><bdi>{}</bdi></a></th><td>{}</td><td>{}</td>"##,
            Spot::provider(at),
            Text(line(&provider.id)),
            Badge(provider.server_status()),
            provider.models.len()
        )?;
        for status in [Status::Fail, Status::Warn, Status::Pass, Status::Skipped] {
            let models = provider.models.iter();
            let such = models.filter(|model| provider.status_of(model) == status);
            write!(out, "<td>{}</td>", such.count())?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>\n</section>")
}

/// Every check that failed, of servers and models, with the number of its item.
fn failed(report: &Report) -> impl Iterator<Item = (Spot, String, usize, &Outcome)> {
    report
        .providers
        .iter()
        .enumerate()
        .flat_map(|(at, provider)| {
            let spot = Spot::provider(at);
            let of_server = std::iter::once((spot, None, &provider.outcomes));
            let models = provider.models.iter().enumerate();
            let of_models =
                models.map(move |(at, model)| (spot.model(at), Some(model), &model.outcomes));
            of_server
                .chain(of_models)
                .flat_map(move |(spot, model, outcomes)| {
                    let outcomes = outcomes.iter().zip(1..);
                    let bad = outcomes.filter(|(outcome, _)| outcome.status == Status::Fail);
                    bad.map(move |(outcome, number)| {
                        let id =
                            model.map_or(String::new(), |model| format!("/{}", line(&model.id)));
                        (spot, format!("{}{id}", line(&provider.id)), number, outcome)
                    })
                })
        })
}

fn failures(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if !report.has_failures() {
        return Ok(());
    }
    writeln!(
        out,
        r#"<section aria-labelledby="failures">
<h2 id="failures">What failed</h2>
<ul class="failures">"#
    )?;
    for (spot, name, number, outcome) in failed(report).take(MOST) {
        writeln!(
            out,
            r##"<li><a href="#{spot}-c{number}"><bdi>{}</bdi>: {}</a> {}</li>"##,
            Text(name),
            outcome.check.code(),
            Text(line(&outcome.message))
        )?;
    }
    writeln!(out, "</ul>")?;
    match failed(report).skip(MOST).count() {
        0 => {}
        1 => writeln!(out, "<p>And one more, in the tables below.</p>")?,
        more => writeln!(out, "<p>And {more} more, in the tables below.</p>")?,
    }
    writeln!(out, "</section>")
}
