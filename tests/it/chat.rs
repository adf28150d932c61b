//! `clawconf chat` as people run it, against the simulator and servers that misbehave.

use std::fs;
use std::io::Write;
use std::process::Output;

use clawconf::simulator::{self, Fault, Running, Settings};
use serde_json::{Value, json};

use crate::common::{clawconf, transcript, with_input};
use crate::http_server::{self, answer};

const QWEN: &str = "qwen/qwen3.5-9b";

fn simulator(faults: &[Fault]) -> Running {
    let settings = Settings {
        faults: faults.to_vec(),
        ..Settings::default()
    };
    simulator::start(settings).unwrap()
}

fn asked(base: &str, arguments: &[&str]) -> Output {
    let mut command = clawconf("/");
    command.args(["chat", "--base-url", base, "-m", QWEN]);
    command.args(arguments).output().unwrap()
}

/// The last line, which is JSON in both machine formats.
fn report(output: &Output) -> Value {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let last = text.lines().last().unwrap_or_default();
    serde_json::from_str(last).unwrap_or_else(|_| panic!("{}", transcript(output)))
}

fn json_of(base: &str, arguments: &[&str]) -> Value {
    let output = asked(base, &[&["--format", "json"], arguments].concat());
    let report = report(&output);
    let wanted = i32::from(!report["error"].is_null());
    assert_eq!(output.status.code(), Some(wanted), "{report}");
    report
}

/// A stream of these messages.
fn stream(messages: &[&str]) -> String {
    let body: String = messages
        .iter()
        .map(|message| format!("data: {message}\n\n"))
        .collect();
    answer("200 OK", "Content-Type: text/event-stream\r\n", &body)
}

#[test]
fn an_answer_streams_to_people_and_programs() {
    let server = simulator(&[]);
    let base = server.base_url();
    let output = asked(&base, &["What is up?"]);
    let told = transcript(&output);
    assert!(told.contains("You said \"What is up?\""), "{told}");
    assert!(
        told.contains("first token after") && told.contains("(from usage)"),
        "{told}"
    );
    assert!(told.ends_with("exit 0\n"), "{told}");
    let report = json_of(&base, &["hi"]);
    assert_eq!(report["model"], QWEN);
    assert_eq!(report["finish_reason"], "stop");
    assert_eq!(report["usage"]["source"], "usage");
    assert_eq!(
        report["request"]["url"],
        format!("{base}/v1/chat/completions")
    );
    let lines = asked(&base, &["--format", "jsonl", "hi"]);
    let text = String::from_utf8(lines.stdout.clone()).unwrap();
    let events: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let pieces = events.iter().filter(|event| event["event"] == "content");
    let content: String = pieces
        .map(|event| event["text"].as_str().unwrap())
        .collect();
    assert_eq!(content, events.last().unwrap()["content"]);
    let seen = server.requests();
    assert!(seen[0].body.contains("What is up?") && seen[0].path == "/v1/chat/completions");
}

#[test]
fn every_failure_has_its_kind() {
    for (fault, kind, status) in [
        (Fault::Unauthorized, "auth", json!(401)),
        (Fault::Forbidden, "forbidden", json!(403)),
        (Fault::ServerError, "server_error", json!(500)),
        (Fault::NotReady, "not_ready", json!(503)),
        (Fault::NotLmStudio, "not_found", json!(200)),
        (Fault::Malformed, "bad_json", json!(null)),
        (Fault::ErrorMidStream, "in_stream", json!(null)),
        (Fault::Truncated, "truncated", json!(null)),
        (Fault::Cut, "truncated", json!(null)),
        (Fault::RedirectPort, "blocked", json!(null)),
        (Fault::Silent, "timeout", json!(null)),
        (Fault::Stall, "idle", json!(null)),
    ] {
        let server = simulator(&[fault]);
        let waits = matches!(fault, Fault::Silent | Fault::Stall);
        let timeout = if waits { "300ms" } else { "20s" };
        let report = json_of(&server.base_url(), &["--timeout", timeout, "hi"]);
        let error = &report["error"];
        assert_eq!(error["kind"], kind, "{fault}: {report}");
        if !status.is_null() {
            assert_eq!(error["status"], status, "{fault}: {report}");
        }
    }
    let server = simulator(&[]);
    let page = http_server::saying(answer("200 OK", "Content-Type: text/html\r\n", "<html>"));
    assert_eq!(
        json_of(&page.url(), &["hi"])["error"]["kind"],
        "not_a_stream"
    );
    let mut unknown = clawconf("/");
    unknown.args([
        "chat",
        "--base-url",
        &server.base_url(),
        "-m",
        "not/there",
        "--format",
        "json",
    ]);
    let report = report(&unknown.output().unwrap());
    assert_eq!(report["error"]["kind"], "model_not_found");
    let told = transcript(&asked(&http_server::saying(stream(&["{}"])).url(), &["x"]));
    assert!(
        told.contains("error: truncated: ") && told.contains("look at the log of the server"),
        "{told}"
    );
}

