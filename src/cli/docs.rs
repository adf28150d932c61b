//! `clawconf docs`

use std::io::Write;

use super::args::{Args, Docs};
use super::error::Error;
use super::exit::Exit;

pub(super) fn run(_: &Docs, _: &Args, _: &mut dyn Write) -> Result<Exit, Error> {
    Ok(Exit::Well)
}
