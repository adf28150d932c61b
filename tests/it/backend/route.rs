//! From a request to its answer: who may ask, what there is, and what is refused.

use std::sync::Mutex;

use serde_json::{Value, json};

use super::chunks::{Telling, value_of};
use super::profile::{Effect, OneModel, Open, Profile, Shape, Starting, TooLong, Unknown};
use super::request::Request;
use super::said::{self, Said};
use super::wire::Answer;
use super::{Fault, Setting, problem};

/// The second model of a folder.
pub(crate) const NEIGHBOUR: &str = "another-model";

pub(super) fn answer(
    profile: &Profile,
    setting: &Setting,
    cache: &Mutex<Vec<String>>,
    request: &Request,
) -> Answer {
    if let Some(refusal) = refused_host(profile, request) {
        return refusal;
    }
    if setting.fault == Some(Fault::NotReady) {
        return starting(profile);
    }
    let path = request.path.split('?').next().unwrap_or_default();
    if let Some((_, open)) = profile.open.iter().find(|(known, _)| *known == path) {
        return match open {
            Open::Empty => Answer::plain(200, String::new()),
            Open::Json(text) => Answer::json(200, (*text).to_owned()),
            Open::Plain(text) => Answer::plain(200, (*text).to_owned()),
        };
    }
    let below = path.strip_prefix("/v1");
    let is_below = below.is_some();
    let route = below.or(Some(path).filter(|_| profile.without_v1));
    let route = route.unwrap_or_default();
    let is_models = request.method == "GET" && route == "/models";
    let named = route.strip_prefix("/models/");
    let named = named.filter(|_| profile.one_model != OneModel::NoRoute);
    let is_chat = request.method == "POST" && route == "/chat/completions";
    let is_known = is_models || named.is_some() || is_chat;
    let guards_unknown = profile
        .unauthorized
        .is_some_and(|unauthorized| unauthorized.guards_unknown);
    if (is_known || (is_below && guards_unknown))
        && let Some(refusal) = unauthorized(profile, setting, request)
    {
        return refusal;
    }
    if is_models {
        models(profile, setting)
    } else if is_chat {
        chat(profile, setting, cache, request)
    } else if let Some(name) = named {
        one_model(profile, setting, name)
    } else {
        problem::answer(&profile.unknown_path, "")
    }
}

fn refused_host(profile: &Profile, request: &Request) -> Option<Answer> {
    let hosts = profile.hosts?;
    let host = request.header("host").unwrap_or_default();
    let name = host.split(':').next().unwrap_or_default();
    let refused = || Answer::plain(403, "Invalid host header".to_owned());
    (!hosts.contains(&name)).then(refused)
}

fn starting(profile: &Profile) -> Answer {
    match &profile.starting {
        Starting::Refused => panic!("nobody listens then"),
        Starting::Answers(refusal) => problem::answer(refusal, ""),
        Starting::Later(refusal) => {
            let mut answer = problem::answer(refusal, "");
            answer.headers.push(("Retry-After", "1".to_owned()));
            answer
        }
    }
}

/// What comes without the key that is wanted.
fn unauthorized(profile: &Profile, setting: &Setting, request: &Request) -> Option<Answer> {
    let (wanted, rule) = (setting.key?, profile.unauthorized?);
    let given = rule.headers.iter().find_map(|name| request.header(name));
    let key = given.map(|value| value.strip_prefix("Bearer ").unwrap_or(value));
    if key == Some(wanted) {
        return None;
    }
    let text = if key.is_some() {
        rule.wrong
    } else {
        rule.missing
    };
    let mut answer = problem::of(rule.shape, 401, rule.kind, text);
    if let Some(challenge) = rule.challenge {
        let header = ("WWW-Authenticate", challenge.to_owned());
        answer.headers.push(header);
    }
    Some(answer)
}

fn entry(profile: &Profile, setting: &Setting, id: &str) -> Value {
    let mut entry = json!({"id": id, "object": "model"});
    for (key, cell) in profile.listing {
        entry[*key] = value_of(cell, id, setting.context, 0);
    }
    entry
}

fn models(profile: &Profile, setting: &Setting) -> Answer {
    let has_none = setting.fault == Some(Fault::NoModels);
    if has_none && profile.empty_list_is_empty_body {
        return Answer::plain(200, String::new());
    }
    let mut ids = vec![setting.model];
    if profile.lists_folder && setting.key.is_none() {
        ids.insert(0, NEIGHBOUR);
    }
    ids.retain(|_| !has_none);
    let data: Vec<Value> = ids.iter().map(|id| entry(profile, setting, id)).collect();
    let mut list = json!({"object": "list", "data": data});
    if profile.lists_twice {
        let models = ids.iter().map(|id| json!({"name": id, "model": id}));
        list["models"] = models.collect();
    }
    Answer::json(200, list.to_string())
}

