//! HTTP/1.1 as the simulator speaks it: requests in, within bounds, and answers out, faults included.

use std::io::{self, Write};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::Fault;
use super::routes::{Answer, Body};

/// Largest head of a request, in bytes.
const LARGEST_HEAD: usize = 64 * 1024;

/// Largest body of a request, in bytes.
const LARGEST_BODY: usize = 1024 * 1024;

/// Most header lines of a request.
const MOST_HEADERS: usize = 64;

/// Longest wait for a request on a connection.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// A request that came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// `GET`, `POST`.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// All headers, names as they came.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// The value of a header, whatever the case of its name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The token in `Authorization: Bearer …`.
    #[must_use]
    pub fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    fn keeps_connection(&self) -> bool {
        !self
            .header("connection")
            .is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

/// What reading a request came to.
enum Read {
    Request(Box<Request>),
    /// Something that is not one, answered with this status.
    Bad(u16),
    /// Nobody is there any more.
    Closed,
}

/// A connection of a client.
pub(super) struct Connection {
    stream: TcpStream,
    /// What was read beyond the last request.
    buffer: Vec<u8>,
}

impl Connection {
    pub(super) fn new(stream: TcpStream) -> Connection {
        Connection {
            stream,
            buffer: Vec::new(),
        }
    }

    /// Answers requests until one of the two sides has enough.
    pub(super) async fn serve(mut self, faults: &[Fault], answer: impl Fn(&Request) -> Answer) {
        loop {
            let request = match timeout(LONGEST_WAIT, self.read()).await {
                Ok(Ok(Read::Request(request))) => request,
                Ok(Ok(Read::Bad(status))) => {
                    let bad = Answer::text(status, "text/plain", "this request cannot be read");
                    let _ = self.write(&bad, false).await;
                    return;
                }
                Ok(Ok(Read::Closed)) | Ok(Err(_)) | Err(_) => return,
            };
            let answer = answer(&request);
            let keeps = request.keeps_connection();
            let written = match faults.iter().find(|fault| concerns_bytes(**fault)) {
                Some(fault) => self.misbehave(*fault, &answer).await.map(|()| false),
                None => self.write(&answer, keeps).await.map(|()| keeps),
            };
            if !matches!(written, Ok(true)) {
                return;
            }
        }
    }

    async fn read(&mut self) -> io::Result<Read> {
        let (mut request, length, head) = loop {
            if let Some(parsed) = parse(&self.buffer) {
                match parsed {
                    Ok(parts) => break parts,
                    Err(status) => return Ok(Read::Bad(status)),
                }
            }
            if self.buffer.len() > LARGEST_HEAD {
                return Ok(Read::Bad(431));
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Ok(Read::Closed);
            }
        };
        if length > LARGEST_BODY {
            return Ok(Read::Bad(413));
        }
        if request.header("expect").is_some() {
            self.stream
                .write_all(b"HTTP/1.1 100 Continue\r\n\r\n")
                .await?;
        }
        while self.buffer.len() < head + length {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Ok(Read::Closed);
            }
        }
        let rest = self.buffer.split_off(head + length);
        request.body = self.buffer.split_off(head);
        self.buffer = rest;
        Ok(Read::Request(Box::new(request)))
    }

    async fn write(&mut self, answer: &Answer, keeps: bool) -> io::Result<()> {
        match &answer.body {
            Body::Whole(body) => {
                let head = head(
                    answer,
                    &format!("Content-Length: {}\r\n", body.len()),
                    keeps,
                );
                self.stream.write_all(head.as_bytes()).await?;
                self.stream.write_all(body.as_bytes()).await?;
            }
            Body::Events(events) => {
                let head = head(answer, "Transfer-Encoding: chunked\r\n", keeps);
                self.stream.write_all(head.as_bytes()).await?;
                for event in events {
                    self.stream.write_all(chunk(event).as_bytes()).await?;
                }
                self.stream.write_all(b"0\r\n\r\n").await?;
            }
        }
        self.stream.flush().await
    }

    /// Answers as a fault wants it, until the client goes away where it has no end.
    async fn misbehave(&mut self, fault: Fault, answer: &Answer) -> io::Result<()> {
        let body = match &answer.body {
            Body::Whole(body) => body.clone(),
            Body::Events(events) => events.concat(),
        };
        let length = format!("Content-Length: {}\r\n", body.len());
        match fault {
            Fault::Silent => self.wait_for_close().await,
            Fault::Stall => {
                self.stream
                    .write_all(head(answer, &length, false).as_bytes())
                    .await?;
                self.wait_for_close().await
            }
            Fault::Cut => {
                self.stream
                    .write_all(head(answer, &length, false).as_bytes())
                    .await?;
                let half = body.as_bytes().split_at(body.len() / 2).0;
                self.stream.write_all(half).await?;
                self.stream.shutdown().await
            }
            Fault::Slow => {
                self.stream
                    .write_all(head(answer, &length, false).as_bytes())
                    .await?;
                for byte in body.into_bytes() {
                    self.stream.write_all(&[byte]).await?;
                    self.stream.flush().await?;
                    sleep(Duration::from_secs(1)).await;
                }
                Ok(())
            }
            Fault::Huge => {
                let head = head(answer, "Transfer-Encoding: chunked\r\n", false);
                self.stream.write_all(head.as_bytes()).await?;
                let piece = chunk(&" ".repeat(64 * 1024));
                loop {
                    self.stream.write_all(piece.as_bytes()).await?;
                }
            }
            Fault::HugeHeaders => {
                self.stream.write_all(b"HTTP/1.1 200 OK\r\n").await?;
                let line = format!("X-Filler: {}\r\n", "x".repeat(8 * 1024));
                loop {
                    self.stream.write_all(line.as_bytes()).await?;
                }
            }
            _ => {
                let bomb = bomb()?;
                let fields = format!(
                    "Content-Encoding: gzip\r\nContent-Length: {}\r\n",
                    bomb.len()
                );
                self.stream
                    .write_all(head(answer, &fields, false).as_bytes())
                    .await?;
                self.stream.write_all(&bomb).await
            }
        }
    }

    async fn wait_for_close(&mut self) -> io::Result<()> {
        let mut rest = [0; 1024];
        while self.stream.read(&mut rest).await? > 0 {}
        Ok(())
    }
}

