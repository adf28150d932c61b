//! SARIF 2.1.0, for code scanning services and editors.
//!
//! Columns are Unicode characters, and a byte order mark is none, as the standard has it. Names of
//! files in the folder that the command runs in are relative, so that the report holds nothing of
//! the machine.

use std::io::{self, Write};

use serde::Serialize;

use super::fingerprint::Numbering;
use super::{Folder, Linted, Places, visible};
use crate::diagnostic::{Finding, Fix, RuleInfo, Severity};
use crate::json5::{Path, Position, Segment, Span};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'r> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'r>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'r> {
    tool: Tool<'r>,
    column_kind: &'static str,
    results: Vec<Outcome<'r>>,
}

#[derive(Serialize)]
struct Tool<'r> {
    driver: Driver<'r>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'r> {
    name: &'static str,
    version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    information_uri: Option<&'static str>,
    rules: Vec<Rule<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'r> {
    id: &'r str,
    short_description: Message,
    full_description: Message,
    help: Help<'r>,
    default_configuration: Configuration,
    properties: Tags<'r>,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
struct Help<'r> {
    text: &'r str,
    markdown: &'r str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Tags<'r> {
    tags: [&'r str; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'r> {
    rule_id: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixes: Option<[Repair<'r>; 1]>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    logical_locations: Option<[LogicalLocation; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
    byte_offset: usize,
    byte_length: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    name: String,
    fully_qualified_name: String,
    kind: &'static str,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "clawconfIdentity/v1")]
    identity: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Repair<'r> {
    description: Message,
    artifact_changes: [ArtifactChange<'r>; 1],
    properties: Safety,
}

#[derive(Serialize)]
struct Safety {
    safe: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'r> {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'r> {
    deleted_region: Region,
    inserted_content: Content<'r>,
}

#[derive(Serialize)]
struct Content<'r> {
    text: &'r str,
}

/// Writes one SARIF log with everything that was found, and all `rules` that may find something.
///
/// # Errors
/// Those of `out`.
pub fn write(
    linted: &[Linted],
    rules: &[&RuleInfo],
    folder: &Folder,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut numbering = Numbering::default();
    let mut results = Vec::new();
    for config in linted {
        config.each(|finding, places| {
            let file = File { places, folder };
            let fingerprint = numbering.fingerprint(finding, &places.source.name, folder);
            results.push(file.outcome(finding, rules, fingerprint));
        });
    }
    let information_uri = Some(env!("CARGO_PKG_REPOSITORY")).filter(|uri| !uri.is_empty());
    let driver = Driver {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        information_uri,
        rules: rules.iter().map(|info| rule(info)).collect(),
    };
    let run = Run {
        tool: Tool { driver },
        column_kind: "unicodeCodePoints",
        results,
    };
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [run],
    };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    out.write_all(b"\n")
}

fn rule<'r>(info: &'r RuleInfo) -> Rule<'r> {
    let reason = why(info.explain).unwrap_or_else(|| info.summary.to_owned());
    let (text, markdown) = (info.explain, info.explain);
    Rule {
        id: info.id,
        short_description: Message::new(info.summary),
        full_description: Message::new(&reason),
        help: Help { text, markdown },
        default_configuration: Configuration {
            level: level(info.severity),
        },
        properties: Tags { tags: [info.group] },
    }
}

/// The first paragraph of a rule's page that says why it matters, on one line.
fn why(page: &str) -> Option<String> {
    let (_, section) = page.split_once("## Why it matters\n")?;
    let paragraph = section.trim_start().split("\n\n").next()?;
    let words: Vec<&str> = paragraph.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A file that results point into.
struct File<'f, 's> {
    places: &'f Places<'s>,
    folder: &'f Folder,
}

impl File<'_, '_> {
    fn outcome<'r>(
        &self,
        finding: &'r Finding,
        rules: &[&RuleInfo],
        fingerprint: String,
    ) -> Outcome<'r> {
        let labels = (1..).zip(&finding.labels);
        let related = labels.map(|(id, label)| Location {
            id: Some(id),
            physical_location: self.place(label.span),
            logical_locations: None,
            message: Some(Message::new(&label.text)),
        });
        let primary = Location {
            id: None,
            physical_location: self.place(finding.span),
            logical_locations: logical(&finding.path).map(|location| [location]),
            message: None,
        };
        let text = match &finding.help {
            Some(help) => format!("{}.\n{help}", finding.message.trim_end_matches('.')),
            None => finding.message.clone(),
        };
        Outcome {
            rule_id: finding.rule.id,
            rule_index: rules.iter().position(|rule| rule.id == finding.rule.id),
            level: level(finding.severity),
            message: Message::new(&text),
            locations: [primary],
            related_locations: related.collect(),
            partial_fingerprints: Fingerprints {
                identity: fingerprint,
            },
            fixes: finding
                .fix
                .as_ref()
                .and_then(|fix| Some([self.repair(fix)?])),
        }
    }

    /// The fix as text edits; none where `--fix` would write nothing either.
    fn repair<'r>(&self, fix: &'r Fix) -> Option<Repair<'r>> {
        if fix.edits.is_empty() || !self.places.source.shifts.is_empty() {
            return None;
        }
        let replacements = fix.edits.iter().map(|edit| Replacement {
            deleted_region: self.region(edit.span),
            inserted_content: Content { text: &edit.text },
        });
        Some(Repair {
            description: Message::new(&fix.title),
            artifact_changes: [ArtifactChange {
                artifact_location: self.artifact(),
                replacements: replacements.collect(),
            }],
            properties: Safety { safe: fix.safe },
        })
    }

    fn artifact(&self) -> ArtifactLocation {
        let uri = self.folder.uri(&self.places.source.name);
        ArtifactLocation { uri }
    }

    fn place(&self, span: Span) -> PhysicalLocation {
        PhysicalLocation {
            artifact_location: self.artifact(),
            region: self.region(span),
        }
    }

    fn region(&self, span: Span) -> Region {
        let end = self.position(span.end);
        let start = if span.is_empty() {
            end
        } else {
            self.position(span.start)
        };
        let source = self.places.source;
        let byte_offset = source.file_offset(span.start);
        Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
            byte_offset,
            byte_length: source.file_offset(span.end) - byte_offset,
        }
    }

    /// Line and column as SARIF counts them: a byte order mark is no character, and behind the last
    /// line break there is no further line.
    fn position(&self, offset: usize) -> Position {
        let text = &self.places.source.text;
        let is_behind_last_line = offset == text.len() && text.ends_with('\n');
        let mut position = self
            .places
            .position(offset - usize::from(is_behind_last_line));
        position.column += usize::from(is_behind_last_line);
        if position.line == 1 && position.column > 1 && text.starts_with('\u{FEFF}') {
            position.column -= 1;
        }
        position
    }
}

