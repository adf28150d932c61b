//! What the simulator can do wrong on request.

use std::fmt;
use std::str::FromStr;

/// A way in which real servers fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// One byte a second.
    Slow,
    /// A head, and then silence.
    Stall,
    /// Connections are accepted and never answered.
    Silent,
    /// The body ends in the middle.
    Cut,
    /// Status 200 with something that is not JSON.
    Malformed,
    /// Status 200 with JSON of another shape.
    WrongShape,
    /// Status 200 with an error text on every path.
    NotLmStudio,
    /// A body that never ends.
    Huge,
    /// A small compressed body that is large inside.
    GzipBomb,
    /// A header that never ends.
    HugeHeaders,
    /// A redirect to the next port of this machine.
    RedirectPort,
    /// A redirect to the metadata service of a cloud.
    RedirectMetadata,
    /// A redirect to the same place, again and again.
    RedirectLoop,
    /// Status 401, whatever the key.
    Unauthorized,
    /// Status 403.
    Forbidden,
    /// Status 500.
    ServerError,
    /// Status 503, as while a server starts.
    NotReady,
    /// Loading a model is stopped by the guardrails, for want of memory.
    Guardrail,
    /// Loading a model fails in the engine.
    LoadFails,
    /// No models at all.
    NoModels,
    /// Embedding models only.
    OnlyEmbeddings,
    /// Entries that make no sense among the good ones.
    BadEntry,
    /// No token counts.
    NoUsage,
    /// Token counts of zero, with llama.cpp timings beside them.
    ZeroUsage,
    /// An error in the middle of a stream.
    ErrorMidStream,
    /// A stream without its end mark.
    NoDone,
    /// A stream without a finish reason.
    Truncated,
}

impl Fault {
    /// All.
    pub const ALL: [Fault; 27] = [
        Fault::Slow,
        Fault::Stall,
        Fault::Silent,
        Fault::Cut,
        Fault::Malformed,
        Fault::WrongShape,
        Fault::NotLmStudio,
        Fault::Huge,
        Fault::GzipBomb,
        Fault::HugeHeaders,
        Fault::RedirectPort,
        Fault::RedirectMetadata,
        Fault::RedirectLoop,
        Fault::Unauthorized,
        Fault::Forbidden,
        Fault::ServerError,
        Fault::NotReady,
        Fault::Guardrail,
        Fault::LoadFails,
        Fault::NoModels,
        Fault::OnlyEmbeddings,
        Fault::BadEntry,
        Fault::NoUsage,
        Fault::ZeroUsage,
        Fault::ErrorMidStream,
        Fault::NoDone,
        Fault::Truncated,
    ];

    /// Its name, and what it does.
    fn told(self) -> (&'static str, &'static str) {
        match self {
            Fault::Slow => ("slow", "one byte a second"),
            Fault::Stall => ("stall", "a head, and then silence"),
            Fault::Silent => ("silent", "no answer at all"),
            Fault::Cut => ("cut", "the body ends in the middle"),
            Fault::Malformed => ("malformed", "an answer that is not JSON"),
            Fault::WrongShape => ("wrong-shape", "JSON of another shape"),
            Fault::NotLmStudio => (
                "not-lm-studio",
                "an error text on every path, with status 200",
            ),
            Fault::Huge => ("huge", "a body that never ends"),
            Fault::GzipBomb => ("gzip-bomb", "a small compressed body that is large inside"),
            Fault::HugeHeaders => ("huge-headers", "a header that never ends"),
            Fault::RedirectPort => ("redirect-port", "a redirect to the next port"),
            Fault::RedirectMetadata => (
                "redirect-metadata",
                "a redirect to a cloud's metadata service",
            ),
            Fault::RedirectLoop => ("redirect-loop", "a redirect to the same place"),
            Fault::Unauthorized => ("unauthorized", "status 401, whatever the key"),
            Fault::Forbidden => ("forbidden", "status 403"),
            Fault::ServerError => ("server-error", "status 500"),
            Fault::NotReady => ("not-ready", "status 503, as while a server starts"),
            Fault::Guardrail => ("guardrail", "models are not loaded for want of memory"),
            Fault::LoadFails => ("load-fails", "models are not loaded, the engine fails"),
            Fault::NoModels => ("no-models", "an empty list of models"),
            Fault::OnlyEmbeddings => ("only-embeddings", "no model for chats"),
            Fault::BadEntry => ("bad-entry", "entries that make no sense among good ones"),
            Fault::NoUsage => ("no-usage", "no token counts"),
            Fault::ZeroUsage => ("zero-usage", "token counts of zero, with llama.cpp timings"),
            Fault::ErrorMidStream => ("error-mid-stream", "an error in the middle of a stream"),
            Fault::NoDone => ("no-done", "a stream without its end mark"),
            Fault::Truncated => ("truncated", "a stream without a finish reason"),
        }
    }

    /// What it does, in a few words.
    #[must_use]
    pub fn description(self) -> &'static str {
        self.told().1
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.told().0)
    }
}

/// No fault has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no fault is called so; there are {}", names())]
pub struct NoFault;

fn names() -> String {
    Fault::ALL.map(|fault| fault.to_string()).join(", ")
}

impl FromStr for Fault {
    type Err = NoFault;

    fn from_str(name: &str) -> Result<Fault, NoFault> {
        let mut all = Fault::ALL.into_iter();
        all.find(|fault| fault.told().0 == name).ok_or(NoFault)
    }
}
