//! Reasoning levels: what a server's answer says of them, what a saved entry says, and which word a
//! request carries in the end.
//!
//! LM Studio shows some models with a mere switch, `off` and `on`, and refuses these two words in chat
//! requests, which want graded levels. OpenClaw 2026.5.18 translates the switch when it discovers
//! models, and in its catalog view of saved entries; chat requests of a saved entry carry the words as
//! they stand.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::json5::{Editor, Kind, Node, Value};

/// The key in `compat` of the efforts that an endpoint takes.
pub const LIST: &str = "supportedReasoningEfforts";

/// The key in `compat` of what OpenClaw's levels become.
pub const MAP: &str = "reasoningEffortMap";

/// The efforts and the map that stand for a switch.
#[derive(Debug, PartialEq, Eq)]
pub struct Levels {
    /// What `supportedReasoningEfforts` becomes.
    pub efforts: &'static [&'static str],
    /// What `reasoningEffortMap` becomes.
    pub map: &'static [(&'static str, &'static str)],
}

/// For a model that can be switched off.
pub const SWITCHABLE: Levels = Levels {
    efforts: &["none", "minimal", "low", "medium", "high", "xhigh"],
    map: &[
        ("off", "none"),
        ("none", "none"),
        ("adaptive", "xhigh"),
        ("max", "xhigh"),
    ],
};

/// For a model that always reasons.
pub const ALWAYS_ON: Levels = Levels {
    efforts: &["minimal", "low", "medium", "high", "xhigh"],
    map: &[("adaptive", "xhigh"), ("max", "xhigh")],
};

impl Levels {
    fn list_value(&self) -> Value {
        Value::List(self.efforts.iter().map(|&effort| effort.into()).collect())
    }

    fn map_value(&self) -> Value {
        let entries = self.map.iter();
        Value::Object(
            entries
                .map(|&(from, to)| (from.to_owned(), to.into()))
                .collect(),
        )
    }

    fn owned(&self) -> Efforts {
        let pairs = self.map.iter();
        Efforts {
            supported: self.efforts.iter().map(|&word| word.to_owned()).collect(),
            map: pairs
                .map(|&(from, to)| (from.to_owned(), to.to_owned()))
                .collect(),
        }
    }
}

/// What `compat` of a discovered model says, beside `supportsReasoningEffort: true`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Efforts {
    /// `supportedReasoningEfforts`.
    pub supported: Vec<String>,
    /// `reasoningEffortMap`.
    pub map: Vec<(String, String)>,
}

/// What a model is that a server has just told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovered {
    /// `reasoning`.
    pub reasoning: bool,
    /// Its levels; none when there is nothing to choose.
    pub efforts: Option<Efforts>,
}

/// What `capabilities.reasoning` of a server's entry makes of the model.
///
/// ```
/// use clawconf::lmstudio::{SWITCHABLE, discovered};
///
/// let model = discovered(&serde_json::json!({ "allowed_options": ["off", "on"] }));
/// assert!(model.efforts.is_some_and(|efforts| efforts.supported == SWITCHABLE.efforts));
/// ```
#[must_use]
pub fn discovered(reasoning: &serde_json::Value) -> Discovered {
    let list = reasoning.get("allowed_options");
    let listed = list.and_then(serde_json::Value::as_array);
    let words = listed
        .into_iter()
        .flatten()
        .filter_map(|word| word.as_str());
    let options = words_of(words.map(Cow::Borrowed));
    if options.is_empty() {
        let default = reasoning.get("default").and_then(|word| word.as_str());
        let default = default.map(|word| word.trim().to_lowercase());
        return Discovered {
            reasoning: default.is_some_and(|word| !word.is_empty() && word != "off"),
            efforts: None,
        };
    }
    Discovered {
        reasoning: options.iter().any(|option| option != "off"),
        efforts: graded(options),
    }
}

/// The levels that stand for the options of a server.
fn graded(options: Vec<String>) -> Option<Efforts> {
    let has = |word: &str| options.iter().any(|option| option == word);
    if has("on")
        && options
            .iter()
            .all(|option| option == "on" || option == "off")
    {
        let levels = if has("off") { &SWITCHABLE } else { &ALWAYS_ON };
        return Some(levels.owned());
    }
    let renamed = options.into_iter().filter(|option| option != "on");
    let renamed = renamed.map(|option| {
        if option == "off" {
            "none".into()
        } else {
            option
        }
    });
    let mut seen = HashSet::new();
    let supported: Vec<String> = renamed
        .filter(|option| seen.insert(option.clone()))
        .collect();
    let listed = |word: &&str| supported.iter().any(|effort| effort == word);
    let first = supported
        .iter()
        .map(String::as_str)
        .find(|effort| *effort != "none")?;
    let top = ["xhigh", "high"].into_iter().find(listed).unwrap_or(first);
    let mut map = Vec::new();
    if listed(&"none") {
        map.extend(["off", "none"].map(|key| (key.to_owned(), "none".to_owned())));
    }
    map.extend(["adaptive", "max"].map(|key| (key.to_owned(), top.to_owned())));
    Some(Efforts { supported, map })
}

