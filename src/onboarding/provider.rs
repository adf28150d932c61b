//! The provider `lmstudio` of a config, and what belongs to it elsewhere.

use super::default_model::{make_default, object};
use super::profile_store::PROFILE;
use crate::config::{Config, DEFAULT_API, Model, Provider};
use crate::json5::{Editor, Kind, Node, NotPatchable, Path, Value, is_editable};
use crate::lmstudio::merge::{self, Change, Merge, Update, merge};
use crate::lmstudio::{Catalogue, Definition, Listed, PROVIDER_ID, is_provider_id, own_provider};

/// What stands in `apiKey` where no key is needed.
pub const LOCAL: &str = "lmstudio-local";

/// What stands in `apiKey` where the key is in the profile store: the name of a variable.
pub const VARIABLE: &str = "LM_API_TOKEN";

/// How requests are let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// By nothing.
    Open,
    /// By a key in the profile store.
    Key,
    /// By the header that the config has; no key belongs beside it.
    Header,
    /// As the config says already.
    AsItWas,
}

/// What is to be set up.
#[derive(Debug, Clone, Copy)]
pub struct Setup<'s> {
    /// The address for chats, if one was given; the config's own stays otherwise.
    pub base_url: Option<&'s str>,
    /// What the server lists.
    pub catalogue: &'s Catalogue,
    /// The id of the model that becomes the default.
    pub model: &'s str,
    /// How requests are let in.
    pub access: Access,
    /// Most tokens that OpenClaw is to work with, for every model.
    pub context_length: Option<u64>,
    /// Whether the allowlist takes in every model, not only the default.
    pub allows_all: bool,
}

/// Why nothing can be planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Obstacle {
    /// A part of the config cannot be changed in place.
    #[error(transparent)]
    Part(#[from] NotPatchable),
    /// The models cannot.
    #[error(transparent)]
    Models(#[from] merge::Obstacle),
}

/// Fields of the provider that get a value.
type Fields = Vec<(String, Value)>;

/// Plans the changes of a config; returns what becomes of the models.
///
/// # Errors
/// When it stands where it cannot be changed.
pub fn plan(
    editor: &mut Editor<'_>,
    config: &Config,
    setup: &Setup<'_>,
    usual_base_url: &str,
) -> Result<Merge, Obstacle> {
    let Some(tree) = config.tree() else {
        return Ok(Merge::default());
    };
    let root = tree.root();
    let own = own_provider(config);
    let own = own.as_ref();
    let id = own.map_or(PROVIDER_ID, |own| own.id.as_ref());
    let mut fields = address(own, setup.base_url, usual_base_url);
    let merge = models(editor, own, setup, &mut fields)?;
    fields.extend(credential(setup.access));
    match setup.access {
        Access::Open => forget_fields(editor, own, &["auth"]),
        Access::Header => {
            forget_fields(editor, own, &["apiKey", "auth"]);
            forget_profiles(editor, root);
        }
        Access::Key | Access::AsItWas => {}
    }
    let mut patch = vec![("models".to_owned(), section(root, id, fields))];
    if plugin_obstacle(root).is_none() {
        patch.push(("plugins".to_owned(), enabled_plugin()));
    }
    if matches!(setup.access, Access::Open | Access::Key) {
        patch.push(("auth".to_owned(), profile(root)));
    }
    editor.patch(root, &Value::Object(patch), &Path::default())?;
    let reference = |model: &str| format!("{}/{model}", id.trim());
    let listed = setup.catalogue.models.iter();
    let others: Vec<String> = listed
        .filter(|_| setup.allows_all)
        .map(|model| reference(&model.definition.id))
        .collect();
    make_default(editor, root, &reference(setup.model), &others)?;
    Ok(merge)
}

/// The address and the protocol, where they are new.
fn address(own: Option<&Provider<'_>>, given: Option<&str>, usual: &str) -> Fields {
    let has = |key: &str| own.is_some_and(|own| own.node.get(key).is_some());
    let mut fields = Vec::new();
    let address = given.or((!has("baseUrl")).then_some(usual));
    fields.extend(address.map(|address| ("baseUrl".to_owned(), Value::from(address))));
    if !has("api") {
        fields.push(("api".to_owned(), DEFAULT_API.into()));
    }
    fields
}

/// The models: merged into those that are there, or all of them as a new field.
fn models(
    editor: &mut Editor<'_>,
    own: Option<&Provider<'_>>,
    setup: &Setup<'_>,
    fields: &mut Fields,
) -> Result<Merge, Obstacle> {
    let shortened = shortened(setup);
    if let Some(own) = own {
        let mut merge = merge(editor, own, &shortened, false)?;
        if let Some(length) = setup.context_length {
            let changes = shorten(editor, own, setup.catalogue, length);
            merge.changed.extend(changes);
        }
        return Ok(merge);
    }
    let new = shortened.models.iter().map(|model| &model.definition);
    let values = new.clone().map(Definition::to_value).collect();
    fields.push(("models".to_owned(), Value::List(values)));
    Ok(Merge {
        added: new.map(|new| new.id.clone()).collect(),
        ..Merge::default()
    })
}

/// What the provider says of its key.
fn credential(access: Access) -> Fields {
    let fields: &[(&str, &str)] = match access {
        Access::Open => &[("apiKey", LOCAL)],
        Access::Key => &[("auth", "api-key"), ("apiKey", VARIABLE)],
        Access::Header | Access::AsItWas => &[],
    };
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), Value::from(*value));
    fields.iter().map(owned).collect()
}

