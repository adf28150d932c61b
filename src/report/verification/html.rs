//! The verification as one page that needs nothing else.

use std::io::{self, Write};

use crate::verification::Report;

/// Writes the page.
///
/// # Errors
/// Those of `out`.
pub fn write(_report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<!doctype html>")
}
