//! `clawconf trust check --batch`: many records, one verdict a line.

use std::io::{BufRead, Write};
use std::net::IpAddr;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::render::{Hidden, Report};
use crate::cli::error::{Error, in_words};
use crate::cli::exit::Exit;
use crate::cli::files;
use crate::trust::{Answers, Hop, Policy, Verdict};

/// Longest line that is read, in bytes.
const LONGEST_LINE: u64 = 4 * 1024 * 1024;

/// A request to judge. Other fields, the provider's id and api among them, play no part.
#[derive(Deserialize)]
struct Record {
    base_url: Option<String>,
    allow_private_network: Option<bool>,
    request_url: Option<String>,
    resolved_ips: Option<Vec<String>>,
    redirect_from: Option<Redirect>,
}

/// What is asked first, and answers with a redirect.
#[derive(Deserialize)]
struct Redirect {
    url: String,
    resolved_ips: Option<Vec<String>>,
}

#[derive(Serialize)]
struct Answer {
    id: Value,
    #[serde(flatten)]
    report: Report,
}

#[derive(Serialize)]
struct Failure {
    id: Value,
    error: String,
}

/// Judges every line, in order; a line that cannot be judged is answered with an error.
pub(super) fn run(path: &Path, out: &mut dyn Write) -> Result<Exit, Error> {
    let mut lines = files::open_lines(path)?;
    let mut worst = Exit::Well;
    let mut number = 0;
    loop {
        let mut line = Vec::new();
        let mut limited = std::io::Read::take(&mut lines, LONGEST_LINE + 1);
        let length = limited
            .read_until(b'\n', &mut line)
            .map_err(|error| Error::file(path, in_words(&error)))?;
        if length == 0 {
            return Ok(worst);
        }
        number += 1;
        // One byte more than a line may have: its end.
        let is_cut = length as u64 > LONGEST_LINE && line.last() != Some(&b'\n');
        if is_cut {
            skip_line(&mut lines).map_err(|error| Error::file(path, in_words(&error)))?;
        } else if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let exit = match judged(&line, is_cut) {
            Ok((id, verdict, hidden)) => {
                let exit = if verdict.is_allowed() {
                    Exit::Well
                } else {
                    Exit::Found
                };
                let report = Report::new(&verdict, Vec::new(), &hidden);
                write_line(&Answer { id, report }, out)?;
                exit
            }
            Err((id, reason)) => {
                let error = format!("line {number}: {reason}");
                write_line(&Failure { id, error }, out)?;
                Exit::Failed
            }
        };
        worst = worst.max(exit);
    }
}

fn write_line(answer: &impl Serialize, out: &mut dyn Write) -> Result<(), Error> {
    serde_json::to_writer(&mut *out, answer).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(())
}

fn skip_line(lines: &mut dyn BufRead) -> std::io::Result<()> {
    lines.skip_until(b'\n').map(|_| ())
}

/// The id of a record with its verdict, or with what is wrong with it. What is wrong is told without
/// the text, which may hold a secret.
fn judged(line: &[u8], is_cut: bool) -> Result<(Value, Verdict, Hidden), (Value, String)> {
    if is_cut {
        let reason = format!("longer than {} MiB", LONGEST_LINE / (1024 * 1024));
        return Err((Value::Null, reason));
    }
    let value: Value = serde_json::from_slice(line.trim_ascii_end()).map_err(|error| {
        (
            Value::Null,
            format!("not JSON, at column {}", error.column()),
        )
    })?;
    let id = value.get("id").cloned().unwrap_or(Value::Null);
    if !value.is_object() {
        return Err((id, "not a JSON object".to_owned()));
    }
    let judged = record(value).and_then(|record| {
        let first = record.redirect_from.as_ref().map(|first| &first.url);
        let urls = [record.base_url.as_ref(), record.request_url.as_ref(), first];
        let hidden = Hidden::hosts_of(urls.into_iter().flatten().map(String::as_str));
        Ok((record.judge()?, hidden))
    });
    match judged {
        Ok((verdict, hidden)) => Ok((id, verdict, hidden)),
        Err(reason) => Err((id, reason)),
    }
}

fn record(value: Value) -> Result<Record, String> {
    let wants = [
        ("base_url", "text or null"),
        ("allow_private_network", "true, false or null"),
        ("request_url", "text"),
        ("resolved_ips", "a list of addresses"),
        ("redirect_from", "an object with `url` and `resolved_ips`"),
    ];
    let fits = |key: &str, value: &Value| match key {
        "base_url" | "request_url" => value.is_string(),
        "allow_private_network" => value.is_boolean(),
        "resolved_ips" => is_list_of_text(value),
        _ => {
            let answers = value.get("resolved_ips");
            value.get("url").is_some_and(Value::is_string)
                && answers.is_none_or(|answers| answers.is_null() || is_list_of_text(answers))
        }
    };
    for (key, wanted) in wants {
        let given = value.get(key).filter(|given| !given.is_null());
        if given.is_some_and(|given| !fits(key, given)) {
            return Err(format!("`{key}` must be {wanted}"));
        }
    }
    serde_json::from_value(value).map_err(|_| "not a record as `trust check` takes it".to_owned())
}

fn is_list_of_text(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|items| items.iter().all(Value::is_string))
}

impl Record {
    fn judge(&self) -> Result<Verdict, String> {
        let Some(request) = self.request_url.as_ref().or(self.base_url.as_ref()) else {
            return Err("there is no `request_url`, and no `base_url` in its place".to_owned());
        };
        let policy = Policy::of_provider(self.base_url.as_deref(), self.allow_private_network);
        let first = self.redirect_from.as_ref();
        let first_answers = first.and_then(|first| addresses(first.resolved_ips.as_ref()));
        let answers = addresses(self.resolved_ips.as_ref());
        let mut hops: Vec<Hop<'_>> = first
            .map(|first| hop(&first.url, first_answers.as_ref()))
            .into_iter()
            .collect();
        hops.push(hop(request, answers.as_ref()));
        Ok(policy.judge(&hops))
    }
}

/// The answers of a look-up, or that one of them is no address.
type Addresses = Result<Vec<IpAddr>, std::net::AddrParseError>;

/// Reads addresses; the zone of a scoped one plays no part.
fn addresses(texts: Option<&Vec<String>>) -> Option<Addresses> {
    let parse = |text: &String| text.split('%').next().unwrap_or(text).parse();
    texts.map(|texts| texts.iter().map(parse).collect())
}

fn hop<'h>(url: &'h str, answers: Option<&'h Addresses>) -> Hop<'h> {
    Hop::to(url).with(match answers {
        None => Answers::NotAsked,
        Some(Ok(answers)) => Answers::Known(answers),
        Some(Err(_)) => Answers::Malformed,
    })
}