fn one_model(profile: &Profile, setting: &Setting, name: &str) -> Answer {
    if profile.one_model == OneModel::Anything || name == setting.model {
        return Answer::json(200, entry(profile, setting, name).to_string());
    }
    let text = format!("The model {name} does not exist");
    problem::of(profile.errors, 404, "NotFound", &text)
}

fn chat(
    profile: &Profile,
    setting: &Setting,
    cache: &Mutex<Vec<String>>,
    request: &Request,
) -> Answer {
    let body = request.json();
    if !body.is_object() {
        return problem::answer(&profile.malformed, "");
    }
    let asked = body["model"].as_str().unwrap_or_default();
    let model = match &profile.unknown_model {
        _ if asked == setting.model => asked,
        Unknown::Refused(refusal) => return problem::answer(refusal, asked),
        Unknown::ServedAsItself => setting.model,
        Unknown::ServedAsAsked => asked,
    };
    if let Some(refusal) = refused_field(profile, setting, &body) {
        return refusal;
    }
    let wants_stream = body["stream"] == true;
    let is_too_long = said::length(profile, &body) > setting.context;
    let mut is_empty = setting.fault == Some(Fault::EmptyStream);
    match &profile.too_long {
        TooLong::Refused(refusal) if is_too_long => {
            return too_long(refusal, profile, setting, &body);
        }
        TooLong::EmptyStream if is_too_long => is_empty = true,
        _ => {}
    }
    let said = Said::to(profile, setting, cache, &body, model);
    let options = &body["stream_options"];
    let telling = Telling {
        profile,
        setting,
        said: &said,
        is_usage_asked: options["include_usage"] == true,
        is_usage_continuous: options["continuous_usage_stats"] == true,
        is_more_asked: request.header("extra-usage").is_some(),
    };
    if !wants_stream {
        return match setting.fault {
            Some(Fault::ErrorMidStream) => {
                problem::of(profile.errors, 500, "server_error", "the engine has died")
            }
            _ => Answer::json(200, telling.whole().to_string()),
        };
    }
    match setting.fault {
        _ if is_empty => Answer::stream(Vec::new(), false),
        Some(Fault::Cut) => Answer::stream(telling.cut(), true),
        Some(Fault::ErrorMidStream) => Answer::stream(telling.failing(), false),
        _ => Answer::stream(telling.streamed(), false),
    }
}

/// What comes of a field with a value that is not valid, or not valid here.
fn refused_field(profile: &Profile, setting: &Setting, body: &Value) -> Option<Answer> {
    let refuse = |status: u16, text: &str| {
        let shape = match status {
            422 => profile.invalid,
            _ => profile.errors,
        };
        Some(problem::of(shape, status, profile.error_kind, text))
    };
    let effect = said::effect(profile, body);
    if let Some(Effect::Refused(status)) = effect {
        return refuse(status, "reasoning_effort: this value is not allowed");
    }
    let thinks = setting.reasons || matches!(effect, None | Some(Effect::Off | Effect::Same));
    if profile.effort_needs_thinking && !thinks {
        return refuse(400, "the model does not support thinking");
    }
    let has_options = body
        .get("stream_options")
        .is_some_and(|options| !options.is_null());
    if profile.options_want_stream && has_options && body["stream"] != true {
        return refuse(400, "stream_options are allowed only with stream");
    }
    let limit = said::limit(body).map_or(0, |limit| limit as u64);
    if profile.output_bounded && limit > setting.context {
        return refuse(400, "max_tokens is beyond the maximum context length");
    }
    None
}

fn too_long(
    refusal: &super::profile::Refusal,
    profile: &Profile,
    setting: &Setting,
    body: &Value,
) -> Answer {
    if refusal.shape != Shape::Numbered {
        return problem::answer(refusal, "");
    }
    let text = problem::body(refusal.shape, refusal.status, refusal.kind, refusal.text);
    let mut told: Value = serde_json::from_str(&text).unwrap();
    told["error"]["n_prompt_tokens"] = json!(said::length(profile, body));
    told["error"]["n_ctx"] = json!(setting.context);
    Answer::json(refusal.status, told.to_string())
}
