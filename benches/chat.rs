//! How fast a stream of a chat is decoded, beside the floor of splitting it into lines; and how long the
//! guarded client takes to the first token, beside the floor of a bare socket.
#![expect(
    clippy::disallowed_methods,
    reason = "a bench measures real sockets, on this machine alone"
)]

use std::hint::black_box;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clawconf::chat::{Decoder, Question, Stream, request_body};
use clawconf::live::Server;
use clawconf::live::chat::Chat;
use clawconf::net::{Client, HeaderMap, Limits, NameServer, Resolver};
use clawconf::trust::Policy;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Bytes of a stream as servers send it, a token a chunk.
fn stream() -> Vec<u8> {
    let chunk = "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1750000000,\"model\":\"acme/owl-9b\",\
                 \"system_fingerprint\":\"acme/owl-9b\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" token\"},\"logprobs\":null,\
                 \"finish_reason\":null}]}\n\n";
    chunk.repeat(20_000).into_bytes()
}

/// As large as the pieces in which a socket gives them.
const PIECE: usize = 8 * 1024;

fn decoding(criterion: &mut Criterion) {
    let wire = stream();
    let mut group = criterion.benchmark_group("a stream of 20 000 tokens");
    group.throughput(Throughput::Bytes(wire.len() as u64));
    group.sample_size(20);
    group.bench_function("floor: split into lines", |bench| {
        bench.iter(|| black_box(&wire).split(|byte| *byte == b'\n').count());
    });
    group.bench_function("messages", |bench| {
        bench.iter(|| {
            let mut decoder = Decoder::default();
            let mut count = 0;
            let mut messages = Vec::new();
            for piece in wire.chunks(PIECE) {
                if decoder.push(piece, &mut messages).is_err() {
                    break;
                }
                count += messages.drain(..).count();
            }
            count
        });
    });
    group.bench_function("events", |bench| {
        bench.iter(|| {
            let mut stream = Stream::default();
            let mut events = Vec::new();
            let mut count = 0;
            for piece in wire.chunks(PIECE) {
                if stream.push(piece, &mut events).is_err() {
                    break;
                }
                count += events.len();
                events.clear();
            }
            count
        });
    });
    group.finish();
}

/// A server on this machine that answers every request with the same short stream, at once.
fn server() -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    let body = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n\
                data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 4096];
            // All of the short request comes at once.
            if stream.read(&mut request).is_ok() && stream.write_all(answer.as_bytes()).is_err() {
                return;
            }
        }
    });
    Ok(address)
}

/// Until the first bytes with content, over a bare socket.
fn bare(address: SocketAddr, body: &str) -> std::io::Result<Duration> {
    let started = Instant::now();
    let mut stream = TcpStream::connect(address)?;
    let length = body.len();
    write!(
        stream,
        "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    let mut answer: Vec<u8> = Vec::new();
    let mut piece = [0; 4096];
    while !answer.windows(7).any(|bytes| bytes == b"content") {
        let read = stream.read(&mut piece)?;
        answer.extend(piece.iter().take(read));
    }
    Ok(started.elapsed())
}

fn first_token(criterion: &mut Criterion) {
    let Ok(address) = server() else { return };
    let base = format!("http://{address}");
    let policy = Policy::of_provider(Some(&base), None);
    let resolver = Arc::new(Resolver::new(NameServer::System, Duration::from_secs(1)));
    let server = Server {
        client: Client::new(policy, resolver, Limits::default()),
        headers: HeaderMap::new(),
        hidden: Vec::new(),
        base: base.clone(),
    };
    let question = Question {
        model: "acme/owl-9b",
        prompt: "Hi",
        stream: true,
        ..Question::default()
    };
    let body = request_body(&question, None);
    let text = body.to_string();
    let url = format!("{base}/v1/chat/completions");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else { return };
    let mut group = criterion.benchmark_group("the first token");
    group.sample_size(30);
    group.bench_function("floor: a bare socket", |bench| {
        bench.iter_custom(|times| (0..times).filter_map(|_| bare(address, &text).ok()).sum());
    });
    group.bench_function("the guarded client", |bench| {
        bench.iter_custom(|times| {
            let of_one = || {
                let mut chat = Chat::new();
                runtime.block_on(chat.hold(&server, &url, &body, &mut |_| {}));
                chat.timing().first
            };
            (0..times).filter_map(|_| of_one()).sum()
        });
    });
    group.finish();
}

criterion_group!(benches, decoding, first_token);
criterion_main!(benches);
