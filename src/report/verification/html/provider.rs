//! A provider and its models.

use std::io::{self, Write};

use super::badge::Badge;
use super::speed::{self, Scale};
use super::spot::Spot;
use super::text::Text;
use super::{checks, exchange, matrix};
use crate::report::verification::line;
use crate::verification::{ModelReport, ProviderReport};

/// Writes all of it.
pub(super) fn write(
    provider: &ProviderReport,
    spot: Spot,
    scale: Scale,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(
        out,
        r#"<section class="provider" aria-labelledby="{spot}">
<h2 id="{spot}">Provider <bdi>{}</bdi></h2>
<dl class="facts">"#,
        Text(line(&provider.id))
    )?;
    let backend = provider.backend.as_deref().unwrap_or("not recognised");
    let facts = [
        ("address", provider.base_url.as_str()),
        ("backend", backend),
        ("config", provider.config.as_str()),
    ];
    for (what, words) in facts {
        let words = Text(line(words));
        writeln!(out, "<div><dt>{what}</dt><dd><bdi>{words}</bdi></dd></div>")?;
    }
    writeln!(
        out,
        "</dl>\n<h3 id=\"{spot}-server\">Server {}</h3>",
        Badge(provider.server_status())
    )?;
    if provider.outcomes.is_empty() {
        writeln!(
            out,
            r#"<p class="note">Nothing of the server was checked.</p>"#
        )?;
    } else {
        checks::write(spot, &provider.outcomes, out)?;
    }
    if provider.models.is_empty() {
        writeln!(
            out,
            r#"<p class="note">No model of it was to be verified.</p>"#
        )?;
    } else {
        matrix::write(provider, spot, out)?;
        speed::write(provider, spot, scale, out)?;
    }
    for (at, model) in provider.models.iter().enumerate() {
        self::model(provider, model, spot.model(at), out)?;
    }
    writeln!(out, "</section>")
}

fn model(
    provider: &ProviderReport,
    model: &ModelReport,
    spot: Spot,
    out: &mut dyn Write,
) -> io::Result<()> {
    let table = Spot::provider(spot.provider);
    writeln!(
        out,
        r##"<section class="model" aria-labelledby="{spot}">
<h3 id="{spot}"><bdi>{}</bdi> {}</h3>
<a class="back" href="#{table}-models">to the table</a>"##,
        Text(line(&model.id)),
        Badge(provider.status_of(model))
    )?;
    match model.left_out {
        Some(why) => writeln!(out, r#"<p class="note">Left out: {}</p>"#, Text(line(why)))?,
        None if model.outcomes.is_empty() => {
            writeln!(out, r#"<p class="note">Nothing of it was checked.</p>"#)?;
        }
        None => {}
    }
    if !model.outcomes.is_empty() {
        checks::write(spot, &model.outcomes, out)?;
    }
    exchange::write(&model.exchanges, out)?;
    writeln!(out, "</section>")
}
