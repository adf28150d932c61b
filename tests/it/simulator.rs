//! The simulated LM Studio, over raw sockets: its endpoints, its bounds, and the command.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Stdio};
use std::time::Duration;

use clawconf::simulator::{self, Fault, Model, Release, Running, Settings};
use serde_json::{Value, json};

use crate::common::clawconf;

/// Longest wait for anything; reached only when a test fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer, its chunks joined.
#[derive(Debug)]
pub(crate) struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
    /// Whether the body came to its end.
    pub complete: bool,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        assert!(self.complete, "{}", self.head);
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// What the events of a stream hold.
    pub(crate) fn events(&self) -> Vec<String> {
        let text = self.text();
        let lines = text.lines().filter_map(|line| line.strip_prefix("data: "));
        lines.map(str::to_owned).collect()
    }
}

pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Reads a head, and what came behind it.
pub(crate) fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

/// Sends bytes and reads one answer to its end.
pub(crate) fn exchange(stream: &mut TcpStream, request: &[u8]) -> Reply {
    stream.write_all(request).unwrap();
    let head = head(stream);
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let mut reply = Reply {
        status,
        head,
        body: Vec::new(),
        complete: false,
    };
    if let Some(length) = reply.header("content-length") {
        let length = length.parse().unwrap();
        let mut limited = stream.take(length);
        limited.read_to_end(&mut reply.body).unwrap();
        reply.complete = reply.body.len() as u64 == length;
    } else if reply.header("transfer-encoding") == Some("chunked") {
        reply.complete = chunks(stream, &mut reply.body);
    } else {
        stream.read_to_end(&mut reply.body).unwrap();
        reply.complete = true;
    }
    reply
}

/// Reads chunks; whether the last one came.
fn chunks(stream: &mut TcpStream, body: &mut Vec<u8>) -> bool {
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some(line) = line.strip_suffix("\r\n") else {
            return false;
        };
        let size = u64::from_str_radix(line, 16).unwrap();
        let before = body.len();
        reader.by_ref().take(size).read_to_end(body).unwrap();
        let mut end = [0; 2];
        if (body.len() - before) as u64 != size || reader.read_exact(&mut end).is_err() {
            return false;
        }
        assert_eq!(&end, b"\r\n");
        if size == 0 {
            return true;
        }
    }
}

