//! What a server may ask of this client: time and memory. Redirects have their bound in the policy.

use std::time::Duration;

use tokio::time::Instant;

/// Longest time until a connection stands, its TLS handshake included. A machine in the same network
/// answers in milliseconds, one on the other side of the world in a second.
const CONNECT: Duration = Duration::from_secs(10);

/// Longest silence while an answer arrives. Not a total: an answer may take an hour while bytes come.
/// A server that reads a long prompt is silent for long, so this is two minutes, not seconds.
const IDLE: Duration = Duration::from_secs(120);

/// Most bytes of a body, as they arrive and after they are decompressed. A list of a thousand models
/// has one million.
const BODY: u64 = 16 * 1024 * 1024;

/// Most header lines of an answer. Their bytes are bounded by the HTTP library, at about 400 KiB.
pub(super) const HEADER_LINES: usize = 100;

/// The limits of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest time until a connection stands.
    pub connect: Duration,
    /// Longest silence.
    pub idle: Duration,
    /// Longest time for the whole request, redirects and body included; none for no bound.
    pub total: Option<Duration>,
    /// Most bytes of the body, compressed and decompressed.
    pub body: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connect: CONNECT,
            idle: IDLE,
            total: None,
            body: BODY,
        }
    }
}

impl Limits {
    /// When waiting for the next piece ends, and the limit that says so.
    pub(super) fn next(&self, deadline: Option<Instant>) -> (Instant, Duration) {
        let now = Instant::now();
        // Longer than a day is for ever.
        let idle = now + self.idle.min(Duration::from_secs(24 * 60 * 60));
        match (deadline, self.total) {
            (Some(deadline), Some(total)) if deadline <= idle => (deadline, total),
            (Some(deadline), None) if deadline <= idle => (deadline, self.idle),
            _ => (idle, self.idle),
        }
    }

    /// The same limits with a bound for the whole request.
    #[must_use]
    pub fn within(self, total: Duration) -> Limits {
        Limits {
            total: Some(total),
            ..self
        }
    }
}
