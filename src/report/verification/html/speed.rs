//! How fast the models are: numbers, with bars to compare them by.

use std::io::{self, Write};
use std::time::Duration;

use super::amount::{percent, rate, time};
use super::spot::Spot;
use super::text::Text;
use crate::report::verification::line;
use crate::verification::{ProviderReport, Report, Speed};

/// What a full bar stands for. It is one for the page, so that providers can be compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    longest: Duration,
    fastest: f64,
}

impl Scale {
    /// That of a report.
    pub(super) fn of(report: &Report) -> Scale {
        let mut scale = Scale {
            longest: Duration::ZERO,
            fastest: 0.0,
        };
        let models = report
            .providers
            .iter()
            .flat_map(|provider| &provider.models);
        for speed in models.filter_map(|model| model.speed) {
            scale.longest = scale.longest.max(speed.total);
            let rate = speed.tokens_per_second.filter(|rate| rate.is_finite());
            scale.fastest = scale.fastest.max(rate.unwrap_or(0.0));
        }
        scale
    }
}

/// Writes the table of a provider; nothing when no chat came to its end.
pub(super) fn write(
    provider: &ProviderReport,
    spot: Spot,
    scale: Scale,
    out: &mut dyn Write,
) -> io::Result<()> {
    if provider.models.iter().all(|model| model.speed.is_none()) {
        return Ok(());
    }
    writeln!(
        out,
        r#"<h3 id="{spot}-speed">Speed</h3>
<div class="wide" role="region" aria-labelledby="{spot}-speed" tabindex="0">
<table class="speed">
<caption><span>Medians of the plain chats that came to their end. A full bar is {}{}.</span></caption>
<thead><tr><th scope="col">model</th><th scope="col">first token</th><th scope="col">whole answer</th><th scope="col">tokens/s</th><th scope="col">chats</th></tr></thead>
<tbody>"#,
        time(scale.longest),
        if scale.fastest > 0.0 {
            format!(", or {} tokens/s", rate(scale.fastest))
        } else {
            String::new()
        }
    )?;
    for (at, model) in provider.models.iter().enumerate() {
        if let Some(speed) = model.speed {
            write!(
                out,
                r##"<tr><th scope="row"><a href="#{}"><bdi>{}</bdi></a></th>"##,
                spot.model(at),
                Text(line(&model.id))
            )?;
            numbers(speed, scale, out)?;
        }
    }
    writeln!(out, "</tbody>\n</table>\n</div>")
}

fn numbers(speed: Speed, scale: Scale, out: &mut dyn Write) -> io::Result<()> {
    let of_longest = |part: Duration| percent(part.as_secs_f64(), scale.longest.as_secs_f64());
    let first = speed.first.map(|first| (time(first), of_longest(first)));
    bar("first", first, out)?;
    bar(
        "total",
        Some((time(speed.total), of_longest(speed.total))),
        out,
    )?;
    let finite = speed.tokens_per_second.filter(|rate| rate.is_finite());
    let tokens = finite.map(|tokens| (rate(tokens), percent(tokens, scale.fastest)));
    bar("rate", tokens, out)?;
    writeln!(out, "<td>{}</td></tr>", speed.runs)
}

fn bar(class: &str, number: Option<(String, f64)>, out: &mut dyn Write) -> io::Result<()> {
    match number {
        Some((words, width)) => write!(
            out,
            r#"<td>{words}<span class="bar {class}"><span style="width:{width:.1}%"></span></span></td>"#
        ),
        None => write!(out, "<td>not told</td>"),
    }
}