#[test]
fn an_end_without_its_mark_is_none_and_what_follows_it_is_ignored() {
    let chunk = r#"{"choices":[{"delta":{"content":"hi"}}]}"#;
    let stop = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;
    for (messages, kind) in [
        (vec![chunk, stop], json!(null)),
        (
            vec![chunk, stop, "[DONE]", r#"{"error":"late"}"#],
            json!(null),
        ),
        (vec![chunk, "[DONE]"], json!("truncated")),
        (vec![chunk, "<html>"], json!("bad_json")),
        (vec![chunk, stop, r#"{"error":"x"}"#], json!("in_stream")),
    ] {
        let server = http_server::saying(stream(&messages));
        let report = json_of(&server.url(), &["x"]);
        assert_eq!(report["error"]["kind"], kind, "{messages:?}");
        assert_eq!(report["content"], "hi");
    }
    assert_eq!(
        json_of(&simulator(&[Fault::NoDone]).base_url(), &["x"])["error"],
        json!(null)
    );
}

/// Text that cannot be read is lost, so an answer with a good end is none: OpenClaw fails as well.
#[test]
fn a_part_that_cannot_be_read_is_told() {
    let said = |text: &str| format!(r#"{{"choices":[{{"delta":{{"content":"{text}"}}}}]}}"#);
    let end = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;
    let (hi, you) = (said("Hi "), said("you"));
    for (middle, kind) in [
        ("<html>", json!("bad_json")),
        (": {}", json!("bad_json")),
        ("", json!(null)),
        (&you, json!(null)),
    ] {
        let server = http_server::saying(stream(&[&hi, middle, &you, end]));
        let report = json_of(&server.url(), &["x"]);
        assert_eq!(report["error"]["kind"], kind, "{middle}: {report}");
    }
}

/// Pieces of several calls can be told from each other.
#[test]
fn pieces_of_calls_say_whose_they_are() {
    let piece = |call: &str| format!(r#"{{"choices":[{{"delta":{{"tool_calls":[{call}]}}}}]}}"#);
    let one = piece(r#"{"index":0,"id":"a","function":{"name":"add","arguments":"{"}}"#);
    let other = piece(r#"{"index":1,"id":"b","function":{"name":"sub","arguments":"{}"}}"#);
    let rest = piece(r#"{"index":0,"function":{"arguments":"}"}}"#);
    let server = http_server::saying(stream(&[&one, &other, &rest]));
    let output = asked(&server.url(), &["--format", "jsonl", "x"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let pieces: Vec<Value> = lines.filter(|line| line["event"] == "tool").collect();
    let told = |nth: usize| {
        (
            &pieces[nth]["index"],
            &pieces[nth]["id"],
            &pieces[nth]["text"],
        )
    };
    assert_eq!(told(0), (&json!(0), &json!("a"), &json!("{")));
    assert_eq!(told(1), (&json!(1), &json!("b"), &json!("{}")));
    assert_eq!(told(2), (&json!(0), &json!(null), &json!("}")));
}

/// A server that says why it ends, and then only keeps the connection.
#[test]
fn who_has_finished_is_not_waited_for() {
    let server = http_server::start(|_, connection| {
        let end = r#"{"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}"#;
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
        let _ = connection.write_all(format!("{head}data: {end}\n\n").as_bytes());
        http_server::wait_for_close(connection);
    });
    let report = json_of(&server.url(), &["x"]);
    assert_eq!(
        (&report["error"], &report["content"]),
        (&json!(null), &json!("Hi"))
    );
}

#[test]
fn counts_are_recovered_from_timings() {
    let report = json_of(
        &simulator(&[Fault::ZeroUsageWithTimings]).base_url(),
        &["hi"],
    );
    assert_eq!(report["usage"]["source"], "timings", "{report}");
    assert!(report["usage"]["prompt_tokens"].as_u64().unwrap() > 0);
    let report = json_of(&simulator(&[Fault::NoUsage]).base_url(), &["hi"]);
    assert_eq!(report["usage"]["source"], "none");
    assert_eq!(report["usage"]["total_tokens"], json!(null));
}

#[test]
fn a_model_of_the_config_is_asked_as_the_page_promises() {
    let server = simulator(&[]);
    let folder = tempfile::tempdir().unwrap();
    let config = format!(
        "{{ models: {{ providers: {{ lmstudio: {{ baseUrl: \"{}/v1\", apiKey: \"k1\", models: [\n\
         {{ id: \"{QWEN}\", name: \"Q\", reasoning: true, compat: {{ supportsReasoningEffort: true,\n\
         supportedReasoningEfforts: [\"off\", \"on\"] }} }},\n\
         {{ id: \"claude\", name: \"C\", api: \"anthropic-messages\" }}] }} }} }},\n\
         agents: {{ defaults: {{ model: {{ primary: \"lmstudio/{QWEN}\" }} }} }} }}",
        server.base_url()
    );
    fs::write(folder.path().join("openclaw.json"), config).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = clawconf(folder.path());
        command.args(["chat", "--config", "openclaw.json", "--format", "json"]);
        command.args(arguments).output().unwrap()
    };
    for (level, sent, thinks) in [
        (None, json!("medium"), true),
        (Some("off"), json!("none"), false),
        (Some("xhigh"), json!("xhigh"), true),
        (Some("max"), json!("xhigh"), true),
    ] {
        let flags: Vec<&str> = level
            .into_iter()
            .flat_map(|level| ["--reasoning", level])
            .collect();
        let report = report(&run(&[&flags[..], &["hi"]].concat()));
        assert_eq!(report["request"]["reasoning_effort"], sent, "{level:?}");
        assert_eq!(
            report["reasoning"].as_str().unwrap().is_empty(),
            !thinks,
            "{level:?}"
        );
    }
    let seen = server.requests();
    assert!(
        seen.iter()
            .all(|seen| seen.authorization() == Some("Bearer k1"))
    );
    for (arguments, reason) in [
        (vec!["-m", QWEN], "did you mean `lmstudio/qwen/qwen3.5-9b`?"),
        (vec!["-m", "nobody/x"], "the providers are lmstudio"),
        (
            vec!["-m", "lmstudio/claude"],
            "`anthropic-messages`, which clawconf does not speak",
        ),
        (vec!["--reasoning", "very"], "--reasoning takes one of off,"),
    ] {
        let told = transcript(&run(&arguments));
        assert!(
            told.contains(reason) && told.ends_with("exit 2\n"),
            "{told}"
        );
    }
}

/// A wished level goes out, or it is told that it does not.
#[test]
fn a_level_is_sent_or_told_not_to_be() {
    let server = simulator(&[]);
    let base = server.base_url();
    for (level, sent) in [("off", "none"), ("low", "low"), ("max", "xhigh")] {
        let report = json_of(&base, &["--reasoning", level, "hi"]);
        assert_eq!(report["request"]["reasoning_effort"], sent, "{level}");
    }
    let report = json_of(&base, &["hi"]);
    assert_eq!(report["request"]["reasoning_effort"], json!(null));
    for (entry, level, told) in [
        (
            "",
            "high",
            "`--reasoning high` is not sent: this model's entry lets no effort be sent",
        ),
        (
            "reasoning: true, compat: { supportsReasoningEffort: false },",
            "low",
            "lets no effort be sent: that takes `reasoning: true` and `compat.supports",
        ),
        (
            "reasoning: true, compat: { supportsReasoningEffort: true, \
             supportedReasoningEfforts: [\"low\", \"high\"] },",
            "off",
            "`--reasoning off` is not sent: this model's entry has no effort for it",
        ),
        (
            "reasoning: true, compat: { supportsReasoningEffort: true },",
            "low",
            "",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let config = format!(
            "{{ models: {{ providers: {{ box: {{ baseUrl: \"{base}/v1\", models: [\
             {{ id: \"{QWEN}\", name: \"Q\", {entry} }}] }} }} }} }}"
        );
        fs::write(folder.path().join("openclaw.json"), config).unwrap();
        let model = format!("box/{QWEN}");
        let mut command = clawconf(folder.path());
        command.args(["chat", "--config", "openclaw.json", "-m", &model]);
        let output = command.args(["--reasoning", level, "hi"]).output().unwrap();
        let all = transcript(&output);
        assert!(all.ends_with("exit 0\n"), "{all}");
        if told.is_empty() {
            assert!(!all.contains("is not sent"), "{all}");
        } else {
            assert!(all.contains(told), "{all}");
        }
    }
}

/// Where nothing is loaded on demand, a chat still meets a model; `params.preload: false` leaves it to
/// the server.
#[test]
fn a_model_is_loaded_ahead_unless_the_config_says_no() {
    let settings = || Settings {
        jit: false,
        ..Settings::default()
    };
    let run = |server: &Running, params: &str| {
        let folder = tempfile::tempdir().unwrap();
        let config = format!(
            "{{ models: {{ providers: {{ lmstudio: {{ baseUrl: \"{}/v1\", {params} models: [\n\
             {{ id: \"acme/wren-3b\", name: \"W\", contextTokens: 4096 }}] }} }} }} }}",
            server.base_url()
        );
        fs::write(folder.path().join("openclaw.json"), config).unwrap();
        let mut command = clawconf(folder.path());
        command.args([
            "chat",
            "--config",
            "openclaw.json",
            "-m",
            "lmstudio/acme/wren-3b",
            "hi",
        ]);
        transcript(&command.output().unwrap())
    };
    let server = simulator::start(settings()).unwrap();
    let told = run(&server, "");
    assert!(
        told.contains("loaded with a context of 4096 tokens"),
        "{told}"
    );
    assert!(told.ends_with("exit 0\n"), "{told}");
    let again = run(&server, "");
    assert!(
        !again.contains("loaded with") && again.ends_with("exit 0\n"),
        "{again}"
    );
    let server = simulator::start(settings()).unwrap();
    let told = run(&server, "params: { preload: false },");
    assert!(
        told.contains("model not found") && told.ends_with("exit 1\n"),
        "{told}"
    );
    assert_eq!(server.requests().len(), 1);
    let full = Settings {
        faults: vec![Fault::Guardrail],
        ..settings()
    };
    let told = run(&simulator::start(full).unwrap(), "");
    assert!(
        told.contains("warning: the model was not loaded ahead: the guardrails"),
        "{told}"
    );
}

#[test]
fn a_saved_stream_is_decoded_without_a_network() {
    let wire = "data: {\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n\
                data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\
                \"timings\":{\"cache_n\":20,\"prompt_n\":1,\"predicted_n\":9}}\n\n";
    let mut command = clawconf("/");
    command.args(["chat", "--replay", "-", "--format", "json"]);
    let output = with_input(&mut command, wire.as_bytes());
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        report(&output),
        json!({
            "model": "m",
            "content": "hi",
            "reasoning": "",
            "finish_reason": "stop",
            "usage": { "prompt_tokens": 21, "completion_tokens": 9, "total_tokens": 30, "source": "timings" },
            "timing": { "connect_ms": null, "ttft_ms": null, "total_ms": null, "tokens_per_second": null },
            "request": { "url": null, "reasoning_effort": null },
            "error": null,
        })
    );
    let mut cut = clawconf("/");
    cut.args(["chat", "--replay", "-"]);
    let told = transcript(&with_input(&mut cut, &wire.as_bytes()[..70]));
    assert!(
        told.contains("without a finish reason") && told.ends_with("exit 1\n"),
        "{told}"
    );
}

/// What a server says reaches the terminal without its escape sequences.
#[test]
fn a_server_cannot_write_on_the_terminal() {
    let chunk =
        r#"{"choices":[{"delta":{"content":"a\u001b[31m\u202eb\nc"},"finish_reason":"\u0007x"}]}"#;
    let told = transcript(&asked(&http_server::saying(stream(&[chunk])).url(), &["x"]));
    assert!(!told.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{told:?}");
    assert!(told.contains("b\nc"), "{told:?}");
    let refusal = answer("500 Oops", "", "\u{1b}[2Jboom");
    let told = transcript(&asked(&http_server::saying(refusal).url(), &["x"]));
    assert!(
        told.contains("boom") && !told.contains('\u{1b}'),
        "{told:?}"
    );
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_request_and_tells_what_is_known() {
    use std::os::unix::process::ExitStatusExt;
    let piece = "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n";
    let (closed, was_closed) = std::sync::mpsc::channel();
    let server = http_server::start(move |_, stream| {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
        let _ = stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(piece.as_bytes()));
        http_server::wait_for_close(stream);
        let _ = closed.send(());
    });
    let mut command = clawconf("/");
    command.args([
        "chat",
        "--base-url",
        &server.url(),
        "-m",
        "m",
        "--format",
        "jsonl",
        "x",
    ]);
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    std::io::BufRead::read_line(&mut stdout, &mut first).unwrap();
    assert!(first.contains("hi"), "{first}");
    let pid = child.id().to_string();
    let killed = std::process::Command::new("kill")
        .args(["-INT", &pid])
        .status()
        .unwrap();
    assert!(killed.success());
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut stdout, &mut rest).unwrap();
    let status = child.wait().unwrap();
    assert_eq!((status.code(), status.signal()), (Some(130), None));
    let report: Value = serde_json::from_str(rest.lines().last().unwrap()).unwrap();
    assert_eq!(report["content"], "hi");
    assert_eq!(report["error"]["kind"], "interrupted");
    was_closed.recv().unwrap();
}
