#![doc = include_str!("misplaced_private_flag.md")]

use super::flag::{self, FLAG, Flag};
use crate::diagnostic::Fix;
use crate::diagnostic::{Finding, FixKind, RuleInfo, Severity};
use crate::json5::{Editor, Kind, Node, Value};
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
    if context.is_accepted() {
        return;
    }
    for provider in context.config.providers() {
        let request = provider.node.get("request");
        let flags = flag::in_any_form(&provider);
        for flag in &flags {
            let is_inside = request.is_some_and(|request| request.index() == flag.object.index());
            if is_inside && flag.key == FLAG {
                continue;
            }
            // Of two that contradict each other, a person chooses.
            let fix = (flags.len() == 1).then(|| moved(flag, context, provider.node));
            findings.push(finding(flag, is_inside).with_fix(fix.flatten()));
        }
    }
}

fn finding(flag: &Flag<'_>, is_inside: bool) -> Finding {
    let told = wording::key(&flag.key);
    let message = if is_inside {
        format!("{told} should be spelled `{FLAG}`")
    } else {
        format!("{told} does not belong here, only in the provider's `request`")
    };
    let help = format!(
        "Most often it is not needed: without it exactly the provider's own origin is trusted. `true` opens every private \
         address, and `false` refuses even its own. {}",
        wording::refused()
    );
    let span = flag.entry.key.span();
    Finding::new(&RULE.info, flag.path.clone(), span, message).with_help(help)
}

/// Moves the flag into the provider's `request`.
fn moved(flag: &Flag<'_>, context: &Context<'_>, provider: Node<'_>) -> Option<Fix> {
    let value = Value::Boolean(flag.entry.value.boolean()?);
    if !wording::is_editable(flag.object) || !wording::is_editable(provider) {
        return None;
    }
    let mut editor = Editor::new(context.tree()?);
    let title = match provider.get("request") {
        Some(request) if request.index() == flag.object.index() => {
            editor.rename(flag.entry.key, FLAG);
            format!("rename it to `{FLAG}`")
        }
        Some(request) if request.kind() == Kind::Object && wording::is_editable(request) => {
            editor.remove(flag.entry.key);
            editor.insert(request, usize::MAX, FLAG, value);
            "move it into `request`".to_owned()
        }
        Some(_) => return None,
        None => {
            editor.remove(flag.entry.key);
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
