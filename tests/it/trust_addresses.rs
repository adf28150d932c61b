//! Every range and every metadata endpoint at its edges: bare, in each form that hides an IPv4 address,
//! and as target, as answer and as base URL.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use clawconf::trust::AddressKind::{
    self, Benchmark, LinkLocal, LocalNat64, Loopback, Metadata, NeverServer, Private, Public,
    SpecialUse, UniqueLocal, Unspecified,
};
use clawconf::trust::{Address, Hop, Policy, Reason, Stage, Verdict};

const KINDS: [AddressKind; 11] = [
    Public,
    Benchmark,
    UniqueLocal,
    Private,
    SpecialUse,
    Loopback,
    NeverServer,
    LocalNat64,
    Unspecified,
    LinkLocal,
    Metadata,
];

/// First address, last address and kind of a range; then the kinds of the addresses right below and
/// right above it, where there are any.
const V4: &str = "
0.0.0.0          0.255.255.255    unspecified     -              public
10.0.0.0         10.255.255.255   private         public         public
100.64.0.0       100.127.255.255  private         public         public
127.0.0.0        127.255.255.255  loopback        public         public
169.254.0.0      169.254.255.255  link-local      public         public
172.16.0.0       172.31.255.255   private         public         public
192.0.0.0        192.0.0.255      special-use     public         public
192.0.0.8        192.0.0.10       special-use     special-use    special-use
192.0.0.170      192.0.0.171      special-use     special-use    special-use
192.0.2.0        192.0.2.255      never-a-server  public         public
192.31.196.0     192.31.196.255   special-use     public         public
192.52.193.0     192.52.193.255   special-use     public         public
192.88.99.0      192.88.99.255    special-use     public         public
192.88.99.2      192.88.99.2      special-use     special-use    special-use
192.168.0.0      192.168.255.255  private         public         public
192.175.48.0     192.175.48.255   special-use     public         public
198.18.0.0       198.19.255.255   benchmark       public         public
198.51.100.0     198.51.100.255   never-a-server  public         public
203.0.113.0      203.0.113.255    never-a-server  public         public
224.0.0.0        239.255.255.255  never-a-server  public         never-a-server
240.0.0.0        255.255.255.255  never-a-server  never-a-server -
255.255.255.255  255.255.255.255  never-a-server  never-a-server -
8.8.8.8          8.8.8.8          public          public         public
";

/// The same for metadata services, and what belongs to no customer.
const ENDPOINTS_V4: &str = "
100.100.100.200  100.100.100.200  metadata        private        private
168.63.129.16    168.63.129.16    metadata        public         public
169.254.0.23     169.254.0.23     metadata        link-local     link-local
169.254.10.10    169.254.10.10    metadata        link-local     link-local
169.254.42.42    169.254.42.42    metadata        link-local     link-local
169.254.169.123  169.254.169.123  metadata        link-local     link-local
169.254.169.253  169.254.169.254  metadata        link-local     link-local
169.254.170.2    169.254.170.2    metadata        link-local     link-local
169.254.170.23   169.254.170.23   metadata        link-local     link-local
192.0.0.192      192.0.0.192      metadata        special-use    special-use
";

