//! `clawconf models`: which models a config has, and which one is the default.

mod list;
mod live;
mod set;

use std::io::Write;

use super::args::{Args, Models, ModelsCommand};
use super::error::Error;
use super::exit::Exit;
use crate::config::Config;
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
