//! Laws of the policy, over chains of requests whose hosts, ports and addresses meet often.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use clawconf::trust::{Address, AddressKind, Change, Origin, Policy, Proxy, Reason};
use proptest::prelude::*;
use proptest::sample::select;

use crate::trust_addresses::FORMS;
use crate::trust_policy::{FLAGS, Request, Setup, judge, useless};

/// Metadata services and other endpoints of clouds.
const ENDPOINTS_V4: [[u8; 4]; 11] = [
    [169, 254, 169, 254],
    [169, 254, 170, 2],
    [169, 254, 170, 23],
    [169, 254, 169, 253],
    [169, 254, 169, 123],
    [169, 254, 0, 23],
    [169, 254, 10, 10],
    [169, 254, 42, 42],
    [100, 100, 100, 200],
    [192, 0, 0, 192],
    [168, 63, 129, 16],
];

const ENDPOINTS_V6: [&str; 6] = [
    "fd20:ce::254",
    "fd00:100::100:200",
    "fd00:c1::a9fe:a9fe",
    "fd00:42::42",
    "fd00:a9fe:a9fe::1",
    "fd00:ec2::254",
];

const PRIVATE_V4: [[u8; 4]; 12] = [
    [10, 0, 0, 5],
    [192, 168, 1, 5],
    [172, 16, 0, 5],
    [100, 64, 0, 5],
    [127, 0, 0, 1],
    [0, 0, 0, 0],
    [198, 18, 0, 5],
    [192, 88, 99, 5],
    [203, 0, 113, 5],
    [224, 0, 0, 1],
    [255, 255, 255, 255],
    [169, 254, 7, 7],
];

const PRIVATE_V6: [&str; 8] = [
    "::",
    "::1",
    "fd12::5",
    "fe80::7",
    "64:ff9b:1::8",
    "2001:db8::1",
    "5f00::1",
    "fec0::5",
];

const PUBLIC: [&str; 5] = [
    "93.184.216.34",
    "8.8.8.8",
    "2606:4700::1111",
    "64:ff9b::808:808",
    "2600:1900::5efe:808:808",
];

const HOSTS: [&str; 25] = [
    "gpu.lan",
    "GPU.lan.",
    "gpu.lan..",
    "other.example",
    "api.openai.com",
    "x.openrouter.ai",
    "localhost",
    "llm.localhost",
    "box.local",
    "my-metadata.lan",
    "metadata.google.internal",
    "192.168.1.5",
    "0xc0a80105",
    "127.1",
    "127.0.0.1..",
    "169.254.169.254..",
    "[::1]",
    "[fd12::5]",
    "0.0.0.0",
    "198.18.0.5",
    "169.254.7.7",
    "169.254.169.254",
    "[64:ff9b::a9fe:a9fe]",
    "93.184.216.34",
    "[::ffff:10.0.0.5]",
];

/// Whether the address is link-local or a metadata service, by itself or by one inside.
fn is_secret(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local() || is_endpoint(ip.octets()),
        IpAddr::V6(ip) => is_secret_v6(ip),
    }
}

fn is_endpoint(octets: [u8; 4]) -> bool {
    ENDPOINTS_V4.contains(&octets)
}

fn is_secret_v6(ip: Ipv6Addr) -> bool {
    let bits = u128::from(ip);
    let begins = |text: &str, length: u32| {
        let prefix: Ipv6Addr = text.parse().unwrap();
        (bits ^ u128::from(prefix)).leading_zeros() >= length
    };
    let endpoint = ENDPOINTS_V6.iter().any(|known| begins(known, 128));
    if endpoint || begins("fe80::", 10) || begins("fd00:ec2::", 32) || begins("64:ff9b:1::", 48) {
        return true;
    }
    let inside = |shift: u32| ((bits >> shift) & 0xffff_ffff) as u32;
    let is_secret_v4 = |bits: u32| is_secret(Ipv4Addr::from(bits).into());
    let low = ["::", "::ffff:0:0", "::ffff:0:0:0", "64:ff9b::"];
    let is_isatap = (bits >> 32) & 0xfcff_ffff == 0x5efe;
    let known = (low.iter().any(|prefix| begins(prefix, 96)) && is_secret_v4(inside(0)))
        || (is_isatap && is_secret_v4(inside(0)))
        || (begins("2002::", 16) && is_secret_v4(inside(80)))
        || (begins("2001::", 32) && (is_secret_v4(!inside(0)) || is_secret_v4(inside(64))));
    known || operator_positions(ip.octets()).any(is_endpoint)
}

