//! `clawconf docs`

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::args::{Args, Docs, DocsCommand, FailOnChange, Form};
use super::error::{Error, in_words};
use super::exit::Exit;
use super::files;
use crate::contract::artefact::{BASELINE_PATH, Drift, SCHEMA_PATH, drift, generate};
use crate::contract::drift::{Change, Class, changes};
use crate::contract::record::{Record, Records, from_lines, records};
use crate::contract::schema::schema;

/// Largest schema that is compared, in bytes; OpenClaw's own has 2.5 MB.
const MAX_SCHEMA_BYTES: usize = 64 * 1024 * 1024;

/// Runs one of the documentation commands.
pub(super) fn run(command: &Docs, args: &Args, out: &mut dyn Write) -> Result<Exit, Error> {
    match &command.command {
        DocsCommand::Gen { out: folder } => generate_into(folder, args, out),
        DocsCommand::Check { out: folder } => check(folder, args, out),
        DocsCommand::Diff { old, new, fail_on } => diff(old, new, *fail_on, args, out),
        DocsCommand::Show { path } => show(path, args, out),
    }
}

fn generate_into(folder: &Path, args: &Args, out: &mut dyn Write) -> Result<Exit, Error> {
    let mut written = Vec::new();
    for artefact in generate() {
        let path = folder.join(artefact.path);
        let path = path.strip_prefix(".").unwrap_or(&path);
        files::create(path, &artefact.text)?;
        let digest: String = Sha256::digest(&artefact.text)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        match args.form() {
            Form::Human => writeln!(out, "{digest}  {}", path.display())?,
            Form::Json => {
                written.push(json!({ "path": path.display().to_string(), "sha256": digest }))
            }
        }
    }
    if args.form() == Form::Json {
        writeln!(out, "{:#}", json!({ "version": 1, "files": written }))?;
    }
    Ok(Exit::Well)
}

fn check(folder: &Path, args: &Args, out: &mut dyn Write) -> Result<Exit, Error> {
    let read = |path: &str| {
        let path = folder.join(path);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::file(path, in_words(&error))),
        }
    };
    let drifts = drift(read(SCHEMA_PATH)?, read(BASELINE_PATH)?);
    let repair = match folder.as_os_str().to_str() {
        Some(".") => "clawconf docs gen".to_owned(),
        _ => format!("clawconf docs gen --out {}", folder.display()),
    };
    match args.form() {
        Form::Json => {
            let files: Vec<Value> = drifts.iter().map(drift_json).collect();
            let report = json!({ "version": 1, "drift": !drifts.is_empty(), "files": files, "repair": repair });
            writeln!(out, "{report:#}")?;
        }
        Form::Human if drifts.is_empty() => {
            if !args.quiet {
                writeln!(
                    out,
                    "{SCHEMA_PATH} and {BASELINE_PATH} are what the contract says"
                )?;
            }
        }
        Form::Human => {
            for drift in &drifts {
                writeln!(out, "{} differs from the contract:", drift.path)?;
                list(&drift.changes, out)?;
                if drift.is_readable {
                    writeln!(out, "\n{}", unified(drift))?;
                }
            }
            writeln!(
                out,
                "If the contract is right, run `{repair}` and commit the result; if a file is right, change the types in src/contract/."
            )?;
        }
    }
    Ok(if drifts.is_empty() {
        Exit::Well
    } else {
        Exit::Found
    })
}

fn unified(drift: &Drift) -> String {
    let found = drift.found.as_deref().unwrap_or("");
    let diff = similar::TextDiff::from_lines(found, &drift.wanted);
    let mut unified = diff.unified_diff();
    unified
        .context_radius(2)
        .header(drift.path, "the contract")
        .to_string()
}

fn drift_json(drift: &Drift) -> Value {
    json!({
        "path": drift.path,
        "status": if drift.found.is_some() { "differs" } else { "missing" },
        "changes": changes_json(&drift.changes),
        "diff": if drift.is_readable { unified(drift) } else { String::new() },
    })
}

