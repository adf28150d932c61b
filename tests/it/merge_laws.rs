//! Laws of bringing the models of a config up to a server's list, over models as people may have
//! written them and lists as servers may send them.

use clawconf::config::Config;
use clawconf::json5::{Editor, Node, Span, comments};
use clawconf::lint::{Selection, lint};
use clawconf::lmstudio::merge::{Merge, merge};
use clawconf::lmstudio::{Catalogue, List};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use crate::common::load;

/// `k` is an embedding model, `a@q4` a variant of `a`, `mine` a copy of it in memory.
const IDS: &[&str] = &[
    "a", "b", "c", "A", " a ", "a@q4", "k", "mine", "${NAME}", "gone", "lost",
];

/// Those of them that are gone from whatever list.
const GONE: &[&str] = &["A", "gone", "lost"];

/// Fields of a model; `~` is a place where a comment may stand.
const FIELDS: &[&str] = &[
    "name~:~'Mine'",
    "cost:~{~input: 1,~output: 2~, cacheRead: 0.5,~}",
    "params: { temperature: 0.2~}",
    "headers:~{ 'x-site':~'north' }",
    "contextTokens: 100",
    "maxTokens~: 0x10",
    "api: 'openai-completions'",
];

/// What may stand in the fields that the machine owns; the first ones are valid.
const REASONING: &[&str] = &["", "reasoning:~true", "reasoning: false", "reasoning:~'on'"];
const INPUT: &[&str] = &[
    "",
    "input:~['text']",
    "input: ['text',~'image'~]",
    "input: ['image'~,~'text',]",
    "input: [~'image'~]",
    "input: [~]",
    "input: []",
    "input:~'text'",
    "input: { a: [~] }",
    "input: [~'image',~7,~'image'~]",
];
const WINDOW: &[&str] = &[
    "",
    "contextWindow:~4096",
    "contextWindow: 1e5",
    "contextWindow: '4096'",
    "contextWindow: [~1~]",
];
const COMPAT: &[&str] = &[
    "",
    "compat: {}",
    "compat: {~supportsTools: true,~supportsReasoningEffort:~false~}",
    "compat: {~supportsReasoningEffort: true,~supportedReasoningEfforts: [~'off',~'on'~],~}",
    "compat:~{~reasoningEffortMap: {~off: 'off',~low: 'on' },~thinkingFormat: 'qwen'~}",
    "compat: {~supportedReasoningEfforts: ['low'~], supportedReasoningEfforts: ['low',~'high'], supportsTools: true }",
    "compat: { reasoningEffortMap: 7, supportedReasoningEfforts: { a: [~] } }",
    "compat: { supportsReasoningEffort: true, supportedReasoningEfforts: ['low', 'high'], reasoningEffortMap: { max: 'high',~adaptive: 'high' } }",
    "compat: [~'on'~]",
    "compat:~'on'",
];

/// What stands at a `~`; a number takes the place of `#`.
const GAPS: &[&str] = &["", " ", " /*#*/ ", " //#\n", "\r\n  ", "\n  //#\n  "];

/// The fields that the machine owns, in a model and in its `compat`.
const OWNED: &[&str] = &["reasoning", "input", "contextWindow", "compat"];
const OWNED_IN_COMPAT: &[&str] = &[
    "supportsReasoningEffort",
    "supportedReasoningEfforts",
    "reasoningEffortMap",
];

fn model() -> impl Strategy<Value = String> {
    let fields = subsequence(FIELDS, 1..=FIELDS.len());
    let owned = [REASONING, INPUT, WINDOW, COMPAT].map(select);
    let parts = (select(IDS), fields, owned).prop_map(|(id, fields, owned)| {
        let mut parts: Vec<String> = vec![format!("id:~'{id}'")];
        let others = fields.into_iter().chain(owned);
        parts.extend(others.filter(|part| !part.is_empty()).map(str::to_owned));
        parts
    });
    let parts = parts.prop_shuffle();
    (parts, any::<bool>()).prop_map(|(parts, comma)| {
        let comma = if comma { "," } else { "" };
        format!("{{~{}~{comma}~}}", parts.join("~,~"))
    })
}