/// Sends one request on a connection of its own.
pub(crate) fn send(address: SocketAddr, start: &str, headers: &str, body: &str) -> Reply {
    let length = body.len();
    let request = format!(
        "{start} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    );
    exchange(&mut connect(address), request.as_bytes())
}

pub(crate) fn get(running: &Running, path: &str) -> Reply {
    send(running.address(), &format!("GET {path}"), "", "")
}

pub(crate) fn post(running: &Running, path: &str, body: &Value) -> Reply {
    let start = format!("POST {path}");
    send(running.address(), &start, "", &body.to_string())
}

pub(crate) fn with(change: impl FnOnce(&mut Settings)) -> Running {
    let mut settings = Settings::default();
    change(&mut settings);
    simulator::start(settings).unwrap()
}

pub(crate) fn plain() -> Running {
    with(|_| {})
}

/// The ids of an older list.
fn ids(reply: &Reply) -> Vec<String> {
    let list = reply.json();
    assert_eq!(list["object"], "list");
    let data = list["data"].as_array().unwrap().iter();
    data.map(|entry| entry["id"].as_str().unwrap().to_owned())
        .collect()
}

fn loaded(running: &Running, key: &str) -> Value {
    let list = get(running, "/api/v1/models").json();
    let models = list["models"].as_array().unwrap();
    let model = models.iter().find(|model| model["key"] == key).unwrap();
    model["loaded_instances"].clone()
}

#[test]
fn the_native_list_has_every_shape_in_the_order_of_the_real_one() {
    let reply = get(&plain(), "/api/v1/models");
    assert_eq!(reply.status, 200);
    let mut last = 0;
    for key in [
        r#"{"models":[{"type":"llm","publisher":"qwen","key":"qwen/qwen3.5-9b","display_name""#,
        r#""architecture":"qwen3_5","quantization":{"name":"Q4_K_M","bits_per_weight":4},"size_bytes""#,
        r#""params_string":"9B","loaded_instances":[{"id":"qwen/qwen3.5-9b","config":{"context_length":32768,"#,
        r#""max_context_length":262144,"format":"gguf","capabilities":{"vision":true,"trained_for_tool_use":true,"#,
        r#""reasoning":{"allowed_options":["off","on"],"default":"on"}},"description":null,"variants":["#,
        r#""selected_variant":"#,
        r#""allowed_options":["low","medium","high"],"default":"low""#,
        r#""allowed_options":["off","low","medium","high"],"default":"medium""#,
        r#""architecture":null,"quantization":{"name":null,"bits_per_weight":null}"#,
    ] {
        let text = reply.text();
        let at = text.find(key).unwrap_or_else(|| panic!("{key}"));
        assert!(at >= last, "{key}");
        last = at;
    }
    let list = reply.json();
    let models = list["models"].as_array().unwrap();
    let plain = models.iter().filter(|model| model["type"] == "llm");
    let plain = plain.filter(|model| model["capabilities"].get("reasoning").is_none());
    assert!(plain.count() >= 1);
    let several = |model: &&Value| {
        model["variants"]
            .as_array()
            .is_some_and(|all| all.len() > 1)
    };
    assert!(models.iter().any(|model| several(&model)));
    let embedding = models.iter().find(|model| model["type"] == "embedding");
    let fields = embedding.unwrap().as_object().unwrap();
    for absent in ["architecture", "capabilities", "description", "variants"] {
        assert!(!fields.contains_key(absent), "{absent}");
    }
}

#[test]
fn older_lists_and_the_greeting() {
    let running = plain();
    let openai = ids(&get(&running, "/v1/models"));
    assert!(
        openai.contains(&"acme/owl-9b@q8_0".to_owned()),
        "{openai:?}"
    );
    let older = get(&running, "/api/v0/models").json();
    assert_eq!(older["data"][0]["type"], "vlm");
    assert_eq!(older["data"][0]["state"], "loaded");
    assert_eq!(older["data"][0]["loaded_context_length"], 32_768);
    assert_eq!(older["data"][1]["state"], "not-loaded");
    assert_eq!(older["data"][5]["type"], "embeddings");
    let greeting = get(&running, "/lmstudio-greeting");
    assert_eq!(greeting.json(), json!({ "lmstudio": true }));
}

#[test]
fn what_is_not_known_is_answered_with_200() {
    let running = plain();
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/chat/completions"),
        ("POST", "/api/v1/models"),
        ("DELETE", "/v1/models"),
        ("GET", "/v1/models/"),
        ("GET", "/x?y=\"z"),
    ] {
        let reply = send(running.address(), &format!("{method} {path}"), "", "");
        let text = format!("Unexpected endpoint or method. ({method} {path})");
        assert_eq!(
            (reply.status, reply.json()),
            (200, json!({ "error": text }))
        );
    }
    assert_eq!(get(&running, "/v1/models?x=1").json()["object"], "list");
}

