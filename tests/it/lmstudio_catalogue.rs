//! From the answer of a server to definitions, and from there into the models of a config.

use std::fs;

use clawconf::json5::{Editor, Tree};
use clawconf::lmstudio::merge::{Merge, Obstacle, merge};
use clawconf::lmstudio::{Catalogue, List, Unreadable};
use serde_json::{Value, json};

use crate::common;

fn read(list: List, answer: &Value) -> Result<Catalogue, Unreadable> {
    Catalogue::read(list, answer.to_string().as_bytes())
}

fn definitions(catalogue: &Catalogue) -> Value {
    let models = catalogue.models.iter().map(|model| &model.definition);
    serde_json::to_value(models.collect::<Vec<_>>()).unwrap()
}

/// The server's answer has every shape of section 2.2 of the LM Studio facts; the definitions beside it
/// were saved by OpenClaw 2026.5.18 when its set-up was given that answer.
#[test]
fn definitions_are_those_that_openclaw_saves() {
    let folder = "tests/fixtures/lmstudio";
    let listed = fs::read(format!("{folder}/listed.json")).unwrap();
    let saved = fs::read_to_string(format!("{folder}/saved-by-2026.5.18.json")).unwrap();
    let catalogue = Catalogue::read(List::Native, &listed).unwrap();
    let ours: Vec<String> = catalogue
        .models
        .iter()
        .map(|model| serde_json::to_string(&model.definition).unwrap())
        .collect();
    // Line by line and as text, so that the order of the keys counts too.
    let theirs: Vec<String> = saved
        .lines()
        .filter(|line| line.len() > 2)
        .map(|line| {
            line.trim_end_matches(',')
                .replace(": ", ":")
                .replace(", ", ",")
        })
        .collect();
    assert_eq!(ours.len(), 45);
    for (ours, theirs) in ours.iter().zip(&theirs) {
        let spaced = ours.replace(": ", ":").replace(", ", ",");
        assert_eq!(&spaced, theirs);
    }
    assert_eq!(ours.len(), theirs.len());
    let skipped: Vec<_> = catalogue.skipped.iter().map(|entry| entry.reason).collect();
    let kind = "of a kind that is not known";
    let no_key = "the entry has no key";
    assert_eq!(
        skipped,
        [
            "an embedding model, not for chats",
            kind,
            kind,
            kind,
            no_key,
            no_key
        ]
    );
}

/// As they are written into a config, definitions hold the same values.
#[test]
fn a_definition_reads_back_from_a_config() {
    let listed = fs::read("tests/fixtures/lmstudio/listed.json").unwrap();
    for model in Catalogue::read(List::Native, &listed).unwrap().models {
        let tree = Tree::parse("[]".to_owned()).unwrap();
        let mut editor = Editor::new(&tree);
        editor.insert_item(tree.root(), 0, model.definition.to_value());
        let written: Vec<Value> = json5::from_str(&editor.apply().unwrap()).unwrap();
        assert_eq!(written[0], serde_json::to_value(&model.definition).unwrap());
    }
}

#[test]
fn windows_that_make_no_sense_become_the_default() {
    for (window, wanted) in [
        (json!(0.5), 128_000),
        (json!(0.999), 128_000),
        (json!(1), 1),
        (json!(1.9), 1),
        (json!(-8), 128_000),
        (json!("8192"), 128_000),
        (json!(1e300), 9_007_199_254_740_991_u64),
    ] {
        let entry = json!({"models": [{"type": "llm", "key": "a", "max_context_length": window}]});
        let catalogue = read(List::Native, &entry).unwrap();
        assert_eq!(
            catalogue.models[0].definition.context_window, wanted,
            "{window}"
        );
    }
}

