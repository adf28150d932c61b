//! The smallest change of a config that lets a refused request through.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::endpoint::may_be_schemeless;
use super::origin::{Host, Origin};
use super::policy::{Answers, Hop, Policy, Proxy};
use super::verdict::{Reason, Verdict};

/// A change of one provider's config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// `allowPrivateNetwork: false` goes.
    RemoveFlag,
    /// `baseUrl` gets its scheme.
    AddScheme,
    /// `baseUrl` leads to another origin; its path stays.
    BaseUrl {
        /// Where it leads now, if anywhere.
        from: Option<Origin>,
        /// Where it leads then.
        to: Origin,
    },
    /// The proxy of the environment takes the place of the explicit one.
    EnvironmentProxy,
    /// `request.proxy` goes.
    RemoveProxy,
    /// `allowPrivateNetwork: true` comes.
    AllowPrivateNetwork,
}

impl Change {
    /// The word used in machine output.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Change::RemoveFlag => "remove-flag",
            Change::AddScheme => "add-scheme",
            Change::BaseUrl { .. } => "set-base-url",
            Change::EnvironmentProxy => "environment-proxy",
            Change::RemoveProxy => "remove-proxy",
            Change::AllowPrivateNetwork => "allow-private-network",
        }
    }
}

impl fmt::Display for Change {
    /// As an order: "remove `allowPrivateNetwork: false`".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::RemoveFlag => f.write_str("remove `allowPrivateNetwork: false`"),
            Change::AddScheme => f.write_str("put `http://` in front of `baseUrl`"),
            Change::BaseUrl { from, to } => {
                let parts = from.as_ref().map(|from| differences(from, to));
                match parts.filter(|parts| !parts.is_empty()) {
                    Some(parts) => write!(f, "in `baseUrl`, change {}", parts.join(" and ")),
                    None => write!(f, "point `baseUrl` at `{to}`"),
                }
            }
            Change::EnvironmentProxy => {
                f.write_str("use `proxy: { mode: \"env-proxy\" }`, with the proxy in the environment")
            }
            Change::RemoveProxy => f.write_str("remove `request.proxy`"),
            Change::AllowPrivateNetwork => f.write_str(
                "set `request.allowPrivateNetwork: true`, which opens every other private address too",
            ),
        }
    }
}

/// What to change in an address to get from one origin to the other.
fn differences(from: &Origin, to: &Origin) -> Vec<String> {
    let mut parts = Vec::new();
    if from.scheme != to.scheme {
        parts.push(format!("the scheme to `{}`", to.scheme.name()));
    }
    if from.host != to.host {
        parts.push(format!("the host to `{}`", to.host));
    }
    if from.port != to.port {
        parts.push(format!("the port to {}", to.port));
    }
    parts
}

/// Tries the changes from the narrowest to the widest; the first that lets the request through is
/// the smallest. Removing `false` may go with another; opening everything comes last.
pub(super) fn smallest(policy: &Policy, hops: &[Hop<'_>], refused: &Verdict) -> Vec<Change> {
    let Some(provider) = policy.provider() else {
        return Vec::new();
    };
    let denied = provider.flag == Some(false);
    let without_flag = policy.with_flag(None);
    if denied && allows(&without_flag, hops) {
        return vec![Change::RemoveFlag];
    }
    if let Some(change) = narrow(policy, hops, refused) {
        return vec![change];
    }
    if denied && let Some(change) = narrow(&without_flag, hops, &without_flag.walk(hops)) {
        return vec![Change::RemoveFlag, change];
    }
    if allows(&policy.with_flag(Some(true)), hops) {
        return vec![Change::AllowPrivateNetwork];
    }
    Vec::new()
}

fn allows(policy: &Policy, hops: &[Hop<'_>]) -> bool {
    policy.walk(hops).is_allowed()
}

/// A change that opens nothing but what is asked.
fn narrow(policy: &Policy, hops: &[Hop<'_>], refused: &Verdict) -> Option<Change> {
    let provider = policy.provider()?;
    if let Some(base_url) = &provider.base_url
        && Origin::parse(base_url).is_err()
        && may_lack_scheme(base_url)
        && let [first, rest @ ..] = hops
    {
        // Requests begin with the base URL, so they get the scheme as well.
        let is_own = first.url.trim().starts_with(base_url.as_str());
        let url = format!(
            "{}{}",
            if is_own { "http://" } else { "" },
            first.url.trim()
        );
        let first = Hop {
            url: &url,
            ..*first
        };
        let hops: Vec<Hop<'_>> = std::iter::once(first).chain(rest.iter().copied()).collect();
        if allows(&policy.with_base_url(format!("http://{base_url}")), &hops) {
            return Some(Change::AddScheme);
        }
    }
    let through_environment = policy.clone().through(Proxy::Environment);
    if refused.reason == Reason::ProxyPrivate && allows(&through_environment, hops) {
        return Some(Change::EnvironmentProxy);
    }
    if policy.proxy != Proxy::None && allows(&policy.without_proxy(), hops) {
        return Some(Change::RemoveProxy);
    }
    let decisive = hops.get(refused.hop.checked_sub(1)?)?;
    let to = better_origin(refused).filter(|to| provider.origin.as_ref() != Some(to))?;
    let url = to.to_string();
    let unmoved = Some(&to) == refused.request_origin.as_ref();
    let answers = if unmoved {
        decisive.answers
    } else {
        Answers::NotAsked
    };
    let moved = Hop { url: &url, answers };
    let from = provider.origin.clone();
    allows(&policy.with_base_url(url.clone()), &[moved]).then_some(Change::BaseUrl { from, to })
}

/// Whether `http://` is what a base URL lacks: it reads `host:port`, and the port is not that of HTTPS.
fn may_lack_scheme(base_url: &str) -> bool {
    let authority = base_url.split('/').next().unwrap_or_default();
    may_be_schemeless(base_url) && !authority.ends_with(":443") && !authority.starts_with("http")
}

/// Where `baseUrl` might lead instead, so that the request would go to its own origin: there where
/// the request was refused, or to this machine where that is what was meant.
fn better_origin(refused: &Verdict) -> Option<Origin> {
    let origin = refused.request_origin.as_ref()?;
    let loopback = |ip: IpAddr| match ip {
        IpAddr::V4(_) => Host::Address(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(_) => Host::Address(Ipv6Addr::LOCALHOST.into()),
    };
    match (refused.reason, refused.address) {
        (Reason::Unspecified | Reason::SurpriseLoopback, Some(address)) => {
            Some(origin.on(loopback(address.ip)))
        }
        (Reason::RefusedName | Reason::Private | Reason::OtherHost, _) => Some(origin.clone()),
        _ => None,
    }
}
