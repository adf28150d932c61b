//! The sizes of a model, for the rules that compare them.

use crate::diagnostic::{Finding, Fix, RuleInfo};
use crate::json5::Edit;
use crate::lint::catalog::{Claims, Tokens};
use crate::lint::rules::wording;

/// A finding at one of the sizes, with the window in view. Its path is that of the model: two of its
/// values contradict each other.
pub(super) fn conflict(
    rule: &'static RuleInfo,
    claims: &Claims<'_>,
    size: Tokens<'_>,
    message: String,
) -> Finding {
    let finding = Finding::new(rule, claims.model.path(), size.node.span(), message);
    match claims.window {
        Some(window) => finding.with_label(window.node.span(), "the window"),
        None => finding,
    }
}

/// Brings a size down to the window, as a whole number.
pub(super) fn cap(claims: &Claims<'_>, size: Tokens<'_>) -> Option<Fix> {
    let whole = claims.window?.count.floor();
    let model = claims.model.node;
    let can_be_written = (1.0..MOST).contains(&whole);
    if !can_be_written || model.repeats_a_key() || !wording::is_editable(model) {
        return None;
    }
    Some(Fix {
        safe: true,
        title: format!("write {whole}, the window"),
        edits: vec![Edit::replace(size.node.span(), format!("{whole}"))],
    })
}

/// Beyond this whole numbers are no longer exact, and OpenClaw takes none for `contextTokens`.
const MOST: f64 = 9_007_199_254_740_992.0;
