#![doc = include_str!("reasoning_map_gap.md")]

use std::borrow::Cow;

use super::unused_efforts::why_unused;
use crate::config::{Model, Provider};
use crate::contract::masking::looks_like_token;
use crate::contract::release;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::{Entry, Kind, Node};
use crate::lint::Context;
use crate::lint::route::OPENAI;
use crate::lint::rules::{Rule, wording};
use crate::lint::suggest;
use crate::lmstudio::{self, LIST, MAP, effort_sent};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "reasoning-map-gap",
        group: "lmstudio",
        severity: Severity::Warning,
        fix: FixKind::None,
        summary: "a reasoning level that is mapped to an effort which is not listed",
        explain: include_str!("reasoning_map_gap.md"),
    },
    check,
};

/// Longer lists are no lists of efforts.
const MOST_EFFORTS: usize = 32;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (provider, model, compat) in context.catalog().compats() {
        findings.extend(gap(provider, model, compat));
    }
}

fn gap<'c>(provider: &Provider<'c>, model: &Model<'c>, compat: Node<'c>) -> Option<Finding> {
    let (list, map) = (compat.get(LIST)?, compat.get(MAP)?);
    let is_short = list.items().take(MOST_EFFORTS + 1).count() <= MOST_EFFORTS;
    let mut listed = list.items().filter_map(Node::text);
    let has_some = listed.any(|effort| !effort.trim().is_empty());
    let mut gaps = map.entries().filter(|entry| is_gap(list, *entry));
    let first = gaps.next().filter(|_| has_some && is_short)?;
    let is_asked = OPENAI.contains(&model.api(provider).as_ref());
    let told_elsewhere = why_unused(model.node, compat).is_some()
        || (lmstudio::binary_levels(compat).is_some() && lmstudio::is_lm_studio(provider));
    if !is_asked || told_elsewhere || map.repeats_a_key() {
        return None;
    }
    let level = first.key.text()?;
    let message = format!(
        "{} is mapped to {}, which `{LIST}` does not list",
        wording::key(&level),
        shown(&first.value.text()?),
    );
    let path = model
        .path()
        .child("compat")
        .child(MAP)
        .child(level.as_ref());
    let finding = Finding::new(&RULE.info, path, first.value.span(), message);
    let finding = finding.with_help(help(list, first)?);
    let others = gaps.take(MOST_EFFORTS);
    Some(others.fold(finding, |finding, entry| {
        finding.with_label(entry.value.span(), "nor this one")
    }))
}

/// Whether an entry of a map leads to an effort that is not listed. What switches reasoning off need not
/// be listed: nothing is sent then.
fn is_gap(list: Node<'_>, entry: Entry<'_>) -> bool {
    let to = entry
        .value
        .text()
        .filter(|_| entry.value.kind() == Kind::String);
    let level = entry.key.text().unwrap_or_default();
    let switches_off = |word: &str| matches!(word, "none" | "off");
    let is_listed = |to: &str| {
        let mut efforts = list.items().filter_map(Node::text);
        efforts.any(|effort| effort.trim() == to)
    };
    to.is_some_and(|to| !switches_off(&to) && !switches_off(&level) && !is_listed(&to))
}

/// A word from the config, unless it may be a secret.
fn shown(word: &str) -> String {
    if looks_like_token(word) {
        "another word".to_owned()
    } else {
        wording::quote(word)
    }
}

/// What is sent instead, and what may have been meant.
fn help(list: Node<'_>, entry: Entry<'_>) -> Option<String> {
    let efforts: Vec<Cow<'_, str>> = list.items().filter_map(Node::text).collect();
    let efforts: Vec<&str> = efforts.iter().map(|effort| effort.trim()).collect();
    let (level, to) = (entry.key.text()?, entry.value.text()?);
    let instead = match effort_sent(&level, &to, &efforts) {
        Some(effort) => format!("sends {} instead", shown(effort)),
        None => "sends no effort at all".to_owned(),
    };
    let meant = match suggest::nearest(&to, efforts.iter().copied()) {
        Some(effort) => format!("Did you mean {}? If not, list", shown(effort)),
        None => "Map it to a listed effort, or list".to_owned(),
    };
    Some(format!(
        "OpenClaw {} sends only what is listed, letter by letter; for this level it {instead}. {meant} the one that \
         the server takes.",
        release::TARGET
    ))
}
