//! What the policy says of a request is what the client does: more than a thousand requests, each judged and
//! sent. A proxy on loopback takes the place of the world, so nothing leaves this machine.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use clawconf::net::{
    Client, EnvironmentProxies, Error, HeaderMap, Limits, NameServer, Request, Resolver,
};
use clawconf::trust::{Hop, Host, Origin, Policy, Proxy, Reason};

use crate::dns_server;
use crate::http_server::{self, answer};

/// Names with their addresses.
const NAMES: [(&str, &[&str]); 9] = [
    ("gpu.lan", &["192.168.1.5"]),
    ("public.example", &["93.184.216.34", "2606:2800:220:1::1"]),
    ("mixed.example", &["93.184.216.34", "10.0.0.1"]),
    ("rebound.example", &["169.254.169.254"]),
    ("mapped.example", &["::ffff:169.254.169.254"]),
    ("ula.example", &["fd12::1"]),
    ("fake.example", &["198.18.0.7"]),
    ("inward.example", &["127.0.0.1"]),
    ("api.openai.com", &["10.9.9.9"]),
];

const BASES: [&str; 12] = [
    "http://gpu.lan:1234/v1",
    "http://public.example/v1",
    "https://public.example/v1",
    "http://ula.example:8000",
    "http://fake.example",
    "http://rebound.example",
    "http://192.168.1.5:1234/v1",
    "http://169.254.169.254/v1",
    "http://[fd12::1]:1234",
    "https://api.openai.com/v1",
    "gpu.lan:1234/v1",
    "http://inward.example:1234",
];

const URLS: [&str; 18] = [
    "http://gpu.lan:1234/v1/models",
    "http://gpu.lan:1235/v1/models",
    "http://GPU.LAN.:1234/",
    "http://public.example/v1",
    "https://public.example/v1",
    "http://mixed.example/",
    "http://rebound.example/",
    "http://mapped.example/",
    "http://ula.example:8000/x",
    "http://fake.example/",
    "http://unknown.example/",
    "http://192.168.1.5:1234/",
    "http://0xC0A80105:1234/",
    "http://169.254.169.254/latest",
    "http://[fd12::1]:1234/",
    "http://me:pw@public.example/",
    "http://public.example:22/",
    "http://inward.example:1234/",
];

fn addresses(url: &str) -> Vec<IpAddr> {
    let host = Origin::parse(url).map(|origin| origin.host);
    let Ok(Host::Name(name)) = host else {
        return Vec::new();
    };
    let row = NAMES.iter().find(|(known, _)| *known == name);
    let listed = row.map_or(&[][..], |(_, listed)| listed);
    listed.iter().map(|ip| ip.parse().unwrap()).collect()
}

fn resolver() -> Arc<Resolver> {
    let turn = |ips: &[&str]| Some(ips.iter().map(|ip| ip.parse().unwrap()).collect());
    let script: BTreeMap<String, Vec<Option<Vec<IpAddr>>>> = NAMES
        .iter()
        .map(|(name, ips)| ((*name).to_owned(), vec![turn(ips)]))
        .collect();
    let server = NameServer::At(dns_server::start(script));
    Arc::new(Resolver::new(server, Duration::from_secs(20)))
}

/// Why the client was refused; none when it was let through, whatever came then.
fn refusal(outcome: Result<clawconf::net::Response, Error>) -> Option<(Reason, usize)> {
    match outcome {
        Err(Error::Blocked(verdict)) => Some((verdict.reason, verdict.hop)),
        _ => None,
    }
}

