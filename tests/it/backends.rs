//! `clawconf chat` against every backend: what comes of each case stands in one table, to be held
//! against the backends facts.

use std::thread;

use serde_json::Value;

use crate::backend::said::{SENTENCE, THOUGHT};
use crate::backend::{self, Backend, Counts, Fault, Pieces, Running, Setting};
use crate::common::{clawconf, transcript};

const KEY: &str = "sk-right";

/// The cases, in the order of the columns.
const CASES: [&str; 13] = [
    "plain",
    "thinking",
    "wrong key",
    "wrong model",
    "starting",
    "failing",
    "cut",
    "empty",
    "counts",
    "counts on finish",
    "counts on all",
    "zeros + timings",
    "the same again",
];

/// What comes of each case. `thought` is reasoning apart from the answer; five backends serve a wrong
/// model name, under their own name or under the wrong one. Counts are where they are from, then prompt
/// and answer: twenty tokens of template and six words, or more where a server counts otherwise; LM
/// Studio's simulator counts words alone, and says more. `the same again` repeats `zeros + timings`, so
/// that the prompt is in the cache.
#[rustfmt::skip]
const TABLE: [(Backend, [&str; CASES.len()]); Backend::ALL.len()] = [
    //                              plain     thinking             wrong key wrong model        starting     failing      cut          empty        counts         on finish      on all         zeros, timings   again
    (Backend::LmStudio,            ["answer", "thought",           "auth",   "model_not_found", "not_ready", "in_stream", "truncated", "truncated", "usage 7+19",  "usage 7+19",  "usage 7+19",  "timings 7+19",  "timings 7+19"]),
    (Backend::LlamaCpp,            ["answer", "thought",           "auth",   "own name",        "not_ready", "in_stream", "truncated", "truncated", "usage 26+11", "usage 26+11", "usage 26+11", "timings 26+11", "timings 26+11"]),
    (Backend::LlamaCpp2025,        ["answer", "thought",           "auth",   "own name",        "not_ready", "in_stream", "truncated", "truncated", "usage 26+11", "usage 26+11", "usage 26+11", "timings 26+11", "timings 26+11"]),
    (Backend::Vllm,                ["answer", "thought, newlines", "auth",   "model_not_found", "refused",   "in_stream", "truncated", "truncated", "usage 26+11", "usage 26+11", "usage 26+11", "timings 26+11", "timings 26+11"]),
    (Backend::Sglang,              ["answer", "thought",           "auth",   "wrong name",      "refused",   "in_stream", "truncated", "truncated", "usage 26+11", "usage 26+11", "usage 26+11", "timings 26+11", "timings 26+11"]),
    (Backend::LocalAi,             ["answer", "thought",           "auth",   "model_not_found", "not_ready", "in_stream", "truncated", "truncated", "usage 26+11", "usage 26+11", "usage 26+11", "timings 26+11", "timings 26+11"]),
    (Backend::Jan,                 ["answer", "thought",           "auth",   "model_not_found", "not_ready", "in_stream", "truncated", "truncated", "usage 26+11", "usage 26+11", "usage 26+11", "timings 26+11", "timings 26+11"]),
    (Backend::TabbyApi,            ["answer", "thought",           "auth",   "own name",        "refused",   "in_stream", "truncated", "truncated", "usage 26+11", "usage 26+11", "usage 26+11", "timings 26+11", "timings 26+11"]),
    (Backend::TextGenerationWebui, ["answer", "thought",           "auth",   "own name",        "refused",   "truncated", "truncated", "truncated", "usage 50+11", "usage 50+11", "usage 50+11", "timings 50+11", "timings 50+11"]),
    (Backend::Ollama,              ["answer", "thought",           "answer", "model_not_found", "refused",   "truncated", "truncated", "truncated", "usage 26+11", "usage 26+11", "usage 26+11", "timings 26+11", "timings 26+11"]),
    (Backend::MlxLm,               ["answer", "thought",           "answer", "model_not_found", "refused",   "truncated", "truncated", "truncated", "usage 26+11", "usage 26+11", "usage 26+11", "timings 26+11", "timings 26+11"]),
    (Backend::LlamaCppPython,      ["answer", "tags",              "auth",   "wrong name",      "refused",   "truncated", "truncated", "truncated", "none",        "usage 26+11", "usage 26+11", "timings 26+11", "timings 26+11"]),
];

/// The setting of a case, without what it does to the model's name and the key.
fn setting(case: &str) -> Setting {
    let usual = Setting {
        key: Some(KEY),
        reasons: false,
        ..Setting::default()
    };
    let fault = |fault| Setting {
        fault: Some(fault),
        ..usual
    };
    let counts = |counts| Setting { counts, ..usual };
    match case {
        "plain" | "wrong key" | "wrong model" | "counts" => usual,
        "thinking" => Setting {
            reasons: true,
            ..usual
        },
        "starting" => fault(Fault::NotReady),
        "failing" => fault(Fault::ErrorMidStream),
        "cut" => fault(Fault::Cut),
        "empty" => fault(Fault::EmptyStream),
        "counts on finish" => counts(Counts::OnFinish),
        "counts on all" => counts(Counts::OnEveryChunk),
        "zeros + timings" | "the same again" => counts(Counts::ZerosAndTimings),
        other => panic!("no case is called {other}"),
    }
}

