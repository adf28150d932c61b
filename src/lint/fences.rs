//! The fenced blocks of a Markdown page.
//!
//! Looser than CommonMark on purpose: a fence may be indented as deep as it likes, since pages in MDX
//! put theirs between tags, where a reader of plain Markdown sees indented code or HTML. (Of the 83
//! blocks with providers on the pages of OpenClaw 2026.5.18, 36 stand so.)

use std::ops::Range;

/// A block between two fences.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block<'p> {
    /// What stands behind the opening fence.
    pub info: &'p str,
    /// Where that begins in the page.
    pub info_start: usize,
    /// Its lines in the page, line breaks included, what they are indented or quoted with left out.
    pub lines: Vec<Range<usize>>,
}

/// Fewest characters of a fence.
const SHORTEST: usize = 3;

/// A fence that is open.
struct Fence {
    mark: char,
    length: usize,
    /// How many block quotations it stands in.
    quotes: usize,
    /// How far it is indented behind the last of them.
    indent: usize,
}

/// All blocks of a page, in order. One whose fence is not closed goes to the end of its quotation or of
/// the page.
pub(super) fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut found: Vec<Block<'_>> = Vec::new();
    let mut open: Option<Fence> = None;
    let mut at = 0;
    for line in page.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if let Some(fence) = &open {
            match fence.inner(line) {
                Some(inner) if fence.is_closed_by(inner) => open = None,
                Some(inner) => {
                    if let Some(block) = found.last_mut() {
                        block.lines.push(start + line.len() - inner.len()..at);
                    }
                    continue;
                }
                // The quotation ends, and this line may open another block.
                None => open = opening(line, start, &mut found),
            }
        } else {
            open = opening(line, start, &mut found);
        }
    }
    found
}

/// The fence that a line opens, which begins at `start`; its block is added.
fn opening<'p>(line: &'p str, start: usize, found: &mut Vec<Block<'p>>) -> Option<Fence> {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit() || " \t>-*+.)".contains(c));
    let before = line.get(..line.len() - rest.len())?;
    let mark = rest
        .chars()
        .next()
        .filter(|mark| matches!(mark, '`' | '~'))?;
    let info = rest.trim_start_matches(mark);
    let length = rest.len() - info.len();
    let info_start = start + line.len() - info.trim_start().len();
    let info = info.trim();
    if length < SHORTEST || (mark == '`' && info.contains('`')) || !is_margin(before) {
        return None;
    }
    let behind_quotes = before.rsplit('>').next().unwrap_or_default();
    let quotes = before.matches('>').count();
    // The first blank behind a quotation mark belongs to the mark.
    let own = usize::from(quotes > 0 && behind_quotes.starts_with(' '));
    found.push(Block {
        info,
        info_start,
        lines: Vec::new(),
    });
    Some(Fence {
        mark,
        length,
        quotes,
        indent: behind_quotes.len() - own,
    })
}

/// Whether only blanks, quotation marks and markers of lists stand before a fence.
fn is_margin(before: &str) -> bool {
    before.split([' ', '\t', '>']).all(|word| {
        let number = word.strip_suffix(['.', ')']).unwrap_or_default();
        let is_numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        matches!(word, "" | "-" | "*" | "+") || is_numbered
    })
}

impl Fence {
    /// A line without what it is quoted and indented with; none when it does not stand in the
    /// quotation.
    fn inner<'p>(&self, line: &'p str) -> Option<&'p str> {
        let mut rest = line;
        for _ in 0..self.quotes {
            rest = rest.trim_start_matches([' ', '\t']).strip_prefix('>')?;
            rest = rest.strip_prefix(' ').unwrap_or(rest);
        }
        for _ in 0..self.indent {
            rest = rest.strip_prefix([' ', '\t']).unwrap_or(rest);
        }
        Some(rest)
    }

    fn is_closed_by(&self, inner: &str) -> bool {
        let rest = inner.trim();
        rest.len() >= self.length && rest.chars().all(|c| c == self.mark)
    }
}

#[cfg(test)]
mod tests {
    use super::blocks;

    /// Info and content of every block.
    fn of(page: &str) -> Vec<(&str, String)> {
        let content = |lines: &[std::ops::Range<usize>]| {
            lines
                .iter()
                .filter_map(|line| page.get(line.clone()))
                .collect()
        };
        blocks(page)
            .iter()
            .map(|block| (block.info, content(&block.lines)))
            .collect()
    }

    #[test]
    fn a_block_is_what_stands_between_its_fences() {
        for (page, expected) in [
            ("```a b\nx\n```\n", &[("a b", "x\n")][..]),
            ("~~~ a\r\nx\r\n~~~\r\n", &[("a", "x\r\n")]),
            (
                "````md\n```json\nx\n```\n````\n",
                &[("md", "```json\nx\n```\n")],
            ),
            ("```\n~~~\n```\n", &[("", "~~~\n")]),
            ("```a\nx", &[("a", "x")]),
            ("```a\n```\n```b\n```", &[("a", ""), ("b", "")]),
            ("``\nx\n``\n", &[]),
            ("a ```b\n", &[]),
            ("``` a `b`\n", &[]),
            ("```a\n``` no end\n```\n", &[("a", "``` no end\n")]),
        ] {
            let expected: Vec<(&str, String)> = expected
                .iter()
                .map(|(info, text)| (*info, (*text).to_owned()))
                .collect();
            assert_eq!(of(page), expected, "{page:?}");
        }
    }

    #[test]
    fn margins_are_left_out() {
        for (page, expected) in [
            ("  ```a\n  x\n    y\n z\n  ```\n", "x\n  y\nz\n"),
            ("<Tab>\n      ```a\n      x\n      ```\n</Tab>\n", "x\n"),
            ("\t```a\n\tx\n\n\t```\n", "x\n\n"),
            ("- ```a\n  x\n  ```\n", "x\n"),
            ("10) ```a\n    x\n    ```\n", "x\n"),
            ("> ```a\n> x\n>\n>   y\n> ```\n", "x\n\n  y\n"),
            (">```a\n> x\n>```\n", "x\n"),
            ("> - ```a\n>   x\n>   ```\n", "x\n"),
            ("- > ```a\n  > x\n  > ```\n", "x\n"),
            ("> > ```a\n> > x\n> > ```\n", "x\n"),
            ("> ```a\n> x\nno quotation\n```b\n", "x\n"),
        ] {
            assert_eq!(of(page)[0], ("a", expected.to_owned()), "{page:?}");
        }
    }
}
