//! What an address is, in whatever form it is written.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::ranges::{
    self, ENDPOINTS_V4, ENDPOINTS_V6, GLOBAL_UNICAST, IPV4, IPV6, MAPPED, NAT64, UNALLOCATED,
};

/// How an address is treated. Ordered: a later kind is refused in more situations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressKind {
    /// An ordinary public address.
    Public,
    /// `198.18.0.0/15`: resolvers of Clash, Surge and sing-box answer with it for every name.
    Benchmark,
    /// `fc00::/7`, the private addresses of IPv6.
    UniqueLocal,
    /// Private networks, and the shared space of carriers and tailnets.
    Private,
    /// Set aside for a purpose that is not serving the public.
    SpecialUse,
    /// This machine.
    Loopback,
    /// Nothing answers there: multicast, broadcast, documentation, reserved, discard.
    NeverServer,
    /// `64:ff9b:1::/48`, whose translation only the local network knows.
    LocalNat64,
    /// `0.0.0.0/8` and `::`.
    Unspecified,
    /// Valid on one cable only; clouds put their metadata services there.
    LinkLocal,
    /// A service of the cloud platform itself; most hand out credentials to whoever asks.
    Metadata,
}

impl AddressKind {
    /// The word used in machine output.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            AddressKind::Public => "public",
            AddressKind::Benchmark => "benchmark",
            AddressKind::UniqueLocal => "unique-local",
            AddressKind::Private => "private",
            AddressKind::SpecialUse => "special-use",
            AddressKind::Loopback => "loopback",
            AddressKind::NeverServer => "never-a-server",
            AddressKind::LocalNat64 => "nat64-local",
            AddressKind::Unspecified => "unspecified",
            AddressKind::LinkLocal => "link-local",
            AddressKind::Metadata => "metadata",
        }
    }

    /// Whether trust in an origin never opens it, wherever it turns up.
    #[must_use]
    pub fn is_withheld_from_trust(self) -> bool {
        self >= AddressKind::NeverServer
    }
}

/// How an IPv4 address stands inside an IPv6 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Embedding {
    /// `::ffff:a.b.c.d` (RFC 4291).
    Mapped,
    /// `::a.b.c.d` (RFC 4291, deprecated).
    Compatible,
    /// `::ffff:0:a.b.c.d` (RFC 7915).
    Translated,
    /// `64:ff9b::a.b.c.d` (RFC 6052).
    Nat64,
    /// `64:ff9b:1::/48`, at any position that RFC 6052 knows (RFC 8215).
    LocalNat64,
    /// `2002:aabb:ccdd::` (RFC 3056).
    SixToFour,
    /// The client of a Teredo address, its bits flipped (RFC 4380).
    TeredoClient,
    /// The server of a Teredo address (RFC 4380).
    TeredoServer,
    /// An interface identifier `0000:5efe:a.b.c.d` and its variants (RFC 5214).
    Isatap,
    /// The NAT64 prefix of a network operator, at any position that RFC 6052 knows.
    OperatorNat64,
}

impl Embedding {
    /// Its name, as it is said after "inside".
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Embedding::Mapped => "an IPv4-mapped address",
            Embedding::Compatible => "an IPv4-compatible address",
            Embedding::Translated => "an IPv4-translated address",
            Embedding::Nat64 => "a NAT64 address",
            Embedding::LocalNat64 => "a local NAT64 address",
            Embedding::SixToFour => "a 6to4 address",
            Embedding::TeredoClient | Embedding::TeredoServer => "a Teredo address",
            Embedding::Isatap => "an ISATAP address",
            Embedding::OperatorNat64 => "an address of an operator's NAT64",
        }
    }
}

/// One reading of an address: the address itself, or an IPv4 address inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facet {
    /// How it is treated.
    pub kind: AddressKind,
    /// The range it lies in, or which metadata service it is.
    pub name: &'static str,
    /// Who says so; nothing for public addresses.
    pub source: &'static str,
    /// The IPv4 address that was found inside, and how.
    pub inner: Option<(Ipv4Addr, Embedding)>,
}

/// An address and every reading of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    /// The address as it was given.
    pub ip: IpAddr,
    /// The reading that counts: the one refused in most situations.
    pub facet: Facet,
}

impl Address {
    /// Reads an address in every way.
    ///
    /// ```
    /// use clawconf::trust::{Address, AddressKind};
    ///
    /// let address = Address::of("64:ff9b::a9fe:a9fe".parse()?);
    /// assert_eq!(address.kind(), AddressKind::Metadata);
    /// let address = Address::of("64:ff9b::808:808".parse()?);
    /// assert_eq!(address.kind(), AddressKind::Public);
    /// # Ok::<(), std::net::AddrParseError>(())
    /// ```
    #[must_use]
    pub fn of(ip: IpAddr) -> Address {
        let facet = worst(facets(ip)).unwrap_or(PUBLIC);
        Address { ip, facet }
    }

    /// How the address is treated.
    #[must_use]
    pub fn kind(&self) -> AddressKind {
        self.facet.kind
    }

    /// Whether any reading of it is this machine itself.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        facets(self.ip).any(|facet| facet.kind == AddressKind::Loopback)
    }
}

