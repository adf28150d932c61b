//! The checks of a server, each once, however many models it has.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{Patience, Settings, Survey, Target};
use crate::chat::Refusal;
use crate::live::discovery::{Failure, list_models};
use crate::live::server::{Server, is_of_key};
use crate::lmstudio::List;
use crate::net::{Error, HeaderMap, HeaderName, HeaderValue, Request};
use crate::trust::{Origin, Reason};
use crate::verification::{Check, Evidence, Listing, Outcome, Status, backend as judge_backend};

/// Longest text of a server in a sentence, in characters.
const LONGEST: usize = 200;

/// A key that is no server's.
const WRONG_KEY: &str = "Bearer clawconf-wrong-key";

const AUTHORIZATION: &str = "authorization";

/// What a server said.
struct Told {
    status: u16,
    headers: HeaderMap,
    body: Result<Vec<u8>, Error>,
    took: Duration,
}

/// Finds out about a server.
pub async fn survey(target: &Target, settings: Settings) -> Survey {
    let server = target.server.within(settings.patience);
    let mut survey = Survey {
        outcomes: Vec::new(),
        backend: None,
        obstacle: None,
        listing: None,
        catalogue: None,
    };
    let url = format!("{}/models", target.base_url);
    let patience = Patience::new(settings.wait);
    if !admit(&server, target, &url, patience, &mut survey).await {
        skip(
            &mut survey,
            &[Check::Reachable, Check::Key, Check::Models, Check::Backend],
        );
        survey.obstacle = Some("no request may go there");
        return survey;
    }
    let Some(told) = reach(&server, target, &url, patience, &mut survey).await else {
        skip(&mut survey, &[Check::Key, Check::Models, Check::Backend]);
        survey.obstacle = Some("the server does not answer");
        return survey;
    };
    if !target.speaks_openai {
        // Their servers want the key elsewhere, so what comes of it here says nothing.
        skip(&mut survey, &[Check::Key, Check::Models, Check::Backend]);
        return survey;
    }
    let key = key(&server, target, &told, settings).await;
    if key.status == Status::Fail {
        survey.obstacle = Some("the server lets nobody in");
    }
    survey.outcomes.push(key);
    if survey.obstacle.is_some() {
        skip(&mut survey, &[Check::Models]);
        let refusal = told.body.as_deref().ok();
        let evidence = Evidence {
            refusal,
            ..evidence(&told)
        };
        recognise(target, &evidence, &mut survey);
        return survey;
    }
    let models = models(&server, target, &url, &told, &mut survey.listing).await;
    survey.outcomes.push(models);
    identify(&server, target, &told, &mut survey).await;
    survey
}

fn skip(survey: &mut Survey, checks: &[Check]) {
    for check in checks {
        survey.outcomes.push(Outcome::skipped(*check, "not asked"));
    }
}

/// Whether the policy and the look-up let requests through.
async fn admit(
    server: &Server,
    target: &Target,
    url: &str,
    patience: Patience,
    survey: &mut Survey,
) -> bool {
    let started = Instant::now();
    let decided = loop {
        let decided = server.client.decide(url).await;
        match &decided {
            Err(error) if patience.waits_for(error.kind()).await => {}
            _ => break decided,
        }
    };
    let outcomes = &mut survey.outcomes;
    let is_literal = || Origin::parse(url).is_ok_and(|origin| origin.host.address().is_some());
    match decided {
        Ok(verdict) => {
            outcomes.push(Outcome::pass(Check::Origin, verdict.message));
            outcomes.push(if is_literal() {
                Outcome::skipped(Check::Dns, "the address itself is in the config")
            } else {
                let shown: Vec<String> =
                    verdict.addresses.iter().map(ToString::to_string).collect();
                Outcome::pass(Check::Dns, shown.join(", ")).within(started.elapsed())
            });
            true
        }
        Err(Error::Blocked(verdict)) if verdict.reason != Reason::Unresolved => {
            let outcome = Outcome::fail(Check::Origin, verdict.message).advised("blocked");
            outcomes.push(outcome.at(target.place.clone()));
            outcomes.push(Outcome::skipped(Check::Dns, "not needed"));
            false
        }
        Err(error) => {
            let waited = patience.in_vain(error.kind()).unwrap_or_default();
            outcomes.push(Outcome::skipped(
                Check::Origin,
                "the addresses are not known",
            ));
            let outcome = Outcome::fail(Check::Dns, format!("{waited}{error}"));
            outcomes.push(outcome.advised(error.kind()).at(target.place.clone()));
            false
        }
    }
}

