//! Comments that say which findings are meant to be there: `clawconf: allow(rule-id) reason`.

use std::sync::atomic::{AtomicBool, Ordering};

use super::rules;
use crate::config::Config;
use crate::diagnostic::{Finding, RuleInfo};
use crate::json5::{LineIndex, Span, comments};

/// What a comment of ours begins with.
const MARK: &str = "clawconf:";

/// One comment that begins with [`MARK`].
pub(super) struct Suppression {
    /// The comment, in the row of all texts.
    pub comment: Span,
    /// Whether nothing else stands on its lines.
    pub is_alone: bool,
    /// What it allows; none when it cannot be understood.
    pub allowed: Option<Vec<Allowed>>,
    /// The file it stands in.
    file: usize,
    /// The line it begins on.
    first_line: usize,
    /// The line it ends on.
    last_line: usize,
    /// The line that it speaks of when it stands above.
    line_below: usize,
}

/// One name in the parentheses.
pub(super) struct Allowed {
    /// The name as it is written, in the row of all texts.
    pub span: Span,
    /// The rule it names.
    pub rule: Option<&'static RuleInfo>,
    used: AtomicBool,
}

impl Allowed {
    /// Whether it silenced a finding.
    pub(super) fn is_used(&self) -> bool {
        self.used.load(Ordering::Relaxed)
    }
}

/// Every comment of the config's files that begins with [`MARK`].
pub(super) fn all(config: &Config) -> Vec<Suppression> {
    let mut found = Vec::new();
    if config.tree().is_none() {
        return found;
    }
    for (file, source) in config.files.iter().enumerate() {
        let text = config.text(file);
        if !text.contains(MARK) {
            continue;
        }
        let lines = LineIndex::new(text);
        let first = found.len();
        for comment in comments(text).filter(|comment| comment.of(text).contains(MARK)) {
            let base = source.range.start;
            found.extend(Suppression::read(text, &lines, file, base, comment));
        }
        let of_file = found.get_mut(first..).unwrap_or_default();
        look_past_each_other(of_file);
    }
    found
}

/// A comment above another one of ours speaks of the line that the other speaks of.
fn look_past_each_other(of_file: &mut [Suppression]) {
    let mut next: Option<(usize, usize)> = None;
    for suppression in of_file.iter_mut().rev() {
        if let Some((first_line, line_below)) = next
            && suppression.line_below == first_line
        {
            suppression.line_below = line_below;
        }
        let lines = (suppression.first_line, suppression.line_below);
        next = suppression.is_alone.then_some(lines);
    }
}

impl Suppression {
    fn read(
        text: &str,
        lines: &LineIndex,
        file: usize,
        base: usize,
        comment: Span,
    ) -> Option<Suppression> {
        let source = comment.of(text);
        let inner = source.trim_start_matches(['/', '*', ' ', '\t', '\r', '\n']);
        let order = inner.strip_prefix(MARK)?;
        let last_line = lines.position(text, comment.end).line;
        Some(Suppression {
            comment: comment.shifted(base),
            is_alone: is_alone(text, comment),
            allowed: allowed(order, base + comment.end - order.len()),
            file,
            first_line: lines.position(text, comment.start).line,
            last_line,
            line_below: last_line + 1,
        })
    }

    /// Silences what this comment allows, which was found by rules on these lines.
    fn silence(&self, findings: &[(usize, usize, &'static str)], silent: &mut [bool]) {
        for allowed in self.allowed.iter().flatten() {
            let Some(rule) = allowed.rule else { continue };
            let mut cover = |line: usize| {
                for ((at, on, id), silent) in findings.iter().zip(silent.iter_mut()) {
                    if (*at, *on, *id) == (self.file, line, rule.id) {
                        *silent = true;
                        allowed.used.store(true, Ordering::Relaxed);
                    }
                }
            };
            cover(self.last_line);
            if !allowed.is_used() {
                cover(self.line_below);
            }
        }
    }
}

/// Takes away the findings that comments allow.
pub(super) fn apply(config: &Config, suppressions: &[Suppression], findings: &mut Vec<Finding>) {
    if suppressions.is_empty() {
        return;
    }
    let indexes: Vec<LineIndex> = (0..config.files.len())
        .map(|file| LineIndex::new(config.text(file)))
        .collect();
    let place = |finding: &Finding| {
        let (file, span) = config.locate(finding.span);
        let index = indexes.get(file);
        let line = index.map_or(0, |index| {
            index.position(config.text(file), span.start).line
        });
        (file, line, finding.rule.id)
    };
    let places: Vec<_> = findings.iter().map(place).collect();
    let mut silent = vec![false; findings.len()];
    for suppression in suppressions {
        suppression.silence(&places, &mut silent);
    }
    let mut silent = silent.into_iter();
    findings.retain(|_| !silent.next().unwrap_or(false));
}

/// Whether only white space stands before and behind the comment on its lines.
fn is_alone(text: &str, comment: Span) -> bool {
    let before = text.get(..comment.start).unwrap_or_default();
    let behind = text.get(comment.end..).unwrap_or_default();
    let left = before.rsplit('\n').next().unwrap_or_default();
    let right = behind.split('\n').next().unwrap_or_default();
    left.trim().is_empty() && right.trim().is_empty()
}

/// The names in ` allow(a, b) reason`; `order` begins at `start` in the row of all texts, counted
/// from the comment's end.
fn allowed(order: &str, start: usize) -> Option<Vec<Allowed>> {
    let list = order.trim_start().strip_prefix("allow")?.trim_start();
    let list = list.strip_prefix('(')?;
    let (names, _) = list.split_once(')')?;
    let mut at = start + order.len() - list.len();
    let mut found = Vec::new();
    for part in names.split(',') {
        let name = part.trim();
        let from = at + part.len() - part.trim_start().len();
        found.push(Allowed {
            span: Span::new(from, from + name.len()),
            rule: rules::find(name),
            used: AtomicBool::new(false),
        });
        at += part.len() + 1;
    }
    Some(found)
}
