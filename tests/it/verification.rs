//! The judges of `verify`, case by case: what the evidence is, and what they say of it.

use std::time::Duration;

use clawconf::chat::{
    Event, Failure, Finish, Remedy, Source, ToolCall, ToolPiece, Transcript, Usage,
};
use clawconf::verification::{
    Check, Counts, Exchange, Known, Options, Outcome, Speed, Subject, Tools, context, listed,
    reasoning, stream, tools, usage,
};
use serde_json::json;

use crate::common::load;

/// A model with these fields.
fn subject(fields: &str) -> Subject {
    let text = format!(
        "{{ models: {{ providers: {{ box: {{ baseUrl: 'http://localhost:1/v1', api: 'openai-completions', models: [\n{{ id: 'owl', name: 'Owl',\n{fields} }} ] }} }} }} }}"
    );
    let config = load(&text, &[], &[]);
    let provider = config.providers().next().unwrap();
    let model = provider.models().next().unwrap();
    let options = Options { max_tokens: 256 };
    Subject::of(&config, &provider, &model, options)
}

/// `status message`, and the line if there is one.
fn shown(outcome: &Outcome) -> String {
    let line = outcome
        .place
        .as_ref()
        .map(|place| format!(" @{}", place.line));
    let (status, line) = (outcome.status.code(), line.unwrap_or_default());
    format!("{status} {}{line}", outcome.message)
}

fn said(content: &str, reasoning: &str) -> Exchange {
    Exchange {
        content: content.to_owned(),
        reasoning: reasoning.to_owned(),
        finish: Some(Finish::Stop),
        pieces: Some(3),
        first: Some(Duration::from_millis(40)),
        total: Duration::from_millis(140),
        ..Exchange::default()
    }
}

fn failed(kind: &'static str, status: u16, message: &str) -> Exchange {
    Exchange {
        failure: Some(Failure {
            kind,
            status: Some(status),
            message: message.to_owned(),
        }),
        ..Exchange::default()
    }
}

fn counted(prompt: u64, completion: u64, source: Source) -> Usage {
    Usage {
        prompt: Some(prompt),
        completion: Some(completion),
        total: Some(prompt + completion),
        reasoning: None,
        source,
    }
}

#[test]
fn windows_and_their_neighbours() {
    let known = |most: u64| Known {
        most: Some(most),
        loaded: None,
    };
    for (fields, known, wanted) in [
        (
            "contextWindow: 4096",
            known(4095),
            "fail the config says 4096 tokens, and the server takes no more than 4095 @3",
        ),
        (
            "contextWindow: 4096",
            known(4096),
            "pass 4096 tokens of 4096 that the server takes",
        ),
        (
            "contextWindow: 4096",
            Known::default(),
            "skipped the server does not tell how long the context is",
        ),
        (
            "",
            known(199_999),
            "fail the config names no `contextWindow`, so OpenClaw assumes 200000 tokens; the server takes 199999 @2",
        ),
        (
            "",
            known(200_000),
            "pass the server takes 200000 tokens, no fewer than OpenClaw assumes",
        ),
        (
            "contextWindow: 4096, contextTokens: 2048",
            Known {
                most: Some(8192),
                loaded: Some(2048),
            },
            "pass OpenClaw works with 2048 tokens of 4096, and 2048 are loaded",
        ),
        (
            "contextWindow: 4096, contextTokens: 2048",
            Known {
                most: Some(8192),
                loaded: Some(2047),
            },
            "warn OpenClaw works with 2048 tokens, and the model is loaded with 2047 of 8192 @3",
        ),
        (
            "contextWindow: 4096, contextTokens: 2048",
            known(2048),
            "pass OpenClaw works with 2048 tokens of 2048 that the server takes",
        ),
        (
            "contextWindow: 4096, contextTokens: 2049",
            known(2048),
            "fail the config says 4096 tokens, and the server takes no more than 2048 @3",
        ),
        (
            "contextTokens: 2048",
            known(2048),
            "pass OpenClaw works with 2048 tokens of 2048 that the server takes",
        ),
        (
            "contextWindow: 4096",
            Known {
                most: None,
                loaded: Some(4096),
            },
            "pass 4096 tokens of 4096 that the server takes",
        ),
    ] {
        assert_eq!(shown(&context(&subject(fields), known)), wanted, "{fields}");
    }
}

