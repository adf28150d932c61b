//! The guarded client over real sockets: whom it dials, what it sends on, and where it stops.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use clawconf::net::{
    Client, EnvironmentProxies, Error, HeaderMap, HeaderValue, Limits, NameServer, Phase, Request,
    Resolver, Response,
};
use clawconf::trust::{Policy, Proxy, Reason};

use crate::dns_server;
use crate::http_server::{self, answer, saying, wait_for_close};

/// Longest wait of a test; reached only where a test means to.
const LONG: Duration = Duration::from_secs(20);

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(work)
}

/// A resolver whose answers are scripted.
fn scripted(rows: &[(&str, &[&[&str]])]) -> Arc<Resolver> {
    let addresses = |turn: &&[&str]| -> Option<Vec<IpAddr>> {
        Some(turn.iter().map(|ip| ip.parse().unwrap()).collect())
    };
    let script: BTreeMap<String, Vec<Option<Vec<IpAddr>>>> = rows
        .iter()
        .map(|(name, turns)| ((*name).to_owned(), turns.iter().map(addresses).collect()))
        .collect();
    let server = NameServer::At(dns_server::start(script));
    Arc::new(Resolver::new(server, LONG))
}

fn client(base: &str, flag: Option<bool>, resolver: &Arc<Resolver>) -> Client {
    let policy = Policy::of_provider(Some(base), flag);
    Client::new(policy, Arc::clone(resolver), Limits::default().within(LONG))
}

fn literal_client(base: &str, limits: Limits) -> Client {
    let policy = Policy::of_provider(Some(base), None);
    Client::new(policy, scripted(&[]), limits)
}

/// Headers with a key in two forms, as a provider may send it.
fn with_key() -> HeaderMap {
    let mut headers = HeaderMap::new();
    for name in ["authorization", "x-api-key"] {
        let mut value = HeaderValue::from_static("Bearer planted");
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    headers
}

/// Explicit permission, since these names stand for this machine and are not called so.
const PERMITTED: Option<bool> = Some(true);

fn get(client: &Client, url: &str) -> Result<Response, Error> {
    block_on(client.send(Request::get(url, with_key())))
}

fn body(client: &Client, url: &str) -> Result<Vec<u8>, Error> {
    block_on(async {
        let request = Request::get(url, HeaderMap::new());
        client.send(request).await?.body.whole().await
    })
}

/// Why the policy refused.
#[track_caller]
fn refused(outcome: Result<Response, Error>) -> (Reason, usize) {
    match outcome.err() {
        Some(Error::Blocked(verdict)) => (verdict.reason, verdict.hop),
        other => panic!("not refused by the policy: {other:?}"),
    }
}

#[test]
fn the_own_origin_is_asked_with_all_headers() {
    let server = saying(answer("200 OK", "", "hello"));
    let client = literal_client(&server.url(), Limits::default());
    let response = get(&client, &format!("{}/v1/models", server.url())).unwrap();
    assert_eq!(response.status.as_u16(), 200);
    assert_eq!(response.redirects, 0);
    assert_eq!(
        response.peer.map(|ip| ip.to_string()).as_deref(),
        Some("127.0.0.1")
    );
    let seen = server.requests();
    assert_eq!(seen.len(), 1);
    assert!(
        seen[0].starts_with("GET /v1/models HTTP/1.1\r\n"),
        "{}",
        seen[0]
    );
    assert!(seen[0].contains("authorization: Bearer planted\r\n"));
    assert!(seen[0].contains(&format!("host: 127.0.0.1:{}\r\n", server.port)));
    assert!(seen[0].contains("accept-encoding: identity\r\n"));
    assert!(!seen[0].to_lowercase().contains("referer"));
}

#[test]
fn every_spelling_of_an_address_is_judged_before_a_byte_is_sent() {
    let server = saying(answer("200 OK", "", ""));
    let port = server.port;
    let client = literal_client("https://api.example.com/v1", Limits::default());
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "[::ffff:127.0.0.1]",
        "[::1]",
        "127.0.0.1.",
        "localhost",
        "a.localhost",
    ] {
        refused(get(&client, &format!("http://{host}:{port}/")));
    }
    assert!(server.requests().is_empty());
}

