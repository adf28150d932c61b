//! From a request to an answer: which path does what.

use serde_json::{Value, json};

use super::chat;
use super::http::Request;
use super::models::Shelf;
use super::{Fault, Release, Settings};

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Body,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Body {
    /// With its length.
    Whole(String),
    /// Event by event, without a length.
    Events(Vec<String>),
}

impl Answer {
    pub(super) fn json(status: u16, body: &Value) -> Answer {
        Answer {
            status,
            headers: vec![("Content-Type", "application/json; charset=utf-8".to_owned())],
            body: Body::Whole(body.to_string()),
        }
    }

    pub(super) fn text(status: u16, kind: &str, body: &str) -> Answer {
        Answer {
            status,
            headers: vec![("Content-Type", kind.to_owned())],
            body: Body::Whole(body.to_owned()),
        }
    }

    pub(super) fn stream(events: Vec<String>) -> Answer {
        Answer {
            status: 200,
            headers: vec![("Content-Type", "text/event-stream".to_owned())],
            body: Body::Events(events),
        }
    }

    fn redirect(to: String) -> Answer {
        Answer {
            status: 302,
            headers: vec![("Location", to)],
            body: Body::Whole(String::new()),
        }
    }
}

/// An error as LM Studio writes it.
pub(super) fn error(status: u16, kind: &str, message: &str) -> Answer {
    Answer::json(
        status,
        &json!({ "error": { "message": message, "type": kind } }),
    )
}

/// Answers a request; `port` is where the simulator listens.
pub(super) fn answer(
    request: &Request,
    settings: &Settings,
    shelf: &mut Shelf,
    port: u16,
) -> Answer {
    let faults = &settings.faults;
    if let Some(answer) = faults
        .iter()
        .find_map(|fault| everywhere(*fault, request, port))
    {
        return answer;
    }
    let path = request.path.split('?').next().unwrap_or_default();
    if (request.method.as_str(), path) == ("GET", "/lmstudio-greeting") {
        return Answer::json(200, &json!({ "lmstudio": true }));
    }
    if let Some(key) = &settings.key
        && request.bearer() != Some(key.as_str())
    {
        let message = "An LM Studio API token is required to make requests to this server, and none that is known \
                       came with this one.";
        return error(401, "invalid_api_key", message);
    }
    let release = settings.release;
    match (request.method.as_str(), path) {
        ("GET", "/api/v1/models") if release.has_native() => Answer::json(
            200,
            &json!({ "models": list(shelf.native_list(release), faults) }),
        ),
        ("POST", "/api/v1/models/load") if release.has_native() => load(request, shelf, faults),
        ("POST", "/api/v1/models/unload") if release.has_native() => unload(request, shelf),
        ("GET", "/api/v0/models") if release.has_older() => {
            let data = list(shelf.older_list(), faults);
            Answer::json(200, &json!({ "object": "list", "data": data }))
        }
        ("GET", "/v1/models") => {
            let data = list(shelf.openai_list(), faults);
            Answer::json(200, &json!({ "object": "list", "data": data }))
        }
        ("POST", "/v1/chat/completions") => chat_completions(request, shelf, faults),
        _ => unknown(request),
    }
}

/// What LM Studio answers to a path that it does not know, with status 200.
fn unknown(request: &Request) -> Answer {
    let path: String = request.path.chars().take(200).collect();
    let text = format!("Unexpected endpoint or method. ({} {path})", request.method);
    Answer::json(200, &json!({ "error": text }))
}

/// The answer of a fault that concerns every path.
fn everywhere(fault: Fault, request: &Request, port: u16) -> Option<Answer> {
    let server_error = "The server met an error that it did not expect.";
    Some(match fault {
        Fault::Malformed => {
            Answer::text(200, "text/html", "<html><body>Please log in</body></html>")
        }
        Fault::WrongShape => Answer::json(200, &json!(["a", "b"])),
        Fault::NotLmStudio => unknown(request),
        Fault::RedirectPort => {
            let next = port.checked_add(1).unwrap_or(1025);
            Answer::redirect(format!("http://127.0.0.1:{next}{}", request.path))
        }
        Fault::RedirectMetadata => {
            Answer::redirect("http://169.254.169.254/latest/meta-data/".to_owned())
        }
        Fault::RedirectLoop => Answer::redirect(request.path.clone()),
        Fault::Unauthorized => error(401, "invalid_api_key", "The API token is not known."),
        Fault::Forbidden => Answer::text(403, "text/plain", "This host is not allowed."),
        Fault::ServerError => error(500, "internal_error", server_error),
        Fault::NotReady => {
            let mut answer = error(503, "unavailable_error", "Loading model");
            answer.headers.push(("Retry-After", "1".to_owned()));
            answer
        }
        _ => return None,
    })
}

