#![doc = include_str!("misplaced_private_flag.md")]

use super::flag::FLAG;
use crate::diagnostic::Fix;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::{Editor, Entry, Node, Path, Value};
use crate::lint::Context;
use crate::lint::rules::Rule;
use crate::lint::rules::wording;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "misplaced-private-flag",
        group: "trust",
        severity: Severity::Error,
        fix: FixKind::Unsafe,
        summary: "`allowPrivateNetwork` in a wrong place or spelling",
        explain: include_str!("misplaced_private_flag.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for provider in context.config.providers() {
        let mut places = vec![(provider.path.clone(), provider.node)];
        let request = provider.node.get("request");
        if let Some(request) = request {
            let path = provider.path.child("request");
            for part in ["proxy", "tls", "auth"] {
                places.extend(request.get(part).map(|node| (path.child(part), node)));
            }
            places.push((path, request));
        }
        for model in provider.models() {
            places.push((model.path.clone(), model.node));
            let request = model.node.get("request");
            places.extend(request.map(|node| (model.path.child("request"), node)));
        }
        for (path, object) in places {
            let is_right_place = request.is_some_and(|request| request.index() == object.index());
            for entry in object.entries() {
                let key = entry.key.text().unwrap_or_default();
                if is_meant(&key) && !(is_right_place && key == FLAG) {
                    let fix = moved(context, provider.node, object, entry);
                    findings.push(finding(&path, entry, &key, is_right_place).with_fix(fix));
                }
            }
        }
    }
}

/// Other names that people give it.
const MEANT: [&str; 4] = [
    "allowprivatenetwork",
    "allowprivatenetworks",
    "dangerouslyallowprivatenetwork",
    "allowprivate",
];

fn is_meant(key: &str) -> bool {
    let letters: String = key.chars().filter(|c| c.is_alphanumeric()).collect();
    MEANT.contains(&letters.to_lowercase().as_str())
}

fn finding(path: &Path, entry: Entry<'_>, key: &str, is_right_place: bool) -> Finding {
    let told = wording::key(key);
    let message = if is_right_place {
        format!("{told} is spelled `{FLAG}`")
    } else {
        format!("{told} has no effect here, only inside the provider's `request`")
    };
    let help = "OpenClaw refuses the file. Before moving it, ask whether it is needed: without it exactly the provider's own \
                origin is trusted, `true` opens every private address, and `false` refuses even the own one.";
    Finding::new(&RULE.info, path.child(key), entry.key.span(), message).with_help(help)
}

/// Moves the flag into the provider's `request`.
fn moved(
    context: &Context<'_>,
    provider: Node<'_>,
    object: Node<'_>,
    entry: Entry<'_>,
) -> Option<Fix> {
    let value = entry.value.boolean()?;
    let request = provider.get("request");
    let is_taken = request.is_some_and(|request| request.get(FLAG).is_some());
    if is_taken || !wording::is_editable(object) || !wording::is_editable(provider) {
        return None;
    }
    let mut editor = Editor::new(context.tree()?);
    let is_inside = request.is_some_and(|request| request.index() == object.index());
    let title = if is_inside {
        editor.rename(entry.key, FLAG);
        format!("rename it to `{FLAG}`")
    } else {
        editor.remove(entry.key);
        match request {
            Some(request) if wording::is_editable(request) => {
                editor.insert(request, usize::MAX, FLAG, Value::Boolean(value));
            }
            Some(_) => return None,
            None => {
                let flag = vec![(FLAG.to_owned(), Value::Boolean(value))];
                editor.insert(provider, usize::MAX, "request", Value::Object(flag));
            }
        }
        "move it into `request`".to_owned()
    };
    Some(Fix {
        safe: false,
        title,
        edits: editor.edits(),
    })
}