/// The place in the config; nothing for the config itself.
fn logical(path: &Path) -> Option<LogicalLocation> {
    let (name, kind) = match path.0.last()? {
        Segment::Key(key) => (key.clone(), "property"),
        Segment::Index(index) => (index.to_string(), "value"),
    };
    Some(LogicalLocation {
        name: visible(&name),
        fully_qualified_name: visible(&path.to_string()),
        kind,
    })
}

impl Message {
    fn new(text: &str) -> Message {
        let text = literal(&visible(text));
        Message { text }
    }
}

/// The text so that no part of it is read as a placeholder `{0}` or a link `[…](…)`.
///
/// The standard wants every brace doubled, also where there is nothing to be put in. No service does
/// undo that, and messages are about `${NAME}`; so only what would be a placeholder is doubled.
fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', ']']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let length = placeholder(from).map_or(1, str::len);
        let (part, behind) = from.split_at(length);
        match part {
            "{" => out.push('{'),
            "]" if behind.starts_with('(') => out.push_str(r"\]"),
            "]" => out.push(']'),
            found => out.push_str(&format!("{{{found}}}")),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// `{0}` at the start of a text.
fn placeholder(text: &str) -> Option<&str> {
    let (digits, _) = text.strip_prefix('{')?.split_once('}')?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    text.get(..digits.len() + 2).filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_no_placeholders_and_no_links() {
        let cases = [
            ("`${NAME}` {a} {}", "`${NAME}` {a} {}"),
            ("{0} and {{12}}", "{{0}} and {{{12}}}"),
            ("a[0] [x](http://h) ]", r"a[0] [x\](http://h) ]"),
            ("{0", "{0"),
            ("ü{7}", "ü{{7}}"),
        ];
        for (text, expected) in cases {
            assert_eq!(literal(text), expected);
        }
    }

    #[test]
    fn the_reason_is_one_line() {
        let page = "# x\n\n## Why it matters\n\nOne\nline.\n\nMore.\n\n## Bad\n";
        assert_eq!(why(page).as_deref(), Some("One line."));
        assert_eq!(why("# x"), None);
    }
}
