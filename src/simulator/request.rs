//! From bytes to a request, bounded.

use super::log::Seen;

/// Longest head of a request, in bytes.
pub(super) const LONGEST_HEAD: usize = 32 << 10;

/// Most headers of a request.
const MOST_HEADERS: usize = 100;

/// Longest body, in bytes.
pub(super) const LONGEST_BODY: usize = 1 << 20;

/// Longest body on the wire when it comes in chunks, whose sizes are counted.
const LONGEST_CHUNKED: usize = 2 * LONGEST_BODY;

/// Longest line with the size of a chunk, and longest trailer.
const LONGEST_LINE: usize = 1 << 10;

/// A whole request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Whether it is HTTP/1.0, which knows no chunks.
    pub old: bool,
    /// Whether it wants the connection closed.
    pub close: bool,
}

/// Why a request is not read to its end: the status that tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    Bad,
    TooLate,
    TooLarge,
    Expectation,
    HeadTooLarge,
    Version,
}

impl Refused {
    pub(super) fn status(self) -> u16 {
        match self {
            Refused::Bad => 400,
            Refused::TooLate => 408,
            Refused::TooLarge => 413,
            Refused::Expectation => 417,
            Refused::HeadTooLarge => 431,
            Refused::Version => 505,
        }
    }
}

/// How long the body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Known(usize),
    Chunked,
}

/// The head of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// The request, its body still empty.
    pub request: Request,
    pub length: Length,
    /// Whether it waits for `100 Continue` before it sends its body.
    pub waits: bool,
    /// Its own length in bytes.
    pub bytes: usize,
}

impl Request {
    /// The first header of this name, in any case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self
            .headers
            .iter()
            .filter(move |(found, _)| found.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.trim())
    }

    /// As the log keeps it.
    pub(super) fn seen(&self) -> Seen {
        Seen {
            method: self.method.clone(),
            path: self.target.clone(),
            headers: self.headers.clone(),
            body: String::from_utf8_lossy(&self.body).into_owned(),
        }
    }
}

impl Head {
    /// Reads a head from the beginning of `bytes`; `None` while it is incomplete.
    pub(super) fn read(bytes: &[u8]) -> Result<Option<Head>, Refused> {
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut parsed = httparse::Request::new(&mut headers);
        let status = parsed.parse(bytes).map_err(|error| match error {
            httparse::Error::TooManyHeaders => Refused::HeadTooLarge,
            httparse::Error::Version => Refused::Version,
            _ => Refused::Bad,
        })?;
        let httparse::Status::Complete(length) = status else {
            let full = bytes.len() >= LONGEST_HEAD;
            return if full {
                Err(Refused::HeadTooLarge)
            } else {
                Ok(None)
            };
        };
        if length > LONGEST_HEAD {
            return Err(Refused::HeadTooLarge);
        }
        let headers = parsed.headers.iter().map(|header| {
            let value = String::from_utf8_lossy(header.value);
            (header.name.to_owned(), value.into_owned())
        });
        let mut request = Request {
            method: parsed.method.unwrap_or_default().to_owned(),
            target: parsed.path.unwrap_or_default().to_owned(),
            headers: headers.collect(),
            body: Vec::new(),
            old: parsed.version == Some(0),
            close: false,
        };
        let close = {
            let mut options = request.all("connection").flat_map(|value| value.split(','));
            options.any(|option| option.trim().eq_ignore_ascii_case("close"))
        };
        request.close = close || request.old;
        if !request.old && request.all("host").count() != 1 {
            return Err(Refused::Bad);
        }
        Ok(Some(Head {
            length: body_length(&request)?,
            waits: expectation(&request)?,
            request,
            bytes: length,
        }))
    }
}

fn body_length(request: &Request) -> Result<Length, Refused> {
    let lengths: Vec<&str> = request.all("content-length").collect();
    let encodings: Vec<&str> = request.all("transfer-encoding").collect();
    match (lengths.as_slice(), encodings.as_slice()) {
        ([], []) => Ok(Length::Known(0)),
        ([length], []) => {
            if length.is_empty() || !length.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(Refused::Bad);
            }
            let length = length.parse().unwrap_or(usize::MAX);
            if length > LONGEST_BODY {
                return Err(Refused::TooLarge);
            }
            Ok(Length::Known(length))
        }
        ([], [encoding]) if encoding.eq_ignore_ascii_case("chunked") && !request.old => {
            Ok(Length::Chunked)
        }
        // Two lengths, or a length and an encoding, are how requests are smuggled.
        _ => Err(Refused::Bad),
    }
}

fn expectation(request: &Request) -> Result<bool, Refused> {
    match request.header("expect") {
        None => Ok(false),
        Some(_) if request.old => Ok(false),
        Some(value) if value.trim().eq_ignore_ascii_case("100-continue") => Ok(true),
        Some(_) => Err(Refused::Expectation),
    }
}

/// A body that comes in chunks, taken apart as it comes.
#[derive(Debug, Default)]
pub(super) struct Chunks {
    /// What is inside.
    pub body: Vec<u8>,
    /// How many bytes of the wire are used up.
    pub used: usize,
    last: bool,
}

