//! Why a request failed, in kinds that a person can act on.

use std::fmt;
use std::io;
use std::time::Duration;

use crate::trust::{Origin, Reason, Verdict};

/// Where a request stood when its time was up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The name was being looked up.
    Lookup,
    /// The connection was being made.
    Connect,
    /// The head of the answer was awaited.
    Answer,
    /// The body was being read.
    Body,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Phase::Lookup => "looking the name up",
            Phase::Connect => "connecting",
            Phase::Answer => "waiting for the answer",
            Phase::Body => "reading the answer",
        })
    }
}

/// Why a request failed. No text in it holds a credential: only origins are named, and what a server
/// sent is not repeated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The policy refuses it. Never worth another try.
    #[error("{}", refusal(.0))]
    Blocked(Box<Verdict>),
    /// Nobody told the addresses of the name.
    #[error("the addresses of `{host}` could not be looked up: {why}")]
    Dns {
        /// The name.
        host: String,
        /// Why.
        why: String,
    },
    /// Nothing listens there.
    #[error("nothing listens at `{0}`: the connection was refused")]
    Refused(Origin),
    /// There is no way there.
    #[error("`{origin}` cannot be reached: {why}")]
    Unreachable {
        /// Where.
        origin: Origin,
        /// What the system says.
        why: String,
    },
    /// The proxy makes no connection.
    #[error("the proxy `{proxy}` makes no connection to `{origin}`: {why}")]
    Proxy {
        /// Where it should lead.
        origin: Origin,
        /// The proxy.
        proxy: Origin,
        /// Why.
        why: &'static str,
    },
    /// The connection could not be made secure.
    #[error("no secure connection to `{origin}`: {why}")]
    Tls {
        /// Where.
        origin: Origin,
        /// What is wrong.
        why: String,
    },
    /// The time was up.
    #[error("no answer from `{origin}` within {}, while {phase}", seconds(*.after))]
    Timeout {
        /// Where.
        origin: Origin,
        /// What was being done.
        phase: Phase,
        /// The limit that was reached.
        after: Duration,
    },
    /// The server ended the answer too early.
    #[error("`{0}` closed the connection before the answer was whole")]
    Cut(Origin),
    /// What came is no HTTP.
    #[error("what `{0}` answers is not HTTP")]
    NotHttp(Origin),
    /// More came than is read.
    #[error("the answer of `{origin}` is larger than {} MiB, and was not read further", .limit / (1024 * 1024))]
    TooLarge {
        /// Where.
        origin: Origin,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The header of the answer is larger than what is read.
    #[error("the header of the answer of `{0}` is too large")]
    HeaderTooLarge(Origin),
    /// The body is compressed in a way nobody asked for, or not as it says.
    #[error("the answer of `{origin}` cannot be decompressed: {why}")]
    Encoding {
        /// Where.
        origin: Origin,
        /// Why.
        why: String,
    },
    /// The connection leads elsewhere than was judged.
    #[error("the connection to `{0}` leads to an address that was not judged")]
    WrongPeer(Origin),
    /// The settings of the provider cannot be used.
    #[error("{0}")]
    Settings(String),
}