#[test]
fn ids_that_may_have_been_meant() {
    let help = |id: &str, ids: &[&str]| {
        let subject = Subject {
            id: id.to_owned(),
            ..subject("")
        };
        let outcome = listed(&subject, ids, false);
        format!(
            "{} {}",
            outcome.status.code(),
            outcome.help.unwrap_or_default()
        )
    };
    let all = ["qwen/qwen3.5-9b", "acme/owl-9b"];
    assert_eq!(help("acme/owl-9b", &all), "pass ");
    for (id, start) in [
        ("owl-9b", "fail did you mean `acme/owl-9b`?"),
        ("Acme/Owl-9B", "fail did you mean `acme/owl-9b`?"),
        ("qwen/qwen3-9b", "fail did you mean `qwen/qwen3.5-9b`?"),
        ("else", "fail it has `qwen/qwen3.5-9b`, `acme/owl-9b`."),
    ] {
        let help = help(id, &all);
        assert!(help.starts_with(start), "{id}: {help}");
    }
    assert!(help("a", &[]).contains("no model at all"));
    let many: Vec<String> = (0..9)
        .map(|nth| format!("model-number-{nth}-of-all"))
        .collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(help("x", &many).ends_with("`model-number-4-of-all` and 4 more."));
    let renamed = listed(&subject(""), &["other"], true);
    assert_eq!(
        shown(&renamed),
        "pass the server lists it under another name too"
    );
}

#[test]
fn streams() {
    let subject = subject("compat: {}");
    let judge = |plain: &Exchange, remedy| shown(&stream(&subject, plain, remedy, None));
    let counted_stream = |pieces, tokens| Exchange {
        pieces: Some(pieces),
        usage: Some(counted(5, tokens, Source::Usage)),
        ..said("Good day.", "")
    };
    assert_eq!(
        judge(&said("Hi", ""), None),
        "pass first token after 40 ms, finish reason stop"
    );
    assert_eq!(
        judge(&counted_stream(1, 8), None),
        "warn the whole answer came in one piece, so nothing is seen until its end"
    );
    assert!(judge(&counted_stream(1, 7), None).starts_with("pass"));
    assert!(judge(&counted_stream(2, 8), None).starts_with("pass"));
    assert_eq!(judge(&said(" \n", ""), None), "fail the answer is empty");
    let cut = Exchange {
        finish: Some(Finish::Length),
        ..said("", "Hm, let me")
    };
    assert!(judge(&cut, None).ends_with("all of the token budget went into reasoning"));
    let aborted = Exchange {
        finish: Some(Finish::Other("abort".to_owned())),
        ..said("Hi", "")
    };
    assert_eq!(
        judge(&aborted, None),
        "fail the answer ended with the finish reason `abort`"
    );
    assert_eq!(
        judge(&failed("bad_request", 400, "no"), Some(Remedy::MaxTokens)),
        "fail the server refuses the request (HTTP 400): no @3"
    );
    assert_eq!(
        judge(&failed("in_stream", 500, "boom"), None),
        "fail the answer failed on the way (code 500): boom"
    );
}

#[test]
fn medians_are_those_in_the_middle() {
    let run = |first: u64| Exchange {
        first: Some(Duration::from_millis(first)),
        total: Duration::from_millis(10 * first),
        ..said("Hi", "")
    };
    let first = |runs: &[Exchange]| {
        Speed::of(runs).map(|speed| (speed.runs, speed.first.unwrap().as_millis()))
    };
    assert_eq!(first(&[]), None);
    assert_eq!(first(&[failed("idle", 0, "")]), None);
    assert_eq!(first(&[run(9)]), Some((1, 9)));
    assert_eq!(first(&[run(9), run(1), run(5)]), Some((3, 5)));
    assert_eq!(first(&[run(9), run(1)]), Some((2, 1)));
    assert_eq!(
        first(&[run(9), failed("idle", 0, ""), run(1), run(5)]),
        Some((3, 5))
    );
}