/// The first answer is public and the proxy of the environment carries the request, so nothing leaves
/// this machine; the redirect to the same name is looked up again.
#[test]
fn a_name_that_turns_into_the_metadata_service_is_refused() {
    let proxy = saying(answer("302 Found", "Location: /next\r\n", ""));
    let public: &[&str] = &["93.184.216.34"];
    let resolver = scripted(&[("api.example.com", &[public, &["169.254.169.254"]])]);
    let policy = Policy::of_provider(Some("http://api.example.com/v1"), None);
    let environment = EnvironmentProxies::of(|name| (name == "HTTP_PROXY").then(|| proxy.url()));
    let policy = policy.through(Proxy::Environment);
    let limits = Limits::default().within(LONG);
    let client = Client::new(policy, resolver, limits).with_environment(environment);
    let outcome = get(&client, "http://api.example.com/v1/models");
    assert_eq!(refused(outcome), (Reason::Metadata, 2));
    assert_eq!(proxy.requests().len(), 1);
}

#[test]
fn each_request_asks_again_and_holds_no_connection() {
    let server = http_server::start(|_, stream| {
        let _ = stream.write_all(answer("200 OK", "Connection: keep-alive\r\n", "").as_bytes());
        wait_for_close(stream);
    });
    let base = format!("http://gpu.lan:{}", server.port);
    let own: &[&str] = &["127.0.0.1"];
    let resolver = scripted(&[("gpu.lan", &[own, own, &["169.254.169.254"]])]);
    let client = client(&base, PERMITTED, &resolver);
    block_on(async {
        for _ in 0..2 {
            let response = client.send(Request::get(&base, HeaderMap::new())).await;
            response.unwrap().body.whole().await.unwrap();
        }
        let third = client.send(Request::get(&base, HeaderMap::new())).await;
        assert_eq!(refused(third), (Reason::Metadata, 1));
    });
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn one_bad_answer_refuses_all() {
    let server = saying(answer("200 OK", "", ""));
    let base = format!("http://gpu.lan:{}", server.port);
    let mixed: &[&str] = &["127.0.0.1", "169.254.169.254"];
    let resolver = scripted(&[("gpu.lan", &[mixed])]);
    let outcome = get(&client(&base, PERMITTED, &resolver), &base);
    assert_eq!(refused(outcome), (Reason::Metadata, 1));
    assert!(server.requests().is_empty());
}

#[test]
fn names_without_an_address_and_silent_name_servers() {
    let resolver = scripted(&[]);
    let base = "http://gone.lan:1234";
    let outcome = get(&client(base, None, &resolver), base);
    assert_eq!(outcome.as_ref().unwrap_err().kind(), "dns");
    assert_eq!(refused(outcome), (Reason::Unresolved, 1));
    let silent = BTreeMap::from([("gone.lan".to_owned(), vec![None])]);
    let server = NameServer::At(dns_server::start(silent));
    let resolver = Arc::new(Resolver::new(server, Duration::from_millis(100)));
    let outcome = get(&client(base, None, &resolver), base);
    assert!(matches!(outcome, Err(Error::Dns { .. })), "{outcome:?}");
}

#[test]
fn a_redirect_to_a_sibling_port_is_refused() {
    let sibling = saying(answer("200 OK", "", "stolen"));
    let location = format!("Location: {}/v1/models\r\n", sibling.url());
    let server = saying(answer("302 Found", &location, ""));
    let client = literal_client(&server.url(), Limits::default());
    assert_eq!(refused(get(&client, &server.url())), (Reason::Private, 2));
    assert!(sibling.requests().is_empty());
}

#[test]
fn a_redirect_across_origins_loses_the_key_and_within_one_keeps_it() {
    let other = saying(answer("200 OK", "", "done"));
    let location = format!("Location: {}/there\r\n", other.url());
    let server = http_server::start(move |request, stream| {
        let location = if request.contains(" /first ") {
            "Location: second?x=1#y\r\n"
        } else {
            &location
        };
        let _ = stream.write_all(answer("307 Temporary Redirect", location, "").as_bytes());
    });
    let client = client(&server.url(), Some(true), &scripted(&[]));
    let request = Request::post(format!("{}/first", server.url()), with_key(), "{\"a\":1}");
    let response = block_on(client.send(request)).unwrap();
    assert_eq!((response.status.as_u16(), response.redirects), (200, 2));
    let own = server.requests();
    assert!(
        own[1].starts_with("POST /second?x=1 HTTP/1.1\r\n"),
        "{}",
        own[1]
    );
    assert!(own[1].contains("Bearer planted") && own[1].ends_with("{\"a\":1}"));
    let there = other.requests();
    assert!(
        there[0].starts_with("POST /there HTTP/1.1\r\n"),
        "{}",
        there[0]
    );
    assert!(
        !there[0].contains("planted") && !there[0].contains("\"a\""),
        "{}",
        there[0]
    );
}

#[test]
fn redirects_have_an_end() {
    let location = |to: &str| saying(answer("302 Found", &format!("Location: {to}\r\n"), ""));
    let looping = location("/");
    let client = literal_client(&looping.url(), Limits::default());
    let url = format!("{}/", looping.url());
    assert_eq!(refused(get(&client, &url)), (Reason::RedirectLoop, 2));

    let endless = http_server::start(|request, stream| {
        let path = request.split(' ').nth(1).unwrap();
        let answer = answer("302 Found", &format!("Location: {path}x\r\n"), "");
        let _ = stream.write_all(answer.as_bytes());
    });
    let client = literal_client(&endless.url(), Limits::default());
    let outcome = get(&client, &format!("{}/", endless.url()));
    assert_eq!(refused(outcome), (Reason::TooManyRedirects, 5));
    assert_eq!(endless.requests().len(), 4);

    for (headers, reason) in [
        ("", Reason::NotAUrl),
        ("Location: ftp://x/\r\n", Reason::NotHttp),
        (
            "Location: http://169.254.169.254/latest\r\n",
            Reason::Metadata,
        ),
        ("Location: http://me:pw@127.0.0.1/\r\n", Reason::Credentials),
        ("Location: http://127.0.0.1:22/\r\n", Reason::BlockedPort),
    ] {
        let server = saying(answer("301 Moved Permanently", headers, ""));
        let client = literal_client(&server.url(), Limits::default());
        assert_eq!(
            refused(get(&client, &server.url())),
            (reason, 2),
            "{headers}"
        );
    }
}

#[test]
fn a_body_that_never_ends_stops_at_the_limit() {
    let server = http_server::start(|_, stream| {
        let piece = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while stream.write_all(piece.as_bytes()).is_ok() {}
    });
    let outcome = body(
        &literal_client(&server.url(), Limits::default()),
        &server.url(),
    );
    assert!(matches!(outcome, Err(Error::TooLarge { limit, .. }) if limit == 16 * 1024 * 1024));
}

#[test]
fn bodies_up_to_the_limit_are_read() {
    let limits = Limits {
        body: 1000,
        ..Limits::default()
    };
    for (length, fits) in [(999, true), (1000, true), (1001, false)] {
        let text = "x".repeat(length);
        let with_length = answer("200 OK", "", &text);
        let until_close = format!("HTTP/1.0 200 OK\r\n\r\n{text}");
        let gzipped = gzip(text.as_bytes());
        for wire in [with_length.into_bytes(), until_close.into_bytes(), gzipped] {
            let server = saying(wire);
            let outcome = body(&literal_client(&server.url(), limits), &server.url());
            assert_eq!(outcome.is_ok(), fits, "{length}: {outcome:?}");
            assert!(outcome.is_err() || outcome.unwrap() == text.as_bytes());
        }
    }
}

/// An answer with a compressed body.
fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(body).unwrap();
    let packed = encoder.finish().unwrap();
    let length = packed.len();
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n");
    [head.as_bytes(), &packed].concat()
}