/// Words trimmed, in lower case, without blank ones and repetitions.
fn words_of<'w>(words: impl Iterator<Item = Cow<'w, str>>) -> Vec<String> {
    let words = words.map(|word| word.trim().to_lowercase());
    let mut seen = HashSet::new();
    words
        .filter(|word| !word.is_empty() && seen.insert(word.clone()))
        .collect()
}

/// The part of a saved `compat` that the catalog view of OpenClaw 2026.5.18 keeps; it drops all other
/// fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Saved {
    /// `supportsUsageInStreaming`.
    pub usage_in_streaming: Option<bool>,
    /// `supportsReasoningEffort`.
    pub reasoning_effort: Option<bool>,
    /// `supportedReasoningEfforts`.
    pub supported: Option<Vec<String>>,
    /// `reasoningEffortMap`.
    pub map: Option<Vec<(String, String)>>,
}

impl Saved {
    /// The view of a model's `compat`, normalised; none when nothing is left of it.
    #[must_use]
    pub fn of(compat: Node<'_>) -> Option<Saved> {
        let mut saved = Saved::cleaned(compat)?;
        if let Some(levels) = saved.levels() {
            let Efforts { supported, map } = levels.owned();
            saved.supported = Some(supported);
            saved.map = Some(map);
        }
        Some(saved)
    }

    fn cleaned(compat: Node<'_>) -> Option<Saved> {
        let flag = |name| compat.get(name).and_then(Node::boolean);
        let items = compat.get(LIST).into_iter().flat_map(Node::items);
        let supported = words_of(items.filter_map(string));
        let map = map_of(compat.get(MAP));
        let saved = Saved {
            usage_in_streaming: flag("supportsUsageInStreaming"),
            reasoning_effort: flag("supportsReasoningEffort"),
            supported: Some(supported).filter(|words| !words.is_empty()),
            map: Some(map).filter(|pairs| !pairs.is_empty()),
        };
        (saved != Saved::default()).then_some(saved)
    }

    /// What stands for the switch that it holds; none when it holds none.
    fn levels(&self) -> Option<&'static Levels> {
        let lists = |word: &str| {
            let words = self.supported.iter().flatten();
            words.into_iter().any(|listed| listed == word)
        };
        let maps_to = |word: &str| self.map.iter().flatten().any(|(_, to)| to == word);
        if !lists("on") && !maps_to("on") && !maps_to("off") {
            return None;
        }
        let can_be_off = ["off", "none"]
            .iter()
            .any(|word| lists(word) || maps_to(word));
        Some(if can_be_off { &SWITCHABLE } else { &ALWAYS_ON })
    }
}

fn string(node: Node<'_>) -> Option<Cow<'_, str>> {
    node.text().filter(|_| node.kind() == Kind::String)
}

/// A map with keys and values trimmed and without blank ones; of several equal keys the last counts.
fn map_of(map: Option<Node<'_>>) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for entry in map.into_iter().flat_map(Node::entries) {
        let key = entry.key.text().unwrap_or_default().trim().to_owned();
        let to = string(entry.value).unwrap_or_default().trim().to_owned();
        match places.get(&key).and_then(|&at| pairs.get_mut(at)) {
            Some(pair) => pair.1 = to,
            None => {
                places.insert(key.clone(), pairs.len());
                pairs.push((key, to));
            }
        }
    }
    pairs.retain(|(key, to)| !key.is_empty() && !to.is_empty());
    pairs
}

/// Whether a listed effort is one of the two words of a switch, in whatever case.
#[must_use]
pub fn is_binary_word(word: &str) -> bool {
    let word = word.trim();
    word.eq_ignore_ascii_case("on") || word.eq_ignore_ascii_case("off")
}

