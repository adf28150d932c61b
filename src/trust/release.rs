//! What OpenClaw 2026.5.18 refuses, where this policy is stricter: enough to say truly that it would
//! have let a request through.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// What a hop may reach there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Everything: `allowPrivateNetwork: true`.
    OptedIn,
    /// All but link-local addresses and two metadata services.
    Trusted,
    /// Public addresses, and those of fake-IP resolvers if so.
    Default { fake_ip: bool },
}

/// Whether the release lets an address through (`resolvePinnedHostnameWithPolicy` and
/// `isPrivateIpAddress` of its bundle).
pub(super) fn allows(ip: IpAddr, standing: Standing) -> bool {
    let (own, inner) = match ip {
        IpAddr::V4(ip) => (None, Some(ip)),
        IpAddr::V6(ip) => (Some(ip), embedded(ip)),
    };
    match standing {
        Standing::OptedIn => true,
        Standing::Trusted => {
            let v6 = own.is_some_and(|ip| is_in_v6(LINK_LOCAL_V6, ip) || ip == METADATA_V6);
            let v4 = inner.is_some_and(|ip| is_in_v4(LINK_LOCAL_V4, ip) || ip == METADATA_V4);
            !v6 && !v4
        }
        Standing::Default { fake_ip } => {
            let v6 = own.is_some_and(|ip| refuses_v6(ip, fake_ip));
            let v4 = inner.is_some_and(|ip| refuses_v4(ip, fake_ip));
            !v6 && !v4
        }
    }
}

type V4Row = ([u8; 4], u8);
type V6Row = ([u16; 8], u8);

const LINK_LOCAL_V4: &[V4Row] = &[([169, 254, 0, 0], 16)];
const LINK_LOCAL_V6: &[V6Row] = &[([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10)];
const METADATA_V4: Ipv4Addr = Ipv4Addr::new(100, 100, 100, 200);
const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

/// Ranges of `ipaddr.js` that the release refuses.
const REFUSED_V4: &[V4Row] = &[
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

const BENCHMARK: &[V4Row] = &[([198, 18, 0, 0], 15)];

const REFUSED_V6: &[V6Row] = &[
    ([0, 0, 0, 0, 0, 0, 0, 0], 128),
    ([0, 0, 0, 0, 0, 0, 0, 1], 128),
    ([0x100, 0, 0, 0, 0, 0, 0, 0], 64),
    ([0x2001, 2, 0, 0, 0, 0, 0, 0], 48),
    ([0x2001, 0x20, 0, 0, 0, 0, 0, 0], 28),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
    ([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10),
    ([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10),
    ([0xff00, 0, 0, 0, 0, 0, 0, 0], 8),
];

const UNIQUE_LOCAL: &[V6Row] = &[([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7)];

/// IETF protocol assignments, refused but for the blocks that `ipaddr.js` names otherwise.
const PROTOCOL_V6: &[V6Row] = &[([0x2001, 0, 0, 0, 0, 0, 0, 0], 23)];
const PROTOCOL_V6_OPEN: &[V6Row] = &[
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 32),
    ([0x2001, 3, 0, 0, 0, 0, 0, 0], 32),
    ([0x2001, 4, 0x112, 0, 0, 0, 0, 0], 48),
    ([0x2001, 0x10, 0, 0, 0, 0, 0, 0], 28),
    ([0x2001, 0x30, 0, 0, 0, 0, 0, 0], 28),
];

fn is_in_v4(rows: &[V4Row], ip: Ipv4Addr) -> bool {
    rows.iter()
        .any(|(net, prefix)| Ipv4Net::new_assert((*net).into(), *prefix).contains(&ip))
}

fn is_in_v6(rows: &[V6Row], ip: Ipv6Addr) -> bool {
    rows.iter()
        .any(|(net, prefix)| Ipv6Net::new_assert((*net).into(), *prefix).contains(&ip))
}

fn refuses_v4(ip: Ipv4Addr, fake_ip: bool) -> bool {
    is_in_v4(REFUSED_V4, ip) || (!fake_ip && is_in_v4(BENCHMARK, ip))
}

fn refuses_v6(ip: Ipv6Addr, fake_ip: bool) -> bool {
    let protocol = is_in_v6(PROTOCOL_V6, ip) && !is_in_v6(PROTOCOL_V6_OPEN, ip);
    is_in_v6(REFUSED_V6, ip) || protocol || (!fake_ip && is_in_v6(UNIQUE_LOCAL, ip))
}

/// The one IPv4 address that the release reads inside an IPv6 address.
fn embedded(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let [_, _, c, d, e, f, .., m, n, o, p] = ip.octets();
    let last = Ipv4Addr::new(m, n, o, p);
    match ip.segments() {
        [0, 0, 0, 0, 0, 0xffff, _, _]
        | [0, 0, 0, 0, 0xffff, 0, _, _]
        | [0x64, 0xff9b, 0, 0, 0, 0, _, _]
        | [0, 0, 0, 0, 0, 0, _, _]
        | [0x64, 0xff9b, 1, ..] => Some(last),
        [0x2002, ..] => Some(Ipv4Addr::new(c, d, e, f)),
        [0x2001, 0, ..] => Some(Ipv4Addr::new(!m, !n, !o, !p)),
        [_, _, _, _, group, 0x5efe, _, _] if group & 0xfcff == 0 => Some(last),
        _ => None,
    }
}
