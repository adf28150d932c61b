//! A reply on the wire: as one JSON object, or as events.

use serde::Serialize;

use super::question::Question;
use super::reply::Reply;
use crate::simulator::answer::Answer;
use crate::simulator::fault::Fault;
use crate::simulator::settings::Settings;

/// Words of an event.
const WORDS: usize = 3;

/// Characters of arguments in an event.
const CHARACTERS: usize = 8;

/// When every answer was made, in seconds since 1970; the simulator has no clock.
const CREATED: u64 = 1_790_000_000;

/// A reply that is about to be told.
pub(super) struct Telling<'a> {
    pub settings: &'a Settings,
    pub question: &'a Question,
    pub reply: &'a Reply,
    /// The instance that answers.
    pub model: &'a str,
    pub number: u64,
}

impl Telling<'_> {
    /// As one object.
    pub(super) fn whole(&self) -> Answer {
        let reply = self.reply;
        let reasoning = reply.reasoning.concat();
        let calls = reply.call.iter().map(|call| WholeCall {
            kind: "function",
            id: &call.id,
            function: Function {
                name: Some(&call.name),
                arguments: &call.arguments,
            },
        });
        let completion = Completion {
            id: self.id(),
            object: "chat.completion",
            created: CREATED,
            model: self.model,
            choices: [WholeChoice {
                index: 0,
                logprobs: (),
                finish_reason: reply.finish.name(),
                message: Message {
                    role: "assistant",
                    content: reply.content.concat(),
                    reasoning_content: (!reasoning.is_empty()).then_some(reasoning),
                    tool_calls: calls.collect(),
                },
            }],
            usage: (!self.settings.has(Fault::NoUsage)).then(|| self.usage()),
            stats: Stats {
                tokens_per_second: 50.0,
                time_to_first_token: 0.1,
                generation_time: 0.5,
                stop_reason: reply.finish.stop_reason(),
            },
            system_fingerprint: self.model,
            timings: self.timings(),
        };
        Answer::json(200, &completion)
    }

    /// As events.
    pub(super) fn streamed(&self) -> Answer {
        let mut deltas = self.deltas();
        if let Some(first) = deltas.first_mut() {
            first.role = Some("assistant");
        }
        let mut pieces: Vec<Vec<u8>> = deltas
            .into_iter()
            .map(|delta| self.event(Some((delta, None)), None, None))
            .collect();
        let has = |fault| self.settings.has(fault);
        if has(Fault::ErrorMidStream) {
            pieces.truncate(pieces.len().div_ceil(2));
            let error = r#"{"error":{"message":"The model has crashed.","type":"internal_error"}}"#;
            pieces.push(format!("event: error\ndata: {error}\n\n").into_bytes());
            return Answer::events(pieces);
        }
        if has(Fault::Truncated) {
            return Answer::events(pieces);
        }
        let finish = (Delta::default(), Some(self.reply.finish.name()));
        pieces.push(self.event(Some(finish), None, self.timings()));
        let tells_usage = self.settings.release.is_recent() && !has(Fault::NoUsage);
        if self.question.include_usage && tells_usage {
            pieces.push(self.event(None, Some(self.usage()), self.timings()));
        }
        if !has(Fault::NoDone) {
            pieces.push(b"data: [DONE]\n\n".to_vec());
        }
        Answer::events(pieces)
    }

    /// What each event adds, the last one apart.
    fn deltas(&self) -> Vec<Delta> {
        let mut deltas = Vec::new();
        for words in self.reply.reasoning.chunks(WORDS) {
            deltas.push(Delta {
                reasoning_content: Some(words.concat()),
                ..Delta::default()
            });
        }
        for words in self.reply.content.chunks(WORDS) {
            deltas.push(Delta {
                content: Some(words.concat()),
                ..Delta::default()
            });
        }
        let Some(call) = &self.reply.call else {
            return deltas;
        };
        let piece = |id: Option<&str>, name: Option<&str>, arguments: String| Delta {
            tool_calls: Some([CallPiece {
                index: 0,
                kind: id.map(|_| "function"),
                id: id.map(str::to_owned),
                function: Function {
                    name: name.map(str::to_owned),
                    arguments,
                },
            }]),
            ..Delta::default()
        };
        deltas.push(piece(Some(&call.id), Some(&call.name), String::new()));
        let characters: Vec<char> = call.arguments.chars().collect();
        for part in characters.chunks(CHARACTERS) {
            deltas.push(piece(None, None, part.iter().collect()));
        }
        deltas
    }

    fn event(
        &self,
        choice: Option<(Delta, Option<&'static str>)>,
        usage: Option<Usage>,
        timings: Option<Timings>,
    ) -> Vec<u8> {
        let choice = choice.map(|(delta, finish_reason)| Choice {
            index: 0,
            delta,
            logprobs: (),
            finish_reason,
        });
        let chunk = Chunk {
            id: self.id(),
            object: "chat.completion.chunk",
            created: CREATED,
            model: self.model,
            system_fingerprint: self.model,
            choices: choice.into_iter().collect(),
            usage,
            timings,
        };
        // Plain fields, so that this cannot fail.
        let text = serde_json::to_string(&chunk).unwrap_or_default();
        format!("data: {text}\n\n").into_bytes()
    }

    fn id(&self) -> String {
        format!("chatcmpl-{:012}", self.number)
    }

    fn usage(&self) -> Usage {
        if self.settings.has(Fault::ZeroUsageWithTimings) {
            return Usage::default();
        }
        let prompt_tokens = self.question.prompt_words;
        let completion_tokens = self.reply.completion_words();
        Usage {
            prompt_tokens,
            completion_tokens,
            total_tokens: prompt_tokens + completion_tokens,
            completion_tokens_details: Details {
                reasoning_tokens: self.reply.reasoning.len(),
            },
        }
    }

    fn timings(&self) -> Option<Timings> {
        let told = self.settings.has(Fault::ZeroUsageWithTimings);
        told.then(|| Timings {
            cache_n: 0,
            prompt_n: self.question.prompt_words,
            prompt_ms: 100.0,
            predicted_n: self.reply.completion_words(),
            predicted_ms: 500.0,
        })
    }
}

