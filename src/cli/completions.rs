//! `clawconf completions`

use std::io::Write;

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use super::args::Args;
use super::error::Error;
use super::exit::Exit;

/// Prints what a shell needs to complete commands and flags.
pub(super) fn run(shell: Shell, out: &mut dyn Write) -> Result<Exit, Error> {
    // A reader that goes away is an error of `out`, which `generate` would not survive.
    let mut script = Vec::new();
    generate(
        shell,
        &mut Args::command(),
        env!("CARGO_PKG_NAME"),
        &mut script,
    );
    out.write_all(&script)?;
    Ok(Exit::Well)
}
