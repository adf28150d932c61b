//! The table of models and checks; each cell leads to what it stands for.

use std::io::{self, Write};

use super::badge::{Badge, sign};
use super::checks::worst_of;
use super::spot::Spot;
use super::text::Text;
use crate::report::verification::line;
use crate::verification::{Check, ModelReport, ProviderReport, Status};

/// Writes the table of a provider.
pub(super) fn write(provider: &ProviderReport, spot: Spot, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, r#"<h3 id="{spot}-models">Models</h3>"#)?;
    writeln!(
        out,
        r#"<div class="wide" role="region" aria-labelledby="{spot}-models" tabindex="0">"#
    )?;
    writeln!(
        out,
        r#"<table class="matrix">
<caption><span>What came of each check; a result leads to its words.</span></caption>
<thead><tr><th scope="col">model</th><th scope="col">in all</th><th scope="col">server</th>"#
    )?;
    for check in Check::OF_MODEL {
        write!(out, r#"<th scope="col">{}</th>"#, check.code())?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for (at, model) in provider.models.iter().enumerate() {
        row(provider, model, spot.model(at), out)?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>")
}

fn row(
    provider: &ProviderReport,
    model: &ModelReport,
    spot: Spot,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(
        out,
        r##"<tr><th scope="row"><a href="#{spot}"><bdi>{}</bdi></a></th><td>{}</td>"##,
        Text(line(&model.id)),
        Badge(provider.status_of(model))
    )?;
    let server = Spot::provider(spot.provider);
    let status = (!provider.outcomes.is_empty()).then(|| provider.server_status());
    cell("server", status, format_args!("{server}-server"), out)?;
    for check in Check::OF_MODEL {
        match worst_of(&model.outcomes, check) {
            Some((status, number)) => {
                let target = format_args!("{spot}-c{number}");
                cell(check.code(), Some(status), target, out)?;
            }
            None => cell(check.code(), None, format_args!("{spot}"), out)?,
        }
    }
    writeln!(out, "</tr>")
}

/// A check that was not made has no status; its cell leads to the model, where the reason is.
fn cell(
    what: &str,
    status: Option<Status>,
    target: std::fmt::Arguments<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (class, sign, word) = match status {
        Some(status) => (status.code(), sign(status), status.code()),
        None => ("none", "·", "not run"),
    };
    write!(
        out,
        r##"<td><a class="{class}" href="#{target}" aria-label="{what}: {word}"><span aria-hidden="true">{sign}</span> {word}</a></td>"##
    )
}
