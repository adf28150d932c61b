//! `clawconf explain`

use std::io::Write;

use serde::Serialize;

use super::args::{Args, Explain, Form};
use super::error::Error;
use super::exit::Exit;
use crate::diagnostic::RuleInfo;
use crate::lint::rules;

/// The group of rules that has a page of its own, and that page.
const TRUST: &str = "trust";
const TRUST_PAGE: &str = include_str!("../../docs/trust.md");

#[derive(Serialize)]
struct Entry<'r> {
    id: &'r str,
    group: &'r str,
    severity: &'r str,
    fix: &'r str,
    summary: &'r str,
}

impl From<&'static RuleInfo> for Entry<'_> {
    fn from(info: &'static RuleInfo) -> Self {
        Entry {
            id: info.id,
            group: info.group,
            severity: info.severity.name(),
            fix: info.fix.name(),
            summary: info.summary,
        }
    }
}

/// Prints a rule's page, or the list of all rules.
pub(super) fn run(command: &Explain, args: &Args, out: &mut dyn Write) -> Result<Exit, Error> {
    let id = command.rule.as_deref().unwrap_or_default();
    if id == TRUST && !command.list && args.form() == Form::Human {
        writeln!(out, "{}", TRUST_PAGE)?;
        writeln!(out, "## The rules\n")?;
    }
    if command.list || rules::ALL.iter().any(|rule| rule.info.group == id) {
        list(Some(id).filter(|_| !command.list), args.form(), out)?;
        return Ok(Exit::Well);
    }
    let Some(info) = rules::find(id) else {
        let hint = "`clawconf explain --list` shows all";
        return Err(Error::Usage(format!("no rule is called `{id}`; {hint}")));
    };
    match args.form() {
        Form::Human => out.write_all(info.explain.as_bytes())?,
        Form::Json => {
            let mut entry =
                serde_json::to_value(Entry::from(info)).map_err(std::io::Error::from)?;
            if let Some(fields) = entry.as_object_mut() {
                fields.insert("explanation".to_owned(), info.explain.into());
            }
            writeln!(out, "{entry:#}")?;
        }
    }
    Ok(Exit::Well)
}

/// Lists the rules of one group, or all.
fn list(only: Option<&str>, format: Form, out: &mut dyn Write) -> Result<(), Error> {
    let infos = rules::ALL.iter().map(|rule| &rule.info);
    let infos = infos.filter(|info| only.is_none_or(|group| info.group == group));
    match format {
        Form::Json => {
            let entries: Vec<Entry<'_>> = infos.map(Entry::from).collect();
            serde_json::to_writer_pretty(&mut *out, &entries).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
        Form::Human => {
            let width = infos.clone().map(|info| info.id.len()).max().unwrap_or(0);
            let mut group = "";
            for info in infos {
                if info.group != group {
                    group = info.group;
                    writeln!(out, "{group}")?;
                }
                let (id, severity, summary) = (info.id, info.severity.name(), info.summary);
                writeln!(out, "  {id:<width$}  {severity:<9}{summary}")?;
            }
        }
    }
    Ok(())
}
