//! The flag `request.allowPrivateNetwork`, for the rules that judge it.

use crate::diagnostic::{Finding, Fix, RuleInfo};
use crate::json5::Editor;
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

/// Takes the flag away, and `request` with it when nothing else stands there.
pub(super) fn remove(context: &Context<'_>, base: &Base<'_>) -> Option<Fix> {
    let request = base.provider.node.entry("request")?;
    let flag = request.value.entry(FLAG)?;
    if !wording::is_editable(request.value) || !wording::is_editable(base.provider.node) {
        return None;
    }
    let mut editor = Editor::new(context.tree()?);
    let source = request.value.source();
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
