//! The pieces of a JSON5 text: white space, comments, strings, numbers, words.
//!
//! Every function moves `pos` over one piece or says why it cannot. Nothing is decoded here.

use super::error::{Expected, SyntaxError, SyntaxErrorKind};
use super::identifier;

/// What [`Lexer::peek`] gives at the end of the text: never a byte of UTF-8.
pub(super) const END: u8 = 0xFF;

/// A reading position in a text.
pub(super) struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    pub(super) pos: usize,
}

type Lexed<T> = Result<T, SyntaxError>;

/// Bytes that a string runs over without a closer look.
#[expect(clippy::indexing_slicing, reason = "a byte always fits a table of 256")]
const PLAIN: [bool; 256] = {
    let mut plain = [true; 256];
    plain[b'"' as usize] = false;
    plain[b'\'' as usize] = false;
    plain[b'\\' as usize] = false;
    plain[b'\n' as usize] = false;
    plain[b'\r' as usize] = false;
    plain[END as usize] = false;
    plain
};

/// Bytes of an ASCII key after its first.
#[expect(clippy::indexing_slicing, reason = "the loop stays below 128")]
const NAME: [bool; 256] = {
    let mut name = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let b = byte as u8;
        name[byte] = b.is_ascii_alphanumeric() || b == b'_' || b == b'$';
        byte += 1;
    }
    name
};

