//! What is simulated.

use std::fmt;
use std::str::FromStr;

use super::catalog;
use super::fault::Fault;
use super::model::Model;

/// What to simulate; by default the current release on any free port, without a key or faults.
#[derive(Clone)]
pub struct Settings {
    /// The port on 127.0.0.1; 0 for any that is free.
    pub port: u16,
    /// The key that every request but the greeting must bring.
    pub key: Option<String>,
    /// Whether a chat loads its model.
    pub jit: bool,
    /// Which release of LM Studio answers.
    pub release: Release,
    /// What goes wrong; when several decide the same thing, the first of [`Fault::ALL`] wins.
    pub faults: Vec<Fault>,
    /// What is on its disk.
    pub models: Vec<Model>,
    /// Where [`Fault::RedirectPort`] leads; the port after its own when `None`.
    pub redirect_port: Option<u16>,
    /// Where [`Fault::RedirectHost`] leads, an absolute URL.
    pub redirect_url: String,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            port: 0,
            key: None,
            jit: true,
            release: Release::Current,
            faults: Vec::new(),
            models: catalog::models(),
            redirect_port: None,
            redirect_url: "http://elsewhere.invalid/".to_owned(),
        }
    }
}

/// Without the key.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("port", &self.port)
            .field("key", &self.key.as_ref().map(|_| "•"))
            .field("jit", &self.jit)
            .field("release", &self.release)
            .field("faults", &self.faults)
            .field("models", &self.models.len())
            .field("redirect_port", &self.redirect_port)
            .field("redirect_url", &self.redirect_url)
            .finish()
    }
}

impl Settings {
    pub(super) fn has(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }
}

/// A release of LM Studio, as far as clients can tell it from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Release {
    /// `0.2`: only `/v1/`.
    V0_2,
    /// `0.3.6`: also `/api/v0/`; reasoning stands in the text, no effort, no usage in streams.
    V0_3_6,
    /// `0.4.6`: also `/api/v1/`, which says nothing of reasoning.
    V0_4_6,
    /// `current`: all of it.
    #[default]
    Current,
}

impl Release {
    /// All, oldest first.
    pub const ALL: [Release; 4] = [
        Release::V0_2,
        Release::V0_3_6,
        Release::V0_4_6,
        Release::Current,
    ];

    /// What it is called on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Release::V0_2 => "0.2",
            Release::V0_3_6 => "0.3.6",
            Release::V0_4_6 => "0.4.6",
            Release::Current => "current",
        }
    }

    /// What sets it apart, in a line.
    #[must_use]
    pub fn summary(self) -> &'static str {
        match self {
            Release::V0_2 => "only /v1/",
            Release::V0_3_6 => "no /api/v1/, reasoning within the text, no usage in streams",
            Release::V0_4_6 => "says nothing of reasoning in its list of models",
            Release::Current => "all endpoints",
        }
    }

    /// Whether it has `reasoning_content`, `reasoning_effort` and usage in streams.
    pub(super) fn is_recent(self) -> bool {
        self >= Release::V0_4_6
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// No release is called that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no simulated release is called `{0}`")]
pub struct NoRelease(String);

impl FromStr for Release {
    type Err = NoRelease;

    fn from_str(text: &str) -> Result<Self, NoRelease> {
        let found = Release::ALL
            .into_iter()
            .find(|release| release.name() == text);
        found.ok_or_else(|| NoRelease(text.to_owned()))
    }
}
