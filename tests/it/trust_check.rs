//! `clawconf trust check` as a user runs it.

use std::fs;
use std::process::Output;

use serde_json::Value;

use crate::common::{clawconf, transcript, with_input};
use crate::dns_server;

fn check(arguments: &[&str]) -> Output {
    let mut command = clawconf(env!("CARGO_MANIFEST_DIR"));
    command.args(["trust", "check"]).args(arguments);
    command.output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn batch(lines: &str) -> (Option<i32>, Vec<Value>) {
    let mut command = clawconf(env!("CARGO_MANIFEST_DIR"));
    command.args(["trust", "check", "--batch", "-"]);
    let output = with_input(&mut command, lines.as_bytes());
    let text = String::from_utf8(output.stdout).unwrap();
    let answers = text
        .lines()
        .map(|line| {
            assert!(line.starts_with("{\"id\":"), "the id comes first: {line}");
            serde_json::from_str(line).unwrap()
        })
        .collect();
    (output.status.code(), answers)
}

/// The five situations that people meet most, in the words that they read.
#[test]
fn the_usual_situations_in_words() {
    let situations = [
        (
            "another_port",
            &[
                "--base-url",
                "http://192.168.1.5:1234/v1",
                "--request-url",
                "http://192.168.1.5:1235/v1/models",
            ][..],
        ),
        (
            "flag_is_false",
            &[
                "--base-url",
                "http://gpu-box.local:1234/v1",
                "--allow-private-network",
                "false",
            ],
        ),
        (
            "metadata_service",
            &["--base-url", "http://169.254.169.254/v1"],
        ),
        ("no_scheme", &["--base-url", "192.168.1.5:1234/v1"]),
        (
            "name_moved_to_metadata",
            &[
                "--base-url",
                "http://gpu.lan:1234/v1",
                "--resolved-ip",
                "192.168.1.5",
                "--resolved-ip",
                "169.254.169.254",
            ],
        ),
        (
            "allowed",
            &[
                "--base-url",
                "http://gpu-box.local:1234/v1",
                "--resolved-ip",
                "192.168.1.5",
            ],
        ),
    ];
    for (name, arguments) in situations {
        insta::assert_snapshot!(name, transcript(&check(arguments)));
    }
}

#[test]
fn the_json_form_has_its_shape() {
    let arguments = ["--base-url", "http://0.0.0.0:8080", "--format", "json"];
    insta::assert_snapshot!(transcript(&check(&arguments)));
}

#[test]
fn exit_codes_say_allowed_refused_or_neither() {
    let base = ["--base-url", "http://192.168.1.5:1234"];
    let code = |more: &[&str]| check(&[&base, more].concat()).status.code();
    assert_eq!(code(&[]), Some(0));
    assert_eq!(code(&["--request-url", "http://192.168.1.5:1233"]), Some(1));
    assert_eq!(code(&["--resolved-ip", "not-an-address"]), Some(2));
    let of_provider = ["--provider", "x", "--allow-private-network", "true"];
    assert_eq!(
        check(&of_provider).status.code(),
        Some(2),
        "the config says so"
    );
    assert_eq!(code(&["--provider", "lab"]), Some(2), "one subject only");
    assert_eq!(check(&[]).status.code(), Some(2));
}

#[test]
fn a_provider_of_a_config_is_judged_with_its_flag_and_proxy() {
    let corpus = |file: &str, arguments: &[&str]| {
        let config = format!("tests/corpus/{file}.json5");
        check(&[&["--config", &config, "--format", "json"], arguments].concat())
    };
    let denied = corpus("08-denied-own-lan-box", &["--provider", "gpu-cellar"]);
    assert_eq!(json(&denied)["reason"], "private");
    assert_eq!(json(&denied)["changes"][0]["kind"], "remove-flag");
    let proxied = corpus("38-request-transport", &["--provider", "self-signed"]);
    assert_eq!(json(&proxied)["reason"], "proxy-private");
    let model = ["--provider", "pool", "--model", "d"];
    let own = json(&corpus("40-per-model-origins", &model));
    assert_eq!(own["verdict"], "allow");
    assert!(
        own["notes"][0]
            .as_str()
            .unwrap()
            .ends_with("2026.9.6 asks `http://169.254.1.1:8000`, which is refused"),
        "{own}"
    );
    let undecided = corpus("20-env-notations", &["--provider", "right"]);
    assert_eq!(undecided.status.code(), Some(2));
    let told = String::from_utf8(undecided.stderr).unwrap();
    assert!(told.contains("--env"), "{told}");
}

#[test]
fn what_is_not_there_is_said() {
    let config = ["--config", "tests/corpus/40-per-model-origins.json5"];
    let told = |arguments: &[&str]| {
        let output = check(&[&config, arguments].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    };
    let provider = told(&["--provider", "puddle"]);
    assert!(
        provider.contains("no provider is called `puddle`; it has pool"),
        "{provider}"
    );
    let model = told(&["--provider", "pool", "--model", "zzz"]);
    assert!(model.contains("has no model `zzz`"), "{model}");
    let missing = check(&["--config", "/nonexistent/x.json5", "--provider", "x"]);
    assert_eq!(missing.status.code(), Some(2));
}

/// Every call that the corpus speaks of is judged as the corpus says, or refused where this policy is
/// stricter and says so.
#[test]
fn the_trust_rows_of_the_corpus_agree() {
    let index: Value = serde_json::from_str(include_str!("../corpus/index.json")).unwrap();
    let mut records = String::new();
    let mut wanted = Vec::new();
    for file in index["files"].as_array().unwrap() {
        for row in file["trust"].as_array().into_iter().flatten() {
            let (Some(origin), Some(address)) =
                (row["origin"].as_str(), row["assumed_address"].as_str())
            else {
                continue;
            };
            let parsed = clawconf::trust::Origin::parse(origin).unwrap();
            let next = clawconf::trust::Origin {
                port: parsed.port + 1,
                ..parsed.clone()
            };
            for (call, target) in [("own_origin_call", parsed), ("next_port_call", next)] {
                let record = serde_json::json!({
                    "id": format!("{} {} {call}", file["file"], row["path"]),
                    "base_url": format!("{origin}/v1"),
                    "allow_private_network": row["flag"].as_bool(),
                    "request_url": format!("{target}/v1/models"),
                    "resolved_ips": [address],
                });
                records.push_str(&format!("{record}\n"));
                wanted.push(row[call].as_str().unwrap().to_owned());
            }
        }
    }
    let (_, answers) = batch(&records);
    assert_eq!(answers.len(), wanted.len());
    assert!(answers.len() > 180);
    let mut stricter = Vec::new();
    for (answer, wanted) in answers.iter().zip(&wanted) {
        let verdict = format!("{}ed", answer["verdict"].as_str().unwrap());
        if verdict != *wanted {
            assert_eq!(verdict, "blocked", "{answer}");
            assert_eq!(answer["openclaw"], "allow", "{answer}");
            stricter.push(answer["reason"].as_str().unwrap());
        }
    }
    assert_eq!(stricter, ["unspecified"], "0.0.0.0 of file 12");
}

#[test]
fn a_batch_answers_every_line_in_order() {
    let lines = concat!(
        r#"{"id":"a","provider_id":"lab","api":"openai-completions","base_url":"http://10.0.0.5:1","allow_private_network":null,"request_url":"http://10.0.0.5:1/x","resolved_ips":["10.0.0.5"],"later":1}"#,
        "\n",
        r#"{"id":{"n":2},"base_url":"http://10.0.0.5:9000","request_url":"http://10.0.0.5:9000/x"}"#,
        "\n\n",
        r#"{"id":3,"base_url":"http://h.lan:9000","redirect_from":{"url":"http://h.lan:9000/a","resolved_ips":["10.0.0.5"]},"request_url":"http://h.lan:9001/","resolved_ips":["10.0.0.5"]}"#,
        "\n",
        r#"{"id":4,"base_url":"http://h.lan:9000","redirect_from":{"url":"http://h.lan:9000/a","resolved_ips":["10.0.0.5"]},"request_url":"/b","resolved_ips":["10.0.0.6"]}"#,
        "\r\n",
        r#"{"id":5,"base_url":"http://h.lan:9000"}"#,
        "\n",
        r#"{"id":6,"base_url":"http://h.lan:9000","resolved_ips":[]}"#,
        "\n",
        r#"{"id":7,"base_url":"http://h.lan:9000","resolved_ips":["0x7f.1"]}"#,
        "\n",
        r#"{"id":8,"redirect_from":{"url":"http://a.example/","resolved_ips":["bogus"]},"request_url":"http://8.8.8.8/"}"#,
        "\n",
        r#"{"id":9,"redirect_from":{"url":"http://a.example/"},"request_url":"http://8.8.8.8/"}"#,
    );
    let (code, answers) = batch(lines);
    assert_eq!(code, Some(1));
    let told: Vec<String> = answers
        .iter()
        .map(|answer| {
            let (verdict, reason) = (&answer["verdict"], &answer["reason"]);
            format!("{} {} {} {}", answer["id"], verdict, reason, answer["hop"])
        })
        .collect();
    assert_eq!(
        told,
        [
            r#""a" "block" "blocked-port" 1"#,
            r#"{"n":2} "allow" "exact-origin" 1"#,
            r#"3 "block" "private" 2"#,
            r#"4 "allow" "exact-origin" 2"#,
            r#"5 "allow" "not-looked-up" 1"#,
            r#"6 "block" "unresolved" 1"#,
            r#"7 "block" "malformed-answer" 1"#,
            r#"8 "block" "malformed-answer" 1"#,
            r#"9 "allow" "not-looked-up" 1"#,
        ]
    );
}

#[test]
fn a_line_that_cannot_be_judged_spoils_no_other() {
    let secret = "sk-Zq7Planted1";
    let long = format!(
        r#"{{"id":9,"base_url":"http://{}.lan"}}"#,
        "a".repeat(5 << 20)
    );
    let lines = [
        format!("{{\"id\":1,\"base_url\":\"{secret}"),
        "[1]".to_owned(),
        r#"{"id":3,"base_url":7}"#.to_owned(),
        r#"{"id":4,"base_url":"http://a.b","allow_private_network":"true"}"#.to_owned(),
        r#"{"id":5,"base_url":"http://a.b","resolved_ips":"10.0.0.1"}"#.to_owned(),
        r#"{"id":6}"#.to_owned(),
        r#"{"id":7,"base_url":"http://a.b","redirect_from":{}}"#.to_owned(),
        long,
        r#"{"id":10,"base_url":"https://a.b.example","resolved_ips":["8.8.8.8"]}"#.to_owned(),
    ];
    let (code, answers) = batch(&lines.join("\n"));
    assert_eq!(code, Some(2));
    let errors: Vec<String> = answers
        .iter()
        .map(|answer| {
            format!(
                "{} {}",
                answer["id"],
                answer["error"].as_str().unwrap_or("-")
            )
        })
        .collect();
    assert_eq!(
        errors,
        [
            "null line 1: not JSON, at column 34",
            "null line 2: not a JSON object",
            "3 line 3: `base_url` must be text or null",
            "4 line 4: `allow_private_network` must be true, false or null",
            "5 line 5: `resolved_ips` must be a list of addresses",
            "6 line 6: there is no `request_url`, and no `base_url` in its place",
            "7 line 7: `redirect_from` must be an object with `url` and `resolved_ips`",
            "null line 8: longer than 4 MiB",
            "10 -",
        ]
    );
    assert_eq!(answers[8]["verdict"], "allow");
}

#[test]
fn a_base_url_of_a_megabyte_is_judged_like_any_other() {
    let long = format!("http://{}.lan:1234/v1", "a".repeat(1 << 20));
    let path = format!("http://192.168.1.5:1234/{}", "a".repeat(1 << 20));
    let record = |url: &str| serde_json::json!({ "id": 1, "base_url": url }).to_string();
    let (_, answers) = batch(&format!("{}\n{}", record(&long), record(&path)));
    assert_eq!(answers[0]["reason"], "not-a-url", "no name is so long");
    assert_eq!(answers[1]["reason"], "exact-origin");
    let folder = tempfile::tempdir().unwrap();
    let config = format!(
        "{{ models: {{ providers: {{ a: {{ baseUrl: \"{long}\", models: [] }}, b: {{ baseUrl: \"{path}\", models: [] }} }} }} }}"
    );
    fs::write(folder.path().join("openclaw.json5"), config).unwrap();
    let output = clawconf(folder.path())
        .args(["lint", "openclaw.json5"])
        .output()
        .unwrap();
    assert!(output.status.code().unwrap() < 2);
    assert!(output.stdout.len() < 50_000, "{}", output.stdout.len());
}

#[test]
fn names_are_looked_up_when_asked_for() {
    let address = |text: &str| text.parse().unwrap();
    let server = dns_server::start(
        [
            ("gpu.lan", vec![Some(vec![address("192.168.1.5")])]),
            (
                "rebound.lan",
                vec![
                    Some(vec![address("192.168.1.5")]),
                    Some(vec![address("169.254.169.254")]),
                ],
            ),
            (
                "v6.lan",
                vec![Some(vec![address("fd00::5"), address("10.0.0.1")])],
            ),
            ("silent.lan", vec![None]),
            ("half.lan", vec![Some(vec![address("192.168.1.5")])]),
            ("half.lan 28", vec![None]),
        ]
        .map(|(name, turns)| (name.to_owned(), turns))
        .into(),
    )
    .to_string();
    let ask = |host: &str| {
        let base = format!("http://{host}:1234/v1");
        let is_silent = host == "silent.lan" || host == "half.lan";
        let wait = if is_silent { "300ms" } else { "30s" };
        let arguments = [
            "--base-url",
            &base,
            "--resolve",
            "--dns-server",
            &server,
            "--dns-timeout",
            wait,
            "--format",
            "json",
        ];
        json(&check(&arguments))
    };
    let gpu = ask("gpu.lan");
    assert_eq!(gpu["reason"], "exact-origin");
    assert_eq!(gpu["address"]["ip"], "192.168.1.5");
    assert_eq!(
        gpu["notes"][0],
        "the name server lets the answer for `gpu.lan` hold for 60 s"
    );
    let rebound = ask("rebound.lan");
    assert_eq!(rebound["reason"], "metadata");
    assert!(
        rebound["notes"][0]
            .as_str()
            .unwrap()
            .contains("differently")
    );
    assert_eq!(ask("v6.lan")["verdict"], "allow");
    let silent = ask("silent.lan");
    assert_eq!(silent["reason"], "unresolved");
    assert_eq!(
        silent["notes"][0],
        "no answer for `silent.lan` came in time"
    );
    assert_eq!(ask("nobody.lan")["reason"], "unresolved");
    let half = ask("half.lan");
    assert_eq!(half["verdict"], "allow");
    assert_eq!(
        half["notes"][0],
        "a question for addresses of `half.lan` stayed unanswered, so there may be more"
    );
    let literal = ask("10.1.2.3");
    assert_eq!(literal["reason"], "exact-origin", "nobody is asked");
}

#[test]
fn no_part_of_a_url_but_its_origin_is_told() {
    let secret = "Zq7Planted1";
    let url = format!("http://me:{secret}@192.168.1.5:1234/v1/{secret}?key={secret}#{secret}");
    for format in ["human", "json"] {
        let output = check(&["--base-url", &url, "--format", format]);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            !transcript(&output).contains(secret),
            "{}",
            transcript(&output)
        );
    }
}
