//! `clawconf verify` against every backend: what each check says of one that is well, and of one where
//! something is wrong that the server itself may hide. Both tables are to be held against the backends
//! facts.

use std::fs;
use std::thread;

use serde_json::Value;

use crate::backend::{self, Backend, Counts, Fault, Running, Setting};
use crate::common::{clawconf, transcript};

const KEY: &str = "sk-right";

/// The efforts that no backend refuses for a model that thinks, by OpenClaw's names.
const SIX: &[&str] = &["none", "minimal", "low", "medium", "high", "xhigh"];

/// Those among them that leave reasoning on: to LM Studio they are all one, and so they are where none
/// has an effect.
const FIVE: &[&str] = &["minimal", "low", "medium", "high", "xhigh"];

/// The checks, in the order of the columns.
const CHECKS: [&str; 9] = [
    "key",
    "models",
    "backend",
    "listed",
    "context",
    "stream",
    "usage",
    "reasoning",
    "tools",
];

/// What a config says of the one model of a provider.
struct Entry<'e> {
    provider: &'e str,
    key: &'e str,
    model: &'e str,
    window: u64,
    /// `supportedReasoningEfforts`; where there are none, the server is said to take none.
    efforts: &'e [&'e str],
    /// More of `compat`.
    compat: &'e str,
}

fn entry<'e>(provider: &'e str, efforts: &'e [&'e str]) -> Entry<'e> {
    let usual = Setting::default();
    Entry {
        provider,
        key: KEY,
        model: usual.model,
        window: usual.context,
        efforts,
        compat: "",
    }
}

/// Verifies such a config; the report, whatever came of it.
fn verified(server: &Running, entry: &Entry<'_>) -> Value {
    let takes_efforts = !entry.efforts.is_empty();
    let mut compat = format!("supportsReasoningEffort: {takes_efforts}, {}", entry.compat);
    if takes_efforts {
        compat += &format!(" supportedReasoningEfforts: {:?},", entry.efforts);
    }
    if entry.efforts.contains(&"none") {
        compat += " reasoningEffortMap: { off: \"none\" },";
    }
    let text = format!(
        "{{ models: {{ providers: {{ {:?}: {{ baseUrl: {:?}, api: \"openai-completions\",\n\
         apiKey: \"${{BACKEND_KEY}}\", models: [{{ id: {:?}, name: \"Wren\", contextWindow: {},\n\
         reasoning: true, compat: {{ {compat} }} }}] }} }} }} }}",
        entry.provider,
        server.base_url(),
        entry.model,
        entry.window,
    );
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("openclaw.json"), text).unwrap();
    let mut command = clawconf(folder.path());
    command.args(["verify", "openclaw.json", "--format", "json"]);
    let output = command.env("BACKEND_KEY", entry.key).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", transcript(&output)));
    let has_failed = report["summary"]["failed"] != 0;
    let code = i32::from(has_failed);
    assert_eq!(output.status.code(), Some(code), "{report:#}");
    report
}

/// What came of a check of the model, or else of the server.
fn check<'r>(report: &'r Value, name: &str) -> &'r Value {
    let provider = &report["providers"][0];
    let lists = [&provider["models"][0]["checks"], &provider["checks"]];
    let mut all = lists.into_iter().filter_map(Value::as_array).flatten();
    all.find(|check| check["check"] == name)
        .unwrap_or_else(|| panic!("no check {name}: {report:#}"))
}

/// `status message` of a check.
fn told(report: &Value, name: &str) -> String {
    let check = check(report, name);
    let text = |key: &str| check[key].as_str().unwrap();
    format!("{} {}", text("status"), text("message"))
}

/// A backend, the id that its provider goes by, the efforts that it takes, and what comes of each check.
type Row = (
    Backend,
    &'static str,
    &'static [&'static str],
    [&'static str; CHECKS.len()],
);

