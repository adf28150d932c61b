//! Differences between two texts, as people read them.

/// A unified diff, with two lines around each change; empty when the texts are equal.
pub(super) fn unified(name: &str, before: &str, after: &str) -> String {
    let diff = similar::TextDiff::from_lines(before, after);
    let mut unified = diff.unified_diff();
    let unified = unified.context_radius(2).header(name, name);
    unified.to_string()
}
