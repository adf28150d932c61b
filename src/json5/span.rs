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

/// Bytes of one line after which a new mark is set, so that long lines are not counted again and
/// again.
const MARK_EVERY: usize = 1024;

/// The lines of one text; made only when something is to be shown.
#[derive(Debug, Clone)]
pub struct LineIndex {
    /// Places whose position is known: every line start, and some inside long lines.
    marks: Vec<Mark>,
}

#[derive(Debug, Clone, Copy)]
struct Mark {
    offset: u32,
    line: u32,
    column: u32,
}

impl LineIndex {
    /// Reads the lines of `text` (at most [`MAX_BYTES`](super::MAX_BYTES) long).
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut marks = Vec::new();
        let mut mark = Mark {
            offset: 0,
            line: 1,
            column: 1,
        };
        for line in text.split_inclusive('\n') {
            marks.push(mark);
            let mut last = mark;
            if line.len() > MARK_EVERY {
                for (column, (at, _)) in (1..).zip(line.char_indices()) {
                    let offset = mark.offset + offset32(at);
                    if (offset - last.offset) as usize >= MARK_EVERY {
                        last = Mark {
                            offset,
                            column,
                            ..mark
                        };
                        marks.push(last);
                    }
                }
            }
            mark.offset += offset32(line.len());
            mark.line += u32::from(line.ends_with('\n'));
        }
        if text.is_empty() || text.ends_with('\n') {
            marks.push(mark);
        }
        LineIndex { marks }
    }

    /// Line and column of byte `offset` in `text`, the text this index was made from.
    #[must_use]
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let behind = self
            .marks
            .partition_point(|mark| mark.offset as usize <= offset);
        let mark = self.marks.get(behind.saturating_sub(1));
        let mark = mark.copied().unwrap_or(Mark {
            offset: 0,
            line: 1,
            column: 1,
        });
        let since = Span::new(mark.offset as usize, offset);
        Position {
            line: mark.line as usize,
            column: mark.column as usize + since.of(text).chars().count(),
        }
    }

    /// Byte offset in `text` of a line and column; the line's end for a larger column, the last
    /// line for a larger line.
    #[must_use]
    pub fn offset(&self, text: &str, position: Position) -> usize {
        let wanted = (position.line, position.column.max(1));
        let place = |mark: &Mark| (mark.line as usize, mark.column as usize);
        let behind = self.marks.partition_point(|mark| place(mark) <= wanted);
        let Some(mark) = self.marks.get(behind.saturating_sub(1)) else {
            return 0;
        };
        let start = mark.offset as usize;
        let rest = text.get(start..).unwrap_or("");
        let chars = rest.char_indices().take_while(|(_, c)| *c != '\n');
        let skip = wanted.1.saturating_sub(mark.column as usize);
        let mut ends = chars.map(|(at, c)| at + c.len_utf8()).take(skip);
        start + ends.by_ref().last().unwrap_or(0)
    }

    /// Number of lines.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.marks.last().map_or(1, |mark| mark.line as usize)
    }
}

fn offset32(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
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
        assert_eq!(index.line_count(), 3);
    }

    #[test]
    fn offsets_and_positions_are_inverse_also_on_long_lines() {
        let text = format!("ab\n{}\nüx\n", "é".repeat(5000));
        let index = LineIndex::new(&text);
        for (offset, _) in text.char_indices() {
            let place = index.position(&text, offset);
            assert_eq!(index.offset(&text, place), offset, "{place:?}");
        }
        let end = |line| {
            index.offset(
                &text,
                Position {
                    line,
                    column: 1_000_000,
                },
            )
        };
        assert_eq!(end(1), 2, "no further than the line");
        assert_eq!(end(4), text.len());
    }
}
