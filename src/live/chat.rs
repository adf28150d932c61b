//! One chat with a server, from the request to the end of its stream.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::cleaner::Cleaner;
use super::server::Server;
use crate::chat::{
    Answer, End, Event, Failure, Finish, Refusal, Stream, TooLong, Transcript, Usage,
};
use crate::net::{Body, Error, Phase, Request, Response};

/// Most bytes of an answer that is no stream which are looked at.
const LONGEST_REFUSAL: usize = 8 * 1024;

/// Shortest time of an answer that a rate is told of, in seconds: below, it is that of the sockets.
const SHORTEST_MEASURED: f64 = 0.001;

/// Longest wait behind a finish reason for token counts and the end mark, which follow at once.
const GRACE: Duration = Duration::from_secs(2);

/// How long it took, from the moment the request was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timing {
    /// For the connection alone.
    pub connected: Option<Duration>,
    /// Until the first piece of reasoning, content or a tool call; roles and comments are none.
    pub first: Option<Duration>,
    /// Until the end.
    pub total: Duration,
}

/// A chat under way, and what it has come to so far.
#[derive(Debug, Default)]
pub struct Chat {
    stream: Stream,
    transcript: Transcript,
    failure: Option<Failure>,
    started: Option<Instant>,
    timing: Timing,
    /// Takes the secrets that were sent out of all that the server says.
    cleaner: Cleaner,
}

impl Chat {
    /// A chat that has not begun.
    #[must_use]
    pub fn new() -> Chat {
        Chat::default()
    }

    /// Sends `body` to `url` and follows the stream to its end; `told` hears of every event. What came
    /// of it stays here, also when the future is dropped on the way.
    pub async fn hold(
        &mut self,
        server: &Server,
        url: &str,
        body: &Value,
        told: &mut dyn FnMut(&Event),
    ) {
        self.cleaner = Cleaner::new(server.secrets());
        let started = Instant::now();
        self.started = Some(started);
        let outcome = self.try_to(server, url, body, started, told).await;
        // Behind the finish reason nothing is waited for but counts.
        if self.timing.total.is_zero() {
            self.timing.total = started.elapsed();
        }
        if let Err(failure) = outcome {
            self.failure = Some(failure);
        }
    }

    /// Says that a person ended it on the way.
    pub fn interrupt(&mut self) {
        self.timing.total = self
            .started
            .map_or(Duration::ZERO, |started| started.elapsed());
        self.failure = Some(Failure {
            kind: "interrupted",
            status: None,
            message: "ended before the answer was complete".to_owned(),
        });
    }

    async fn try_to(
        &mut self,
        server: &Server,
        url: &str,
        body: &Value,
        started: Instant,
        told: &mut dyn FnMut(&Event),
    ) -> Result<(), Failure> {
        let request = Request::post(url, server.headers.clone(), body.to_string());
        let response = server.client.send(request).await.map_err(Failure::from)?;
        self.timing.connected = response.connected;
        if !response.status.is_success() || !is_stream(&response) {
            let status = response.status.as_u16();
            let body = response.body.beginning(LONGEST_REFUSAL).await;
            return Err(refused(server, status, &body));
        }
        self.follow(response.body, started, told).await
    }

