//! Byte ranges, and lines and columns from byte offsets.

/// A half-open range of byte offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The range from `start` up to, not including, `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Span { start, end }
    }

    /// The empty range at `offset`.
    #[must_use]
    pub const fn at(offset: usize) -> Self {
        Span::new(offset, offset)
    }

    /// The same range, `by` bytes later.
    #[must_use]
    pub const fn shifted(self, by: usize) -> Self {
        Span::new(self.start + by, self.end + by)
    }

    /// Number of bytes.
    #[must_use]
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether the range holds no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The text of the range; empty when the range does not fit `text`.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

/// A place as people count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1. Lines end at LF (so also at CR LF), as npm `json5` counts them.
    pub line: usize,
    /// Column, from 1, in Unicode scalar values; a byte order mark counts as one.
    pub column: usize,
}

/// The line starts of one text; made only when something is to be shown.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Reads the line ends of `text` (at most [`MAX_BYTES`](super::MAX_BYTES) long).
    #[must_use]
    pub fn new(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let starts = ends.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX));
        LineIndex {
            starts: std::iter::once(0).chain(starts).collect(),
        }
    }

    /// Line and column of byte `offset` in `text`, the text this index was made from.
    #[must_use]
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let line = self
            .starts
            .partition_point(|&start| start as usize <= offset);
        let before = Span::new(self.line_start(line), offset);
        Position {
            line,
            column: before.of(text).chars().count() + 1,
        }
    }

    /// Byte offset at which `line` (from 1) begins; the last line's for a larger number.
    #[must_use]
    pub fn line_start(&self, line: usize) -> usize {
        let at = line.clamp(1, self.starts.len()) - 1;
        self.starts.get(at).map_or(0, |&start| start as usize)
    }

    /// Number of lines.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_lf_and_columns_count_characters() {
        let text = "a\r\nbü🧠c\n\u{2028}d";
        let index = LineIndex::new(text);
        let at = |needle: &str| {
            let place = index.position(text, text.find(needle).expect("in the text"));
            (place.line, place.column)
        };
        assert_eq!(at("a"), (1, 1));
        assert_eq!(at("b"), (2, 1));
        assert_eq!(at("c"), (2, 4));
        assert_eq!(at("d"), (3, 2), "U+2028 is a character, not a line end");
        assert_eq!(index.position(text, text.len()).line, 3);
        assert_eq!((index.line_count(), index.line_start(9)), (3, 12));
    }
}