/// What stands for the switch that a saved `compat` holds: its list names `on`, or its map sends a
/// level to `on` or `off`.
#[must_use]
pub fn binary_levels(compat: Node<'_>) -> Option<&'static Levels> {
    let is_on = |item: Node<'_>| {
        item.text()
            .is_some_and(|word| word.trim().eq_ignore_ascii_case("on"))
    };
    let is_switch = |to: Node<'_>| {
        to.text()
            .is_some_and(|word| matches!(word.trim(), "on" | "off"))
    };
    let listed = compat.get(LIST).is_some_and(|list| list.items().any(is_on));
    let may_be = listed
        || compat
            .get(MAP)
            .is_some_and(|map| map.entries().any(|entry| is_switch(entry.value)));
    // Most entries hold none; those that may are read as OpenClaw does.
    may_be.then(|| Saved::cleaned(compat)?.levels()).flatten()
}

/// Puts `levels` in the place of the list and the map of a saved `compat`. Nothing else changes.
pub fn normalise(editor: &mut Editor<'_>, compat: Node<'_>, levels: &Levels) {
    let count = compat.entries().count();
    let place = |name: &str| {
        let last = compat.entry(name)?;
        let mut entries = compat.entries();
        entries.position(|entry| entry.key.index() == last.key.index())
    };
    let (list_at, map_at) = (place(LIST), place(MAP));
    for (name, value, at) in [
        (LIST, levels.list_value(), map_at.unwrap_or(count)),
        (MAP, levels.map_value(), list_at.map_or(count, |at| at + 1)),
    ] {
        match compat.get(name) {
            Some(node) if node.to_value().same(&value) => {}
            Some(node) => editor.set(node, value),
            None => editor.insert(compat, at, name, value),
        }
    }
}

