//! The report for people: each finding with the line it stands on, and what mends it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use rayon::prelude::*;

use super::{Linted, Places, Source, Summary, offer};
use crate::diagnostic::{Finding, Severity};
use crate::json5::{LineIndex, Position, Span};

/// Columns of a source line that are shown around a finding on a long line.
const AROUND: usize = 60;

/// Configs whose findings are held in memory at once.
const AT_ONCE: usize = 512;

/// Fewer configs or findings are not worth starting threads for.
const FEW: usize = 32;

/// How the report is written.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Colours and line drawing characters.
    pub styled: bool,
    /// Only the findings, no summary.
    pub quiet: bool,
}

/// Most findings of one rule that are shown. Ten thousand of a kind say no more than a hundred, and
/// nobody sees the others between them.
const MOST_OF_A_RULE: usize = 100;

/// Writes all findings and a summary.
///
/// # Errors
/// Those of `out`.
pub fn write(linted: &[Linted], options: Options, out: &mut dyn Write) -> io::Result<()> {
    let renderer = if options.styled {
        Renderer::styled().decor_style(DecorStyle::Unicode)
    } else {
        Renderer::plain().decor_style(DecorStyle::Ascii)
    };
    let mut counts = Counts::default();
    for some in linted.chunks(AT_ONCE) {
        let shown: Vec<(&Linted, Vec<&Finding>)> = some
            .iter()
            .map(|config| (config, counts.few_enough(&config.findings)))
            .collect();
        let one = |(config, findings): &(&Linted, Vec<&Finding>)| text(config, findings, &renderer);
        let texts: Vec<String> = if some.len() > FEW {
            shown.par_iter().map(one).collect()
        } else {
            shown.iter().map(one).collect()
        };
        for text in texts {
            out.write_all(text.as_bytes())?;
        }
    }
    for (rule, hidden) in counts.hidden() {
        writeln!(
            out,
            "{hidden} more of `{rule}`: `--format json` lists them all\n"
        )?;
    }
    if options.quiet {
        return Ok(());
    }
    writeln!(out, "{}", summary(linted))
}

/// Those of the findings of one config that may be shown.
pub fn shown(findings: &[Finding]) -> Vec<&Finding> {
    Counts::default().few_enough(findings)
}

/// How many findings of each rule there were so far.
#[derive(Default)]
struct Counts(BTreeMap<&'static str, usize>);

impl Counts {
    /// The findings that are shown: all but those that are too many of a rule.
    fn few_enough<'f>(&mut self, findings: &'f [Finding]) -> Vec<&'f Finding> {
        let mut is_shown = |finding: &&Finding| {
            let count = self.0.entry(finding.rule.id).or_default();
            *count += 1;
            *count <= MOST_OF_A_RULE
        };
        findings.iter().filter(&mut is_shown).collect()
    }

    /// The rules of which some were left out, and how many.
    fn hidden(&self) -> impl Iterator<Item = (&'static str, usize)> {
        let hidden = |(rule, count): (&&'static str, &usize)| {
            let more = count.saturating_sub(MOST_OF_A_RULE);
            (more > 0).then_some((*rule, more))
        };
        self.0.iter().filter_map(hidden)
    }
}

/// These findings of one config.
fn text(config: &Linted, findings: &[&Finding], renderer: &Renderer) -> String {
    let concerned = |file: usize| findings.iter().any(|finding| finding.file == file);
    let shown: Vec<Option<Shown<'_>>> = config
        .sources
        .iter()
        .enumerate()
        .map(|(file, source)| concerned(file).then(|| Shown::new(source)))
        .collect();
    let one = |finding: &&Finding| match shown.get(finding.file) {
        Some(Some(shown)) => format!("{}\n\n", render(renderer, finding, shown)),
        _ => String::new(),
    };
    if findings.len() > FEW {
        let texts: Vec<String> = findings.par_iter().map(one).collect();
        texts.concat()
    } else {
        findings.iter().map(one).collect()
    }
}

/// A file as it may be seen.
struct Shown<'s> {
    places: Places<'s>,
    masked: &'s str,
    masked_lines: LineIndex,
}

impl<'s> Shown<'s> {
    fn new(source: &'s Source) -> Self {
        Shown {
            places: Places::new(source),
            masked: &source.masked,
            masked_lines: LineIndex::new(&source.masked),
        }
    }

