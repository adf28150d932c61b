//! What is refused whatever stands in the config, or before anybody is asked: URLs, ports, redirects,
//! names and proxies; and the policy over a list of origins.

use clawconf::trust::{Policy, Proxy, is_blocked_port};

use crate::trust_policy::{Setup, chain, hold, hold_always, holds, is_whole, judge, said};

#[rustfmt::skip]
#[test]
fn what_ends_at_the_url_whatever_the_flag() {
    let base = "http://gpu.lan:1234";
    hold_always(&[
        (base, "http://[", "url:not-a-url"),
        (base, "http://", "url:not-a-url"),
        (base, "http://256.0.0.1/", "url:not-a-url"),
        (base, "http://[fe80::1%25eth0]/", "url:not-a-url"),
        (base, "/v1/models", "url:not-a-url"),
        (base, "ftp://gpu.lan/", "url:not-http"),
        (base, "ws://gpu.lan:1234/", "url:not-http"),
        (base, "file:///etc/passwd", "url:not-http"),
        (base, "data:,x", "url:not-http"),
        (base, "http://u:p@gpu.lan:1234/ 10.0.0.5", "url:credentials-in-url"),
        (base, "http://u@gpu.lan:1234/ 10.0.0.5", "url:credentials-in-url"),
        (base, "http://:p@other.example/ 93.184.216.34", "url:credentials-in-url"),
        (base, "http://gpu.lan:1234@10.9.9.9/", "url:credentials-in-url"),
        ("http://u:p@gpu.lan:1234", "http://u:p@gpu.lan:1234/ 10.0.0.5", "url:credentials-in-url"),
        (base, "http://gpu.lan:22/ 93.184.216.34", "url:blocked-port"),
        ("http://gpu.lan:6000", "http://gpu.lan:6000/ 93.184.216.34", "url:blocked-port"),
        (base, "http://127.0.0.1:6000/", "url:blocked-port"),
        (base, "http://gpu.lan:1234/ -", "lookup:unresolved"),
        (base, "http://other.example/ -", "lookup:unresolved"),
        ("http://93.184.216.34", "http://93.184.216.34/ > ftp://93.184.216.34/", "url:not-http at 2"),
        ("http://93.184.216.34", "http://93.184.216.34/ > http://u@93.184.216.34/", "url:credentials-in-url at 2"),
        ("http://93.184.216.34", "http://93.184.216.34/ > http://93.184.216.34:25/", "url:blocked-port at 2"),
        ("http://93.184.216.34", "http://93.184.216.34/ > http://[", "url:not-a-url at 2"),
        (base, "http://gpu.lan:1234/ 93.184.216.34 > http://u@other.example/", "url:credentials-in-url at 2"),
    ]);
}

#[rustfmt::skip]
#[test]
fn three_redirects_are_followed_and_none_in_a_circle() {
    let base = "http://93.184.216.34";
    hold_always(&[
        (base, "http://93.184.216.34/1 > http://93.184.216.34/2 > http://93.184.216.34/3 > http://93.184.216.34/4", "public"),
        (base, "http://93.184.216.34/1 > http://93.184.216.34/2 > http://93.184.216.34/3 > http://93.184.216.34/4 > http://93.184.216.34/5", "url:too-many-redirects at 5"),
        (base, "http://93.184.216.34/1 > http://93.184.216.34/1", "url:redirect-loop at 2"),
        (base, "http://93.184.216.34/1 > http://93.184.216.34/2 > http://93.184.216.34/1", "url:redirect-loop at 3"),
        (base, "http://93.184.216.34/1 > http://93.184.216.34/2 > HTTP://93.184.216.34:80/2", "url:redirect-loop at 3"),
        ("", "http://93.184.216.34/1 > http://93.184.216.34/1", "url:redirect-loop at 2"),
    ]);
}

