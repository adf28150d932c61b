//! The proxies that the environment names, and for which targets they are used.
//!
//! As the HTTP library of OpenClaw reads them (origin-trust facts, section 9): `HTTP_PROXY` and
//! `HTTPS_PROXY` by the scheme of the target, the lower-case names first; `ALL_PROXY` does not route
//! anything; `NO_PROXY` holds names, suffixes, ports, networks and `10.*.*.*`.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use url::Url;

use crate::trust::{Host, Origin, Scheme};

/// The proxies of the environment. Their URLs may hold a password, so they are never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EnvironmentProxies {
    http: Option<String>,
    https: Option<String>,
    none_for: Vec<String>,
}

impl fmt::Debug for EnvironmentProxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnvironmentProxies")
            .field("http", &self.http.is_some())
            .field("https", &self.https.is_some())
            .field("none_for", &self.none_for)
            .finish()
    }
}

impl EnvironmentProxies {
    /// Those of an environment; `variable` gives the value of a name.
    #[must_use]
    pub fn of(variable: impl Fn(&str) -> Option<String>) -> EnvironmentProxies {
        let first = |names: [&str; 2]| {
            let mut values = names.iter().filter_map(|name| variable(name));
            values.find(|value| !value.trim().is_empty())
        };
        let http = first(["http_proxy", "HTTP_PROXY"]);
        let https = first(["https_proxy", "HTTPS_PROXY"]);
        let none_for = first(["no_proxy", "NO_PROXY"]).unwrap_or_default();
        EnvironmentProxies {
            https: https.or_else(|| http.clone()),
            http,
            none_for: none_for
                .split([',', ' ', '\t', '\n'])
                .filter(|entry| !entry.is_empty())
                .map(str::to_lowercase)
                .collect(),
        }
    }

    /// The proxy for requests to `target`, if it is a URL; none when they go directly.
    pub(super) fn for_target(&self, target: &Origin) -> Option<Result<Url, url::ParseError>> {
        let proxy = match target.scheme {
            Scheme::Http => self.http.as_ref(),
            Scheme::Https => self.https.as_ref(),
        };
        let goes_directly = self.none_for.iter().any(|entry| matches(entry, target));
        let text = proxy.filter(|_| !goes_directly)?.trim();
        let with_scheme = if text.contains("://") {
            text.to_owned()
        } else {
            format!("http://{text}")
        };
        Some(Url::parse(&with_scheme))
    }
}

/// Whether an entry of `NO_PROXY` covers a target.
fn matches(entry: &str, target: &Origin) -> bool {
    if entry == "*" {
        return true;
    }
    let (entry, port) = port_of(entry);
    if port.is_some_and(|port| port != target.port) {
        return false;
    }
    match &target.host {
        Host::Name(name) => {
            let suffix = entry.trim_start_matches("*.").trim_start_matches('.');
            let below = name.strip_suffix(suffix);
            !suffix.is_empty() && below.is_some_and(|left| left.is_empty() || left.ends_with('.'))
        }
        Host::Address(ip) => is_address(entry, *ip),
    }
}

/// Whether an entry names an address, or a network that holds it.
fn is_address(entry: &str, ip: IpAddr) -> bool {
    let bare = entry.trim_start_matches('[').trim_end_matches(']');
    if let Ok(network) = bare.parse::<IpNet>() {
        return network.contains(&ip);
    }
    if let Ok(address) = bare.parse::<IpAddr>() {
        return address == ip;
    }
    let IpAddr::V4(ip) = ip else { return false };
    let parts: Vec<&str> = bare.split('.').collect();
    let octets = ip.octets();
    parts.len() == octets.len()
        && parts.iter().zip(octets).all(|(part, octet)| {
            *part == "*" || part.parse::<u8>().is_ok_and(|number| number == octet)
        })
}

