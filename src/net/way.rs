//! Where a request goes: a URL, and the addresses that were judged for its host.

use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Url;

use super::error::Error;

/// A URL and the addresses that its host stands for.
pub(super) struct Way {
    pub url: Url,
    pub addresses: Vec<IpAddr>,
}

impl Way {
    /// IPv4 first, as OpenClaw dials.
    pub(super) fn to(url: &Url, addresses: &[IpAddr]) -> Way {
        let mut addresses = addresses.to_vec();
        addresses.sort_by_key(IpAddr::is_ipv6);
        Way {
            url: url.clone(),
            addresses,
        }
    }

    /// The same way to a server that shows a certificate for another name: TLS takes the name from
    /// the URL, and the addresses stay.
    pub(super) fn called(mut self, name: &str) -> Result<Way, Error> {
        let unusable = || Error::Settings("`request.tls.serverName` is not a host name".to_owned());
        self.url.set_host(Some(name)).map_err(|_| unusable())?;
        let is_name = matches!(self.url.host(), Some(url::Host::Domain(_)));
        if is_name { Ok(self) } else { Err(unusable()) }
    }

    pub(super) fn host(&self) -> String {
        self.url.host_str().unwrap_or_default().to_owned()
    }

    /// With port 0, which stands for the port of the URL.
    pub(super) fn sockets(&self) -> Vec<SocketAddr> {
        let addresses = self.addresses.iter();
        addresses.map(|ip| SocketAddr::new(*ip, 0)).collect()
    }
}

/// Resolves nothing: every name that is dialled was pinned before.
pub(super) struct Nobody;

impl Resolve for Nobody {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(async {
            let refused: Result<Addrs, _> = Err("this name was not judged".into());
            refused
        })
    }
}
