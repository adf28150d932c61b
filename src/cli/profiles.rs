//! The keys that OpenClaw's set-up keeps apart from the config: its auth profiles.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{files, targets};
use crate::config::{Config, Variables};
use crate::contract::provider_id::ProviderId;

/// Where they stand, below the folder of [`folder_of`].
pub(super) const FILE: &str = "agents/main/agent/auth-profiles.json";

/// The folder with the profiles of a config: OpenClaw's folder for the config that OpenClaw uses, which
/// may stand elsewhere; for another config its own folder.
pub(super) fn folder_of(config: &Path) -> Option<PathBuf> {
    let own = targets::state_folder().filter(|_| targets::is_own_config(config));
    own.or_else(|| Some(files::absolute(config).parent()?.to_owned()))
}

/// The key that a profile of this config holds for a provider; never one of another config.
pub(super) fn key_of(provider: &str, config: &Config, variables: &Variables) -> Option<String> {
    let store = store_of(&config.files.first()?.path)?;
    let text = files::read_config(&store).ok()?.text;
    let file: Value = serde_json::from_str(&text).ok()?;
    let profiles = file.get("profiles")?.as_object()?;
    let wanted = ProviderId::of(provider);
    let is_its = |profile: &&Value| {
        let text = |key: &str| profile.get(key).and_then(Value::as_str);
        let is_wanted = text("provider").is_some_and(|id| ProviderId::of(id) == wanted);
        text("type") == Some("api_key") && is_wanted
    };
    let usual = format!("{}:default", wanted.name());
    let usual = profiles.get(&usual).filter(is_its);
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

/// The profiles of a config. A link in the folder of another config does not lead to those of OpenClaw.
fn store_of(config: &Path) -> Option<PathBuf> {
    let folder = folder_of(config)?;
    let store = folder.join(FILE);
    let is_openclaws = |own: PathBuf| files::real(&own) == files::real(&folder);
    let is_below = files::real(&store).starts_with(files::real(&folder));
    (is_below || targets::state_folder().is_some_and(is_openclaws)).then_some(store)
}