/// The section `models`, as far as it is new.
fn section(root: Node<'_>, id: &str, fields: Fields) -> Value {
    let provider = object([(id, Value::Object(fields))]);
    let mode = root.get("models").and_then(|models| models.get("mode"));
    match mode {
        Some(_) => object([("providers", provider)]),
        None => object([("mode", "merge".into()), ("providers", provider)]),
    }
}

/// What of a config keeps OpenClaw's own plugin for LM Studio off, whatever its entry says (2026.5.18).
#[must_use]
pub fn plugin_obstacle(root: Node<'_>) -> Option<&'static str> {
    let plugins = root.get("plugins")?;
    let names = |list: Node<'_>| {
        let mut ids = list.items().filter_map(Node::text);
        ids.any(|id| id == PROVIDER_ID)
    };
    if plugins.get("enabled").and_then(Node::boolean) == Some(false) {
        return Some("`plugins.enabled` is false");
    }
    if plugins.get("deny").is_some_and(names) {
        return Some("`plugins.deny` names `lmstudio`");
    }
    let allowed = plugins
        .get("allow")
        .filter(|list| list.items().next().is_some());
    let is_left_out = allowed.is_some_and(|list| !names(list));
    is_left_out.then_some("`plugins.allow` does not name `lmstudio`")
}

fn enabled_plugin() -> Value {
    let enabled = object([("enabled", Value::Boolean(true))]);
    object([("entries", object([(PROVIDER_ID, enabled)]))])
}

/// The entry that says there is a profile; the key is not in it.
/// Where an order of profiles is set, it comes first there: OpenClaw uses no other than those of the order.
fn profile(root: Node<'_>) -> Value {
    let entry = object([("provider", PROVIDER_ID.into()), ("mode", "api_key".into())]);
    let mut auth = vec![("profiles".to_owned(), object([(PROFILE, entry)]))];
    let ordered = order(root).map(|(name, list)| {
        let others = list.items().map(Node::to_value);
        let others = others.filter(|id| *id != Value::from(PROFILE));
        let list = std::iter::once(PROFILE.into()).chain(others);
        (name, Value::List(list.collect()))
    });
    let ordered: Vec<_> = ordered.collect();
    if !ordered.is_empty() {
        auth.push(("order".to_owned(), Value::Object(ordered)));
    }
    Value::Object(auth)
}

/// The orders of LM Studio's profiles, with the names that they stand under.
fn order(root: Node<'_>) -> impl Iterator<Item = (String, Node<'_>)> {
    let order = root.get("auth").and_then(|auth| auth.get("order"));
    order
        .into_iter()
        .flat_map(Node::entries)
        .filter_map(|entry| {
            let name = entry.key.text().filter(|name| is_provider_id(name))?;
            (entry.value.kind() == Kind::List).then(|| (name.into_owned(), entry.value))
        })
}

/// Takes fields of the provider out.
fn forget_fields(editor: &mut Editor<'_>, own: Option<&Provider<'_>>, keys: &[&str]) {
    for key in keys {
        if let Some(entry) = own.and_then(|own| own.node.entry(key)) {
            editor.dissolve(entry.key);
        }
    }
}

/// Takes the entries out that say there is a profile of LM Studio, and their order.
fn forget_profiles(editor: &mut Editor<'_>, root: Node<'_>) {
    let auth = root.get("auth");
    let order = auth.and_then(|auth| auth.get("order"));
    for entry in order.into_iter().flat_map(Node::entries) {
        if entry.key.text().is_some_and(|name| is_provider_id(&name)) {
            editor.dissolve(entry.key);
        }
    }
    let profiles = auth.and_then(|auth| auth.get("profiles"));
    for entry in profiles.into_iter().flat_map(Node::entries) {
        let provider = entry.value.get("provider").and_then(Node::text);
        if provider.as_deref() == Some(PROVIDER_ID) {
            editor.dissolve(entry.key);
        }
    }
}

/// What the server lists, with definitions that are bounded as was wished.
fn shortened(setup: &Setup<'_>) -> Catalogue {
    let mut catalogue = setup.catalogue.clone();
    if let Some(length) = setup.context_length {
        for model in &mut catalogue.models {
            let definition = &mut model.definition;
            definition.context_tokens = length.min(definition.context_window);
            definition.max_tokens = definition.max_tokens.min(definition.context_tokens);
        }
    }
    catalogue
}

/// Bounds what OpenClaw works with, for the models that are there and listed.
fn shorten(
    editor: &mut Editor<'_>,
    own: &Provider<'_>,
    catalogue: &Catalogue,
    length: u64,
) -> Vec<Change> {
    let mut changes = Vec::new();
    for model in own.models() {
        let id = model.id().unwrap_or_default();
        let mut listed = catalogue.models.iter();
        let listed = listed.find(|listed| listed.definition.id == id.trim());
        // An entry that cannot be changed in place stays as it is.
        if let Some(listed) = listed.filter(|_| is_editable(model.node)) {
            shorten_one(editor, &model, listed, length, &mut changes);
        }
    }
    changes
}

fn shorten_one(
    editor: &mut Editor<'_>,
    model: &Model<'_>,
    listed: &Listed,
    length: u64,
    changes: &mut Vec<Change>,
) {
    let tokens = length.min(listed.definition.context_window);
    #[expect(clippy::cast_precision_loss, reason = "a window is far below 2^53")]
    let tokens = tokens as f64;
    let most = model.node.get("maxTokens").and_then(Node::number);
    let mut update = Update {
        editor,
        object: model.node,
        path: model.path(),
        changes,
    };
    update.set("contextTokens", Value::Number(tokens));
    if most.is_some_and(|most| most > tokens) {
        update.set("maxTokens", Value::Number(tokens));
    }
}