    async fn follow(
        &mut self,
        mut body: Body,
        started: Instant,
        told: &mut dyn FnMut(&Event),
    ) -> Result<(), Failure> {
        let mut last = Instant::now();
        let mut finished = None;
        loop {
            let Some(chunk) = before(finished, body.chunk()).await else {
                // All was said, and the server only keeps the connection.
                break;
            };
            match chunk {
                Ok(Some(piece)) => {
                    last = Instant::now();
                    self.read(&piece, started, told)?;
                    if finished.is_none() && matches!(self.stream.end(), End::Finished(_)) {
                        finished = Some(last + GRACE);
                        self.timing.total = started.elapsed();
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    self.read_the_rest(started, told)?;
                    // Whoever has said why it ends may hang up as it likes.
                    return match self.stream.end() {
                        End::Finished(_) if matches!(error, Error::Cut(_)) => Ok(()),
                        _ => Err(on_the_way(error, last.elapsed())),
                    };
                }
            }
            if self.stream.is_done() {
                break;
            }
        }
        self.read_the_rest(started, told)
    }

    /// Hears what a piece of a stream says, also before a fault in it.
    fn read(
        &mut self,
        piece: &[u8],
        started: Instant,
        told: &mut dyn FnMut(&Event),
    ) -> Result<(), Failure> {
        let mut events = Vec::new();
        let outcome = self.stream.push(piece, &mut events);
        self.hear(&events, started, told);
        outcome.map_err(Failure::from)
    }

    /// Hears what the stream and the cleaner held back.
    fn read_the_rest(
        &mut self,
        started: Instant,
        told: &mut dyn FnMut(&Event),
    ) -> Result<(), Failure> {
        let mut events = Vec::new();
        let outcome = self.stream.finish(&mut events);
        self.hear(&events, started, told);
        let mut clean = Vec::new();
        self.cleaner.finish(&mut clean);
        self.tell(&clean, told);
        outcome.map_err(Failure::from)
    }

    fn hear(&mut self, events: &[Event], started: Instant, told: &mut dyn FnMut(&Event)) {
        let mut clean = Vec::new();
        for event in events {
            let is_piece = matches!(
                event,
                Event::Content(_) | Event::Reasoning(_) | Event::Tool(_)
            );
            if is_piece && self.timing.first.is_none() {
                self.timing.first = Some(started.elapsed());
            }
            self.cleaner.push(event, &mut clean);
        }
        self.tell(&clean, told);
    }

    fn tell(&mut self, clean: &[Event], told: &mut dyn FnMut(&Event)) {
        for event in clean {
            self.transcript.add(event);
            told(event);
        }
    }

    /// Reads a stream that was saved, as if it came from a server.
    pub fn replay(&mut self, saved: &[u8], told: &mut dyn FnMut(&Event)) {
        let started = Instant::now();
        let read = self.read(saved, started, told);
        let rest = self.read_the_rest(started, told);
        self.failure = read.and(rest).err();
        self.timing = Timing::default();
    }

    /// Why it came to nothing; none when a finish reason was seen.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        if let Some(failure) = &self.failure {
            let message = self.cleaner.error(&failure.message);
            return Some(Failure {
                message,
                ..failure.clone()
            });
        }
        let failed = |kind: &'static str, message: String| Failure {
            kind,
            status: None,
            message,
        };
        match self.stream.end() {
            End::Finished(_) if self.stream.unreadable() > 0 => {
                let message =
                    "a message of the stream is not JSON, so a part of the answer may be lost";
                Some(failed("bad_json", message.to_owned()))
            }
            End::Finished(_) => None,
            End::Failed(error) => {
                let mut failure = failed("in_stream", self.cleaner.error(&error.message));
                failure.status = error.code;
                Some(failure)
            }
            End::Truncated if self.stream.unreadable() > 0 => {
                let message = "a message of the stream is not JSON, and no finish reason came";
                Some(failed("bad_json", message.to_owned()))
            }
            End::Truncated => {
                let message = "the stream ended without a finish reason";
                Some(failed("truncated", message.to_owned()))
            }
        }
    }

    /// What was said.
    #[must_use]
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Why the answer ended, if the server said so.
    #[must_use]
    pub fn finish(&self) -> Option<Finish> {
        match self.stream.end() {
            End::Finished(Finish::Other(word)) => Some(Finish::Other(self.cleaner.text(&word))),
            End::Finished(finish) => Some(finish),
            End::Failed(_) | End::Truncated => None,
        }
    }

    /// How many tokens it took.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        self.stream.usage()
    }

    /// The model that the server says it used.
    #[must_use]
    pub fn model(&self) -> Option<String> {
        self.stream.model().map(|model| self.cleaner.text(model))
    }

    /// What the server says it runs on.
    #[must_use]
    pub fn fingerprint(&self) -> Option<String> {
        let print = self.stream.fingerprint();
        print.map(|print| self.cleaner.text(print))
    }

    /// How many pieces came: one means that the server did not stream.
    #[must_use]
    pub fn pieces(&self) -> usize {
        self.stream.pieces()
    }

    /// How long it took.
    #[must_use]
    pub fn timing(&self) -> Timing {
        self.timing
    }

    /// Tokens a second behind the first piece, if their number is known.
    #[must_use]
    pub fn tokens_per_second(&self) -> Option<f64> {
        let tokens = self.usage()?.completion?;
        let time = self
            .timing
            .total
            .checked_sub(self.timing.first?)?
            .as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let rate = tokens as f64 / time;
        (time >= SHORTEST_MEASURED).then_some(rate)
    }
}

