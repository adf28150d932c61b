//! `clawconf discover`

#[cfg(feature = "net")]
mod advice;
#[cfg(feature = "net")]
mod asking;
#[cfg(feature = "net")]
mod render;

use std::io::Write;

use super::args::{Args, Discover};
use super::error::Error;
use super::exit::Exit;

/// Runs `clawconf discover`.
#[cfg(feature = "net")]
pub(super) fn run(command: &Discover, args: &Args, out: &mut dyn Write) -> Result<Exit, Error> {
    use super::args::Form;

    let outcomes = match &command.from {
        Some(path) => vec![asking::saved(path)?],
        None => asking::ask_all(command)?,
    };
    match args.form() {
        Form::Human => render::human(&outcomes, args, out)?,
        Form::Json => render::json(&outcomes, out)?,
    }
    Ok(if outcomes.iter().all(|outcome| outcome.result.is_ok()) {
        Exit::Well
    } else {
        Exit::Found
    })
}

/// This build opens no sockets.
#[cfg(not(feature = "net"))]
pub(super) fn run(_: &Discover, _: &Args, _: &mut dyn Write) -> Result<Exit, Error> {
    let message = "this build of clawconf opens no sockets, so no server can be asked";
    Err(Error::Usage(message.to_owned()))
}
