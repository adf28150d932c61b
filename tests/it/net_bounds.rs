//! What a server, or a config, may do to time, memory and the form of a request: nothing.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{IpAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clawconf::live::Server;
use clawconf::lmstudio::{Catalogue, List, Unreadable};
use clawconf::net::{
    Client, Error, HeaderMap, HeaderName, Limits, NameServer, Phase, Request, Resolver,
};
use clawconf::trust::{Policy, Proxy};

use crate::common::{clawconf, transcript};
use crate::dns_server;
use crate::http_server::{self, answer, saying};

fn client(base: &str, limits: Limits) -> Client {
    let resolver = Resolver::new(NameServer::System, Duration::from_secs(1));
    let policy = Policy::of_provider(Some(base), None);
    Client::new(policy, Arc::new(resolver), limits)
}

fn body(client: &Client, url: &str, headers: HeaderMap) -> Result<Vec<u8>, Error> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    runtime.block_on(async {
        let request = Request::get(url, headers);
        client.send(request).await?.body.whole().await
    })
}

fn discover(arguments: &[&str]) -> std::process::Output {
    let mut command = clawconf("/");
    command.arg("discover").args(arguments).output().unwrap()
}

/// A config with one provider, `x`.
fn config(base: &str, fields: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let text = format!(
        "{{ models: {{ providers: {{ x: {{ baseUrl: \"{base}/v1\", models: [], {fields} }} }} }} }}"
    );
    file.write_all(text.as_bytes()).unwrap();
    file
}

const MODELS: &str = r#"{"models":[{"type":"llm","key":"owl"}]}"#;

#[test]
fn headers_of_a_config_do_not_frame_the_request() {
    let server = saying(answer("200 OK", "", MODELS));
    let fields = "headers: { 'Content-Length': '5', 'TRANSFER-encoding': 'chunked', \
                  Connection: 'authorization', Upgrade: 'h2c', 'X-Own': 'kept' }";
    let file = config(&server.url(), fields);
    let path = file.path().to_str().unwrap();
    let output = discover(&["--provider", "x", "--config", path]);
    assert!(output.status.success(), "{}", transcript(&output));
    let told = transcript(&output);
    assert!(
        told.contains("`headers.Content-Length` is left out"),
        "{told}"
    );
    let seen = server.requests()[0].to_lowercase();
    assert!(seen.contains("x-own: kept\r\n"), "{seen}");
    for name in [
        "content-length",
        "transfer-encoding",
        "connection",
        "upgrade",
    ] {
        assert!(!seen.contains(&format!("{name}:")), "{seen}");
    }
}

#[test]
fn no_request_of_the_client_has_a_length_from_outside() {
    let server = saying(answer("200 OK", "", ""));
    let mut headers = HeaderMap::new();
    let length = HeaderName::from_bytes(b"Content-Length").unwrap();
    headers.insert(length, "5".parse().unwrap());
    let client = client(&server.url(), Limits::default());
    body(&client, &server.url(), headers).unwrap();
    assert!(!server.requests()[0].contains("content-length"));
}

/// A server that knows no list is asked three times, and waited for once.
#[test]
fn the_time_bounds_all_requests_to_a_server() {
    let server = http_server::start(|_, stream| {
        std::thread::sleep(Duration::from_millis(700));
        let _ = stream.write_all(answer("404 Not Found", "", "").as_bytes());
    });
    let began = Instant::now();
    let output = discover(&["--base-url", &server.url(), "--timeout", "1s"]);
    assert!(began.elapsed() < Duration::from_millis(1600), "{output:?}");
    assert!(transcript(&output).contains("within 1 s"), "{output:?}");
    assert_eq!(server.requests().len(), 2);
}

/// A listener whose queue is full stands for a machine that is off.
#[test]
fn who_cannot_be_reached_is_told_from_who_is_silent() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let brief = Duration::from_millis(200);
    let connect = |_| TcpStream::connect_timeout(&address, brief).ok();
    let _full: Vec<TcpStream> = (0..8192).map_while(connect).collect();
    let base = format!("http://{address}");
    let limits = Limits::default().within(Duration::from_secs(1));
    let outcome = body(&client(&base, limits), &base, HeaderMap::new());
    let phase = match outcome.unwrap_err() {
        Error::Timeout { phase, .. } => phase,
        error => panic!("{error}"),
    };
    assert_eq!(phase, Phase::Connect);
}

/// Much work for few bytes, all of which are there at once.
#[test]
fn the_deadline_holds_while_a_body_is_decompressed() {
    let mut member = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    member.flush().unwrap();
    let members = member.finish().unwrap().repeat(400_000);
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        members.len()
    );
    let server = saying([head.as_bytes(), &members].concat());
    let limits = Limits::default().within(Duration::from_millis(300));
    let began = Instant::now();
    let outcome = body(
        &client(&server.url(), limits),
        &server.url(),
        HeaderMap::new(),
    );
    assert!(matches!(outcome, Err(Error::Timeout { .. })), "{outcome:?}");
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn times_beyond_all_measure_are_no_bound() {
    let server = saying(answer("200 OK", "", "hello"));
    let limits = Limits {
        idle: Duration::MAX,
        ..Limits::default().within(Duration::MAX)
    };
    let outcome = body(
        &client(&server.url(), limits),
        &server.url(),
        HeaderMap::new(),
    );
    assert_eq!(outcome.unwrap(), b"hello");
    for seconds in ["0", "-1", "1e18", "1e-10"] {
        let server = saying(answer("200 OK", "", MODELS));
        let file = config(&server.url(), &format!("timeoutSeconds: {seconds}"));
        let path = file.path().to_str().unwrap();
        let output = discover(&["--provider", "x", "--config", path]);
        assert!(
            output.status.success(),
            "{seconds}: {}",
            transcript(&output)
        );
    }
}

