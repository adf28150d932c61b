//! A simulator on a thread of its own, for callers that block.

use std::io;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::log::{Log, Seen};
use super::server::Simulator;
use super::settings::Settings;

/// A simulator that runs until this is dropped.
pub struct Running {
    address: SocketAddr,
    log: Log,
    /// Dropped to stop it.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Starts a simulator on a thread of its own; it answers when this returns.
///
/// # Errors
///
/// When the port is taken or the thread cannot be started.
pub fn start(settings: Settings) -> io::Result<Running> {
    let (told, started) = mpsc::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let body = move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => {
                // The other side waits for exactly this.
                let _ = told.send(Err(error));
                return;
            }
        };
        runtime.block_on(async {
            let simulator = match Simulator::bind(settings).await {
                Ok(simulator) => simulator,
                Err(error) => {
                    let _ = told.send(Err(error));
                    return;
                }
            };
            let _ = told.send(Ok((simulator.address(), simulator.log())));
            tokio::select! {
                () = simulator.serve() => {}
                _ = stopped => {}
            }
        });
    };
    let thread = std::thread::Builder::new()
        .name("simulator".to_owned())
        .spawn(body)?;
    let lost = |_| Err(io::ErrorKind::BrokenPipe.into());
    let (address, log) = started.recv().unwrap_or_else(lost)?;
    Ok(Running {
        address,
        log,
        stop: Some(stop),
        thread: Some(thread),
    })
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its base URL, without a path.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Seen> {
        self.log.requests()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has stopped as well.
            let _ = thread.join();
        }
    }
}
