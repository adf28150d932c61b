//! What a saved entry says of reasoning, and how its file is brought to today's form.
//!
//! OpenClaw does this in its catalog view only and never writes it back, so the words of a switch stay
//! in the file and are sent. Here the file is changed, and nothing in it but the list and the map.

use std::borrow::Cow;
use std::collections::HashMap;

use super::reasoning::{ALWAYS_ON, Efforts, Levels, SWITCHABLE, words_of};
use crate::json5::{Editor, Kind, Node, Value, comments, is_editable};

/// The key in `compat` of the efforts that an endpoint takes.
pub const LIST: &str = "supportedReasoningEfforts";

/// The key in `compat` of what OpenClaw's levels become.
pub const MAP: &str = "reasoningEffortMap";

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

    pub(super) fn cleaned(compat: Node<'_>) -> Option<Saved> {
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

/// Why a saved `compat` cannot be changed in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// Its parts come from several files, or are too many to have been written by people.
    Scattered,
    /// A string in its list or map has a template in it.
    Template,
}

/// What stands in the way of [`normalise`].
#[must_use]
pub fn obstacle(compat: Node<'_>) -> Option<Obstacle> {
    let parts = || [LIST, MAP].into_iter().filter_map(|name| compat.get(name));
    if !is_editable(compat) || !parts().all(is_editable) {
        return Some(Obstacle::Scattered);
    }
    let texts = |part: Node<'_>| {
        let texts = part.entries().map(|entry| entry.value).chain(part.items());
        let mut strings = texts.filter(|text| text.kind() == Kind::String);
        strings.any(|text| text.source().contains('$'))
    };
    parts().any(texts).then_some(Obstacle::Template)
}

impl Levels {
    /// The value of [`LIST`].
    #[must_use]
    pub fn list(&self) -> Value {
        list_value(self.efforts)
    }

    /// The value of [`MAP`].
    #[must_use]
    pub fn map(&self) -> Value {
        map_value(self.map)
    }
}

pub(super) fn list_value(efforts: &[&str]) -> Value {
    Value::List(efforts.iter().map(|&effort| effort.into()).collect())
}

pub(super) fn map_value(map: &[(&str, &str)]) -> Value {
    let entries = map.iter();
    Value::Object(
        entries
            .map(|&(from, to)| (from.to_owned(), to.into()))
            .collect(),
    )
}

/// Puts `levels` in the place of the list and the map of a saved `compat`. Nothing else changes, and
/// every comment stays.
pub fn normalise(editor: &mut Editor<'_>, compat: Node<'_>, levels: &Levels) {
    write_efforts(editor, compat, levels.efforts, levels.map);
}

/// Puts these efforts and this map in the place of those of a saved `compat`. Nothing else changes, and
/// every comment stays.
pub(super) fn write_efforts(
    editor: &mut Editor<'_>,
    compat: Node<'_>,
    efforts: &[&str],
    map: &[(&str, &str)],
) {
    let count = compat.entries().count();
    let place = |name: &str| {
        let last = compat.entry(name)?;
        let mut entries = compat.entries();
        entries.position(|entry| entry.key.index() == last.key.index())
    };
    let (list_at, map_at) = (place(LIST), place(MAP));
    for (name, value, at, inserted_at) in [
        (LIST, list_value(efforts), list_at, map_at.unwrap_or(count)),
        (
            MAP,
            map_value(map),
            map_at,
            list_at.map_or(count, |at| at + 1),
        ),
    ] {
        let Some((entry, at)) = compat.entry(name).zip(at) else {
            editor.insert(compat, inserted_at, name, value);
            continue;
        };
        let node = entry.value;
        if node.to_value().same(&value) {
            continue;
        }
        match node.kind() {
            _ if comments(node.source()).next().is_none() => editor.set(node, value),
            Kind::List if name == LIST => rewrite_list(editor, node, efforts),
            Kind::Object if name == MAP => rewrite_map(editor, node, map),
            _ => {
                editor.dissolve(entry.key);
                editor.insert(compat, at, name, value);
            }
        }
    }
}

