//! Loading a model before it is chatted with, so that the first request does not wait for it or fail
//! where just-in-time loading is off.
//!
//! The steps are those of OpenClaw 2026.5.18 (section 4.4 of the LM Studio facts), with three of
//! 2026.9.6: names of variants lead to their model, a loaded copy that will do is named, and pauses
//! after failures grow.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::PROVIDER_ID;
use super::catalogue::{Catalogue, Listed};
use super::definition::DEFAULT_LOAD_CONTEXT;
use crate::config::{Model, Provider};
use crate::json5::{Node, read_json};

/// Where a model is loaded, below the server's base.
pub const LOAD_PATH: &str = "/api/v1/models/load";

/// Whether the config wants models loaded ahead: everything but exactly `params.preload: false` does.
#[must_use]
pub fn is_preload_wanted(provider: &Provider<'_>) -> bool {
    let params = provider.node.get("params");
    let flag = params.and_then(|params| params.get("preload"));
    flag.and_then(Node::boolean) != Some(false)
}

/// What is to be loaded.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Wish {
    /// The key that LM Studio knows it by, or the name of a variant.
    pub key: String,
    /// The context to load it with, in tokens, if somebody said.
    pub context: Option<u64>,
}

impl Wish {
    /// The wish for a model by its id, with a context.
    ///
    /// ```
    /// use clawconf::lmstudio::Wish;
    ///
    /// assert_eq!(Wish::new(" LMStudio/acme/owl-9b ", None).key, "acme/owl-9b");
    /// ```
    #[must_use]
    pub fn new(id: &str, context: Option<u64>) -> Wish {
        let id = id.trim();
        let split = id.split_once('/');
        let behind = split.filter(|(prefix, _)| prefix.eq_ignore_ascii_case(PROVIDER_ID));
        Wish {
            key: behind.map_or(id, |(_, rest)| rest).trim().to_owned(),
            context: context.filter(|context| *context > 0),
        }
    }

    /// The wish for a model of a config: `contextTokens` of the model or its provider, else
    /// `contextWindow`.
    #[must_use]
    pub fn of(provider: &Provider<'_>, model: &Model<'_>) -> Option<Wish> {
        let nodes = [model.node, provider.node];
        let stated = |key: &str| nodes.iter().find_map(|node| node.get(key)?.count());
        let context = stated("contextTokens").or_else(|| model.node.get("contextWindow")?.count());
        Some(Wish::new(&model.id()?, context))
    }
}

/// What is to be done for a wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// A copy that will do is loaded.
    Loaded {
        /// The copy; requests may name it as their model.
        instance: String,
        /// Its context.
        context: u64,
    },
    /// It has to be loaded.
    Load {
        /// The key of the model.
        key: String,
        /// The context to load it with.
        context_length: u64,
        /// The context of a loaded copy that is too small: LM Studio keeps it and makes a second one.
        beside: Option<u64>,
    },
}

impl Plan {
    /// What a server that lists `catalogue` needs.
    #[must_use]
    pub fn of(wish: &Wish, catalogue: &Catalogue) -> Plan {
        let found = find(&wish.key, &catalogue.models);
        let wanted = wish.context.unwrap_or(DEFAULT_LOAD_CONTEXT);
        let most = found.and_then(|model| model.context_window);
        let wanted = most.map_or(wanted, |most| wanted.min(most));
        let instances = found.and_then(|model| model.instances.as_ref());
        let largest = instances.into_iter().flatten().max_by_key(|i| i.context);
        match largest {
            Some(instance) if instance.context >= wanted => Plan::Loaded {
                instance: instance.id.clone(),
                context: instance.context,
            },
            _ => Plan::Load {
                key: found
                    .map_or(&wish.key, |model| &model.definition.id)
                    .clone(),
                context_length: wanted,
                beside: largest.map(|instance| instance.context),
            },
        }
    }

    /// The body of the request to [`LOAD_PATH`]; none when there is nothing to load.
    #[must_use]
    pub fn body(&self) -> Option<String> {
        match self {
            Plan::Loaded { .. } => None,
            Plan::Load {
                key,
                context_length,
                ..
            } => Some(json!({ "model": key, "context_length": context_length }).to_string()),
        }
    }
}

