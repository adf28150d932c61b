//! From a request to its answer, without any socket.

use serde::Serialize;

use super::answer::{Answer, Body, Delivery};
use super::bomb::bomb;
use super::chat;
use super::fault::Fault;
use super::instances::Instances;
use super::list::Shelf;
use super::load;
use super::model::{Kind, Model};
use super::request::Request;
use super::settings::{Release, Settings};

/// Filler headers of [`Fault::HugeHeaders`], and the bytes of each.
const FILLERS: usize = 128;
const FILLER: usize = 8 << 10;

/// Bytes that [`Fault::Huge`] writes at a time.
const BLOCK: usize = 64 << 10;

/// A server's settings and what it has become since.
pub(super) struct World {
    pub settings: Settings,
    models: Vec<Model>,
    instances: Instances,
    port: u16,
    chats: u64,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Endpoint {
    Greeting,
    NativeModels,
    Load,
    Unload,
    OlderModels,
    OpenAiModels,
    Chat,
}

impl Endpoint {
    fn of(method: &str, path: &str, release: Release) -> Option<Endpoint> {
        let (endpoint, since) = match (method, path) {
            ("GET", "/lmstudio-greeting") => (Endpoint::Greeting, Release::V0_3_6),
            ("GET", "/api/v1/models") => (Endpoint::NativeModels, Release::V0_4_6),
            ("POST", "/api/v1/models/load") => (Endpoint::Load, Release::V0_4_6),
            ("POST", "/api/v1/models/unload") => (Endpoint::Unload, Release::V0_4_6),
            ("GET", "/api/v0/models") => (Endpoint::OlderModels, Release::V0_3_6),
            ("GET", "/v1/models") => (Endpoint::OpenAiModels, Release::V0_2),
            ("POST", "/v1/chat/completions") => (Endpoint::Chat, Release::V0_2),
            _ => return None,
        };
        (release >= since).then_some(endpoint)
    }

