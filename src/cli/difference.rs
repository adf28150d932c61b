//! Differences between two texts, as people read them.

use super::printable;

/// A unified diff, with two lines around each change; empty when the texts are equal. What a terminal
/// would act on is not in it: names of models are foreign text.
pub(super) fn unified(name: &str, before: &str, after: &str) -> String {
    let diff = similar::TextDiff::from_lines(before, after);
    let mut unified = diff.unified_diff();
    let unified = unified.context_radius(2).header(name, name);
    unified
        .to_string()
        .split_inclusive('\n')
        .map(shown)
        .collect()
}

/// A line with its tabs and its end.
fn shown(line: &str) -> String {
    let content = line.trim_end_matches(['\r', '\n']);
    let end = line.get(content.len()..).unwrap_or_default();
    let parts: Vec<String> = content.split('\t').map(printable).collect();
    parts.join("\t") + end
}
