//! An answer as bytes on a socket.

use std::io::{self, Write};
use std::net::TcpStream;

use super::Pieces;
use super::profile::Profile;

pub(super) struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Body,
}

pub(super) enum Body {
    Whole(String),
    /// The messages of a stream, each with the blank line behind it.
    Stream {
        messages: Vec<String>,
        /// Whether it breaks off without the mark of its end.
        is_cut: bool,
    },
}

impl Answer {
    fn whole(status: u16, kind: &str, body: String) -> Answer {
        Answer {
            status,
            headers: vec![("Content-Type", kind.to_owned())],
            body: Body::Whole(body),
        }
    }

    pub(super) fn json(status: u16, body: String) -> Answer {
        Answer::whole(status, "application/json", body)
    }

    pub(super) fn plain(status: u16, body: String) -> Answer {
        Answer::whole(status, "text/plain; charset=utf-8", body)
    }

    pub(super) fn stream(messages: Vec<String>, is_cut: bool) -> Answer {
        Answer {
            status: 200,
            headers: vec![("Content-Type", "text/event-stream".to_owned())],
            body: Body::Stream { messages, is_cut },
        }
    }
}

/// Sends an answer. A client that hangs up early is no failure.
pub(super) fn send(stream: &mut TcpStream, profile: &Profile, pieces: Pieces, answer: &Answer) {
    // Small pieces are to leave as they are.
    let _ = stream.set_nodelay(true);
    let _ = try_to_send(stream, profile, pieces, answer);
}

fn try_to_send(
    stream: &mut TcpStream,
    profile: &Profile,
    pieces: Pieces,
    answer: &Answer,
) -> io::Result<()> {
    let version = if profile.until_close { "1.0" } else { "1.1" };
    let mut head = format!(
        "HTTP/{version} {} {}\r\n",
        answer.status,
        reason(answer.status)
    );
    if let Some(server) = profile.server {
        head.push_str(&format!("Server: {server}\r\n"));
    }
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    match &answer.body {
        Body::Whole(body) => {
            if !profile.until_close {
                head.push_str(&format!("Content-Length: {}\r\n", body.len()));
            }
            stream.write_all(format!("{head}Connection: close\r\n\r\n{body}").as_bytes())
        }
        Body::Stream { messages, is_cut } => {
            if !profile.until_close {
                head.push_str("Transfer-Encoding: chunked\r\n");
            }
            stream.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes())?;
            let whole = messages.concat();
            let parts: Vec<&[u8]> = match pieces {
                Pieces::Messages => messages.iter().map(String::as_bytes).collect(),
                Pieces::Bytes(length) => whole.as_bytes().chunks(length).collect(),
            };
            for part in parts.into_iter().filter(|part| !part.is_empty()) {
                send_part(stream, profile.until_close, part)?;
            }
            if !profile.until_close && !is_cut {
                stream.write_all(b"0\r\n\r\n")?;
            }
            Ok(())
        }
    }
}

fn send_part(stream: &mut TcpStream, is_bare: bool, part: &[u8]) -> io::Result<()> {
    if is_bare {
        stream.write_all(part)?;
    } else {
        let size = format!("{:x}\r\n", part.len());
        stream.write_all(&[size.as_bytes(), part, b"\r\n"].concat())?;
    }
    stream.flush()
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        422 => "Unprocessable Entity",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}
