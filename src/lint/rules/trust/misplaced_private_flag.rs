#![doc = include_str!("misplaced_private_flag.md")]

use std::borrow::Cow;

use super::flag::FLAG;
use crate::diagnostic::Fix;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::{Editor, Entry, Kind, Node, Path, Value};
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
        let flags: Vec<Flag<'_>> = places
            .iter()
            .flat_map(|(path, object)| Flag::all(path, *object))
            .collect();
        for flag in &flags {
            let is_inside = request.is_some_and(|request| request.index() == flag.object.index());
            if is_inside && flag.key == FLAG {
                continue;
            }
            // Of two that contradict each other, a person chooses.
            let fix = (flags.len() == 1).then(|| flag.moved(context, provider.node));
            findings.push(flag.finding(is_inside).with_fix(fix.flatten()));
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

/// An entry that is meant as the flag.
struct Flag<'c> {
    path: Path,
    object: Node<'c>,
    entry: Entry<'c>,
    key: Cow<'c, str>,
}

impl<'c> Flag<'c> {
    fn all(path: &Path, object: Node<'c>) -> impl Iterator<Item = Flag<'c>> {
        object.entries().filter_map(move |entry| {
            let key = entry.key.text()?;
            is_meant(&key).then(|| Flag {
                path: path.child(key.as_ref()),
                object,
                entry,
                key,
            })
        })
    }

    fn finding(&self, is_inside: bool) -> Finding {
        let told = wording::key(&self.key);
        let message = if is_inside {
            format!("{told} is spelled `{FLAG}`")
        } else {
            format!("{told} does not belong here, only in the provider's `request`")
        };
        let help = "OpenClaw refuses the file. Before moving it, ask whether it is needed: without it exactly the provider's own \
                    origin is trusted, `true` opens every private address, and `false` refuses even its own.";
        let span = self.entry.key.span();
        Finding::new(&RULE.info, self.path.clone(), span, message).with_help(help)
    }

    /// Moves the flag into the provider's `request`.
    fn moved(&self, context: &Context<'_>, provider: Node<'_>) -> Option<Fix> {
        let value = Value::Boolean(self.entry.value.boolean()?);
        if !wording::is_editable(self.object) || !wording::is_editable(provider) {
            return None;
        }
        let mut editor = Editor::new(context.tree()?);
        let title = match provider.get("request") {
            Some(request) if request.index() == self.object.index() => {
                editor.rename(self.entry.key, FLAG);
                format!("rename it to `{FLAG}`")
            }
            Some(request) if request.kind() == Kind::Object && wording::is_editable(request) => {
                editor.remove(self.entry.key);
                editor.insert(request, usize::MAX, FLAG, value);
                "move it into `request`".to_owned()
            }
            Some(_) => return None,
            None => {
                editor.remove(self.entry.key);
                let flag = vec![(FLAG.to_owned(), value)];
                editor.insert(provider, usize::MAX, "request", Value::Object(flag));
                "move it into `request`".to_owned()
            }
        };
        Some(Fix {
            safe: false,
            title,
            edits: editor.edits(),
        })
    }
}
