//! What a hop may reach: worked out from the provider's config and the first URL, before any address
//! is known.

use std::net::IpAddr;

use super::address::{Address, AddressKind, facets, worst};
use super::endpoint::EndpointClass;
use super::names;
use super::origin::{Host, Origin};
use super::release;
use super::walk::Rules;

/// Whether the origin of a hop is trusted with private addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trust {
    /// `allowPrivateNetwork: true`: it need not be.
    OptedIn,
    /// It is exactly the configured origin.
    Exact,
    /// It is not.
    Not(NotTrusted),
}

/// Why an origin is not trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NotTrusted {
    /// There is no base URL.
    NoBase,
    /// The base URL has no origin.
    NoOrigin,
    /// It is another one than this.
    OtherOrigin(Origin),
    /// None of the allowed origins.
    Unlisted,
    /// `allowPrivateNetwork: false`.
    Denied,
    /// The provider's own cloud.
    Native(EndpointClass),
    /// Part of the host name looks like a metadata service.
    MetadataLike(String),
    /// The host is an address that is never trusted.
    Withheld,
}

impl NotTrusted {
    /// The half sentence that says why.
    pub(super) fn sentence(&self) -> String {
        match self {
            NotTrusted::NoBase => "there is no `baseUrl` whose origin could be trusted".to_owned(),
            NotTrusted::NoOrigin => {
                "`baseUrl` is no http:// or https:// address, so it has no origin to trust"
                    .to_owned()
            }
            NotTrusted::OtherOrigin(base) => {
                format!(
                    "the one private origin this provider may reach is `{base}`, that of its `baseUrl`"
                )
            }
            NotTrusted::Unlisted => "it is not among the allowed origins".to_owned(),
            NotTrusted::Denied => {
                "`allowPrivateNetwork: false` takes away the trust in `baseUrl`".to_owned()
            }
            NotTrusted::Native(class) => format!(
                "a cloud that OpenClaw knows ({}) is not trusted with private addresses",
                class.name()
            ),
            NotTrusted::MetadataLike(label) => {
                let word = if label.contains("metadata") {
                    "metadata"
                } else {
                    label
                };
                format!("a name with `{word}` in it is never trusted")
            }
            NotTrusted::Withheld => "such an address is never trusted".to_owned(),
        }
    }
}

/// Which answers are accepted without trust, for the sake of resolvers that invent addresses
/// (Clash, Surge, sing-box; OpenClaw pull request 76887).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FakeIp {
    /// None.
    No,
    /// `198.18.0.0/15`: another origin on the configured host name.
    Benchmark,
    /// That, and `fc00::/7`: the configured origin.
    All,
}

/// What a hop may reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    pub trust: Trust,
    pub fake_ip: FakeIp,
    /// Whether `baseUrl` itself names the metadata service that the hop goes to.
    pub names_metadata: bool,
    /// Whether the host stands for this machine, so that a loopback answer is no surprise.
    pub expects_loopback: bool,
    /// What OpenClaw 2026.5.18 would say of the hop's addresses.
    pub in_release: release::Standing,
}

impl Standing {
    /// Whether addresses of this kind may be reached.
    pub(super) fn opens(&self, kind: AddressKind) -> bool {
        match self.trust {
            _ if kind == AddressKind::Public => true,
            Trust::OptedIn => kind != AddressKind::Metadata || self.names_metadata,
            Trust::Exact if kind == AddressKind::Loopback => self.expects_loopback,
            Trust::Exact => !kind.is_withheld_from_trust(),
            Trust::Not(_) => match kind {
                AddressKind::Benchmark => self.fake_ip != FakeIp::No,
                AddressKind::UniqueLocal => self.fake_ip == FakeIp::All,
                _ => false,
            },
        }
    }

    /// Whether names that are refused by default may be asked.
    pub(super) fn opens_refused_names(&self, rules: Rules) -> bool {
        match rules {
            Rules::Own => !matches!(self.trust, Trust::Not(_)),
            Rules::OpenClaw => !matches!(self.in_release, release::Standing::Default { .. }),
        }
    }

    /// The address, if it is refused, in the reading that is refused in most situations.
    pub(super) fn refuses(&self, ip: IpAddr, rules: Rules) -> Option<Address> {
        match rules {
            Rules::Own => {
                let facets = facets(ip).filter(|facet| !self.opens(facet.kind));
                let facet = worst(facets)?;
                Some(Address { ip, facet })
            }
            Rules::OpenClaw => {
                let allows = release::allows(ip, self.in_release);
                (!allows).then(|| Address::of(ip))
            }
        }
    }
}

/// Why the host of an origin is never trusted by implication.
pub(super) fn withheld(host: &Host) -> Option<NotTrusted> {
    match host {
        Host::Name(name) => {
            let label = names::metadata_like_label(name)?;
            Some(NotTrusted::MetadataLike(label.to_owned()))
        }
        Host::Address(ip) => {
            let kind = Address::of(*ip).kind();
            kind.is_withheld_from_trust()
                .then_some(NotTrusted::Withheld)
        }
    }
}

/// Whether the host is a metadata service by its own words.
pub(super) fn names_metadata(host: &Host) -> bool {
    match host {
        Host::Name(name) => names::metadata_platform(name).is_some(),
        Host::Address(ip) => Address::of(*ip).kind() == AddressKind::Metadata,
    }
}

/// Whether loopback answers are no surprise for this host.
pub(super) fn expects_loopback(host: &Host) -> bool {
    match host {
        Host::Name(name) => names::is_loopback_like(name),
        Host::Address(ip) => Address::of(*ip).is_loopback(),
    }
}
