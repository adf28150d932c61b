//! `clawconf models`: which models a config has, and which one is the default.

mod list;
mod live;
mod set;

use std::io::Write;

use super::args::{Args, Models, ModelsCommand};
use super::error::Error;
use super::exit::Exit;
use crate::config::Config;
use crate::contract::provider_id::ProviderId;
use crate::json5::Node;

/// Runs `clawconf models`.
pub(super) fn run(command: &Models, args: &Args, out: &mut dyn Write) -> Result<Exit, Error> {
    match &command.command {
        ModelsCommand::List(command) => list::run(command, args, out),
        ModelsCommand::Set(command) => set::run(command, args, out),
    }
}

/// The default model of a config: `agents.defaults.model`, a reference or an object with `primary`.
pub(super) fn default_model(config: &Config) -> Option<String> {
    let root = config.tree().map(|tree| tree.root());
    let model = root.and_then(|root| root.get("agents")?.get("defaults")?.get("model"))?;
    let named = model.get("primary").or(Some(model)).and_then(Node::text)?;
    Some(named.trim().to_owned())
}

/// The reference that is meant, as the config writes it: an alias stands for the model that has it, and
/// a provider is known whatever the case of its id.
pub(super) fn meant(reference: &str, config: &Config) -> String {
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