fn listed() -> impl Strategy<Value = Value> {
    let reasoning = select(vec![
        json!(null),
        json!({"allowed_options": ["off", "on"], "default": "on"}),
        json!({"allowed_options": ["low", "high"], "default": "low"}),
        json!({"allowed_options": ["off"], "default": "off"}),
        json!({}),
    ]);
    let entry = (
        any::<bool>(),
        select(vec![json!(null), json!(4096), json!(100_000)]),
        reasoning,
    );
    let entries = prop::collection::vec(entry, 3);
    (entries, subsequence(vec![0usize, 1, 2], 1..=3)).prop_map(|(entries, kept)| {
        let mut models: Vec<Value> = kept
            .into_iter()
            .map(|at| {
                let (vision, window, reasoning) = &entries[at];
                let key = ["a", "b", "c"][at];
                json!({
                    "type": "llm", "key": key, "max_context_length": window,
                    "capabilities": {"vision": vision, "reasoning": reasoning},
                })
            })
            .collect();
        models[0]["variants"] = json!(["a@q4"]);
        models[0]["loaded_instances"] = json!([{"id": "mine", "config": {"context_length": 64}}]);
        models.push(json!({"type": "embedding", "key": "k"}));
        json!({ "models": models })
    })
}

/// The text of a config with these models, with the gaps that are asked for.
fn config(models: &[String], gaps: &[usize], comma: bool) -> String {
    let comma = if comma { "," } else { "" };
    let text = format!(
        "{{ models: {{ providers: {{ lmstudio: {{ baseUrl: 'http://localhost:1234/v1', models: [~{}~{comma}~] }} }} }} }}\n",
        models.join("~,~")
    );
    let mut parts = text.split('~');
    let mut out = parts.next().unwrap().to_owned();
    for (nth, part) in parts.enumerate() {
        let gap = GAPS[gaps[nth % gaps.len()] % GAPS.len()];
        out.push_str(&gap.replace('#', &format!("c{nth}c")));
        out.push_str(part);
    }
    out
}

fn models(config: &Config) -> Vec<Node<'_>> {
    let models = config.providers().flat_map(|provider| {
        let list = provider.node.get("models");
        list.into_iter().flat_map(Node::items).collect::<Vec<_>>()
    });
    models.collect()
}

fn ids(text: &str) -> Vec<String> {
    let config = load(text, &[], &[]);
    let ids = models(&config)
        .into_iter()
        .map(|model| model.get("id").unwrap().text().unwrap().trim().to_owned());
    ids.collect()
}

fn merged(text: &str, catalogue: &Catalogue, prune: bool) -> (Merge, String) {
    let config = load(text, &[], &[]);
    let mut editor = Editor::new(config.tree().unwrap());
    let provider = config.providers().next().unwrap();
    let done = merge(&mut editor, &provider, catalogue, prune).unwrap();
    let applied = editor.apply();
    let applied = applied.unwrap_or_else(|error| panic!("{error}\n{text}"));
    (done, applied)
}

/// The comments of a text that do not lie in one of these stretches.
fn said(text: &str, but: &[Span]) -> Vec<String> {
    let is_in = |comment: &Span| {
        but.iter()
            .any(|span| span.start < comment.start && comment.end < span.end)
    };
    let outside = comments(text).filter(|comment| !is_in(comment));
    let mut said: Vec<String> = outside.map(|span| span.of(text).to_owned()).collect();
    said.sort();
    said
}

/// The entries of an object but those with these keys, with their texts.
fn others<'t>(object: Node<'t>, but: &[&str]) -> Vec<(String, &'t str)> {
    let named = object
        .entries()
        .map(|entry| (entry.key.text().unwrap().into_owned(), entry.value.source()));
    named
        .filter(|(key, _)| !but.contains(&key.as_str()))
        .collect()
}

