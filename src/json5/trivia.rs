//! What stands between two nodes: white space, comments, commas, colons.

use super::span::Span;

/// The kinds of piece between nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PieceKind {
    /// White space without a line break.
    Space,
    /// LF, CR LF or CR.
    LineBreak,
    /// `// …`, without its line break.
    LineComment,
    /// `/* … */`
    BlockComment,
    /// A comma.
    Comma,
    /// A colon or bracket.
    Other,
}

/// One piece between nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    /// What it is.
    pub(super) kind: PieceKind,
    /// Where it stands.
    pub(super) span: Span,
}

/// Splits a stretch of `text` that holds no string, number or word.
pub(super) fn pieces(text: &str, stretch: Span) -> impl Iterator<Item = Piece> {
    let mut at = stretch.start;
    std::iter::from_fn(move || {
        let rest = Span::new(at, stretch.end).of(text);
        let first = rest.chars().next()?;
        let (kind, length) = match first {
            '\r' if rest.starts_with("\r\n") => (PieceKind::LineBreak, 2),
            '\n' | '\r' => (PieceKind::LineBreak, 1),
            ',' => (PieceKind::Comma, 1),
            '/' if rest.starts_with("//") => (PieceKind::LineComment, line_length(rest)),
            '/' if rest.starts_with("/*") => {
                let length = rest.find("*/").map_or(rest.len(), |end| end + 2);
                (PieceKind::BlockComment, length)
            }
            c if is_space(c) => {
                let length = rest.find(|c| !is_space(c)).unwrap_or(rest.len());
                (PieceKind::Space, length)
            }
            c => (PieceKind::Other, c.len_utf8()),
        };
        let span = Span::new(at, at + length);
        at = span.end;
        Some(Piece { kind, span })
    })
}

fn line_length(rest: &str) -> usize {
    rest.find(['\n', '\r', '\u{2028}', '\u{2029}'])
        .unwrap_or(rest.len())
}

fn is_space(c: char) -> bool {
    (c.is_whitespace() || c == '\u{FEFF}') && !matches!(c, '\n' | '\r')
}
