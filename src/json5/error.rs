//! Why a text is not JSON5.

use std::fmt;

/// The one problem that stopped the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Byte offset of the offending character; for an unclosed string or comment, of its opening.
    pub offset: usize,
    /// What is wrong there.
    pub kind: SyntaxErrorKind,
}

/// The kinds of syntax error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// A character that cannot stand here.
    Unexpected {
        /// The character met.
        found: char,
        /// What could have stood here.
        expected: Expected,
    },
    /// The text ends too early.
    UnexpectedEnd {
        /// What could have stood here.
        expected: Expected,
    },
    /// A string without its closing quote before the line or the text ends.
    UnclosedString,
    /// A `/*` without `*/`.
    UnclosedComment,
    /// A backslash sequence that JSON5 does not know.
    BadEscape,
    /// More than [`MAX_DEPTH`](super::MAX_DEPTH) open lists and objects.
    TooDeep,
    /// More than [`MAX_BYTES`](super::MAX_BYTES) bytes.
    TooLarge,
}

/// What the reader was waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Any value.
    Value,
    /// A value or `]`.
    ItemOrListEnd,
    /// A key or `}`.
    KeyOrObjectEnd,
    /// The colon after a key.
    Colon,
    /// `,` or `]`.
    CommaOrListEnd,
    /// `,` or `}`.
    CommaOrObjectEnd,
    /// A digit of a number.
    Digit,
    /// The rest of `true`, `false`, `null`, `Infinity` or `NaN`.
    Word,
    /// The second `/` or the `*` of a comment.
    Comment,
    /// Nothing more: the document is complete.
    End,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Expected::Value => "a value",
            Expected::ItemOrListEnd => "a value or `]`",
            Expected::KeyOrObjectEnd => "a key or `}`",
            Expected::Colon => "`:` after the key",
            Expected::CommaOrListEnd => "`,` or `]`",
            Expected::CommaOrObjectEnd => "`,` or `}`",
            Expected::Digit => "a digit",
            Expected::Word => "`true`, `false`, `null`, `Infinity` or `NaN`",
            Expected::Comment => "a comment",
            Expected::End => "the end of the file",
        })
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            SyntaxErrorKind::Unexpected { found, expected } => {
                write!(f, "expected {expected}, found ")?;
                match found {
                    '"' | '\'' | '\\' => write!(f, "`{found}`"),
                    _ => write!(f, "`{}`", found.escape_debug()),
                }
            }
            SyntaxErrorKind::UnexpectedEnd { expected } => {
                write!(f, "the file ends where {expected} is expected")
            }
            SyntaxErrorKind::UnclosedString => f.write_str("the string is not closed"),
            SyntaxErrorKind::UnclosedComment => f.write_str("the comment is not closed"),
            SyntaxErrorKind::BadEscape => f.write_str("JSON5 does not know this escape"),
            SyntaxErrorKind::TooDeep => {
                write!(f, "more than {} levels of nesting", super::MAX_DEPTH)
            }
            SyntaxErrorKind::TooLarge => write!(f, "more than {} bytes", super::MAX_BYTES),
        }
    }
}

impl std::error::Error for SyntaxError {}
