//! A server on loopback that behaves like LM Studio: to try things on without it, and for tests.
//!
//! Written from what is known of LM Studio's wire, and from nothing else in this project: what it shared
//! with the client would hide mistakes that both make. It listens on 127.0.0.1 only.

#![expect(
    clippy::disallowed_methods,
    reason = "a server of its own, beside the client of `net`"
)]

mod chat;
mod fault;
mod http;
mod models;
mod routes;

pub use fault::{Fault, NoFault};
pub use http::Request;
pub use models::{Model, samples};

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};

use http::Connection;
use models::Shelf;

/// Most connections at the same time.
const MOST_CONNECTIONS: usize = 512;

/// Most requests that are remembered.
const MOST_REMEMBERED: usize = 10_000;

/// A release of LM Studio, by what its server knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Release {
    /// OpenAI's interface only.
    V0_2,
    /// LM Studio's own older interface beside it.
    V0_3_6,
    /// The native interface, without a word on reasoning.
    V0_4_6,
    /// Everything.
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
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Release::V0_2 => "0.2",
            Release::V0_3_6 => "0.3.6",
            Release::V0_4_6 => "0.4.6",
            Release::Current => "current",
        })
    }
}

/// No such release is played.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this release is not played; there are 0.2, 0.3.6, 0.4.6 and current")]
pub struct NoRelease;

impl FromStr for Release {
    type Err = NoRelease;

    fn from_str(name: &str) -> Result<Release, NoRelease> {
        let mut all = Release::ALL.into_iter();
        all.find(|release| release.to_string() == name)
            .ok_or(NoRelease)
    }
}

/// How the simulator behaves.
#[derive(Clone)]
pub struct Settings {
    /// The port; 0 for any that is free.
    pub port: u16,
    /// The key that every request must carry; none when none is wanted.
    pub key: Option<String>,
    /// Whether models are loaded when they are asked.
    pub jit: bool,
    /// Which release it plays.
    pub release: Release,
    /// What it does wrong.
    pub faults: Vec<Fault>,
    /// What is installed.
    pub models: Vec<Model>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            port: 0,
            key: None,
            jit: true,
            release: Release::default(),
            faults: Vec::new(),
            models: samples(),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("port", &self.port)
            .field("key", &self.key.is_some())
            .field("jit", &self.jit)
            .field("release", &self.release)
            .field("faults", &self.faults)
            .finish_non_exhaustive()
    }
}

/// A simulator that listens.
#[derive(Debug)]
pub struct Simulator {
    listener: TcpListener,
    address: SocketAddr,
    settings: Arc<Settings>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    shelf: Shelf,
    requests: Vec<Request>,
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Simulator {
    /// Listens on 127.0.0.1.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn bind(settings: Settings) -> io::Result<Simulator> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.port)).await?;
        let shelf = Shelf {
            models: settings.models.clone(),
            jit: settings.jit,
        };
        let requests = Vec::new();
        Ok(Simulator {
            address: listener.local_addr()?,
            listener,
            settings: Arc::new(settings),
            state: Arc::new(Mutex::new(State { shelf, requests })),
        })
    }

    /// Where it listens: `http://127.0.0.1:1234`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers until it is dropped.
    pub async fn serve(self) {
        let permits = Arc::new(Semaphore::new(MOST_CONNECTIONS));
        loop {
            let Ok(permit) = Arc::clone(&permits).acquire_owned().await else {
                return;
            };
            let Ok((stream, _)) = self.listener.accept().await else {
                continue;
            };
            let _ = stream.set_nodelay(true);
            let (settings, state) = (Arc::clone(&self.settings), Arc::clone(&self.state));
            let port = self.address.port();
            tokio::spawn(async move {
                let answer = |request: &Request| {
                    let mut state = locked(&state);
                    if state.requests.len() < MOST_REMEMBERED {
                        state.requests.push(request.clone());
                    }
                    routes::answer(request, &settings, &mut state.shelf, port)
                };
                Connection::new(stream)
                    .serve(&settings.faults, answer)
                    .await;
                drop(permit);
            });
        }
    }
}

/// A simulator on a thread of its own, until it is dropped.
#[derive(Debug)]
pub struct Running {
    base_url: String,
    state: Arc<Mutex<State>>,
    /// Its end stops the thread.
    _stop: oneshot::Sender<()>,
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        locked(&self.state).requests.clone()
    }
}

/// Starts a simulator on a thread of its own.
///
/// # Errors
/// When the port is taken, or no thread can be started.
pub fn start(settings: Settings) -> io::Result<Running> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let simulator = runtime.block_on(Simulator::bind(settings))?;
    let (stop, stopped) = oneshot::channel();
    let running = Running {
        base_url: simulator.base_url(),
        state: Arc::clone(&simulator.state),
        _stop: stop,
    };
    thread::Builder::new()
        .name("simulator".to_owned())
        .spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = simulator.serve() => {}
                    _ = stopped => {}
                }
            });
        })?;
    Ok(running)
}
