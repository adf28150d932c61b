//! The address tables: which ranges are special, which addresses are metadata services, and who says
//! so.
//!
//! The union of two IANA registries and of what other guards refuse: a row that one careful guard
//! refuses is refused here. Rows that are `NeverServer`, `LocalNat64`, `LinkLocal`, `Unspecified` or
//! `Metadata` are never opened by origin trust.

use ipnet::{Ipv4Net, Ipv6Net};

use super::address::AddressKind::{
    self, Benchmark, LinkLocal, LocalNat64, Loopback, NeverServer, Private, SpecialUse,
    UniqueLocal, Unspecified,
};

/// A range of addresses that are not ordinary public ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range<N> {
    /// The range.
    pub net: N,
    /// How its addresses are treated.
    pub kind: AddressKind,
    /// What it is, as it is said after "in".
    pub name: &'static str,
    /// Who says so.
    pub source: &'static str,
}

/// A cloud's metadata service, or another endpoint that hands secrets to whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Endpoint<N> {
    /// Its address, or its block.
    pub net: N,
    /// What it is.
    pub name: &'static str,
    /// Who says so.
    pub source: &'static str,
}

const fn v4(text: [u8; 4], prefix: u8) -> Ipv4Net {
    let [a, b, c, d] = text;
    Ipv4Net::new_assert(std::net::Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(text: [u16; 8], prefix: u8) -> Ipv6Net {
    let [a, b, c, d, e, f, g, h] = text;
    Ipv6Net::new_assert(std::net::Ipv6Addr::new(a, b, c, d, e, f, g, h), prefix)
}

const fn range<N>(net: N, kind: AddressKind, name: &'static str, source: &'static str) -> Range<N> {
    Range {
        net,
        kind,
        name,
        source,
    }
}

const fn endpoint<N>(net: N, name: &'static str, source: &'static str) -> Endpoint<N> {
    Endpoint { net, name, source }
}

/// IPv4; narrower rows stand above the wider ones that hold them.
#[rustfmt::skip]
pub(super) static IPV4: &[Range<Ipv4Net>] = &[
    range(v4([0, 0, 0, 0], 8), Unspecified, "this network", "RFC 791"),
    range(v4([10, 0, 0, 0], 8), Private, "private network", "RFC 1918"),
    range(v4([100, 64, 0, 0], 10), Private, "shared by carriers and tailnets", "RFC 6598"),
    range(v4([127, 0, 0, 0], 8), Loopback, "loopback", "RFC 1122"),
    range(v4([169, 254, 0, 0], 16), LinkLocal, "link-local", "RFC 3927"),
    range(v4([172, 16, 0, 0], 12), Private, "private network", "RFC 1918"),
    range(v4([192, 0, 0, 0], 24), SpecialUse, "IETF protocol assignments", "RFC 6890"),
    range(v4([192, 0, 2, 0], 24), NeverServer, "documentation", "RFC 5737"),
    range(v4([192, 31, 196, 0], 24), SpecialUse, "AS112 name service", "RFC 7535"),
    range(v4([192, 52, 193, 0], 24), SpecialUse, "multicast tunnelling (AMT)", "RFC 7450"),
    range(v4([192, 88, 99, 0], 24), SpecialUse, "former 6to4 relays", "RFC 7526"),
    range(v4([192, 168, 0, 0], 16), Private, "private network", "RFC 1918"),
    range(v4([192, 175, 48, 0], 24), SpecialUse, "AS112 name service", "RFC 7534"),
    range(v4([198, 18, 0, 0], 15), Benchmark, "benchmarking, in practice fake-IP resolvers", "RFC 2544"),
    range(v4([198, 51, 100, 0], 24), NeverServer, "documentation", "RFC 5737"),
    range(v4([203, 0, 113, 0], 24), NeverServer, "documentation", "RFC 5737"),
    range(v4([224, 0, 0, 0], 4), NeverServer, "multicast", "RFC 5771"),
    range(v4([255, 255, 255, 255], 32), NeverServer, "broadcast", "RFC 919"),
    range(v4([240, 0, 0, 0], 4), NeverServer, "reserved", "RFC 1112"),
];

/// IPv6; narrower rows stand above the wider ones that hold them. What lies outside `2000::/3` and
/// has no row is [`UNALLOCATED`].
#[rustfmt::skip]
pub(super) static IPV6: &[Range<Ipv6Net>] = &[
    range(v6([0, 0, 0, 0, 0, 0, 0, 0], 128), Unspecified, "no address", "RFC 4291"),
    range(v6([0, 0, 0, 0, 0, 0, 0, 1], 128), Loopback, "loopback", "RFC 4291"),
    range(v6([0, 0, 0, 0, 0, 0, 0, 0], 96), SpecialUse, "IPv4-compatible", "RFC 4291"),
    range(v6([0, 0, 0, 0, 0xffff, 0, 0, 0], 96), SpecialUse, "IPv4-translated", "RFC 7915"),
    range(v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48), LocalNat64, "local-use NAT64", "RFC 8215"),
    range(v6([0x100, 0, 0, 0, 0, 0, 0, 0], 64), NeverServer, "discard-only", "RFC 6666"),
    range(v6([0x100, 0, 0, 1, 0, 0, 0, 0], 64), NeverServer, "dummy prefix", "RFC 9780"),
    range(v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 32), SpecialUse, "Teredo", "RFC 4380"),
    range(v6([0x2001, 2, 0, 0, 0, 0, 0, 0], 48), SpecialUse, "benchmarking", "RFC 5180"),
    range(v6([0x2001, 0x10, 0, 0, 0, 0, 0, 0], 28), SpecialUse, "former ORCHID", "RFC 4843"),
    range(v6([0x2001, 0x20, 0, 0, 0, 0, 0, 0], 28), SpecialUse, "ORCHIDv2", "RFC 7343"),
    range(v6([0x2001, 0x30, 0, 0, 0, 0, 0, 0], 28), SpecialUse, "drone identifiers", "RFC 9374"),
    range(v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), SpecialUse, "IETF protocol assignments", "RFC 2928"),
    range(v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), NeverServer, "documentation", "RFC 3849"),
    range(v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), SpecialUse, "6to4", "RFC 3056"),
    range(v6([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48), SpecialUse, "AS112 name service", "RFC 7534"),
    range(v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), NeverServer, "documentation", "RFC 9637"),
    range(v6([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16), SpecialUse, "segment routing identifiers", "RFC 9602"),
    range(v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7), UniqueLocal, "unique local", "RFC 4193"),
    range(v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10), LinkLocal, "link-local", "RFC 4291"),
    range(v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10), SpecialUse, "former site-local", "RFC 3879"),
    range(v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8), NeverServer, "multicast", "RFC 4291"),
];