#[test]
fn token_counts() {
    let plain = subject("");
    let not_asked = subject("compat: { supportsUsageInStreaming: false }");
    let some = |prompt| Some(counted(prompt, 3, Source::Usage));
    let timings = Some(counted(21, 3, Source::Timings));
    let zero = Some(counted(0, 0, Source::Usage));
    for (subject, streamed, whole, asked_for, wanted) in [
        (
            &plain,
            some(9),
            some(9),
            None,
            "pass 9 tokens of prompt and 3 of answer",
        ),
        (
            &plain,
            some(9),
            None,
            None,
            "pass 9 tokens of prompt and 3 of answer",
        ),
        (
            &plain,
            some(9),
            zero,
            None,
            "pass 9 tokens of prompt and 3 of answer",
        ),
        (
            &plain,
            timings,
            some(21),
            None,
            "pass 21 tokens of prompt and 3 of answer, recovered from `timings`",
        ),
        (
            &plain,
            some(9),
            some(10),
            None,
            "warn the same prompt counts 9 tokens in a stream, and 10 in a whole answer",
        ),
        (
            &plain,
            zero,
            some(9),
            None,
            "fail the stream counts zero tokens, which cannot be",
        ),
        (
            &plain,
            None,
            some(9),
            None,
            "fail the stream counts no tokens, and has no `timings` to recover them from",
        ),
        (
            &not_asked,
            None,
            some(9),
            some(9),
            "fail the stream counts no tokens, since the config says not to ask for them @3",
        ),
        (
            &not_asked,
            None,
            some(9),
            None,
            "fail the stream counts no tokens, and has no `timings` to recover them from",
        ),
    ] {
        let counts = Counts {
            streamed,
            whole,
            whole_failed: false,
            asked_for,
        };
        assert_eq!(shown(&usage(subject, &counts)), wanted);
    }
    let thoughtful = Usage {
        reasoning: Some(2),
        ..counted(9, 3, Source::Usage)
    };
    let counts = Counts {
        streamed: Some(thoughtful),
        ..Counts::default()
    };
    assert!(shown(&usage(&plain, &counts)).ends_with("3 of answer, 2 of them reasoning"));
}

/// A model with the efforts none, low and high; the answer to each effort from `answer`.
fn tried(answer: impl Fn(&str) -> Exchange) -> String {
    let subject = subject(
        "reasoning: true, compat: { supportsReasoningEffort: true,\n supportedReasoningEfforts: ['none', 'low', 'high'], reasoningEffortMap: { off: 'none' } }",
    );
    let script = subject.script.as_ref().unwrap();
    let tried: Vec<_> = script
        .efforts
        .iter()
        .map(|(setting, _)| (setting.clone(), answer(&setting.word())))
        .collect();
    assert_eq!(tried.len(), 3);
    shown(&reasoning(&subject, &said("Hi", "Hm"), &tried))
}

#[test]
fn efforts() {
    let good = |word: &str| match word {
        "none" => said("Hi", ""),
        _ => said("Hi", "Hm"),
    };
    assert_eq!(tried(good), "pass reasons with low, high, off with none");
    let only_high = |word: &str| match word {
        "high" => said("Hi", "Hm"),
        _ => said("Hi", ""),
    };
    assert_eq!(
        tried(only_high),
        "pass reasons with high, not with low, off with none"
    );
    assert_eq!(
        tried(|_| said("Hi", "Hm")),
        "fail `reasoning_effort: none` does not switch reasoning off @4"
    );
    assert_eq!(
        tried(|_| said("Hi", "")),
        "fail no effort gives any reasoning, not even high @4"
    );
    assert_eq!(
        tried(|word| if word == "low" {
            failed("bad_request", 400, "no")
        } else {
            good(word)
        }),
        "fail with `reasoning_effort: low`, the server refuses the request (HTTP 400): no @4"
    );
    assert_eq!(
        tried(|word| if word == "low" {
            failed("idle", 200, "")
        } else {
            good(word)
        }),
        "fail with `reasoning_effort: low`, the answer stopped coming (HTTP 200)"
    );
    let within = |word: &str| match word {
        "none" => said("Hi", ""),
        _ => said("<think>Hm</think>Hi", ""),
    };
    assert_eq!(
        tried(within),
        "warn the reasoning stands in the answer itself, between its tags"
    );
    // A budget that was used up on the way is no failure.
    let cut = |word: &str| Exchange {
        finish: Some(Finish::Length),
        ..good(word)
    };
    assert_eq!(tried(cut), "pass reasons with low, high, off with none");
}

