//! A client of a dozen lines, so that backends can be looked at without the one under test.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use super::Setting;

/// What came.
pub(crate) struct Heard {
    pub status: u16,
    /// The lines before the body, in lower case.
    pub head: String,
    pub body: Vec<u8>,
}

impl Heard {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// The body as JSON; null when it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// Asks for what stands behind the origin of `base`, `/v1/models` for example.
pub(crate) fn get(base: &str, path: &str, headers: &[(&str, &str)]) -> Heard {
    ask(base, "GET", path, headers, "")
}

/// A request for an answer to "hi".
pub(crate) fn question(more: Value) -> Value {
    let mut body = json!({
        "model": Setting::default().model,
        "messages": [{"role": "user", "content": "hi"}],
    });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

/// Sends a chat request.
pub(crate) fn chat(base: &str, body: &Value) -> Heard {
    ask(base, "POST", "/v1/chat/completions", &[], &body.to_string())
}

pub(crate) fn ask(
    base: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Heard {
    let authority = base
        .trim_start_matches("http://")
        .split('/')
        .next()
        .unwrap();
    let mut stream = TcpStream::connect(authority).unwrap();
    let length = body.len();
    let mut head = format!("{method} {path} HTTP/1.1\r\nContent-Length: {length}\r\n");
    if !headers.iter().any(|(name, _)| *name == "Host") {
        head.push_str(&format!("Host: {authority}\r\n"));
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let request = format!("{head}Connection: close\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let body = bytes.split_off(end + 4);
    let head = String::from_utf8(bytes).unwrap().to_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let body = if head.contains("transfer-encoding: chunked") {
        unchunked(&body)
    } else {
        body
    };
    Heard { status, head, body }
}

/// A body without its sizes; what is missing at the end is passed over.
fn unchunked(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = body.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&body[..end]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            break;
        }
        whole.extend_from_slice(&body[end + 2..][..size]);
        body = &body[end + 2 + size + 2..];
    }
    whole
}

/// The chunks of a stream.
pub(crate) fn chunks(heard: &Heard) -> Vec<Value> {
    let text = heard.text();
    let lines = text.lines().filter_map(|line| line.strip_prefix("data: "));
    let chunks = lines.filter_map(|line| serde_json::from_str(line).ok());
    chunks.collect()
}
