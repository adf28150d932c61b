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

/// Bytes between two places whose position is known: so many are read to find another.
const MARK_EVERY: usize = 1024;

/// The lines of one text; made only when something is to be shown.
#[derive(Debug, Clone)]
pub struct LineIndex {
    /// Places whose position is known, in order; the first is the beginning.
    marks: Vec<Mark>,
    lines: usize,
}

/// A place and its position.
#[derive(Debug, Clone, Copy)]
struct Mark {
    offset: u32,
    line: u32,
    column: u32,
}

impl Mark {
    const BEGINNING: Mark = Mark {
        offset: 0,
        line: 1,
        column: 1,
    };

    /// The place behind `text`, which begins here.
    fn behind(self, text: &str) -> Mark {
        let breaks = text.bytes().filter(|byte| *byte == b'\n').count();
        let (column, last_line) = match text.rsplit_once('\n') {
            Some((_, last_line)) => (1, last_line),
            None => (self.column, text),
        };
        Mark {
            offset: self.offset + offset32(text.len()),
            line: self.line + offset32(breaks),
            column: column + offset32(last_line.chars().count()),
        }
    }
}

impl LineIndex {
    /// Reads the lines of `text` (at most [`MAX_BYTES`](super::MAX_BYTES) long).
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut marks = vec![Mark::BEGINNING];
        let mut mark = Mark::BEGINNING;
        let mut rest = text;
        while rest.len() > MARK_EVERY {
            let mut ends = (0..=MARK_EVERY).rev();
            let end = ends.find(|at| rest.is_char_boundary(*at));
            let (stretch, behind) = rest.split_at(end.unwrap_or(rest.len()));
            mark = mark.behind(stretch);
            marks.push(mark);
            rest = behind;
        }
        let lines = mark.behind(rest).line as usize;
        LineIndex { marks, lines }
    }

    /// Line and column of byte `offset` in `text`, the text this index was made from.
    #[must_use]
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let behind = self
            .marks
            .partition_point(|mark| mark.offset as usize <= offset);
        let mark = self.marks.get(behind.saturating_sub(1));
        let mark = mark.copied().unwrap_or(Mark::BEGINNING);
        let place = mark.behind(Span::new(mark.offset as usize, offset).of(text));
        Position {
            line: place.line as usize,
            column: place.column as usize,
        }
    }

    /// Byte offset in `text` of a line and column; the line's end for a larger column, the last
    /// line for a larger line.
    #[must_use]
    pub fn offset(&self, text: &str, position: Position) -> usize {
        let line = position.line.min(self.lines);
        let wanted = (line, position.column.max(1));
        let place = |mark: &Mark| (mark.line as usize, mark.column as usize);
        let behind = self.marks.partition_point(|mark| place(mark) <= wanted);
        let mark = self.marks.get(behind.saturating_sub(1));
        let mark = mark.copied().unwrap_or(Mark::BEGINNING);
        let (mut at, mut column) = (mark.offset as usize, mark.column as usize);
        let mut breaks = line - mark.line as usize;
        let rest = text.get(at..).unwrap_or("");
        for c in rest.chars() {
            if breaks == 0 && (column >= wanted.1 || c == '\n') {
                break;
            }
            at += c.len_utf8();
            column += 1;
            if c == '\n' {
                breaks -= 1;
                column = 1;
            }
        }
        at
    }

    /// Number of lines.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.lines
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
