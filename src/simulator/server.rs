//! The sockets: accepts on loopback, reads requests within bounds, writes what was decided.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::answer::Answer;
use super::log::Log;
use super::request::{Chunks, Head, LONGEST_BODY, Length, Refused, Request};
use super::route::World;
use super::settings::Settings;
use super::wire::{self, After};

/// Most connections at the same time; others wait to be accepted.
const CONNECTIONS: usize = 256;

/// Longest wait for the head of a request, and for its body behind it.
const READ: Duration = Duration::from_secs(10);

/// Longest silence between two requests of a connection.
const IDLE: Duration = Duration::from_secs(75);

/// Wait after a connection could not be accepted, for want of descriptors perhaps.
const AGAIN: Duration = Duration::from_millis(50);

/// Longest wait for a client to read an answer and close.
const LINGER: Duration = Duration::from_secs(1);

/// A simulated LM Studio that listens, and answers once it is served.
pub struct Simulator {
    listener: TcpListener,
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    world: Mutex<World>,
    log: Log,
}

impl Simulator {
    /// Listens on 127.0.0.1, at the port of the settings.
    ///
    /// # Errors
    ///
    /// When the port is taken.
    pub async fn bind(settings: Settings) -> io::Result<Simulator> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.port)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            world: Mutex::new(World::new(settings, address.port())),
            log: Log::default(),
        });
        Ok(Simulator {
            listener,
            address,
            shared,
        })
    }

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

    /// The requests that come, for all who hold it.
    #[must_use]
    pub fn log(&self) -> Log {
        self.shared.log.clone()
    }

    /// Answers until it is dropped; then all its connections end.
    pub async fn serve(self) {
        let permits = Arc::new(Semaphore::new(CONNECTIONS));
        let mut connections = JoinSet::new();
        loop {
            // The semaphore is never closed.
            let permit = Arc::clone(&permits).acquire_owned().await;
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let shared = Arc::clone(&self.shared);
                    connections.spawn(async move {
                        let _permit = permit;
                        // A client that breaks off is its own affair.
                        let _ = converse(stream, &shared).await;
                    });
                }
                Err(_) => sleep(AGAIN).await,
            }
            while connections.try_join_next().is_some() {}
        }
    }
}

/// Answers the requests of a connection, one after the other.
async fn converse(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::new();
    let mut patience = READ;
    loop {
        let request = match read(&mut stream, &mut buffer, patience).await? {
            Read::Request(request) => request,
            Read::Gone => return Ok(()),
            Read::Refused(refused) => {
                let answer = refusal(refused);
                wire::write(&mut stream, &answer, &unreadable()).await?;
                return finish(stream).await;
            }
        };
        shared.log.add(request.seen());
        let answer = {
            let world = shared.world.lock();
            let mut world = world.unwrap_or_else(PoisonError::into_inner);
            world.answer(&request)
        };
        match wire::write(&mut stream, &answer, &request).await? {
            After::Close => return finish(stream).await,
            After::KeepAlive => patience = IDLE,
        }
    }
}

/// Ends a connection so that the client can read all of the answer first.
async fn finish(mut stream: TcpStream) -> io::Result<()> {
    stream.shutdown().await?;
    let drained = async {
        let mut scrap = vec![0; 16 << 10];
        let mut left = 4 * LONGEST_BODY;
        while let Ok(read @ 1..) = stream.read(&mut scrap).await {
            left = left.saturating_sub(read);
            if left == 0 {
                return;
            }
        }
    };
    // A client that stays is left.
    let _ = timeout(LINGER, drained).await;
    Ok(())
}

enum Read {
    Request(Request),
    Refused(Refused),
    /// The client closed, or said nothing for too long.
    Gone,
}

/// Reads the next request; what comes behind it stays in the buffer.
async fn read(
    stream: &mut TcpStream,
    buffer: &mut Vec<u8>,
    patience: Duration,
) -> io::Result<Read> {
    if buffer.is_empty() {
        match timeout(patience, more(stream, buffer)).await {
            Ok(Ok(true)) => {}
            Ok(Err(error)) => return Err(error),
            Ok(Ok(false)) | Err(_) => return Ok(Read::Gone),
        }
    }
    let head = match timeout(READ, read_head(stream, buffer)).await {
        Ok(head) => head?,
        Err(_) => return Ok(Read::Refused(Refused::TooLate)),
    };
    let head = match head {
        Ok(Some(head)) => head,
        Ok(None) => return Ok(Read::Gone),
        Err(refused) => return Ok(Read::Refused(refused)),
    };
    let body = match timeout(READ, read_body(stream, buffer, &head)).await {
        Ok(body) => body?,
        Err(_) => return Ok(Read::Refused(Refused::TooLate)),
    };
    Ok(match body {
        Ok(Some(body)) => Read::Request(Request {
            body,
            ..head.request
        }),
        Ok(None) => Read::Gone,
        Err(refused) => Read::Refused(refused),
    })
}

/// A head, `None` when the client is gone.
async fn read_head(
    stream: &mut TcpStream,
    buffer: &mut Vec<u8>,
) -> io::Result<Result<Option<Head>, Refused>> {
    loop {
        match Head::read(buffer) {
            Ok(None) => {}
            found => return Ok(found),
        }
        if !more(stream, buffer).await? {
            return Ok(Ok(None));
        }
    }
}

/// The body behind `head`, both taken out of the buffer; `None` when the client is gone.
async fn read_body(
    stream: &mut TcpStream,
    buffer: &mut Vec<u8>,
    head: &Head,
) -> io::Result<Result<Option<Vec<u8>>, Refused>> {
    buffer.drain(..head.bytes.min(buffer.len()));
    if head.waits && buffer.is_empty() && head.length != Length::Known(0) {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
    }
    let mut chunks = Chunks::default();
    loop {
        match head.length {
            Length::Known(length) if buffer.len() >= length => {
                let rest = buffer.split_off(length);
                return Ok(Ok(Some(std::mem::replace(buffer, rest))));
            }
            Length::Known(_) => {}
            Length::Chunked => match chunks.go_on(buffer) {
                Ok(true) => {
                    buffer.drain(..chunks.used.min(buffer.len()));
                    return Ok(Ok(Some(chunks.body)));
                }
                Ok(false) => {}
                Err(refused) => return Ok(Err(refused)),
            },
        }
        if !more(stream, buffer).await? {
            return Ok(Ok(None));
        }
    }
}

/// Reads some more; whether there was any.
async fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<bool> {
    let mut block = [0; 8 << 10];
    let read = stream.read(&mut block).await?;
    buffer.extend_from_slice(block.get(..read).unwrap_or_default());
    Ok(read > 0)
}

fn refusal(refused: Refused) -> Answer {
    let text = match refused {
        Refused::Bad => "The request is no HTTP.",
        Refused::TooLate => "The request took too long.",
        Refused::TooLarge => "request entity too large",
        Refused::Expectation => "Nothing is known of what is expected.",
        Refused::HeadTooLarge => "The head of the request is too large.",
        Refused::Version => "Only HTTP/1 is spoken here.",
    };
    Answer::text_error(refused.status(), text)
}

/// Stands for a request that could not be read: its connection is closed.
fn unreadable() -> Request {
    Request {
        method: String::new(),
        target: String::new(),
        headers: Vec::new(),
        body: Vec::new(),
        old: false,
        close: true,
    }
}