/// The first and the last address of a block that holds IPv4 addresses have the first and the last
/// IPv4 address inside: `0.0.0.0` and `255.255.255.255`, in Teredo the one as server and the other
/// as client or the other way round.
const V6: &str = "
::                   ::                                       unspecified     -               loopback
::1                  ::1                                      loopback        unspecified     unspecified
::2                  ::ff:ffff                                unspecified     loopback        special-use
::f000:0             ::ffff:ffff                              never-a-server  never-a-server  special-use
::1:0:0              ::fffe:ffff:ffff                         special-use     never-a-server  unspecified
::1:0:0:0            ::fffe:ffff:ffff:ffff                    special-use     never-a-server  unspecified
::ffff:1:0:0         64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff    special-use     never-a-server  unspecified
64:ff9b::1:0:0       64:ff9b:0:ffff:ffff:ffff:ffff:ffff       special-use     never-a-server  nat64-local
64:ff9b:1::          64:ff9b:1:ffff:ffff:ffff:ffff:ffff       nat64-local     special-use     special-use
100::                100::ffff:ffff:ffff:ffff                 never-a-server  special-use     never-a-server
100:0:0:1::          100::1:ffff:ffff:ffff:ffff               never-a-server  never-a-server  special-use
200::                3ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff   special-use     special-use     special-use
1fff:ffff::          1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff  special-use     special-use     public
2000::               2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff  public          special-use     unspecified
2001::               2001:0:ffff:ffff:ffff:ffff:ffff:ffff     unspecified     public          special-use
2001:1::             2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff   special-use     unspecified     public
2001:1::1            2001:1::3                                special-use     special-use     special-use
2001:2::             2001:2:0:ffff:ffff:ffff:ffff:ffff        special-use     special-use     special-use
2001:3::             2001:3:ffff:ffff:ffff:ffff:ffff:ffff     special-use     special-use     special-use
2001:4:112::         2001:4:112:ffff:ffff:ffff:ffff:ffff      special-use     special-use     special-use
2001:10::            2001:1f:ffff:ffff:ffff:ffff:ffff:ffff    special-use     special-use     special-use
2001:20::            2001:2f:ffff:ffff:ffff:ffff:ffff:ffff    special-use     special-use     special-use
2001:30::            2001:3f:ffff:ffff:ffff:ffff:ffff:ffff    special-use     special-use     special-use
2001:db8::           2001:db8:ffff:ffff:ffff:ffff:ffff:ffff   never-a-server  public          public
2002:100::           2002:9ff:ffff:ffff:ffff:ffff:ffff:ffff   special-use     unspecified     special-use
2002:f000::          2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff  never-a-server  never-a-server  public
2606:4700::1111      2606:4700::1111                          public          public          public
2620:4f:8000::       2620:4f:8000:ffff:ffff:ffff:ffff:ffff    special-use     public          public
3fff::               3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff   never-a-server  public          public
3fff:1000::          3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff  public          never-a-server  special-use
5f00::               5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff  special-use     special-use     special-use
fc00::               fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff  unique-local    special-use     special-use
fe80::               febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff  link-local      special-use     special-use
fec0::               feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff  special-use     link-local      never-a-server
ff00::               ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff  never-a-server  special-use     -
";

/// `…:a9fe:a9fd` ends in the resolver of AWS, as an operator's NAT64 writes it.
const ENDPOINTS_V6: &str = "
fd00:42::42          fd00:42::42                              metadata        unique-local    unique-local
fd00:c1::a9fe:a9fd   fd00:c1::a9fe:a9fe                       metadata        unique-local    unique-local
fd00:100::100:200    fd00:100::100:200                        metadata        unique-local    unique-local
fd00:ec2::           fd00:ec2:ffff:ffff:ffff:ffff:ffff:ffff   metadata        unique-local    unique-local
fd00:ec2::23         fd00:ec2::23                             metadata        metadata        metadata
fd00:ec2::123        fd00:ec2::123                            metadata        metadata        metadata
fd00:ec2::253        fd00:ec2::254                            metadata        metadata        metadata
fd00:a9fe:a9fe::1    fd00:a9fe:a9fe::1                        metadata        unique-local    unique-local
fd20:ce::254         fd20:ce::254                             metadata        unique-local    unique-local
fe80::a9fe:a9fd      fe80::a9fe:a9fe                          metadata        link-local      link-local
";

fn number(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(ip) => u32::from(ip).into(),
        IpAddr::V6(ip) => ip.into(),
    }
}

fn like(ip: IpAddr, number: u128) -> IpAddr {
    match ip {
        IpAddr::V4(_) => Ipv4Addr::from(u32::try_from(number).unwrap()).into(),
        IpAddr::V6(_) => Ipv6Addr::from(number).into(),
    }
}