#[test]
fn names_that_are_refused_before_anybody_is_asked() {
    let own = ["exact-origin", "host:refused-name", "opted-in"];
    for name in [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "localhost.localdomain",
        "a.localhost",
        "gpu.local",
        "gpu.local.",
        "x.y.internal",
    ] {
        let base = format!("http://{name}:1234").leak();
        let requests = format!("{base}/v1 10.0.0.5").leak();
        hold(&[
            (base, requests, own),
            (
                "",
                requests,
                ["host:refused-name", "host:refused-name", "opted-in"],
            ),
        ]);
    }
    let metadata = "http://metadata.google.internal/ 169.254.169.254";
    hold(&[
        (
            "",
            metadata,
            ["host:refused-name", "host:refused-name", "answers:metadata"],
        ),
        (
            "http://metadata.google.internal",
            metadata,
            ["host:refused-name", "host:refused-name", "opted-in"],
        ),
    ]);
    for name in [
        "local",
        "internal",
        "home.arpa",
        "gpu.home.arpa",
        "ip6-localhost",
        "localhost2",
        "notlocalhost",
        "kubernetes.default.svc",
        "gpu.localx",
        "gpu.local.example",
        "localdomain",
    ] {
        let requests = format!("http://{name}:1234/v1 93.184.216.34").leak();
        hold_always(&[("", requests, "public")]);
    }
}

#[test]
fn a_blocked_port_and_its_neighbours() {
    for (port, blocked) in [
        (0, true),
        (1, true),
        (2, false),
        (6, false),
        (7, true),
        (8, false),
        (18, false),
        (19, true),
        (22, true),
        (23, true),
        (24, false),
        (25, true),
        (26, false),
        (52, false),
        (53, true),
        (54, false),
        (79, true),
        (80, false),
        (442, false),
        (443, false),
        (444, false),
        (586, false),
        (587, true),
        (588, false),
        (992, false),
        (993, true),
        (994, false),
        (995, true),
        (996, false),
        (1234, false),
        (2048, false),
        (2049, true),
        (2050, false),
        (5059, false),
        (5060, true),
        (5061, true),
        (5062, false),
        (5999, false),
        (6000, true),
        (6001, false),
        (6664, false),
        (6665, true),
        (6667, true),
        (6669, true),
        (6670, false),
        (6696, false),
        (6697, true),
        (6698, false),
        (8000, false),
        (8080, false),
        (10079, false),
        (10080, true),
        (10081, false),
        (11434, false),
        (65535, false),
    ] {
        assert_eq!(is_blocked_port(port), blocked, "{port}");
        let base = format!("http://gpu.lan:{port}").leak();
        let requests = format!("{base}/ 93.184.216.34").leak();
        let expected = if blocked {
            "url:blocked-port"
        } else {
            "public"
        };
        hold_always(&[(base, requests, expected)]);
    }
    assert_eq!(
        (0..=u16::MAX).filter(|port| is_blocked_port(*port)).count(),
        83
    );
}

fn through(base: &str, flag: Option<bool>, proxy: &str) -> Setup {
    Setup {
        proxy: Proxy::Explicit(proxy.to_owned()),
        ..Setup::of(base, flag)
    }
}

#[rustfmt::skip]
#[test]
fn an_explicit_proxy() {
    let refused = ["proxy:proxy-private", "proxy:proxy-private", "public"];
    for (proxy, expected) in [
        ("http://proxy.example:3128", ["public"; 3]),
        ("https://93.184.216.34", ["public"; 3]),
        ("http://[2606:4700::1111]:3128", ["public"; 3]),
        ("socks5://proxy.example:1080", ["proxy:proxy-not-http"; 3]),
        ("proxy.example:3128", ["proxy:proxy-not-http"; 3]),
        ("", ["proxy:proxy-not-http"; 3]),
        ("http://127.0.0.1:3128", refused),
        ("http://[::1]:3128", refused),
        ("http://0x7f.1:3128", refused),
        ("http://192.168.1.9:3128", refused),
        ("http://localhost:3128", refused),
        ("http://proxy.local:3128", refused),
        ("http://169.254.7.7:3128", refused),
    ] {
        for (flag, expected) in [None, Some(false), Some(true)].into_iter().zip(expected) {
            for base in ["https://llm.example", "https://93.184.216.34", "https://api.openai.com/v1"] {
                let setup = through(base, flag, proxy);
                holds(&setup, &format!("{base}/x 93.184.216.34"), expected);
                holds(&setup, "http://93.184.216.34/", "proxy:proxy-plain-http");
            }
            let setup = through("http://127.0.0.1:1234", flag, proxy);
            holds(&setup, "http://127.0.0.1:1234/v1", "proxy:proxy-plain-http");
        }
    }
    let setup = through("https://10.0.0.5", None, "http://proxy.example:3128");
    holds(&setup, "https://10.0.0.5/v1", "exact-origin");
    holds(&setup, "https://10.0.0.6/v1", "host:private");
    holds(&setup, "https://10.0.0.5/v1 > http://93.184.216.34/", "proxy:proxy-plain-http at 2");
}