/// The model with this key, or with a variant of this name.
fn find<'m>(key: &str, models: &'m [Listed]) -> Option<&'m Listed> {
    let by_key = models.iter().find(|model| model.definition.id == key);
    by_key.or_else(|| {
        let is_variant = |name: &String| name.eq_ignore_ascii_case(key);
        models
            .iter()
            .find(|model| model.variants.iter().any(is_variant))
    })
}

/// Why a model was not loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadRefused {
    /// The server does not know the model.
    NotFound,
    /// The guardrails of LM Studio stopped it, for want of memory.
    Guardrail,
    /// Another failure, with this status and what the server says of it.
    Failed {
        /// The HTTP status.
        status: u16,
        /// The server's own words, as they came.
        says: Option<String>,
    },
    /// The answer makes no sense.
    Malformed,
}

/// Reads the answer to a load request: loaded, or why not.
///
/// # Errors
/// When it was not loaded.
pub fn read_load_answer(status: u16, body: &[u8]) -> Result<(), LoadRefused> {
    let answer = read_json(body).ok();
    let error = answer.as_ref().and_then(|answer| answer.get("error"));
    if (200..300).contains(&status) && error.is_none() {
        let answer = answer
            .filter(Value::is_object)
            .ok_or(LoadRefused::Malformed)?;
        let state = answer.get("status").and_then(Value::as_str);
        let is_loaded = state.is_none_or(|state| state.trim().eq_ignore_ascii_case("loaded"));
        return if is_loaded {
            Ok(())
        } else {
            Err(LoadRefused::Malformed)
        };
    }
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let says = text(error).or_else(|| text(error?.get("message")));
    let kind = text(error.and_then(|error| error.get("type")));
    if kind.as_deref() == Some("model_not_found") {
        return Err(LoadRefused::NotFound);
    }
    let speaks_of = |words: &str| {
        says.as_ref()
            .is_some_and(|says| says.to_lowercase().contains(words))
    };
    if speaks_of("guardrail") || speaks_of("insufficient system resources") {
        return Err(LoadRefused::Guardrail);
    }
    Err(LoadRefused::Failed { status, says })
}

/// First pause after a failure.
const FIRST_PAUSE: Duration = Duration::from_secs(5);

/// Longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Pauses between attempts to load a model that failed: 5 s, 10 s, 20 s and so on up to 5 minutes, for
/// each server, model and context by itself (section 4.4; in OpenClaw 2026.5.18 they do not grow).
#[derive(Debug, Default)]
pub struct Backoff(HashMap<(String, Wish), Pause>);

#[derive(Debug)]
struct Pause {
    until: Instant,
    length: Duration,
}

impl Backoff {
    /// How long to wait yet before `wish` may be tried again at `server`; none when it may be tried.
    #[must_use]
    pub fn left(&self, server: &str, wish: &Wish, now: Instant) -> Option<Duration> {
        let pause = self.0.get(&(server.to_owned(), wish.clone()))?;
        let left = pause.until.saturating_duration_since(now);
        (!left.is_zero()).then_some(left)
    }

    /// Notes a failure.
    pub fn failed(&mut self, server: &str, wish: &Wish, now: Instant) {
        let key = (server.to_owned(), wish.clone());
        let before = self.0.get(&key).map(|pause| pause.length);
        let length = before.map_or(FIRST_PAUSE, |length| (length * 2).min(LONGEST_PAUSE));
        let until = now + length;
        self.0.insert(key, Pause { until, length });
    }