/// The four addresses at the edges of a row, each with its kind.
fn edges(row: &str) -> Vec<(IpAddr, AddressKind)> {
    let words: Vec<&str> = row.split_whitespace().collect();
    let kind = |word: &str| KINDS.into_iter().find(|kind| kind.code() == word);
    let ip = |word: &str| -> IpAddr { word.parse().unwrap() };
    let (first, last) = (ip(words[0]), ip(words[1]));
    let mut found = vec![
        (first, kind(words[2]).unwrap()),
        (last, kind(words[2]).unwrap()),
    ];
    if let Some(below) = kind(words[3]) {
        found.push((like(first, number(first) - 1), below));
    }
    if let Some(above) = kind(words[4]) {
        found.push((like(last, number(last) + 1), above));
    }
    found
}

fn table(tables: &[&str]) -> Vec<(IpAddr, AddressKind)> {
    let rows = tables.iter().flat_map(|table| table.trim().lines());
    rows.flat_map(edges).collect()
}

fn v4_edges() -> Vec<(Ipv4Addr, AddressKind)> {
    let v4 = |(ip, kind)| match ip {
        IpAddr::V4(ip) => (ip, kind),
        IpAddr::V6(ip) => panic!("{ip} stands in a table of IPv4"),
    };
    table(&[V4, ENDPOINTS_V4]).into_iter().map(v4).collect()
}

/// Where an IPv4 address stands in an IPv6 address.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    Mapped,
    Compatible,
    Translated,
    Nat64,
    /// `64:ff9b:1::/48`, read with a prefix of so many bits.
    LocalNat64(u8),
    /// A public prefix of so many bits.
    OperatorNat64(u8),
    SixToFour,
    TeredoClient,
    TeredoServer,
    /// With this first group of the interface identifier.
    Isatap(u16),
}

pub(crate) const FORMS: [Form; 21] = [
    Form::Mapped,
    Form::Compatible,
    Form::Translated,
    Form::Nat64,
    Form::LocalNat64(48),
    Form::LocalNat64(56),
    Form::LocalNat64(64),
    Form::LocalNat64(96),
    Form::OperatorNat64(32),
    Form::OperatorNat64(40),
    Form::OperatorNat64(48),
    Form::OperatorNat64(56),
    Form::OperatorNat64(64),
    Form::OperatorNat64(96),
    Form::SixToFour,
    Form::TeredoClient,
    Form::TeredoServer,
    Form::Isatap(0x0000),
    Form::Isatap(0x0100),
    Form::Isatap(0x0200),
    Form::Isatap(0x0300),
];

impl Form {
    /// The IPv6 address with `inner` inside.
    pub(crate) fn hide(self, inner: Ipv4Addr) -> Ipv6Addr {
        let bits = u128::from(u32::from(inner));
        let other = u128::from(u32::from(Ipv4Addr::new(8, 8, 4, 4)));
        let groups = |a: u128, b: u128| (a << 112) | (b << 96);
        let hidden = match self {
            Form::Mapped => (0xffff << 32) | bits,
            Form::Compatible => bits,
            Form::Translated => (0xffff << 48) | bits,
            Form::Nat64 => groups(0x64, 0xff9b) | bits,
            Form::LocalNat64(length) => return behind("64:ff9b:1::", length, inner),
            Form::OperatorNat64(length) => {
                return behind("2600:1900:4000:a1b2:00c3:d4e5::", length, inner);
            }
            Form::SixToFour => (0x2002 << 112) | (bits << 80),
            Form::TeredoClient => groups(0x2001, 0) | (other << 64) | (bits ^ 0xffff_ffff),
            Form::TeredoServer => groups(0x2001, 0) | (bits << 64) | (other ^ 0xffff_ffff),
            Form::Isatap(first) => {
                groups(0x2600, 0x1900) | (u128::from(first) << 48) | (0x5efe << 32) | bits
            }
        };
        hidden.into()
    }

    /// How the address is treated when the one inside is of this kind.
    fn treatment(self, inner: AddressKind) -> AddressKind {
        match self {
            Form::Mapped | Form::Nat64 | Form::Isatap(_) => inner,
            Form::LocalNat64(_) if inner != Metadata => LocalNat64,
            Form::OperatorNat64(_) if inner != Metadata => Public,
            Form::LocalNat64(_) | Form::OperatorNat64(_) => Metadata,
            Form::Compatible
            | Form::Translated
            | Form::SixToFour
            | Form::TeredoClient
            | Form::TeredoServer => match inner {
                Public | Benchmark | UniqueLocal | Private => SpecialUse,
                graver => graver,
            },
        }
    }
}