#[test]
fn loading_makes_instances_and_unloading_ends_them() {
    let running = plain();
    let load = |body: Value| post(&running, "/api/v1/models/load", &body);
    let wanted = json!({ "model": "acme/owl-9b", "context_length": 8000 });
    let first = load(wanted.clone());
    assert_eq!(
        first.text(),
        r#"{"type":"llm","instance_id":"acme/owl-9b","load_time_seconds":1.5,"status":"loaded"}"#
    );
    assert_eq!(load(wanted).json()["instance_id"], "acme/owl-9b:2");
    let echoed = json!({ "model": "acme/owl-9b", "context_length": 9000, "echo_load_config": true,
        "flash_attention": false, "num_experts": 3 });
    let config = load(echoed).json()["load_config"].clone();
    assert_eq!(config["context_length"], 9000);
    assert_eq!(config["flash_attention"], false);
    assert_eq!(config["num_experts"], 3);
    let lengths = |value: Value| -> Vec<u64> {
        let all = value.as_array().unwrap().clone();
        let lengths = all
            .iter()
            .map(|one| one["config"]["context_length"].as_u64());
        lengths.map(Option::unwrap).collect()
    };
    assert_eq!(lengths(loaded(&running, "acme/owl-9b")), [8000, 8000, 9000]);
    let unload = |id: &str| {
        let body = json!({ "instance_id": id });
        post(&running, "/api/v1/models/unload", &body)
    };
    assert_eq!(
        unload("acme/owl-9b:2").text(),
        r#"{"instance_id":"acme/owl-9b:2"}"#
    );
    assert_eq!(unload("acme/owl-9b:2").status, 404);
    assert_eq!(lengths(loaded(&running, "acme/owl-9b")), [8000, 9000]);
    for unknown in ["acme/none", "acme/owl-9b@q8_0", "lmstudio/acme/owl-9b"] {
        let reply = load(json!({ "model": unknown }));
        let error = reply.json()["error"].clone();
        assert_eq!(
            (reply.status, &error["type"]),
            (404, &json!("model_not_found"))
        );
        assert!(error["message"].is_string());
    }
    for bad in [
        json!([]),
        json!({}),
        json!({ "model": "acme/owl-9b", "context_length": 0 }),
        json!({ "model": "acme/owl-9b", "context_length": "8000" }),
        json!({ "model": "acme/owl-9b", "context_length": 200_000 }),
        json!({ "model": "acme/owl-9b", "echo_load_config": 1 }),
    ] {
        let reply = load(bad);
        let kind = reply.json()["error"]["type"].clone();
        assert_eq!((reply.status, kind), (400, json!("invalid_request")));
    }
}

#[test]
fn a_key_is_wanted_everywhere_but_at_the_greeting() {
    let running = with(|settings| settings.key = Some("sk-lm-right".to_owned()));
    let ask = |path: &str, headers: &str| send(running.address(), path, headers, "{}");
    let missing = ask("GET /v1/models", "");
    assert_eq!(missing.json()["error"]["code"], "invalid_api_key");
    for headers in [
        "Authorization: Bearer sk-lm-wrong\r\n",
        "Authorization: sk-lm-right\r\n",
        "Authorization: Basic sk-lm-right\r\n",
        "X-Api-Key: sk-lm-right\r\n",
    ] {
        for path in [
            "GET /api/v1/models",
            "POST /api/v1/models/load",
            "POST /v1/chat/completions",
            "GET /nothing",
        ] {
            let reply = ask(path, headers);
            assert_eq!((reply.status, &reply.body), (401, &missing.body), "{path}");
        }
    }
    assert!(!missing.text().contains("sk-lm"));
    assert_eq!(ask("GET /lmstudio-greeting", "").status, 200);
    let right = "authorization: Bearer sk-lm-right\r\n";
    assert_eq!(ask("GET /api/v1/models", right).status, 200);
    let requests = running.requests();
    assert_eq!(requests[0].authorization(), None);
    let last = requests.last().unwrap();
    assert_eq!(last.authorization(), Some("Bearer sk-lm-right"));
    assert_eq!((last.method.as_str(), last.body.as_str()), ("GET", "{}"));
    let shown = format!(
        "{:?}",
        Settings {
            key: Some("sk-lm-right".to_owned()),
            ..Settings::default()
        }
    );
    assert!(!shown.contains("sk-lm"), "{shown}");
}

#[test]
fn releases_differ_in_what_they_know() {
    let known = |release: Release, path: &str| {
        let running = with(|settings| settings.release = release);
        get(&running, path).json().get("error").is_none()
    };
    let paths = [
        "/v1/models",
        "/api/v0/models",
        "/lmstudio-greeting",
        "/api/v1/models",
    ];
    for (release, count) in [
        (Release::V0_2, 1),
        (Release::V0_3_6, 3),
        (Release::V0_4_6, 4),
        (Release::Current, 4),
    ] {
        for (place, path) in paths.iter().enumerate() {
            assert_eq!(known(release, path), place < count, "{release} {path}");
        }
    }
    let running = with(|settings| settings.release = Release::V0_4_6);
    assert!(!get(&running, "/api/v1/models").text().contains("reasoning"));
}

