//! The body of an answer, piece by piece and within limits.

use std::io::{self, Write};

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use reqwest::header;
use tokio::time::{Instant, timeout_at};

use super::error::{Error, Phase};
use super::limits::Limits;
use crate::trust::Origin;

/// A body that is being read.
#[derive(Debug)]
pub struct Body {
    response: reqwest::Response,
    origin: Origin,
    limits: Limits,
    deadline: Option<Instant>,
    gzip: Option<MultiGzDecoder<Sink>>,
    read: u64,
    is_over: bool,
    /// Why it is not read at all.
    refusal: Option<Error>,
}

impl Body {
    /// The body of `response`. Reading fails where it says itself that it is too large or compressed
    /// otherwise than with gzip; whoever needs no more than the status never knows.
    pub(super) fn new(
        response: reqwest::Response,
        origin: Origin,
        limits: Limits,
        deadline: Option<Instant>,
    ) -> Body {
        let mut refusal = None;
        let encoding = response.headers().get(header::CONTENT_ENCODING);
        let encoding = encoding.map(|value| value.to_str().unwrap_or("unknown"));
        let gzip = match encoding.map(str::to_lowercase).as_deref() {
            None | Some("" | "identity") => None,
            Some("gzip" | "x-gzip") => Some(MultiGzDecoder::new(Sink::new(limits.body))),
            Some(_) => {
                let why = "it is compressed in a way that was not asked for".to_owned();
                let origin = origin.clone();
                refusal = Some(Error::Encoding { origin, why });
                None
            }
        };
        if response.content_length() > Some(limits.body) {
            let (origin, limit) = (origin.clone(), limits.body);
            refusal = Some(Error::TooLarge { origin, limit });
        }
        Body {
            response,
            origin,
            limits,
            deadline,
            gzip,
            read: 0,
            is_over: false,
            refusal,
        }
    }

    /// The next piece, decompressed; none at the end.
    ///
    /// # Errors
    /// When a limit is reached, or the body ends too early.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        if let Some(refusal) = self.refusal.take() {
            self.is_over = true;
            return Err(refusal);
        }
        while !self.is_over {
            let piece = self.wire_chunk().await?;
            let Some(piece) = piece else {
                self.is_over = true;
                let rest = self.finish_gzip()?;
                return Ok(rest);
            };
            self.read += piece.len() as u64;
            if self.read > self.limits.body {
                return Err(self.too_large());
            }
            let piece = self.decoded(piece)?;
            if !piece.is_empty() {
                return Ok(Some(piece));
            }
        }
        Ok(None)
    }

    /// The whole body.
    ///
    /// # Errors
    /// As [`Body::chunk`].
    pub async fn whole(mut self) -> Result<Vec<u8>, Error> {
        let mut whole = Vec::new();
        while let Some(piece) = self.chunk().await? {
            whole.extend_from_slice(&piece);
        }
        Ok(whole)
    }

    /// The beginning of the body, at most `most` bytes; what comes after is not read, and an error in
    /// it is none. For texts that are shown to people.
    pub async fn beginning(mut self, most: usize) -> Vec<u8> {
        let mut read = Vec::new();
        while read.len() < most
            && let Ok(Some(piece)) = self.chunk().await
        {
            read.extend_from_slice(&piece);
        }
        read.truncate(most);
        read
    }

    async fn wire_chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let (until, after) = self.limits.next(self.deadline);
        let timeout = || Error::Timeout {
            origin: self.origin.clone(),
            phase: Phase::Body,
            after,
        };
        // What is there already is read without a wait, however late; and whoever has much to
        // decompress holds up those who wait for other servers.
        tokio::task::yield_now().await;
        if until <= Instant::now() {
            return Err(timeout());
        }
        match timeout_at(until, self.response.chunk()).await {
            Ok(Ok(piece)) => Ok(piece),
            Ok(Err(error)) => Err(Error::of(&error, &self.origin, Phase::Body)),
            Err(_) => Err(timeout()),
        }
    }

    fn decoded(&mut self, piece: Bytes) -> Result<Bytes, Error> {
        let Some(gzip) = &mut self.gzip else {
            return Ok(piece);
        };
        let written = gzip.write_all(&piece).and_then(|()| gzip.flush());
        self.told(written)?;
        Ok(self.taken())
    }

    fn finish_gzip(&mut self) -> Result<Option<Bytes>, Error> {
        let Some(gzip) = &mut self.gzip else {
            return Ok(None);
        };
        let finished = gzip.try_finish();
        self.told(finished)?;
        let rest = self.taken();
        Ok((!rest.is_empty()).then_some(rest))
    }

    /// What was decompressed since the last time.
    fn taken(&mut self) -> Bytes {
        let sink = self.gzip.as_mut().map(MultiGzDecoder::get_mut);
        sink.map(|sink| Bytes::from(std::mem::take(&mut sink.decoded)))
            .unwrap_or_default()
    }

    /// An error of decompression as one of the request.
    fn told(&self, outcome: io::Result<()>) -> Result<(), Error> {
        match outcome {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => Err(self.too_large()),
            Err(_) => Err(Error::Encoding {
                origin: self.origin.clone(),
                why: "it says gzip and is something else, or is cut off".to_owned(),
            }),
        }
    }

    fn too_large(&self) -> Error {
        Error::TooLarge {
            origin: self.origin.clone(),
            limit: self.limits.body,
        }
    }
}

/// Takes decompressed bytes until there are too many, so that a small piece never becomes a large one.
#[derive(Debug)]
struct Sink {
    decoded: Vec<u8>,
    left: u64,
}

impl Sink {
    fn new(left: u64) -> Sink {
        Sink {
            decoded: Vec::new(),
            left,
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = self.left.checked_sub(bytes.len() as u64);
        self.left = left.ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?;
        self.decoded.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
