//! Writes an answer.

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::time::{sleep, timeout};

use super::answer::{Answer, Body, Delivery};
use super::request::Request;

/// Between two bytes of a slow body.
const SLOW: Duration = Duration::from_secs(1);

/// Between two blocks of a body without end, so that it costs little.
const PAUSE: Duration = Duration::from_millis(1);

/// Longest wait for a client to take what is written.
const WRITE: Duration = Duration::from_secs(60);

/// What the client is told of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    Close,
    KeepAlive,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    /// The head tells the length.
    Length,
    Chunked,
    /// The end of the connection is the end of the body.
    Connection,
}

/// Writes an answer to `request`; what then becomes of the connection.
pub(super) async fn write(
    stream: &mut TcpStream,
    answer: &Answer,
    request: &Request,
) -> io::Result<After> {
    let (reader, writer) = stream.split();
    let framing = match &answer.body {
        Body::Whole(_) => Framing::Length,
        Body::Pieces(_) | Body::Repeated { .. } if request.old => Framing::Connection,
        Body::Pieces(_) | Body::Repeated { .. } => Framing::Chunked,
    };
    let mut wire = Wire {
        reader,
        writer,
        framing,
        slow: answer.delivery == Delivery::Slow,
    };
    if answer.delivery == Delivery::Silent {
        gone(&mut wire.reader).await;
        return Ok(After::Close);
    }
    let after = if request.close {
        After::Close
    } else {
        After::KeepAlive
    };
    wire.put(head(answer, framing, after).as_bytes()).await?;
    if request.method == "HEAD" {
        return Ok(after);
    }
    match answer.delivery {
        Delivery::Silent | Delivery::Stall => {
            gone(&mut wire.reader).await;
            Ok(After::Close)
        }
        Delivery::Cut => {
            wire.half(&answer.body).await?;
            Ok(After::Close)
        }
        Delivery::Prompt | Delivery::Slow => {
            wire.body(&answer.body).await?;
            Ok(after)
        }
    }
}

/// Waits until the client is gone.
async fn gone(reader: &mut ReadHalf<'_>) {
    let mut scrap = [0; 1024];
    while let Ok(1..) = reader.read(&mut scrap).await {}
}

fn head(answer: &Answer, framing: Framing, after: After) -> String {
    let mut head = format!("HTTP/1.1 {} {}\r\n", answer.status, phrase(answer.status));
    for (name, value) in &answer.headers {
        // Nobody can end a header early.
        let value = value.replace(['\r', '\n'], " ");
        // Writing to a string does not fail.
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let _ = match (framing, &answer.body) {
        (Framing::Length, Body::Whole(body)) => {
            write!(head, "Content-Length: {}\r\n", body.len())
        }
        (Framing::Chunked, _) => write!(head, "Transfer-Encoding: chunked\r\n"),
        _ => Ok(()),
    };
    head.push_str(match after {
        After::Close => "Connection: close\r\n\r\n",
        After::KeepAlive => "Connection: keep-alive\r\n\r\n",
    });
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
        408 => "Request Timeout",
        413 => "Content Too Large",
        417 => "Expectation Failed",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "Unknown",
    }
}

struct Wire<'a> {
    reader: ReadHalf<'a>,
    writer: WriteHalf<'a>,
    framing: Framing,
    slow: bool,
}

impl Wire<'_> {
    async fn body(&mut self, body: &Body) -> io::Result<()> {
        match body {
            Body::Whole(bytes) => self.data(bytes).await?,
            Body::Pieces(pieces) => {
                for piece in pieces {
                    self.data(piece).await?;
                }
            }
            Body::Repeated {
                start,
                again,
                times,
                end,
            } => {
                self.data(start).await?;
                let mut left = *times;
                while left != Some(0) {
                    self.data(again).await?;
                    match &mut left {
                        Some(left) => *left -= 1,
                        None => sleep(PAUSE).await,
                    }
                }
                self.data(end).await?;
            }
        }
        if self.framing == Framing::Chunked {
            self.put(b"0\r\n\r\n").await?;
        }
        Ok(())
    }

    /// Breaks off in the middle; of a stream, in the middle of a piece.
    async fn half(&mut self, body: &Body) -> io::Result<()> {
        let pieces = match body {
            Body::Whole(bytes) => std::slice::from_ref(bytes),
            Body::Pieces(pieces) => pieces,
            Body::Repeated { start, .. } => std::slice::from_ref(start),
        };
        let mut left = pieces.iter().map(Vec::len).sum::<usize>() / 2;
        for piece in pieces {
            if let Some(part) = piece.get(..left) {
                if self.framing == Framing::Chunked {
                    self.put(format!("{:x}\r\n", piece.len()).as_bytes())
                        .await?;
                }
                return self.put(part).await;
            }
            self.data(piece).await?;
            left -= piece.len();
        }
        Ok(())
    }

    async fn data(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.slow {
            return self.piece(bytes).await;
        }
        for byte in bytes {
            self.piece(std::slice::from_ref(byte)).await?;
            // A client that is gone is noticed between two bytes.
            if timeout(SLOW, gone(&mut self.reader)).await.is_ok() {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
        }
        Ok(())
    }

    async fn piece(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.framing != Framing::Chunked {
            return self.put(bytes).await;
        }
        // A chunk of nothing would be the end.
        if bytes.is_empty() {
            return Ok(());
        }
        let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
        chunk.extend_from_slice(bytes);
        chunk.extend_from_slice(b"\r\n");
        self.put(&chunk).await
    }

    async fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        match timeout(WRITE, self.writer.write_all(bytes)).await {
            Ok(done) => done,
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}
