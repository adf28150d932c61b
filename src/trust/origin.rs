//! An origin: scheme, host and port, compared as OpenClaw compares them.

use std::fmt;
use std::net::IpAddr;

use url::Url;

/// A host, after all spellings of it have become one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Host {
    /// A DNS name in lower case and punycode, without the dots at its end.
    Name(String),
    /// An address.
    Address(IpAddr),
}

impl Host {
    /// The host of a URL; none when there is no host, or nothing but dots.
    #[must_use]
    pub fn of(url: &Url) -> Option<Host> {
        match url.host()? {
            url::Host::Ipv4(ip) => Some(Host::Address(ip.into())),
            url::Host::Ipv6(ip) => Some(Host::Address(ip.into())),
            url::Host::Domain(name) => {
                let name = name.trim_end_matches('.').to_lowercase();
                match url::Host::parse(&name) {
                    Ok(url::Host::Ipv4(ip)) => Some(Host::Address(ip.into())),
                    _ => (!name.is_empty()).then_some(Host::Name(name)),
                }
            }
        }
    }

    /// The name, unless it is an address.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Host::Name(name) => Some(name),
            Host::Address(_) => None,
        }
    }

    /// The address, unless it is a name.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        match self {
            Host::Name(_) => None,
            Host::Address(ip) => Some(*ip),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::Name(name) => f.write_str(name),
            Host::Address(IpAddr::V4(ip)) => write!(f, "{ip}"),
            Host::Address(IpAddr::V6(ip)) => url::Host::<&str>::Ipv6(*ip).fmt(f),
        }
    }
}

/// The two schemes that have an origin here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// `http`
    Http,
    /// `https`
    Https,
}

impl Scheme {
    /// The scheme of a URL, if it is one of the two.
    #[must_use]
    pub fn of(url: &Url) -> Option<Scheme> {
        match url.scheme() {
            "http" => Some(Scheme::Http),
            "https" => Some(Scheme::Https),
            _ => None,
        }
    }

    /// As it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }

    /// The port that need not be written.
    #[must_use]
    pub fn default_port(self) -> u16 {
        match self {
            Scheme::Http => 80,
            Scheme::Https => 443,
        }
    }
}

/// Scheme, host and port. User info, path, query and fragment play no part.
///
/// ```
/// use clawconf::trust::Origin;
///
/// let origin = Origin::parse("HTTP://0x7f.1:01234/v1")?;
/// assert_eq!(origin.to_string(), "http://127.0.0.1:1234");
/// assert_eq!(Origin::parse("https://gpu.lan./"), Origin::parse("https://GPU.lan:443"));
/// assert!(Origin::parse("gpu.lan:1234/v1").is_err());
/// # Ok::<(), clawconf::trust::NoOrigin>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// `http` or `https`.
    pub scheme: Scheme,
    /// The host.
    pub host: Host,
    /// The port, also when it is the scheme's own.
    pub port: u16,
}

/// Why a text has no origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoOrigin {
    /// It cannot be read as a URL.
    #[error("this is not a URL with scheme, host and port")]
    NotAUrl,
    /// It has another scheme.
    #[error("only http:// and https:// addresses have an origin here")]
    NotHttp,
}

impl Origin {
    /// Reads the origin of a URL.
    ///
    /// # Errors
    ///
    /// When the text is no URL, or its scheme is neither `http` nor `https`.
    pub fn parse(text: &str) -> Result<Origin, NoOrigin> {
        let url = Url::parse(text).map_err(|_| NoOrigin::NotAUrl)?;
        Origin::of(&url)
    }

    /// The origin of a URL.
    ///
    /// # Errors
    ///
    /// When its scheme is neither `http` nor `https`, or its host is nothing but dots.
    pub fn of(url: &Url) -> Result<Origin, NoOrigin> {
        let scheme = Scheme::of(url).ok_or(NoOrigin::NotHttp)?;
        let host = Host::of(url).ok_or(NoOrigin::NotAUrl)?;
        let port = url.port().unwrap_or(scheme.default_port());
        Ok(Origin { scheme, host, port })
    }

    /// The same origin on another host.
    #[must_use]
    pub fn on(&self, host: Host) -> Origin {
        Origin {
            host,
            ..self.clone()
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.name(), self.host)?;
        if self.port == self.scheme.default_port() {
            Ok(())
        } else {
            write!(f, ":{}", self.port)
        }
    }
}
