//! The whole of an answer, put together from its events.

use super::event::{Event, ToolPiece};

/// An answer as far as it has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transcript {
    /// What the model says.
    pub content: String,
    /// What it thought before.
    pub reasoning: String,
    /// The tools it calls.
    pub calls: Vec<ToolCall>,
}

/// A tool call, put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolCall {
    index: u64,
    /// Its id.
    pub id: Option<String>,
    /// The tool.
    pub name: Option<String>,
    /// Its arguments, JSON once they are whole.
    pub arguments: String,
}

/// Most tool calls of one answer; pieces of further ones are passed over.
const MOST_CALLS: usize = 128;

impl Transcript {
    /// Adds what an event says.
    pub fn add(&mut self, event: &Event) {
        match event {
            Event::Content(text) => self.content.push_str(text),
            Event::Reasoning(text) => self.reasoning.push_str(text),
            Event::Tool(piece) => self.add_piece(piece),
            Event::Finish(_) | Event::Error(_) | Event::Done => {}
        }
    }

    /// Puts a piece to its call. A second id under one index begins another call: some servers send
    /// several calls without counting them.
    fn add_piece(&mut self, piece: &ToolPiece) {
        let is_its = |call: &&mut ToolCall| {
            call.index == piece.index
                && (piece.id.is_none() || call.id.is_none() || call.id == piece.id)
        };
        if let Some(call) = self.calls.iter_mut().rev().find(is_its) {
            call.id = call.id.take().or_else(|| piece.id.clone());
            call.name = call.name.take().or_else(|| piece.name.clone());
            call.arguments.push_str(&piece.arguments);
        } else if self.calls.len() < MOST_CALLS {
            self.calls.push(ToolCall {
                index: piece.index,
                id: piece.id.clone(),
                name: piece.name.clone(),
                arguments: piece.arguments.clone(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(index: u64, id: &str, name: &str, arguments: &str) -> Event {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Event::Tool(ToolPiece {
            index,
            id: some(id),
            name: some(name),
            arguments: arguments.to_owned(),
        })
    }

    #[test]
    fn pieces_come_to_their_calls() {
        let mut transcript = Transcript::default();
        for event in [
            Event::Reasoning("a".to_owned()),
            Event::Content("b".to_owned()),
            Event::Reasoning("c".to_owned()),
            piece(0, "x", "add", "{\"a\""),
            piece(1, "y", "sub", "{}"),
            piece(0, "", "", ":1}"),
            piece(0, "x", "add", ""),
            piece(0, "z", "mul", "{}"),
            Event::Done,
        ] {
            transcript.add(&event);
        }
        assert_eq!(
            (transcript.content.as_str(), transcript.reasoning.as_str()),
            ("b", "ac")
        );
        let calls: Vec<String> = transcript
            .calls
            .iter()
            .map(|call| format!("{}{}", call.name.as_deref().unwrap_or("-"), call.arguments))
            .collect();
        assert_eq!(calls, ["add{\"a\":1}", "sub{}", "mul{}"]);
    }

    #[test]
    fn calls_have_an_end() {
        let mut transcript = Transcript::default();
        for nth in 0..1000 {
            transcript.add(&piece(nth, "x", "add", "{}"));
        }
        assert_eq!(transcript.calls.len(), MOST_CALLS);
    }
}
