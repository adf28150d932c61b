//! The smallest change of a config that lets a refused request through.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::origin::{Host, Origin};
use super::policy::{Hop, Policy, Proxy};
use super::verdict::{Reason, Verdict};

/// A change of one provider's config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// `allowPrivateNetwork: false` goes.
    RemoveFlag,
    /// `baseUrl` gets its scheme.
    AddScheme,
    /// `baseUrl` leads to this origin.
    BaseUrl(Origin),
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
            Change::BaseUrl(_) => "set-base-url",
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
            Change::BaseUrl(origin) => write!(f, "point `baseUrl` at `{origin}`"),
            Change::RemoveProxy => f.write_str("remove `request.proxy`"),
            Change::AllowPrivateNetwork => f.write_str(
                "set `request.allowPrivateNetwork: true`, which opens every other private address too",
            ),
        }
    }
}

/// Tries the changes from the narrowest to the widest; the first that lets the request through is
/// the smallest.
pub(super) fn smallest(policy: &Policy, hops: &[Hop<'_>], refused: &Verdict) -> Option<Change> {
    let decisive = hops.get(refused.hop - 1)?;
    let allows = |policy: &Policy, hops: &[Hop<'_>]| policy.walk(hops).is_allowed();
    let provider = policy.provider()?;
    if provider.flag == Some(false) && allows(&policy.with_flag(None), hops) {
        return Some(Change::RemoveFlag);
    }
    if let Some(base_url) = &provider.base_url
        && Origin::parse(base_url).is_err()
        && !base_url.contains("://")
        && let [first, rest @ ..] = hops
    {
        // Requests begin with the base URL, so they get the scheme as well.
        let is_own = first.url.starts_with(base_url.as_str());
        let url = format!("{}{}", if is_own { "http://" } else { "" }, first.url);
        let hops: Vec<Hop<'_>> = std::iter::once(Hop {
            url: &url,
            ..*first
        })
        .chain(rest.iter().copied())
        .collect();
        if allows(&policy.with_base_url(format!("http://{base_url}")), &hops) {
            return Some(Change::AddScheme);
        }
    }
    if policy.proxy != Proxy::None && allows(&policy.without_proxy(), hops) {
        return Some(Change::RemoveProxy);
    }
    if let Some(origin) = better_origin(refused)
        && provider.origin.as_ref() != Some(&origin)
    {
        let url = origin.to_string();
        let unmoved = Some(&origin) == refused.request_origin.as_ref();
        let answers = decisive.answers.filter(|_| unmoved);
        let moved = Hop { url: &url, answers };
        if allows(&policy.with_base_url(url.clone()), &[moved]) {
            return Some(Change::BaseUrl(origin));
        }
    }
    let opens = allows(&policy.with_flag(Some(true)), hops);
    opens.then_some(Change::AllowPrivateNetwork)
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
