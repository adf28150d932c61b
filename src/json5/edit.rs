//! Text edits: byte ranges and what takes their place.

use super::span::Span;
use super::tree::Rejected;

/// Replaces one range of bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What goes; empty for an insertion.
    pub span: Span,
    /// What comes.
    pub text: String,
}

impl Edit {
    /// Puts `text` in the place of `span`.
    #[must_use]
    pub fn replace(span: Span, text: impl Into<String>) -> Edit {
        let text = text.into();
        Edit { span, text }
    }

    /// Puts `text` at `offset`.
    #[must_use]
    pub fn insert(offset: usize, text: impl Into<String>) -> Edit {
        Edit::replace(Span::at(offset), text)
    }
}

/// Why edits were not applied.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// Two edits claim the same bytes, or one lies outside the text.
    #[error("two edits claim the same place (byte {0})")]
    Overlap(usize),
    /// The edited text would not be JSON5.
    #[error("the edited text would not be JSON5: {0}")]
    Syntax(#[from] Box<Rejected>),
    /// The edited text would not mean what was asked for.
    #[error("the edited text would not hold the values that were asked for")]
    Mismatch,
}

/// Applies `edits` to `text` at once. Insertions at one place keep their order.
///
/// # Errors
/// [`EditError::Overlap`] when two edits share a byte or one does not fit the text.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut order: Vec<&Edit> = edits.iter().collect();
    order.sort_by_key(|edit| edit.span);
    let mut out = String::with_capacity(text.len() + 64);
    let mut done = 0;
    for edit in order {
        let kept = text.get(done..edit.span.start);
        let kept = kept.ok_or(EditError::Overlap(edit.span.start))?;
        out.push_str(kept);
        out.push_str(&edit.text);
        done = edit.span.end;
    }
    out.push_str(text.get(done..).ok_or(EditError::Overlap(done))?);
    Ok(out)
}