/// How much of a config OpenClaw refuses.
fn refusals(text: &str) -> usize {
    let selection = Selection {
        select: vec!["contract".to_owned()],
        ..Selection::default()
    };
    lint(&load(text, &[], &[]), &selection).len()
}

proptest! {
    #[test]
    fn what_people_wrote_stays_and_twice_is_once(
        written in prop::collection::vec(model(), 0..5),
        listed in listed(),
        gaps in prop::collection::vec(0usize..64, 1..40),
        comma in any::<bool>(),
    ) {
        let comma = comma && !written.is_empty();
        let text = config(&written, &gaps, comma);
        let catalogue = Catalogue::read(List::Native, listed.to_string().as_bytes()).unwrap();
        let (done, new) = merged(&text, &catalogue, false);

        prop_assert_eq!(said(&text, &[]), said(&new, &[]), "{}\nbecame\n{}", text, new);
        prop_assert!(refusals(&new) <= refusals(&text), "{}\nbecame\n{}", text, new);
        let (before, after) = (load(&text, &[], &[]), load(&new, &[], &[]));
        for (old, new) in models(&before).into_iter().zip(models(&after)) {
            prop_assert_eq!(others(old, OWNED), others(new, OWNED));
            if let (Some(old), Some(new)) = (old.get("compat"), new.get("compat")) {
                prop_assert_eq!(others(old, OWNED_IN_COMPAT), others(new, OWNED_IN_COMPAT));
            }
        }
        for change in &done.changed {
            let (from, to) = (change.from.as_ref(), change.to.as_ref());
            prop_assert_ne!(from.map(|v| v.to_json()), to.map(|v| v.to_json()), "{}", change.path);
        }
        let mut expected = ids(&text);
        expected.extend(done.added.iter().cloned());
        prop_assert_eq!(ids(&new), expected);
        let (again, same) = merged(&new, &catalogue, false);
        prop_assert!(again.is_empty(), "{:?}\n{}", again, new);
        prop_assert_eq!(&same, &new);
    }

    #[test]
    fn exactly_what_is_gone_is_removed(
        written in prop::collection::vec(model(), 0..6),
        listed in listed(),
        gaps in prop::collection::vec(0usize..64, 1..40),
        comma in any::<bool>(),
    ) {
        let comma = comma && !written.is_empty();
        let text = config(&written, &gaps, comma);
        let catalogue = Catalogue::read(List::Native, listed.to_string().as_bytes()).unwrap();
        let lists = |id: &str| catalogue.models.iter().any(|model| model.definition.id == id);
        let is_gone = |id: &String| {
            GONE.contains(&id.as_str()) || (["a", "b", "c"].contains(&id.as_str()) && !lists(id))
        };
        let (told, _) = merged(&text, &catalogue, false);
        let (done, new) = merged(&text, &catalogue, true);
        let gone: Vec<String> = ids(&text).into_iter().filter(is_gone).collect();
        let named: Vec<String> = done.gone.iter().map(|(id, _)| id.clone()).collect();
        prop_assert_eq!(&named, &gone);
        prop_assert_eq!(done.gone, told.gone);
        let mut kept = ids(&text);
        kept.retain(|id| !is_gone(id));
        kept.extend(done.added);
        prop_assert_eq!(ids(&new), kept);

        let before = load(&text, &[], &[]);
        let removed = models(&before)
            .into_iter()
            .filter(|model| gone.iter().any(|id| *id == *model.get("id").unwrap().text().unwrap().trim()));
        let removed: Vec<Span> = removed.map(Node::span).collect();
        prop_assert_eq!(said(&text, &removed), said(&new, &[]), "{}\nbecame\n{}", text, new);
        let (again, same) = merged(&new, &catalogue, true);
        prop_assert!(again.is_empty() && again.gone.is_empty(), "{:?}\n{}", again, new);
        prop_assert_eq!(same, new);
    }
}
