//! The page of `verify --format html`: well formed, whole in itself, and deaf to what servers say.

use std::collections::BTreeSet;
use std::time::Duration;

use clawconf::chat::{Event, Failure, Finish, Source, ToolPiece, Transcript, Usage};
use clawconf::report::verification::html;
use clawconf::verification::{
    Check, Exchange, ModelReport, Outcome, Place, ProviderReport, Report, Speed, Status,
};
use quick_xml::events::{BytesStart, Event as Xml};
use quick_xml::{Reader, XmlVersion};
use serde_json::json;

/// What a server that means ill would like to say.
const HOSTILE: &str = "</code></pre><script src=\"http://evil.example/x.js\">alert(1)</script>\
    <img src=x onerror='alert(1)'><style>@import url(http://evil.example)</style>]]>&lt;\
    \u{202e}gnp.exe\u{2066}\u{0}\u{1b}[31m\u{ffff}\" onmouseover=\"alert(1)";

fn page(report: &Report) -> String {
    let mut out = Vec::new();
    html::write(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

fn model(id: &str, outcomes: Vec<Outcome>) -> ModelReport {
    ModelReport {
        id: id.to_owned(),
        outcomes,
        speed: None,
        exchanges: Vec::new(),
        left_out: None,
    }
}

fn provider(id: &str, models: Vec<ModelReport>) -> ProviderReport {
    ProviderReport {
        config: "openclaw.json5".to_owned(),
        id: id.to_owned(),
        base_url: "http://127.0.0.1:1234/v1".to_owned(),
        backend: Some("LM Studio".to_owned()),
        outcomes: vec![
            Outcome::pass(Check::Origin, "allowed"),
            Outcome::skipped(Check::Dns, "the address itself is in the config"),
            Outcome::pass(Check::Reachable, "answers after 12 ms").within(ms(12)),
        ],
        models,
    }
}

fn report(providers: Vec<ProviderReport>) -> Report {
    Report {
        providers,
        interrupted: false,
    }
}

/// An answer with everything that one can have.
fn full(text: &str) -> Exchange {
    let mut transcript = Transcript::default();
    for name in [Some(text), None] {
        transcript.add(&Event::Tool(ToolPiece {
            index: u64::from(name.is_none()),
            id: name.map(str::to_owned),
            name: name.map(str::to_owned),
            arguments: format!("{{\"text\":\"{text}\"}}"),
        }));
    }
    Exchange {
        label: format!("plain chat {text}"),
        request: json!({ "model": text, "messages": [{ "role": "user", "content": text }] }),
        content: format!("Hello.\n\tIndented. {text}"),
        reasoning: format!("Hm. {text}"),
        calls: transcript.calls,
        finish: Some(Finish::Other(text.to_owned())),
        usage: Some(Usage {
            prompt: Some(7),
            completion: Some(43),
            total: None,
            reasoning: Some(24),
            source: Source::Timings,
        }),
        model: Some(text.to_owned()),
        fingerprint: Some(text.to_owned()),
        pieces: Some(9),
        first: Some(ms(120)),
        total: ms(2345),
        tokens_per_second: Some(41.5),
        failure: None,
    }
}

fn failed(text: &str) -> Exchange {
    Exchange {
        label: "not streamed".to_owned(),
        total: ms(90_000),
        failure: Some(Failure {
            kind: "server_error",
            status: Some(500),
            message: text.to_owned(),
        }),
        ..Exchange::default()
    }
}

/// Every status, every kind of exchange, models that were left out, and `text` wherever text may be.
fn everything(text: &str) -> Report {
    let place = Place {
        file: text.to_owned(),
        path: format!("models.providers.{text}"),
        line: 12,
        column: 5,
    };
    let mut good = model(
        text,
        vec![
            Outcome::pass(Check::Listed, text),
            Outcome::warn(Check::Context, text)
                .with_help(text)
                .at(Some(place)),
            Outcome::fail(Check::Stream, text).within(ms(61_000)),
            // Some checks may say more than one thing; the worst is in the table.
            Outcome::pass(Check::Stream, "the second time it came"),
            Outcome::skipped(Check::Tools, text),
        ],
    );
    good.exchanges = vec![full(text), failed(text), Exchange::default()];
    good.speed = Some(Speed {
        runs: 3,
        first: Some(ms(120)),
        total: ms(2345),
        tokens_per_second: Some(41.5),
    });
    let mut odd = model("odd", vec![Outcome::pass(Check::Listed, "listed")]);
    odd.speed = Some(Speed {
        runs: 1,
        first: None,
        total: Duration::ZERO,
        tokens_per_second: Some(f64::NAN),
    });
    let mut left_out = model("left out", Vec::new());
    left_out.left_out = Some("interrupted <b>here</b>");
    let mut hostile = provider(
        text,
        vec![good, odd, left_out, model("no turn", Vec::new())],
    );
    hostile.base_url = text.to_owned();
    hostile.config = text.to_owned();
    hostile.backend = Some(text.to_owned());
    hostile.outcomes.push(Outcome::warn(Check::Key, text));
    let mut empty = provider("empty", Vec::new());
    empty.backend = None;
    empty.outcomes.clear();
    Report {
        providers: vec![hostile, empty],
        interrupted: true,
    }
}

/// The page as a strict reader sees it.
#[derive(Default)]
struct Seen {
    /// Of all elements, in order: the name and the attributes.
    elements: Vec<(String, Vec<(String, String)>)>,
    /// All text outside the stylesheet.
    text: String,
    style: String,
}

impl Seen {
    fn of(page: &str) -> Seen {
        let mut seen = Seen::default();
        let mut reader = Reader::from_str(page);
        reader.config_mut().enable_all_checks(true);
        let mut open: Vec<String> = Vec::new();
        loop {
            match reader.read_event().unwrap() {
                Xml::Start(element) => open.push(seen.add(&element)),
                Xml::Empty(element) => drop(seen.add(&element)),
                Xml::End(_) => drop(open.pop().unwrap()),
                Xml::Text(text) => {
                    let text = text.decode().unwrap();
                    let within = open.last().is_some_and(|name| name == "style");
                    let place = if within {
                        &mut seen.style
                    } else {
                        &mut seen.text
                    };
                    place.push_str(&text);
                }
                Xml::GeneralRef(name) => {
                    let stands = match name.decode().unwrap().as_ref() {
                        "lt" => '<',
                        "gt" => '>',
                        "amp" => '&',
                        "quot" => '"',
                        "#39" => '\'',
                        other => panic!("&{other};"),
                    };
                    seen.text.push(stands);
                }
                Xml::DocType(_) => {}
                Xml::Eof => break,
                other => panic!("{other:?}"),
            }
        }
        assert!(open.is_empty(), "{open:?} are not closed");
        seen
    }

    fn add(&mut self, element: &BytesStart<'_>) -> String {
        let name = String::from_utf8(element.name().as_ref().to_vec()).unwrap();
        let attributes = element.attributes().map(|attribute| {
            let attribute = attribute.unwrap();
            let key = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
            let value = attribute.normalized_value(XmlVersion::Explicit1_0).unwrap();
            (key, value.into_owned())
        });
        self.elements.push((name.clone(), attributes.collect()));
        name
    }

    /// The values of an attribute, in order.
    fn values(&self, key: &str) -> Vec<&str> {
        let attributes = self.elements.iter().flat_map(|(_, attributes)| attributes);
        let such = attributes.filter(|(found, _)| found == key);
        such.map(|(_, value)| value.as_str()).collect()
    }

    fn count(&self, name: &str) -> usize {
        let elements = self.elements.iter();
        elements.filter(|(found, _)| found == name).count()
    }
}

/// What holds for every page.
fn judge(page: &str) -> Seen {
    let seen = Seen::of(page);
    let known = "html head meta title style body header main section h1 h2 h3 p ul li dl div dt dd table \
        caption thead tbody tr th td a bdi b span code pre figure figcaption details summary";
    let known: Vec<&str> = known.split_whitespace().collect();
    let keys = "lang charset http-equiv content name class id href role tabindex scope style dir \
        aria-label aria-labelledby aria-hidden";
    let keys: Vec<&str> = keys.split_whitespace().collect();
    for (name, attributes) in &seen.elements {
        assert!(known.contains(&name.as_str()), "element {name}");
        for (key, value) in attributes {
            assert!(keys.contains(&key.as_str()), "attribute {key}");
            if key == "style" {
                let width = value.strip_prefix("width:").unwrap();
                let width: f64 = width.strip_suffix('%').unwrap().parse().unwrap();
                assert!((0.0..=100.0).contains(&width), "{value}");
            }
        }
    }
    for word in ["url(", "@import", "expression", "<", "&"] {
        assert!(!seen.style.contains(word), "{word} in the stylesheet");
    }
    let ids = seen.values("id");
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "an id is there twice");
    for target in seen.values("href") {
        let id = target.strip_prefix('#').unwrap();
        assert!(unique.contains(id), "nothing is at {target}");
    }
    for label in seen.values("aria-labelledby") {
        assert!(unique.contains(label), "nothing is at {label}");
    }
    assert_eq!(seen.count("h1"), 1);
    for (name, attributes) in &seen.elements {
        let has_scope = attributes.iter().any(|(key, _)| key == "scope");
        assert!(name != "th" || has_scope, "a header of nothing");
    }
    assert_eq!(seen.count("table"), seen.count("caption"));
    let acts =
        |c: char| c.is_control() && !"\n\t".contains(c) || "\u{202e}\u{2066}\u{ffff}".contains(c);
    assert!(!page.contains(acts), "something acts on the reader");
    seen
}

#[test]
fn nothing_foreign_becomes_part_of_the_page() {
    let page = page(&everything(HOSTILE));
    let seen = judge(&page);
    for mark in [
        "<script",
        "<img",
        "href=\"http",
        "src=\"",
        "<b>here",
        "<style>@",
        "onerror='",
    ] {
        assert!(!page.contains(mark), "{mark} is in the page");
    }
    assert_eq!(page.matches("<style>").count(), 1);
    assert!(page.contains("&lt;script src=&quot;http://evil.example/x.js&quot;&gt;"));
    assert!(page.contains("\u{FFFD}gnp.exe\u{FFFD}\u{FFFD}\u{FFFD}[31m\u{FFFD}&quot; onmouseover"));
    assert!(
        seen.text
            .contains("<script src=\"http://evil.example/x.js\">")
    );
    assert!(seen.text.contains("interrupted <b>here</b>"));
    // The same page with an innocent text has the same shape.
    let names = |seen: &Seen| -> Vec<String> {
        seen.elements.iter().map(|(name, _)| name.clone()).collect()
    };
    let innocent = judge(&self::page(&everything("fine")));
    assert_eq!(names(&seen), names(&innocent));
}

#[test]
fn a_page_of_harmless_texts_names_no_other_file() {
    let page = page(&everything("fine"));
    for mark in [
        "src=",
        "href=\"http",
        "url(",
        "<script",
        "@import",
        "<link",
        "javascript:",
    ] {
        assert!(!page.contains(mark), "{mark} is in the page");
    }
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    assert!(page.contains(
        r#"<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>"#
    ));
}

#[test]
fn all_of_the_report_is_told() {
    let page = page(&everything("fine"));
    let seen = judge(&page);
    for status in [Status::Pass, Status::Warn, Status::Fail, Status::Skipped] {
        let word = status.code();
        let cell = format!(r##"<a class="{word}" href="#p1-m1-c"##);
        assert!(page.contains(&cell), "{word} is in no cell");
        assert!(seen.text.contains(&format!(" {word}")), "{word}");
    }
    let told = [
        "Verification: ✗ failed",
        "4 models in all",
        "It was interrupted",
        "Left out: interrupted",
        "Nothing of it was checked.",
        "Nothing of the server was checked.",
        "No model of it was to be verified.",
        "not recognised",
        "at fine:12:5 (models.providers.fine)",
        "1 min 1 s",
        "3 exchanges, 1 without an answer",
        "server_error (status 500): fine",
        "plain chat fine fine, 2.3 s",
        "7 of prompt, 43 of answer, 24 of them reasoning, from timings",
        "calls fine (fine)",
        "calls a tool without a name",
        "Hello.\n\tIndented. fine",
        "\"role\": \"user\"",
        "· not run",
        "not told",
    ];
    for words in told {
        assert!(seen.text.contains(words), "{words:?} is not told");
    }
    // Of two outcomes of a check, the cell leads to the worst.
    assert!(page.contains(r##"<a class="fail" href="#p1-m1-c3" aria-label="stream: fail">"##));
    assert!(page.contains(r##"<a href="#p1-m1-c3"><bdi>fine/fine</bdi>: stream</a>"##));
    assert!(page.contains("width:100.0%"));
}

#[test]
fn the_heading_says_what_came_of_all() {
    let with = |outcome: Outcome| report(vec![provider("p", vec![model("m", vec![outcome])])]);
    let heading = |report: &Report| {
        let page = page(report);
        judge(&page);
        let title = page.split("<title>").nth(1).unwrap();
        title.split("</title>").next().unwrap().to_owned()
    };
    let stream = |status| Outcome::new(Check::Stream, status, "words");
    let cases = [
        (with(stream(Status::Pass)), "passed", "1 model"),
        (
            with(stream(Status::Warn)),
            "passed with warnings",
            "1 model",
        ),
        (with(stream(Status::Fail)), "failed", "1 of 1 model"),
        (report(Vec::new()), "nothing verified", "0 models"),
    ];
    for (mut report, words, count) in cases {
        assert_eq!(
            heading(&report),
            format!("clawconf verify: {words}, {count}")
        );
        report.interrupted = true;
        let words = if words == "failed" {
            words
        } else {
            "interrupted"
        };
        assert_eq!(
            heading(&report),
            format!("clawconf verify: {words}, {count}")
        );
    }
    // A server that fails without a model of it.
    let mut alone = report(vec![provider("p", Vec::new())]);
    alone.providers[0].outcomes = vec![Outcome::fail(Check::Reachable, "nobody answers")];
    assert_eq!(heading(&alone), "clawconf verify: failed, 0 models");
}

#[test]
fn a_small_page_has_its_shape() {
    let mut one = model(
        "qwen/qwen3.5-9b",
        vec![
            Outcome::pass(Check::Listed, "the server lists it"),
            Outcome::fail(Check::Stream, "the answer was cut off")
                .with_help("look at the log of the server.")
                .within(ms(2345)),
        ],
    );
    one.exchanges = vec![full("\"quoted\"")];
    one.speed = Speed::of(&one.exchanges);
    let page = page(&report(vec![provider("lmstudio", vec![one])]));
    let (head, body) = page.split_once("<style>").unwrap();
    let (_, body) = body.split_once("</style>").unwrap();
    insta::assert_snapshot!(format!("{head}<style>…</style>{body}"));
}

/// An `out` that keeps no more than the size of what it was given.
#[derive(Default)]
struct Counting {
    whole: usize,
    largest: usize,
}

impl std::io::Write for Counting {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        self.whole += piece.len();
        self.largest = self.largest.max(piece.len());
        Ok(piece.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_long_report_is_written_piece_by_piece() {
    let mut long = everything("fine");
    let mut much = long.providers[0].models[0].clone();
    much.exchanges = vec![full("fine"); 10];
    long.providers[0].models = vec![much; 200];
    let mut out = Counting::default();
    html::write(&long, &mut out).unwrap();
    assert!(out.whole > 1_000_000, "{} bytes", out.whole);
    assert!(out.largest < 20_000, "{} bytes at once", out.largest);
    let page = page(&long);
    judge(&page);
    assert!(page.contains("And 180 more, in the tables below."));
}

#[cfg(feature = "net")]
#[test]
fn the_sample_is_verified_into_a_page_without_its_key() {
    for (faults, code, words) in [
        (&[][..], 0, "✓ passed"),
        (&["--fault", "no-usage"][..], 1, "✗ failed"),
        (&["--fault", "truncated"][..], 1, "✗ failed"),
    ] {
        let mut command = crate::common::clawconf("/");
        command.args(["verify", "--embedded", "--format", "html"]);
        let output = command.args(faults).output().unwrap();
        let page = String::from_utf8(output.stdout).unwrap();
        let seen = judge(&page);
        assert!(
            seen.text.contains(&format!("Verification: {words}")),
            "{faults:?}"
        );
        assert!(seen.text.contains("qwen/qwen3.5-9b"));
        assert!(!page.contains("lm-embedded-sample-key"));
        assert_eq!(output.status.code(), Some(code), "{faults:?}");
    }
}
