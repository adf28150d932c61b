//! What can go wrong with a server, by name.

use std::fmt;
use std::str::FromStr;

/// Something that goes wrong on request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Takes requests and never answers.
    Silent,
    /// Sends the head of an answer, then nothing.
    Stall,
    /// Sends one byte of the body a second.
    Slow,
    /// Breaks off in the middle of the body.
    Cut,
    /// Sends a mebibyte of headers.
    HugeHeaders,
    /// Refuses every key.
    Unauthorized,
    /// Forbids everything.
    Forbidden,
    /// Fails with 500.
    ServerError,
    /// Fails with 503 and `Retry-After`.
    NotReady,
    /// Redirects to another port of 127.0.0.1.
    RedirectPort,
    /// Redirects to another host.
    RedirectHost,
    /// Redirects to itself.
    RedirectLoop,
    /// Knows no endpoint, as a server of something else.
    NotLmStudio,
    /// Sends what is no JSON.
    Malformed,
    /// Sends a JSON array.
    WrongShape,
    /// Sends a body without end.
    Huge,
    /// Sends a few megabytes of gzip that hold gigabytes.
    GzipBomb,
    /// Has no models.
    NoModels,
    /// Has only embedding models.
    OnlyEmbeddings,
    /// Lists a null, a string and a blank key among the models.
    BadEntry,
    /// Refuses to load anything for want of memory.
    Guardrail,
    /// Crashes when it loads a model.
    LoadFails,
    /// Never tells usage.
    NoUsage,
    /// Tells a usage of zeros, and the `timings` of llama.cpp.
    ZeroUsageWithTimings,
    /// Sends an error in the middle of a stream.
    ErrorMidStream,
    /// Ends a stream without `[DONE]`.
    NoDone,
    /// Ends a stream without a finish reason or `[DONE]`.
    Truncated,
}

impl Fault {
    /// All; of those that decide the same thing, the first wins.
    pub const ALL: [Fault; 27] = [
        Fault::Silent,
        Fault::Stall,
        Fault::Slow,
        Fault::Cut,
        Fault::HugeHeaders,
        Fault::Unauthorized,
        Fault::Forbidden,
        Fault::ServerError,
        Fault::NotReady,
        Fault::RedirectPort,
        Fault::RedirectHost,
        Fault::RedirectLoop,
        Fault::NotLmStudio,
        Fault::Malformed,
        Fault::WrongShape,
        Fault::Huge,
        Fault::GzipBomb,
        Fault::NoModels,
        Fault::OnlyEmbeddings,
        Fault::BadEntry,
        Fault::Guardrail,
        Fault::LoadFails,
        Fault::NoUsage,
        Fault::ZeroUsageWithTimings,
        Fault::ErrorMidStream,
        Fault::NoDone,
        Fault::Truncated,
    ];

    /// Its name, and what happens in a line.
    const fn row(self) -> (&'static str, &'static str) {
        match self {
            Fault::Silent => ("silent", "takes requests and never answers"),
            Fault::Stall => ("stall", "sends the head of an answer, then nothing"),
            Fault::Slow => ("slow", "sends one byte of the body a second"),
            Fault::Cut => ("cut", "breaks off in the middle of the body"),
            Fault::HugeHeaders => ("huge-headers", "sends a mebibyte of headers"),
            Fault::Unauthorized => ("unauthorized", "refuses every key, 401"),
            Fault::Forbidden => ("forbidden", "forbids everything, 403"),
            Fault::ServerError => ("server-error", "fails, 500"),
            Fault::NotReady => ("not-ready", "asks to come again later, 503"),
            Fault::RedirectPort => ("redirect-port", "redirects to another port of 127.0.0.1"),
            Fault::RedirectHost => ("redirect-host", "redirects to another host"),
            Fault::RedirectLoop => ("redirect-loop", "redirects to itself"),
            Fault::NotLmStudio => ("not-lm-studio", "knows no endpoint, as another server"),
            Fault::Malformed => ("malformed", "sends what is no JSON"),
            Fault::WrongShape => ("wrong-shape", "sends a JSON array"),
            Fault::Huge => ("huge", "sends a body without end"),
            Fault::GzipBomb => ("gzip-bomb", "sends little gzip that holds gigabytes"),
            Fault::NoModels => ("no-models", "has no models"),
            Fault::OnlyEmbeddings => ("only-embeddings", "has only embedding models"),
            Fault::BadEntry => (
                "bad-entry",
                "lists a null, a string and a blank key among its models",
            ),
            Fault::Guardrail => ("guardrail", "refuses to load for want of memory"),
            Fault::LoadFails => ("load-fails", "crashes when it loads a model"),
            Fault::NoUsage => ("no-usage", "never tells usage"),
            Fault::ZeroUsageWithTimings => (
                "zero-usage-with-timings",
                "tells a usage of zeros, and the timings of llama.cpp",
            ),
            Fault::ErrorMidStream => ("error-mid-stream", "sends an error within a stream"),
            Fault::NoDone => ("no-done", "ends a stream without [DONE]"),
            Fault::Truncated => (
                "truncated",
                "ends a stream without a finish reason or [DONE]",
            ),
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().0
    }

    /// What happens, in a line.
    #[must_use]
    pub const fn summary(self) -> &'static str {
        self.row().1
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No fault is called that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no fault is called `{0}`")]
pub struct NoFault(String);

impl FromStr for Fault {
    type Err = NoFault;

    fn from_str(text: &str) -> Result<Self, NoFault> {
        let found = Fault::ALL.into_iter().find(|fault| fault.name() == text);
        found.ok_or_else(|| NoFault(text.to_owned()))
    }
}
