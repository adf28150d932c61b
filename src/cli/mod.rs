//! The commands: the only place that touches files, the environment and the terminal.
//!
//! One file a command, each read from top to bottom; the pure modules do the work.

#![expect(
    clippy::disallowed_methods,
    reason = "the edge: everything else asks this module for files and variables"
)]

mod args;
mod chat;
mod completions;
mod difference;
mod discover;
mod docs;
#[cfg(feature = "net")]
mod endpoint;
mod error;
mod exit;
mod explain;
mod files;
mod lint;
mod loading;
mod lookup;
mod man;
mod models;
mod normalize;
mod onboard;
#[cfg(feature = "net")]
mod profiles;
mod revision;
#[cfg(feature = "net")]
mod runtime;
mod saving;
mod settings;
mod simulate;
mod targets;
mod trial;
mod trust;
mod variables;
mod verify;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use exit::Exit;

/// Runs the command line of this process.
#[must_use]
pub fn run() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let help = !error.use_stderr();
            let printed = error.print();
            return if help && printed.is_ok() {
                Exit::Well
            } else {
                Exit::Failed
            }
            .into();
        }
    };
    args.color.write_global();
    let mut out = anstream::AutoStream::auto(std::io::stdout());
    let mut out = std::io::BufWriter::new(&mut out);
    let result = args.check_format().and_then(|()| match &args.command {
        Command::Chat(command) => chat::run(command, &args, &mut out),
        Command::Completions { shell } => completions::run(*shell, &mut out),
        Command::Discover(command) => discover::run(command, &args, &mut out),
        Command::Docs(command) => docs::run(command, &args, &mut out),
        Command::Explain(command) => explain::run(command, &args, &mut out),
        Command::Lint(command) => lint::run(command, &args, &mut out),
        Command::Man { out: folder } => man::run(folder.as_deref(), &args, &mut out),
        Command::Models(command) => models::run(command, &args, &mut out),
        Command::Normalize(command) => normalize::run(command, &args, &mut out),
        Command::Onboard(command) => onboard::run(command, &args, &mut out),
        Command::Simulate(command) => simulate::run(command, &args, &mut out),
        Command::Trust(command) => trust::run(command, &args, &mut out),
        Command::Verify(command) => verify::run(command, &args, &mut out),
    });
    // A reader that has seen enough (`| head`) is no failure.
    let is_enough = |error: &std::io::Error| error.kind() == std::io::ErrorKind::BrokenPipe;
    let result = result.and_then(|exit| match out.flush() {
        Err(error) if !is_enough(&error) => Err(error.into()),
        _ => Ok(exit),
    });
    match result {
        Ok(exit) => exit.into(),
        Err(error::Error::Output(error)) if is_enough(&error) => Exit::Well.into(),
        Err(error) => {
            complain(&error.to_string());
            Exit::Failed.into()
        }
    }
}

/// One line on standard error.
fn complain(message: &str) {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    let message = printable(message);
    // Nobody is left to be told when standard error is closed.
    let _ = writeln!(anstream::stderr(), "{style}error{style:#}: {message}");
}

/// One line on standard error that is no error.
fn remark(message: &str) {
    let _ = writeln!(anstream::stderr(), "{message}");
}

/// Foreign text, such as a file name, on one line and without anything a terminal would act on.
fn printable(text: &str) -> String {
    let shown = |c: char| {
        let reorders = matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || reorders {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    text.chars().map(shown).collect()
}
