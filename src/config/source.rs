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

    /// The offset in the file's bytes of an offset in its text. They differ behind bad bytes only.
    #[must_use]
    pub fn byte_offset(&self, text_offset: usize) -> usize {
        let width = char::REPLACEMENT_CHARACTER.len_utf8();
        let before = self.bad_bytes.iter().take_while(|bad| bad.at < text_offset);
        before.fold(text_offset, |offset, bad| offset + bad.bytes - width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_behind_bad_bytes_are_those_of_the_file() {
        let text = Text::decode(b"a\xE9b\xF0\x9F\x98c".to_vec());
        assert_eq!(text.text, "a\u{FFFD}b\u{FFFD}c");
        let range = Span::new(0, text.text.len());
        let file = SourceFile::new(String::new(), PathBuf::new(), range, text.bad_bytes);
        let offsets = [0, 1, 4, 5, 8].map(|offset| file.byte_offset(offset));
        assert_eq!(offsets, [0, 1, 2, 3, 6]);
    }
}
