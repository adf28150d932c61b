//! Loading a model ahead, against the simulator.

use std::sync::Arc;
use std::time::{Duration, Instant};

use clawconf::live::{Preload, Server, preload};
use clawconf::lmstudio::{Backoff, LoadRefused, Wish, is_preload_wanted};
use clawconf::net::{Client, HeaderMap, Limits, NameServer, Resolver};
use clawconf::simulator::{self, Fault, Running, Settings};
use clawconf::trust::Policy;

use crate::common;

fn server(base: &str, flag: Option<bool>) -> Server {
    let wait = Duration::from_secs(20);
    let resolver = Arc::new(Resolver::new(NameServer::System, wait));
    let policy = Policy::of_provider(Some(base), flag);
    Server {
        base: base.to_owned(),
        client: Client::new(policy, resolver, Limits::default().within(wait)),
        headers: HeaderMap::new(),
        hidden: Vec::new(),
    }
}

fn run(running: &Running, wish: &Wish, backoff: &mut Backoff, now: Instant) -> Preload {
    let server = server(&running.base_url(), None);
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    runtime.block_on(preload(&server, wish, backoff, now))
}

fn once(running: &Running, id: &str, context: Option<u64>) -> Preload {
    let wish = Wish::new(id, context);
    run(running, &wish, &mut Backoff::default(), Instant::now())
}

/// What was asked beside the list: path and body.
fn loads(running: &Running) -> Vec<(String, String)> {
    let seen = running.requests().into_iter();
    let posts = seen.filter(|seen| seen.method == "POST");
    posts.map(|seen| (seen.path, seen.body)).collect()
}

#[test]
fn what_is_loaded_is_left_and_what_is_not_is_loaded() {
    let running = simulator::start(Settings::default()).unwrap();
    let was = once(&running, "lmstudio/qwen/qwen3.5-9b", Some(32768));
    assert!(
        matches!(&was, Preload::WasLoaded { instance, context: 32768 } if instance == "qwen/qwen3.5-9b"),
        "{was:?}"
    );
    assert!(loads(&running).is_empty());

    let loaded = once(&running, "acme/wren-3b", None);
    assert!(
        matches!(
            loaded,
            Preload::Loaded {
                context: 8192,
                beside: None
            }
        ),
        "{loaded:?}"
    );
    assert!(matches!(
        once(&running, "acme/wren-3b", None),
        Preload::WasLoaded { .. }
    ));
    assert_eq!(
        loads(&running),
        [(
            "/api/v1/models/load".to_owned(),
            r#"{"context_length":8192,"model":"acme/wren-3b"}"#.to_owned()
        )]
    );

    let variant = once(&running, "acme/owl-9b@q8_0", Some(4096));
    assert!(
        matches!(variant, Preload::Loaded { context: 4096, .. }),
        "{variant:?}"
    );
    assert!(loads(&running)[1].1.contains("\"acme/owl-9b\""));

    let second = once(&running, "qwen/qwen3.5-9b", Some(65536));
    let beside = Some(32768);
    assert!(
        matches!(second, Preload::Loaded { context: 65536, beside: b } if b == beside),
        "{second:?}"
    );
    let copy = once(&running, "qwen/qwen3.5-9b", Some(40000));
    assert!(
        matches!(&copy, Preload::WasLoaded { instance, .. } if instance == "qwen/qwen3.5-9b:2"),
        "{copy:?}"
    );
}

#[test]
fn why_it_was_not_loaded() {
    let running = |faults: &[Fault], key: Option<&str>| {
        let settings = Settings {
            faults: faults.to_vec(),
            key: key.map(str::to_owned),
            ..Settings::default()
        };
        simulator::start(settings).unwrap()
    };
    let wren = |running: &Running| once(running, "acme/wren-3b", None);
    let guardrail = wren(&running(&[Fault::Guardrail], None));
    assert!(
        matches!(guardrail, Preload::Refused(LoadRefused::Guardrail)),
        "{guardrail:?}"
    );
    let crash = wren(&running(&[Fault::LoadFails], None));
    assert!(
        matches!(crash, Preload::Refused(LoadRefused::Failed { .. })),
        "{crash:?}"
    );
    let unknown = once(&running(&[], None), "not/there", None);
    assert!(
        matches!(unknown, Preload::Refused(LoadRefused::NotFound)),
        "{unknown:?}"
    );
    let locked = wren(&running(&[], Some("sk-lm-x")));
    assert!(matches!(locked, Preload::Unlisted(_)), "{locked:?}");
}

#[test]
fn a_failure_makes_the_next_attempt_wait() {
    let settings = Settings {
        faults: vec![Fault::LoadFails],
        ..Settings::default()
    };
    let running = simulator::start(settings).unwrap();
    let (mut backoff, mut now) = (Backoff::default(), Instant::now());
    let wish = Wish::new("acme/wren-3b", None);
    for pause in [5, 10, 20] {
        let failed = run(&running, &wish, &mut backoff, now);
        assert!(matches!(failed, Preload::Refused(_)), "{failed:?}");
        let count = running.requests().len();
        let waiting = run(&running, &wish, &mut backoff, now);
        assert!(
            matches!(waiting, Preload::Waiting(left) if left.as_secs() == pause),
            "{waiting:?}"
        );
        assert_eq!(running.requests().len(), count, "nobody was asked");
        now += Duration::from_secs(pause);
    }
}

/// OpenClaw sends preload requests to a private host although the config forbids it; here they meet
/// the same policy as every other request.
#[test]
fn the_policy_holds_for_it() {
    let running = simulator::start(Settings::default()).unwrap();
    let server = server(&running.base_url(), Some(false));
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    let wish = Wish::new("acme/wren-3b", None);
    let mut backoff = Backoff::default();
    let outcome = runtime.block_on(preload(&server, &wish, &mut backoff, Instant::now()));
    let Preload::Unlisted(failure) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(failure.kind(), "blocked");
    assert!(running.requests().is_empty());
}

#[test]
fn the_config_says_whether_and_with_how_much() {
    let of = |fields: &str, model: &str| {
        let text = format!(
            "{{ models: {{ providers: {{ lmstudio: {{ {fields} models: [{{ id: \"lmstudio/acme/owl\", {model} }}] }} }} }} }}"
        );
        let config = common::load(&text, &[], &[]);
        let provider = config.providers().next().unwrap();
        let wish = Wish::of(&provider, &provider.models().next().unwrap()).unwrap();
        assert_eq!(wish.key, "acme/owl");
        (is_preload_wanted(&provider), wish.context)
    };
    for (fields, wanted) in [
        ("", true),
        ("params: { preload: false },", false),
        ("params: { preload: 0 },", true),
        ("params: { preload: \"false\" },", true),
        ("params: { preload: true },", true),
        ("params: { preload: null },", true),
    ] {
        assert_eq!(of(fields, "").0, wanted, "{fields}");
    }
    for (fields, model, context) in [
        ("", "", None),
        ("", "contextWindow: 8192.9", Some(8192)),
        ("", "contextWindow: 8192, contextTokens: 4096", Some(4096)),
        ("", "contextWindow: 8192, contextTokens: 0", Some(8192)),
        ("contextTokens: 2048,", "contextWindow: 8192", Some(2048)),
        ("contextTokens: 2048,", "contextTokens: 4096", Some(4096)),
        ("contextWindow: 2048,", "", None),
        ("", "contextWindow: 0.5", None),
    ] {
        assert_eq!(of(fields, model).1, context, "{fields} {model}");
    }
}