/// What stands behind a NAT64 prefix of each length, without the byte that is always zero.
fn operator_positions(octets: [u8; 16]) -> impl Iterator<Item = [u8; 4]> {
    [4, 5, 6, 7, 8, 12].into_iter().map(move |start| {
        let behind: Vec<u8> = (start..16)
            .filter(|at| *at != 8)
            .map(|at| octets[at])
            .collect();
        [behind[0], behind[1], behind[2], behind[3]]
    })
}

fn v4() -> impl Strategy<Value = Ipv4Addr> {
    let of = |octets: [u8; 4]| Ipv4Addr::from(octets);
    prop_oneof![
        3 => select(&ENDPOINTS_V4[..]).prop_map(of),
        3 => select(&PRIVATE_V4[..]).prop_map(of),
        1 => any::<[u8; 2]>().prop_map(|[c, d]| Ipv4Addr::new(169, 254, c, d)),
        1 => any::<[u8; 4]>().prop_map(of),
    ]
}

fn parsed(list: &'static [&'static str]) -> impl Strategy<Value = IpAddr> {
    select(list).prop_map(|text| text.parse().unwrap())
}

fn ip() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        2 => v4().prop_map(IpAddr::from),
        4 => (v4(), select(&FORMS[..])).prop_map(|(inner, form)| form.hide(inner).into()),
        1 => parsed(&ENDPOINTS_V6),
        1 => parsed(&PRIVATE_V6),
        4 => parsed(&PUBLIC),
        1 => any::<u128>().prop_map(|bits| Ipv6Addr::from(bits).into()),
    ]
}

/// Mostly one kind of answer, so that a chain has a chance to go on.
fn answers() -> impl Strategy<Value = Option<Vec<IpAddr>>> {
    let like = |text: &'static str| Just(vec![text.parse().unwrap()]);
    let known = prop_oneof![
        like("93.184.216.34"),
        like("10.0.0.5"),
        like("198.18.0.5"),
        like("fd12::5"),
        prop::collection::vec(ip(), 0..4),
        prop::collection::vec(ip(), 1..2),
    ];
    prop::option::weighted(0.9, known)
}

fn url() -> impl Strategy<Value = String> {
    let scheme = prop_oneof![
        12 => Just("http://"),
        4 => Just("https://"),
        1 => Just("HTTP:\\\\"),
        1 => Just(""),
        1 => Just("ftp://"),
    ];
    let user = prop_oneof![14 => Just(""), 1 => Just("u:p@"), 1 => Just("u@")];
    let literal = ip().prop_map(|ip| match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    });
    let host = prop_oneof![
        4 => Just("gpu.lan".to_owned()),
        6 => select(&HOSTS[..]).prop_map(str::to_owned),
        2 => literal,
    ];
    let port = select(vec![
        "", "", ":1234", ":1234", ":01234", ":1235", ":80", ":443", ":22",
    ]);
    let path = select(vec!["", "/", "/v1", "/v1/models", "?a=b#c"]);
    (scheme, user, host, port, path)
        .prop_map(|(scheme, user, host, port, path)| format!("{scheme}{user}{host}{port}{path}"))
}

fn request() -> impl Strategy<Value = Request> {
    (url(), answers()).prop_map(|(url, answers)| Request { url, answers })
}

fn chain() -> impl Strategy<Value = Vec<Request>> {
    prop::collection::vec(request(), 1..5)
}

fn setup() -> impl Strategy<Value = Setup> {
    let proxy = prop_oneof![
        8 => Just(Proxy::None),
        1 => Just(Proxy::Environment),
        1 => url().prop_map(Proxy::Explicit),
    ];
    (
        prop::option::weighted(0.9, url()),
        select(&FLAGS[..]),
        proxy,
    )
        .prop_map(|(base, flag, proxy)| Setup { base, flag, proxy })
}