    /// The line on which `span` begins, cut to what is near it, and the place of the span in it.
    fn line(&self, span: Span) -> Line {
        let start = self.places.position(span.start);
        let end = self.places.position(span.end);
        let at = |column| {
            self.masked_lines.offset(
                self.masked,
                Position {
                    line: start.line,
                    column,
                },
            )
        };
        let line = Span::new(at(1), at(usize::MAX));
        let is_long = line.len() > 3 * AROUND;
        let last = if end.line == start.line {
            end.column
        } else {
            usize::MAX
        };
        let last = last.min(start.column + 2 * AROUND);
        let marked = Span::new(at(start.column), at(last));
        let (left, right) = if is_long {
            (at(start.column.saturating_sub(AROUND)), at(last + AROUND))
        } else {
            (line.start, line.end)
        };
        let (cut_left, cut_right) = (left > line.start, right < line.end);
        let mut window = String::from(if cut_left { "…" } else { "" });
        let base = window.len();
        window.push_str(
            Span::new(left, right)
                .of(self.masked)
                .trim_end_matches('\r'),
        );
        let length = window.len();
        window.push_str(if cut_right { "…" } else { "" });
        let place = |offset: usize| (offset - left + base).min(length);
        Line {
            number: start.line,
            place: Span::new(place(marked.start), place(marked.end)),
            window,
            cut: cut_left || cut_right,
        }
    }
}

/// One line of a file as it is shown.
struct Line {
    number: usize,
    window: String,
    /// The place of the span in `window`.
    place: Span,
    /// Whether a part of the line is left out.
    cut: bool,
}

fn render(renderer: &Renderer, finding: &Finding, shown: &Shown<'_>) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let start = shown.places.position(finding.span.start);
    let name = printable(&shown.places.source.name);
    let mut elements: Vec<Element<'_>> = Vec::new();
    let primary = std::iter::once((finding.span, None));
    let labels = finding
        .labels
        .iter()
        .map(|label| (label.span, Some(label.text.as_str())));
    for (span, text) in primary.chain(labels) {
        let Line {
            number,
            window,
            place,
            cut,
        } = shown.line(span);
        let kind = if text.is_some() {
            AnnotationKind::Context
        } else {
            AnnotationKind::Primary
        };
        let mark = kind.span(place.start..place.end).label(text);
        let mut snippet = Snippet::source(window).line_start(number).annotation(mark);
        if text.is_none() && cut {
            // The column counted in a cut line would be another.
            let origin = Origin::path(name.clone())
                .line(start.line)
                .char_column(start.column);
            elements.push(origin.into());
        } else if text.is_none() {
            snippet = snippet.path(name.clone());
        }
        elements.push(snippet.into());
    }
    if let Some(help) = &finding.help {
        elements.push(Level::HELP.message(help.as_str()).into());
    }
    if let Some(offer) = offer(finding) {
        elements.push(Level::NOTE.with_name(Some("fix")).message(offer).into());
    }
    let title = level
        .primary_title(finding.message.as_str())
        .id(finding.rule.id);
    renderer.render(&[title.elements(elements)])
}

/// A file name without anything a terminal would act on.
fn printable(name: &str) -> String {
    let shown = |c: char| if c.is_control() { '\u{FFFD}' } else { c };
    name.chars().map(shown).collect()
}

/// One line that says how many files were linted, what was found and what can be mended.
#[must_use]
pub fn summary(linted: &[Linted]) -> String {
    let counts = Summary::of(linted);
    let files = plural(linted.len(), "file");
    if counts == Summary::default() {
        return format!("{files}: nothing to report");
    }
    let parts = [
        (counts.errors, "error"),
        (counts.warnings, "warning"),
        (counts.infos, "note"),
    ];
    let found: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| plural(count, noun))
        .collect();
    let mut line = format!("{files}: {}", found.join(", "));
    let risky = counts.fixable - counts.safely_fixable;
    if counts.safely_fixable > 0 {
        line.push_str(&format!("; `--fix` mends {}", counts.safely_fixable));
        if risky > 0 {
            line.push_str(&format!(", `--fix --unsafe` {risky} more"));
        }
    } else if risky > 0 {
        line.push_str(&format!("; `--fix --unsafe` mends {risky}"));
    }
    line
}

fn plural(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}