impl Error {
    /// The word used in machine output.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Error::Blocked(verdict) if verdict.reason == Reason::Unresolved => "dns",
            Error::Blocked(_) | Error::WrongPeer(_) => "blocked",
            Error::Dns { .. } => "dns",
            Error::Refused(_) => "refused",
            Error::Unreachable { .. } | Error::Proxy { .. } => "unreachable",
            Error::Tls { .. } => "tls",
            Error::Timeout { .. } => "timeout",
            Error::Cut(_) => "cut",
            Error::NotHttp(_) | Error::Encoding { .. } => "not_http",
            Error::TooLarge { .. } | Error::HeaderTooLarge(_) => "too_large",
            Error::Settings(_) => "settings",
        }
    }

    /// The failure of a proxy to make a connection to `origin`, if it is one.
    pub(super) fn of_proxy(
        error: &reqwest::Error,
        origin: &Origin,
        proxy: Origin,
    ) -> Option<Error> {
        let causes =
            || std::iter::successors(Some(error as &dyn std::error::Error), |e| e.source());
        if !error.is_connect() || causes().any(|cause| tls_cause(cause).is_some()) {
            return None;
        }
        let io = causes().find_map(|cause| cause.downcast_ref::<io::Error>());
        let says = |words: &str| causes().any(|cause| cause.to_string().contains(words));
        let why = match io.map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => "nothing listens there",
            _ if error.is_timeout() => "no answer in time",
            _ if says("proxy authorization required") => {
                "it wants a user name and a password, or others (HTTP 407)"
            }
            _ if says("tunnel error") => "it answers that it does not",
            _ => "the connection failed",
        };
        let origin = origin.clone();
        Some(Error::Proxy { origin, proxy, why })
    }

    /// The failure to get an answer out of `origin`, from what the HTTP library says.
    pub(super) fn of(error: &reqwest::Error, origin: &Origin, phase: Phase) -> Error {
        let origin = origin.clone();
        let causes =
            || std::iter::successors(Some(error as &dyn std::error::Error), |e| e.source());
        if let Some(why) = causes().find_map(tls_cause) {
            return Error::Tls { origin, why };
        }
        let io = causes().find_map(|cause| cause.downcast_ref::<io::Error>());
        match io.map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => return Error::Refused(origin),
            Some(
                io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
                | io::ErrorKind::UnexpectedEof,
            ) => return Error::Cut(origin),
            _ => {}
        }
        if error.is_connect() {
            let why = io.map_or_else(|| "the connection failed".to_owned(), in_words);
            return Error::Unreachable { origin, why };
        }
        let texts: Vec<String> = causes().map(ToString::to_string).collect();
        let says = |words: &str| texts.iter().any(|text| text.contains(words));
        if says("message head is too large") {
            Error::HeaderTooLarge(origin)
        } else if phase == Phase::Answer && says("invalid HTTP") {
            Error::NotHttp(origin)
        } else {
            Error::Cut(origin)
        }
    }
}

/// What is wrong with a secure connection, if that is the cause. A system error hides its cause
/// from those who walk along the sources, and may hold another one.
fn tls_cause(cause: &(dyn std::error::Error + 'static)) -> Option<String> {
    if let Some(error) = cause.downcast_ref::<rustls::Error>() {
        return Some(told(error));
    }
    let io = cause.downcast_ref::<io::Error>()?;
    tls_cause(io.get_ref()?)
}

/// A TLS error in words that say what to look at.
fn told(error: &rustls::Error) -> String {
    use rustls::CertificateError as C;
    match error {
        rustls::Error::InvalidCertificate(C::UnknownIssuer) => {
            "its certificate is not signed by an authority that is trusted here".to_owned()
        }
        rustls::Error::InvalidCertificate(
            C::NotValidForName | C::NotValidForNameContext { .. },
        ) => "its certificate is for another name".to_owned(),
        rustls::Error::InvalidCertificate(C::Expired | C::ExpiredContext { .. }) => {
            "its certificate has expired".to_owned()
        }
        rustls::Error::InvalidCertificate(C::NotValidYet | C::NotValidYetContext { .. }) => {
            "its certificate is not valid yet; check the clocks".to_owned()
        }
        rustls::Error::InvalidCertificate(_) => "its certificate is not valid".to_owned(),
        rustls::Error::InvalidMessage(_) => {
            "it does not speak TLS; is the address `http://` after all?".to_owned()
        }
        rustls::Error::AlertReceived(alert) => format!("it ended the handshake ({alert:?})"),
        rustls::Error::NoCertificatesPresented => "it has no certificate".to_owned(),
        _ => "the handshake failed".to_owned(),
    }
}

/// A system error without its number.
fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::HostUnreachable => "no route to the host".to_owned(),
        io::ErrorKind::NetworkUnreachable => "no route to the network".to_owned(),
        io::ErrorKind::TimedOut => "the system gave up waiting".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error")
                .next()
                .unwrap_or(&text)
                .to_lowercase()
        }
    }
}

/// What the policy says, and of what.
fn refusal(verdict: &Verdict) -> String {
    let is_about_the_chain = matches!(
        verdict.reason,
        Reason::TooManyRedirects | Reason::RedirectLoop | Reason::NotAUrl | Reason::NotHttp
    );
    match &verdict.request_origin {
        Some(origin) if verdict.hop > 1 && verdict.reason == Reason::Unresolved => {
            format!("the server redirects to `{origin}`: {}", verdict.message)
        }
        Some(origin) if verdict.hop > 1 && !is_about_the_chain => {
            format!(
                "the server redirects to `{origin}`, which is refused: {}",
                verdict.message
            )
        }
        _ => verdict.message.clone(),
    }
}

/// `5 s`, `0.2 s`.
fn seconds(time: Duration) -> String {
    format!("{} s", (time.as_secs_f64() * 1000.0).round() / 1000.0)
}
