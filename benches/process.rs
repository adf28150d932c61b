//! How long the whole command takes, beside the floor of a process that does nothing but start. What
//! reading and parsing alone take, `benches/lint.rs` says.
#![expect(
    clippy::disallowed_methods,
    reason = "a bench runs real processes on real files"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use clawconf::simulator::{self, Settings};
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

/// The same in JSON5: keys without quotes where they need none, and single quotes around texts.
fn as_json5(json: &str) -> String {
    let lines = json.lines().map(|line| {
        let mut parts: Vec<String> = line.split('"').map(str::to_owned).collect();
        for nth in (1..parts.len()).step_by(2) {
            let is_key = parts.get(nth + 1).is_some_and(|next| next.starts_with(':'));
            let is_name = parts
                .get(nth)
                .is_some_and(|part| part.chars().all(char::is_alphanumeric));
            if let Some(part) = parts.get_mut(nth).filter(|_| !(is_key && is_name)) {
                *part = format!("'{part}'");
            }
        }
        parts.concat() + "\n"
    });
    lines.collect()
}

/// The answer of a server with this many models.
fn listed(models: usize) -> String {
    let model = |nth: usize| {
        format!(
            "{{\"type\":\"llm\",\"key\":\"org/model-{nth}\",\"display_name\":\"Model {nth}\",\"max_context_length\":131072,\
             \"loaded_instances\":[],\"capabilities\":{{\"vision\":true,\"trained_for_tool_use\":true,\
             \"reasoning\":{{\"allowed_options\":[\"off\",\"on\"],\"default\":\"on\"}}}}}}"
        )
    };
    let models: Vec<String> = (0..models).map(model).collect();
    format!("{{\"models\":[{}]}}", models.join(","))
}

/// A provider of LM Studio whose models were saved with the old words.
fn saved(models: usize) -> String {
    let model = |nth: usize| {
        format!(
            "{{ id: 'org/model-{nth}', name: 'Model {nth}', reasoning: true, compat: {{ supportsReasoningEffort: true, \
             supportedReasoningEfforts: ['off', 'on'] }} }},\n"
        )
    };
    let models: String = (0..models).map(model).collect();
    format!(
        "{{ models: {{ providers: {{ lmstudio: {{ baseUrl: 'http://localhost:1234/v1', models: [\n{models}] }} }} }} }}"
    )
}

/// As many providers of twenty models as make about this many megabytes.
fn config_of(megabytes: usize) -> String {
    let one = config(2, 20).len() - config(1, 20).len();
    config(megabytes * 1_000_000 / one, 20)
}

fn run(folder: &Path, threads: &str, arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clawconf"));
    let command = command
        .current_dir(folder)
        .args(arguments)
        .env("RAYON_NUM_THREADS", threads)
        .stdin(Stdio::null());
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.is_ok_and(|status| status.success()));
}

fn main() -> std::io::Result<()> {
    let place = tempfile::tempdir()?;
    let folder = place.path();
    fs::write(folder.join("one.json"), config(1, 1))?;
    fs::write(folder.join("hundred.json5"), as_json5(&config(100, 20)))?;
    let large = config_of(50);
    let json5 = as_json5(&large);
    let share = large.len() / 1_000_000 * 42 / (json5.len() / 1_000_000);
    fs::write(folder.join("large.json"), large)?;
    fs::write(folder.join("large.json5"), as_json5(&config_of(share)))?;
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
    fs::write(folder.join("listed.json"), listed(1000))?;
    fs::write(folder.join("saved.json5"), saved(1000))?;
    let simulator = simulator::start(Settings::default())?;
    let server = simulator.base_url();
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    let lint = |path: &'static str| vec!["lint", "--fail-on", "never", path];
    let cases = [
        ("floor: start and say the version", "0", vec!["--version"]),
        ("lint one small file", "0", lint("one.json")),
        (
            "lint 100 providers of 20 models, JSON5",
            "0",
            lint("hundred.json5"),
        ),
        ("lint 2000 files", "0", lint("many")),
        ("lint 2000 files on one thread", "1", lint("many")),
        ("lint 50 MB of JSON", "0", lint("large.json")),
        ("lint 42 MB of JSON5", "0", lint("large.json5")),
        (
            "judge ten thousand requests",
            "0",
            vec!["trust", "check", "--batch", "requests.jsonl"],
        ),
        (
            "show the diff of 1000 saved models in today's form",
            "0",
            vec!["normalize", "saved.json5"],
        ),
        (
            "map a saved list of 1000 models",
            "0",
            vec!["discover", "--from", "listed.json", "--format", "json"],
        ),
        (
            "ask a server on this machine for its models",
            "0",
            vec!["discover", "--base-url", &server],
        ),
    ];
    for (name, threads, arguments) in cases {
        criterion.bench_function(name, |bench| {
            bench.iter(|| run(folder, threads, &arguments))
        });
    }
    criterion.final_summary();
    Ok(())
}
