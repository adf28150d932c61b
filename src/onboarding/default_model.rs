//! The default model of agents: which one it is, and how another becomes it.

use crate::config::Config;
use crate::contract::provider_id::ProviderId;
use crate::json5::{Editor, Kind, Node, NotPatchable, Path, Value};

/// The default model of a config: `agents.defaults.model`, a reference or an object with `primary`.
#[must_use]
pub fn default_model(config: &Config) -> Option<String> {
    let root = config.tree().map(|tree| tree.root());
    let model = root.and_then(|root| root.get("agents")?.get("defaults")?.get("model"))?;
    let named = model.get("primary").or(Some(model)).and_then(Node::text)?;
    Some(named.trim().to_owned())
}

/// The reference that is meant, as the config writes it: an alias stands for the model that has it, and
/// a provider is known whatever the case of its id.
#[must_use]
pub fn meant(reference: &str, config: &Config) -> String {
    let Some((id, model)) = reference.split_once('/') else {
        let meant = of_alias(reference, config);
        return meant.unwrap_or_else(|| reference.to_owned());
    };
    let wanted = ProviderId::of(id);
    let exact = config.providers().find(|own| own.id.trim() == id.trim());
    let own = exact.or_else(|| {
        let mut all = config.providers();
        all.find(|own| ProviderId::of(own.id.as_ref()) == wanted)
    });
    let id = own.as_ref().map_or(id, |own| &own.id);
    format!("{}/{}", id.trim(), model.trim())
}

/// The model of the allowlist that has this alias.
fn of_alias(alias: &str, config: &Config) -> Option<String> {
    let root = config.tree()?.root();
    let allowed = root.get("agents")?.get("defaults")?.get("models")?;
    let has_it = |model: Node<'_>| {
        let own = model.get("alias").and_then(Node::text);
        own.is_some_and(|own| own.trim().eq_ignore_ascii_case(alias.trim()))
    };
    let entry = allowed.entries().find(|entry| has_it(entry.value))?;
    Some(entry.key.text()?.trim().to_owned())
}

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