/// Asks for the list of models, again and again while the server is not ready.
async fn reach(
    server: &Server,
    target: &Target,
    url: &str,
    patience: Patience,
    survey: &mut Survey,
) -> Option<Told> {
    let told = loop {
        let told = ask(server, Request::get(url, server.headers.clone())).await;
        let kind = match &told {
            Err(error) => error.kind(),
            Ok(told) if matches!(told.status, 429 | 503) => "not_ready",
            Ok(_) => break told,
        };
        if !patience.waits_for(kind).await {
            break told;
        }
    };
    let fail = |message: String, kind: &str| {
        let waited = patience.in_vain(kind).unwrap_or_default();
        Outcome::fail(Check::Reachable, format!("{waited}{message}")).advised(kind)
    };
    let outcome = match &told {
        Err(error @ Error::Blocked(verdict)) if verdict.hop > 1 => {
            let help = "mend the redirect of the server; or, if what it leads to is the server that you mean, put that \
                        address into `baseUrl`.";
            let message = server.scrub(&error.to_string());
            Outcome::fail(Check::Reachable, message).with_help(help)
        }
        Err(error) => {
            let outcome = fail(server.scrub(&error.to_string()), error.kind());
            outcome.at(target.place.clone())
        }
        Ok(told) => match told.status {
            429 => fail(
                "the server takes no more requests for now (HTTP 429)".to_owned(),
                "not_ready",
            ),
            503 => fail(
                "the server is not ready yet (HTTP 503)".to_owned(),
                "not_ready",
            ),
            // Without a list of models it may serve chats all the same.
            status @ 500.. if status != 501 => {
                let said = said(server, told);
                let outcome = fail(
                    format!("the server fails (HTTP {status}){said}"),
                    "server_error",
                );
                outcome.within(told.took)
            }
            _ => {
                let message = format!("answers after {} ms", told.took.as_millis());
                Outcome::pass(Check::Reachable, message).within(told.took)
            }
        },
    };
    let is_there = outcome.status != Status::Fail;
    survey.outcomes.push(outcome);
    told.ok().filter(|_| is_there)
}

async fn ask(server: &Server, request: Request) -> Result<Told, Error> {
    let started = Instant::now();
    let response = server.client.send(request).await?;
    let took = started.elapsed();
    Ok(Told {
        status: response.status.as_u16(),
        headers: response.headers,
        body: response.body.whole().await,
        took,
    })
}

/// What a server says of a failure, behind a colon; nothing when it says nothing.
fn said(server: &Server, told: &Told) -> String {
    let Ok(body) = &told.body else {
        return String::new();
    };
    // Before it is cut, so that no part of a secret stays.
    let body = server.scrub(&String::from_utf8_lossy(body));
    let words = server.scrub(&Refusal::of(told.status, body.as_bytes()).message);
    let words: String = words.trim().chars().take(LONGEST).collect();
    if words.is_empty() {
        words
    } else {
        format!(": {words}")
    }
}

