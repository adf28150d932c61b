//! Laws of merging what a server lists into models that people wrote.

use std::collections::BTreeMap;

use clawconf::config::Config;
use clawconf::json5::{Editor, Tree};
use clawconf::lint::{Selection, lint};
use clawconf::lmstudio::Catalogue;
use clawconf::lmstudio::merge::{Merge, merge};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use crate::common;

/// The ids that both sides draw from, so that they meet.
const IDS: [&str; 6] = ["a/one", "a/two", "b/three", "b/four", "c/five", "c/six"];

/// Fields that a person may have written, each with a comment of its own.
const FIELDS: [&str; 13] = [
    "reasoning: true, // f0\n",
    "reasoning: false, /* f1 */",
    "input: [\"text\"], // f2\n",
    "input: [\"text\", /* f3 */ \"image\"],",
    "cost: { input: 1, output: 2 }, // f4\n",
    "contextWindow: 4096, // f5\n",
    "contextTokens: 2048, /* f6 */",
    "maxTokens: 512, // f7\n",
    "params: { temperature: 0.2 }, // f8\n",
    "headers: { \"x-site\": \"north\" }, /* f9 */",
    "compat: { supportsTools: true, /* g0 */ supportedReasoningEfforts: [\"off\", /* g1 */ \"on\"] }, // g2\n",
    "compat: { supportsReasoningEffort: false }, // g3\n",
    "compat: {\n // g4\n supportedReasoningEfforts: [\"low\"], reasoningEffortMap: { max: \"low\" /* g5 */ } },",
];

/// A model as a person wrote it: no key twice.
fn model() -> impl Strategy<Value = (usize, String)> {
    let fields = subsequence(FIELDS.to_vec(), 0..=6);
    (0..IDS.len(), fields).prop_map(|(id, fields)| {
        let key = |field: &str| field.split(':').next().unwrap().to_owned();
        let mut by_key = BTreeMap::new();
        for field in fields {
            by_key.entry(key(field)).or_insert(field);
        }
        let rest: String = by_key.into_values().collect();
        let text = format!(
            "{{ id: \"{}\", /* m{id} */ name: \"Mine {id}\",\n{rest} }}",
            IDS[id]
        );
        (id, text)
    })
}

/// A config whose models were written by hand, on one line or several.
fn config() -> impl Strategy<Value = String> {
    let models = proptest::collection::btree_map(0..IDS.len(), model(), 0..5);
    (models, any::<bool>()).prop_map(|(models, has_list)| {
        let models: BTreeMap<usize, String> = models.into_values().collect();
        let texts: Vec<String> = models.into_values().collect();
        let list = match (texts.is_empty(), has_list) {
            (true, false) => String::new(),
            (true, true) => "models: [ /* none */ ],".to_owned(),
            (false, _) => format!("models: [ // list\n{} // last\n],", texts.join(",\n")),
        };
        format!(
            "{{ models: {{ providers: {{ lmstudio: {{\n baseUrl: \"http://localhost:1234/v1\", // base\n {list}\n}} }} }} }}"
        )
    })
}

fn listed() -> impl Strategy<Value = Value> {
    let reasoning = select(vec![
        Value::Null,
        json!({"allowed_options": ["off", "on"]}),
        json!({"allowed_options": ["low", "high"]}),
        json!({"allowed_options": ["off"]}),
    ]);
    let window = select(vec![Value::Null, json!(4096), json!(131_072)]);
    let entry = (0..IDS.len(), any::<bool>(), window, reasoning);
    let entries = proptest::collection::vec(entry, 0..6);
    entries.prop_map(|entries| {
        let models = entries.into_iter().map(|(id, vision, window, reasoning)| {
            json!({
                "type": if id == 5 { "embedding" } else { "llm" },
                "key": IDS[id],
                "display_name": format!("Theirs {id}"),
                "max_context_length": window,
                "loaded_instances": [],
                "capabilities": { "vision": vision, "reasoning": reasoning },
            })
        });
        json!({ "models": models.collect::<Vec<_>>() })
    })
}

/// The text after a merge, and what the merge says it did.
fn merged(text: &str, catalogue: &Catalogue, prune: bool) -> (String, Merge) {
    let config = common::load(text, &[], &[]);
    let mut editor = Editor::new(config.tree().unwrap());
    let provider = config.providers().next().unwrap();
    let merge = merge(&mut editor, &provider, catalogue, prune).unwrap();
    (editor.apply().unwrap(), merge)
}

fn models(text: &str) -> Vec<Value> {
    let config: Value = json5::from_str(text).unwrap();
    let models = &config["models"]["providers"]["lmstudio"]["models"];
    models.as_array().cloned().unwrap_or_default()
}

fn find<'m>(models: &'m [Value], id: &Value) -> Option<&'m Value> {
    models.iter().find(|model| model["id"] == *id)
}

/// How much of a config OpenClaw refuses.
fn refusals(config: &Config) -> usize {
    let select = vec!["contract".to_owned()];
    lint(
        config,
        &Selection {
            select,
            ..Selection::default()
        },
    )
    .len()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_merge_harms_nothing(text in config(), listed in listed(), prune: bool) {
        let catalogue = Catalogue::read_any(listed.to_string().as_bytes()).unwrap();
        let (after, merge) = merged(&text, &catalogue, prune);
        let (old, new) = (models(&text), models(&after));

        // Every comment stays, but those inside a model that goes.
        let gone: Vec<&str> = merge.gone.iter().map(|(id, _)| id.as_str()).collect();
        for comment in ["// base", "// list", "// last", "/* none */"] {
            prop_assert!(!text.contains(comment) || after.contains(comment), "{comment}: {after}");
        }
        if !prune || gone.is_empty() {
            for mark in text.split(['*', '/']).filter(|mark| mark.trim().len() == 2) {
                prop_assert!(after.contains(mark.trim()), "{mark}: {after}");
            }
        }

        // What a person wrote stays; a model goes only when it is gone and is to go.
        for model in &old {
            let id = &model["id"];
            let is_gone = gone.contains(&id.as_str().unwrap());
            let kept = find(&new, id);
            prop_assert_eq!(kept.is_none(), is_gone && prune, "{}", after);
            for key in ["name", "cost", "contextTokens", "maxTokens", "params", "headers"] {
                prop_assert!(kept.is_none_or(|kept| kept[key] == model[key]), "{key}: {after}");
            }
            let tools = &model["compat"]["supportsTools"];
            prop_assert!(kept.is_none_or(|kept| kept["compat"]["supportsTools"] == *tools));
        }

        // What the server lists is there, as a definition where it is new.
        for listed in &catalogue.models {
            let definition = serde_json::to_value(&listed.definition).unwrap();
            let saved = find(&new, &definition["id"]).unwrap();
            if find(&old, &definition["id"]).is_none() {
                prop_assert_eq!(saved, &definition);
            } else if listed.context_window.is_some() {
                prop_assert_eq!(&saved["contextWindow"], &definition["contextWindow"]);
            }
        }

        // A second time changes nothing, and OpenClaw takes the result.
        let (again, second) = merged(&after, &catalogue, prune);
        prop_assert!(second.is_empty(), "{:?}", second);
        prop_assert_eq!(&again, &after);
        prop_assert!(Tree::parse(after.clone()).is_ok());
        prop_assert!(refusals(&common::load(&after, &[], &[])) <= refusals(&common::load(&text, &[], &[])));
        prop_assert_eq!(merge.is_empty(), text == after);
    }
}
