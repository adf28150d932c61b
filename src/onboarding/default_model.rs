//! The default model of agents, and the allowlist that must have it.

use crate::json5::{Editor, Kind, Node, NotPatchable, Path, Value};

/// Makes a reference the default of a config with this `root`; an allowlist that is there takes it in, and
/// `others` with it. Fallbacks stay.
///
/// # Errors
/// When the places cannot be changed.
pub fn make_default(
    editor: &mut Editor<'_>,
    root: Node<'_>,
    reference: &str,
    others: &[String],
) -> Result<(), NotPatchable> {
    let defaults = root.get("agents").and_then(|agents| agents.get("defaults"));
    let model = defaults.and_then(|defaults| defaults.get("model"));
    let primary = Value::from(reference);
    let as_it_was = if model.is_some_and(|model| model.kind() == Kind::String) {
        primary
    } else {
        object([("primary", primary)])
    };
    let mut entries = vec![("model".to_owned(), as_it_was)];
    let allowed = defaults.and_then(|defaults| defaults.get("models"));
    // An empty one allows everything, and would allow only this one then.
    if let Some(allowed) = allowed.filter(|allowed| allowed.entries().next().is_some()) {
        let references = std::iter::once(reference).chain(others.iter().map(String::as_str));
        let new = references.filter(|reference| allowed.get(reference).is_none());
        let new = new.map(|reference| (reference.to_owned(), Value::Object(Vec::new())));
        entries.push(("models".to_owned(), Value::Object(new.collect())));
    }
    let patch = object([("agents", object([("defaults", Value::Object(entries))]))]);
    editor.patch(root, &patch, &Path::default())
}

/// An object of these entries.
pub(super) fn object<const N: usize>(entries: [(&str, Value); N]) -> Value {
    let owned = entries.map(|(key, value)| (key.to_owned(), value));
    Value::Object(owned.to_vec())
}
