//! Every fault of the simulated LM Studio; none of these tests waits for a clock.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use clawconf::simulator::{Fault, Running};
use serde_json::{Value, json};

use crate::simulator::{Reply, connect, get, head, post, with};
use crate::simulator_chat::chat;

const QWEN: &str = "qwen/qwen3.5-9b";

fn failing(fault: Fault) -> Running {
    with(|settings| settings.faults = vec![fault])
}

fn streamed(running: &Running) -> Reply {
    let asked = json!({ "stream": true, "stream_options": { "include_usage": true } });
    chat(running, QWEN, &asked)
}

/// A connection on which the list was asked for.
fn asked(running: &Running) -> TcpStream {
    let mut stream = connect(running.address());
    stream
        .write_all(b"GET /api/v1/models HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    stream
}

/// A connection on which a streamed chat was asked for.
fn chatting(running: &Running) -> TcpStream {
    let body =
        r#"{"model":"qwen/qwen3.5-9b","stream":true,"messages":[{"role":"user","content":"hi"}]}"#;
    let length = body.len();
    let mut stream = connect(running.address());
    let request = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

/// All that comes after the client has said that it is done.
fn rest(mut stream: TcpStream) -> String {
    stream.shutdown(Shutdown::Write).unwrap();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    rest
}

#[test]
fn silent_and_stall_wait_until_the_client_is_gone() {
    let running = failing(Fault::Silent);
    assert_eq!(rest(asked(&running)), "");
    assert_eq!(running.requests().len(), 1);
    let running = failing(Fault::Stall);
    for mut stream in [asked(&running), chatting(&running)] {
        assert!(head(&mut stream).starts_with("HTTP/1.1 200 OK\r\n"));
        assert_eq!(rest(stream), "");
    }
}

#[test]
fn clients_that_leave_make_room() {
    for fault in [Fault::Stall, Fault::Slow] {
        let running = failing(fault);
        // More than may be connected at the same time.
        for _ in 0..300 {
            let mut stream = asked(&running);
            assert!(head(&mut stream).starts_with("HTTP/1.1 200"));
        }
    }
}

#[test]
fn slow_sends_byte_after_byte() {
    let running = failing(Fault::Slow);
    let mut stream = asked(&running);
    assert!(head(&mut stream).contains("Content-Length: "));
    let mut block = [0; 64];
    assert_eq!(stream.read(&mut block).unwrap(), 1);
    assert_eq!(block[0], b'{');
    let mut stream = chatting(&running);
    assert!(head(&mut stream).contains("chunked"));
    let read = stream.read(&mut block).unwrap();
    assert_eq!(&block[..read], b"1\r\nd\r\n");
}

#[test]
fn cut_ends_before_the_body_does() {
    let running = failing(Fault::Cut);
    for reply in [
        get(&running, "/api/v1/models"),
        streamed(&running),
        chat(&running, QWEN, &json!({})),
    ] {
        assert_eq!(reply.status, 200);
        assert!(!reply.complete && reply.body.len() > 20);
    }
}

#[test]
fn headers_may_be_huge() {
    let reply = get(&failing(Fault::HugeHeaders), "/api/v1/models");
    assert!(reply.head.len() > 1 << 20);
    assert!(reply.json()["models"].is_array());
}

#[test]
fn some_faults_are_told_by_the_status() {
    for (fault, status) in [
        (Fault::Unauthorized, 401),
        (Fault::Forbidden, 403),
        (Fault::ServerError, 500),
        (Fault::NotReady, 503),
    ] {
        let running = failing(fault);
        for reply in [get(&running, "/api/v1/models"), streamed(&running)] {
            assert_eq!(reply.status, status);
            assert!(reply.json().get("error").is_some());
            assert_eq!(reply.header("retry-after").is_some(), status == 503);
        }
    }
}

#[test]
fn redirects_lead_where_they_are_told() {
    let location = |running: &Running| {
        let reply = get(running, "/api/v1/models");
        assert_eq!(reply.status, 302);
        reply.header("location").unwrap().to_owned()
    };
    let running = failing(Fault::RedirectPort);
    let next = running.address().port() + 1;
    assert_eq!(
        location(&running),
        format!("http://127.0.0.1:{next}/api/v1/models")
    );
    let running = with(|settings| {
        settings.faults = vec![Fault::RedirectPort];
        settings.redirect_port = Some(9);
    });
    assert_eq!(location(&running), "http://127.0.0.1:9/api/v1/models");
    let running = failing(Fault::RedirectLoop);
    assert_eq!(
        location(&running),
        format!("{}/api/v1/models", running.base_url())
    );
    assert_eq!(
        location(&failing(Fault::RedirectHost)),
        "http://elsewhere.invalid/"
    );
    let running = with(|settings| {
        settings.faults = vec![Fault::RedirectHost];
        settings.redirect_url = "http://10.0.0.7/x\r\nA: b".to_owned();
    });
    assert_eq!(location(&running), "http://10.0.0.7/x  A: b");
}

#[test]
fn bodies_may_be_anything_but_what_was_asked_for() {
    let running = failing(Fault::NotLmStudio);
    for path in ["/api/v1/models", "/v1/models", "/lmstudio-greeting"] {
        let reply = get(&running, path);
        assert_eq!(reply.status, 200);
        assert!(reply.json()["error"].is_string());
    }
    assert!(streamed(&running).json()["error"].is_string());

    let running = failing(Fault::Malformed);
    let reply = get(&running, "/api/v1/models");
    assert!(reply.status == 200 && serde_json::from_slice::<Value>(&reply.body).is_err());
    let events = streamed(&running).events();
    assert!(serde_json::from_str::<Value>(&events[0]).is_err());

    let running = failing(Fault::WrongShape);
    assert!(get(&running, "/api/v1/models").json().is_array());
    let events = streamed(&running).events();
    assert!(
        serde_json::from_str::<Value>(&events[0])
            .unwrap()
            .is_array()
    );
}

#[test]
fn huge_goes_on_and_on() {
    let running = failing(Fault::Huge);
    for mut stream in [asked(&running), chatting(&running)] {
        assert!(head(&mut stream).contains("chunked"));
        let mut read = vec![0; 1 << 20];
        stream.read_exact(&mut read).unwrap();
    }
}

#[test]
fn the_bomb_is_small_until_it_is_unpacked() {
    let running = failing(Fault::GzipBomb);
    for (reply, start) in [
        (get(&running, "/api/v1/models"), r#"{"models":[    "#),
        (streamed(&running), r#"data: {"choices":[    "#),
    ] {
        assert_eq!(reply.header("content-encoding"), Some("gzip"));
        assert!(reply.complete && reply.body.len() < 8 << 20);
        let length = &reply.body[reply.body.len() - 4..];
        let length = u32::from_le_bytes(length.try_into().unwrap());
        assert!(length < 100, "4 GiB are 0 modulo 2³², the rest is {length}");
        let mut unpacked = flate2::read::GzDecoder::new(reply.body.as_slice());
        let mut first = vec![0; 5 << 20];
        unpacked.read_exact(&mut first).unwrap();
        assert!(first.starts_with(start.as_bytes()));
    }
}

#[test]
fn lists_may_lack_models_or_hold_rubbish() {
    let list = |fault| {
        let running = failing(fault);
        let list = get(&running, "/api/v1/models").json();
        let older = get(&running, "/v1/models").json();
        let count = |list: &Value| list.as_array().unwrap().len();
        (
            list["models"].clone(),
            count(&list["models"]),
            count(&older["data"]),
        )
    };
    let (_, native, older) = list(Fault::NoModels);
    assert_eq!((native, older), (0, 0));
    let (models, native, older) = list(Fault::OnlyEmbeddings);
    assert_eq!((native, older), (1, 1));
    assert_eq!(models[0]["type"], "embedding");
    let (models, native, older) = list(Fault::BadEntry);
    assert_eq!((native, older), (9, 10));
    assert!(models[0].is_null() && models[2].is_string());
    assert_eq!(models[1]["key"], QWEN);
    assert_eq!(models[8]["key"], "  ");
    assert_eq!(
        chat(&failing(Fault::NoModels), QWEN, &json!({})).status,
        404
    );
}

#[test]
fn loading_may_fail() {
    for (fault, word) in [
        (Fault::Guardrail, "guardrails"),
        (Fault::LoadFails, "SIGABRT"),
    ] {
        let running = failing(fault);
        let wanted = json!({ "model": "acme/owl-9b" });
        let reply = post(&running, "/api/v1/models/load", &wanted);
        let error = reply.json()["error"].clone();
        assert_eq!(
            (reply.status, &error["type"]),
            (500, &json!("model_load_failed"))
        );
        assert!(error["message"].as_str().unwrap().contains(word));
        assert_eq!(chat(&running, "acme/owl-9b", &json!({})).status, 400);
        assert_eq!(
            chat(&running, QWEN, &json!({})).status,
            200,
            "it is loaded already"
        );
    }
}

#[test]
fn usage_may_be_missing_or_zero() {
    let running = failing(Fault::NoUsage);
    assert!(!streamed(&running).text().contains("usage"));
    assert!(
        chat(&running, QWEN, &json!({}))
            .json()
            .get("usage")
            .is_none()
    );
    let running = failing(Fault::ZeroUsageWithTimings);
    let events = streamed(&running).events();
    let last: Value = serde_json::from_str(&events[events.len() - 2]).unwrap();
    for answer in [last, chat(&running, QWEN, &json!({})).json()] {
        assert_eq!(answer["usage"]["prompt_tokens"], 0);
        assert_eq!(answer["usage"]["completion_tokens"], 0);
        assert_eq!(answer["timings"]["prompt_n"], 3);
        assert!(answer["timings"]["predicted_n"].as_u64() > Some(10));
    }
}

#[test]
fn streams_may_end_badly() {
    let reply = streamed(&failing(Fault::ErrorMidStream));
    let text = reply.text();
    let (before, error) = text.split_once("event: error\ndata: ").unwrap();
    assert!(before.contains("reasoning_content") && !before.contains("\"stop\""));
    assert!(serde_json::from_str::<Value>(error).unwrap()["error"]["message"].is_string());
    let text = streamed(&failing(Fault::NoDone)).text();
    assert!(text.contains(r#""finish_reason":"stop""#) && !text.contains("[DONE]"));
    let reply = streamed(&failing(Fault::Truncated));
    assert!(reply.complete && !reply.text().contains(r#""finish_reason":""#));
    assert!(!reply.text().contains("[DONE]"));
}
