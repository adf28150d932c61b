//! Server-sent events: bytes to messages, in the order and with the line ends of the standard.
//!
//! Lines end in LF, CR or CRLF; a byte order mark at the start, comments and unknown fields are passed
//! over; bytes that are not UTF-8 become replacement characters. One thing is wider than the standard:
//! a line `error: …`, which servers of llama.cpp sent in 2025, is a message of that name.

/// Longest line, in bytes. A chunk with the probabilities of all tokens has some hundred thousand.
const LONGEST_LINE: usize = 1024 * 1024;

/// Longest message, in bytes: it may have several lines.
const LONGEST_MESSAGE: usize = 4 * 1024 * 1024;

/// The mark that a text may begin with.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A message of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What it is called, if anything.
    pub name: Option<String>,
    /// What it says.
    pub data: String,
}

/// A line or message that is longer than what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooLong {
    /// A line is.
    #[error("a line of the stream is longer than {LONGEST_LINE} bytes")]
    Line,
    /// A message of several lines is.
    #[error("a message of the stream is longer than {LONGEST_MESSAGE} bytes")]
    Message,
}

/// Decodes a stream that is pushed piece by piece.
///
/// ```
/// use clawconf::chat::Decoder;
///
/// let mut decoder = Decoder::default();
/// let mut messages = Vec::new();
/// decoder.push(b": hello\r\ndata: {\"a\"", &mut messages)?;
/// decoder.push(b":1}\r\n\r\ndata: [DONE]", &mut messages)?;
/// messages.extend(decoder.finish()?);
/// let said: Vec<&str> = messages.iter().map(|message| message.data.as_str()).collect();
/// assert_eq!(said, ["{\"a\":1}", "[DONE]"]);
/// # Ok::<(), clawconf::chat::TooLong>(())
/// ```
#[derive(Debug, Default)]
pub struct Decoder {
    line: Vec<u8>,
    data: Vec<u8>,
    has_data: bool,
    name: Option<String>,
    /// How many bytes were seen, up to those of a mark.
    seen: usize,
    /// The last byte was a CR, so an LF now belongs to it.
    behind_cr: bool,
}

