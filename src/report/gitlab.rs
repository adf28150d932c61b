//! The Code Quality report of GitLab: a list of issues, each with a fingerprint of its own.

use std::io::{self, Write};

use serde::Serialize;

use super::fingerprint::Numbering;
use super::{Folder, Linted, Places, visible};
use crate::diagnostic::{Finding, Severity};

#[derive(Serialize)]
struct Issue<'r> {
    description: String,
    check_name: &'r str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// Writes one JSON list with everything that was found.
///
/// # Errors
/// Those of `out`.
pub fn write(linted: &[Linted], folder: &Folder, out: &mut dyn Write) -> io::Result<()> {
    let mut numbering = Numbering::default();
    let mut issues = Vec::new();
    for config in linted {
        config.each(|finding, places| {
            issues.push(issue(finding, places, folder, &mut numbering));
        });
    }
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    out.write_all(b"\n")
}

fn issue<'r>(
    finding: &'r Finding,
    places: &Places<'_>,
    folder: &Folder,
    numbering: &mut Numbering,
) -> Issue<'r> {
    let name = &places.source.name;
    let (begin, end) = places.lines(finding.span);
    Issue {
        description: visible(&finding.message),
        check_name: finding.rule.id,
        fingerprint: numbering.fingerprint(finding, name, folder),
        severity: severity(finding.severity),
        location: Location {
            path: folder.name(name),
            lines: Lines { begin, end },
        },
    }
}

/// GitLab knows five, and `critical` and `blocker` say more than lint can know.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Info => "info",
    }
}