impl fmt::Display for Address {
    /// What the address is: "`10.0.0.5` (private use)".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` (", self.ip)?;
        if let Some((inner, embedding)) = self.facet.inner {
            write!(f, "`{inner}` inside {}: ", embedding.name())?;
        }
        match self.facet.kind {
            AddressKind::Public => f.write_str("public")?,
            _ => f.write_str(self.facet.name)?,
        }
        f.write_str(")")
    }
}

const PUBLIC: Facet = Facet {
    kind: AddressKind::Public,
    name: "public",
    source: "",
    inner: None,
};

/// The reading that is refused in most situations; the first of several.
pub(super) fn worst(facets: impl Iterator<Item = Facet>) -> Option<Facet> {
    facets.reduce(|worst, other| {
        if other.kind > worst.kind {
            other
        } else {
            worst
        }
    })
}

/// Every reading of an address.
pub(super) fn facets(ip: IpAddr) -> impl Iterator<Item = Facet> {
    let (own, embedded) = match ip {
        IpAddr::V4(ip) => (Some(of_v4(ip)), Vec::new()),
        IpAddr::V6(ip) => (of_v6(ip), embedded(ip)),
    };
    let inside = embedded.into_iter().filter_map(|(inner, embedding)| {
        let facet = of_v4(inner);
        // Which position a NAT64 prefix uses is known to its network alone: others are read by
        // chance, but a metadata service is not met by chance.
        let any_position = matches!(embedding, Embedding::LocalNat64 | Embedding::OperatorNat64);
        let by_chance = any_position && facet.kind != AddressKind::Metadata;
        let inner = Some((inner, embedding));
        (!by_chance).then_some(Facet { inner, ..facet })
    });
    own.into_iter().chain(inside)
}

fn of_v4(ip: Ipv4Addr) -> Facet {
    let endpoint = ENDPOINTS_V4.iter().find(|row| row.net.contains(&ip));
    if let Some(row) = endpoint {
        return metadata(row.name, row.source);
    }
    let range = IPV4.iter().find(|row| row.net.contains(&ip));
    range.map_or(PUBLIC, in_range)
}

/// The reading as an IPv6 address; none where only the IPv4 address inside counts.
fn of_v6(ip: Ipv6Addr) -> Option<Facet> {
    if MAPPED.contains(&ip) || NAT64.contains(&ip) {
        return None;
    }
    let endpoint = ENDPOINTS_V6.iter().find(|row| row.net.contains(&ip));
    if let Some(row) = endpoint {
        return Some(metadata(row.name, row.source));
    }
    let range = IPV6.iter().find(|row| row.net.contains(&ip));
    let outside = || (!GLOBAL_UNICAST.contains(&ip)).then_some(&UNALLOCATED);
    Some(range.or_else(outside).map_or(PUBLIC, in_range))
}

fn metadata(name: &'static str, source: &'static str) -> Facet {
    Facet {
        kind: AddressKind::Metadata,
        name,
        source,
        inner: None,
    }
}

fn in_range<N>(row: &ranges::Range<N>) -> Facet {
    Facet {
        kind: row.kind,
        name: row.name,
        source: row.source,
        inner: None,
    }
}

/// The IPv4 addresses inside an IPv6 address, each with the form it has there.
fn embedded(ip: Ipv6Addr) -> Vec<(Ipv4Addr, Embedding)> {
    let [_, _, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = ip.octets();
    let last = Ipv4Addr::new(m, n, o, p);
    let segments = ip.segments();
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => return Vec::new(),
        [0, 0, 0, 0, 0, 0xffff, _, _] => return vec![(last, Embedding::Mapped)],
        [0, 0, 0, 0, 0, 0, _, _] => return vec![(last, Embedding::Compatible)],
        [0, 0, 0, 0, 0xffff, 0, _, _] => return vec![(last, Embedding::Translated)],
        [0x64, 0xff9b, 0, 0, 0, 0, _, _] => return vec![(last, Embedding::Nat64)],
        _ => {}
    }
    // The six positions of RFC 6052, section 2.2; the byte after the 64th bit is left out.
    let positions = [
        Ipv4Addr::new(e, f, g, h),
        Ipv4Addr::new(f, g, h, j),
        Ipv4Addr::new(g, h, j, k),
        Ipv4Addr::new(h, j, k, l),
        Ipv4Addr::new(j, k, l, m),
        last,
    ];
    let is_local = segments.starts_with(&[0x64, 0xff9b, 1]);
    let form = if is_local {
        Embedding::LocalNat64
    } else {
        Embedding::OperatorNat64
    };
    let mut found: Vec<_> = positions.map(|inner| (inner, form)).to_vec();
    match segments {
        [0x2002, ..] => found.push((Ipv4Addr::new(c, d, e, f), Embedding::SixToFour)),
        [0x2001, 0, ..] => {
            let client = Ipv4Addr::new(!m, !n, !o, !p);
            found.push((client, Embedding::TeredoClient));
            found.push((Ipv4Addr::new(e, f, g, h), Embedding::TeredoServer));
        }
        _ => {}
    }
    // `00-00-5E-FE` with the universal and group bits in any state.
    if i & 0xfc == 0 && j == 0 && (k, l) == (0x5e, 0xfe) {
        found.push((last, Embedding::Isatap));
    }
    found
}
