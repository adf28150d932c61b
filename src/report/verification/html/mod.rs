//! The verification as one page that needs nothing else: no other file, no network, no script.
//!
//! It is written as XML can be read, and piece by piece, since the transcripts of many models are long.
//! Whatever comes from a config or a server goes through `text::Text`.

mod amount;
mod badge;
mod checks;
mod exchange;
mod matrix;
mod provider;
mod speed;
mod spot;
mod summary;
mod text;

use std::io::{self, Write};

use crate::verification::Report;
use speed::Scale;
use spot::Spot;

/// The stylesheet. It holds neither `<` nor `&`, which XML would take for markup.
const STYLE: &str = include_str!("page.css");

/// Lets the page have its own styles, and load nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// Writes the page.
///
/// # Errors
/// Those of `out`.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let title = summary::title(report);
    write!(
        out,
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="{POLICY}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<title>clawconf verify: {title}</title>
<style>
{STYLE}</style>
</head>
<body>
"#
    )?;
    summary::write(report, out)?;
    if report.providers.is_empty() {
        writeln!(out, r#"<p class="note">There was nothing to verify.</p>"#)?;
    }
    let scale = Scale::of(report);
    for (at, provider) in report.providers.iter().enumerate() {
        provider::write(provider, Spot::provider(at), scale, out)?;
    }
    checks::questions(out)?;
    writeln!(out, "</main>\n</body>\n</html>")
}
