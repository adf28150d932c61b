//! An answer, described: what is written is decided before anything is.

use serde::Serialize;

/// What a request is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub status: u16,
    /// Beside those of the body's length and the connection.
    pub headers: Vec<(String, String)>,
    pub body: Body,
    pub delivery: Delivery,
}

/// The bytes of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Body {
    /// Of a known length.
    Whole(Vec<u8>),
    /// A stream, piece by piece.
    Pieces(Vec<Vec<u8>>),
    /// A stream that says the same over and over; without end when `times` is `None`.
    Repeated {
        start: Vec<u8>,
        again: Vec<u8>,
        times: Option<u32>,
        end: Vec<u8>,
    },
}

/// How the body is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    /// As it should be.
    Prompt,
    /// One byte a second.
    Slow,
    /// Half of it, then the connection ends.
    Cut,
    /// Nothing of it; the connection stays.
    Stall,
    /// Not even the head.
    Silent,
}

const JSON: &str = "application/json; charset=utf-8";

impl Answer {
    pub(super) fn new(status: u16, content_type: &str, body: Body) -> Self {
        let header = ("Content-Type".to_owned(), content_type.to_owned());
        Answer {
            status,
            headers: vec![header],
            body,
            delivery: Delivery::Prompt,
        }
    }

    /// A value as JSON.
    pub(super) fn json<T: Serialize>(status: u16, value: &T) -> Self {
        // The values are structs of plain fields, so that this cannot fail.
        let bytes = serde_json::to_vec(value).unwrap_or_default();
        Answer::new(status, JSON, Body::Whole(bytes))
    }

    /// Server-sent events.
    pub(super) fn events(pieces: Vec<Vec<u8>>) -> Self {
        let mut answer = Answer::new(200, "text/event-stream", Body::Pieces(pieces));
        answer.add("Cache-Control", "no-cache");
        answer
    }

    pub(super) fn add(&mut self, name: &str, value: impl Into<String>) {
        self.headers.push((name.to_owned(), value.into()));
    }

    /// An error of the kind that is only a text.
    pub(super) fn text_error(status: u16, text: &str) -> Self {
        Answer::json(status, &TextError { error: text })
    }

    /// An error as the native endpoints tell it.
    pub(super) fn native_error(status: u16, kind: &'static str, message: &str) -> Self {
        let error = NativeError { kind, message };
        Answer::json(status, &Wrapped { error })
    }

    /// An error as `OpenAI` tells it.
    pub(super) fn openai_error(
        status: u16,
        message: &str,
        param: Option<&'static str>,
        code: Option<&'static str>,
    ) -> Self {
        let error = OpenAiError {
            message,
            kind: "invalid_request_error",
            param,
            code,
        };
        Answer::json(status, &Wrapped { error })
    }

    /// A missing or wrong key; the same words for both.
    pub(super) fn unauthorized() -> Self {
        let error = OpenAiError {
            message: "An LM Studio API token is required to make requests to this server. \
                      None that is valid was given in the form `Authorization: Bearer <token>`.",
            kind: "invalid_request",
            param: None,
            code: Some("invalid_api_key"),
        };
        Answer::json(401, &Wrapped { error })
    }
}

#[derive(Serialize)]
struct TextError<'a> {
    error: &'a str,
}

#[derive(Serialize)]
struct Wrapped<E> {
    error: E,
}

#[derive(Serialize)]
struct NativeError<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    message: &'a str,
}

#[derive(Serialize)]
struct OpenAiError<'a> {
    message: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    param: Option<&'static str>,
    code: Option<&'static str>,
}