#[test]
fn without_jit_only_what_is_loaded_is_listed() {
    let running = with(|settings| settings.jit = false);
    for path in ["/v1/models", "/api/v0/models"] {
        assert_eq!(ids(&get(&running, path)), ["qwen/qwen3.5-9b"]);
    }
    let native = get(&running, "/api/v1/models").json();
    assert_eq!(native["models"].as_array().unwrap().len(), 6);
}

#[test]
fn own_models_can_be_given() {
    let running =
        with(|settings| settings.models = vec![Model::llm("me/mine"), Model::embedding("e")]);
    assert_eq!(ids(&get(&running, "/v1/models")), ["me/mine", "e"]);
}

#[test]
fn connections_are_kept_or_closed_as_asked() {
    let running = plain();
    let mut stream = connect(running.address());
    let kept = b"GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n";
    assert_eq!(
        exchange(&mut stream, kept).header("connection"),
        Some("keep-alive")
    );
    let streamed =
        r#"{"model":"acme/wren-3b","stream":true,"messages":[{"role":"user","content":"hi"}]}"#;
    let chunked = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n{:x}\r\n{}\r\n0\r\n\r\n",
        10,
        &streamed[..10],
        streamed.len() - 10,
        &streamed[10..]
    );
    let reply = exchange(&mut stream, chunked.as_bytes());
    assert!(reply.complete && reply.text().ends_with("data: [DONE]\n\n"));
    let closed = b"GET /v1/models HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assert_eq!(exchange(&mut stream, closed).status, 200);
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    assert_eq!(running.requests()[1].body, streamed);

    let mut stream = connect(running.address());
    let twice = [kept.as_slice(), closed.as_slice()].concat();
    let mut text = String::new();
    stream.write_all(&twice).unwrap();
    stream.read_to_string(&mut text).unwrap();
    assert_eq!(text.matches("HTTP/1.1 200 OK").count(), 2);

    let old = format!(
        "POST /v1/chat/completions HTTP/1.0\r\nContent-Length: {}\r\n\r\n{streamed}",
        streamed.len()
    );
    let reply = exchange(&mut connect(running.address()), old.as_bytes());
    assert_eq!(reply.header("transfer-encoding"), None);
    assert!(reply.text().ends_with("data: [DONE]\n\n"));
}

