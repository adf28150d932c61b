//! Sends what a verification wants to know, and hands what comes back to the judges.

mod model;
mod survey;

use std::time::Duration;

use tokio::time::Instant;

use super::server::Server;
use crate::verification::{Backend, Listing, Outcome, Place};

pub use model::verify;
pub use survey::survey;

/// Pause before a server that is not ready is asked again.
const PAUSE: Duration = Duration::from_millis(500);

/// Kinds of failure that may pass by themselves: nothing listens yet, or the model is being loaded.
const PASSING: [&str; 6] = [
    "refused",
    "not_ready",
    "unreachable",
    "timeout",
    "dns",
    "cut",
];

/// The server of a provider, to be verified.
#[derive(Debug, Clone)]
pub struct Target {
    /// The server.
    pub server: Server,
    /// The provider's id.
    pub provider: String,
    /// The address that paths are appended to, as OpenClaw does.
    pub base_url: String,
    /// Where the address stands.
    pub place: Option<Place>,
    /// Where the key stands, or the provider without one.
    pub key_place: Place,
    /// Where the key is from, if that is not the config.
    pub key_from: Option<String>,
    /// Whether the config takes it for LM Studio.
    pub is_lm_studio: bool,
    /// Whether any of its models is asked by chat completions.
    pub speaks_openai: bool,
}

/// How thorough, and how patient.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Only what is quick: the address, the list and one chat.
    pub quick: bool,
    /// How long to ask again while it is not ready.
    pub wait: Option<Duration>,
    /// How many plain chats.
    pub repeat: usize,
    /// Whether the first failure ends it.
    pub fails_fast: bool,
    /// Longest wait for what is no chat.
    pub patience: Duration,
}

/// What is known of a server.
#[derive(Debug)]
pub struct Survey {
    /// What came of its checks.
    pub outcomes: Vec<Outcome>,
    /// What it is.
    pub backend: Option<Backend>,
    /// Why its models cannot be asked, if so.
    pub obstacle: Option<&'static str>,
    /// Its list of models.
    pub listing: Option<Listing>,
    /// LM Studio's own list.
    pub catalogue: Option<crate::lmstudio::Catalogue>,
}

/// A time until which to ask again.
#[derive(Debug, Clone, Copy)]
struct Patience {
    until: Option<Instant>,
    wait: Option<Duration>,
}

impl Patience {
    fn new(wait: Option<Duration>) -> Patience {
        Patience {
            until: wait.and_then(|wait| Instant::now().checked_add(wait)),
            wait,
        }
    }

    /// Waits a moment, if a failure of this kind may pass in the time that is left.
    async fn waits_for(&self, kind: &str) -> bool {
        let Some(until) = self.until.filter(|_| PASSING.contains(&kind)) else {
            return false;
        };
        let now = Instant::now();
        if now >= until {
            return false;
        }
        tokio::time::sleep_until(until.min(now + PAUSE)).await;
        true
    }

    /// How long was waited in vain, for a sentence.
    fn in_vain(&self, kind: &str) -> Option<String> {
        let wait = self.wait.filter(|_| PASSING.contains(&kind))?;
        Some(format!("after {} s of waiting, ", wait.as_secs_f64()))
    }
}