/// Whether the key is taken, and a wrong one is not.
async fn key(server: &Server, target: &Target, told: &Told, settings: Settings) -> Outcome {
    let names = || server.headers.keys().map(HeaderName::as_str);
    let is_usual = names().any(|name| name == AUTHORIZATION);
    let with_key = is_usual || names().any(is_of_key);
    let place = Some(target.key_place.clone());
    match told.status {
        401 if with_key => {
            let from = target.key_from.as_ref();
            let from = from.map_or(String::new(), |from| format!(" of {from}"));
            let said = said(server, told);
            let message = format!("the server does not take the key{from} (HTTP 401){said}");
            Outcome::fail(Check::Key, message).advised("auth").at(place)
        }
        401 => {
            let message = "the server wants a key (HTTP 401), and none was sent";
            let help = if target.is_lm_studio {
                "set `LM_API_TOKEN`, or let `clawconf onboard` keep the key; `--api-key-env NAME` tries one."
            } else {
                "put one into `apiKey`, as \"${NAME}\" for a variable, or try one with `--api-key-env NAME`."
            };
            Outcome::fail(Check::Key, message).with_help(help).at(place)
        }
        status => {
            let is_probed = !settings.quick || status == 403;
            if is_probed && let Some(refused) = refused_chat(server, target, told, with_key).await {
                return refused.at(place);
            }
            match status {
                403 => Outcome::warn(
                    Check::Key,
                    "the list of models is forbidden (HTTP 403), and chats are not",
                )
                .with_help("a wrong model id cannot be told then."),
                _ if !with_key => Outcome::pass(Check::Key, "none is wanted"),
                _ if settings.quick || !is_usual => Outcome::pass(Check::Key, "it is taken"),
                _ => try_wrong_key(server, target).await,
            }
        }
    }
}

/// Sends a chat without content, which computes nothing: lists may be open where chats are not, and the other
/// way round.
async fn refused_chat(
    server: &Server,
    target: &Target,
    list: &Told,
    with_key: bool,
) -> Option<Outcome> {
    let url = format!("{}/chat/completions", target.base_url);
    let request = Request::post(url, server.headers.clone(), json!({}).to_string());
    let told = match ask(server, request).await {
        Ok(told) if matches!(told.status, 401 | 403) => told,
        Ok(told) if list.status != 403 || was_looked_at(&told) => return None,
        Ok(_) | Err(_) if list.status != 403 => return None,
        // Of a list that is forbidden nothing better is known.
        _ => return Some(forbidden(server, list)),
    };
    let said = said(server, &told);
    let (message, kind) = match (told.status, with_key) {
        (401, true) => {
            let from = target.key_from.as_ref();
            let from = from.map_or(String::new(), |from| format!(" of {from}"));
            let message =
                format!("the server does not take the key{from} for chats (HTTP 401){said}");
            (message, "auth")
        }
        (401, false) => {
            let message = "the server wants a key for chats (HTTP 401), and none was sent";
            (message.to_owned(), "auth")
        }
        _ => return Some(forbidden(server, &told)),
    };
    Some(Outcome::fail(Check::Key, message).advised(kind))
}

fn forbidden(server: &Server, told: &Told) -> Outcome {
    let message = format!(
        "the server forbids it (HTTP {}){}",
        told.status,
        said(server, told)
    );
    Outcome::fail(Check::Key, message).advised("forbidden")
}

/// Sends a chat without content and with a wrong key: who looks at keys refuses it before anything is
/// computed.
async fn try_wrong_key(server: &Server, target: &Target) -> Outcome {
    let mut headers = server.headers.clone();
    headers.insert(AUTHORIZATION, HeaderValue::from_static(WRONG_KEY));
    let url = format!("{}/chat/completions", target.base_url);
    let request = Request::post(url, headers, json!({}).to_string());
    let unknown = |why: String| {
        let message = format!("it is taken; whether a wrong one is refused is not known: {why}");
        Outcome::pass(Check::Key, message)
    };
    match ask(server, request).await {
        Ok(told) if matches!(told.status, 401 | 403) => {
            Outcome::pass(Check::Key, "it is taken, and a wrong one is refused")
        }
        Ok(told) if !was_looked_at(&told) => {
            unknown(format!("the chat is answered with HTTP {}", told.status))
        }
        Ok(_) => {
            let message = "it is taken, and so is a wrong one: the server looks at no key";
            Outcome::warn(Check::Key, message).with_help("whoever reaches the server may use it.")
        }
        Err(error) => unknown(server.scrub(&error.to_string())),
    }
}

/// Whether an answer comes from what serves chats, not from something that has none at this address or
/// is not ready.
fn was_looked_at(told: &Told) -> bool {
    let body = told.body.as_deref().unwrap_or_default();
    let kind = Refusal::of(told.status, body).kind;
    !matches!(told.status, 300..400 | 502..=504) && !matches!(kind, "not_found" | "not_ready")
}