#[test]
fn every_request_meets_the_verdict_that_the_policy_gave() {
    // To `/to?<url>` it answers with a redirect there, to everything else with a short text.
    let world = http_server::start(|request, stream| {
        let target = request
            .split("/to?")
            .nth(1)
            .and_then(|rest| rest.split(' ').next());
        let _ = match target {
            Some(url) => {
                let location = format!("Location: {url}\r\n");
                stream.write_all(answer("302 Found", &location, "").as_bytes())
            }
            None => stream.write_all(answer("200 OK", "", "reached").as_bytes()),
        };
    });
    let environment = EnvironmentProxies::of(|name| (name == "HTTP_PROXY").then(|| world.url()));
    let resolver = resolver();
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    let (mut let_through, mut refused) = (0, 0);
    for base in BASES {
        for flag in [None, Some(false), Some(true)] {
            let policy = Policy::of_provider(Some(base), flag).through(Proxy::Environment);
            let limits = Limits::default().within(Duration::from_secs(20));
            let client = Client::new(policy.clone(), Arc::clone(&resolver), limits);
            let client = client.with_environment(environment.clone());
            let mut check = |hops: &[&str], first: &str| {
                let answers: Vec<Vec<IpAddr>> = hops.iter().map(|url| addresses(url)).collect();
                let judged: Vec<Hop<'_>> = hops
                    .iter()
                    .zip(&answers)
                    .map(|(url, answers)| Hop::to(url).answered(answers))
                    .collect();
                let verdict = policy.judge(&judged);
                let wanted = (!verdict.is_allowed()).then_some((verdict.reason, verdict.hop));
                let request = Request::get(first, HeaderMap::new());
                let outcome = refusal(runtime.block_on(client.send(request)));
                assert_eq!(outcome, wanted, "base {base}, flag {flag:?}, {hops:?}");
                if wanted.is_some() {
                    refused += 1;
                } else {
                    let_through += 1;
                }
            };
            for url in URLS {
                check(&[url], url);
                // A redirect from the own origin, as far as the world can answer for it.
                if base.starts_with("http://") {
                    let origin = Origin::parse(base).unwrap();
                    let first = format!("{origin}/to?{url}");
                    check(&[&first, url], &first);
                }
            }
        }
    }
    assert!(
        let_through > 200 && refused > 400,
        "{let_through} {refused}"
    );
}

mod explicit {
    //! The proxy that a config names.

    use super::*;

    fn ask(proxy: &str, flag: Option<bool>, url: &str) -> Result<clawconf::net::Response, Error> {
        let policy = Policy::of_provider(Some(url), flag);
        let policy = policy.through(Proxy::Explicit(proxy.to_owned()));
        let limits = Limits::default().within(Duration::from_secs(20));
        let client = Client::new(policy, resolver(), limits);
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().unwrap();
        runtime.block_on(client.send(Request::get(url, HeaderMap::new())))
    }

    #[test]
    fn it_is_judged_itself_with_all_its_addresses() {
        let proxy = http_server::saying(answer("502 Bad Gateway", "", ""));
        let target = "https://public.example/v1";
        let loopback = ask(&proxy.url(), None, target);
        assert_eq!(refusal(loopback), Some((Reason::ProxyPrivate, 1)));
        for (name, reason) in [
            ("gpu.lan", Reason::Private),
            ("mixed.example", Reason::Private),
            ("rebound.example", Reason::Metadata),
            ("ula.example", Reason::Private),
        ] {
            let outcome = ask(&format!("http://{name}:3128"), None, target);
            assert_eq!(refusal(outcome), Some((reason, 1)), "{name}");
        }
        let plain = ask(
            "http://public.example:3128",
            None,
            "http://public.example/v1",
        );
        assert_eq!(refusal(plain), Some((Reason::ProxyPlainHttp, 1)));
        assert!(proxy.requests().is_empty());
    }

    #[test]
    fn a_permitted_one_is_asked_for_a_tunnel_with_its_own_password() {
        let proxy = http_server::saying(answer("502 Bad Gateway", "", ""));
        let url = format!("http://me:planted@127.0.0.1:{}", proxy.port);
        let outcome = ask(&url, Some(true), "https://public.example/v1");
        let error = outcome.unwrap_err();
        assert!(
            !format!("{error:?} {error}").contains("planted"),
            "{error:?}"
        );
        let seen = proxy.requests();
        assert!(
            seen[0].starts_with("CONNECT public.example:443 HTTP/1.1\r\n"),
            "{}",
            seen[0]
        );
        // me:planted
        assert!(
            seen[0]
                .to_lowercase()
                .contains("proxy-authorization: basic bwu6cgxhbnrlza==")
        );
    }

