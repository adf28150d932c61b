//! Streams as the known servers send them (sections 2, 3 and 5 of the backends facts), each cut at every
//! byte: the events and the end are always the same.

use clawconf::chat::{End, Event, Finish, Source, Stream, TooLong};

/// What a stream says, in short: `c` content, `r` reasoning, `t` a tool call, `!` an error, `.` the end
/// and `#` the end mark.
fn said(events: &[Event]) -> String {
    let mut out = String::new();
    for event in events {
        match event {
            Event::Content(text) => out.push_str(&format!("c({text})")),
            Event::Reasoning(text) => out.push_str(&format!("r({text})")),
            Event::Tool(piece) => out.push_str(&format!(
                "t{}({} {} {})",
                piece.index,
                piece.id.as_deref().unwrap_or("-"),
                piece.name.as_deref().unwrap_or("-"),
                piece.arguments
            )),
            Event::Error(error) => out.push_str(&format!("!({})", error.message)),
            Event::Finish(finish) => out.push_str(&format!(".{}", finish.word())),
            Event::Done => out.push('#'),
        }
    }
    out
}

/// Everything that came of a stream.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    said: String,
    end: End,
    /// Prompt, completion and where they are from.
    usage: Option<(Option<u64>, Option<u64>, Source)>,
    model: Option<String>,
}

fn decoded(pieces: &[&[u8]]) -> Outcome {
    let mut stream = Stream::default();
    let mut events = Vec::new();
    for piece in pieces {
        stream.push(piece, &mut events).unwrap();
    }
    stream.finish(&mut events).unwrap();
    Outcome {
        said: said(&events),
        end: stream.end(),
        usage: stream
            .usage()
            .map(|usage| (usage.prompt, usage.completion, usage.source)),
        model: stream.model().map(str::to_owned),
    }
}

/// A chunk with this delta and finish reason, in a data line.
fn chunk(delta: &str, finish: &str, rest: &str) -> String {
    format!(
        "data: {{\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{delta},\
         \"finish_reason\":{finish}}}]{rest}}}\n\n"
    )
}

const DONE: &str = "data: [DONE]\n\n";

/// Server, wire, what it says, how it ends, its usage.
type Row = (
    &'static str,
    String,
    &'static str,
    End,
    Option<(u64, u64, Source)>,
);

fn finished() -> End {
    End::Finished(Finish::Stop)
}

