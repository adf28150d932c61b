//! The flag `request.allowPrivateNetwork`, for the rules that judge it.

use std::borrow::Cow;

use crate::config::Provider;
use crate::diagnostic::{Finding, Fix, RuleInfo};
use crate::json5::{Editor, Entry, Node, Path, Span};
use crate::lint::Context;
use crate::lint::base::{Base, Owner};
use crate::lint::rules::wording;

/// Its key.
pub(super) const FLAG: &str = "allowPrivateNetwork";

/// The addresses of providers.
pub(super) fn of_any_provider<'a, 'c>(
    context: &'a Context<'c>,
) -> impl Iterator<Item = &'a Base<'c>> {
    let bases = context.bases();
    bases.filter(|base| base.owner == Owner::Provider)
}

/// The addresses of providers whose flag has this value.
pub(super) fn of_providers<'a, 'c>(
    context: &'a Context<'c>,
    value: Option<bool>,
) -> impl Iterator<Item = &'a Base<'c>> {
    of_any_provider(context).filter(move |base| base.policy.flag() == value)
}

/// A finding at the flag, with the address in view.
pub(super) fn finding(
    rule: &'static RuleInfo,
    base: &Base<'_>,
    message: String,
) -> Option<Finding> {
    let entry = base.provider.flag_entry()?;
    let path = base.provider.path.child("request").child(FLAG);
    let finding = Finding::new(rule, path, entry.value.span(), message);
    Some(finding.with_label(base.address.node.span(), "the address"))
}

/// Every entry of a provider that is meant as the flag, in whatever place and spelling.
pub(super) fn in_any_form<'c>(provider: &Provider<'c>) -> Vec<Flag<'c>> {
    let mut flags = Vec::new();
    let mut look = |object: Node<'c>, path: &dyn Fn() -> Path| {
        flags.extend(
            object
                .entries()
                .filter_map(|entry| Flag::of(object, entry, path)),
        );
    };
    look(provider.node, &|| provider.path.clone());
    if let Some(request) = provider.node.get("request") {
        let path = || provider.path.child("request");
        look(request, &path);
        for part in ["proxy", "tls", "auth"] {
            if let Some(object) = request.get(part) {
                look(object, &|| path().child(part));
            }
        }
    }
    for model in provider.models() {
        look(model.node, &|| model.path());
        if let Some(request) = model.node.get("request") {
            look(request, &|| model.path().child("request"));
        }
    }
    flags
}

/// Other names that people give it.
const MEANT: [&str; 4] = [
    "allowprivatenetwork",
    "allowprivatenetworks",
    "dangerouslyallowprivatenetwork",
    "allowprivate",
];

fn is_meant(key: &str) -> bool {
    // Most keys are shorter than any of these names.
    let may_be = MEANT.iter().any(|meant| key.len() >= meant.len());
    let letters = || key.chars().filter(|c| c.is_alphanumeric());
    may_be && MEANT.contains(&letters().collect::<String>().to_lowercase().as_str())
}

/// An entry that is meant as the flag.
pub(super) struct Flag<'c> {
    pub path: Path,
    pub object: Node<'c>,
    pub entry: Entry<'c>,
    pub key: Cow<'c, str>,
}

impl<'c> Flag<'c> {
    fn of(object: Node<'c>, entry: Entry<'c>, path: &dyn Fn() -> Path) -> Option<Flag<'c>> {
        let key = entry.key.text().filter(|key| is_meant(key))?;
        Some(Flag {
            path: path().child(key.as_ref()),
            object,
            entry,
            key,
        })
    }
}

/// Whether OpenClaw cannot read the provider, its models left out: a misspelt key may be a second flag,
/// or the proxy that needs this one.
fn is_misread(context: &Context<'_>, provider: &Provider<'_>) -> bool {
    let prefix = provider.path.0.as_slice();
    let in_models = |path: &Path| path.0.get(prefix.len()) == Some(&"models".into());
    let mut violations = context.violations.iter();
    violations.any(|found| found.path.0.starts_with(prefix) && !in_models(&found.path))
}

/// Takes the flag away, and `request` with it when nothing else stands there.
pub(super) fn remove(context: &Context<'_>, base: &Base<'_>) -> Option<Fix> {
    let request = base.provider.node.entry("request")?;
    let flag = request.value.entry(FLAG)?;
    let provider = base.provider.node;
    // Of two that contradict each other, a person chooses.
    let stands_twice = in_any_form(&base.provider).len() > 1
        || provider.repeats_a_key()
        || request.value.repeats_a_key();
    // It may open what a model names, too.
    let has_other_addresses = || {
        base.provider
            .models()
            .any(|model| model.base_url().is_some())
    };
    if stands_twice
        || has_other_addresses()
        || is_misread(context, &base.provider)
        || !wording::is_editable(request.value)
        || !wording::is_editable(provider)
    {
        return None;
    }
    let tree = context.tree()?;
    let mut editor = Editor::new(tree);
    let whole = Span::new(request.key.span().start, request.value.span().end);
    let source = whole.of(tree.text());
    let has_comment = source.contains("//") || source.contains("/*");
    if request.value.entries().count() == 1 && !has_comment {
        editor.remove(request.key);
    } else {
        editor.remove(flag.key);
    }
    Some(Fix {
        safe: true,
        title: "remove the flag".to_owned(),
        edits: editor.edits(),
    })
}