    /// Notes a success.
    pub fn succeeded(&mut self, server: &str, wish: &Wish) {
        self.0.remove(&(server.to_owned(), wish.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lmstudio::List;

    const MODELS: &str = r#"{"models":[
        {"type":"llm","key":"acme/owl-9b","max_context_length":32768,
         "loaded_instances":[{"id":"acme/owl-9b","config":{"context_length":4096}},
                             {"id":"acme/owl-9b:2","config":{"context_length":16384}}],
         "variants":["acme/owl-9b@q4_k_m","acme/owl-9b@q8_0"],"selected_variant":"acme/owl-9b@q4_k_m"},
        {"type":"llm","key":"acme/kite","max_context_length":262144,"loaded_instances":[]},
        {"type":"llm","key":"acme/unknown","loaded_instances":[]}]}"#;

    fn plan(id: &str, context: Option<u64>) -> Plan {
        let catalogue = Catalogue::read(List::Native, MODELS.as_bytes()).unwrap();
        Plan::of(&Wish::new(id, context), &catalogue)
    }

    fn load(key: &str, context_length: u64, beside: Option<u64>) -> Plan {
        let key = key.to_owned();
        Plan::Load {
            key,
            context_length,
            beside,
        }
    }

    #[test]
    fn what_is_loaded_with_which_context() {
        let copy = Plan::Loaded {
            instance: "acme/owl-9b:2".to_owned(),
            context: 16384,
        };
        assert_eq!(plan("acme/owl-9b", Some(16384)), copy);
        assert_eq!(plan("lmstudio/acme/owl-9b", Some(1)), copy);
        assert_eq!(plan("ACME/OWL-9B@Q8_0", Some(4096)), copy);
        let second = Some(16384);
        assert_eq!(
            plan("acme/owl-9b", Some(16385)),
            load("acme/owl-9b", 16385, second)
        );
        assert_eq!(
            plan("acme/owl-9b", None),
            load("acme/owl-9b", 32768, second)
        );
        assert_eq!(
            plan("acme/owl-9b@q8_0", None),
            load("acme/owl-9b", 32768, second)
        );
        assert_eq!(plan("acme/kite", None), load("acme/kite", 64000, None));
        assert_eq!(plan("acme/kite", Some(0)), load("acme/kite", 64000, None));
        assert_eq!(
            plan("acme/kite", Some(300_000)),
            load("acme/kite", 262_144, None)
        );
        assert_eq!(
            plan("acme/unknown", Some(300_000)),
            load("acme/unknown", 300_000, None)
        );
        assert_eq!(plan("not/there", None), load("not/there", 64000, None));
        let body = plan("acme/kite", Some(5)).body();
        assert_eq!(
            body.as_deref(),
            Some(r#"{"context_length":5,"model":"acme/kite"}"#)
        );
        assert_eq!(copy.body(), None);
    }

    #[test]
    fn what_a_server_answers_to_a_load() {
        let says = |text: &str| Some(text.to_owned());
        let failed = |status, says| Err(LoadRefused::Failed { status, says });
        for (status, body, outcome) in [
            (200, r#"{"status":"loaded"}"#, Ok(())),
            (201, r#"{"status":" LOADED "}"#, Ok(())),
            (200, "{}", Ok(())),
            (200, r#"{"status":"loading"}"#, Err(LoadRefused::Malformed)),
            (200, "[]", Err(LoadRefused::Malformed)),
            (200, "<html>", Err(LoadRefused::Malformed)),
            (
                200,
                r#"{"error":"Unexpected endpoint or method."}"#,
                failed(200, says("Unexpected endpoint or method.")),
            ),
            (
                404,
                r#"{"error":{"type":"model_not_found","message":"x"}}"#,
                Err(LoadRefused::NotFound),
            ),
            (
                500,
                r#"{"error":{"type":"model_load_failed","message":"boom"}}"#,
                failed(500, says("boom")),
            ),
            (
                400,
                r#"{"error":{"message":"stopped due to insufficient system resources"}}"#,
                Err(LoadRefused::Guardrail),
            ),
            (500, "oops", failed(500, None)),
        ] {
            assert_eq!(read_load_answer(status, body.as_bytes()), outcome, "{body}");
        }
    }

    #[test]
    fn pauses_grow_to_five_minutes() {
        let mut backoff = Backoff::default();
        let (wish, other) = (Wish::new("a", None), Wish::new("a", Some(1)));
        let mut now = Instant::now();
        assert_eq!(backoff.left("s", &wish, now), None);
        for pause in [5, 10, 20, 40, 80, 160, 300, 300] {
            backoff.failed("s", &wish, now);
            let pause = Duration::from_secs(pause);
            assert_eq!(backoff.left("s", &wish, now), Some(pause));
            let last = Duration::from_millis(1);
            assert_eq!(backoff.left("s", &wish, now + pause - last), Some(last));
            now += pause;
            assert_eq!(backoff.left("s", &wish, now), None);
            assert_eq!(backoff.left("s", &other, now), None);
            assert_eq!(backoff.left("t", &wish, now), None);
        }
        backoff.succeeded("s", &wish);
        backoff.failed("s", &wish, now);
        assert_eq!(backoff.left("s", &wish, now), Some(FIRST_PAUSE));
    }
}
