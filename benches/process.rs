//! How long the whole command takes, beside the floor of a process that does nothing but start.
#![expect(
    clippy::disallowed_methods,
    reason = "a bench runs real processes on real files"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use criterion::Criterion;

/// A config of plain JSON with this many providers of `models` models each.
fn config(providers: usize, models: usize) -> String {
    let model = |nth: usize| {
        format!(
            "            {{ \"id\": \"org/model-{nth}\", \"name\": \"Model {nth}\", \"reasoning\": false, \"input\": [\"text\"],\n              \
             \"cost\": {{ \"input\": 0, \"output\": 0 }}, \"contextWindow\": 131072, \"maxTokens\": 8192 }}"
        )
    };
    let models: Vec<String> = (0..models).map(model).collect();
    let models = models.join(",\n");
    let provider = |nth: usize| {
        format!(
            "      \"box-{nth}\": {{\n        \"baseUrl\": \"http://10.0.{}.{}:8000/v1\",\n        \"apiKey\": \"${{BOX_KEY}}\",\n        \
             \"api\": \"openai-completions\",\n        \"models\": [\n{models}\n        ]\n      }}",
            nth / 250 % 250,
            nth % 250
        )
    };
    let providers: Vec<String> = (0..providers).map(provider).collect();
    format!(
        "{{\n  \"models\": {{\n    \"providers\": {{\n{}\n    }}\n  }}\n}}\n",
        providers.join(",\n")
    )
}

fn run(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clawconf"));
    let command = command
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null());
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.is_ok_and(|status| status.success()));
}

fn main() -> std::io::Result<()> {
    let place = tempfile::tempdir()?;
    let folder = place.path();
    fs::write(folder.join("one.json"), config(1, 1))?;
    fs::write(folder.join("hundred.json"), config(100, 20))?;
    fs::write(folder.join("large.json"), config(10_600, 20))?;
    fs::create_dir(folder.join("many"))?;
    for nth in 0..2000 {
        fs::write(folder.join(format!("many/{nth}.json")), config(1, 20))?;
    }
    let requests: String = (0..10_000)
        .map(|nth| {
            format!(
                "{{\"id\":{nth},\"base_url\":\"http://gpu.lan:1234/v1\",\"request_url\":\"http://gpu.lan:1234/v1/models\",\
                 \"resolved_ips\":[\"192.168.1.5\"]}}\n"
            )
        })
        .collect();
    fs::write(folder.join("requests.jsonl"), requests)?;
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    let cases: [(&str, &[&str]); 6] = [
        ("floor: start and say the version", &["--version"]),
        ("lint one small file", &["lint", "one.json"]),
        ("lint 100 providers of 20 models", &["lint", "hundred.json"]),
        ("lint 2000 files", &["lint", "many"]),
        ("lint 50 MB", &["lint", "large.json"]),
        (
            "judge ten thousand requests",
            &["trust", "check", "--batch", "requests.jsonl"],
        ),
    ];
    for (name, arguments) in cases {
        criterion.bench_function(name, |bench| bench.iter(|| run(folder, arguments)));
    }
    criterion.final_summary();
    Ok(())
}
