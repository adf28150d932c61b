//! A stream from its first byte to its end: events as they come, and what came of it.

use serde::de::IgnoredAny;
use serde_json::Value;

use super::event::{Event, Finish, StreamError, events_of};
use super::sse::{Decoder, Message, TooLong};
use super::usage::{Collector, Usage};
use crate::json5::read_json_text;

/// The end mark of OpenAI's streams.
const DONE: &str = "[DONE]";

/// How a stream ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// A finish reason was seen. A missing end mark behind it is no error.
    Finished(Finish),
    /// The server told an error.
    Failed(StreamError),
    /// It ended with neither: it was cut off, or the server gave up without a word.
    Truncated,
}

/// Decodes a streamed chat completion that is pushed piece by piece.
///
/// ```
/// use clawconf::chat::{End, Event, Finish, Stream};
///
/// let mut stream = Stream::default();
/// let wire = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n\
///             data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
/// let mut events = Vec::new();
/// stream.push(wire.as_bytes(), &mut events)?;
/// stream.finish(&mut events)?;
/// assert_eq!(events[0], Event::Content("Hi".to_owned()));
/// assert_eq!(stream.end(), End::Finished(Finish::Stop));
/// # Ok::<(), clawconf::chat::TooLong>(())
/// ```
#[derive(Debug, Default)]
pub struct Stream {
    decoder: Decoder,
    usage: Collector,
    model: Option<String>,
    fingerprint: Option<String>,
    finish: Option<Finish>,
    error: Option<StreamError>,
    is_done: bool,
    /// Messages that were no JSON.
    unreadable: usize,
    /// Chunks with a piece of the answer.
    pieces: usize,
}

impl Stream {
    /// Reads the next piece and adds what it says. What follows the end mark is ignored.
    ///
    /// # Errors
    /// When a message is too long; what came before it is added, and the stream is to be given up.
    pub fn push(&mut self, bytes: &[u8], events: &mut Vec<Event>) -> Result<(), TooLong> {
        let mut messages = Vec::new();
        let outcome = self.decoder.push(bytes, &mut messages);
        events.append(&mut self.events(messages));
        outcome
    }

    /// Tells that nothing more comes, and adds what was held back: a last message without its end,
    /// unless it was cut in the middle.
    ///
    /// # Errors
    /// When that message is too long.
    pub fn finish(&mut self, events: &mut Vec<Event>) -> Result<(), TooLong> {
        let last = std::mem::take(&mut self.decoder).finish()?;
        let is_whole = |message: &Message| {
            let text = message.data.trim();
            text == DONE || serde_json::from_str::<IgnoredAny>(text).is_ok()
        };
        let last = last.into_iter().filter(is_whole).collect();
        events.append(&mut self.events(last));
        Ok(())
    }

    fn events(&mut self, messages: Vec<Message>) -> Vec<Event> {
        let mut events = Vec::new();
        for message in messages {
            if !self.is_done {
                self.read(&message, &mut events);
            }
        }
        for event in &events {
            match event {
                Event::Finish(finish) => self.finish = Some(finish.clone()),
                // The first one is the cause of the others.
                Event::Error(error) if self.error.is_none() => self.error = Some(error.clone()),
                Event::Content(_) | Event::Reasoning(_) | Event::Tool(_) => self.pieces += 1,
                Event::Error(_) | Event::Done => {}
            }
        }
        events
    }

    fn read(&mut self, message: &Message, events: &mut Vec<Event>) {
        let text = message.data.trim();
        // A sign of life.
        if text.is_empty() {
            return;
        }
        if text == DONE {
            self.is_done = true;
            return events.push(Event::Done);
        }
        let is_error = message.name.as_deref() == Some("error");
        let chunk = read_json_text(text).or_else(|_| read_json_text(&paired(text)));
        let Ok(chunk) = chunk else {
            self.unreadable += 1;
            if is_error {
                events.push(Event::Error(StreamError::saying(text)));
            }
            return;
        };
        if is_error && StreamError::of(&chunk).is_none() {
            let said = chunk.get("message").and_then(Value::as_str);
            let error = StreamError::saying(said.unwrap_or(text));
            return events.push(Event::Error(error));
        }
        self.usage.look_at(&chunk);
        if let Some(model) = chunk.get("model").and_then(Value::as_str)
            && self.model.is_none()
        {
            self.model = Some(model.to_owned());
        }
        if let Some(fingerprint) = chunk.get("system_fingerprint").and_then(Value::as_str)
            && self.fingerprint.is_none()
        {
            self.fingerprint = Some(fingerprint.to_owned());
        }
        events_of(&chunk, events);
    }

    /// How it ended, as far as is known: an error counts more than an end, and the end mark alone says
    /// nothing, since servers send it behind an error too.
    #[must_use]
    pub fn end(&self) -> End {
        match (&self.error, &self.finish) {
            (Some(error), _) => End::Failed(error.clone()),
            (None, Some(finish)) => End::Finished(finish.clone()),
            (None, None) => End::Truncated,
        }
    }

    /// How many tokens it took, if the server says in one way or the other.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        self.usage.usage()
    }

    /// The model that the server says it used.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// What the server says it runs on, which tells some backends apart.
    #[must_use]
    pub fn fingerprint(&self) -> Option<&str> {
        self.fingerprint.as_deref()
    }

    /// Whether the end mark came.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.is_done
    }

    /// How many messages were no JSON.
    #[must_use]
    pub fn unreadable(&self) -> usize {
        self.unreadable
    }

    /// How many pieces of an answer came: one means that the server did not stream.
    #[must_use]
    pub fn pieces(&self) -> usize {
        self.pieces
    }
}

/// A text in which no half of a surrogate pair stands alone: some servers cut an emoji in two, and
/// JavaScript reads each half. What is alone becomes U+FFFD.
fn paired(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, found) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let unit = |text: &str| u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok();
        let behind = found.get(6..).unwrap_or_default();
        let length = match (unit(found), unit(behind)) {
            (Some(0xD800..0xDC00), Some(0xDC00..0xE000)) => 12,
            (Some(0xD800..0xE000), _) => {
                out.push_str("\\ufffd");
                rest = behind;
                continue;
            }
            // A backslash and what it escapes.
            _ => 1 + found.chars().nth(1).map_or(0, char::len_utf8),
        };
        let (escape, after) = found.split_at_checked(length).unwrap_or((found, ""));
        out.push_str(escape);
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_a_pair_are_replaced_and_pairs_stay() {
        for (text, wanted) in [
            (r"a", r"a"),
            (r"\ud83d\ude00", r"\ud83d\ude00"),
            (r"A\ud83d", r"A\ufffd"),
            (r"\ude00B", r"\ufffdB"),
            (r"\ud83d\ud83d\ude00", r"\ufffd\ud83d\ude00"),
            (r"\\ud83d", r"\\ud83d"),
            (r"\u00e9\n", r"\u00e9\n"),
            (r"\ud8", r"\ud8"),
            ("\\", "\\"),
            ("\\é", "\\é"),
        ] {
            assert_eq!(paired(text), wanted, "{text}");
        }
    }

    #[test]
    fn half_of_an_emoji_takes_no_text_with_it() {
        let mut stream = Stream::default();
        let mut events = Vec::new();
        let wire = b"data: {\"choices\":[{\"delta\":{\"content\":\"A\\ud83d\"}}]}\n\n";
        stream.push(wire, &mut events).unwrap();
        assert_eq!(events, [Event::Content("A\u{FFFD}".to_owned())]);
        assert_eq!(stream.unreadable(), 0);
    }
}