/// Whether a fault is one of bytes, whatever is answered.
fn concerns_bytes(fault: Fault) -> bool {
    matches!(
        fault,
        Fault::Slow
            | Fault::Stall
            | Fault::Silent
            | Fault::Cut
            | Fault::Huge
            | Fault::HugeHeaders
            | Fault::GzipBomb
    )
}

/// The head of a request, the length of its body and where the body begins; none while more must come.
type Parsed = Result<(Request, usize, usize), u16>;

fn parse(bytes: &[u8]) -> Option<Parsed> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let head = match parsed.parse(bytes) {
        Ok(httparse::Status::Complete(head)) => head,
        Ok(httparse::Status::Partial) => return None,
        Err(httparse::Error::TooManyHeaders) => return Some(Err(431)),
        Err(_) => return Some(Err(400)),
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let request = Request {
        method: parsed.method.unwrap_or_default().to_owned(),
        path: parsed.path.unwrap_or_default().to_owned(),
        headers: parsed
            .headers
            .iter()
            .map(|header| (header.name.to_owned(), text(header.value)))
            .collect(),
        body: Vec::new(),
    };
    if request.header("transfer-encoding").is_some() {
        return Some(Err(411));
    }
    let length = request
        .header("content-length")
        .map(str::trim)
        .map(str::parse);
    match length {
        None => Some(Ok((request, 0, head))),
        Some(Ok(length)) => Some(Ok((request, length, head))),
        Some(Err(_)) => Some(Err(400)),
    }
}

fn head(answer: &Answer, fields: &str, keeps: bool) -> String {
    let status = answer.status;
    let connection = if keeps { "keep-alive" } else { "close" };
    let mut head = format!(
        "HTTP/1.1 {status} {}\r\n{fields}Connection: {connection}\r\n",
        phrase(status)
    );
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head
}

fn phrase(status: u16) -> &'static str {
    match status {
        200 => "OK",
        302 => "Found",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        411 => "Length Required",
        413 => "Content Too Large",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

/// A hundred megabytes of blanks, compressed.
fn bomb() -> io::Result<Vec<u8>> {
    const PIECE: [u8; 64 * 1024] = [b' '; 64 * 1024];
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..1600 {
        encoder.write_all(&PIECE)?;
    }
    encoder.finish()
}
