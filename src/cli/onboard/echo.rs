//! Keeps the terminal from showing what is typed between two questions: a key that is pasted early would
//! stand there in the clear.

/// The terminal shows nothing by itself until this is dropped.
pub(super) struct Unechoed {
    #[cfg(unix)]
    before: Option<rustix::termios::Termios>,
}

#[cfg(unix)]
impl Unechoed {
    pub(super) fn begin() -> Unechoed {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let terminal = std::io::stdin();
        let before = tcgetattr(&terminal).ok();
        if let Some(mut modes) = before.clone() {
            modes.local_modes.remove(LocalModes::ECHO);
            // A terminal that cannot be told is as it was.
            let _ = tcsetattr(&terminal, OptionalActions::Now, &modes);
        }
        Unechoed { before }
    }
}

#[cfg(unix)]
impl Drop for Unechoed {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        if let Some(before) = &self.before {
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, before);
        }
    }
}

#[cfg(not(unix))]
impl Unechoed {
    pub(super) fn begin() -> Unechoed {
        Unechoed {}
    }
}