fn rows() -> Vec<Row> {
    let stop = "\"stop\"";
    let hi = |key: &str| chunk(&format!("{{\"{key}\":\"h\u{E9}\u{1F600}\"}}"), "null", "");
    let usage = ",\"usage\":{\"prompt_tokens\":21,\"completion_tokens\":9,\"total_tokens\":30}";
    let last = format!("data: {{\"model\":\"m\",\"choices\":[]{usage}}}\n\n");
    let timings = ",\"timings\":{\"cache_n\":20,\"prompt_n\":1,\"predicted_n\":9}";
    let from_usage = Some((21, 9, Source::Usage));
    let from_timings = Some((21, 9, Source::Timings));
    let both = chunk(
        "{\"content\":\"b\",\"reasoning_content\":\"a\"}",
        "null",
        "",
    );
    let crlf = |text: String| text.replace('\n', "\r\n");
    let tool = |rest: &str| format!("{{\"tool_calls\":[{rest}]}}");
    vec![
        (
            "llama.cpp",
            chunk("{\"role\":\"assistant\",\"content\":null}", "null", "")
                + ":\n\n"
                + &hi("reasoning_content")
                + &hi("content")
                + &chunk("{}", stop, timings)
                + &format!("data: {{\"choices\":[]{usage}{timings}}}\n\n")
                + DONE,
            "r(h\u{E9}\u{1F600})c(h\u{E9}\u{1F600}).stop#",
            finished(),
            from_usage,
        ),
        (
            "llama.cpp, nobody asked for usage",
            hi("content") + &chunk("{}", stop, timings) + DONE,
            "c(h\u{E9}\u{1F600}).stop#",
            finished(),
            from_timings,
        ),
        (
            "llama.cpp, usage of zeros",
            hi("content")
                + &chunk("{}", stop, timings)
                + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0}}\n\n"
                + DONE,
            "c(h\u{E9}\u{1F600}).stop#",
            finished(),
            from_timings,
        ),
        (
            "llama.cpp of 2025, an error line of its own",
            hi("content")
                + "error: {\"code\":500,\"message\":\"boom\",\"type\":\"server_error\"}\n\n"
                + DONE,
            "c(h\u{E9}\u{1F600})!(boom)#",
            End::Failed(clawconf::chat::StreamError::saying("boom")),
            None,
        ),
        (
            "vLLM",
            chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null", "")
                + &hi("reasoning")
                + &hi("content")
                + &chunk("{\"content\":\"\"}", stop, ",\"usage\":null")
                + &last
                + DONE,
            "r(h\u{E9}\u{1F600})c(h\u{E9}\u{1F600}).stop#",
            finished(),
            from_usage,
        ),
        (
            "SGLang, nulls everywhere",
            chunk(
                "{\"role\":\"assistant\",\"content\":\"\",\"reasoning_content\":null,\"tool_calls\":null}",
                "null",
                ",\"usage\":null",
            ) + &hi("content")
                + &chunk(
                    &tool(
                        "{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"add\",\"arguments\":\"{\\\"a\\\"\"}}",
                    ),
                    "null",
                    "",
                )
                + &chunk(
                    &tool(
                        "{\"index\":0,\"id\":null,\"function\":{\"name\":null,\"arguments\":\":1}\"}}",
                    ),
                    "null",
                    ",\"usage\":null",
                )
                + &chunk("{}", "\"tool_calls\"", "")
                + &last
                + DONE,
            "c(h\u{E9}\u{1F600})t0(c1 add {\"a\")t0(- - :1}).tool_calls#",
            End::Finished(Finish::ToolCalls),
            from_usage,
        ),
        (
            "TabbyAPI, CRLF, pings, usage on the finish chunk",
            crlf(": ping - now\n\n".to_owned() + &hi("content") + &chunk("{}", stop, usage) + DONE),
            "c(h\u{E9}\u{1F600}).stop#",
            finished(),
            from_usage,
        ),
        (
            "text-generation-webui, both in one delta, a whole call at the end",
            chunk(
                "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}",
                "null",
                ",\"usage\":null",
            ) + &both
                + &chunk(
                    &tool(
                        "{\"id\":\"c1\",\"function\":{\"name\":\"add\",\"arguments\":{\"a\":1}}}",
                    ),
                    "\"tool_calls\"",
                    "",
                )
                + &last
                + DONE,
            "r(a)c(b)t0(c1 add {\"a\":1}).tool_calls#",
            End::Finished(Finish::ToolCalls),
            from_usage,
        ),
        (
            "mlx_lm, keep-alives, no end mark and no last line break",
            ": keepalive 1/2\n\n".to_owned()
                + &hi("content")
                + chunk("{\"role\":\"assistant\"}", "\"length\"", "").trim_end(),
            "c(h\u{E9}\u{1F600}).length",
            End::Finished(Finish::Length),
            None,
        ),
        (
            "vLLM, an error in the stream and the end mark behind it",
            hi("content")
                + "data: {\"error\":{\"message\":\"engine died\",\"type\":\"x\",\"code\":500}}\n\n"
                + DONE,
            "c(h\u{E9}\u{1F600})!(engine died)#",
            End::Failed(clawconf::chat::StreamError {
                message: "engine died".to_owned(),
                kind: Some("x".to_owned()),
                code: Some(500),
            }),
            None,
        ),
        (
            "an event named error",
            "event: error\ndata: {\"message\":\"no\"}\n\n".to_owned(),
            "!(no)",
            End::Failed(clawconf::chat::StreamError::saying("no")),
            None,
        ),
        (
            "a text as error",
            "data: {\"error\":\"no model\"}\n\n".to_owned(),
            "!(no model)",
            End::Failed(clawconf::chat::StreamError::saying("no model")),
            None,
        ),
        (
            "cut",
            hi("content") + "data: {\"choi",
            "c(h\u{E9}\u{1F600})",
            End::Truncated,
            None,
        ),
        (
            "only the end mark",
            DONE.to_owned(),
            "#",
            End::Truncated,
            None,
        ),
        ("nothing", String::new(), "", End::Truncated, None),
        (
            "more behind the end mark",
            chunk("{}", stop, "") + DONE + &hi("content") + "data: {\"error\":\"late\"}\n\n",
            ".stop#",
            finished(),
            None,
        ),
        (
            "usage on every chunk, the last one counts",
            chunk(
                "{\"content\":\"a\"}",
                "null",
                ",\"usage\":{\"prompt_tokens\":21,\"completion_tokens\":1}",
            ) + &chunk("{}", stop, usage)
                + DONE,
            "c(a).stop#",
            finished(),
            from_usage,
        ),
    ]
}

#[test]
fn every_server_cut_at_every_byte() {
    for (server, wire, wanted, end, usage) in rows() {
        let whole = decoded(&[wire.as_bytes()]);
        assert_eq!(whole.said, wanted, "{server}");
        assert_eq!(whole.end, end, "{server}");
        let counts = usage.map(|(prompt, completion, from)| (Some(prompt), Some(completion), from));
        assert_eq!(whole.usage, counts, "{server}");
        for cut in 0..=wire.len() {
            let (first, second) = wire.as_bytes().split_at(cut);
            assert_eq!(decoded(&[first, second]), whole, "{server} cut at {cut}");
        }
    }
}

#[test]
fn an_answer_without_a_model_name_or_with_another_one() {
    let named = "data: {\"model\":\"other\",\"choices\":[]}\n\ndata: {\"model\":\"third\",\"choices\":[]}\n\n";
    assert_eq!(decoded(&[named.as_bytes()]).model.as_deref(), Some("other"));
    assert_eq!(decoded(&[b"data: {\"choices\":null}\n\n"]).model, None);
}

#[test]
fn what_is_no_json_is_counted_and_passed_over() {
    let mut stream = Stream::default();
    let mut events = Vec::new();
    let wire = b"data: <html>\n\ndata: 7\n\ndata: []\n\ndata: null\n\n";
    stream.push(wire, &mut events).unwrap();
    assert!(events.is_empty());
    assert_eq!((stream.unreadable(), stream.pieces()), (1, 0));
}

/// What came before a message that is too long is not lost.
#[test]
fn what_came_before_a_fault_counts() {
    let mut stream = Stream::default();
    let long = format!(
        "data: {{\"choices\":[{{\"delta\":{{\"content\":\"Hi\"}}}}]}}\n\ndata: {}",
        "x".repeat(2 * 1024 * 1024)
    );
    let mut events = Vec::new();
    assert_eq!(
        stream.push(long.as_bytes(), &mut events),
        Err(TooLong::Line)
    );
    assert_eq!(events, [Event::Content("Hi".to_owned())]);
}
