//! `clawconf onboard`

#[cfg(feature = "net")]
mod answers;
#[cfg(feature = "net")]
mod asking;
#[cfg(feature = "net")]
mod echo;
#[cfg(feature = "net")]
mod questions;
#[cfg(feature = "net")]
mod state;
#[cfg(feature = "net")]
mod writing;

use std::io::Write;

use super::args::{Args, Onboard};
use super::error::Error;
use super::exit::Exit;

/// This build opens no sockets.
#[cfg(not(feature = "net"))]
pub(super) fn run(_: &Onboard, _: &Args, _: &mut dyn Write) -> Result<Exit, Error> {
    let message = "this build of clawconf opens no sockets, so no server can be asked";
    Err(Error::Usage(message.to_owned()))
}

/// Why set-up ends: the server or a wish stands in the way, or it cannot run.
#[cfg(feature = "net")]
enum Stop {
    Refused(String),
    Failed(Error),
    /// A person ended it.
    Interrupted,
}

#[cfg(feature = "net")]
impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Failed(error)
    }
}

#[cfg(feature = "net")]
impl Stop {
    fn because(message: impl Into<String>) -> Stop {
        Stop::Refused(message.into())
    }
}

/// Sets LM Studio up.
#[cfg(feature = "net")]
pub(super) fn run(command: &Onboard, args: &Args, out: &mut dyn Write) -> Result<Exit, Error> {
    match set_up(command, args, out) {
        Ok(()) => Ok(Exit::Well),
        Err(Stop::Refused(message)) => {
            super::complain(&message);
            Ok(Exit::Found)
        }
        Err(Stop::Failed(error)) => Err(error),
        Err(Stop::Interrupted) => {
            super::remark("Nothing was written.");
            Ok(Exit::Interrupted)
        }
    }
}

#[cfg(feature = "net")]
fn set_up(command: &Onboard, args: &Args, out: &mut dyn Write) -> Result<(), Stop> {
    answers::check(command)?;
    if !command.non_interactive {
        questions::check_terminal()?;
    }
    let variables = super::variables::of_live(&command.variables)?;
    let state = state::State::read(command.config.as_ref(), &variables)?;
    let wishes = answers::Wishes::of(command);
    if !command.non_interactive {
        return questions::hold(command, wishes, &state, &variables, args, out);
    }
    let answers = answers::Answers::of(&wishes, &state, &variables)?;
    let found = asking::ask(command, &answers, &state, &variables)?;
    let model = asking::chosen(&found, answers.model.as_deref(), &state)?;
    let draft = writing::Draft::of(&answers, &state, &found, &model)?;
    writing::write(command, &answers, &state, &draft, args, out)
}