/// A list of models, with the faults that concern lists.
fn list(models: Vec<Value>, faults: &[Fault]) -> Vec<Value> {
    let mut models = models;
    if faults.contains(&Fault::NoModels) {
        models.clear();
    }
    if faults.contains(&Fault::OnlyEmbeddings) {
        models.retain(|model| {
            let kind = model
                .get("type")
                .and_then(Value::as_str)
                .unwrap_or_default();
            kind.starts_with("embedding")
        });
    }
    if faults.contains(&Fault::BadEntry) {
        models.splice(
            0..0,
            [
                Value::Null,
                json!("text"),
                json!({ "type": "llm", "key": " " }),
            ],
        );
    }
    models
}

fn body(request: &Request) -> Result<Value, Answer> {
    let text = std::str::from_utf8(&request.body).ok();
    let body = text.and_then(|text| serde_json::from_str::<Value>(text).ok());
    let body = body.filter(Value::is_object);
    body.ok_or_else(|| {
        error(
            400,
            "invalid_request_error",
            "The body of the request is no JSON object.",
        )
    })
}

fn load(request: &Request, shelf: &mut Shelf, faults: &[Fault]) -> Answer {
    let body = match body(request) {
        Ok(body) => body,
        Err(answer) => return answer,
    };
    let Some(key) = body.get("model").and_then(Value::as_str) else {
        return error(400, "invalid_request_error", "'model' field is required");
    };
    if shelf.find(key).is_none() {
        return error(
            404,
            "model_not_found",
            &format!("Model {key:.80} is not installed."),
        );
    }
    if faults.contains(&Fault::Guardrail) {
        let message = "Model loading was stopped due to insufficient system resources. You can adjust this in the \
                       model loading guardrails settings.";
        return error(400, "model_load_failed", message);
    }
    if faults.contains(&Fault::LoadFails) {
        return error(
            500,
            "model_load_failed",
            "Failed to load the model. Exit code: null. Signal: SIGABRT.",
        );
    }
    let wanted = body.get("context_length").and_then(Value::as_u64);
    let Some((instance, context)) = shelf.load(key, wanted) else {
        return error(404, "model_not_found", "The model is gone.");
    };
    let mut answer = json!({
        "type": "llm",
        "instance_id": instance,
        "load_time_seconds": 0.5,
        "status": "loaded",
    });
    if body.get("echo_load_config").and_then(Value::as_bool) == Some(true)
        && let Some(answer) = answer.as_object_mut()
    {
        answer.insert(
            "load_config".to_owned(),
            json!({ "context_length": context }),
        );
    }
    Answer::json(200, &answer)
}

fn unload(request: &Request, shelf: &mut Shelf) -> Answer {
    let body = match body(request) {
        Ok(body) => body,
        Err(answer) => return answer,
    };
    match body.get("instance_id").and_then(Value::as_str) {
        None => error(
            400,
            "invalid_request_error",
            "'instance_id' field is required",
        ),
        Some(instance) if shelf.unload(instance) => {
            Answer::json(200, &json!({ "instance_id": instance }))
        }
        Some(_) => error(
            404,
            "model_not_found",
            "No model with that instance id is loaded.",
        ),
    }
}

fn chat_completions(request: &Request, shelf: &mut Shelf, faults: &[Fault]) -> Answer {
    let body = match body(request) {
        Ok(body) => body,
        Err(answer) => return answer,
    };
    let name = body
        .get("model")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let Some(model) = shelf.chat_model(name) else {
        let message =
            format!("Model {name:.80} was not found. Use one of those that are installed.");
        return error(404, "model_not_found", &message);
    };
    let model = model.clone();
    if model.loaded.is_empty() {
        if !shelf.jit {
            let message = "No models loaded. Please load a model in the developer page or use the `lms load` command.";
            return error(404, "model_not_found", message);
        }
        shelf.load(&model.key, None);
    }
    chat::answer(&body, &model, faults)
}

impl Release {
    fn has_native(self) -> bool {
        self >= Release::V0_4_6
    }

    fn has_older(self) -> bool {
        self >= Release::V0_3_6
    }

    pub(super) fn tells_reasoning(self) -> bool {
        self > Release::V0_4_6
    }
}