/// RFC 6052, section 2.2: the address right behind the prefix; the byte after the 64th bit is zero.
fn behind(prefix: &str, length: u8, inner: Ipv4Addr) -> Ipv6Addr {
    let prefix: Ipv6Addr = prefix.parse().unwrap();
    let kept = usize::from(length / 8);
    let mut octets = [0; 16];
    octets[..kept].copy_from_slice(&prefix.octets()[..kept]);
    let places = (kept..16).filter(|place| *place != 8);
    for (place, octet) in places.zip(inner.octets()) {
        octets[place] = octet;
    }
    octets.into()
}

/// Every edge of the tables, and every IPv4 edge in every form.
fn all() -> Vec<(IpAddr, AddressKind)> {
    let hidden = v4_edges().into_iter().flat_map(|(inner, kind)| {
        FORMS.map(|form| (IpAddr::from(form.hide(inner)), form.treatment(kind)))
    });
    let mut all = table(&[V4, ENDPOINTS_V4, V6, ENDPOINTS_V6]);
    all.extend(hidden);
    all
}

fn url(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => format!("http://{ip}:1234/v1"),
        IpAddr::V6(ip) => format!("http://[{ip}]:1234/v1"),
    }
}

/// The stage that refuses, and why; `None` for what is let through.
type Refusal = Option<(Stage, Reason)>;

fn refusal(verdict: &Verdict) -> Refusal {
    (!verdict.is_allowed()).then_some((verdict.stage, verdict.reason))
}

/// Why an address is refused of which trust says nothing.
fn untrusted(kind: AddressKind) -> Option<Reason> {
    match kind {
        Public => None,
        Metadata => Some(Reason::Metadata),
        LinkLocal => Some(Reason::LinkLocal),
        Unspecified => Some(Reason::Unspecified),
        LocalNat64 => Some(Reason::LocalNat64),
        NeverServer => Some(Reason::NeverServer),
        Benchmark | UniqueLocal | Private | SpecialUse | Loopback => Some(Reason::Private),
    }
}

/// Why an address is refused although its origin is trusted.
fn trusted(kind: AddressKind) -> Option<Reason> {
    match kind {
        Public | Benchmark | UniqueLocal | Private | SpecialUse | Loopback => None,
        withheld => untrusted(withheld),
    }
}

fn allowing(kind: AddressKind) -> Reason {
    if kind == Public {
        Reason::Public
    } else {
        Reason::ExactOrigin
    }
}

#[test]
fn the_edges_of_every_range_have_their_kinds() {
    for (ip, kind) in table(&[V4, ENDPOINTS_V4, V6, ENDPOINTS_V6]) {
        assert_eq!(Address::of(ip).kind(), kind, "{ip}");
    }
}

#[test]
fn the_forms_are_written_as_their_standards_write_them() {
    let inner = Ipv4Addr::new(192, 0, 2, 33);
    for (form, text) in [
        (Form::Mapped, "::ffff:192.0.2.33"),
        (Form::Compatible, "::192.0.2.33"),
        (Form::Translated, "::ffff:0:192.0.2.33"),
        (Form::Nat64, "64:ff9b::192.0.2.33"),
        (Form::LocalNat64(48), "64:ff9b:1:c000:2:2100::"),
        (Form::LocalNat64(56), "64:ff9b:1:c0:0:221::"),
        (Form::LocalNat64(64), "64:ff9b:1::c0:2:2100:0"),
        (Form::LocalNat64(96), "64:ff9b:1::192.0.2.33"),
        (Form::OperatorNat64(32), "2600:1900:c000:221::"),
        (Form::OperatorNat64(40), "2600:1900:40c0:2:21::"),
        (Form::SixToFour, "2002:c000:221::"),
        (Form::TeredoServer, "2001:0:c000:221::f7f7:fbfb"),
        (Form::TeredoClient, "2001:0:808:404::3fff:fdde"),
        (Form::Isatap(0x200), "2600:1900::200:5efe:192.0.2.33"),
    ] {
        assert_eq!(
            form.hide(inner),
            text.parse::<Ipv6Addr>().unwrap(),
            "{form:?}"
        );
    }
}