#[test]
fn requests_are_bounded() {
    let running = plain();
    let ask = |text: &str| exchange(&mut connect(running.address()), text.as_bytes());
    let start = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n";
    let status = |rest: &str| ask(&format!("{start}{rest}")).status;
    assert_eq!(status("Content-Length: 1048577\r\n\r\n"), 413);
    assert_eq!(status("Transfer-Encoding: chunked\r\n\r\n100001\r\n"), 413);
    assert_eq!(
        status("Content-Length: 1\r\nContent-Length: 2\r\n\r\n"),
        400
    );
    assert_eq!(status("Expect: a-miracle\r\n\r\n"), 417);
    assert_eq!(status(&format!("A: {}\r\n\r\n", "x".repeat(40_000))), 431);
    assert_eq!(status(&"A: b\r\n".repeat(200)), 431);
    assert_eq!(ask("GET / HTTP/1.1\r\n\r\n").status, 400, "no host");
    assert_eq!(ask("GET / HTTP/3.0\r\n\r\n").status, 505);
    assert_eq!(ask("\u{16}\u{3}\u{1}\r\n\r\n").status, 400, "TLS");
    let waiting = format!("{start}Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    let mut stream = connect(running.address());
    stream.write_all(waiting.as_bytes()).unwrap();
    assert_eq!(head(&mut stream), "HTTP/1.1 100 Continue\r\n\r\n");
    assert_eq!(exchange(&mut stream, b"{}").status, 400);
    assert_eq!(running.requests().len(), 1, "the others were never read");
}

#[test]
fn names_are_unique_and_read_back() {
    for fault in Fault::ALL {
        assert_eq!(fault.name().parse(), Ok(fault));
        assert!(!fault.summary().is_empty() && !fault.summary().ends_with('.'));
        let kebab = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(fault.name().chars().all(kebab), "{fault}");
    }
    for release in Release::ALL {
        assert_eq!(release.to_string().parse(), Ok(release));
    }
    assert!("nothing".parse::<Fault>().is_err());
    assert!("9".parse::<Release>().is_err());
}

#[test]
fn a_simulator_stops_when_it_is_dropped() {
    let running = plain();
    let address = running.address();
    assert!(address.ip().is_loopback());
    let taken = Settings {
        port: address.port(),
        ..Settings::default()
    };
    assert!(simulator::start(taken).is_err(), "one at a port");
    let mut stream = connect(address);
    drop(running);
    assert_eq!(stream.read(&mut [0]).unwrap_or(0), 0);
}

/// Ends its process with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The process, its address, and its output up to the line that begins with `last`.
fn simulate(arguments: &[&str], last: &str) -> (Server, SocketAddr, String) {
    let mut command = clawconf(".");
    command.args(["simulate", "--port", "0"]).args(arguments);
    let mut server = Server(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut told = String::new();
    let mut reader = BufReader::new(server.0.stdout.take().unwrap());
    loop {
        let start = told.len();
        assert!(reader.read_line(&mut told).unwrap() > 0, "{told}");
        if told[start..].starts_with(last) {
            break;
        }
    }
    let address = told.split_once("http://").unwrap().1;
    let end = address.find(['\n', '"']).unwrap();
    let address = address[..end].parse().unwrap();
    (server, address, told)
}

#[test]
fn the_command_tells_what_it_simulates_and_answers() {
    let arguments = [
        "--auth",
        "sk-lm-right",
        "--no-jit",
        "--fault",
        "no-usage,no-done",
    ];
    let (_server, address, told) = simulate(&arguments, "Ctrl-C");
    assert!(told.starts_with("http://127.0.0.1:"));
    for part in [
        "key      wanted",
        "jit      off",
        "fault    no-done: ends a stream without [DONE]",
        "model    qwen/qwen3.5-9b: loaded",
        "  curl -H 'Authorization: Bearer KEY' http://127.0.0.1:",
        "openclaw onboard --non-interactive --accept-risk --auth-choice lmstudio --custom-base-url http://127.0.0.1:",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains("sk-lm-right"));
    assert_eq!(send(address, "GET /v1/models", "", "").status, 401);
    let right = "Authorization: Bearer sk-lm-right\r\n";
    let reply = send(address, "GET /v1/models", right, "");
    assert_eq!(ids(&reply), ["qwen/qwen3.5-9b"]);
}

#[test]
fn the_command_tells_scripts_one_line() {
    let arguments = ["--format", "json", "--release", "0.3.6", "--fault", "slow"];
    let (_server, address, told) = simulate(&arguments, "{");
    let expected = format!(
        "{{\"version\":1,\"base_url\":\"http://{address}\",\"auth\":false,\"jit\":true,\
         \"release\":\"0.3.6\",\"faults\":[\"slow\"]}}\n"
    );
    assert_eq!(told, expected);
}

#[test]
fn the_command_refuses_what_it_cannot_do() {
    let taken = plain();
    let port = taken.address().port().to_string();
    let told = |arguments: &[&str]| {
        let output = clawconf(".")
            .arg("simulate")
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(told(&["--port", &port]).contains("`--port 0` takes any that is free"));
    assert!(told(&["--fault", "none-such"]).contains("none-such"));
    assert!(told(&["--release", "7"]).contains("0.3.6"));
    assert!(told(&["--auth", " "]).contains("empty"));
    assert!(told(&["--redirect-url", "elsewhere"]).contains("give a URL"));
    assert!(told(&["--host", "0.0.0.0"]).contains("--host"));
}
