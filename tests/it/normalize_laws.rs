//! Laws of the normal form, over generated models with comments everywhere.

use clawconf::config::Config;
use clawconf::json5::{Editor, Tree, comments};
use clawconf::lint::{Selection, fix_files, lint};
use clawconf::lmstudio::{Saved, binary_levels, normal_form};
use proptest::prelude::*;
use proptest::sample::select;

use crate::common::load;

const ITEMS: &[&str] = &[
    "'off'",
    "'on'",
    "\"ON\"",
    "' off '",
    "'none'",
    "'minimal'",
    "'low'",
    "'medium'",
    "'high'",
    "'xhigh'",
    "'max'",
    "7",
    "null",
    "['on' /*in a list*/]",
    "{ a: 1 /*in an object*/ }",
];

const KEYS: &[&str] = &[
    "off",
    "none",
    "'minimal'",
    "low",
    "\"high\"",
    "adaptive",
    "max",
    "' low '",
    "__x",
];

/// What may stand between two parts; a number takes the place of `#`.
const GAPS: &[&str] = &[
    "",
    " ",
    "\n          ",
    "/*#*/",
    " /*#*/ ",
    " //#\n",
    "\r\n",
    "\n//#\n",
];

type Entries = Vec<(&'static str, &'static str)>;

/// The text of a `compat`, with the gaps that are asked for.
fn compat(list: &[&str], map: &Entries, map_first: bool, gaps: &[usize], comma: bool) -> String {
    let mut count = 0;
    let mut gap = || {
        count += 1;
        let gap = GAPS[gaps[count % gaps.len()] % GAPS.len()];
        gap.replace('#', &format!("c{count}c"))
    };
    let mut enclosed = |open: char, parts: Vec<Vec<String>>, close: char| {
        let mut text = String::from(open);
        let last = parts.len();
        for (at, part) in parts.into_iter().enumerate() {
            for word in part {
                text.push_str(&gap());
                text.push_str(&word);
            }
            text.push_str(&gap());
            if at + 1 < last || comma {
                text.push(',');
            }
        }
        text.push_str(&gap());
        text.push(close);
        text
    };
    let words =
        |words: &[&str]| -> Vec<String> { words.iter().map(|&word| word.to_owned()).collect() };
    let list = enclosed('[', list.iter().map(|item| words(&[item])).collect(), ']');
    let map = enclosed(
        '{',
        map.iter().map(|(key, to)| words(&[key, ":", to])).collect(),
        '}',
    );
    let mut parts = vec![
        words(&["supportedReasoningEfforts", ":", &list]),
        words(&["thinkingFormat", ":", "'openai'"]),
        words(&["reasoningEffortMap", ":", &map]),
    ];
    if map_first {
        parts.reverse();
    }
    enclosed('{', parts, '}')
}

/// The config around a `compat`.
const BEFORE: &str = "{ models: { providers: { lmstudio: { baseUrl: 'http://localhost:1234/v1', models: [\n  { id: 'a', name: 'A', compat: ";
const AFTER: &str = " },\n] } } } } // end\n";

fn normalised(text: &str) -> String {
    let config = load(text, &[], &[]);
    let tree = config.tree().unwrap();
    let mut editor = Editor::new(tree);
    for provider in config.providers() {
        for part in normal_form(&provider).parts {
            part.write(&mut editor);
        }
    }
    editor.apply().unwrap()
}

/// What the fix of `binary-reasoning` makes of a text.
fn mended(text: &str) -> String {
    let selection = Selection {
        select: vec!["binary-reasoning".to_owned()],
        ..Selection::default()
    };
    let found = |config: &Config| lint(config, &selection);
    let findings = found(&load(text, &[], &[]));
    let applied = fix_files(vec![text.to_owned()], findings, false, |texts| {
        Some(found(&load(&texts[0], &[], &[])))
    });
    let changed = applied.changed.into_iter().next();
    changed.map_or(text.to_owned(), |(_, text)| text)
}

fn said(text: &str) -> Vec<String> {
    let mut said: Vec<String> = comments(text)
        .map(|span| span.of(text).to_owned())
        .collect();
    said.sort();
    said
}

proptest! {
    #[test]
    fn comments_and_all_else_stay_and_twice_is_once(
        list in prop::collection::vec(select(ITEMS), 0..6),
        map in prop::collection::vec((select(KEYS), select(ITEMS)), 0..6),
        map_first in any::<bool>(),
        gaps in prop::collection::vec(0usize..64, 1..40),
        comma in any::<bool>(),
    ) {
        let inner = compat(&list, &map, map_first, &gaps, comma);
        let text = format!("{BEFORE}{inner}{AFTER}");
        let new = normalised(&text);
        let is_switch = {
            let tree = Tree::parse(inner.clone()).unwrap();
            binary_levels(tree.root()).is_some()
        };
        prop_assert_eq!(new != text, is_switch, "{}", text);
        let changed = new.strip_prefix(BEFORE).and_then(|rest| rest.strip_suffix(AFTER));
        prop_assert!(changed.is_some(), "{}", new);
        let (old, changed) = (Tree::parse(inner).unwrap(), Tree::parse(changed.unwrap().to_owned()).unwrap());
        if is_switch {
            prop_assert_eq!(Saved::of(old.root()), Saved::of(changed.root()));
            prop_assert!(binary_levels(changed.root()).is_none());
        }
        prop_assert_eq!(said(&text), said(&new), "{}\nbecame\n{}", text, new);
        prop_assert_eq!(&normalised(&new), &new);
        prop_assert_eq!(mended(&text), new);
    }
}