    /// How a body begins and ends that is a list of nothing.
    fn frame(self, streams: bool) -> (&'static str, &'static str) {
        match self {
            Endpoint::NativeModels => (r#"{"models":["#, "]}"),
            Endpoint::OlderModels | Endpoint::OpenAiModels => {
                (r#"{"object":"list","data":["#, "]}")
            }
            Endpoint::Chat if streams => (r#"data: {"choices":["#, "]}\n\n"),
            Endpoint::Chat => (r#"{"choices":["#, "]}"),
            Endpoint::Greeting | Endpoint::Load | Endpoint::Unload => (r#"{"pad":["#, "]}"),
        }
    }
}

impl World {
    pub(super) fn new(settings: Settings, port: u16) -> Self {
        let shown = |model: &&Model| {
            let embedding = model.kind == Kind::Embedding;
            !settings.has(Fault::NoModels) && (embedding || !settings.has(Fault::OnlyEmbeddings))
        };
        let models: Vec<Model> = settings.models.iter().filter(shown).cloned().collect();
        World {
            instances: Instances::of(&models),
            settings,
            models,
            port,
            chats: 0,
        }
    }

    pub(super) fn answer(&mut self, request: &Request) -> Answer {
        let mut answer = self.decide(request);
        if self.settings.has(Fault::HugeHeaders) {
            for number in 0..FILLERS {
                answer.add(&format!("X-Filler-{number}"), "x".repeat(FILLER));
            }
        }
        let deliveries = [
            (Fault::Silent, Delivery::Silent),
            (Fault::Stall, Delivery::Stall),
            (Fault::Slow, Delivery::Slow),
            (Fault::Cut, Delivery::Cut),
        ];
        let found = deliveries
            .into_iter()
            .find(|(fault, _)| self.settings.has(*fault));
        if let Some((_, delivery)) = found {
            answer.delivery = delivery;
        }
        answer
    }

    fn decide(&mut self, request: &Request) -> Answer {
        let target = request.target.as_str();
        let path = target.split('?').next().unwrap_or(target);
        let greeting = path == "/lmstudio-greeting";
        if !greeting && (self.settings.has(Fault::Unauthorized) || !self.lets_in(request)) {
            return Answer::unauthorized();
        }
        if let Some(answer) = self.status_fault(target) {
            return answer;
        }
        let endpoint = Endpoint::of(&request.method, path, self.settings.release);
        let endpoint = endpoint.filter(|_| !self.settings.has(Fault::NotLmStudio));
        let Some(endpoint) = endpoint else {
            return unexpected(request);
        };
        if let Some(answer) = self.body_fault(endpoint, &request.body) {
            return answer;
        }
        let shelf = Shelf {
            models: &self.models,
            instances: &self.instances,
            release: self.settings.release,
            jit: self.settings.jit,
            bad_entries: self.settings.has(Fault::BadEntry),
        };
        let settings = &self.settings;
        match endpoint {
            Endpoint::Greeting => Answer::json(200, &Greeting { lmstudio: true }),
            Endpoint::NativeModels => shelf.native(),
            Endpoint::OlderModels => shelf.older(),
            Endpoint::OpenAiModels => shelf.openai(),
            Endpoint::Load => {
                load::load(settings, &self.models, &mut self.instances, &request.body)
            }
            Endpoint::Unload => load::unload(&mut self.instances, &request.body),
            Endpoint::Chat => {
                self.chats += 1;
                let (models, instances) = (&self.models, &mut self.instances);
                chat::answer(settings, models, instances, &request.body, self.chats)
            }
        }
    }

    /// Whether the request brings the key, if there is one.
    fn lets_in(&self, request: &Request) -> bool {
        let Some(key) = &self.settings.key else {
            return true;
        };
        let given = request.header("authorization").unwrap_or_default();
        let (scheme, token) = given.split_once(' ').unwrap_or_default();
        scheme.eq_ignore_ascii_case("bearer") && token.trim() == key
    }

    /// Faults that are told by the status.
    fn status_fault(&self, target: &str) -> Option<Answer> {
        let has = |fault| self.settings.has(fault);
        if has(Fault::Forbidden) {
            return Some(Answer::text_error(403, "Forbidden"));
        }
        if has(Fault::ServerError) {
            return Some(Answer::text_error(500, "Internal Server Error"));
        }
        if has(Fault::NotReady) {
            let mut answer = Answer::text_error(503, "The server is starting.");
            answer.add("Retry-After", "2");
            return Some(answer);
        }
        let location = if has(Fault::RedirectPort) {
            let next = self.port.checked_add(1).unwrap_or(1);
            let port = self.settings.redirect_port.unwrap_or(next);
            format!("http://127.0.0.1:{port}{target}")
        } else if has(Fault::RedirectHost) {
            self.settings.redirect_url.clone()
        } else if has(Fault::RedirectLoop) {
            format!("http://127.0.0.1:{}{target}", self.port)
        } else {
            return None;
        };
        let mut answer = Answer::new(302, "text/plain", Body::Whole(b"Found".to_vec()));
        answer.add("Location", location);
        Some(answer)
    }

    /// Faults of what a body holds.
    fn body_fault(&self, endpoint: Endpoint, body: &[u8]) -> Option<Answer> {
        let has = |fault| self.settings.has(fault);
        let streams = endpoint == Endpoint::Chat && chat::streams(body);
        let typed = |body| match streams {
            true => Answer::new(200, "text/event-stream", body),
            false => Answer::new(200, "application/json; charset=utf-8", body),
        };
        let wrong = |text: &str| {
            typed(match streams {
                true => Body::Pieces(vec![
                    format!("data: {text}\n\n").into_bytes(),
                    b"data: [DONE]\n\n".to_vec(),
                ]),
                false => Body::Whole(text.as_bytes().to_vec()),
            })
        };
        if has(Fault::Malformed) {
            return Some(wrong("<!doctype html><title>LM Studio</title>"));
        }
        if has(Fault::WrongShape) {
            return Some(wrong(r#"["acme/owl-9b",{"key":"acme/owl-9b"}]"#));
        }
        let (start, end) = endpoint.frame(streams);
        if has(Fault::Huge) {
            let block = "{},".repeat(BLOCK / 3);
            return Some(typed(Body::Repeated {
                start: start.as_bytes().to_vec(),
                again: block.into_bytes(),
                times: None,
                end: Vec::new(),
            }));
        }
        if has(Fault::GzipBomb) {
            let mut answer = typed(bomb(start.as_bytes(), end.as_bytes())?);
            answer.add("Content-Encoding", "gzip");
            return Some(answer);
        }
        None
    }
}

/// What the real one says of everything that it does not know, with status 200.
fn unexpected(request: &Request) -> Answer {
    let (method, target) = (&request.method, &request.target);
    let text = format!("Unexpected endpoint or method. ({method} {target})");
    Answer::text_error(200, &text)
}

#[derive(Serialize)]
struct Greeting {
    lmstudio: bool,
}