impl Decoder {
    /// Reads the next piece and adds the messages that it completes.
    ///
    /// # Errors
    /// When a line or message is too long; nothing more should be pushed then.
    pub fn push(&mut self, mut bytes: &[u8], messages: &mut Vec<Message>) -> Result<(), TooLong> {
        while let Some(expected) = BYTE_ORDER_MARK.get(self.seen) {
            let Some((first, rest)) = bytes.split_first() else {
                return Ok(());
            };
            if first != expected {
                // What looked like the mark was the beginning of a line.
                let begun = BYTE_ORDER_MARK.get(..self.seen).unwrap_or_default();
                self.line.extend_from_slice(begun);
                self.seen = BYTE_ORDER_MARK.len();
                break;
            }
            self.seen += 1;
            bytes = rest;
        }
        while !bytes.is_empty() {
            if std::mem::take(&mut self.behind_cr)
                && let Some(rest) = bytes.strip_prefix(b"\n")
            {
                bytes = rest;
                continue;
            }
            let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let (line, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
            if self.line.len() + line.len() > LONGEST_LINE {
                return Err(TooLong::Line);
            }
            self.line.extend_from_slice(line);
            let Some((end, rest)) = rest.split_first() else {
                return Ok(());
            };
            self.behind_cr = *end == b'\r';
            bytes = rest;
            self.end_line(messages)?;
        }
        Ok(())
    }

    /// The message that the end of the stream leaves unfinished, if there is one. The standard drops it;
    /// servers that end right behind `data: [DONE]` mean it.
    ///
    /// # Errors
    /// When it is too long.
    pub fn finish(mut self) -> Result<Option<Message>, TooLong> {
        let mut messages = Vec::new();
        if !self.line.is_empty() {
            self.end_line(&mut messages)?;
        }
        self.dispatch(&mut messages);
        Ok(messages.pop())
    }

    fn end_line(&mut self, messages: &mut Vec<Message>) -> Result<(), TooLong> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            self.dispatch(messages);
            self.line = line;
            return Ok(());
        }
        let colon = line.iter().position(|byte| *byte == b':');
        let (field, value) = line.split_at(colon.unwrap_or(line.len()));
        let value = value.strip_prefix(b":").unwrap_or_default();
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            b"data" => self.add(value)?,
            b"event" => self.name = Some(String::from_utf8_lossy(value).into_owned()),
            b"error" => {
                self.name = Some("error".to_owned());
                self.add(value)?;
            }
            _ => {}
        }
        // The buffer is kept for the next line.
        self.line = line;
        self.line.clear();
        Ok(())
    }

    fn add(&mut self, value: &[u8]) -> Result<(), TooLong> {
        if self.data.len() + value.len() >= LONGEST_MESSAGE {
            return Err(TooLong::Message);
        }
        if self.has_data {
            self.data.push(b'\n');
        }
        self.has_data = true;
        self.data.extend_from_slice(value);
        Ok(())
    }

    fn dispatch(&mut self, messages: &mut Vec<Message>) {
        let name = self.name.take();
        if std::mem::take(&mut self.has_data) {
            let data = String::from_utf8_lossy(&self.data).into_owned();
            self.data.clear();
            messages.push(Message { name, data });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `name|data` of each message.
    fn decoded(pieces: &[&[u8]]) -> Vec<String> {
        let mut decoder = Decoder::default();
        let mut messages = Vec::new();
        for piece in pieces {
            decoder.push(piece, &mut messages).unwrap();
        }
        messages.extend(decoder.finish().unwrap());
        let shown = messages.into_iter();
        shown
            .map(|message| format!("{}|{}", message.name.unwrap_or_default(), message.data))
            .collect()
    }

    const STREAMS: [(&[u8], &[&str]); 20] = [
        (b"", &[]),
        (b"data: a\n\n", &["|a"]),
        (b"data: a\r\n\r\ndata: b\r\n\r\n", &["|a", "|b"]),
        (b"data: a\r\rdata: b\r\r", &["|a", "|b"]),
        (b"data: a\n\r\ndata: b\r\n\n", &["|a", "|b"]),
        (b"data:a\n\n", &["|a"]),
        (b"data:  a\n\n", &["| a"]),
        (b"data: a\ndata: b\n\n", &["|a\nb"]),
        (b"data\n\n", &["|"]),
        (b"data: \n\n", &["|"]),
        (b": ping\n\n: ping\ndata: a\n\n", &["|a"]),
        (b"\xEF\xBB\xBFdata: a\n\n", &["|a"]),
        (b"\xEF\xBBdata: a\n\n", &[]),
        (b"event: error\ndata: a\n\ndata: b\n\n", &["error|a", "|b"]),
        (b"event: x\n\ndata: a\n\n", &["|a"]),
        (b"error: {\"a\":1}\n\n", &["error|{\"a\":1}"]),
        (b"id: 1\nretry: 5\nwhat: a\ndata: b\n\n", &["|b"]),
        (b"data: a", &["|a"]),
        (b"data: a\n\ndata: [DONE]\n", &["|a", "|[DONE]"]),
        (
            "data: \u{20AC}\u{1F600}\n\ndata: \u{FEFF}x\n\n".as_bytes(),
            &["|\u{20AC}\u{1F600}", "|\u{FEFF}x"],
        ),
    ];

    #[test]
    fn every_stream_cut_at_every_byte() {
        for (wire, wanted) in STREAMS {
            assert_eq!(decoded(&[wire]), wanted, "{wire:?}");
            for cut in 0..=wire.len() {
                let (first, second) = wire.split_at(cut);
                assert_eq!(
                    decoded(&[first, b"", second]),
                    wanted,
                    "{wire:?} cut at {cut}"
                );
            }
            let bytes: Vec<&[u8]> = wire.chunks(1).collect();
            assert_eq!(decoded(&bytes), wanted, "{wire:?} byte by byte");
        }
    }

    #[test]
    fn what_is_not_utf_8_is_replaced() {
        assert_eq!(decoded(&[b"data: a\xFFb\n\n"]), ["|a\u{FFFD}b"]);
        assert_eq!(decoded(&[b"data: \xF0\x9F\n\n"]), ["|\u{FFFD}"]);
    }

    #[test]
    fn lines_and_messages_have_an_end() {
        let mut messages = Vec::new();
        let line = |length: usize| [&b"data: "[..], &vec![b'x'; length - 6]].concat();
        let mut decoder = Decoder::default();
        decoder.push(&line(LONGEST_LINE), &mut messages).unwrap();
        assert_eq!(decoder.push(b"x", &mut messages), Err(TooLong::Line));
        let mut decoder = Decoder::default();
        let mut pushed = 0;
        let outcome = loop {
            let line = [line(LONGEST_LINE / 2).as_slice(), b"\n"].concat();
            if let Err(error) = decoder.push(&line, &mut messages) {
                break error;
            }
            pushed += line.len();
            assert!(pushed <= LONGEST_MESSAGE + 100);
        };
        assert_eq!(outcome, TooLong::Message);
        assert!(messages.is_empty());
        // Also where the last line has no end.
        let mut decoder = Decoder::default();
        for _ in 0..LONGEST_MESSAGE / LONGEST_LINE {
            decoder.push(&line(LONGEST_LINE), &mut messages).unwrap();
            decoder.push(b"\n", &mut messages).unwrap();
        }
        decoder.push(&line(100), &mut messages).unwrap();
        assert_eq!(decoder.finish(), Err(TooLong::Message));
    }
}
