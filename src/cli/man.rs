//! `clawconf man`

use std::io::{self, Write};
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::args::Args;
use super::error::Error;
use super::exit::Exit;
use super::{files, printable};

/// Prints one manual page, or writes a page for each command.
pub(super) fn run(folder: Option<&Path>, args: &Args, out: &mut dyn Write) -> Result<Exit, Error> {
    let mut command = Args::command().disable_help_subcommand(true);
    command.build();
    let Some(folder) = folder else {
        out.write_all(whole(&command)?.as_bytes())?;
        return Ok(Exit::Well);
    };
    for command in all(&command) {
        let man = Man::new(command.clone());
        let mut page = Vec::new();
        man.render(&mut page)?;
        let path = folder.join(man.get_filename());
        files::create(&path, &String::from_utf8_lossy(&page))?;
        if !args.quiet {
            writeln!(out, "{}", printable(&path.to_string_lossy()))?;
        }
    }
    Ok(Exit::Well)
}

/// The command and all below it, each before those below it.
fn all(command: &Command) -> Vec<&Command> {
    let below = command.get_subcommands().flat_map(all);
    std::iter::once(command).chain(below).collect()
}

/// One page: the command, then a section for each one below it.
fn whole(command: &Command) -> io::Result<String> {
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    for command in all(command).into_iter().skip(1) {
        let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
        writeln!(page, ".SH \"{}\"", name.to_uppercase())?;
        page.write_all(subsections(command)?.as_bytes())?;
    }
    man.render_extra_section(&mut page)?;
    man.render_version_section(&mut page)?;
    Ok(once_defined(&String::from_utf8_lossy(&page)))
}

/// The page with the definition of the apostrophe, which every section brings, at its start only.
fn once_defined(page: &str) -> String {
    let is_definition = |line: &&str| line.starts_with(".ie ") || line.starts_with(".el ");
    let (head, rest) = (page.lines().take(2), page.lines().skip(2));
    let lines = head.chain(rest.filter(|line| !is_definition(line)));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// What is to be said of a command, as parts of a section.
fn subsections(command: &Command) -> io::Result<String> {
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    man.render_description_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.get_after_help().is_some() {
        man.render_extra_section(&mut page)?;
    }
    let page = String::from_utf8_lossy(&page);
    let lines = page.lines().map(|line| match line.strip_prefix(".SH ") {
        Some(heading) => format!(".SS {heading}\n"),
        None => format!("{line}\n"),
    });
    Ok(lines.collect())
}