#[test]
fn a_question_without_answer_does_not_hide_the_other_one() {
    let server = saying(answer("200 OK", "", MODELS));
    let own: Vec<IpAddr> = vec!["127.0.0.1".parse().unwrap()];
    let script = BTreeMap::from([
        ("gpu.lan 1".to_owned(), vec![Some(own)]),
        ("gpu.lan 28".to_owned(), vec![None]),
    ]);
    let dns = dns_server::start(script).to_string();
    let base = format!("http://gpu.lan:{}", server.port);
    let file = config(&base, "request: { allowPrivateNetwork: true }");
    let path = file.path().to_str().unwrap();
    let output = discover(&[
        "--provider",
        "x",
        "--config",
        path,
        "--dns-server",
        &dns,
        "--timeout",
        "2s",
    ]);
    assert!(output.status.success(), "{}", transcript(&output));
}

#[test]
fn an_answer_of_many_tiny_values_is_not_unfolded() {
    let many = |value: &str, times: usize| {
        let values = vec![value; times].join(",");
        Catalogue::read(
            List::Native,
            format!("{{\"models\":[{values}]}}").as_bytes(),
        )
    };
    assert!(many("{}", 1000).is_ok());
    let outcome = many("{\"a\":0}", 1_000_000);
    assert!(matches!(outcome, Err(Unreadable::OtherShape(_))));
}

#[test]
fn a_key_beyond_all_measure_is_left_out() {
    let key = "é".repeat(513);
    let entry = |key: &str| format!("{{\"type\":\"llm\",\"key\":\"{key}\"}}");
    let answer = format!("{{\"models\":[{},{}]}}", entry(&key), entry(&key[2..]));
    let catalogue = Catalogue::read(List::Native, answer.as_bytes()).unwrap();
    assert_eq!(catalogue.models.len(), 1);
    assert_eq!(catalogue.skipped[0].reason, "its key is too long");
    assert_eq!(catalogue.skipped[0].key.as_deref(), Some(&key[2..]));
}

/// A header that is no key does not make a server's wish for one another one.
#[test]
fn who_sent_no_key_is_not_told_to_compare_it() {
    let server = saying(answer("401 Unauthorized", "", ""));
    let file = config(&server.url(), "headers: { 'X-Trace': 'on' }");
    let path = file.path().to_str().unwrap();
    let output = discover(&["--provider", "x", "--config", path]);
    let told = transcript(&output);
    assert!(told.contains("the server wants a key (HTTP 401)"), "{told}");
}

#[test]
fn no_password_of_an_address_is_in_what_programmers_print() {
    let url = "http://me:planted@gpu.lan:1234";
    let policy = Policy::of_provider(Some(url), None).through(Proxy::Explicit(url.to_owned()));
    let resolver = Arc::new(Resolver::new(NameServer::System, Duration::from_secs(1)));
    let client = Client::new(policy, resolver, Limits::default());
    let request = Request::post(url, HeaderMap::new(), "planted");
    let server = Server {
        base: url.to_owned(),
        client: client.clone(),
        headers: HeaderMap::new(),
        hidden: Vec::new(),
    };
    let all = format!("{client:?} {request:?} {server:?}");
    assert!(!all.contains("planted"), "{all}");
}

/// What says itself that it is too large, or compressed, hides no status.
#[test]
fn a_status_counts_whatever_the_body_is() {
    for head in [
        "Content-Encoding: br\r\n",
        "Content-Length: 99999999999\r\n",
    ] {
        let server = saying(format!("HTTP/1.1 401 Unauthorized\r\n{head}\r\n"));
        let output = discover(&["--base-url", &server.url()]);
        let told = transcript(&output);
        assert!(told.contains("the server wants a key (HTTP 401)"), "{told}");
    }
}

#[test]
fn a_proxy_without_an_address_is_not_gone_past() {
    let server = saying(answer("200 OK", "", MODELS));
    let fields = "apiKey: 'planted', request: { proxy: { mode: 'explicit-proxy' } }";
    let file = config(&server.url(), fields);
    let path = file.path().to_str().unwrap();
    let output = discover(&["--provider", "x", "--config", path]);
    assert_eq!(output.status.code(), Some(1), "{}", transcript(&output));
    assert!(server.requests().is_empty());
}

/// One odd text keeps no other model out of the config.
#[test]
fn what_looks_like_a_variable_is_not_written() {
    let models = r#"{"models":[{"type":"llm","key":"${HOME}"},
        {"type":"llm","key":"owl","display_name":"${HOME}"},{"type":"llm","key":"fox"}]}"#;
    let server = saying(answer("200 OK", "", models));
    let file = config(&server.url(), "");
    let path = file.path().to_str().unwrap();
    let output = discover(&["--provider", "x", "--config", path, "--write"]);
    assert!(output.status.success(), "{}", transcript(&output));
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains("fox") && text.contains("owl"), "{text}");
    assert!(!text.contains("HOME"), "{text}");
}