/// The part of IPv6 that is given out to networks (RFC 4291, IANA address space registry).
pub(super) static GLOBAL_UNICAST: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// What lies outside [`GLOBAL_UNICAST`] and has no row of its own.
pub(super) static UNALLOCATED: Range<Ipv6Net> = range(
    v6([0, 0, 0, 0, 0, 0, 0, 0], 0),
    SpecialUse,
    "no allocated network",
    "IANA IPv6 address space",
);

/// The well-known NAT64 prefix: judged by the IPv4 address inside alone, since DNS64 networks answer
/// so for every IPv4-only host (RFC 6052).
pub(super) static NAT64: Ipv6Net = v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96);

/// IPv4-mapped addresses: exactly the IPv4 address inside (RFC 4291).
pub(super) static MAPPED: Ipv6Net = v6([0, 0, 0, 0, 0, 0xffff, 0, 0], 96);

const CLOUDS: &str = "the metadata service of AWS, Azure, Google Cloud and most other clouds";

/// Metadata services over IPv4.
#[rustfmt::skip]
pub(super) static ENDPOINTS_V4: &[Endpoint<Ipv4Net>] = &[
    endpoint(v4([169, 254, 169, 254], 32), CLOUDS, "AWS EC2 user guide, instance metadata"),
    endpoint(v4([169, 254, 170, 2], 32), "the credentials service of AWS tasks", "AWS ECS guide, task credentials"),
    endpoint(v4([169, 254, 170, 23], 32), "the credentials service of AWS pods", "AWS EKS guide, pod identity"),
    endpoint(v4([169, 254, 169, 253], 32), "the name server of AWS", "AWS VPC guide, Amazon DNS"),
    endpoint(v4([169, 254, 169, 123], 32), "the time service of AWS", "AWS EC2 user guide, time sync"),
    endpoint(v4([168, 63, 129, 16], 32), "the WireServer of Azure", "Azure documentation, 168.63.129.16"),
    endpoint(v4([100, 100, 100, 200], 32), "the metadata service of Alibaba Cloud", "Alibaba ECS guide, instance metadata"),
    endpoint(v4([192, 0, 0, 192], 32), "the metadata service of Oracle Cloud classic", "Oracle Cloud classic guide, instance metadata"),
    endpoint(v4([169, 254, 0, 23], 32), "the metadata service of Tencent Cloud", "Tencent CVM guide, instance metadata"),
    endpoint(v4([169, 254, 10, 10], 32), "the metadata service of Tencent Cloud", "a public deny list"),
    endpoint(v4([169, 254, 42, 42], 32), "the metadata service of Scaleway", "Scaleway documentation, instance metadata"),
];

/// Metadata services over IPv6.
#[rustfmt::skip]
pub(super) static ENDPOINTS_V6: &[Endpoint<Ipv6Net>] = &[
    endpoint(v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0], 32), "the metadata service of AWS", "AWS EC2 user guide, instance metadata over IPv6"),
    endpoint(v6([0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254], 128), "the metadata service of Google Cloud", "Google Compute guide, metadata server over IPv6"),
    endpoint(v6([0xfd00, 0x100, 0, 0, 0, 0, 0x100, 0x200], 128), "the metadata service of Alibaba Cloud", "a public deny list"),
    endpoint(v6([0xfd00, 0xc1, 0, 0, 0, 0, 0xa9fe, 0xa9fe], 128), "the metadata service of Oracle Cloud", "Oracle Cloud guide, instance metadata over IPv6"),
    endpoint(v6([0xfd00, 0x42, 0, 0, 0, 0, 0, 0x42], 128), "the metadata service of Scaleway", "Scaleway documentation, instance metadata over IPv6"),
    endpoint(v6([0xfd00, 0xa9fe, 0xa9fe, 0, 0, 0, 0, 1], 128), "the metadata service of Akamai", "a public deny list"),
    endpoint(v6([0xfe80, 0, 0, 0, 0, 0, 0xa9fe, 0xa9fe], 128), "the metadata service of OpenStack", "OpenStack Nova guide, metadata over IPv6"),
];