/// Changes a list item by item, for the sake of the comments between them.
fn rewrite_list(editor: &mut Editor<'_>, list: Node<'_>, wanted: &[&str]) {
    let items: Vec<Node<'_>> = list.items().collect();
    let lists = |items: &[Node<'_>], word: &str| {
        let mut words = items.iter().filter_map(|item| string(*item));
        words.any(|listed| listed == word)
    };
    let mut next = 0;
    for (at, &item) in items.iter().enumerate() {
        let word = string(item).unwrap_or_default();
        let rest = wanted.get(next..).unwrap_or_default();
        // What is said beside `off` holds for `none`, and what is said beside `on` for a level.
        let first_level = || rest.iter().copied().find(|effort| *effort != "none");
        let stands_for = match word.trim().to_ascii_lowercase().as_str() {
            "off" => Some("none").filter(|none| !lists(&items, none)),
            "on" => first_level().filter(|level| {
                let behind = items.get(at + 1..).unwrap_or_default();
                !lists(behind, level)
            }),
            _ => None,
        };
        let becomes = stands_for.unwrap_or(word.as_ref());
        let Some(ahead) = rest.iter().position(|effort| *effort == becomes) else {
            editor.dissolve(item);
            continue;
        };
        for &effort in rest.iter().take(ahead) {
            editor.insert_item(list, at, effort.into());
        }
        if word != becomes {
            editor.set(item, becomes.into());
        }
        next += ahead + 1;
    }
    for &effort in wanted.iter().skip(next) {
        editor.insert_item(list, items.len(), effort.into());
    }
}

/// Changes a map entry by entry, for the sake of the comments between them.
fn rewrite_map(editor: &mut Editor<'_>, map: Node<'_>, wanted: &[(&str, &str)]) {
    let mut next = 0;
    let mut count = 0;
    for (at, entry) in map.entries().enumerate() {
        count = at + 1;
        let key = entry.key.text().unwrap_or_default();
        let rest = wanted.get(next..).unwrap_or_default();
        let found = rest.iter().enumerate().find(|(_, (from, _))| *from == key);
        let is_plain = !matches!(entry.value.kind(), Kind::List | Kind::Object);
        let Some((ahead, (_, to))) = found.filter(|_| is_plain) else {
            editor.dissolve(entry.key);
            continue;
        };
        for &(from, to) in rest.iter().take(ahead) {
            editor.insert(map, at, from, to.into());
        }
        if string(entry.value).is_none_or(|word| word != *to) {
            editor.set(entry.value, (*to).into());
        }
        next += ahead + 1;
    }
    for &(from, to) in wanted.iter().skip(next) {
        editor.insert(map, count, from, to.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json5::Tree;

    /// The efforts and the map that a row of section 3.3 names in short.
    fn row(efforts: &str, map: &str) -> Efforts {
        let pair = |word: &str| {
            word.split_once(':')
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
        };
        match efforts {
            "S6" => SWITCHABLE.owned(),
            "S5" => ALWAYS_ON.owned(),
            _ => Efforts {
                supported: efforts.split_whitespace().map(str::to_owned).collect(),
                map: map.split_whitespace().filter_map(pair).collect(),
            },
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

    /// A `compat` and what becomes of it, to the letter.
    #[test]
    fn comments_stay_where_they_are() {
        const DONE: &str =
            "reasoningEffortMap:{off:'none',none:'none',adaptive:'xhigh',max:'xhigh'}";
        const LEVELS: &str =
            "supportedReasoningEfforts:['none','minimal','low','medium','high','xhigh']";
        let list = |list: &str| format!("{{supportedReasoningEfforts:{list},{DONE}}}");
        let map = |map: &str| format!("{{{LEVELS},reasoningEffortMap:{map}}}");
        let rows = [
            (
                list("['off',/* c */'on']"),
                list("['none',/* c */'minimal', 'low', 'medium', 'high', 'xhigh']"),
            ),
            (
                list("[\n  'off', // no\n  // yes\n  'on',\n]"),
                list(
                    "[\n  'none', // no\n  // yes\n  'minimal',\n  'low',\n  'medium',\n  'high',\n  'xhigh',\n]",
                ),
            ),
            (
                list("[/* a */'on'/* b */,/* c */'off'/* d */]"),
                list(
                    "['none', /* a */'minimal'/* b */, 'low', 'medium', 'high', 'xhigh'/* c *//* d */]",
                ),
            ),
            (
                map("{off:'off',/* a */ high /* b */ : /* c */ 'on'/* d */}"),
                map(
                    "{off:'none', none: 'none', adaptive: 'xhigh', max: 'xhigh'/* a */ /* b */ /* c *//* d */}",
                ),
            ),
            (
                map("{\n  off: 'off', // no\n  low: // yes\n    'on',\n  max: 'on', // top\n}"),
                map(
                    "{\n  off: 'none', // no\n  none: 'none',\n  adaptive: 'xhigh',\n  // yes\n\n  max: 'xhigh', // top\n}",
                ),
            ),
        ];
        for (input, wanted) in rows {
            let tree = Tree::parse(input).unwrap();
            let levels = binary_levels(tree.root()).unwrap();
            let mut editor = Editor::new(&tree);
            normalise(&mut editor, tree.root(), levels);
            assert_eq!(editor.apply().unwrap(), wanted);
        }
    }
}