fn changes_json(changes: &[Change]) -> Vec<Value> {
    let as_json = |change: &Change| json!({ "class": change.class.name(), "path": change.path, "change": change.what });
    changes.iter().map(as_json).collect()
}

fn list(changes: &[Change], out: &mut dyn Write) -> Result<(), Error> {
    for change in changes {
        let Change { class, path, what } = change;
        let space = if path.is_empty() { "" } else { " " };
        writeln!(out, "  {:<10} {path}{space}{what}", class.name())?;
    }
    Ok(())
}

fn diff(
    old: &str,
    new: &str,
    fail_on: FailOnChange,
    args: &Args,
    out: &mut dyn Write,
) -> Result<Exit, Error> {
    let found = changes(&load(old)?, &load(new)?);
    let count = |class| found.iter().filter(|change| change.class == class).count();
    let counts = [Class::Breaking, Class::Additive, Class::HelpOnly].map(count);
    match args.form() {
        Form::Json => {
            let [breaking, additive, help_only] = counts;
            let summary =
                json!({ "breaking": breaking, "additive": additive, "help-only": help_only });
            let report =
                json!({ "version": 1, "summary": summary, "changes": changes_json(&found) });
            writeln!(out, "{report:#}")?;
        }
        Form::Human => {
            list(&found, out)?;
            if !args.quiet {
                let [breaking, additive, help_only] = counts;
                writeln!(
                    out,
                    "{breaking} breaking, {additive} additive, {help_only} help-only"
                )?;
            }
        }
    }
    let worst = found.iter().map(|change| change.class).max();
    let fails = match fail_on {
        FailOnChange::Breaking => worst >= Some(Class::Breaking),
        FailOnChange::Additive => worst >= Some(Class::Additive),
        FailOnChange::Any => worst.is_some(),
    };
    Ok(if fails { Exit::Found } else { Exit::Well })
}

/// The records of a schema or baseline: a file, or `REV:path` of the git checkout around.
fn load(name: &str) -> Result<Records, Error> {
    let text = if name == "-" {
        files::read_stdin()?.text
    } else if Path::new(name).exists() || !name.contains(':') {
        let bytes = fs::read(name).map_err(|error| Error::file(name, in_words(&error)))?;
        String::from_utf8_lossy(&bytes).into_owned()
    } else {
        from_git(name)?
    };
    if text.len() > MAX_SCHEMA_BYTES {
        return Err(Error::file(name, "too large for a schema"));
    }
    let records = match serde_json::from_str::<Value>(&text) {
        Ok(schema) if schema.get("path").is_none() => records(&schema),
        Ok(_) => from_lines(&text).map_err(|reason| Error::file(name, reason))?,
        Err(error) => from_lines(&text).map_err(|_| {
            Error::file(
                name,
                format!("neither a JSON Schema nor a help baseline: {error}"),
            )
        })?,
    };
    if records.is_empty() {
        return Err(Error::file(
            name,
            "no `models` with `providers` is described in it",
        ));
    }
    Ok(records)
}

