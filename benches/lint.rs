//! How long the parser and lint take, each beside a floor.
//!
//! `cargo bench` prints medians. The floors: `serde_json` skipping over the same bytes, and the
//! same into a `Value`. Whole processes are timed in `benches/process.rs`.

use std::fmt::Write;
use std::hint::black_box;
use std::path::PathBuf;

use clawconf::config::{Config, Files, Options, ReadError, Text};
use clawconf::contract::{document_shape, validate::validate};
use clawconf::json5::Tree;
use clawconf::lint::{Selection, lint};
use criterion::{BenchmarkId, Criterion, Throughput};

/// A config of plain JSON with this many providers of twenty models each.
fn config(providers: usize) -> String {
    let mut text = String::from("{\n  \"models\": {\n    \"providers\": {\n");
    for provider in 0..providers {
        let comma = if provider > 0 { ",\n" } else { "" };
        let _ = write!(
            text,
            "{comma}      \"box-{provider}\": {{\n        \"baseUrl\": \"http://10.0.{}.{}:8000/v1\",\n        \
             \"apiKey\": \"${{BOX_KEY}}\",\n        \"api\": \"openai-completions\",\n        \"models\": [\n",
            provider / 250 % 250,
            provider % 250
        );
        for model in 0..20 {
            let comma = if model > 0 { ",\n" } else { "" };
            let _ = write!(
                text,
                "{comma}          {{ \"id\": \"org/model-{model}\", \"name\": \"Model {model}\", \"reasoning\": false,\n            \
                 \"input\": [\"text\"], \"cost\": {{ \"input\": 0, \"output\": 0 }},\n            \
                 \"contextWindow\": 131072, \"maxTokens\": 8192 }}"
            );
        }
        text.push_str("\n        ]\n      }");
    }
    text.push_str("\n    }\n  }\n}\n");
    text
}

/// No file system: the configs here include nothing.
struct NoFiles;

impl Files for NoFiles {
    fn real_path(&self, _: &std::path::Path) -> Result<Option<PathBuf>, String> {
        Ok(None)
    }

    fn read(&self, _: &std::path::Path) -> Result<Vec<u8>, ReadError> {
        Err(ReadError::Missing)
    }
}

fn main() {
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    let _ = document_shape();
    for (name, providers) in [
        ("one provider", 1),
        ("100 providers", 100),
        ("50 MB", 11_300),
    ] {
        let text = config(providers);
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("floor", "serde_json, skipping"), |bench| {
            bench.iter(|| serde_json::from_str::<serde::de::IgnoredAny>(black_box(&text)));
        });
        group.bench_function(
            BenchmarkId::new("floor", "serde_json, into a value"),
            |bench| {
                bench.iter(|| serde_json::from_str::<serde_json::Value>(black_box(&text)));
            },
        );
        group.bench_function("parse", |bench| {
            bench.iter_batched(
                || text.clone(),
                Tree::parse,
                criterion::BatchSize::PerIteration,
            );
        });
        let tree = Tree::parse(text.clone());
        if let Ok(tree) = &tree {
            group.bench_function("validate", |bench| {
                bench.iter(|| validate(black_box(tree), document_shape()).len());
            });
        }
        group.bench_function("parse and lint", |bench| {
            let selection = Selection::default();
            let load = |text| {
                let text = Text {
                    text,
                    bad_bytes: Vec::new(),
                };
                let config = Config::load(
                    "bench",
                    PathBuf::from("/bench"),
                    text,
                    &NoFiles,
                    &Options::default(),
                );
                lint(&config, &selection).len()
            };
            bench.iter_batched(|| text.clone(), load, criterion::BatchSize::PerIteration);
        });
        group.finish();
    }
    criterion.final_summary();
}