/// Where no effort switches reasoning off, answers that are all the same show that none has an effect.
#[test]
fn efforts_that_are_ignored() {
    let subject = subject(
        "reasoning: true, compat: { supportsReasoningEffort: true,\n supportedReasoningEfforts: ['low', 'high'] }",
    );
    let script = subject.script.as_ref().unwrap();
    let judge = |subject: &Subject, high: Exchange| {
        let answers = [said("Hi", "Hm"), high];
        let settings = script.efforts.iter().map(|(setting, _)| setting.clone());
        let tried: Vec<_> = settings.zip(answers).collect();
        assert_eq!(tried.len(), 2);
        shown(&reasoning(subject, &said("Hi", "Hm"), &tried))
    };
    let alike = "warn every effort gives the same reasoning, word for word @4";
    let differ = "pass reasons with low, high";
    assert_eq!(judge(&subject, said("Hi", "Hm")), alike);
    assert_eq!(judge(&subject, said("Hi", "Hm, hm")), differ);
    assert_eq!(judge(&subject, said("Ho", "Hm")), differ);
    // Who was cut off had no chance to differ.
    let cut = Exchange {
        finish: Some(Finish::Length),
        ..said("Hi", "Hm")
    };
    assert_eq!(judge(&subject, cut), differ);
    let lm_studio = Subject {
        is_lm_studio: true,
        ..subject.clone()
    };
    assert_eq!(judge(&lm_studio, said("Hi", "Hm")), differ);
}

#[test]
fn reasoning_without_efforts() {
    let judge = |fields: &str, plain: &Exchange| shown(&reasoning(&subject(fields), plain, &[]));
    for (fields, content, thought, wanted) in [
        (
            "",
            "Hi",
            "",
            "skipped the config does not say that it reasons",
        ),
        (
            "reasoning: false",
            "Hi",
            "Hm",
            "warn it reasons, though the config does not say so @3",
        ),
        (
            "",
            "<think>Hm</think>",
            "",
            "warn the reasoning stands in the answer itself, between its tags",
        ),
        (
            "reasoning: true",
            "Hi",
            "Hm",
            "pass it reasons; by this config, no request says how much",
        ),
        (
            "reasoning: true",
            "Hi",
            "",
            "warn the config says that it reasons, and no reasoning came @3",
        ),
        (
            "reasoning: true",
            "<think>Hm</think>Hi",
            "",
            "warn the reasoning stands in the answer itself, between its tags",
        ),
    ] {
        assert_eq!(judge(fields, &said(content, thought)), wanted, "{fields}");
    }
}

/// An answer that calls a tool.
fn calling(name: &str, arguments: &str) -> Exchange {
    calling_all(&[(name, arguments)])
}

/// An answer that calls several; calls are put together from pieces only.
fn calling_all(made: &[(&str, &str)]) -> Exchange {
    let mut transcript = Transcript::default();
    for (index, (name, arguments)) in (0..).zip(made) {
        transcript.add(&Event::Tool(ToolPiece {
            index,
            id: Some(format!("c{}", index + 1)),
            name: Some((*name).to_owned()),
            arguments: (*arguments).to_owned(),
        }));
    }
    let calls: Vec<ToolCall> = transcript.calls;
    Exchange {
        calls,
        finish: Some(Finish::ToolCalls),
        ..said("", "")
    }
}