#[test]
fn an_address_inside_another_counts() {
    for (inner, kind) in v4_edges() {
        for form in FORMS {
            let ip = form.hide(inner);
            let found = Address::of(ip.into()).kind();
            assert_eq!(found, form.treatment(kind), "{inner} as {form:?}: {ip}");
        }
    }
}

#[test]
fn only_public_addresses_are_asked_without_a_base_url() {
    for flag in [None, Some(false)] {
        let policy = Policy::of_provider(None, flag);
        for (ip, kind) in all() {
            let verdict = policy.judge(&[Hop::to(&url(ip))]);
            let expected = untrusted(kind).map(|reason| (Stage::Host, reason));
            assert_eq!(refusal(&verdict), expected, "{ip} is {kind:?}");
        }
    }
}

#[test]
fn a_name_that_nobody_vouches_for_must_answer_with_public_addresses() {
    let others = [
        Policy::of_provider(None, None),
        Policy::of_provider(Some("http://gpu.lan:1234"), None),
        Policy::of_provider(Some("http://10.0.0.5:1234"), None),
        Policy::of_origins(&["http://gpu.lan:1234"]).unwrap(),
    ];
    for policy in others {
        for (ip, kind) in all() {
            let answers = [ip];
            let hop = Hop::to("http://other.example/").answered(&answers);
            let expected = untrusted(kind).map(|reason| (Stage::Answers, reason));
            assert_eq!(refusal(&policy.judge(&[hop])), expected, "{ip} is {kind:?}");
        }
    }
}

#[test]
fn a_trusted_name_may_answer_with_what_trust_opens() {
    let policies = [
        Policy::of_provider(Some("http://gpu.lan:1234"), None),
        Policy::of_origins(&["http://gpu.lan:1234"]).unwrap(),
    ];
    for policy in policies {
        for (ip, kind) in all() {
            let answers = [ip];
            let verdict = policy.judge(&[Hop::to("http://gpu.lan:1234/v1").answered(&answers)]);
            let reason = match kind {
                Loopback => Some(Reason::SurpriseLoopback),
                kind => trusted(kind),
            };
            let expected = reason.map(|reason| (Stage::Answers, reason));
            assert_eq!(refusal(&verdict), expected, "{ip} is {kind:?}");
            if expected.is_none() {
                assert_eq!(verdict.reason, allowing(kind), "{ip}");
                assert_eq!(verdict.addresses, answers, "{ip}");
            }
        }
    }
}

#[test]
fn a_name_for_this_machine_may_answer_with_this_machine() {
    for base in ["http://localhost:1234", "http://llm.localhost:1234"] {
        let policy = Policy::of_provider(Some(base), None);
        for (ip, kind) in all() {
            let answers = [ip];
            let verdict = policy.judge(&[Hop::to(base).answered(&answers)]);
            let expected = trusted(kind).map(|reason| (Stage::Answers, reason));
            assert_eq!(refusal(&verdict), expected, "{ip} is {kind:?}");
        }
    }
}

#[test]
fn an_address_as_base_url_is_trusted_unless_trust_never_opens_it() {
    for (ip, kind) in all() {
        let base = url(ip);
        let policies = [
            Policy::of_provider(Some(&base), None),
            Policy::of_origins(&[&base]).unwrap(),
        ];
        for policy in policies {
            let verdict = policy.judge(&[Hop::to(&base)]);
            let expected = trusted(kind).map(|reason| (Stage::Host, reason));
            assert_eq!(refusal(&verdict), expected, "{ip} is {kind:?}");
            if expected.is_none() {
                assert_eq!(verdict.reason, allowing(kind), "{ip}");
                assert_eq!(verdict.addresses, [ip], "{ip}");
            }
        }
        let trust = Policy::of_provider(Some(&base), None);
        assert_eq!(
            trust.trusted_origin().is_some(),
            trusted(kind).is_none(),
            "{ip}"
        );
    }
}