/// What comes of each check where all is well. A wrong key is taken by those without keys, which is a
/// warning; LocalAI lets slip nothing that tells it; six do not say how long the context is. Where no
/// effort has an effect, the config says so. llama-cpp-python counts no tokens in a stream, and leaves
/// reasoning and calls in the text.
#[rustfmt::skip]
const WELL: [Row; Backend::ALL.len()] = [
    //                                                                              key     models  backend                  listed  context    stream  usage   reasoning tools
    (Backend::LmStudio,            "lmstudio",              SIX,                   ["pass", "pass", "LM Studio",             "pass", "pass",    "pass", "pass", "pass",   "pass"]),
    (Backend::LlamaCpp,            "llamacpp",              SIX,                   ["pass", "pass", "llama.cpp",             "pass", "pass",    "pass", "pass", "pass",   "pass"]),
    (Backend::LlamaCpp2025,        "llama-server",          SIX,                   ["pass", "pass", "llama.cpp",             "pass", "pass",    "pass", "pass", "pass",   "pass"]),
    (Backend::Vllm,                "vllm",                  SIX,                   ["pass", "pass", "vLLM",                  "pass", "pass",    "pass", "pass", "pass",   "pass"]),
    (Backend::Sglang,              "sglang",                SIX,                   ["pass", "pass", "SGLang",                "pass", "pass",    "pass", "pass", "pass",   "pass"]),
    (Backend::LocalAi,             "localai",               SIX,                   ["pass", "pass", "unknown",               "pass", "skipped", "pass", "pass", "pass",   "pass"]),
    (Backend::Jan,                 "jan",                   SIX,                   ["pass", "pass", "Jan",                   "pass", "skipped", "pass", "pass", "pass",   "pass"]),
    (Backend::TabbyApi,            "tabbyapi",              FIVE,                  ["pass", "pass", "TabbyAPI",              "pass", "skipped", "pass", "pass", "pass",   "pass"]),
    (Backend::TextGenerationWebui, "text-generation-webui", FIVE,                  ["pass", "pass", "text-generation-webui", "pass", "skipped", "pass", "pass", "pass",   "pass"]),
    (Backend::Ollama,              "ollama",                SIX,                   ["warn", "pass", "Ollama",                "pass", "skipped", "pass", "pass", "pass",   "pass"]),
    (Backend::MlxLm,               "mlx_lm",                &[],                   ["warn", "pass", "mlx_lm.server",         "pass", "skipped", "pass", "pass", "pass",   "pass"]),
    (Backend::LlamaCppPython,      "llama-cpp-python",      &[],                   ["pass", "pass", "llama-cpp-python",      "pass", "skipped", "pass", "fail", "warn",   "warn"]),
];

/// The cases where something is wrong, in the order of the columns.
const CASES: [&str; 14] = [
    "wrong id",
    "wrong key",
    "another name",
    "window",
    "none",
    "levels",
    "no thoughts",
    "starting",
    "failing",
    "cut",
    "no counts",
    "zeros",
    "no tools",
    "no models",
];

/// What is told in each case.
///
/// `wrong id`: `listed` tells what five of them serve without a word. `wrong key`: what it gets, and
/// whether the words of the refusal tell which server it is. `another name`: the provider is called after
/// another server. `window`: the config promises more than the server takes. `none`, `levels`: the effort
/// that is to switch reasoning off, and those that are to leave it on, are taken by all, and ignored by
/// some. `no thoughts`: efforts for a model that does not think, where Ollama wants none. `failing`: some say `[DONE]` after the
/// error as if all were well, and others say nothing of it.
#[rustfmt::skip]
const WRONG: [(Backend, [&str; CASES.len()]); Backend::ALL.len()] = [
    //                              wrong id             wrong key        another name window    none        levels       no thoughts    starting     failing      cut        no counts zeros      no tools  no models
    (Backend::LmStudio,            ["unlisted, refused", "refused, told", "another",   "smaller", "off",      "levels",    "silent",      "not ready", "in stream", "cut off", "none",   "timings", "called", "no model"]),
    (Backend::LlamaCpp,            ["unlisted, served",  "refused, told", "another",   "smaller", "off",      "levels",    "silent",      "not ready", "in stream", "cut off", "none",   "timings", "words",  "no model"]),
    (Backend::LlamaCpp2025,        ["unlisted, served",  "refused, told", "another",   "smaller", "off",      "levels",    "silent",      "not ready", "in stream", "cut off", "none",   "timings", "words",  "no model"]),
    (Backend::Vllm,                ["unlisted, refused", "refused",       "another",   "smaller", "off",      "levels",    "silent",      "nobody",    "in stream", "cut off", "none",   "timings", "words",  "no model"]),
    (Backend::Sglang,              ["unlisted, served",  "refused",       "another",   "smaller", "off",      "levels",    "silent",      "nobody",    "in stream", "cut off", "none",   "timings", "words",  "no model"]),
    (Backend::LocalAi,             ["unlisted, refused", "refused",       "unknown",   "unknown", "off",      "levels",    "silent",      "not ready", "in stream", "cut off", "none",   "timings", "words",  "no model"]),
    (Backend::Jan,                 ["unlisted, refused", "refused",       "another",   "unknown", "off",      "levels",    "silent",      "not ready", "in stream", "cut off", "none",   "timings", "words",  "no model"]),
    (Backend::TabbyApi,            ["unlisted, served",  "refused",       "another",   "unknown", "still on", "levels",    "silent",      "nobody",    "in stream", "cut off", "none",   "timings", "words",  "no model"]),
    (Backend::TextGenerationWebui, ["unlisted, served",  "refused, told", "another",   "unknown", "still on", "levels",    "silent",      "nobody",    "cut off",   "cut off", "none",   "timings", "words",  "no model"]),
    (Backend::Ollama,              ["unlisted, refused", "taken, told",   "another",   "unknown", "off",      "levels",    "400, mended", "nobody",    "cut off",   "cut off", "none",   "timings", "words",  "no model"]),
    (Backend::MlxLm,               ["unlisted, refused", "taken, told",   "another",   "unknown", "still on", "no effect", "silent",      "nobody",    "cut off",   "cut off", "none",   "timings", "words",  "no bytes"]),
    (Backend::LlamaCppPython,      ["unlisted, served",  "refused",       "another",   "unknown", "still on", "tags",      "silent",      "nobody",    "cut off",   "cut off", "none",   "timings", "words",  "no model"]),
];

