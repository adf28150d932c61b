#![doc = include_str!("binary_reasoning.md")]

use crate::config::Model;
use crate::contract::release;
use crate::diagnostic::{Finding, Fix, FixKind, RuleInfo, Severity};
use crate::json5::{Editor, Node, Tree};
use crate::lint::Context;
use crate::lint::rules::{Rule, wording};
use crate::lmstudio::{self, LIST, Levels, MAP, SWITCHABLE};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "binary-reasoning",
        group: "lmstudio",
        severity: Severity::Warning,
        fix: FixKind::Safe,
        summary: "reasoning as a switch, in words that LM Studio refuses in chat requests",
        explain: include_str!("binary_reasoning.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(tree) = context.tree() else { return };
    for (provider, model, compat) in context.catalog().compats() {
        let Some(levels) = lmstudio::binary_levels(compat) else {
            continue;
        };
        if lmstudio::is_lm_studio(provider) {
            report(tree, model, compat, levels, findings);
        }
    }
}

/// A finding for the list and one for the map, each with the one fix that mends both.
fn report(
    tree: &Tree,
    model: &Model<'_>,
    compat: Node<'_>,
    levels: &Levels,
    findings: &mut Vec<Finding>,
) {
    let (list, map) = (compat.get(LIST), compat.get(MAP));
    let listed = list.into_iter().flat_map(Node::items);
    let is_switch = |item: &Node<'_>| {
        item.text()
            .is_some_and(|word| lmstudio::is_binary_word(&word))
    };
    let in_list: Vec<Node<'_>> = listed.filter(is_switch).collect();
    let values = map
        .into_iter()
        .flat_map(Node::entries)
        .map(|entry| entry.value);
    let is_exactly = |to: &Node<'_>| {
        to.text()
            .is_some_and(|word| matches!(word.trim(), "on" | "off"))
    };
    let in_map: Vec<Node<'_>> = values.filter(is_exactly).collect();
    let fix = fix(tree, compat, levels);
    let path = || model.path().child("compat");
    let help = help(list, levels);
    if let (Some(list), [_, ..]) = (list, in_list.as_slice()) {
        let words = words(&in_list);
        let message = format!("`{LIST}` names {words}, which LM Studio refuses in chat requests");
        let finding = Finding::new(
            &RULE.info,
            path().child(LIST),
            wording::object_span(tree, list),
            message,
        );
        findings.push(finding.with_help(help.clone()).with_fix(fix.clone()));
    }
    if let (Some(map), [_, ..]) = (map, in_map.as_slice()) {
        let words = words(&in_map);
        let message = format!("`{MAP}` sends {words}, which LM Studio refuses in chat requests");
        let span = wording::object_span(tree, map);
        let finding = Finding::new(&RULE.info, path().child(MAP), span, message);
        findings.push(finding.with_help(help).with_fix(fix));
    }
}

/// The words of a switch that stand there, in back-quotes.
fn words(nodes: &[Node<'_>]) -> String {
    let has = |word: &str| {
        let mut texts = nodes.iter().filter_map(|node| node.text());
        texts.any(|text| text.trim().eq_ignore_ascii_case(word))
    };
    match (has("off"), has("on")) {
        (true, true) => "`off` and `on`",
        (true, false) => "`off`",
        _ => "`on`",
    }
    .to_owned()
}

fn help(list: Option<Node<'_>>, levels: &Levels) -> String {
    let (target, later) = (release::TARGET, release::LATER);
    let mut help = format!(
        "With `supportsReasoningEffort: true`, OpenClaw {target} sends such a word as it stands and the request \
         fails; {later} translates it for the provider id `lmstudio` only. List {} and map `adaptive` and `max` \
         to `xhigh`",
        all_of(levels.efforts)
    );
    if levels == &SWITCHABLE {
        help.push_str(", `off` and `none` to `none`");
    }
    help.push('.');
    let items = list.into_iter().flat_map(Node::items);
    let graded = |word: &str| !lmstudio::is_binary_word(word) && word.trim() != "none";
    if items.filter_map(Node::text).any(|word| graded(&word))
        && list.is_some_and(|list| list.items().count() < levels.efforts.len())
    {
        help.push_str(
            " OpenClaw's rule writes all of them, also those that the server never offered; LM Studio setup in \
             OpenClaw asks it again.",
        );
    }
    help
}

/// `a`, `b` and `c`, each in back-quotes.
fn all_of(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, others)) => format!("`{}` and `{last}`", others.join("`, `")),
        None => String::new(),
    }
}

/// Puts the levels in the place of list and map.
fn fix(tree: &Tree, compat: Node<'_>, levels: &Levels) -> Option<Fix> {
    if lmstudio::obstacle(compat).is_some() {
        return None;
    }
    let mut editor = Editor::new(tree);
    lmstudio::normalise(&mut editor, compat, levels);
    Some(Fix {
        safe: true,
        title: format!(
            "write the levels from `{}` to `xhigh`",
            levels.efforts.first()?
        ),
        edits: editor.edits(),
    })
}