#[test]
fn a_metadata_service_is_no_proxy_even_when_all_is_opened() {
    for proxy in ["http://169.254.169.254:3128", "http://100.100.100.200:3128"] {
        let setup = through("https://llm.example", Some(true), proxy);
        holds(
            &setup,
            "https://llm.example/ 93.184.216.34",
            "proxy:proxy-private",
        );
    }
}

#[test]
fn the_proxy_of_the_environment_changes_no_verdict() {
    for (base, flag, requests, expected) in [
        (
            "http://gpu.lan:1234",
            None,
            "http://gpu.lan:1234/v1 10.0.0.5",
            "exact-origin",
        ),
        (
            "http://gpu.lan:1234",
            None,
            "http://gpu.lan:1234/v1 169.254.169.254",
            "answers:metadata",
        ),
        (
            "http://gpu.lan:1234",
            Some(false),
            "http://gpu.lan:1234/v1 10.0.0.5",
            "answers:private",
        ),
        (
            "http://gpu.lan:1234",
            Some(true),
            "http://10.0.0.6/",
            "opted-in",
        ),
        ("", None, "http://other.example/ 93.184.216.34", "public"),
        (
            "",
            None,
            "http://other.example/ 10.0.0.5",
            "answers:private",
        ),
        ("", None, "http://localhost/", "host:refused-name"),
    ] {
        let direct = Setup::of(base, flag);
        let proxy = Proxy::Environment;
        holds(
            &Setup {
                proxy,
                ..direct.clone()
            },
            requests,
            expected,
        );
        holds(&direct, requests, expected);
    }
}

#[test]
fn a_list_of_origins_may_name_what_it_never_gets() {
    let names = [
        "http://gpu.lan:1234",
        "https://llm.lan",
        "http://10.0.0.5:1234",
        "http://localhost:1234",
    ];
    let withheld = [
        "http://169.254.169.254",
        "http://[fe80::7]",
        "http://169.254.7.7",
        "http://[fd00:ec2::254]",
        "http://my-metadata.lan",
        "http://0.0.0.0:1234",
        "http://metadata.google.internal",
    ];
    let policy = Policy::of_origins(&[&names[..], &withheld[..]].concat()).unwrap();
    for (requests, expected) in [
        ("http://gpu.lan:1234/v1 10.0.0.5", "exact-origin"),
        ("http://GPU.lan.:01234/v1 fd12::5", "exact-origin"),
        ("http://gpu.lan:1234/v1 93.184.216.34", "public"),
        ("http://gpu.lan:1234/v1 169.254.169.254", "answers:metadata"),
        (
            "http://gpu.lan:1234/v1 10.0.0.5 fd20:ce::254",
            "answers:metadata",
        ),
        (
            "http://gpu.lan:1234/v1 ::ffff:169.254.7.7",
            "answers:link-local",
        ),
        ("http://gpu.lan:1234/v1 fe80::7", "answers:link-local"),
        (
            "http://gpu.lan:1234/v1 127.0.0.1",
            "answers:surprise-loopback",
        ),
        ("http://gpu.lan:1235/v1 10.0.0.5", "answers:private"),
        ("http://gpu.lan:1235/v1 198.18.0.5", "answers:private"),
        ("https://llm.lan/v1 192.168.1.5", "exact-origin"),
        ("http://llm.lan/v1 192.168.1.5", "answers:private"),
        ("http://10.0.0.5:1234/v1", "exact-origin"),
        ("http://10.0.0.5:1235/v1", "host:private"),
        ("http://localhost:1234/v1 127.0.0.1", "exact-origin"),
        ("http://localhost:1235/v1 127.0.0.1", "host:refused-name"),
        ("http://169.254.169.254/latest", "host:metadata"),
        ("http://0xa9fea9fe/latest", "host:metadata"),
        ("http://[fd00:ec2::254]/latest", "host:metadata"),
        ("http://[fe80::7]/", "host:link-local"),
        ("http://169.254.7.7/", "host:link-local"),
        ("http://0.0.0.0:1234/", "host:unspecified"),
        ("http://my-metadata.lan/ 10.0.0.5", "answers:private"),
        ("http://my-metadata.lan/ 93.184.216.34", "public"),
        (
            "http://metadata.google.internal/ 93.184.216.34",
            "host:refused-name",
        ),
        (
            "http://10.0.0.5:1234/a > http://gpu.lan:1234/ 10.0.0.6",
            "exact-origin",
        ),
        (
            "http://10.0.0.5:1234/a > http://169.254.169.254/",
            "host:metadata at 2",
        ),
        (
            "http://10.0.0.5:1234/a > http://10.0.0.6/",
            "host:private at 2",
        ),
    ] {
        let verdict = judge(&policy, &chain(requests));
        assert_eq!(said(&verdict), expected, "{requests}");
        assert!(verdict.changes.is_empty(), "{requests}");
        is_whole(&verdict);
    }
    for wrong in ["gpu.lan:1234", "ftp://gpu.lan", "//gpu.lan", ""] {
        assert!(
            Policy::of_origins(&["http://gpu.lan", wrong]).is_err(),
            "{wrong}"
        );
    }
}