/// What a check, its status and the beginning of its sentence come to, in the words of the second table.
#[rustfmt::skip]
const WORDS: &[(&str, &str, &str)] = &[
    ("listed",    "fail the server does not list",               "unlisted"),
    ("stream",    "pass first token after",                      "served"),
    ("stream",    "fail the server does not have this model",    "refused"),
    ("stream",    "fail the server refuses the request (HTTP 400)", "400"),
    ("stream",    "fail the answer failed on the way",           "in stream"),
    ("stream",    "fail the answer was cut off",                 "cut off"),
    ("key",       "fail the server does not take the key",       "refused"),
    ("key",       "warn it is taken, and so is a wrong one",     "taken"),
    ("backend",   "pass",                                        "told"),
    ("backend",   "fail this is",                                "another"),
    ("backend",   "skipped nothing tells",                       "unknown"),
    ("context",   "fail the config says",                        "smaller"),
    ("context",   "skipped the server does not tell",            "unknown"),
    ("reasoning", "fail `reasoning_effort: none` does not",      "still on"),
    ("reasoning", "fail no effort gives any reasoning",          "silent"),
    ("reasoning", "warn every effort gives the same reasoning",  "no effect"),
    ("reasoning", "warn the reasoning stands in the answer",     "tags"),
    ("reachable", "fail the server is not ready yet (HTTP 503)", "not ready"),
    ("reachable", "fail nothing listens",                        "nobody"),
    ("usage",     "fail the stream counts no tokens",            "none"),
    ("tools",     "pass called the tool",                        "called"),
    ("tools",     "fail it answered in words",                   "words"),
    ("models",    "fail the server lists no model",              "no model"),
    ("models",    "warn the list of models is empty",            "no bytes"),
];

/// What a check tells, in a word if there is one for it.
fn word(report: &Value, check: &str) -> String {
    let told = told(report, check);
    let mut known = WORDS.iter();
    let found = known.find(|(of, begins, _)| *of == check && told.starts_with(begins));
    found.map_or(told, |(_, _, word)| (*word).to_owned())
}

