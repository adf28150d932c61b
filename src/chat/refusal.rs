//! What a server means by an answer that is no stream: from status and body to a kind that a person can
//! act on (section 5 of the backends facts).

use super::event::StreamError;
use crate::json5::read_json;

/// Longest text of a server that is kept, in characters.
const LONGEST: usize = 500;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The word used in machine output.
    pub kind: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What the server says: foreign text, bounded here, to be cleaned before it is shown.
    pub message: String,
}

impl Refusal {
    /// What an answer with this status and body means; the body may be cut off.
    ///
    /// ```
    /// use clawconf::chat::Refusal;
    ///
    /// let body = br#"{"error":{"message":"no such model","type":"model_not_found"}}"#;
    /// assert_eq!(Refusal::of(404, body).kind, "model_not_found");
    /// ```
    #[must_use]
    pub fn of(status: u16, body: &[u8]) -> Refusal {
        let answer = read_json(body).ok();
        let error = answer.as_ref().and_then(StreamError::of);
        let plain = || String::from_utf8_lossy(body).trim().to_owned();
        let message = error
            .as_ref()
            .map_or_else(plain, |error| error.message.clone());
        let kind_said = error.and_then(|error| error.kind).unwrap_or_default();
        Refusal {
            kind: kind(status, &kind_said, &message.to_lowercase()),
            status,
            message: message.chars().take(LONGEST).collect(),
        }
    }
}

fn kind(status: u16, said: &str, message: &str) -> &'static str {
    let speaks_of = |words: &[&str]| words.iter().any(|word| message.contains(word));
    let is_about_context = speaks_of(&[
        "context length",
        "context size",
        "context window",
        "maximum context",
        "n_ctx",
        "too long",
        "longer than the",
    ]);
    let is_about_model = said == "model_not_found"
        || (message.contains("model")
            && speaks_of(&[
                "not found",
                "does not exist",
                "no models loaded",
                "not exist",
                "unknown model",
                "model is unknown",
                "unknown name",
                "not loaded",
                // Jan, when it runs another model.
                "no running session",
            ]));
    match status {
        200..=299 if message.starts_with("unexpected endpoint") => "not_found",
        200..=299 => "not_a_stream",
        401 => "auth",
        403 => "forbidden",
        429 | 503 => "not_ready",
        400 | 413 | 422 if is_about_context => "context_overflow",
        400 | 404 if is_about_model => "model_not_found",
        404 | 405 => "not_found",
        500..=599 => "server_error",
        _ => "bad_request",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_known_servers_mean() {
        for (status, body, kind, message) in [
            (401, r#"{"error":"Unauthorized"}"#, "auth", "Unauthorized"),
            (
                401,
                r#"{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}"#,
                "auth",
                "Invalid API Key",
            ),
            (
                401,
                r#"{"detail":"Invalid API key"}"#,
                "auth",
                "Invalid API key",
            ),
            (401, "Invalid token", "auth", "Invalid token"),
            (403, "Invalid host", "forbidden", "Invalid host"),
            (
                404,
                r#"{"error":{"message":"The model `x` does not exist.","type":"NotFoundError","param":null,"code":404}}"#,
                "model_not_found",
                "The model `x` does not exist.",
            ),
            (
                404,
                r#"{"error":{"type":"model_not_found","message":"x"}}"#,
                "model_not_found",
                "x",
            ),
            (
                404,
                r#"{"object":"error","message":"model x not found","type":"NotFound","code":404}"#,
                "model_not_found",
                "model x not found",
            ),
            (
                400,
                r#"{"error":"No models loaded. Please load a model."}"#,
                "model_not_found",
                "No models loaded. Please load a model.",
            ),
            (
                404,
                "No running session found for model 'x'",
                "model_not_found",
                "No running session found for model 'x'",
            ),
            (404, r#"{"detail":"Not Found"}"#, "not_found", "Not Found"),
            (400, "unknown model x", "model_not_found", "unknown model x"),
            (
                400,
                "Unknown reasoning_effort 'minimal' for this model",
                "bad_request",
                "Unknown reasoning_effort 'minimal' for this model",
            ),
            (
                400,
                "unknown field stream_options in model request",
                "bad_request",
                "unknown field stream_options in model request",
            ),
            (404, "", "not_found", ""),
            (
                200,
                r#"{"error":"Unexpected endpoint or method. (POST /x)"}"#,
                "not_found",
                "Unexpected endpoint or method. (POST /x)",
            ),
            (200, r#"{"error":"boom"}"#, "not_a_stream", "boom"),
            (200, "<html>", "not_a_stream", "<html>"),
            (
                400,
                r#"{"error":{"message":"the request exceeds the available context size","n_prompt_tokens":9,"n_ctx":8}}"#,
                "context_overflow",
                "the request exceeds the available context size",
            ),
            (
                400,
                r#"{"object":"error","message":"The input is longer than the model's context length."}"#,
                "context_overflow",
                "The input is longer than the model's context length.",
            ),
            (
                400,
                r#"{"error":{"message":"Invalid value for 'reasoning_effort'"}}"#,
                "bad_request",
                "Invalid value for 'reasoning_effort'",
            ),
            (
                422,
                r#"{"detail":[{"loc":["body"],"msg":"no"}]}"#,
                "bad_request",
                "[{\"loc\":[\"body\"],\"msg\":\"no\"}]",
            ),
            (429, r#"{"error":"slow down"}"#, "not_ready", "slow down"),
            (
                503,
                r#"{"error":{"message":"Loading model","type":"unavailable_error","code":503}}"#,
                "not_ready",
                "Loading model",
            ),
            (503, "", "not_ready", ""),
            (
                500,
                "Internal Server Error",
                "server_error",
                "Internal Server Error",
            ),
            (502, "<html>", "server_error", "<html>"),
            (418, "", "bad_request", ""),
        ] {
            let refusal = Refusal::of(status, body.as_bytes());
            assert_eq!(
                (refusal.kind, refusal.message.as_str()),
                (kind, message),
                "{status} {body}"
            );
            assert_eq!(refusal.status, status);
        }
    }

    #[test]
    fn long_texts_are_cut() {
        let refusal = Refusal::of(500, "\u{E9}".repeat(LONGEST + 1).as_bytes());
        assert_eq!(refusal.message.chars().count(), LONGEST);
    }
}
