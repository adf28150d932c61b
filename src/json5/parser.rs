//! Text to tape: one pass, no recursion, nothing decoded.

use super::error::{Expected, SyntaxError, SyntaxErrorKind};
use super::lexer::{END, Lexer};
use super::tape::{Kind, MAX_BYTES, Tape, offset};

/// Deepest nesting that is read. The reader inside OpenClaw has no limit of its own; no config
/// comes near this one, and every later pass may rely on it.
pub const MAX_DEPTH: usize = 512;

/// What the parser waits for.
#[derive(Clone, Copy)]
enum State {
    Value,
    Item,
    Key,
    AfterValue,
}

struct Parser<'t> {
    lexer: Lexer<'t>,
    tape: Tape,
    /// Tape places of the lists and objects that are still open.
    open: Vec<u32>,
}

/// Reads one document; offsets in the tape are relative to `text`.
pub(super) fn parse(text: &str) -> Result<Tape, SyntaxError> {
    let mut parser = Parser {
        lexer: Lexer::new(text),
        tape: Tape::for_text(text.len().min(MAX_BYTES)),
        open: Vec::new(),
    };
    if text.len() > MAX_BYTES {
        return Err(parser.lexer.error(0, SyntaxErrorKind::TooLarge));
    }
    let mut state = State::Value;
    loop {
        parser.lexer.trivia()?;
        state = match state {
            State::Value => parser.value(Expected::Value)?,
            State::Item if parser.lexer.peek() == b']' => parser.close(),
            State::Item => parser.value(Expected::ItemOrListEnd)?,
            State::Key if parser.lexer.peek() == b'}' => parser.close(),
            State::Key => parser.key()?,
            State::AfterValue => match parser.after_value()? {
                Some(next) => next,
                None => return Ok(parser.tape),
            },
        };
    }
}

impl Parser<'_> {
    fn value(&mut self, expected: Expected) -> Result<State, SyntaxError> {
        let start = self.lexer.pos;
        match self.lexer.peek() {
            b'{' => return self.open(Kind::Object, State::Key),
            b'[' => return self.open(Kind::List, State::Item),
            b'"' | b'\'' => {
                let escaped = self.lexer.string()?;
                self.push(Kind::String, start, escaped);
            }
            b't' => self.word("true", Kind::Boolean)?,
            b'f' => self.word("false", Kind::Boolean)?,
            b'n' => self.word("null", Kind::Null)?,
            b'0'..=b'9' | b'+' | b'-' | b'.' | b'I' | b'N' => {
                self.lexer.number()?;
                self.push(Kind::Number, start, false);
            }
            _ => return Err(self.lexer.unexpected(expected)),
        }
        Ok(State::AfterValue)
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<(), SyntaxError> {
        let start = self.lexer.pos;
        self.lexer.word(word)?;
        self.push(kind, start, false);
        Ok(())
    }

    fn key(&mut self) -> Result<State, SyntaxError> {
        let start = self.lexer.pos;
        let escaped = match self.lexer.peek() {
            b'"' | b'\'' => self.lexer.string()?,
            _ => self.lexer.bare_key()?,
        };
        self.push(Kind::Key, start, escaped);
        self.lexer.trivia()?;
        if self.lexer.peek() != b':' {
            return Err(self.lexer.unexpected(Expected::Colon));
        }
        self.lexer.pos += 1;
        Ok(State::Value)
    }

    /// The state after a finished value; `None` when the document is complete.
    fn after_value(&mut self) -> Result<Option<State>, SyntaxError> {
        let container = self.open.last().and_then(|&at| self.tape.kind(at));
        let (expected, next, closing) = match container {
            None if self.lexer.peek() == END => return Ok(None),
            None => return Err(self.lexer.unexpected(Expected::End)),
            Some(Kind::Object) => (Expected::CommaOrObjectEnd, State::Key, b'}'),
            Some(_) => (Expected::CommaOrListEnd, State::Item, b']'),
        };
        match self.lexer.peek() {
            b',' => {
                self.lexer.pos += 1;
                Ok(Some(next))
            }
            byte if byte == closing => Ok(Some(self.close())),
            _ => Err(self.lexer.unexpected(expected)),
        }
    }

    fn open(&mut self, kind: Kind, next: State) -> Result<State, SyntaxError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.lexer.error(self.lexer.pos, SyntaxErrorKind::TooDeep));
        }
        let start = offset(self.lexer.pos);
        self.open.push(self.tape.open(kind, start));
        self.lexer.pos += 1;
        Ok(next)
    }

    fn close(&mut self) -> State {
        self.lexer.pos += 1;
        if let Some(at) = self.open.pop() {
            self.tape.close(at, offset(self.lexer.pos));
        }
        State::AfterValue
    }

    fn push(&mut self, kind: Kind, start: usize, escaped: bool) {
        let end = offset(self.lexer.pos);
        self.tape.push(kind, offset(start), end, escaped);
    }
}