    /// The proxy would be asked for a way to a name that nobody judged.
    #[test]
    fn the_name_for_tls_is_no_target_of_a_tunnel() {
        let proxy = http_server::saying(answer("502 Bad Gateway", "", ""));
        let url = "https://93.184.216.34/v1";
        let policy = Policy::of_provider(Some(url), Some(true));
        let policy = policy.through(Proxy::Explicit(proxy.url()));
        let limits = Limits::default().within(Duration::from_secs(20));
        let tls = clawconf::net::Tls {
            server_name: Some("metadata.google.internal".to_owned()),
            ..clawconf::net::Tls::default()
        };
        let client = Client::new(policy, resolver(), limits).with_tls(tls);
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().unwrap();
        let outcome = runtime.block_on(client.send(Request::get(url, HeaderMap::new())));
        assert_eq!(outcome.unwrap_err().kind(), "settings");
        assert!(proxy.requests().is_empty());
    }

    #[test]
    fn a_proxy_that_leads_nowhere_is_told_from_a_server_that_does_not_answer() {
        let gone = {
            let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
            listener.local_addr().unwrap().port()
        };
        let refusing = http_server::saying(answer("502 Bad Gateway", "", ""));
        let locked = http_server::saying(answer("407 Proxy Authentication Required", "", ""));
        for (port, why) in [
            (gone, "nothing listens there"),
            (refusing.port, "it answers that it does not"),
            (locked.port, "HTTP 407"),
        ] {
            let proxy = format!("http://me:planted@127.0.0.1:{port}");
            let error = ask(&proxy, Some(true), "https://public.example/v1").unwrap_err();
            let text = error.to_string();
            assert!(text.contains(why), "{text}");
            let named = format!("the proxy `http://127.0.0.1:{port}` makes no connection");
            assert!(text.starts_with(&named), "{text}");
            assert!(!format!("{error:?} {error}").contains("planted"), "{text}");
        }
    }
}

#[test]
fn no_header_names_another_host_to_a_proxy() {
    let proxy = http_server::saying(answer("200 OK", "", ""));
    let url = "http://public.example/v1";
    let environment = EnvironmentProxies::of(|name| (name == "HTTP_PROXY").then(|| proxy.url()));
    let policy = Policy::of_provider(Some(url), None).through(Proxy::Environment);
    let limits = Limits::default().within(Duration::from_secs(20));
    let client = Client::new(policy, resolver(), limits).with_environment(environment);
    let mut headers = HeaderMap::new();
    headers.insert("host", "169.254.169.254".parse().unwrap());
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    let outcome = runtime.block_on(client.send(Request::get(url, headers)));
    outcome.unwrap();
    let seen = proxy.requests();
    assert!(seen[0].contains("host: public.example\r\n"), "{}", seen[0]);
    assert!(!seen[0].contains("169.254"), "{}", seen[0]);
}

#[test]
fn a_proxy_of_the_environment_that_is_no_url_is_not_gone_past() {
    let server = http_server::saying(answer("200 OK", "", ""));
    let policy = Policy::of_provider(Some(&server.url()), None).through(Proxy::Environment);
    let bad = |name: &str| (name == "HTTP_PROXY").then(|| "http://me:planted@[x".to_owned());
    let client = Client::new(policy, resolver(), Limits::default());
    let client = client.with_environment(EnvironmentProxies::of(bad));
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    let outcome = runtime.block_on(client.send(Request::get(server.url(), HeaderMap::new())));
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), "settings");
    assert!(!format!("{error:?} {error}").contains("planted"));
    assert!(server.requests().is_empty());
}
