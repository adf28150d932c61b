//! Ten kinds of servers as clients see them, on loopback: what each puts on the wire stands in its
//! [`profile::Profile`], taken from the backends facts. Nothing is shared with the client under test.

mod chunks;
pub(crate) mod client;
mod problem;
pub(crate) mod profile;
mod profiles;
mod request;
mod route;
pub(crate) mod said;
mod wire;

use std::sync::Mutex;

use clawconf::simulator;

use crate::http_server::{self, Refusing, Server};
use profile::Profile;
pub(crate) use request::Request;

/// A kind of server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    /// The simulator of the product; the others are of the tests.
    LmStudio,
    LlamaCpp,
    /// Of May 2025: it tells usage and errors in another way.
    LlamaCpp2025,
    Vllm,
    Sglang,
    LocalAi,
    Jan,
    TabbyApi,
    TextGenerationWebui,
    Ollama,
    MlxLm,
    LlamaCppPython,
}

impl Backend {
    pub(crate) const ALL: [Backend; 12] = [
        Backend::LmStudio,
        Backend::LlamaCpp,
        Backend::LlamaCpp2025,
        Backend::Vllm,
        Backend::Sglang,
        Backend::LocalAi,
        Backend::Jan,
        Backend::TabbyApi,
        Backend::TextGenerationWebui,
        Backend::Ollama,
        Backend::MlxLm,
        Backend::LlamaCppPython,
    ];

    /// Those with a profile; the simulator of LM Studio has tests of its own.
    pub(crate) fn profiled() -> impl Iterator<Item = Backend> {
        let all = Backend::ALL.into_iter();
        all.filter(|backend| backend.profile().is_some())
    }

    /// What it puts on the wire; none for LM Studio, which has a simulator of its own.
    pub(crate) fn profile(self) -> Option<&'static Profile> {
        match self {
            Backend::LmStudio => None,
            Backend::LlamaCpp => Some(&profiles::LLAMA_CPP),
            Backend::LlamaCpp2025 => Some(&profiles::LLAMA_CPP_2025),
            Backend::Vllm => Some(&profiles::VLLM),
            Backend::Sglang => Some(&profiles::SGLANG),
            Backend::LocalAi => Some(&profiles::LOCAL_AI),
            Backend::Jan => Some(&profiles::JAN),
            Backend::TabbyApi => Some(&profiles::TABBY_API),
            Backend::TextGenerationWebui => Some(&profiles::TEXT_GENERATION_WEBUI),
            Backend::Ollama => Some(&profiles::OLLAMA),
            Backend::MlxLm => Some(&profiles::MLX_LM),
            Backend::LlamaCppPython => Some(&profiles::LLAMA_CPP_PYTHON),
        }
    }
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It starts, and does what it does then.
    NotReady,
    /// Generation fails in the middle of an answer.
    ErrorMidStream,
    /// The socket closes in the middle of a stream, without the mark of its end.
    Cut,
    /// The stream is empty.
    EmptyStream,
    /// There are no models to list.
    NoModels,
}

/// How tokens are counted in the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counts {
    /// As the backend does by itself.
    Usual,
    /// Usage and timings on the chunk with the finish reason, as llama.cpp did.
    OnFinish,
    /// Usage on every chunk, asked or not.
    OnEveryChunk,
    /// A usage of zeros where the backend has one, and full timings.
    ZerosAndTimings,
    Nothing,
}

/// How the bytes of a stream reach the socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pieces {
    /// A message at a time.
    Messages,
    /// So many bytes at a time, each a piece of the transfer encoding.
    Bytes(usize),
}

/// What is served, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    /// The key that is wanted, by those that have keys.
    pub key: Option<&'static str>,
    /// The id of the model.
    pub model: &'static str,
    /// Its context length, in tokens.
    pub context: u64,
    /// Whether it thinks.
    pub reasons: bool,
    /// Whether it calls tools; otherwise they are passed over.
    pub tools: bool,
    pub fault: Option<Fault>,
    pub counts: Counts,
    pub pieces: Pieces,
}

impl Default for Setting {
    fn default() -> Setting {
        Setting {
            key: None,
            model: "acme/wren-3b",
            context: 8192,
            reasons: true,
            tools: true,
            fault: None,
            counts: Counts::Usual,
            pieces: Pieces::Messages,
        }
    }
}

/// A backend that runs until the test process ends.
pub(crate) enum Running {
    LmStudio(simulator::Running),
    Profiled(Server),
    /// Its port belongs to nobody else, and nobody listens.
    Nobody(Refusing),
}

impl Running {
    /// The address that `/chat/completions` is appended to.
    pub(crate) fn base_url(&self) -> String {
        match self {
            Running::LmStudio(simulator) => format!("{}/v1", simulator.base_url()),
            Running::Profiled(server) => format!("{}/v1", server.url()),
            Running::Nobody(refusing) => format!("{}/v1", refusing.url()),
        }
    }

    /// Every request so far, oldest first.
    pub(crate) fn requests(&self) -> Vec<Request> {
        match self {
            Running::LmStudio(simulator) => {
                simulator.requests().into_iter().map(Request::of).collect()
            }
            Running::Profiled(server) => {
                let seen = server.requests();
                seen.iter().map(|text| Request::read(text)).collect()
            }
            Running::Nobody(_) => Vec::new(),
        }
    }
}

/// Starts a backend; it answers when this returns.
pub(crate) fn start(backend: Backend, setting: Setting) -> Running {
    let Some(profile) = backend.profile() else {
        return Running::LmStudio(lm_studio(setting));
    };
    let starts = setting.fault == Some(Fault::NotReady);
    if starts && matches!(profile.starting, profile::Starting::Refused) {
        return Running::Nobody(http_server::refusing());
    }
    // Tokens of the last prompt, which stay in the cache.
    let cache = Mutex::new(Vec::new());
    Running::Profiled(http_server::start(move |text, stream| {
        let request = Request::read(text);
        let answer = route::answer(profile, &setting, &cache, &request);
        wire::send(stream, profile, setting.pieces, &answer);
    }))
}

/// Starts a backend that does as most do.
pub(crate) fn usual(backend: Backend) -> Running {
    start(backend, Setting::default())
}

/// The simulator, as far as its settings reach: it cannot cut its bytes otherwise, nor tell usage
/// elsewhere.
fn lm_studio(setting: Setting) -> simulator::Running {
    use simulator::{Fault as Theirs, Model, Reasoning, Settings};

    let mut model = Model::llm(setting.model);
    model.max_context_length = setting.context;
    model.trained_for_tool_use = setting.tools;
    if setting.reasons {
        model.reasoning = Some(Reasoning::of(&["off", "on"], "on"));
    }
    let fault = setting.fault.map(|fault| match fault {
        Fault::NotReady => Theirs::NotReady,
        Fault::ErrorMidStream => Theirs::ErrorMidStream,
        Fault::Cut => Theirs::Cut,
        Fault::EmptyStream => Theirs::Truncated,
        Fault::NoModels => Theirs::NoModels,
    });
    let counts = match setting.counts {
        Counts::ZerosAndTimings => Some(Theirs::ZeroUsageWithTimings),
        Counts::Nothing => Some(Theirs::NoUsage),
        Counts::Usual | Counts::OnFinish | Counts::OnEveryChunk => None,
    };
    let settings = Settings {
        key: setting.key.map(str::to_owned),
        faults: fault.into_iter().chain(counts).collect(),
        models: vec![model],
        ..Settings::default()
    };
    simulator::start(settings).unwrap()
}
