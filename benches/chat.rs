//! How fast a stream of a chat is decoded, beside the floor of splitting it into lines.

use std::hint::black_box;

use clawconf::chat::{Decoder, Stream};
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
            let pieces = wire
                .chunks(PIECE)
                .map_while(|piece| stream.push(piece).ok());
            pieces.map(|events| events.len()).sum::<usize>()
        });
    });
    group.finish();
}

criterion_group!(benches, decoding);
criterion_main!(benches);
