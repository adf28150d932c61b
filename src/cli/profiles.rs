//! The keys that OpenClaw's set-up keeps apart from the config: its auth profiles.

use std::path::Path;

use serde_json::Value;

use super::{files, targets};
use crate::config::{Config, Variables};

/// Where they stand, below OpenClaw's folder.
pub(super) const FILE: &str = "agents/main/agent/auth-profiles.json";

/// The key that a profile holds for a provider; none unless the config is OpenClaw's own, so that
/// another config never gets it.
pub(super) fn key_of(provider: &str, config: &Config, variables: &Variables) -> Option<String> {
    let folder = targets::state_folder()?;
    let own = config.files.first()?.path.parent()?;
    if files::real(own) != files::real(&folder) {
        return None;
    }
    let text = files::read_config(Path::new(&folder.join(FILE))).ok()?.text;
    let file: Value = serde_json::from_str(&text).ok()?;
    let profiles = file.get("profiles")?.as_object()?;
    let is_its = |profile: &&Value| {
        let text = |key: &str| profile.get(key).and_then(Value::as_str);
        text("type") == Some("api_key") && text("provider") == Some(provider)
    };
    let usual = profiles.get(&format!("{provider}:default")).filter(is_its);
    let profile = usual.or_else(|| profiles.values().find(is_its))?;
    if let Some(key) = profile.get("key").and_then(Value::as_str) {
        return Some(key.to_owned());
    }
    let reference = profile.get("keyRef")?;
    let name = reference.get("id")?.as_str()?;
    let is_variable = reference.get("source")?.as_str()? == "env";
    variables
        .get(name)
        .filter(|_| is_variable)
        .map(str::to_owned)
}