#[test]
fn a_gzip_bomb_stops_at_the_limit() {
    let bomb = gzip(&vec![0; 64 * 1024 * 1024]);
    assert!(bomb.len() < 100_000);
    let server = saying(bomb);
    let outcome = body(
        &literal_client(&server.url(), Limits::default()),
        &server.url(),
    );
    assert!(
        matches!(outcome, Err(Error::TooLarge { .. })),
        "{outcome:?}"
    );
}

#[test]
fn answers_that_are_not_what_they_say() {
    let long = "x".repeat(600_000);
    let cut_gzip = {
        let whole = gzip(b"a text that is long enough to be cut in two");
        let head = b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n";
        let start = whole.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
        [head, &whole[start..whole.len() - 12]].concat()
    };
    let rows: [(Vec<u8>, &str); 9] = [
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc".to_vec(),
            "cut",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab".to_vec(),
            "cut",
        ),
        (b"".to_vec(), "cut"),
        (b"HTTP/1.1 200 OK\r\n".to_vec(), "cut"),
        (b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(), "not_http"),
        (
            format!("HTTP/1.1 200 OK\r\nX: {long}\r\n\r\n").into_bytes(),
            "too_large",
        ),
        (
            format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: 1\r\n".repeat(101)).into_bytes(),
            "too_large",
        ),
        (
            answer("200 OK", "Content-Encoding: br\r\n", "x").into_bytes(),
            "not_http",
        ),
        (cut_gzip, "not_http"),
    ];
    for (wire, kind) in rows {
        let start = String::from_utf8_lossy(&wire[..wire.len().min(60)]).into_owned();
        let server = saying(wire);
        let outcome = body(
            &literal_client(&server.url(), Limits::default()),
            &server.url(),
        );
        assert_eq!(outcome.unwrap_err().kind(), kind, "{start}");
    }
}

