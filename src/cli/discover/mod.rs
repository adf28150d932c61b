//! `clawconf discover`

#[cfg(feature = "net")]
mod advice;
#[cfg(feature = "net")]
mod asking;
#[cfg(feature = "net")]
mod render;
#[cfg(feature = "net")]
mod writing;

use std::io::Write;

use super::args::{Args, Discover};
use super::error::Error;
use super::exit::Exit;

/// Runs `clawconf discover`.
#[cfg(feature = "net")]
pub(super) fn run(command: &Discover, args: &Args, out: &mut dyn Write) -> Result<Exit, Error> {
    use super::args::Form;

    if command.prune && !command.write && !command.diff {
        return Err(Error::Usage(
            "--prune goes with --write or --diff".to_owned(),
        ));
    }
    let (outcomes, written) = match &command.from {
        Some(path) => (vec![asking::saved(path)?], None),
        None => {
            let plan = asking::Plan::of(command)?;
            let outcomes = asking::ask_all(plan.subjects)?;
            let whole = plan.whole.filter(|_| command.write || command.diff);
            let written = whole.map(|whole| writing::write(&whole, &outcomes, command));
            (outcomes, written)
        }
    };
    match args.form() {
        Form::Human => render::human(&outcomes, written.as_ref(), args, out)?,
        Form::Json => render::json(&outcomes, written.as_ref(), out)?,
    }
    let is_well = outcomes.iter().all(|outcome| outcome.result.is_ok());
    match written.map(|written| written.result).transpose() {
        Err(error) => Err(error),
        Ok(_) if is_well => Ok(Exit::Well),
        Ok(_) => Ok(Exit::Found),
    }
}

/// This build opens no sockets.
#[cfg(not(feature = "net"))]
pub(super) fn run(_: &Discover, _: &Args, _: &mut dyn Write) -> Result<Exit, Error> {
    let message = "this build of clawconf opens no sockets, so no server can be asked";
    Err(Error::Usage(message.to_owned()))
}
