//! What a server says in a stream, freed of the secrets that were sent to it, also of one that comes in
//! several pieces.

use super::server::Secrets;
use crate::chat::{Event, Finish, StreamError, ToolPiece};

/// Longest text of an error in a stream that is kept, in characters.
const LONGEST_ERROR: usize = 500;

/// Cleans events one after the other. What may begin a secret is held back until more is known.
#[derive(Debug, Default)]
pub(super) struct Cleaner {
    secrets: Secrets,
    held: Option<Event>,
}

impl Cleaner {
    pub(super) fn new(secrets: Secrets) -> Cleaner {
        let held = None;
        Cleaner { secrets, held }
    }

    /// A text that is whole.
    pub(super) fn text(&self, text: &str) -> String {
        self.secrets.scrub(text)
    }

    /// The text of an error: without secrets first, then bounded, so that no part of one stays.
    pub(super) fn error(&self, message: &str) -> String {
        self.text(message).chars().take(LONGEST_ERROR).collect()
    }

    /// Adds what may be said once `event` has come.
    pub(super) fn push(&mut self, event: &Event, clean: &mut Vec<Event>) {
        let event = match (self.held.take(), event) {
            (Some(held), event) => match joined(&held, event) {
                Some(both) => both,
                None => {
                    clean.push(held);
                    event.clone()
                }
            },
            (None, event) => event.clone(),
        };
        let Some(said) = spoken(&event) else {
            return clean.push(self.other(event));
        };
        let said = self.text(said);
        let sure = said.len() - self.secrets.begun_in(&said);
        let (said, rest) = said.split_at_checked(sure).unwrap_or((&said, ""));
        if !rest.is_empty() {
            self.held = Some(continued(&event, rest));
        }
        let is_all_held = said.is_empty() && !rest.is_empty();
        if !is_all_held || !continues(&event) {
            clean.push(self.other(with_text(event, said)));
        }
    }

    /// Adds what was held back; nothing more comes.
    pub(super) fn finish(&mut self, clean: &mut Vec<Event>) {
        clean.extend(self.held.take());
    }

    /// An event without secrets in what is not its text.
    fn other(&self, event: Event) -> Event {
        match event {
            Event::Tool(piece) => Event::Tool(ToolPiece {
                id: piece.id.map(|id| self.text(&id)),
                name: piece.name.map(|name| self.text(&name)),
                ..piece
            }),
            Event::Error(error) => Event::Error(StreamError {
                message: self.error(&error.message),
                ..error
            }),
            Event::Finish(Finish::Other(word)) => Event::Finish(Finish::Other(self.text(&word))),
            event => event,
        }
    }
}

/// The text of an event that goes on in the next one.
fn spoken(event: &Event) -> Option<&str> {
    match event {
        Event::Content(text) | Event::Reasoning(text) => Some(text),
        Event::Tool(piece) => Some(&piece.arguments),
        Event::Finish(_) | Event::Error(_) | Event::Done => None,
    }
}

/// Whether an event only goes on with what came before.
fn continues(event: &Event) -> bool {
    match event {
        Event::Tool(piece) => piece.id.is_none() && piece.name.is_none(),
        _ => true,
    }
}

fn with_text(event: Event, text: &str) -> Event {
    let text = text.to_owned();
    match event {
        Event::Content(_) => Event::Content(text),
        Event::Reasoning(_) => Event::Reasoning(text),
        Event::Tool(piece) => Event::Tool(ToolPiece {
            arguments: text,
            ..piece
        }),
        event => event,
    }
}

/// An event that goes on with `text` behind `event`.
fn continued(event: &Event, text: &str) -> Event {
    let event = match event {
        Event::Tool(piece) => Event::Tool(ToolPiece {
            id: None,
            name: None,
            ..piece.clone()
        }),
        event => event.clone(),
    };
    with_text(event, text)
}

/// Both as one, if the second goes on where the first one ends.
fn joined(first: &Event, second: &Event) -> Option<Event> {
    let is_same = match (first, second) {
        (Event::Content(_), Event::Content(_)) | (Event::Reasoning(_), Event::Reasoning(_)) => true,
        (Event::Tool(one), Event::Tool(other)) => one.index == other.index && continues(second),
        _ => false,
    };
    let text = format!("{}{}", spoken(first)?, spoken(second)?);
    is_same.then(|| with_text(first.clone(), &text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "sk-planted-1";

    fn cleaned(events: &[Event]) -> Vec<Event> {
        let mut cleaner = Cleaner::new(Secrets::of(&[SECRET]));
        let mut clean = Vec::new();
        for event in events {
            cleaner.push(event, &mut clean);
        }
        cleaner.finish(&mut clean);
        clean
    }

    fn content(text: &str) -> Event {
        Event::Content(text.to_owned())
    }

    /// All content, one text.
    fn said(events: &[Event]) -> String {
        let texts = events.iter().filter_map(|event| match event {
            Event::Content(text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }

    #[test]
    fn a_secret_that_is_cut_anywhere_is_hidden() {
        let text = format!("a {SECRET} sk-pl b sk-");
        for first in 0..text.len() {
            for second in first..text.len() {
                let (before, last) = text.split_at(second);
                let (start, middle) = before.split_at(first);
                let pieces = [start, middle, last];
                let clean = cleaned(&pieces.map(content));
                assert_eq!(said(&clean), "a ••• sk-pl b sk-", "{pieces:?}");
                let told = format!("{clean:?}");
                assert!(!told.contains("planted"), "{told}");
            }
        }
    }

    #[test]
    fn what_is_held_comes_before_what_is_of_another_kind() {
        let thought = Event::Reasoning("sk-".to_owned());
        let events = [content("x sk-pla"), thought, content("nted-1"), Event::Done];
        let clean = cleaned(&events);
        let wanted = [
            content("x "),
            content("sk-pla"),
            Event::Reasoning("sk-".to_owned()),
            content("nted-1"),
            Event::Done,
        ];
        assert_eq!(clean, wanted);
    }

    #[test]
    fn calls_are_cleaned_and_stay_calls() {
        let piece = |id: Option<&str>, arguments: &str| {
            Event::Tool(ToolPiece {
                index: 0,
                id: id.map(str::to_owned),
                name: id.map(str::to_owned),
                arguments: arguments.to_owned(),
            })
        };
        let clean = cleaned(&[piece(Some(SECRET), "sk-pla"), piece(None, "nted-1}")]);
        assert_eq!(clean, [piece(Some("•••"), ""), piece(None, "•••}")]);
    }

    #[test]
    fn an_error_has_an_end() {
        let error = StreamError::saying(&format!("{SECRET} {}", "x".repeat(9000)));
        let clean = cleaned(&[Event::Error(error)]);
        let [Event::Error(error)] = clean.as_slice() else {
            panic!("{clean:?}");
        };
        assert!(error.message.starts_with("••• xx"));
        assert_eq!(error.message.chars().count(), LONGEST_ERROR);
    }
}