#[test]
fn time_has_an_end_in_every_phase() {
    let short = Limits::default().within(Duration::from_millis(150));
    let idle = Limits {
        idle: Duration::from_millis(150),
        ..Limits::default()
    };
    let silent = http_server::start(|_, stream| wait_for_close(stream));
    let stalled = http_server::start(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        wait_for_close(stream);
    });
    for limits in [short, idle] {
        for (server, wanted) in [(&silent, Phase::Answer), (&stalled, Phase::Body)] {
            match body(&literal_client(&server.url(), limits), &server.url()) {
                Err(Error::Timeout { phase, after, .. }) => {
                    assert_eq!((phase, after.as_millis()), (wanted, 150));
                }
                other => panic!("{wanted}: {other:?}"),
            }
        }
    }
}

/// No clock reaches so far, so there is no deadline.
#[test]
fn a_limit_beyond_all_time_is_none() {
    let server = saying(answer("200 OK", "", "hello"));
    let limits = Limits::default().within(Duration::MAX);
    let client = literal_client(&server.url(), limits);
    assert_eq!(body(&client, &server.url()).unwrap(), b"hello");
}

#[test]
fn nobody_listens() {
    let port = {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.local_addr().unwrap().port()
    };
    let base = format!("http://127.0.0.1:{port}");
    let outcome = body(&literal_client(&base, Limits::default()), &base);
    assert!(matches!(outcome, Err(Error::Refused(_))), "{outcome:?}");
}

#[test]
fn no_text_of_the_client_holds_the_key() {
    let server = saying("nothing to do with HTTP");
    let client = client(&server.url(), None, &scripted(&[]));
    for url in [server.url(), "http://127.0.0.1:9/?key=planted".to_owned()] {
        let mut request = Request::get(url, with_key());
        let outcome = block_on(client.send(request.clone())).unwrap_err();
        request.url.clear();
        for text in [
            format!("{request:?}"),
            format!("{outcome:?}"),
            format!("{outcome}"),
        ] {
            assert!(!text.contains("planted"), "{text}");
        }
    }
}

mod tls {
    //! Certificates: whom the client trusts, and whom it is.

    use std::net::TcpStream;
    use std::sync::Mutex;

    use clawconf::net::Tls;
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    use rustls::pki_types::PrivateKeyDer;
    use rustls::server::WebPkiClientVerifier;
    use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

    use super::*;

    /// A certificate and its key.
    struct Identity {
        certificate: rcgen::Certificate,
        key: KeyPair,
    }

    fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    }

    fn signed(name: &str, by: &CertifiedIssuer<'_, KeyPair>) -> Identity {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, by).unwrap();
        Identity { certificate, key }
    }

    /// A server with this certificate, which wants one of `clients`, if given.
    fn serve(
        identity: &Identity,
        clients: Option<&CertifiedIssuer<'_, KeyPair>>,
    ) -> http_server::Server {
        serve_saying(identity, clients, answer("200 OK", "", "secure"))
    }

    fn serve_saying(
        identity: &Identity,
        clients: Option<&CertifiedIssuer<'_, KeyPair>>,
        said: String,
    ) -> http_server::Server {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let builder = match clients {
            None => builder.with_no_client_auth(),
            Some(clients) => {
                let mut roots = RootCertStore::empty();
                roots.add(clients.der().clone()).unwrap();
                let roots = Arc::new(roots);
                let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
                builder.with_client_cert_verifier(verifier.build().unwrap())
            }
        };
        let key = PrivateKeyDer::try_from(identity.key.serialize_der()).unwrap();
        let chain = vec![identity.certificate.der().clone()];
        let config = Arc::new(builder.with_single_cert(chain, key).unwrap());
        http_server::start_with(
            move |stream: &mut TcpStream, requests: &Mutex<Vec<String>>| {
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = StreamOwned::new(connection, stream.try_clone().unwrap());
                let request = http_server::read_request(&mut stream);
                if !request.is_empty() {
                    let name = stream.conn.server_name().unwrap_or_default().to_owned();
                    requests.lock().unwrap().push(format!("{name}\n{request}"));
                    let _ = stream.write_all(said.as_bytes());
                    stream.conn.send_close_notify();
                    let _ = stream.flush();
                }
            },
        )
    }

    fn ask(host: &str, port: u16, tls: Tls) -> Result<Vec<u8>, Error> {
        let base = format!("https://{host}:{port}");
        let resolver = scripted(&[(host, &[&["127.0.0.1"]])]);
        body(&client(&base, PERMITTED, &resolver).with_tls(tls), &base)
    }

    /// The words of the error.
    #[track_caller]
    fn complaint(outcome: Result<Vec<u8>, Error>) -> String {
        let error = outcome.unwrap_err();
        assert!(
            ["tls", "settings", "cut"].contains(&error.kind()),
            "{error:?}"
        );
        error.to_string()
    }

    #[test]
    fn certificates_are_checked_against_authority_and_name() {
        let ca = authority("the lab");
        let server = serve(&signed("gpu.lan", &ca), None);
        let trusting = || Tls {
            ca: Some(ca.pem().into()),
            ..Tls::default()
        };
        let unknown = complaint(ask("gpu.lan", server.port, Tls::default()));
        assert!(unknown.contains("not signed by an authority"), "{unknown}");
        let other = Tls {
            ca: Some(authority("another").pem().into()),
            ..Tls::default()
        };
        complaint(ask("gpu.lan", server.port, other));
        assert_eq!(ask("gpu.lan", server.port, trusting()).unwrap(), b"secure");
        let wrong = complaint(ask("gpu2.lan", server.port, trusting()));
        assert!(wrong.contains("for another name"), "{wrong}");
        let renamed = Tls {
            server_name: Some("gpu.lan".to_owned()),
            ..trusting()
        };
        assert_eq!(
            ask("gpu2.lan", server.port, renamed.clone()).unwrap(),
            b"secure"
        );
        let seen = server.requests();
        assert!(seen[1].starts_with("gpu.lan\n"), "{}", seen[1]);
        assert!(
            seen[1].contains(&format!("host: gpu2.lan:{}", server.port)),
            "{}",
            seen[1]
        );
        assert_eq!(ask("127.0.0.1", server.port, renamed).unwrap(), b"secure");
        let any = Tls {
            skip_verification: true,
            ..Tls::default()
        };
        assert_eq!(ask("gpu2.lan", server.port, any).unwrap(), b"secure");
    }

    #[test]
    fn a_client_certificate_is_shown() {
        let (ca, people) = (authority("the lab"), authority("people"));
        let server = serve(&signed("gpu.lan", &ca), Some(&people));
        let me = signed("me", &people);
        let without = Tls {
            ca: Some(ca.pem().into()),
            ..Tls::default()
        };
        complaint(ask("gpu.lan", server.port, without.clone()));
        assert!(server.requests().is_empty());
        let with = Tls {
            cert: Some(me.certificate.pem().into()),
            key: Some(me.key.serialize_pem().into()),
            ..without
        };
        assert_eq!(ask("gpu.lan", server.port, with).unwrap(), b"secure");
    }

    /// A check that is skipped for one server says nothing of the next.
    #[test]
    fn no_check_is_skipped_behind_a_redirect() {
        let ca = authority("the lab");
        let plain = serve(&signed("gpu.lan", &ca), None);
        let location = format!("Location: https://gpu.lan:{}/\r\n", plain.port);
        let said = answer("302 Found", &location, "");
        let first = serve_saying(&signed("gpu.lan", &ca), None, said);
        let careless = Tls {
            skip_verification: true,
            ..Tls::default()
        };
        complaint(ask("gpu.lan", first.port, careless));
        assert_eq!(first.requests().len(), 1);
        assert!(plain.requests().is_empty());
    }

    #[test]
    fn unusable_material_is_named_and_not_shown() {
        let me = signed("me", &authority("people"));
        let other = KeyPair::generate().unwrap().serialize_pem();
        let cert = || Some(me.certificate.pem().into());
        let key = || Some(me.key.serialize_pem().into());
        let rows = [
            (
                Tls {
                    ca: Some("planted".into()),
                    ..Tls::default()
                },
                "`request.tls.ca` holds no",
            ),
            (
                Tls {
                    cert: Some("planted".into()),
                    key: key(),
                    ..Tls::default()
                },
                "`request.tls.cert` holds no",
            ),
            (
                Tls {
                    cert: cert(),
                    key: Some("planted".into()),
                    ..Tls::default()
                },
                "`request.tls.key` holds no",
            ),
            (
                Tls {
                    cert: cert(),
                    ..Tls::default()
                },
                "only one of",
            ),
            (
                Tls {
                    key: key(),
                    ..Tls::default()
                },
                "only one of",
            ),
            (
                Tls {
                    cert: cert(),
                    key: Some(other.into()),
                    ..Tls::default()
                },
                "does not belong to",
            ),
            (
                Tls {
                    cert: cert(),
                    key: Some("-----BEGIN ENCRYPTED PRIVATE KEY-----".into()),
                    ..Tls::default()
                },
                "is encrypted",
            ),
            (
                Tls {
                    server_name: Some("a b/c".to_owned()),
                    ..Tls::default()
                },
                "`request.tls.serverName`",
            ),
            (
                Tls {
                    server_name: Some("10.0.0.1".to_owned()),
                    ..Tls::default()
                },
                "`request.tls.serverName`",
            ),
        ];
        for (tls, wanted) in rows {
            let told = format!("{tls:?}");
            let said = complaint(ask("127.0.0.1", 4321, tls));
            assert!(said.contains(wanted), "{said}");
            assert!(
                !said.contains("planted") && !told.contains("planted") && !told.contains("BEGIN")
            );
        }
    }

    #[test]
    fn plain_http_where_tls_is_expected() {
        let server = saying(answer("400 Bad Request", "", ""));
        let said = complaint(ask("127.0.0.1", server.port, Tls::default()));
        assert!(said.contains("does not speak TLS"), "{said}");
    }

    /// The certificate is a credential.
    #[test]
    fn a_redirect_to_another_origin_is_not_shown_who_the_client_is() {
        let (ca, people) = (authority("the lab"), authority("people"));
        let me = signed("me", &people);
        let open = serve(&signed("gpu.lan", &ca), None);
        let strict = serve(&signed("gpu.lan", &ca), Some(&people));
        let resolver = scripted(&[("gpu.lan", &[&["127.0.0.1"]])]);
        let ask = |port: u16| {
            let location = format!("Location: https://gpu.lan:{port}/\r\n");
            let first = saying(answer("302 Found", &location, ""));
            let base = format!("http://gpu.lan:{}", first.port);
            let tls = Tls {
                ca: Some(ca.pem().into()),
                cert: Some(me.certificate.pem().into()),
                key: Some(me.key.serialize_pem().into()),
                ..Tls::default()
            };
            body(&client(&base, PERMITTED, &resolver).with_tls(tls), &base)
        };
        assert_eq!(ask(open.port).unwrap(), b"secure");
        assert!(ask(strict.port).is_err());
        assert!(strict.requests().is_empty());
    }
}