#[expect(clippy::indexing_slicing, reason = "a byte always fits a table of 256")]
fn in_table(table: &[bool; 256], byte: u8) -> bool {
    table[byte as usize]
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Lexer {
            text,
            bytes: text.as_bytes(),
            pos: 0,
        }
    }

    pub(super) fn peek(&self) -> u8 {
        self.bytes.get(self.pos).copied().unwrap_or(END)
    }

    fn peek_char(&self) -> Option<char> {
        self.text.get(self.pos..)?.chars().next()
    }

    /// The error "this character cannot stand here", or "the text ends" at its end.
    pub(super) fn unexpected(&self, expected: Expected) -> SyntaxError {
        let kind = match self.peek_char() {
            Some(found) => SyntaxErrorKind::Unexpected { found, expected },
            None => SyntaxErrorKind::UnexpectedEnd { expected },
        };
        self.error(self.pos, kind)
    }

    #[expect(clippy::unused_self, reason = "reads as the lexer's own error")]
    pub(super) fn error(&self, offset: usize, kind: SyntaxErrorKind) -> SyntaxError {
        SyntaxError { offset, kind }
    }

    /// Skips white space and comments.
    pub(super) fn trivia(&mut self) -> Lexed<()> {
        loop {
            match self.peek() {
                b'\t' | b'\n' | 0x0B | 0x0C | b'\r' | b' ' => self.pos += 1,
                b'/' => self.comment()?,
                byte if byte < 0x80 || byte == END => return Ok(()),
                _ => match self.peek_char() {
                    Some(c) if is_wide_space(c) => self.pos += c.len_utf8(),
                    _ => return Ok(()),
                },
            }
        }
    }

    fn comment(&mut self) -> Lexed<()> {
        let start = self.pos;
        self.pos += 1;
        match self.peek() {
            b'/' => {
                while !matches!(self.peek(), b'\n' | b'\r' | END) && !self.at_line_separator() {
                    self.pos += 1;
                }
                Ok(())
            }
            b'*' => {
                self.pos += 1;
                let rest = self.bytes.get(self.pos..).unwrap_or_default();
                let length = rest.windows(2).position(|pair| pair == b"*/");
                let length =
                    length.ok_or_else(|| self.error(start, SyntaxErrorKind::UnclosedComment))?;
                self.pos += length + 2;
                Ok(())
            }
            _ => Err(self.unexpected(Expected::Comment)),
        }
    }

    /// Whether U+2028 or U+2029 begins here.
    fn at_line_separator(&self) -> bool {
        self.peek() == 0xE2
            && matches!(
                self.bytes.get(self.pos + 1..self.pos + 3),
                Some([0x80, 0xA8 | 0xA9])
            )
    }

    /// Reads a string from its opening quote; tells whether it holds an escape.
    pub(super) fn string(&mut self) -> Lexed<bool> {
        let start = self.pos;
        let quote = self.peek();
        let mut escaped = false;
        self.pos += 1;
        loop {
            while in_table(&PLAIN, self.peek()) {
                self.pos += 1;
            }
            match self.peek() {
                b'\\' => {
                    escaped = true;
                    self.escape(start)?;
                }
                b'\n' | b'\r' | END => {
                    return Err(self.error(start, SyntaxErrorKind::UnclosedString));
                }
                byte => {
                    self.pos += 1;
                    if byte == quote {
                        return Ok(escaped);
                    }
                }
            }
        }
    }

    fn escape(&mut self, string_start: usize) -> Lexed<()> {
        let start = self.pos;
        self.pos += 1;
        let bad = self.error(start, SyntaxErrorKind::BadEscape);
        match self.peek() {
            END => return Err(self.error(string_start, SyntaxErrorKind::UnclosedString)),
            b'1'..=b'9' => return Err(bad),
            b'0' => {
                self.pos += 1;
                if self.peek().is_ascii_digit() {
                    return Err(bad);
                }
            }
            b'x' => return self.hex_digits(2).ok_or(bad),
            b'u' => return self.hex_digits(4).ok_or(bad),
            b'\r' => {
                self.pos += 1;
                if self.peek() == b'\n' {
                    self.pos += 1;
                }
            }
            _ => self.pos += self.peek_char().map_or(1, char::len_utf8),
        }
        Ok(())
    }

    /// Skips a letter and `count` hexadecimal digits.
    fn hex_digits(&mut self, count: usize) -> Option<()> {
        let digits = self.bytes.get(self.pos + 1..self.pos + 1 + count)?;
        let valid = digits.iter().all(u8::is_ascii_hexdigit);
        valid.then(|| self.pos += 1 + count)
    }

    /// Reads a number, `Infinity` and `NaN` included.
    pub(super) fn number(&mut self) -> Lexed<()> {
        if matches!(self.peek(), b'+' | b'-') {
            self.pos += 1;
        }
        match self.peek() {
            b'I' => self.word("Infinity"),
            b'N' => self.word("NaN"),
            b'0' => {
                self.pos += 1;
                match self.peek() {
                    b'x' | b'X' => {
                        self.pos += 1;
                        self.digits(|byte| byte.is_ascii_hexdigit())
                    }
                    _ => self.fraction_and_exponent(),
                }
            }
            b'1'..=b'9' => {
                self.digits(|byte| byte.is_ascii_digit())?;
                self.fraction_and_exponent()
            }
            b'.' => {
                self.pos += 1;
                self.digits(|byte| byte.is_ascii_digit())?;
                self.exponent()
            }
            _ => Err(self.unexpected(Expected::Digit)),
        }
    }

    fn fraction_and_exponent(&mut self) -> Lexed<()> {
        if self.peek() == b'.' {
            self.pos += 1;
            while self.peek().is_ascii_digit() {
                self.pos += 1;
            }
        }
        self.exponent()
    }

    fn exponent(&mut self) -> Lexed<()> {
        if !matches!(self.peek(), b'e' | b'E') {
            return Ok(());
        }
        self.pos += 1;
        if matches!(self.peek(), b'+' | b'-') {
            self.pos += 1;
        }
        self.digits(|byte| byte.is_ascii_digit())
    }

    fn digits(&mut self, accepted: impl Fn(u8) -> bool) -> Lexed<()> {
        if !accepted(self.peek()) {
            return Err(self.unexpected(Expected::Digit));
        }
        while accepted(self.peek()) {
            self.pos += 1;
        }
        Ok(())
    }

    /// Reads exactly `word`; the error points to the first character that differs.
    pub(super) fn word(&mut self, word: &str) -> Lexed<()> {
        for byte in word.bytes() {
            if self.peek() != byte {
                return Err(self.unexpected(Expected::Word));
            }
            self.pos += 1;
        }
        Ok(())
    }

    /// Reads an unquoted key; tells whether it holds an escape.
    pub(super) fn bare_key(&mut self) -> Lexed<bool> {
        let start = self.pos;
        let mut escaped = false;
        loop {
            while in_table(&NAME, self.peek())
                && (self.pos > start || !self.peek().is_ascii_digit())
            {
                self.pos += 1;
            }
            let permitted = if self.pos == start {
                identifier::is_start
            } else {
                identifier::is_continue
            };
            if self.peek() == b'\\' {
                self.key_escape(permitted)?;
                escaped = true;
                continue;
            }
            match self.peek_char() {
                Some(c) if permitted(c) => self.pos += c.len_utf8(),
                _ if self.pos == start => {
                    return Err(self.unexpected(Expected::KeyOrObjectEnd));
                }
                _ => return Ok(escaped),
            }
        }
    }

    fn key_escape(&mut self, permitted: fn(char) -> bool) -> Lexed<()> {
        let bad = self.error(self.pos, SyntaxErrorKind::BadEscape);
        let digits = self.text.get(self.pos + 2..self.pos + 6);
        self.pos += 1;
        if self.peek() != b'u' || self.hex_digits(4).is_none() {
            return Err(bad);
        }
        let decoded = digits
            .and_then(|hex| u32::from_str_radix(hex, 16).ok())
            .and_then(char::from_u32);
        match decoded {
            Some(c) if permitted(c) => Ok(()),
            _ => Err(bad),
        }
    }
}

/// White space of JSON5 outside ASCII: U+00A0, U+FEFF, the two separators and Unicode's `Zs`.
fn is_wide_space(c: char) -> bool {
    matches!(
        c,
        '\u{A0}' | '\u{FEFF}' | '\u{1680}' | '\u{2000}'
            ..='\u{200A}' | '\u{2028}' | '\u{2029}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
    )
}
