#![doc = include_str!("duplicate_key.md")]

use std::collections::HashMap;

use super::{Rule, wording};
use crate::diagnostic::{Finding, Fix, FixKind, RuleInfo, Severity};
use crate::json5::{Editor, Entry, Kind, Node, Path, Tree};
use crate::lint::Context;

pub(super) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "duplicate-key",
        group: "syntax",
        severity: Severity::Warning,
        fix: FixKind::Unsafe,
        summary: "a key stands twice in one object",
        explain: include_str!("duplicate_key.md"),
    },
    check,
};

/// Keys whose value decides where requests go, with what credential, and whether they are let
/// through. A different value under the same key is an error then.
const DECISIVE: [&str; 10] = [
    "baseUrl",
    "url",
    "healthUrl",
    "allowPrivateNetwork",
    "apiKey",
    "token",
    "value",
    "key",
    "passphrase",
    "insecureSkipVerify",
];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if let Some(tree) = context.tree() {
        visit(tree, tree.root(), &mut Vec::new(), findings);
    }
}

/// Goes through all objects; `above` holds the keys and places on the way.
fn visit<'t>(
    tree: &'t Tree,
    node: Node<'t>,
    above: &mut Vec<Step<'t>>,
    findings: &mut Vec<Finding>,
) {
    match node.kind() {
        Kind::Object => {
            let repeats = node.repeats_a_key();
            let mut last: HashMap<_, u32> = HashMap::new();
            if repeats {
                let entries = node.entries();
                last.extend(entries.map(|entry| (entry.key.identity(), entry.key.index())));
            }
            let mut seen: HashMap<_, Entry<'t>> = HashMap::new();
            for entry in node.entries() {
                above.push(Step::Key(entry.key));
                if repeats && let Some(first) = seen.insert(entry.key.identity(), entry) {
                    findings.push(finding(tree, node, first, entry, above));
                }
                // Nothing inside a value that is dropped counts.
                let counts =
                    !repeats || last.get(&entry.key.identity()) == Some(&entry.key.index());
                if counts && matches!(entry.value.kind(), Kind::Object | Kind::List) {
                    visit(tree, entry.value, above, findings);
                }
                above.pop();
            }
        }
        Kind::List => {
            for (index, item) in node.items().enumerate() {
                if matches!(item.kind(), Kind::Object | Kind::List) {
                    above.push(Step::Index(index));
                    visit(tree, item, above, findings);
                    above.pop();
                }
            }
        }
        _ => {}
    }
}

/// Values of more bytes are compared as they are written.
const COMPARED_BYTES: usize = 4096;

fn differ(a: Node<'_>, b: Node<'_>) -> bool {
    let short = a.span().len().max(b.span().len()) <= COMPARED_BYTES;
    a.source() != b.source() && !(short && a.to_value().same(&b.to_value()))
}

enum Step<'t> {
    Key(Node<'t>),
    Index(usize),
}

fn finding(
    tree: &Tree,
    object: Node<'_>,
    first: Entry<'_>,
    later: Entry<'_>,
    above: &[Step<'_>],
) -> Finding {
    let steps = above.iter().map(|step| match step {
        Step::Key(key) => key.text().unwrap_or_default().into_owned().as_str().into(),
        Step::Index(index) => (*index).into(),
    });
    let path: Path = steps
        .collect::<Vec<crate::json5::Segment>>()
        .into_iter()
        .collect();
    let key = later.key.text().unwrap_or_default();
    let differ = differ(first.value, later.value);
    let (severity, consequence) = if !differ {
        (
            Severity::Warning,
            "Both hold the same value, so nothing is lost yet.",
        )
    } else if DECISIVE.contains(&key.as_ref()) {
        (
            Severity::Error,
            "The values differ, and this key decides where a request goes or what it may do.",
        )
    } else if later.value.kind() == Kind::Object {
        (
            Severity::Warning,
            "They differ, and objects are replaced, not merged.",
        )
    } else {
        (Severity::Warning, "The values differ.")
    };
    let message = format!(
        "{} stands twice here; the last one counts",
        wording::key(&key)
    );
    let mut finding = Finding::new(&RULE.info, path, later.key.span(), message)
        .with_help(format!(
            "{consequence} OpenClaw drops the earlier one without a word."
        ))
        .with_label(first.key.span(), "this one is ignored")
        .with_fix(wording::is_editable(object).then(|| {
            let mut editor = Editor::new(tree);
            editor.remove(first.key);
            Fix {
                safe: false,
                title: format!(
                    "remove the earlier {} and what stands in it",
                    wording::key(&key)
                ),
                edits: editor.edits(),
            }
        }));
    finding.severity = severity;
    finding
}