/// An entry without its port. The colons of a bare IPv6 address are no port.
fn port_of(entry: &str) -> (&str, Option<u16>) {
    let is_bare_v6 = entry.matches(':').count() > 1 && !entry.contains(']');
    let parts = entry.rsplit_once(':').filter(|_| !is_bare_v6);
    match parts.and_then(|(host, port)| Some((host, port.parse().ok()?))) {
        Some((host, port)) => (host, Some(port)),
        None => (entry, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(pairs: &[(&str, &str)]) -> EnvironmentProxies {
        EnvironmentProxies::of(|name| {
            let pair = pairs.iter().find(|(known, _)| *known == name);
            pair.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn which_proxy_serves_a_target() {
        let http = ("HTTP_PROXY", "http://plain:3128");
        let https = ("HTTPS_PROXY", "http://secure:3128");
        type Environment<'e> = &'e [(&'e str, &'e str)];
        let rows: [(Environment<'_>, &str, Option<&str>); 9] = [
            (&[], "http://gpu.lan", None),
            (&[http], "http://gpu.lan", Some("http://plain:3128/")),
            (&[http], "https://gpu.lan", Some("http://plain:3128/")),
            (&[https], "http://gpu.lan", None),
            (
                &[http, https],
                "https://gpu.lan",
                Some("http://secure:3128/"),
            ),
            (&[("ALL_PROXY", "http://all:1")], "http://gpu.lan", None),
            (
                &[("http_proxy", "http://lower:1"), http],
                "http://gpu.lan",
                Some("http://lower:1/"),
            ),
            (
                &[("HTTP_PROXY", "bare:3128")],
                "http://gpu.lan",
                Some("http://bare:3128/"),
            ),
            (&[("HTTP_PROXY", " ")], "http://gpu.lan", None),
        ];
        for (environment, target, wanted) in rows {
            let target = Origin::parse(target).unwrap();
            let found = proxies(environment).for_target(&target);
            assert_eq!(
                found.as_ref().map(|found| found.as_ref().unwrap().as_str()),
                wanted,
                "{environment:?} {target}"
            );
        }
    }

    #[test]
    fn what_goes_past_the_proxy_and_its_neighbours() {
        let rows = [
            ("*", "http://anything:1", true),
            ("gpu.lan", "http://gpu.lan:1234", true),
            ("gpu.lan", "http://big.gpu.lan", true),
            ("gpu.lan", "http://biggpu.lan", false),
            (".gpu.lan", "http://big.gpu.lan", true),
            ("*.gpu.lan", "http://big.gpu.lan", true),
            ("gpu.lan:1234", "http://gpu.lan:1234", true),
            ("gpu.lan:1234", "http://gpu.lan:1235", false),
            ("10.0.0.0/8", "http://10.255.0.1", true),
            ("10.0.0.0/8", "http://11.0.0.1", false),
            ("10.*.*.1", "http://10.7.8.1", true),
            ("10.*.*.1", "http://10.7.8.2", false),
            ("10.0.0.1", "http://10.0.0.1", true),
            ("10.0.0.1:80", "http://10.0.0.1", true),
            ("10.0.0.1:81", "http://10.0.0.1", false),
            ("::1", "http://[::1]:1234", true),
            ("[::1]:1234", "http://[::1]:1234", true),
            ("[::1]:1235", "http://[::1]:1234", false),
            ("fd00::/8", "http://[fd12::1]", true),
            ("GPU.lan, other", "http://gpu.lan", true),
            ("other", "http://gpu.lan", false),
        ];
        for (none_for, target, direct) in rows {
            let environment = [("HTTP_PROXY", "http://p:1"), ("NO_PROXY", none_for)];
            let origin = Origin::parse(target).unwrap();
            let found = proxies(&environment).for_target(&origin);
            assert_eq!(found.is_none(), direct, "{none_for} {target}");
        }
    }

    #[test]
    fn a_password_in_a_proxy_is_not_printed() {
        let environment = proxies(&[("HTTP_PROXY", "http://me:planted@p:1")]);
        assert!(!format!("{environment:?}").contains("planted"));
    }
}