/// An address, and what OpenClaw 2026.5.18 does with it as the answer of any name and as the answer
/// of a trusted one: `B` for refused.
const IN_THE_RELEASE: &str = "
0.0.0.0 B .           127.0.0.1 B .          169.254.7.7 B B        100.100.100.200 B B
10.0.0.5 B .          100.64.0.5 B .         192.0.0.5 B .          192.0.0.192 B .
192.0.2.1 B .         198.51.100.1 B .       203.0.113.1 B .        192.31.196.1 . .
192.52.193.1 . .      192.88.99.1 B .        192.175.48.1 . .       198.18.0.5 B .
224.0.0.1 B .         240.0.0.1 B .          255.255.255.255 B .    168.63.129.16 . .
:: B .                ::1 B .                ::10.0.0.5 B .         ::8.8.8.8 . .
::ffff:10.0.0.5 B .   ::ffff:169.254.7.7 B B ::ffff:0:10.0.0.5 B .  64:ff9b::10.0.0.5 B .
64:ff9b::a9fe:a9fe B B 64:ff9b:1::10.0.0.5 B . 64:ff9b:1::8.8.8.8 . . 64:ff9b:1::a9fe:a9fe B B
64:ff9b:1:a9fe:a9:fe00:: B .
100::1 B .            100:0:0:1::1 . .       2001:0:808:808::80ff:fffe B .
2001:100::1 B .       2001:2::1 B .          2001:3::1 . .          2001:4:112::1 . .
2001:10::1 . .        2001:20::1 B .         2001:30::1 . .         2001:db8::1 B .
2002:a00:5:: B .      2002:808:808:: . .     2002:a9fe:a9fe:: B B   2620:4f:8000::1 . .
3fff::1 B .           5f00::1 . .            fd12::5 B .            fd00:ec2::254 B B
fd00:ec2::23 B .      fd20:ce::254 B .       fd00:42::42 B .        fd00:c1::a9fe:a9fe B .
fe80::1 B B           fec0::1 B .            ff02::1 B .            200::1 . .
4000::1 . .           2600:1900::5efe:10.0.0.5 B . 2600:1900::200:5efe:169.254.7.7 B B
2600:1900::a9fe:a9fe . .
";

#[test]
fn what_the_release_lets_through() {
    let words: Vec<&str> = IN_THE_RELEASE.split_whitespace().collect();
    for row in words.chunks(3) {
        let (ip, untrusted, trusted) = (row[0], row[1] == ".", row[2] == ".");
        let asked = |base, flag, url: &str| {
            let verdict = Setup::of(base, flag).judge(&chain(&format!("{url} {ip}")));
            (verdict.is_allowed(), verdict.openclaw_allows)
        };
        let base = "http://gpu.lan:1234";
        let other = asked(base, None, "http://other.example/");
        assert_eq!(other, (false, untrusted), "{ip}");
        let (allowed, in_release) = asked(base, None, "http://gpu.lan:1234/v1");
        assert_eq!(in_release, allowed || trusted, "{ip}");
        assert!(asked(base, Some(true), "http://other.example/").1, "{ip}");
    }
    for ip in ["fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254"] {
        for (base, flag) in [
            ("http://gpu.lan", Some(false)),
            ("http://api.openai.com", None),
        ] {
            let verdict = Setup::of(base, flag).judge(&chain(&format!("{base}/v1 {ip}")));
            assert_eq!(
                (verdict.is_allowed(), verdict.openclaw_allows),
                (false, true),
                "{ip}"
            );
        }
    }
}
