//! What the contract says of a place in a file, also of one that holds only a part of a config.

use crate::contract::document_shape;
use crate::contract::shape::{Fields, Shape};
use crate::json5::{Kind, Node};

/// The field that `key` is another spelling of: `base_url` for `baseUrl`.
pub(super) fn respelt<'f>(fields: &'f Fields, key: &str) -> Option<&'f Shape> {
    let letters = |key: &str| key.replace(['_', '-'], "").to_lowercase();
    let mut known = fields.known.iter();
    known
        .find(|(name, _)| letters(name) == letters(key))
        .map(|(_, shape)| shape)
}

/// The shape of a file: a whole config, or a part that is included elsewhere, told by the keys that
/// such a part must have. Of any other part nothing is known, so nothing of it is shown.
pub(super) fn likely_shape(root: Node<'_>) -> &'static Shape {
    let document = document_shape();
    let models = field(document, "models");
    let providers = models.and_then(|models| field(models, "providers"));
    let provider = providers.and_then(others);
    let has = |node: Node<'_>, keys: [&str; 2]| keys.iter().all(|key| node.get(key).is_some());
    let is_provider = |node: Node<'_>| has(node, ["baseUrl", "models"]);
    let mut entries = root.entries();
    let likely = if root
        .get("models")
        .is_some_and(|models| models.kind() == Kind::Object)
    {
        None
    } else if root
        .get("providers")
        .is_some_and(|providers| providers.kind() == Kind::Object)
    {
        models
    } else if is_provider(root) {
        provider
    } else if entries.next().is_some_and(|entry| is_provider(entry.value)) {
        providers
    } else {
        None
    };
    likely.unwrap_or(document)
}

fn field(shape: &'static Shape, key: &str) -> Option<&'static Shape> {
    let fields = shape.object.iter().flat_map(|object| &object.branches);
    fields
        .into_iter()
        .find_map(|(_, fields)| fields.known.get(key))
}

fn others(shape: &'static Shape) -> Option<&'static Shape> {
    let fields = shape.object.iter().flat_map(|object| &object.branches);
    fields
        .into_iter()
        .find_map(|(_, fields)| fields.others.as_deref())
}