impl Chunks {
    /// Goes on in `bytes`, which begins where the body does; whether it is complete.
    pub(super) fn go_on(&mut self, bytes: &[u8]) -> Result<bool, Refused> {
        loop {
            if self.used > LONGEST_CHUNKED {
                return Err(Refused::TooLarge);
            }
            let rest = bytes.get(self.used..).unwrap_or_default();
            if self.last {
                return self.trailer(rest);
            }
            let (line, size) = match httparse::parse_chunk_size(rest) {
                Ok(httparse::Status::Complete(found)) => found,
                Ok(httparse::Status::Partial) if rest.len() <= LONGEST_LINE => return Ok(false),
                _ => return Err(Refused::Bad),
            };
            let size = usize::try_from(size).unwrap_or(usize::MAX);
            if size > LONGEST_BODY - self.body.len() {
                return Err(Refused::TooLarge);
            }
            if size == 0 {
                self.used += line;
                self.last = true;
                continue;
            }
            let Some(data) = rest.get(line..line + size) else {
                return Ok(false);
            };
            match rest.get(line + size..line + size + 2) {
                None => return Ok(false),
                Some(b"\r\n") => {}
                Some(_) => return Err(Refused::Bad),
            }
            self.body.extend_from_slice(data);
            self.used += line + size + 2;
        }
    }

    /// Lines behind the last chunk, up to an empty one.
    fn trailer(&mut self, rest: &[u8]) -> Result<bool, Refused> {
        let ends = |window: &[u8]| window == b"\r\n\r\n";
        let length = if rest.starts_with(b"\r\n") {
            Some(2)
        } else {
            rest.windows(4).position(ends).map(|at| at + 4)
        };
        match length {
            Some(length) if length <= LONGEST_LINE => {
                self.used += length;
                Ok(true)
            }
            None if rest.len() <= LONGEST_LINE => Ok(false),
            _ => Err(Refused::Bad),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(headers: &str) -> Result<Length, Refused> {
        let text = format!("POST / HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
        Head::read(text.as_bytes()).map(|head| head.unwrap().length)
    }

    #[test]
    fn a_head_is_read_however_it_is_cut() {
        let text = b"GET /v1/models HTTP/1.1\r\nHost: x\r\nConnection: a, Close\r\n\r\nrest";
        let end = text.len() - 4;
        for cut in 0..end {
            assert_eq!(Head::read(&text[..cut]), Ok(None), "{cut}");
        }
        let head = Head::read(text).unwrap().unwrap();
        assert_eq!(head.bytes, end);
        assert!(head.request.close && !head.request.old);
    }

    #[test]
    fn lengths_that_disagree_are_refused() {
        assert_eq!(length(""), Ok(Length::Known(0)));
        assert_eq!(length("Content-Length: 5\r\n"), Ok(Length::Known(5)));
        let most = format!("content-length: {LONGEST_BODY}\r\n");
        assert_eq!(length(&most), Ok(Length::Known(LONGEST_BODY)));
        let more = format!("content-length: {}\r\n", LONGEST_BODY + 1);
        assert_eq!(length(&more), Err(Refused::TooLarge));
        for bad in ["+5", "", "-1", "5, 5", "0x5"] {
            let header = format!("Content-Length: {bad}\r\n");
            assert_eq!(length(&header), Err(Refused::Bad), "{bad}");
        }
        let huge = "Content-Length: 99999999999999999999999\r\n";
        assert_eq!(length(huge), Err(Refused::TooLarge));
        let both = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n";
        assert_eq!(length(both), Err(Refused::Bad));
        assert_eq!(
            length("Transfer-Encoding: gzip\r\n"),
            Err(Refused::Bad),
            "only chunks"
        );
    }

    #[test]
    fn chunks_are_joined_however_they_are_cut() {
        let wire = b"5;x=y\r\nhello\r\n1\r\n \r\n3\r\nyou\r\n0\r\nA: b\r\n\r\nGET";
        for cut in 0..wire.len() {
            let mut chunks = Chunks::default();
            let early = chunks.go_on(&wire[..cut]).unwrap();
            assert_eq!(early, cut >= wire.len() - 3, "{cut}");
            assert!(early || chunks.go_on(wire).unwrap());
            assert_eq!(chunks.body, b"hello you");
            assert_eq!(chunks.used, wire.len() - 3);
        }
        for bad in ["x\r\n", "5\r\nhelloworld", "1\r\naXY"] {
            let mut chunks = Chunks::default();
            assert_eq!(chunks.go_on(bad.as_bytes()), Err(Refused::Bad), "{bad}");
        }
        let mut chunks = Chunks::default();
        assert_eq!(chunks.go_on(b"fffffffff\r\n"), Err(Refused::TooLarge));
        let mut chunks = Chunks::default();
        let blanks = "1\r\n \r\n".repeat(LONGEST_BODY / 2);
        assert_eq!(chunks.go_on(blanks.as_bytes()), Err(Refused::TooLarge));
    }
}
