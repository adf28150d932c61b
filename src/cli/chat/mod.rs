//! `clawconf chat`

#[cfg(feature = "net")]
mod question;
#[cfg(feature = "net")]
mod render;

use std::io::Write;

use super::args::{Args, Chat};
use super::error::Error;
use super::exit::Exit;

/// Runs `clawconf chat`.
#[cfg(feature = "net")]
pub(super) fn run(command: &Chat, args: &Args, out: &mut dyn Write) -> Result<Exit, Error> {
    use question::Asked;
    use render::Teller;

    let mut teller = Teller::new(args.format, out);
    let mut chat = crate::live::chat::Chat::new();
    if let Some(path) = &command.replay {
        let saved = question::saved(path)?;
        chat.replay(&saved, &mut |event| teller.hear(event));
        return teller.end(&chat, None, args);
    }
    let asked = Asked::of(command)?;
    asked.endpoint.tell_warnings();
    let is_over = question::hold(&asked, &mut chat, &mut |event| teller.hear(event))?;
    if !is_over {
        chat.interrupt();
    }
    let exit = teller.end(&chat, Some(&asked), args)?;
    Ok(if is_over { exit } else { Exit::Interrupted })
}

/// This build opens no sockets.
#[cfg(not(feature = "net"))]
pub(super) fn run(_: &Chat, _: &Args, _: &mut dyn Write) -> Result<Exit, Error> {
    let message = "this build of clawconf opens no sockets, so no chat can be held";
    Err(Error::Usage(message.to_owned()))
}
