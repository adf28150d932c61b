//! An answer that comes as a whole, not as a stream.

use super::event::{Event, Finish, events_of};
use super::transcript::Transcript;
use super::usage::{Collector, Usage};
use crate::json5::read_json;

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What was said.
    pub transcript: Transcript,
    /// Why it ended, if the server says so.
    pub finish: Option<Finish>,
    /// How many tokens it took.
    pub usage: Option<Usage>,
}

impl Answer {
    /// Reads an answer; none when it is no completion.
    ///
    /// ```
    /// use clawconf::chat::Answer;
    ///
    /// let body = br#"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}"#;
    /// assert_eq!(Answer::read(body).expect("it is one").transcript.content, "Hi");
    /// ```
    #[must_use]
    pub fn read(body: &[u8]) -> Option<Answer> {
        let answer = read_json(body).ok()?;
        answer.get("choices")?.as_array()?.first()?;
        let mut events = Vec::new();
        events_of(&answer, &mut events);
        let mut transcript = Transcript::default();
        let mut finish = None;
        for event in &events {
            transcript.add(event);
            match event {
                Event::Finish(why) => finish = Some(why.clone()),
                Event::Error(_) => return None,
                _ => {}
            }
        }
        let mut usage = Collector::default();
        usage.look_at(&answer);
        Some(Answer {
            transcript,
            finish,
            usage: usage.usage(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Source;

    #[test]
    fn whole_answers_and_their_neighbours() {
        let body = r#"{"choices":[{"message":{"reasoning":"Hm","content":"Hi","tool_calls":[
            {"id":"c1","function":{"name":"add","arguments":"{}"}}]},"finish_reason":"tool_calls"}],
            "timings":{"prompt_n":1,"cache_n":20,"predicted_n":3}}"#;
        let answer = Answer::read(body.as_bytes()).unwrap();
        assert_eq!(answer.transcript.reasoning, "Hm");
        assert_eq!(answer.transcript.calls[0].name.as_deref(), Some("add"));
        assert_eq!(answer.finish, Some(Finish::ToolCalls));
        let usage = answer.usage.unwrap();
        assert_eq!((usage.prompt, usage.source), (Some(21), Source::Timings));
        for body in [
            "",
            "{}",
            "[]",
            r#"{"choices":[]}"#,
            r#"{"error":{"message":"no"}}"#,
            r#"{"choices":[{}],"error":"no"}"#,
        ] {
            assert_eq!(Answer::read(body.as_bytes()), None, "{body}");
        }
    }
}