/// Asks for an answer that comes as a whole.
///
/// # Errors
/// When none comes.
pub async fn ask(server: &Server, url: &str, body: &Value) -> Result<Answer, Failure> {
    let request = Request::post(url, server.headers.clone(), body.to_string());
    let failed = |error: Error| {
        let failure = Failure::from(error);
        let message = server.scrub(&failure.message);
        Failure { message, ..failure }
    };
    let response = server.client.send(request).await.map_err(failed)?;
    let status = response.status.as_u16();
    let is_success = response.status.is_success();
    let body = response.body.whole().await.map_err(failed)?;
    let answer = Answer::read(&body).filter(|_| is_success);
    answer.ok_or_else(|| {
        let beginning = body.get(..LONGEST_REFUSAL).unwrap_or(&body);
        refused(server, status, beginning)
    })
}

/// A refusal in the server's words, without those that were sent to it.
fn refused(server: &Server, status: u16, body: &[u8]) -> Failure {
    let secrets = server.secrets();
    // Before it is cut, so that no part of a secret stays; what JSON spells otherwise goes after it.
    let body = secrets.scrub(&String::from_utf8_lossy(body));
    let refusal = Refusal::of(status, body.as_bytes());
    Failure {
        kind: refusal.kind,
        status: Some(refusal.status),
        message: secrets.scrub(&refusal.message),
    }
}

/// Whether an answer is a stream, by what it says of itself; one that says nothing may be.
fn is_stream(response: &Response) -> bool {
    let kind = response.headers.get("content-type");
    let kind = kind.map(|kind| kind.to_str().unwrap_or_default().to_lowercase());
    kind.is_none_or(|kind| kind.contains("text/event-stream"))
}

/// What comes of a future until then; none when it takes longer.
async fn before<T>(until: Option<Instant>, future: impl Future<Output = T>) -> Option<T> {
    match until {
        None => Some(future.await),
        Some(until) => tokio::time::timeout_at(until.into(), future).await.ok(),
    }
}

/// The failure of a stream that has begun, and in which nothing came for so long.
fn on_the_way(error: Error, silent: Duration) -> Failure {
    if let Error::Timeout { after, .. } = error
        && silent < after / 2
    {
        return Failure {
            kind: "timeout",
            status: None,
            message: format!("the answer was still coming after {} s", after.as_secs()),
        };
    }
    Failure::from(error)
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        let kind = match &error {
            Error::Timeout {
                phase: Phase::Body, ..
            } => "idle",
            Error::Cut(_) => "truncated",
            error => error.kind(),
        };
        Failure {
            kind,
            status: None,
            message: error.to_string(),
        }
    }
}

impl From<TooLong> for Failure {
    fn from(error: TooLong) -> Failure {
        Failure {
            kind: "too_large",
            status: None,
            message: error.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trust::Origin;

    #[test]
    fn who_is_still_speaking_when_the_time_is_up_is_not_silent() {
        let kind = |silent: u64| {
            let error = Error::Timeout {
                origin: Origin::parse("http://127.0.0.1:1").unwrap(),
                phase: Phase::Body,
                after: Duration::from_secs(10),
            };
            on_the_way(error, Duration::from_secs(silent)).kind
        };
        assert_eq!(
            [0, 4, 5, 10].map(kind),
            ["timeout", "timeout", "idle", "idle"]
        );
    }
}
