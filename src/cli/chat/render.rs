//! A chat as it comes, and what came of it.

use std::io::{self, Write};
use std::time::Duration;

use anstyle::Style;
use serde::Serialize;

use super::question::Asked;
use crate::chat::{Event, Failure, Usage};
use crate::cli::args::{Args, Format};
use crate::cli::error::Error;
use crate::cli::exit::Exit;
use crate::cli::{complain, printable, remark};
use crate::contract::masking::masked_url;
use crate::live::chat::Chat;
use crate::verification::about_failure;

/// Tells of a chat while it is held.
pub(super) struct Teller<'t> {
    format: Format,
    out: &'t mut dyn Write,
    /// What was said last, for people.
    last: Option<Voice>,
    /// The first failure to tell.
    failed: Option<io::Error>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Voice {
    Reasoning,
    Content,
}

/// An event as a line of JSON.
#[derive(Serialize)]
struct Line<'l> {
    event: &'static str,
    text: &'l str,
    /// Which call a piece of one belongs to.
    #[serde(flatten)]
    call: Option<CallOf<'l>>,
}

#[derive(Serialize)]
struct CallOf<'l> {
    index: u64,
    id: Option<&'l str>,
    name: Option<&'l str>,
}

impl<'t> Teller<'t> {
    pub(super) fn new(format: Format, out: &'t mut dyn Write) -> Teller<'t> {
        Teller {
            format,
            out,
            last: None,
            failed: None,
        }
    }

    pub(super) fn hear(&mut self, event: &Event) {
        let told = match self.format {
            Format::Human => self.say(event),
            Format::Jsonl => self.line(event),
            _ => Ok(()),
        };
        // A stream cannot be stopped from here; the end tells.
        if let Err(error) = told {
            self.failed.get_or_insert(error);
        }
    }

    fn say(&mut self, event: &Event) -> io::Result<()> {
        let (voice, text) = match event {
            Event::Reasoning(text) => (Voice::Reasoning, text),
            Event::Content(text) => (Voice::Content, text),
            _ => return Ok(()),
        };
        if self.last.is_some_and(|last| last != voice) {
            writeln!(self.out)?;
        }
        self.last = Some(voice);
        let text = readable(text);
        if voice == Voice::Reasoning {
            let dimmed = Style::new().dimmed();
            write!(self.out, "{dimmed}{text}{dimmed:#}")?;
        } else {
            write!(self.out, "{text}")?;
        }
        self.out.flush()
    }

    fn line(&mut self, event: &Event) -> io::Result<()> {
        let call = match event {
            Event::Tool(piece) => Some(CallOf {
                index: piece.index,
                id: piece.id.as_deref(),
                name: piece.name.as_deref(),
            }),
            _ => None,
        };
        let (event, text) = match event {
            Event::Reasoning(text) => ("reasoning", text.as_str()),
            Event::Content(text) => ("content", text.as_str()),
            Event::Tool(piece) => ("tool", piece.arguments.as_str()),
            Event::Finish(finish) => ("finish", finish.word()),
            Event::Error(error) => ("error", error.message.as_str()),
            Event::Done => ("done", ""),
        };
        serde_json::to_writer(&mut *self.out, &Line { event, text, call })?;
        writeln!(self.out)?;
        self.out.flush()
    }

    /// Tells what came of it.
    pub(super) fn end(
        self,
        chat: &Chat,
        asked: Option<&Asked>,
        args: &Args,
    ) -> Result<Exit, Error> {
        if let Some(error) = self.failed {
            return Err(error.into());
        }
        let failure = chat.failure();
        if self.format == Format::Human {
            if self.last.is_some() {
                writeln!(self.out)?;
                self.out.flush()?;
            }
            if let Some(failure) = &failure {
                let kind = failure.kind.replace('_', " ");
                let status = failure.status_in_words();
                complain(&format!("{kind}{status}: {}", failure.message));
                let key_from = asked.and_then(|asked| asked.endpoint.key_from.as_ref());
                if let Some(from) = key_from.filter(|_| failure.kind == "auth") {
                    remark(&format!("the key of {} was sent", printable(from)));
                }
                if let Some(help) = about_failure(failure.kind) {
                    remark(help);
                }
            } else if !args.quiet {
                remark(&summary(chat));
            }
        } else {
            serde_json::to_writer(&mut *self.out, &Report::of(chat, asked))
                .map_err(io::Error::from)?;
            writeln!(self.out)?;
        }
        Ok(if failure.is_none() {
            Exit::Well
        } else {
            Exit::Found
        })
    }
}

/// Foreign text with its line breaks, and without anything else a terminal would act on.
fn readable(text: &str) -> String {
    let lines = text.split('\n').map(printable);
    lines.collect::<Vec<_>>().join("\n")
}

/// One line on how it went.
fn summary(chat: &Chat) -> String {
    let mut parts = Vec::new();
    let timing = chat.timing();
    if let Some(first) = timing.first.filter(|_| !timing.total.is_zero()) {
        parts.push(format!("first token after {} ms", milliseconds(first)));
    }
    if let Some(rate) = chat.tokens_per_second() {
        parts.push(format!("{rate:.1} tokens/s"));
    }
    parts.push(match chat.usage() {
        None => "no token counts".to_owned(),
        Some(usage) => {
            let count =
                |count: Option<u64>| count.map_or("?".to_owned(), |count| count.to_string());
            let (prompt, completion) = (count(usage.prompt), count(usage.completion));
            let from = usage.source.code();
            format!("{prompt} + {completion} tokens (from {from})")
        }
    });
    if let Some(finish) = chat.finish() {
        parts.push(format!("finish reason {}", printable(finish.word())));
    }
    parts.join(", ")
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// A chat as JSON.
#[derive(Serialize)]
struct Report<'c> {
    model: Option<String>,
    content: &'c str,
    reasoning: &'c str,
    finish_reason: Option<String>,
    usage: Tokens,
    timing: Times,
    request: Sent<'c>,
    error: Option<Failure>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Tokens {
    Told(Usage),
    Untold {
        prompt_tokens: (),
        completion_tokens: (),
        total_tokens: (),
        source: &'static str,
    },
}

#[derive(Serialize)]
struct Times {
    connect_ms: Option<u64>,
    ttft_ms: Option<u64>,
    total_ms: Option<u64>,
    tokens_per_second: Option<f64>,
}

#[derive(Serialize)]
struct Sent<'c> {
    url: Option<String>,
    reasoning_effort: Option<&'c str>,
}

impl<'c> Report<'c> {
    fn of(chat: &'c Chat, asked: Option<&'c Asked>) -> Report<'c> {
        let untold = Tokens::Untold {
            prompt_tokens: (),
            completion_tokens: (),
            total_tokens: (),
            source: "none",
        };
        let timing = chat.timing();
        let effort = asked.and_then(|asked| asked.body.get("reasoning_effort")?.as_str());
        Report {
            model: chat.model(),
            content: &chat.transcript().content,
            reasoning: &chat.transcript().reasoning,
            finish_reason: chat.finish().map(|finish| finish.word().to_owned()),
            usage: chat.usage().map_or(untold, Tokens::Told),
            timing: Times {
                connect_ms: timing.connected.map(milliseconds),
                ttft_ms: timing.first.filter(|_| asked.is_some()).map(milliseconds),
                total_ms: asked.map(|_| milliseconds(timing.total)),
                tokens_per_second: chat.tokens_per_second(),
            },
            request: Sent {
                url: asked.map(|asked| masked_url(&asked.url)),
                reasoning_effort: effort,
            },
            error: chat.failure(),
        }
    }
}