/// Whether the server lists its models below this base path.
async fn models(
    server: &Server,
    target: &Target,
    url: &str,
    told: &Told,
    listing: &mut Option<Listing>,
) -> Outcome {
    let check = Check::Models;
    let body = match &told.body {
        Ok(body) => body,
        Err(error) => return Outcome::fail(check, error.to_string()).advised(error.kind()),
    };
    if (200..300).contains(&told.status) {
        if let Some(found) = Listing::read(body) {
            let outcome = match found.entries.len() {
                0 => Outcome::fail(check, "the server lists no model")
                    .with_help("get or load one there."),
                1 => Outcome::pass(check, "one model"),
                many => Outcome::pass(check, format!("{many} models")),
            };
            *listing = Some(found);
            return outcome;
        }
        if body.is_empty() {
            let message = "the list of models is empty to the last byte";
            let help = "mlx_lm.server answers so while its folder of models is missing.";
            return Outcome::warn(check, message).with_help(help);
        }
        if Refusal::of(told.status, body).kind != "not_found" {
            if let Some(base) = elsewhere(server, url).await {
                return below(target, &base);
            }
            let help = "check who answers there: a proxy or a login page is a usual cause.";
            let message = "what the server answers is no list of models";
            return Outcome::fail(check, message).with_help(help);
        }
    }
    match elsewhere(server, url).await {
        Some(base) => below(target, &base),
        None => {
            let message = format!("the server knows no list of models (HTTP {})", told.status);
            Outcome::warn(check, message).with_help("a wrong model id cannot be told then.")
        }
    }
}

/// The list is below another base path.
fn below(target: &Target, base: &str) -> Outcome {
    let message = format!("no models below this path, and some below `{base}`");
    Outcome::fail(Check::Models, message)
        .with_help(format!("set `baseUrl: \"{base}\"`."))
        .at(target.place.clone())
}

/// The base path that does list models, where it is the usual one and not the one of the config.
async fn elsewhere(server: &Server, url: &str) -> Option<String> {
    let origin = Origin::parse(url).ok()?;
    let base = format!("{origin}/v1");
    let other = format!("{base}/models");
    if other == url {
        return None;
    }
    let told = ask(server, Request::get(other, server.headers.clone())).await;
    let told = told.ok().filter(|told| told.status == 200)?;
    Listing::read(&told.body.ok()?).map(|_| base)
}

/// Which server it is.
async fn identify(server: &Server, target: &Target, told: &Told, survey: &mut Survey) {
    let listing = survey.listing.as_ref();
    let owner = listing.and_then(|listing| listing.owner.as_deref());
    let may_be = owner.is_none_or(|owner| owner == "organization_owner");
    let mut has_native_list = false;
    let mut is_known = listing.is_some();
    if may_be && (target.is_lm_studio || owner.is_some()) {
        match list_models(server).await {
            Ok(found) => {
                has_native_list = found.catalogue.list != List::OpenAi;
                survey.catalogue = Some(found.catalogue).filter(|_| has_native_list);
            }
            Err(Failure::NoModels { .. }) => has_native_list = true,
            Err(Failure::NotLmStudio(_)) => is_known = true,
            Err(_) => is_known = false,
        }
    }
    if !has_native_list && !is_known {
        let why = "no list of models came, to tell the server by";
        survey.outcomes.push(Outcome::skipped(Check::Backend, why));
        return;
    }
    let listing = survey.listing.clone();
    let evidence = Evidence {
        has_native_list,
        listing: listing.as_ref(),
        ..evidence(told)
    };
    recognise(target, &evidence, survey);
}

/// What the head of an answer lets slip.
fn evidence(told: &Told) -> Evidence<'_> {
    let header = told.headers.get("server");
    Evidence {
        server: header.and_then(|value| value.to_str().ok()),
        ..Evidence::default()
    }
}

fn recognise(target: &Target, evidence: &Evidence<'_>, survey: &mut Survey) {
    let (found, outcome) = judge_backend(&target.provider, evidence, target.place.clone());
    survey.backend = found;
    // Who lets nobody in may be anything.
    let is_unknown = survey.obstacle.is_some() && found.is_none();
    survey.outcomes.push(if is_unknown {
        Outcome::skipped(Check::Backend, "nothing tells which server this is")
    } else {
        outcome
    });
}
