//! `clawconf trust check`

mod batch;
mod render;

use std::collections::BTreeSet;
use std::io::Write;
use std::net::IpAddr;

use super::args::{Args, Format, Trust, TrustCheck, TrustCommand};
use super::error::Error;
use super::exit::Exit;
use super::files::{self, Disk};
use super::{lookup, targets, variables};
use crate::config::{Config, Model, Options, Provider};
use crate::trust::{Hop, Host, Lookup, Lookups, Origin, Policy};

/// Runs `clawconf trust …`.
pub(super) fn run(command: &Trust, args: &Args, out: &mut dyn Write) -> Result<Exit, Error> {
    let TrustCommand::Check(check) = &command.command;
    if let Some(path) = &check.batch {
        return batch::run(path, out);
    }
    let subject = match (&check.base_url, &check.provider) {
        (Some(base_url), _) => Subject {
            policy: Policy::of_provider(Some(base_url), check.allow_private_network),
            base_url: Some(base_url.trim().to_owned()),
            other_base_url: None,
        },
        (None, id) => provider(check, id.as_deref().unwrap_or_default())?,
    };
    let Some(request) = check.request_url.as_ref().or(subject.base_url.as_ref()) else {
        let hint = "the provider has no `baseUrl`; say what is asked with --request-url URL";
        return Err(Error::Usage(hint.to_owned()));
    };
    let host = Origin::parse(request).ok().map(|origin| origin.host);
    let name = host.and_then(|host| match host {
        Host::Name(name) => Some(name),
        Host::Address(_) => None,
    });
    let names: BTreeSet<String> = name.into_iter().collect();
    let lookups = lookup::ask(&names, &check.lookup)?;
    let answers = answers(check, lookups.as_ref());
    let hop = Hop {
        url: request,
        answers: answers.as_deref(),
    };
    let verdict = subject.policy.judge(&[hop]);
    let mut notes: Vec<String> = lookups.iter().flatten().filter_map(remark_on).collect();
    if let Some((model, base_url)) = &subject.other_base_url {
        let flag = subject.policy.flag();
        let later = Policy::of_provider(Some(base_url), flag);
        let request = check.request_url.as_deref().unwrap_or(base_url);
        let later = later.judge(&[Hop {
            url: request,
            answers: answers.as_deref(),
        }]);
        let base_url = Origin::parse(base_url)
            .map_or("another address".to_owned(), |origin| format!("`{origin}`"));
        notes.push(format!(
            "the model `{model}` has a `baseUrl` of its own: 2026.5.18 ignores it, 2026.9.6 asks {base_url} and would be {}",
            if later.is_allowed() { "let through" } else { "refused" }
        ));
    }
    match args.format {
        Format::Human => render::human(&verdict, &notes, args.quiet, out)?,
        Format::Json => {
            let report = render::Report::new(&verdict, notes);
            serde_json::to_writer_pretty(&mut *out, &report).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
    }
    Ok(if verdict.is_allowed() {
        Exit::Well
    } else {
        Exit::Found
    })
}

/// The addresses to judge; `None` when nobody was asked.
fn answers(check: &TrustCheck, lookups: Option<&Lookups>) -> Option<Vec<IpAddr>> {
    if !check.resolved_ip.is_empty() {
        return Some(check.resolved_ip.clone());
    }
    let lookup = lookups?.values().next()?;
    Some(lookup.addresses().to_vec())
}

/// What else is to be said of a look-up.
fn remark_on((name, lookup): (&String, &Lookup)) -> Option<String> {
    match lookup {
        Lookup::Answered { changed: true, .. } => Some(format!(
            "`{name}` answered differently when asked a second time; all answers were judged"
        )),
        Lookup::Answered { ttl: Some(ttl), .. } => Some(format!(
            "the name server lets the answer for `{name}` hold for {} s",
            ttl.as_secs()
        )),
        Lookup::Silent => Some(format!("no answer for `{name}` came in time")),
        Lookup::Failed(why) => Some(format!("`{name}` could not be looked up: {why}")),
        Lookup::Answered { .. } | Lookup::Nothing => None,
    }
}

/// What is judged.
struct Subject {
    policy: Policy,
    base_url: Option<String>,
    /// A model and its own `baseUrl`.
    other_base_url: Option<(String, String)>,
}

/// The policy of a provider of the config.
fn provider(check: &TrustCheck, id: &str) -> Result<Subject, Error> {
    let hint = "name a config with --config FILE, or judge without one: --base-url URL";
    let path = targets::own_config(check.config.as_ref(), hint)?;
    let options = Options {
        variables: variables::of(&check.variables)?,
        include_roots: targets::include_roots(),
    };
    let name = path.to_string_lossy().into_owned();
    let text = files::read_config(&path)?;
    let config = Config::load(&name, files::absolute(&path), text, &Disk, &options);
    if config.tree().is_none() || !config.include_errors.is_empty() {
        let reason = "this config cannot be read whole; `clawconf lint` says where and why";
        return Err(Error::file(path, reason));
    }
    let ids: Vec<_> = config.providers().map(|provider| provider.id).collect();
    let Some(provider) = config.providers().find(|provider| provider.id == id) else {
        let known = match ids.as_slice() {
            [] => "it has none".to_owned(),
            ids => format!("it has {}", ids.join(", ")),
        };
        let reason = format!("no provider is called `{id}`; {known}");
        return Err(Error::file(path, reason));
    };
    let base_url = decided(&provider)?;
    let other_base_url = match &check.model {
        None => None,
        Some(wanted) => {
            let model = provider
                .models()
                .find(|model| model.id().is_some_and(|id| id == wanted.as_str()));
            let Some(model) = model else {
                let reason = format!("`{id}` has no model `{wanted}`");
                return Err(Error::file(path, reason));
            };
            own_base_url(&model).map(|base_url| (wanted.clone(), base_url))
        }
    };
    Ok(Subject {
        policy: provider.policy(),
        base_url,
        other_base_url,
    })
}

fn own_base_url(model: &Model<'_>) -> Option<String> {
    let address = model.base_url()?;
    address
        .missing
        .is_empty()
        .then(|| address.text.into_owned())
}

/// The base URL with all its variables.
fn decided(provider: &Provider<'_>) -> Result<Option<String>, Error> {
    let Some(base_url) = provider.base_url() else {
        return Ok(None);
    };
    match base_url.missing.first() {
        None => Ok(Some(base_url.text.into_owned())),
        Some(name) => Err(Error::Usage(format!(
            "the `baseUrl` of `{}` needs the variable `{name}`; give it with `--env {name}=…`",
            provider.id
        ))),
    }
}