#[test]
fn one_bad_entry_is_told_and_the_others_are_read() {
    let good = json!({"type": "llm", "key": "good"});
    for (bad, key, reason) in [
        (json!(null), None, "the entry is no object"),
        (json!("text"), None, "the entry is no object"),
        (json!([1]), None, "the entry is no object"),
        (json!({}), None, "the entry has no key"),
        (
            json!({"type": "llm", "key": " "}),
            None,
            "the entry has no key",
        ),
        (
            json!({"type": "llm", "key": 7}),
            None,
            "the entry has no key",
        ),
        (
            json!({"key": "x"}),
            Some("x"),
            "of a kind that is not known",
        ),
        (
            json!({"type": "embedding", "key": "e"}),
            Some("e"),
            "an embedding model, not for chats",
        ),
        (
            json!({"type": "llm", "key": " good "}),
            Some("good"),
            "listed twice",
        ),
    ] {
        let catalogue = read(List::Native, &json!({"models": [good, bad, good.clone()]})).unwrap();
        assert_eq!(catalogue.models.len(), 1, "{bad}");
        let skipped = &catalogue.skipped[0];
        assert_eq!(
            (skipped.key.as_deref(), skipped.reason),
            (key, reason),
            "{bad}"
        );
    }
}

#[test]
fn what_is_no_list_is_told_apart() {
    let shape = Unreadable::OtherShape;
    for (answer, why) in [
        ("", Unreadable::NotJson),
        ("<html>", Unreadable::NotJson),
        ("{\"models\":[", Unreadable::NotJson),
        ("[]", shape("it is no object")),
        ("null", shape("it is no object")),
        ("{}", shape("it has no `models`")),
        ("{\"models\":{}}", shape("its `models` is no list")),
        (
            "{\"error\":\"Unexpected endpoint or method.\"}",
            Unreadable::ErrorBody,
        ),
        ("{\"error\":{\"message\":\"x\"}}", Unreadable::ErrorBody),
    ] {
        assert_eq!(
            Catalogue::read(List::Native, answer.as_bytes()),
            Err(why),
            "{answer}"
        );
    }
    let with_mark = "\u{FEFF}{\"models\":[]}";
    assert!(Catalogue::read(List::Native, with_mark.as_bytes()).is_ok());
}

#[test]
fn older_lists_tell_less() {
    let older = json!({"object": "list", "data": [
        {"id": "acme/owl", "object": "model", "type": "vlm", "state": "loaded",
         "max_context_length": 4096, "loaded_context_length": 2048, "capabilities": ["tool_use"]},
        {"id": "acme/kite", "object": "model", "type": "llm", "state": "not-loaded"},
        {"id": "embed", "object": "model", "type": "embeddings"},
    ]});
    let catalogue = Catalogue::read_any(older.to_string().as_bytes()).unwrap();
    assert_eq!(catalogue.list, List::Older);
    let [owl, kite] = catalogue.models.as_slice() else {
        panic!("{catalogue:?}");
    };
    assert_eq!(
        (owl.vision, owl.tools, owl.loaded_context()),
        (Some(true), Some(true), Some(2048))
    );
    assert_eq!((owl.context_window, &owl.reasoning), (Some(4096), &None));
    assert_eq!(
        (kite.tools, kite.context_window, kite.loaded_context()),
        (None, None, None)
    );
    assert_eq!(kite.instances.as_ref().map(Vec::len), Some(0));
    assert_eq!(catalogue.skipped.len(), 1);

    let plain = |owner: &str| json!({"data": [{"id": "acme/owl@q4", "owned_by": owner}]});
    let catalogue = read(List::OpenAi, &plain("organization_owner")).unwrap();
    assert_eq!(definitions(&catalogue)[0]["contextWindow"], 128_000);
    assert_eq!(catalogue.models[0].vision, None);
    let other = Unreadable::OtherServer("vllm".to_owned());
    assert_eq!(read(List::OpenAi, &plain("vllm")), Err(other));
}

