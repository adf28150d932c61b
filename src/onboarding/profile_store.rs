//! OpenClaw's profile store: where set-up keeps the key itself, apart from the config (2026.5.18).

use crate::json5::{Editor, Kind, Node, Path, Tree, Value};

use super::default_model::object;
use crate::lmstudio::PROVIDER_ID;

/// The profile of LM Studio.
pub const PROFILE: &str = "lmstudio:default";

/// A store that does not exist yet.
const EMPTY: &str = "{\n  \"version\": 1,\n  \"profiles\": {}\n}\n";

/// The version of the store that is understood.
const VERSION: Value = Value::Number(1.0);

/// What a profile holds.
#[derive(Clone, PartialEq, Eq)]
pub enum Stored {
    /// The key.
    Key(String),
    /// The name of the variable that holds it.
    Variable(String),
}

impl std::fmt::Debug for Stored {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Stored::Key(_) => "Key",
            Stored::Variable(_) => "Variable",
        })
    }
}

/// Why a store cannot be changed. Never holds what stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StoreProblem {
    /// It is no JSON.
    #[error("this is not JSON; mend it, or move it away")]
    Syntax,
    /// It is JSON of another shape.
    #[error("this is no store of profiles as OpenClaw 2026.5.18 writes it")]
    Shape,
}

/// The text of a store with the profile of LM Studio in it; `old` is what it was.
///
/// # Errors
/// When the old text cannot be changed.
pub fn with_profile(old: Option<&str>, stored: &Stored) -> Result<String, StoreProblem> {
    let credential = match stored {
        Stored::Key(key) => ("key", Value::from(key.as_str())),
        Stored::Variable(name) => {
            let reference = object([
                ("source", "env".into()),
                ("provider", "default".into()),
                ("id", name.as_str().into()),
            ]);
            ("keyRef", reference)
        }
    };
    let tree = tree(old)?;
    let root = tree.root();
    let mut editor = Editor::new(&tree);
    let profile = object([
        ("type", "api_key".into()),
        ("provider", PROVIDER_ID.into()),
        credential,
    ]);
    let old = root.get("profiles").and_then(|all| all.get(PROFILE));
    // One of another type has secrets in other fields, which nobody would use any more.
    if let Some(other) = old.filter(|old| !is_of_key(*old)) {
        editor.set(other, profile);
        return editor.apply().map_err(|_| StoreProblem::Shape);
    }
    let patch = object([
        ("version", VERSION),
        ("profiles", object([(PROFILE, profile)])),
    ]);
    let patched = editor.patch(root, &patch, &Path::default());
    patched.map_err(|_| StoreProblem::Shape)?;
    // A key and a reference are never there together.
    let other = if matches!(stored, Stored::Key(_)) {
        "keyRef"
    } else {
        "key"
    };
    if let Some(entry) = old.and_then(|profile| profile.entry(other)) {
        editor.remove(entry.key);
    }
    editor.apply().map_err(|_| StoreProblem::Shape)
}

/// The text of a store without any profile of LM Studio; none when there is nothing to take out.
///
/// # Errors
/// When the old text cannot be changed.
pub fn without_profiles(old: Option<&str>) -> Result<Option<String>, StoreProblem> {
    let Some(old) = old else { return Ok(None) };
    let tree = tree(Some(old))?;
    let profiles = tree.root().get("profiles");
    let mut editor = Editor::new(&tree);
    let mut is_changed = false;
    for entry in profiles.into_iter().flat_map(Node::entries) {
        let provider = entry.value.get("provider").and_then(Node::text);
        if provider.as_deref() == Some(PROVIDER_ID) {
            editor.remove(entry.key);
            is_changed = true;
        }
    }
    let text = editor.apply().map_err(|_| StoreProblem::Shape)?;
    Ok(is_changed.then_some(text))
}

/// Whether a profile holds a key, and no token of some other kind.
fn is_of_key(profile: Node<'_>) -> bool {
    profile.get("type").and_then(Node::text).as_deref() == Some("api_key")
}

fn tree(old: Option<&str>) -> Result<Tree, StoreProblem> {
    let text = old.filter(|text| !text.trim().is_empty()).unwrap_or(EMPTY);
    // OpenClaw reads it as plain JSON.
    serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|_| StoreProblem::Syntax)?;
    let tree = Tree::parse(text.to_owned()).map_err(|_| StoreProblem::Syntax)?;
    let root = tree.root();
    let version = root.get("version").map(Node::to_value);
    let is_known = version.is_none_or(|version| version.same(&VERSION));
    if root.kind() == Kind::Object && is_known {
        Ok(tree)
    } else {
        Err(StoreProblem::Shape)
    }
}