/// Verifies a backend, where `case` is what is wrong; what is told of it.
fn outcome(backend: Backend, provider: &str, case: &str) -> String {
    let well = Setting {
        key: Some(KEY),
        ..Setting::default()
    };
    let run = |setting: Setting, entry: Entry<'_>| {
        let server = backend::start(backend, setting);
        verified(&server, &entry)
    };
    let five = || entry(provider, FIVE);
    let faulty = |fault| {
        let fault = Some(fault);
        run(Setting { fault, ..well }, five())
    };
    let counting = |counts| run(Setting { counts, ..well }, five());
    match case {
        "wrong id" => {
            let model = "not/there";
            let report = run(well, Entry { model, ..five() });
            format!("{}, {}", word(&report, "listed"), word(&report, "stream"))
        }
        "wrong key" => {
            let key = "sk-wrong";
            let report = run(well, Entry { key, ..five() });
            match word(&report, "backend").as_str() {
                "unknown" => word(&report, "key"),
                backend => format!("{}, {backend}", word(&report, "key")),
            }
        }
        "another name" => {
            let is_vllm = backend == Backend::Vllm;
            let other = if is_vllm { "sglang" } else { "vllm" };
            word(&run(well, entry(other, FIVE)), "backend")
        }
        "window" => {
            let window = well.context + 1;
            word(&run(well, Entry { window, ..five() }), "context")
        }
        "none" => {
            let told = word(&run(well, entry(provider, SIX)), "reasoning");
            let is_off = told.starts_with("pass") && told.contains("off with none");
            if is_off { "off".to_owned() } else { told }
        }
        "levels" => {
            let told = word(&run(well, five()), "reasoning");
            let all = format!("pass reasons with {}", FIVE.join(", "));
            if told.starts_with(&all) {
                "levels".to_owned()
            } else {
                told
            }
        }
        "no thoughts" => {
            let reasons = false;
            let report = run(Setting { reasons, ..well }, five());
            let help = check(&report, "stream")["help"]
                .as_str()
                .unwrap_or_default();
            let is_mended = help.contains("compat.supportsReasoningEffort: false");
            match word(&report, "stream").as_str() {
                "served" => word(&report, "reasoning"),
                plain if is_mended => format!("{plain}, mended"),
                plain => plain.to_owned(),
            }
        }
        "starting" => word(&faulty(Fault::NotReady), "reachable"),
        "failing" => word(&faulty(Fault::ErrorMidStream), "stream"),
        "cut" => word(&faulty(Fault::Cut), "stream"),
        "no models" => {
            let report = faulty(Fault::NoModels);
            match word(&report, "backend").as_str() {
                "another" => told(&report, "backend"),
                _ => word(&report, "models"),
            }
        }
        "no counts" => word(&counting(Counts::Nothing), "usage"),
        "zeros" => {
            let told = word(&counting(Counts::ZerosAndTimings), "usage");
            let is_recovered = told.starts_with("pass") && told.ends_with("from `timings`");
            if is_recovered {
                "timings".to_owned()
            } else {
                told
            }
        }
        "no tools" => {
            let compat = "supportsTools: true,";
            let tools = false;
            let report = run(Setting { tools, ..well }, Entry { compat, ..five() });
            word(&report, "tools")
        }
        other => panic!("no case is called {other}"),
    }
}

/// What each row of a table says that is not so, all rows at once.
fn wrong_cells<R: Sync>(rows: &[R], of_row: impl Fn(&R) -> Vec<String> + Sync) -> Vec<String> {
    thread::scope(|scope| {
        let of_row = &of_row;
        let rows: Vec<_> = rows
            .iter()
            .map(|row| scope.spawn(move || of_row(row)))
            .collect();
        let cells = rows.into_iter().map(|row| row.join().unwrap());
        cells.flatten().collect()
    })
}

#[test]
fn every_backend_that_is_well() {
    assert!(WELL.iter().map(|row| row.0).eq(Backend::ALL), "a row each");
    let wrong = wrong_cells(&WELL, |(backend, provider, efforts, cells)| {
        let setting = Setting {
            key: Some(KEY),
            ..Setting::default()
        };
        let server = backend::start(*backend, setting);
        let report = verified(&server, &entry(provider, efforts));
        let cells = CHECKS.iter().zip(cells);
        let wrong = cells.filter_map(|(check, wanted)| {
            let told = told(&report, check);
            let got = match *check {
                "backend" => report["providers"][0]["backend"].as_str(),
                _ => told.split(' ').next(),
            };
            let got = got.unwrap_or("unknown");
            (got != *wanted).then(|| format!("{backend:?}, {check}: {told}, not {wanted}"))
        });
        wrong.collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_backend_where_something_is_wrong() {
    assert!(WRONG.iter().map(|row| row.0).eq(Backend::ALL), "a row each");
    let wrong = wrong_cells(&WRONG, |(backend, cells)| {
        let (_, provider, _, _) = WELL.iter().find(|row| row.0 == *backend).unwrap();
        let cells = CASES.iter().zip(cells);
        let wrong = cells.filter_map(|(case, wanted)| {
            let got = outcome(*backend, provider, case);
            (got != *wanted).then(|| format!("{backend:?}, {case}: {got}, not {wanted}"))
        });
        wrong.collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