/// The effort that a request carries when a level is wanted of a model with these efforts; none when
/// it carries none. `mapped` is what the map makes of the level, or the level itself.
///
/// ```
/// use clawconf::lmstudio::effort_sent;
///
/// assert_eq!(effort_sent("minimal", "minimal", &["low", "high"]), Some("low"));
/// assert_eq!(effort_sent("max", "max", &["none", "low"]), Some("low"));
/// assert_eq!(effort_sent("off", "off", &["low", "high"]), None);
/// ```
#[must_use]
pub fn effort_sent<'e>(wanted: &str, mapped: &str, efforts: &[&'e str]) -> Option<&'e str> {
    let listed = |word: &str| efforts.iter().copied().find(|effort| *effort == word);
    if let Some(effort) = listed(mapped) {
        return Some(effort);
    }
    if [wanted, mapped]
        .iter()
        .any(|word| matches!(*word, "none" | "off"))
    {
        return None;
    }
    let near: &[&str] = match wanted {
        "minimal" => &["low", "medium"],
        "low" => &["medium"],
        "xhigh" => &["high"],
        _ => &[],
    };
    let near = near.iter().find_map(|word| listed(word));
    near.or_else(|| efforts.iter().copied().find(|effort| *effort != "none"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json5::Tree;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    /// `a:b c:d`.
    fn pairs(text: &str) -> Vec<(String, String)> {
        let pair = |word: &str| {
            word.split_once(':')
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
        };
        text.split_whitespace().filter_map(pair).collect()
    }

    /// The efforts and the map that a row of section 3.3 names in short.
    fn row(efforts: &str, map: &str) -> Efforts {
        match efforts {
            "S6" => SWITCHABLE.owned(),
            "S5" => ALWAYS_ON.owned(),
            _ => Efforts {
                supported: words(efforts),
                map: pairs(map),
            },
        }
    }

    /// Rows 1 to 29 of section 3.3 of the LM Studio page.
    #[test]
    fn every_worked_row_of_discovery() {
        let rows: [(&str, bool, &str, &str); 30] = [
            (
                r#"{"allowed_options":["off","on"],"default":"off"}"#,
                true,
                "S6",
                "",
            ),
            (r#"{"allowed_options":["on"]}"#, true, "S5", ""),
            (r#"{"allowed_options":["off"]}"#, false, "", ""),
            (
                r#"{"allowed_options":["low","medium","high"],"default":"low"}"#,
                true,
                "low medium high",
                "adaptive:high max:high",
            ),
            (
                r#"{"allowed_options":["off","low","high"]}"#,
                true,
                "none low high",
                "off:none none:none adaptive:high max:high",
            ),
            (
                r#"{"allowed_options":["off","on","medium"]}"#,
                true,
                "none medium",
                "off:none none:none adaptive:medium max:medium",
            ),
            (
                r#"{"allowed_options":["on","medium"]}"#,
                true,
                "medium",
                "adaptive:medium max:medium",
            ),
            (
                r#"{"allowed_options":["none","low"]}"#,
                true,
                "none low",
                "off:none none:none adaptive:low max:low",
            ),
            (r#"{"allowed_options":["none","on"]}"#, true, "", ""),
            (r#"{"allowed_options":["none"]}"#, true, "", ""),
            (r#"{"allowed_options":["off","none"]}"#, true, "", ""),
            (
                r#"{"allowed_options":["minimal"]}"#,
                true,
                "minimal",
                "adaptive:minimal max:minimal",
            ),
            (
                r#"{"allowed_options":["xhigh","low"]}"#,
                true,
                "xhigh low",
                "adaptive:xhigh max:xhigh",
            ),
            (
                r#"{"allowed_options":["max","low"]}"#,
                true,
                "max low",
                "adaptive:max max:max",
            ),
            (
                r#"{"allowed_options":["fast"]}"#,
                true,
                "fast",
                "adaptive:fast max:fast",
            ),
            (
                r#"{"allowed_options":["off","fast"]}"#,
                true,
                "none fast",
                "off:none none:none adaptive:fast max:fast",
            ),
            (r#"{"allowed_options":["ON"," off "]}"#, true, "S6", ""),
            (r#"{"allowed_options":["on",null,7]}"#, true, "S5", ""),
            (r#"{"allowed_options":[],"default":"on"}"#, true, "", ""),
            (
                r#"{"allowed_options":[" ",""],"default":"medium"}"#,
                true,
                "",
                "",
            ),
            (r#"{"default":"low"}"#, true, "", ""),
            (r#"{"default":"off"}"#, false, "", ""),
            (r#"{"default":" Off"}"#, false, "", ""),
            (r#"{"default":"none"}"#, true, "", ""),
            ("{}", false, "", ""),
            ("null", false, "", ""),
            (r#""on""#, false, "", ""),
            (r#"{"allowed_options":"on","default":"off"}"#, false, "", ""),
            (
                r#"{"allowed_options":["off"],"default":"on"}"#,
                false,
                "",
                "",
            ),
            ("[\"on\"]", false, "", ""),
        ];
        for (at, (input, reasoning, efforts, map)) in rows.into_iter().enumerate() {
            let found = discovered(&serde_json::from_str(input).unwrap());
            assert_eq!(found.reasoning, reasoning, "row {}: {input}", at + 1);
            let wanted = (!efforts.is_empty()).then(|| row(efforts, map));
            assert_eq!(found.efforts, wanted, "row {}: {input}", at + 1);
        }
    }

    /// Rows 30 to 49 of section 3.3: `compat`, then efforts and map afterwards ("" is absent).
    const SAVED: [(&str, &str, &str); 20] = [
        ("{supportedReasoningEfforts:['off','on']}", "S6", ""),
        (
            "{supportsReasoningEffort:true,supportedReasoningEfforts:['off','on'],\
             reasoningEffortMap:{off:'off',low:'on',high:'on'}}",
            "S6",
            "",
        ),
        ("{supportedReasoningEfforts:['on']}", "S5", ""),
        ("{supportedReasoningEfforts:['off']}", "off", ""),
        (
            "{supportedReasoningEfforts:['off','medium']}",
            "off medium",
            "",
        ),
        ("{supportedReasoningEfforts:['on','none']}", "S6", ""),
        ("{supportedReasoningEfforts:['on','medium']}", "S5", ""),
        ("{reasoningEffortMap:{high:'on'}}", "S5", ""),
        ("{reasoningEffortMap:{off:'off'}}", "S6", ""),
        (
            "{supportedReasoningEfforts:['low','high'],reasoningEffortMap:{off:'off',high:'high'}}",
            "S6",
            "",
        ),
        ("{reasoningEffortMap:{off:'none',high:'on'}}", "S6", ""),
        (
            "{supportedReasoningEfforts:['low','high'],reasoningEffortMap:{on:'high'}}",
            "low high",
            "on:high",
        ),
        ("{reasoningEffortMap:{high:'ON'}}", "", "high:ON"),
        ("{supportedReasoningEfforts:['ON']}", "S5", ""),
        ("{reasoningEffortMap:{high:' on '}}", "S5", ""),
        (
            "{supportsReasoningEffort:false,supportedReasoningEfforts:['off','on']}",
            "S6",
            "",
        ),
        (
            "{supportedReasoningEfforts:['Low','low ','HIGH']}",
            "low high",
            "",
        ),
        ("{reasoningEffortMap:{xhigh:'max'}}", "", "xhigh:max"),
        (
            "{supportsReasoningEffort:'yes',thinkingFormat:'qwen'}",
            "",
            "",
        ),
        (
            "{supportsUsageInStreaming:false,reasoningEffortMap:{' low ':'on',x:3}}",
            "S5",
            "",
        ),
    ];

    #[test]
    fn every_worked_row_of_saved_entries() {
        for (at, (input, efforts, map)) in SAVED.into_iter().enumerate() {
            let tree = Tree::parse(input.to_owned()).unwrap();
            let saved = Saved::of(tree.root());
            let row = row(efforts, map);
            let flag = |name: &str| tree.root().get(name).and_then(Node::boolean);
            let wanted = Saved {
                usage_in_streaming: flag("supportsUsageInStreaming"),
                reasoning_effort: flag("supportsReasoningEffort"),
                supported: Some(row.supported).filter(|words| !words.is_empty()),
                map: Some(row.map).filter(|pairs| !pairs.is_empty()),
            };
            let wanted = Some(wanted).filter(|saved| *saved != Saved::default());
            assert_eq!(saved, wanted, "row {}: {input}", at + 30);
            let is_binary = matches!(efforts, "S5" | "S6");
            assert_eq!(
                binary_levels(tree.root()).is_some(),
                is_binary,
                "row {}",
                at + 30
            );
        }
    }

    #[test]
    fn the_file_is_written_as_the_view_says_once() {
        for (input, ..) in SAVED {
            let tree = Tree::parse(input.to_owned()).unwrap();
            let Some(levels) = binary_levels(tree.root()) else {
                continue;
            };
            let mut editor = Editor::new(&tree);
            normalise(&mut editor, tree.root(), levels);
            let edited = Tree::parse(editor.apply().unwrap()).unwrap();
            let expected = Saved::of(tree.root());
            assert_eq!(Saved::cleaned(edited.root()), expected, "{input}");
            assert_eq!(binary_levels(edited.root()), None, "{input}");
        }
    }

    #[test]
    fn of_equal_keys_the_last_counts() {
        for (input, wanted) in [
            ("{reasoningEffortMap:{high:'on',high:'high'}}", None),
            ("{reasoningEffortMap:{high:'on',' high':'high'}}", None),
            (
                "{reasoningEffortMap:{high:'high',high:'on'}}",
                Some(&ALWAYS_ON),
            ),
            (
                "{supportedReasoningEfforts:['on'],supportedReasoningEfforts:['low']}",
                None,
            ),
            (
                "{supportedReasoningEfforts:'on',reasoningEffortMap:['on']}",
                None,
            ),
            ("[]", None),
        ] {
            let tree = Tree::parse(input.to_owned()).unwrap();
            assert_eq!(binary_levels(tree.root()), wanted, "{input}");
        }
    }

    /// The first table of section 3.4: `compat`, then what each level becomes; `-` is nothing.
    #[test]
    fn every_worked_row_of_requests() {
        let levels = [
            "high", "off", "none", "minimal", "low", "medium", "high", "xhigh", "adaptive", "max",
        ];
        let of = |levels: &Levels| levels.owned();
        let rows = [
            (
                of(&SWITCHABLE),
                "high none none minimal low medium high xhigh xhigh xhigh",
            ),
            (
                of(&ALWAYS_ON),
                "high - - minimal low medium high xhigh xhigh xhigh",
            ),
            (
                row("low medium high", "adaptive:high max:high"),
                "high - - low low medium high high high high",
            ),
            (
                row(
                    "none low medium high",
                    "off:none none:none adaptive:high max:high",
                ),
                "high none none low low medium high high high high",
            ),
            (
                row("high", ""),
                "high - - high high high high high high high",
            ),
            (
                row(
                    "off on",
                    "off:off none:off minimal:on low:on medium:on high:on xhigh:on adaptive:on max:on",
                ),
                "on off off on on on on on on on",
            ),
            (row("off on", ""), "off off - off off off off off off off"),
        ];
        for (efforts, wanted) in rows {
            let supported: Vec<&str> = efforts.supported.iter().map(String::as_str).collect();
            for (level, wanted) in levels.into_iter().zip(wanted.split(' ')) {
                let mapped = efforts.map.iter().find(|(from, _)| from == level);
                let mapped = mapped.map_or(level, |(_, to)| to);
                let sent = effort_sent(level, mapped, &supported).unwrap_or("-");
                assert_eq!(sent, wanted, "{level} of {supported:?}");
            }
        }
    }
}