fn from_git(name: &str) -> Result<String, Error> {
    let output = Command::new("git")
        .args(["show", "--end-of-options", name])
        .output();
    let output =
        output.map_err(|error| Error::file(name, format!("git cannot be run: {error}")))?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        return Err(Error::file(
            name,
            reason.trim().trim_start_matches("fatal: "),
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn show(path: &str, args: &Args, out: &mut dyn Write) -> Result<Exit, Error> {
    let records = records(&schema());
    let Some(record) = find(&records, path) else {
        return Err(Error::Usage(unknown_path(&records, path)));
    };
    let prefix = format!("{}.", record.path);
    let children: Vec<&Record> = records
        .values()
        .filter(|other| {
            other
                .path
                .strip_prefix(&prefix)
                .is_some_and(|rest| !rest.contains('.'))
        })
        .collect();
    match args.form() {
        Form::Json => {
            let mut shown = serde_json::to_value(record).map_err(std::io::Error::from)?;
            if let Some(fields) = shown.as_object_mut() {
                let names: Vec<&str> = children.iter().map(|child| child.path.as_str()).collect();
                fields.insert("children".to_owned(), names.into());
            }
            writeln!(out, "{shown:#}")?;
        }
        Form::Human => describe(record, &children, out)?,
    }
    Ok(Exit::Well)
}

fn describe(record: &Record, children: &[&Record], out: &mut dyn Write) -> Result<(), Error> {
    writeln!(out, "{}", record.path)?;
    if let Some(help) = &record.help {
        writeln!(out, "  {help}")?;
    }
    let types: Vec<&str> = record.types.iter().map(String::as_str).collect();
    let mut facts = vec![("type", types.join(" or "))];
    if record.required {
        facts.push(("required", "yes".to_owned()));
    } else if !record.required_when.is_empty() {
        let when: Vec<&str> = record.required_when.iter().map(String::as_str).collect();
        facts.push(("required", format!("with {}", when.join(" or "))));
    }
    facts.extend(
        record
            .default
            .as_ref()
            .map(|default| ("default", default.to_string())),
    );
    let bounds = record.bounds.iter();
    facts.extend(bounds.map(|(keyword, bound)| ("bounds", bound_in_words(keyword, bound))));
    if record.sensitive {
        facts.push(("secret", "never shown".to_owned()));
    }
    if record.secret_in_url {
        facts.push(("secret", "user info and query are never shown".to_owned()));
    }
    for (name, value) in facts {
        writeln!(out, "  {name:<18}{value}")?;
    }
    for value in &record.enum_values {
        let help = record.enum_help.get(value).map_or("", String::as_str);
        writeln!(out, "  {:<18}{value:<26}{help}", "allowed")?;
    }
    let last = |child: &Record| child.path.rsplit('.').next().unwrap_or("").to_owned();
    let width = children
        .iter()
        .map(|child| last(child).len())
        .max()
        .unwrap_or(0)
        + 2;
    for child in children {
        let help = child.help.as_deref().unwrap_or("");
        let first = help.split_inclusive(". ").next().unwrap_or("").trim_end();
        writeln!(out, "  .{:<width$}{first}", last(child))?;
    }
    Ok(())
}

/// A bound as people say it.
fn bound_in_words(keyword: &str, bound: &Value) -> String {
    match keyword {
        "exclusiveMinimum" => format!("greater than {bound}"),
        "minimum" => format!("at least {bound}"),
        "maximum" => format!("at most {bound}"),
        "minLength" => format!("at least {bound} character"),
        "minItems" => format!("at least {bound} item"),
        "maxItems" => format!("at most {bound} items"),
        "pattern" => format!("matches {bound}"),
        "not" => format!("but not {bound}"),
        "propertyNames" => format!("keys: {bound}"),
        other => format!("{other} {bound}"),
    }
}

/// The record of a path; `[]`, `[0]`, `<id>` and concrete ids and numbers stand for `*`.
fn find<'r>(records: &'r Records, path: &str) -> Option<&'r Record> {
    let plain = path.replace("[]", ".*").replace('[', ".").replace(']', "");
    let wanted: Vec<&str> = plain.trim_matches('.').split('.').collect();
    let fits = |record: &&Record| {
        let pattern: Vec<&str> = record.path.split('.').collect();
        let mut pairs = pattern.iter().zip(&wanted);
        pattern.len() == wanted.len() && pairs.all(|(part, name)| part == name || *part == "*")
    };
    // Of several, the one with the fewest wildcards is meant.
    let matching = records.values().filter(fits);
    matching.min_by_key(|record| record.path.matches('*').count())
}

fn unknown_path(records: &Records, path: &str) -> String {
    let last = path.rsplit('.').next().unwrap_or(path);
    let same_name = records
        .keys()
        .filter(|known| known.rsplit('.').next() == Some(last));
    let near: Vec<&str> = same_name.map(String::as_str).take(5).collect();
    if near.is_empty() {
        format!("the contract has no path `{path}`; `clawconf docs show models` is the start")
    } else {
        format!(
            "the contract has no path `{path}`; there is {}",
            near.join(", ")
        )
    }
}