const OWL: &str = r#"{"models":[{"type":"llm","key":"acme/owl-9b","display_name":"Owl 9B",
    "loaded_instances":[],"max_context_length":262144,
    "capabilities":{"vision":true,"trained_for_tool_use":true,
                    "reasoning":{"allowed_options":["off","on"],"default":"on"}},
    "variants":["acme/owl-9b@q4_k_m"],"selected_variant":"acme/owl-9b@q4_k_m"},
    {"type":"embedding","key":"text-embedding-owl"}]}"#;

/// A config whose provider `lmstudio` holds `models`, after a merge with what a server lists.
fn merged(models: &str, listed: &str, prune: bool) -> (Result<Merge, Obstacle>, String) {
    let text = format!(
        "{{ models: {{ providers: {{ lmstudio: {{\n  baseUrl: \"http://localhost:1234/v1\",\n{models}\n}} }} }} }}"
    );
    let config = common::load(&text, &[], &[]);
    let catalogue = Catalogue::read_any(listed.as_bytes()).unwrap();
    let mut editor = Editor::new(config.tree().unwrap());
    let provider = config.providers().next().unwrap();
    let outcome = merge(&mut editor, &provider, &catalogue, prune);
    (outcome, editor.apply().unwrap())
}

fn changes(merge: &Merge) -> Vec<String> {
    let last = |path: &clawconf::json5::Path| {
        let text = path.to_string();
        let behind = text.split(".models.").nth(1).unwrap_or_default();
        behind.split_once('.').unwrap().1.to_owned()
    };
    merge
        .changed
        .iter()
        .map(|change| last(&change.path))
        .collect()
}

#[test]
fn what_a_person_wrote_stays() {
    let by_hand = r#"  // ours, with love
  models: [
    // the good one
    {
      id: "acme/owl-9b", // do not rename
      name: "Night owl",
      reasoning: true, // it thinks
      cost: { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 },
      contextWindow: 4096, // was small once
      contextTokens: 2048,
      maxTokens: 512,
      params: { temperature: 0.2 },
      headers: { "x-site": "north" },
      compat: { supportsTools: true, supportedReasoningEfforts: ["off", /* never */ "on"], thinkingFormat: "qwen" },
      input: ["text" /* and no more */],
    },
    { id: "acme/gone", name: "Gone" }, // no longer there
    { id: "acme/owl-9b@q4_k_m", name: "A variant" },
    { id: "text-embedding-owl", name: "Not for chats" },
  ],"#;
    let (outcome, text) = merged(by_hand, OWL, false);
    let merge = outcome.unwrap();
    assert!(merge.added.is_empty());
    assert_eq!(
        changes(&merge),
        [
            "input",
            "contextWindow",
            "compat.supportsReasoningEffort",
            "compat.supportedReasoningEfforts",
            "compat.reasoningEffortMap",
        ]
    );
    assert_eq!(merge.gone.len(), 1);
    assert_eq!(merge.gone[0].0, "acme/gone");
    insta::assert_snapshot!(text);

    let (again, same) = {
        let models = text.split("v1\",\n").nth(1).unwrap();
        let models = models.rsplit_once("\n} } } }").unwrap().0;
        merged(models, OWL, false)
    };
    assert!(again.unwrap().is_empty());
    assert_eq!(same, text);

    let (outcome, pruned) = merged(by_hand, OWL, true);
    assert!(outcome.unwrap().pruned);
    assert!(!pruned.contains("acme/gone") && pruned.contains("// no longer there"));
    assert!(pruned.contains("acme/owl-9b@q4_k_m") && pruned.contains("text-embedding-owl"));
}

#[test]
fn new_models_are_added_in_the_style_of_the_file() {
    for models in [
        "",
        "  models: [],",
        "  models: [\n    { id: \"acme/kite\", name: \"Kite\" }\n  ]",
    ] {
        let (outcome, text) = merged(models, OWL, false);
        assert_eq!(outcome.unwrap().added, ["acme/owl-9b"], "{models}");
        let config: Value = json5::from_str(&text).unwrap();
        let saved = config["models"]["providers"]["lmstudio"]["models"]
            .as_array()
            .unwrap();
        let owl = saved
            .iter()
            .find(|model| model["id"] == "acme/owl-9b")
            .unwrap();
        let catalogue = Catalogue::read_any(OWL.as_bytes()).unwrap();
        assert_eq!(owl, &definitions(&catalogue)[0]);
    }
}