#[test]
fn tool_calls() {
    let judge = |fields: &str, call: &Exchange, answer: Option<&Exchange>| {
        shown(&tools(&subject(fields), Tools { call, answer }))
    };
    let good = calling("add_numbers", "{\"a\":2,\"b\":3}");
    let written = said("[add_numbers]\n{\"a\":2}\n[/add_numbers]", "");
    let sum = said("It is 5.", "");
    let yes = "compat: { supportsTools: true }";
    for (fields, call, answer, wanted) in [
        (
            "",
            &good,
            Some(&sum),
            "pass called the tool, and went on with its result",
        ),
        (
            yes,
            &said("5", ""),
            None,
            "fail it answered in words, and did not call the tool @3",
        ),
        (
            "",
            &said("5", ""),
            None,
            "warn it answered in words, and did not call the tool",
        ),
        (
            yes,
            &written,
            Some(&sum),
            "warn it wrote the call as text, where OpenClaw finds it",
        ),
        (
            yes,
            &calling("subtract", "{}"),
            None,
            "fail it called `subtract`, which is not on offer",
        ),
        (
            yes,
            &calling("add_numbers", "{\"a\":"),
            None,
            "fail the arguments of the tool call are no JSON object",
        ),
        (
            yes,
            &calling("add_numbers", "[1]"),
            None,
            "fail the arguments of the tool call are no JSON object",
        ),
        (
            yes,
            &good,
            Some(&said("", "")),
            "warn told the result of the tool, it said nothing",
        ),
        (
            yes,
            &good,
            Some(&failed("bad_request", 400, "no")),
            "fail told the result of the tool, the server refuses the request (HTTP 400): no",
        ),
        (
            yes,
            &written,
            Some(&failed("server_error", 500, "")),
            "fail told the result of the tool, the server failed (HTTP 500)",
        ),
        (
            yes,
            &failed("server_error", 500, "no template"),
            None,
            "fail with a tool on offer, the server failed (HTTP 500): no template @3",
        ),
    ] {
        assert_eq!(judge(fields, call, answer), wanted);
    }
    let cut = Exchange {
        finish: Some(Finish::Length),
        ..said("Let me", "")
    };
    assert_eq!(
        judge(yes, &cut, None),
        "warn the token budget was used up before a tool was called"
    );
    let history = Tools::message(&good).unwrap();
    assert_eq!(history["tool_calls"][0]["id"], "c1");
    let twice = calling_all(&[("add_numbers", "{}"), ("add_numbers", "{\"a\":1}")]);
    let history = Tools::message(&twice).unwrap();
    let script = subject("").script.unwrap();
    let messages = script.tool_result(history)["messages"].clone();
    let [.., calls, one, other] = messages.as_array().unwrap().as_slice() else {
        panic!("{messages:#}");
    };
    assert_eq!(calls["tool_calls"][1]["function"]["arguments"], "{\"a\":1}");
    assert_eq!(
        (&one["tool_call_id"], &other["tool_call_id"]),
        (&json!("c1"), &json!("c2"))
    );
    for (second, wanted) in [
        (
            ("add_numbers", "{\"a\":1}"),
            "fail it called the tool without `b`, which it needs @3",
        ),
        (
            ("add_numbers", "{\"a\":1,\"b\":2}"),
            "pass called the tool, and went on with its result",
        ),
        (
            ("add_numbers", "{"),
            "fail the arguments of the tool call are no JSON object",
        ),
        (
            ("subtract", "{}"),
            "fail it called `subtract`, which is not on offer",
        ),
    ] {
        let call = calling_all(&[("add_numbers", "{\"a\":1,\"b\":2}"), second]);
        assert_eq!(judge(yes, &call, Some(&sum)), wanted);
    }
    let history = Tools::message(&written).unwrap();
    assert_eq!(
        history["tool_calls"][0]["function"]["arguments"],
        "{\"a\":2}"
    );
    assert!(Tools::message(&said("5", "")).is_none());
    assert!(Tools::message(&calling("subtract", "{}")).is_none());
}

#[test]
fn every_check_is_of_a_server_or_of_a_model() {
    let all: Vec<Check> = Check::OF_SERVER
        .into_iter()
        .chain(Check::OF_MODEL)
        .collect();
    let mut codes: Vec<&str> = all.iter().map(|check| check.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    // `config` is both.
    assert_eq!(codes.len(), all.len() - 1);
    assert!(all.iter().all(|check| check.question().ends_with('?')));
}

#[test]
fn thoughts_are_told_from_empty_tags() {
    for (content, wanted) in [
        ("Good day.", false),
        ("<think>\n\n</think>\n\nGood day.", false),
        ("</think>\nGood day.", false),
        ("<think>Hm.</think>Good day.", true),
        ("Hm.\n</think>Good day.", true),
        ("<think>Hm", true),
        ("[THINK]Hm.[/THINK]Good day.", true),
        ("<thinking>Hm.</thinking>", true),
    ] {
        assert_eq!(said(content, "").has_thoughts_within(), wanted, "{content}");
    }
    let hidden = Exchange {
        usage: Some(Usage {
            reasoning: Some(7),
            ..counted(9, 12, Source::Usage)
        }),
        ..said("Good day.", "")
    };
    assert!(hidden.has_thoughts() && !hidden.has_thoughts_within());
}

#[test]
fn an_answer_without_words_is_told() {
    let judged = |plain: &Exchange| shown(&stream(&subject(""), plain, None, None));
    assert_eq!(
        judged(&said("", "Hm.")),
        "warn all of the answer came as reasoning, and nothing was said"
    );
    let cut = Exchange {
        finish: Some(Finish::Length),
        ..said("", "")
    };
    assert_eq!(
        judged(&cut),
        "warn the token budget was used up, and nothing came"
    );
    let reasoned = Exchange {
        finish: Some(Finish::Length),
        ..said("", "Hm.")
    };
    assert!(judged(&reasoned).starts_with("pass "));
}