/// Asks as people do; the report.
fn asked(server: &Running, model: &str, key: &str) -> Value {
    let mut command = clawconf("/");
    command.env("BACKEND_KEY", key).args(["chat", "-m", model]);
    command.args(["--base-url", &server.base_url(), "--format", "json"]);
    let output = command
        .args(["--api-key-env", "BACKEND_KEY"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", transcript(&output)));
    let wanted = i32::from(!report["error"].is_null());
    assert_eq!(output.status.code(), Some(wanted), "{report}");
    report
}

/// What came of a case, in the words of the table.
fn outcome(backend: Backend, case: &str) -> String {
    let setting = setting(case);
    let server = backend::start(backend, setting);
    let key = if case == "wrong key" { "sk-wrong" } else { KEY };
    let model = if case == "wrong model" {
        "not/there"
    } else {
        setting.model
    };
    let mut report = asked(&server, model, key);
    if case == "the same again" {
        report = asked(&server, model, key);
    }
    if let Some(kind) = report["error"]["kind"].as_str() {
        let content = report["content"].as_str().unwrap();
        let fits = SENTENCE.starts_with(content) || backend == Backend::LmStudio;
        assert!(fits, "{backend:?}, {case}: {report}");
        return kind.to_owned();
    }
    if case.contains("counts") || case == "zeros + timings" || case == "the same again" {
        let usage = &report["usage"];
        let source = usage["source"].as_str().unwrap();
        let (prompt, completion) = (&usage["prompt_tokens"], &usage["completion_tokens"]);
        return match source {
            "none" => source.to_owned(),
            _ => format!("{source} {prompt}+{completion}"),
        };
    }
    if case == "wrong model" {
        assert_eq!(said(&report), "answer", "{backend:?}");
        return match report["model"].as_str().unwrap() {
            name if name == setting.model => "own name".to_owned(),
            name if name == model => "wrong name".to_owned(),
            other => other.to_owned(),
        };
    }
    said(&report)
}

/// What was said, and how.
fn said(report: &Value) -> String {
    let text = |key: &str| report[key].as_str().unwrap();
    let (reasoning, content) = (text("reasoning"), text("content"));
    let tagged = format!("<think>\n{THOUGHT}\n</think>\n\n{SENTENCE}");
    // The simulator of LM Studio says it in its own words.
    let is_simulated = content.starts_with("You said") && content.ends_with("knows no more.");
    match (reasoning, content) {
        ("", SENTENCE) => "answer".to_owned(),
        ("", _) if is_simulated => "answer".to_owned(),
        (THOUGHT, SENTENCE) => "thought".to_owned(),
        (reasoning, _) if is_simulated && reasoning.starts_with("Someone") => "thought".to_owned(),
        (THOUGHT, content) if content.strip_prefix("\n\n") == Some(SENTENCE) => {
            "thought, newlines".to_owned()
        }
        ("", content) if content == tagged => "tags".to_owned(),
        _ => format!("reasoning {reasoning:?}, content {content:?}"),
    }
}

#[test]
fn every_backend_in_every_case() {
    let rows = TABLE.iter().map(|(backend, _)| *backend);
    assert!(rows.eq(Backend::ALL), "a row a backend, in order");
    let row = |backend: Backend, wanted: &[&str; CASES.len()]| -> Vec<String> {
        let cells = CASES.iter().zip(wanted);
        let wrong = cells.filter_map(|(case, wanted)| {
            let got = outcome(backend, case);
            (got != *wanted).then(|| format!("{backend:?}, {case}: {got}, not {wanted}"))
        });
        wrong.collect()
    };
    let wrong: Vec<String> = thread::scope(|scope| {
        let rows: Vec<_> = TABLE
            .iter()
            .map(|(backend, wanted)| scope.spawn(move || row(*backend, wanted)))
            .collect();
        rows.into_iter()
            .flat_map(|row| row.join().unwrap())
            .collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A stream over a real socket, in pieces of one and seven bytes that cut characters, sizes and line
/// ends in two, says what it says in whole messages.
#[test]
fn every_backend_says_the_same_however_its_bytes_are_cut() {
    let lines = |backend: Backend, pieces: Pieces| -> String {
        let setting = Setting {
            pieces,
            ..Setting::default()
        };
        let server = backend::start(backend, setting);
        let mut command = clawconf("/");
        command.args(["chat", "-m", setting.model, "--format", "jsonl"]);
        let output = command
            .args(["--base-url", &server.base_url()])
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let events = text.lines().filter(|line| line.contains("\"event\""));
        events.collect::<Vec<_>>().join("\n")
    };
    thread::scope(|scope| {
        for backend in Backend::profiled() {
            scope.spawn(move || {
                let whole = lines(backend, Pieces::Messages);
                let pieces = whole.matches("\"content\"").count();
                assert!(pieces > 2 && whole.contains("\"finish\""), "{whole}");
                for length in [1, 7] {
                    let cut = lines(backend, Pieces::Bytes(length));
                    assert_eq!(cut, whole, "{backend:?}, {length} bytes");
                }
            });
        }
    });
}
