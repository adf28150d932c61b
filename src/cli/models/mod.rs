//! `clawconf models`: which models a config has, and which one is the default.

mod list;
mod live;
mod set;

use std::io::Write;

use super::args::{Args, Models, ModelsCommand};
use super::error::Error;
use super::exit::Exit;

/// Runs `clawconf models`.
pub(super) fn run(command: &Models, args: &Args, out: &mut dyn Write) -> Result<Exit, Error> {
    match &command.command {
        ModelsCommand::List(command) => list::run(command, args, out),
        ModelsCommand::Set(command) => set::run(command, args, out),
    }
}
