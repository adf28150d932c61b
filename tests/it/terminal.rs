//! A process under test on a real pseudo-terminal.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// Longest wait for something on the screen: far more than anything takes, so that a test that waits in
/// vain ends.
const LONGEST: Duration = Duration::from_secs(60);

/// A process and its screen.
pub(crate) struct Terminal {
    child: Child,
    keyboard: File,
    pieces: Receiver<Vec<u8>>,
    /// All that was shown.
    shown: Vec<u8>,
    /// How much of it was waited for already.
    seen: usize,
}

impl Terminal {
    /// Runs a command on a terminal of its own.
    pub(crate) fn run(command: &mut Command) -> Terminal {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let size = Winsize {
            ws_row: 40,
            ws_col: 160,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&master, size).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let slave = OpenOptions::new()
            .read(true)
            .write(true)
            .open(name.to_str().unwrap())
            .unwrap();
        let end = || slave.try_clone().unwrap();
        command.stdin(end()).stdout(end()).stderr(end());
        command.env("TERM", "xterm");
        let child = command.spawn().unwrap();
        // The command holds its ends of the terminal until it is gone.
        command.stdin(std::process::Stdio::null());
        command.stdout(std::process::Stdio::null());
        command.stderr(std::process::Stdio::null());
        drop(slave);
        let keyboard = File::from(master);
        let mut screen = keyboard.try_clone().unwrap();
        let (told, pieces) = channel();
        thread::spawn(move || {
            let mut piece = [0; 4096];
            // The end of the process is an error here.
            while let Ok(read @ 1..) = screen.read(&mut piece) {
                if told.send(piece[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        Terminal {
            child,
            keyboard,
            pieces,
            shown: Vec::new(),
            seen: 0,
        }
    }

    /// All that was shown so far.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.shown).into_owned()
    }

    /// Waits until this is shown, behind what was waited for before.
    pub(crate) fn wait_for(&mut self, text: &str) {
        let wanted = text.as_bytes();
        loop {
            let new = &self.shown[self.seen..];
            if let Some(at) = new.windows(wanted.len()).position(|part| part == wanted) {
                self.seen += at + wanted.len();
                return;
            }
            match self.pieces.recv_timeout(LONGEST) {
                Ok(piece) => self.shown.extend(piece),
                Err(error) => panic!("{error}: no {text:?} in {}", self.text()),
            }
        }
    }

    /// Types.
    pub(crate) fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits until a question is asked, and answers it.
    pub(crate) fn answer(&mut self, question: &str, keys: &str) {
        self.wait_for(question);
        self.press(keys);
    }

    /// Waits for the end.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        while let Ok(piece) = self.pieces.recv_timeout(LONGEST) {
            self.shown.extend(piece);
        }
        let status = self.child.wait().unwrap();
        let text = self.text();
        (status, text)
    }
}
