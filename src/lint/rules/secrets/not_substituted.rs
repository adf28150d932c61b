#![doc = include_str!("not_substituted.md")]

use std::collections::HashSet;

use super::phrases;
use crate::contract::credential::{self, Credential, Notation};
use crate::contract::release;
use crate::diagnostic::{Finding, Fix, FixKind, RuleInfo, Severity};
use crate::json5::{Edit, Kind, Node, Path, Span};
use crate::lint::Context;
use crate::lint::credential::{Field, Place};
use crate::lint::rules::Rule;
use crate::lint::rules::wording;
use crate::lint::strings;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    info: RuleInfo {
        id: "not-substituted",
        group: "secrets",
        severity: Severity::Warning,
        fix: FixKind::Safe,
        summary: "a notation for a variable that OpenClaw does not know",
        explain: include_str!("not_substituted.md"),
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for field in context.credentials() {
        findings.extend(in_credential(field));
    }
    // Every other notation that counts has a dollar sign.
    if context.tree().is_some_and(|tree| tree.text().contains('$')) {
        in_keys_and_other_text(context, findings);
    }
}

/// A notation in a field for a credential.
fn in_credential(field: &Field<'_>) -> Option<Finding> {
    let text = field.text()?;
    let notation = match Credential::read(&text) {
        _ if !field.is_telling => credential::dollar_notation(&text)?,
        Credential::Unsubstituted(notation) => notation,
        Credential::Variable(name) if field.place != Place::ApiKey => Notation::Bare(name),
        _ => return None,
    };
    let takes_references = !matches!(field.place, Place::ServiceEnv | Place::ModelHeader);
    let is_reference = takes_references && credential::is_dollar_reference(&text);
    let is_undone = takes_references && matches!(notation, Notation::Escape(_));
    let reading = match (is_reference, is_undone) {
        (true, _) => Reading::Later,
        (_, true) => Reading::Undone,
        _ => Reading::Never,
    };
    Some(finding(&notation, reading, field.path(), field.entry.value))
}

/// What OpenClaw makes of a text that it does not substitute when it loads the config.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// Nothing.
    Never,
    /// It reads it as a reference to the environment when the secret is wanted.
    Later,
    /// What is left after the escape may be read so.
    Undone,
}

fn finding(notation: &Notation<'_>, reading: Reading, path: Path, node: Node<'_>) -> Finding {
    let (message, help) = words(notation, reading);
    let mut finding = Finding::new(&RULE.info, path, node.span(), message).with_help(help);
    match notation {
        Notation::Escape(_) => finding.severity = Severity::Info,
        Notation::Dollar(name) => finding.fix = with_braces(node, name),
        _ => {}
    }
    finding
}

/// What is said of a notation, and what to do.
fn words(notation: &Notation<'_>, reading: Reading) -> (String, String) {
    let target = release::TARGET;
    let literally = format!("OpenClaw {target} sends it as it stands.");
    let only = "OpenClaw replaces `${NAME}` in capital letters and nothing else";
    match notation {
        Notation::Dollar(name) => {
            let help = match reading {
                Reading::Later => format!(
                    "It is no template: OpenClaw {target} leaves it as it stands when it loads the config, and reads it \
                     as a reference to the environment only when it wants the secret. Write {}, which holds everywhere.",
                    template(name)
                ),
                _ => format!("{literally} Write {}.", template(name)),
            };
            (format!("{} lacks its braces", told("$", name, "")), help)
        }
        Notation::Escape(name) => {
            let shown = told("$${", name, "}");
            let message = format!("{shown} is the escape for a text with `${{`, not a variable");
            let left = match reading {
                Reading::Undone => format!(
                    "When OpenClaw {target} has loaded it, the text with one dollar sign is left, and may be read as a \
                     reference to the environment after all."
                ),
                _ => "The text with one dollar sign is sent.".to_owned(),
            };
            let help = format!("{left} If the variable is meant, write {}.", template(name));
            (message, help)
        }
        Notation::Name(name) if credential::is_variable_name(name) => (
            format!("{} has blanks in its braces", told("${ ", name, " }")),
            format!("{literally} Write {}.", template(name)),
        ),
        Notation::Name(name) => (
            format!("{} is no variable", told("${", name, "}")),
            format!("{only}. {literally} Write {}.", template(name)),
        ),
        Notation::Default(name) => (
            format!("{} with a default is no variable", told("${", name, "…}")),
            format!(
                "OpenClaw knows no defaults. {literally} Write {}, and set the variable everywhere.",
                template(name)
            ),
        ),
        Notation::Percent(name) => (
            format!("{} is no variable", told("%", name, "%")),
            format!(
                "{only}, on Windows too. {literally} Write {}.",
                template(name)
            ),
        ),
        Notation::Bare(name) => (
            format!(
                "{} is only a name here, and is sent as a key",
                told("", name, "")
            ),
            format!(
                "OpenClaw {target} knows the names of its own providers' variables, and only in `apiKey`. Write {}.",
                template(name)
            ),
        ),
        Notation::Open
        | Notation::Command
        | Notation::Braces
        | Notation::Placeholder
        | Notation::Prefix => nameless(notation, &literally, only),
    }
}

