//! `clawconf verify`

#[cfg(feature = "net")]
mod dry_run;
#[cfg(feature = "net")]
mod embedded;
#[cfg(feature = "net")]
mod plan;
#[cfg(feature = "net")]
mod running;

use std::io::Write;

#[cfg(feature = "net")]
use super::args::Format;
use super::args::{Args, Verify};
use super::error::Error;
use super::exit::Exit;

/// This build opens no sockets.
#[cfg(not(feature = "net"))]
pub(super) fn run(_: &Verify, _: &Args, _: &mut dyn Write) -> Result<Exit, Error> {
    let message = "this build of clawconf opens no sockets, so nothing can be verified";
    Err(Error::Usage(message.to_owned()))
}

/// Verifies what the command line names.
#[cfg(feature = "net")]
pub(super) fn run(command: &Verify, args: &Args, out: &mut dyn Write) -> Result<Exit, Error> {
    if !command.fault.is_empty() && !command.embedded {
        let message = "--fault goes with --embedded: no other server is made to fail";
        return Err(Error::Usage(message.to_owned()));
    }
    let embedded = command.embedded.then(|| embedded::start(&command.fault));
    let embedded = embedded.transpose()?;
    let plan = plan::Plan::of(command, embedded.as_ref())?;
    if !args.quiet {
        for remark in &plan.remarks {
            super::remark(&super::printable(remark));
        }
    }
    if command.dry_run {
        if !matches!(args.format, Format::Human | Format::Json) {
            let message = "--dry-run is told as human or as json";
            return Err(Error::Usage(message.to_owned()));
        }
        dry_run::write(&plan, command, args.form(), out)?;
        return Ok(Exit::Well);
    }
    let report = running::run(plan, command, args)?;
    match write_report(&report, args, out) {
        // Who has seen enough of it (`| head`) still gets the right exit code.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
        written => written?,
    }
    Ok(match (report.interrupted, report.has_failures()) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Found,
        (false, false) => Exit::Well,
    })
}

#[cfg(feature = "net")]
fn write_report(
    report: &crate::verification::Report,
    args: &Args,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    use crate::report::verification::{html, human, json, junit};

    match args.format {
        Format::Json => json::write(report, out),
        Format::Junit => junit::write(report, out),
        Format::Html => html::write(report, out),
        _ => human::write(report, args.quiet, out),
    }
}