#[derive(Serialize)]
struct Completion<'a> {
    id: String,
    object: &'static str,
    created: u64,
    model: &'a str,
    choices: [WholeChoice<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Usage>,
    stats: Stats,
    system_fingerprint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    timings: Option<Timings>,
}

#[derive(Serialize)]
struct WholeChoice<'a> {
    index: u32,
    logprobs: (),
    finish_reason: &'static str,
    message: Message<'a>,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_content: Option<String>,
    tool_calls: Vec<WholeCall<'a>>,
}

#[derive(Serialize)]
struct WholeCall<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: &'a str,
    function: Function<&'a str>,
}

#[derive(Serialize)]
struct Function<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<T>,
    arguments: T,
}

#[derive(Serialize)]
struct Stats {
    tokens_per_second: f64,
    time_to_first_token: f64,
    generation_time: f64,
    stop_reason: &'static str,
}

#[derive(Serialize)]
struct Chunk<'a> {
    id: String,
    object: &'static str,
    created: u64,
    model: &'a str,
    system_fingerprint: &'a str,
    choices: Vec<Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Usage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timings: Option<Timings>,
}

#[derive(Serialize)]
struct Choice {
    index: u32,
    delta: Delta,
    logprobs: (),
    finish_reason: Option<&'static str>,
}

#[derive(Default, Serialize)]
struct Delta {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_calls: Option<[CallPiece; 1]>,
}

#[derive(Serialize)]
struct CallPiece {
    index: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    function: Function<String>,
}

#[derive(Default, Serialize)]
struct Usage {
    prompt_tokens: usize,
    completion_tokens: usize,
    total_tokens: usize,
    completion_tokens_details: Details,
}

#[derive(Default, Serialize)]
struct Details {
    reasoning_tokens: usize,
}

#[derive(Serialize)]
struct Timings {
    cache_n: usize,
    prompt_n: usize,
    prompt_ms: f64,
    predicted_n: usize,
    predicted_ms: f64,
}