/// The same for notations of which no name is told.
fn nameless(notation: &Notation<'_>, literally: &str, only: &str) -> (String, String) {
    let (message, help) = match notation {
        Notation::Open => (
            "this variable lacks its `}`",
            format!("{literally} Write `${{NAME}}`."),
        ),
        Notation::Command => (
            "this is a command for a shell, and no shell reads it",
            format!("{literally} A SecretRef with `source: \"exec\"` asks a command for a secret."),
        ),
        Notation::Placeholder => (
            "this is a placeholder, not a key",
            format!(
                "{literally} Put your own key in the environment and write `${{NAME}}`, or leave the field out."
            ),
        ),
        Notation::Prefix => (
            "this names a secret in the notation of another tool",
            format!("{literally} Write `${{NAME}}`, or a SecretRef."),
        ),
        _ => (
            "this is a template of another tool",
            format!(
                "{only}. {literally} Write `${{NAME}}`, or render the file before OpenClaw reads it."
            ),
        ),
    };
    (message.to_owned(), help)
}

/// A notation in back-quotes, unless its name may be a secret.
fn told(before: &str, name: &str, after: &str) -> String {
    phrases::name(name).map_or("this text".to_owned(), |name| {
        format!("`{before}{name}{after}`")
    })
}

/// The template that was meant, in back-quotes.
fn template(name: &str) -> String {
    let name = phrases::name(name).map(str::to_uppercase);
    let name = name.filter(|name| credential::is_variable_name(name));
    format!("`${{{}}}`", name.as_deref().unwrap_or("NAME"))
}

/// Writes the braces.
fn with_braces(node: Node<'_>, name: &str) -> Option<Fix> {
    let written = format!("${name}");
    let source = node.source();
    let at = node.span().start + source.rfind(&written)?;
    let span = Span::new(at, at + written.len());
    Some(Fix {
        safe: true,
        title: "write the braces".to_owned(),
        edits: vec![Edit::replace(span, format!("${{{name}}}"))],
    })
}

/// Notations in keys, and in text that is no credential. What the contract refuses is told there,
/// and addresses have rules of their own.
fn in_keys_and_other_text(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut seen: HashSet<u32> = HashSet::new();
    for field in context.credentials() {
        seen.extend(field.entry.value.subtree());
    }
    for violation in &context.violations {
        seen.insert(violation.node.index());
        seen.extend(violation.key.map(Node::index));
    }
    for (path, entry) in context.providers() {
        findings.extend(in_key(entry.key, || path.clone()));
    }
    for provider in context.config.providers() {
        strings::visit(
            context.config,
            &provider.path,
            provider.node,
            &mut |node, way| {
                if !node.source().contains('$') || seen.contains(&node.index()) {
                    return;
                }
                if node.kind() == Kind::Key {
                    findings.extend(in_key(node, || way.path()));
                    return;
                }
                let is_base = way.is(&["baseUrl"]) || way.is(&["models", "*", "baseUrl"]);
                let text = node.written_text().unwrap_or_default();
                let is_script = text.contains(char::is_whitespace);
                let Some(notation) = credential::dollar_notation(&text) else {
                    return;
                };
                let is_meant = !matches!(notation, Notation::Escape(_) | Notation::Command);
                if is_meant && !is_base && !is_script {
                    findings.push(finding(&notation, Reading::Never, way.path(), node));
                }
            },
        );
    }
}

/// A template in a key.
fn in_key(key: Node<'_>, path: impl FnOnce() -> Path) -> Option<Finding> {
    let text = key.text()?;
    let inner = text.split_once("${")?.1;
    if !inner.contains('}') {
        return None;
    }
    let message = format!("{} stays as it is: this is a key", wording::key(&text));
    let help = "OpenClaw puts variables into values, never into keys. Write the name itself.";
    let finding = Finding::new(&RULE.info, path(), key.span(), message);
    Some(finding.with_help(help))
}