/// Requests that often begin at the base URL and stay near it.
fn journey() -> impl Strategy<Value = (Setup, Vec<Request>)> {
    (setup(), chain(), any::<bool>(), any::<bool>()).prop_map(
        |(setup, mut chain, begins, stays)| {
            if let Some(base) = setup.base.as_ref().filter(|_| begins) {
                chain[0].url.clone_from(base);
                if let (true, Some(next)) = (stays, chain.get_mut(1)) {
                    next.url = format!("{base}/next");
                }
            }
            (setup, chain)
        },
    )
}

/// The secret address that an allowed prefix of the chain may be connected to.
fn leak(policy: &Policy, chain: &[Request]) -> Option<IpAddr> {
    (1..=chain.len()).find_map(|length| {
        let verdict = judge(policy, &chain[..length]);
        let allowed = verdict.is_allowed().then_some(verdict.addresses)?;
        allowed.into_iter().find(|ip| is_secret(*ip))
    })
}

#[test]
fn the_decoder_of_these_laws_knows_every_form() {
    let endpoint = Ipv4Addr::new(169, 254, 169, 254);
    let public = Ipv4Addr::new(8, 8, 8, 8);
    for form in FORMS {
        assert!(is_secret(form.hide(endpoint).into()), "{form:?}");
        let is_local = format!("{form:?}").starts_with("LocalNat64");
        assert_eq!(is_secret(form.hide(public).into()), is_local, "{form:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn without_a_base_url_no_secret_address_is_reached(
        chain in chain(),
        flag in select(vec![None, Some(false)]),
    ) {
        let policy = Policy::of_provider(None, flag);
        prop_assert_eq!(leak(&policy, &chain), None);
    }

    #[test]
    fn trust_in_a_base_url_reaches_no_secret_address((setup, chain) in journey()) {
        let flag = setup.flag.filter(|flag| !flag);
        let policy = Policy::of_provider(setup.base.as_deref(), flag);
        prop_assert_eq!(leak(&policy, &chain), None);
    }

    #[test]
    fn an_opt_in_reaches_no_metadata_service_by_redirect_or_answer(
        ip in ip().prop_filter("a metadata service", |ip| is_secret(*ip)),
        (setup, mut chain) in journey(),
    ) {
        let metadata = Address::of(ip).kind() == AddressKind::Metadata;
        prop_assume!(metadata);
        let last = chain.last_mut().unwrap();
        *last = Request { url: "http://rebound.example/".to_owned(), answers: Some(vec![ip]) };
        let verdict = Setup { flag: Some(true), ..setup }.judge(&chain);
        prop_assert!(!verdict.is_allowed());
    }

    #[test]
    fn a_list_of_origins_reaches_no_secret_address(
        listed in prop::collection::vec(url(), 1..4),
        chain in chain(),
        begins in any::<bool>(),
    ) {
        let mut chain = chain;
        if begins {
            chain[0].url.clone_from(&listed[0]);
        }
        let listed: Vec<&str> = listed.iter().map(String::as_str).collect();
        if let Ok(policy) = Policy::of_origins(&listed) {
            prop_assert_eq!(leak(&policy, &chain), None);
        }
    }

    #[test]
    fn any_text_is_judged(
        base in text(),
        proxy in text(),
        urls in prop::collection::vec(text(), 0..6),
        flag in select(&FLAGS[..]),
        answers in answers(),
    ) {
        let chain: Vec<Request> =
            urls.into_iter().map(|url| Request { url, answers: answers.clone() }).collect();
        let setup = Setup { base: Some(base.clone()), flag, proxy: Proxy::Explicit(proxy) };
        setup.judge(&chain);
        Setup { proxy: Proxy::None, ..setup }.judge(&chain);
        if let Ok(policy) = Policy::of_origins(&[&base]) {
            judge(&policy, &chain);
        }
    }

    #[test]
    fn a_proposed_change_helps((setup, chain) in journey()) {
        let verdict = setup.judge(&chain);
        prop_assert_eq!(useless(&setup, &chain, &verdict), None, "{}", verdict.message);
    }

    #[test]
    fn an_origin_is_what_it_prints(a in url(), b in url()) {
        let (Ok(a), Ok(b)) = (Origin::parse(&a), Origin::parse(&b)) else {
            return Ok(());
        };
        prop_assert_eq!(a == b, a.to_string() == b.to_string());
        prop_assert_eq!(Origin::parse(&a.to_string()), Ok(a));
    }

    #[test]
    fn nothing_is_certain_while_a_name_was_not_looked_up((setup, chain) in journey()) {
        let verdict = setup.judge(&chain);
        let origin = |request: &Request| Origin::parse(&request.url);
        // Redirects may be relative.
        prop_assume!(chain.iter().all(|request| origin(request).is_ok()));
        let unasked = |request: &Request| {
            let is_name = origin(request).is_ok_and(|origin| origin.host.name().is_some());
            request.answers.is_none() && is_name
        };
        if verdict.is_allowed() {
            let is_open = verdict.reason == Reason::NotLookedUp;
            prop_assert_eq!(is_open, chain.iter().any(unasked), "{:?}", verdict);
        }
    }

    #[test]
    fn no_verdict_is_looser_than_that_of_the_release((setup, chain) in journey()) {
        let verdict = setup.judge(&chain);
        prop_assert!(!verdict.is_allowed() || verdict.openclaw_allows, "{:?}", verdict);
    }

    #[test]
    fn everything_is_opened_only_where_nothing_less_helps((setup, chain) in journey()) {
        let verdict = setup.judge(&chain);
        if verdict.changes != [Change::AllowPrivateNetwork] {
            return Ok(());
        }
        let origin = verdict.request_origin.as_ref().unwrap().to_string();
        let last = &chain[verdict.hop - 1];
        let own = Request { url: format!("{origin}/v1"), ..last.clone() };
        for flag in [None, setup.flag] {
            let moved = Setup { base: Some(origin.clone()), flag, proxy: setup.proxy.clone() };
            let reachable = verdict.hop == chain.len() && moved.judge(std::slice::from_ref(&own)).is_allowed();
            let is_other = setup.base.as_deref().and_then(|base| Origin::parse(base).ok())
                .is_none_or(|base| base.to_string() != origin);
            prop_assert!(!(reachable && is_other), "{:?}", verdict);
        }
    }

    #[test]
    fn more_answers_never_help((setup, chain) in journey(), more in ip(), at in 0..4usize) {
        let refused = setup.judge(&chain);
        prop_assume!(!refused.is_allowed() && refused.reason != Reason::Unresolved);
        let mut chain = chain;
        let at = at % chain.len();
        if let Some(answers) = &mut chain[at].answers {
            answers.push(more);
        }
        prop_assert!(!setup.judge(&chain).is_allowed());
    }

    #[test]
    fn public_addresses_are_always_reached(
        (base, flag) in (prop::option::weighted(0.9, url()), select(&FLAGS[..])),
        own in public_url(),
        begins in any::<bool>(),
        answers in prop::collection::vec(parsed(&PUBLIC), 1..4),
    ) {
        let base = if begins { Some(own.clone()) } else { base };
        prop_assume!(!base.as_deref().is_some_and(|base| base.contains("..")));
        let setup = Setup { base, flag, proxy: Proxy::None };
        let verdict = setup.judge(&[Request { url: own, answers: Some(answers) }]);
        prop_assert_eq!(verdict.reason, Reason::Public, "{}", verdict.message);
    }
}

/// A URL without user, at a port that is not blocked, whose host is public or a name that may be
/// looked up.
fn public_url() -> impl Strategy<Value = String> {
    let names = [
        "gpu.lan",
        "GPU.lan.",
        "other.example",
        "api.openai.com",
        "my-metadata.lan",
        "local",
    ];
    let literal = parsed(&PUBLIC).prop_map(|ip| match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    });
    let host = prop_oneof![select(names.to_vec()).prop_map(str::to_owned), literal];
    let scheme = select(vec!["http://", "https://", "HTTP:\\\\"]);
    let port = select(vec!["", ":", ":80", ":443", ":1234", ":01234", ":65535"]);
    (scheme, host, port).prop_map(|(scheme, host, port)| format!("{scheme}{host}{port}/v1"))
}

/// Any text, often one that is nearly a URL.
fn text() -> impl Strategy<Value = String> {
    let bit = prop_oneof![
        url(),
        any::<char>().prop_map(String::from),
        select(vec![
            "http://", "://", "[", "]", "%", "..", ".", ":", "@", "\\", "metadata", "\t", "。",
            "xn--"
        ])
        .prop_map(str::to_owned),
    ];
    prop_oneof![
        any::<String>(),
        prop::collection::vec(bit, 0..6).prop_map(|bits| bits.concat()),
    ]
}
