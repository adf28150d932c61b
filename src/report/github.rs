//! Workflow commands of GitHub Actions: one line a finding, which becomes an annotation.
//!
//! The runner acts on every line that begins with `::`, so nothing of a config, a message or a file
//! name may begin a line or end the part it stands in.

use std::io::{self, Write};

use super::{Folder, Linted, Places, offer, visible};
use crate::diagnostic::{Finding, Severity};

/// Writes one command a finding.
///
/// # Errors
/// Those of `out`.
pub fn write(linted: &[Linted], folder: &Folder, out: &mut dyn Write) -> io::Result<()> {
    for config in linted {
        let mut lines = String::new();
        config.each(|finding, places| lines.push_str(&command(finding, places, folder)));
        out.write_all(lines.as_bytes())?;
    }
    Ok(())
}

fn command(finding: &Finding, places: &Places<'_>, folder: &Folder) -> String {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let file = property(&folder.name(&places.source.name));
    let (line, end_line) = places.lines(finding.span);
    let column = places.position(finding.span.start).column;
    // Columns of two lines are refused.
    let end_column = places.position(finding.span.end).column;
    let end_column = if line == end_line && end_column >= column {
        format!(",endColumn={end_column}")
    } else {
        String::new()
    };
    let title = property(finding.rule.id);
    let message = data(&message(finding));
    format!(
        "::{level} file={file},line={line},col={column},endLine={end_line}{end_column},title={title}::{message}\n"
    )
}

/// What is wrong, why it matters and what mends it, a line each.
fn message(finding: &Finding) -> String {
    let offer = offer(finding);
    let parts = [
        Some(&finding.message),
        finding.help.as_ref(),
        offer.as_ref(),
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    parts.join("\n")
}

/// Text behind the second `::`.
fn data(text: &str) -> String {
    let text = visible(text).replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
