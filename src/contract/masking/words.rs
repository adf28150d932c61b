//! A text that does not parse: nothing is known of places, so only the contract's own words are shown.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::appearance::is_plain;
use super::{MASK, is_neutral};
use crate::contract::document_shape;
use crate::contract::shape::Shape;

/// A text that is not JSON5: the contract's keys and choices are shown, `true`, `false`, `null`,
/// and the numbers right behind a key for numbers.
pub(super) fn masked_words(text: &str) -> String {
    let words = words();
    let mut out = String::with_capacity(text.len());
    let mut numeric = false;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_part = |c: char| c.is_alphanumeric() || "_$-.".contains(c);
        let length = if is_part(first) {
            rest.find(|c| !is_part(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (word, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        rest = after;
        let shown = if is_part(first) {
            words.shown.contains(word) || (numeric && is_plain(word))
        } else {
            !first.is_alphanumeric() && (first.is_ascii() || is_neutral(first) || first == '…')
        };
        if shown {
            out.push_str(word);
        } else {
            out.extend(word.chars().map(|_| MASK));
        }
        if is_part(first) {
            numeric = words.numeric.contains(word);
        } else if !is_neutral(first) {
            numeric = false;
        }
    }
    out
}

struct Words {
    shown: BTreeSet<String>,
    /// Keys whose values are numbers.
    numeric: BTreeSet<String>,
}

fn words() -> &'static Words {
    static WORDS: LazyLock<Words> = LazyLock::new(|| {
        let own = ["true", "false", "null", "...", "agents", "defaults"].map(str::to_owned);
        let mut words = Words {
            shown: BTreeSet::from(own),
            numeric: BTreeSet::new(),
        };
        collect(document_shape(), &mut words);
        words
    });
    &WORDS
}

fn collect(shape: &Shape, words: &mut Words) {
    for (_, fields) in shape.object.iter().flat_map(|object| &object.branches) {
        for (key, field) in &fields.known {
            words.shown.insert(key.clone());
            if field.number.is_some() {
                words.numeric.insert(key.clone());
            }
            collect(field, words);
        }
        if let Some(others) = &fields.others {
            collect(others, words);
        }
    }
    if let Some(text) = &shape.text {
        words.shown.extend(text.choices.iter().cloned());
    }
    if let Some(list) = &shape.list {
        collect(&list.items, words);
    }
}
