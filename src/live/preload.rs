//! Loading a model before a chat.

use std::time::{Duration, Instant};

use super::discovery::{Failure, list_models};
use super::server::Server;
use crate::lmstudio::{Backoff, LOAD_PATH, LoadRefused, Plan, Wish, read_load_answer};
use crate::net::{Error, Request};

/// What came of a preload. A chat goes on whatever it was: the server may load the model by itself.
#[derive(Debug)]
#[non_exhaustive]
pub enum Preload {
    /// A copy with enough context was there already.
    WasLoaded {
        /// What it is called; requests may name it as their model.
        instance: String,
        /// Its context, in tokens.
        context: u64,
    },
    /// It was loaded.
    Loaded {
        /// With this context, in tokens.
        context: u64,
        /// The context of a smaller copy that stays in memory beside it.
        beside: Option<u64>,
    },
    /// It failed a moment ago, and is not tried again yet.
    Waiting(Duration),
    /// The server would not load it.
    Refused(LoadRefused),
    /// The server did not tell its models, so nobody knows what to load.
    Unlisted(Failure),
    /// The request to load it failed.
    Failed(Error),
}

impl Preload {
    /// Whether the model is in memory.
    #[must_use]
    pub fn is_loaded(&self) -> bool {
        matches!(self, Preload::WasLoaded { .. } | Preload::Loaded { .. })
    }
}

/// Has the server load a model, unless it has; failures make later attempts wait. `now` is the time by
/// which pauses are counted.
pub async fn preload(server: &Server, wish: &Wish, backoff: &mut Backoff, now: Instant) -> Preload {
    if let Some(left) = backoff.left(&server.base, wish, now) {
        return Preload::Waiting(left);
    }
    let outcome = attempt(server, wish).await;
    if outcome.is_loaded() {
        backoff.succeeded(&server.base, wish);
    } else {
        backoff.failed(&server.base, wish, now);
    }
    outcome
}

async fn attempt(server: &Server, wish: &Wish) -> Preload {
    let listing = match list_models(server).await {
        Ok(listing) => listing,
        Err(failure) => return Preload::Unlisted(failure),
    };
    let plan = Plan::of(wish, &listing.catalogue);
    let Some(body) = plan.body() else {
        return outcome(plan);
    };
    let url = format!("{}{LOAD_PATH}", server.base);
    let request = Request::post(url, server.headers.clone(), body);
    let response = match server.client.send(request).await {
        Ok(response) => response,
        Err(error) => return Preload::Failed(error),
    };
    let status = response.status.as_u16();
    match response.body.whole().await {
        Ok(answer) => match read_load_answer(status, &answer) {
            Ok(()) => outcome(plan),
            Err(LoadRefused::Failed { status, says }) => {
                let says = says.map(|says| server.scrub(&says));
                Preload::Refused(LoadRefused::Failed { status, says })
            }
            Err(refused) => Preload::Refused(refused),
        },
        Err(error) => Preload::Failed(error),
    }
}

/// What has come of a plan that went well.
fn outcome(plan: Plan) -> Preload {
    match plan {
        Plan::Loaded { instance, context } => Preload::WasLoaded { instance, context },
        Plan::Load {
            context_length,
            beside,
            ..
        } => Preload::Loaded {
            context: context_length,
            beside,
        },
    }
}