#[test]
fn what_the_server_does_not_tell_is_left_alone() {
    let by_hand = r#"  models: [{ id: "acme/owl-9b", name: "Owl", reasoning: true, input: ["text", "image"],
    contextWindow: 4096, compat: { supportsReasoningEffort: true, supportedReasoningEfforts: ["low"] } },
    { id: "acme/kite", name: "Kite" }],"#;
    // A server before 0.4.7 says nothing of reasoning, an older list nothing of windows.
    let silent = r#"{"models":[{"type":"llm","key":"acme/owl-9b","max_context_length":4096,
        "capabilities":{"vision":true}}]}"#;
    let ids = r#"{"data":[{"id":"acme/owl-9b","owned_by":"organization_owner"}]}"#;
    for (listed, gone) in [(silent, 1), (ids, 0)] {
        let (outcome, text) = merged(by_hand, listed, false);
        let merge = outcome.unwrap();
        assert!(merge.is_empty() && text.contains(by_hand), "{merge:?}");
        assert_eq!(merge.gone.len(), gone);
    }
    assert_eq!(merged(by_hand, ids, true).0, Err(Obstacle::Incomplete));
}

#[test]
fn efforts_that_a_person_denied_stay_denied() {
    let denied = r#"  models: [{ id: "acme/owl-9b", name: "Owl", reasoning: true, input: ["text", "image"],
    contextWindow: 262144, compat: { supportsReasoningEffort: false } }],"#;
    let (outcome, text) = merged(denied, OWL, false);
    assert!(outcome.unwrap().is_empty());
    assert!(text.contains(denied));
}

#[test]
fn efforts_that_are_gone_go() {
    let saved = r#"  models: [{ id: "a", name: "A", reasoning: true, contextWindow: 4096,
    compat: { supportsTools: true, supportsReasoningEffort: true, supportedReasoningEfforts: ["low"] } }],"#;
    let listed = r#"{"models":[{"type":"llm","key":"a","max_context_length":4096,
        "capabilities":{"reasoning":{"allowed_options":["off"],"default":"off"}}}]}"#;
    let (outcome, text) = merged(saved, listed, false);
    let merge = outcome.unwrap();
    assert_eq!(
        changes(&merge),
        [
            "reasoning",
            "compat.supportsReasoningEffort",
            "compat.supportedReasoningEfforts"
        ]
    );
    let config: Value = json5::from_str(&text).unwrap();
    let model = &config["models"]["providers"]["lmstudio"]["models"][0];
    assert_eq!(model["reasoning"], false);
    assert_eq!(model["compat"], json!({"supportsTools": true}));
}

/// Taking the pictures out of a list leaves no empty one, and no comment is lost on the way.
#[test]
fn a_list_of_pictures_alone_becomes_one_of_text() {
    let listed = r#"{"models":[{"type":"llm","key":"a","capabilities":{"vision":SEES}}]}"#;
    for (sees, input, wanted) in [
        ("false", "[\"image\" /* why */]", json!(["text"])),
        ("true", "[/* why */]", json!(["text", "image"])),
    ] {
        let models = format!("  models: [{{ id: \"a\", name: \"A\", input: {input} }}],");
        let (outcome, text) = merged(&models, &listed.replace("SEES", sees), false);
        assert_eq!(changes(&outcome.unwrap()), ["input"]);
        let config: Value = json5::from_str(&text).unwrap();
        assert_eq!(
            config["models"]["providers"]["lmstudio"]["models"][0]["input"],
            wanted
        );
        assert!(text.contains("/* why */"), "{text}");
    }
}
