//! The JSON report, version 1. Its names and shapes are a contract: scripts rely on them.

use std::io::{self, Write};

use serde::Serialize;

use super::{Linted, Places, Source, Summary};
use crate::diagnostic::Finding;
use crate::json5::Span;

#[derive(Serialize)]
struct Report<'r> {
    version: u32,
    files: usize,
    summary: Counts,
    findings: Vec<Item<'r>>,
}

#[derive(Serialize)]
struct Counts {
    errors: usize,
    warnings: usize,
    infos: usize,
    fixable: usize,
}

#[derive(Serialize)]
struct Item<'r> {
    rule: &'r str,
    group: &'r str,
    severity: &'r str,
    message: &'r str,
    help: Option<&'r str>,
    file: &'r str,
    path: String,
    start: Place,
    end: Place,
    fix: Option<Change<'r>>,
}

#[derive(Serialize)]
struct Place {
    line: usize,
    column: usize,
    offset: usize,
}

#[derive(Serialize)]
struct Change<'r> {
    safe: bool,
    title: &'r str,
    edits: Vec<Replacement<'r>>,
}

#[derive(Serialize)]
struct Replacement<'r> {
    start: usize,
    end: usize,
    text: &'r str,
}

/// Writes one JSON document with everything that was found.
///
/// # Errors
/// Those of `out`.
pub fn write(linted: &[Linted], out: &mut dyn Write) -> io::Result<()> {
    let summary = Summary::of(linted);
    let report = Report {
        version: 1,
        files: linted.len(),
        summary: Counts {
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            fixable: summary.fixable,
        },
        findings: linted.iter().flat_map(items).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    out.write_all(b"\n")
}

fn items(config: &Linted) -> Vec<Item<'_>> {
    if config.findings.is_empty() {
        return Vec::new();
    }
    let places: Vec<Places<'_>> = config.sources.iter().map(Places::new).collect();
    let found = config.findings.iter().filter_map(|finding| {
        let source = config.sources.get(finding.file)?;
        Some(item(finding, source, places.get(finding.file)?))
    });
    found.collect()
}

fn item<'r>(finding: &'r Finding, source: &'r Source, places: &Places<'_>) -> Item<'r> {
    let place = |offset| {
        let position = places.position(offset);
        Place {
            line: position.line,
            column: position.column,
            offset: source.file_offset(offset),
        }
    };
    let Span { start, end } = finding.span;
    Item {
        rule: finding.rule.id,
        group: finding.rule.group,
        severity: finding.severity.name(),
        message: &finding.message,
        help: finding.help.as_deref(),
        file: &source.name,
        path: finding.path.to_string(),
        start: place(start),
        end: place(end),
        fix: finding.fix.as_ref().map(|fix| Change {
            safe: fix.safe,
            title: &fix.title,
            edits: fix
                .edits
                .iter()
                .map(|edit| Replacement {
                    start: source.file_offset(edit.span.start),
                    end: source.file_offset(edit.span.end),
                    text: &edit.text,
                })
                .collect(),
        }),
    }
}
