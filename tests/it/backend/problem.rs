//! Errors, in the shape of each backend.

use serde_json::{Value, json};

use super::profile::{Refusal, Shape};
use super::wire::Answer;

/// The body of an error.
pub(super) fn body(shape: Shape, status: u16, kind: &str, text: &str) -> String {
    let value: Value = match shape {
        Shape::Numbered => json!({"error": {"message": text, "type": kind, "code": status}}),
        Shape::NumberedParam => {
            json!({"error": {"message": text, "type": kind, "param": null, "code": status}})
        }
        Shape::WordedParam => json!({
            "error": {"message": text, "type": kind, "param": "messages", "code": "context_length_exceeded"},
        }),
        Shape::Nulls => {
            json!({"error": {"message": text, "type": kind, "param": null, "code": null}})
        }
        Shape::Worded => {
            json!({"error": {"code": "server_error", "message": text, "type": "server_error"}})
        }
        Shape::Text => json!({ "error": text }),
        Shape::Bare => bare(status, kind, text),
        Shape::BareWithin => json!({ "error": bare(status, kind, text) }),
        Shape::Traced => json!({"error": {"message": text, "trace": "line 1\nline 2"}}),
        Shape::Detail => json!({ "detail": text }),
        Shape::Details => json!({"detail": [{"type": kind, "loc": ["body"], "msg": text}]}),
        Shape::Plain => return text.to_owned(),
    };
    value.to_string()
}

fn bare(status: u16, kind: &str, text: &str) -> Value {
    json!({"object": "error", "message": text, "type": kind, "param": null, "code": status})
}

/// A refusal as an answer.
pub(super) fn answer(refusal: &Refusal, model: &str) -> Answer {
    let text = refusal.text.replace("{model}", model);
    of(refusal.shape, refusal.status, refusal.kind, &text)
}

/// An error as an answer.
pub(super) fn of(shape: Shape, status: u16, kind: &str, text: &str) -> Answer {
    let body = body(shape, status, kind, text);
    match shape {
        Shape::Plain => Answer::plain(status, body),
        _ => Answer::json(status, body),
    }
}
