//! Files as text, and what was lost on the way from bytes.

use std::path::PathBuf;

use crate::json5::Span;

/// A file's text, read as OpenClaw reads it: bytes that are not UTF-8 become U+FFFD.
#[derive(Debug, Clone, Default)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Where bytes were replaced.
    pub bad_bytes: Vec<BadBytes>,
}

/// One replacement character and the bytes it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadBytes {
    /// Byte offset of the replacement character in the text.
    pub at: usize,
    /// How many bytes of the file it stands for.
    pub bytes: usize,
}

impl Text {
    /// Decodes the bytes of a file.
    #[must_use]
    pub fn decode(bytes: Vec<u8>) -> Text {
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => {
                let bad_bytes = Vec::new();
                return Text { text, bad_bytes };
            }
            Err(error) => error.into_bytes(),
        };
        let mut decoded = Text::default();
        for chunk in bytes.utf8_chunks() {
            decoded.text.push_str(chunk.valid());
            if !chunk.invalid().is_empty() {
                decoded.bad_bytes.push(BadBytes {
                    at: decoded.text.len(),
                    bytes: chunk.invalid().len(),
                });
                decoded.text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        decoded
    }
}

/// Whether every other character of a text is a NUL, as in UTF-16 that was read as UTF-8. Its mark and
/// other bytes that are not UTF-8 do not count.
#[must_use]
pub fn looks_like_utf_16(text: &str) -> bool {
    /// So many characters tell.
    const ENOUGH: usize = 32;
    let chars = text.chars().filter(|c| *c != char::REPLACEMENT_CHARACTER);
    let head: Vec<char> = chars.take(ENOUGH).collect();
    let alternate = |odd: usize| {
        let mut chars = head.iter().enumerate();
        chars.all(|(at, c)| (*c == '\0') == (at % 2 == odd))
    };
    head.len() > 1 && (alternate(0) || alternate(1))
}

/// One file that a config was read from.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// What people call it: the path as given, or as the include directive makes it.
    pub name: String,
    /// Where it is, absolute.
    pub path: PathBuf,
    /// Its place in the row of all texts that were read.
    pub range: Span,
    /// Where bytes were replaced, in the file's own text.
    pub bad_bytes: Vec<BadBytes>,
}

impl SourceFile {
    pub(super) fn new(name: String, path: PathBuf, range: Span, bad_bytes: Vec<BadBytes>) -> Self {
        SourceFile {
            name,
            path,
            range,
            bad_bytes,
        }
    }

    /// A file that is read by itself.
    #[must_use]
    pub fn alone(name: &str, path: PathBuf, text: &Text) -> Self {
        let range = Span::new(0, text.text.len());
        SourceFile::new(name.to_owned(), path, range, text.bad_bytes.clone())
    }

    /// Where offsets in the file's bytes and in its text part: from each offset of the text on, by
    /// how much the file's is larger.
    #[must_use]
    pub fn shifts(&self) -> Vec<(usize, isize)> {
        let width = char::REPLACEMENT_CHARACTER.len_utf8();
        let mut by = 0;
        let behind = self.bad_bytes.iter().map(|bad| {
            by += bad.bytes.cast_signed() - width.cast_signed();
            (bad.at + width, by)
        });
        behind.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_bytes_move_what_is_behind_them() {
        let text = Text::decode(b"a\xE9b\xF0\x9F\x98c".to_vec());
        assert_eq!(text.text, "a\u{FFFD}b\u{FFFD}c");
        let range = Span::new(0, text.text.len());
        let file = SourceFile::new(String::new(), PathBuf::new(), range, text.bad_bytes);
        assert_eq!(file.shifts(), [(4, -2), (8, -2)]);
    }
}
