//! `clawconf trust check`

mod batch;
pub(super) mod render;

use std::collections::BTreeSet;
use std::io::Write;

use super::args::{Args, Form, Trust, TrustCheck, TrustCommand};
use super::error::Error;
use super::exit::Exit;
use super::{loading, lookup, targets, variables};
use crate::contract::release::{LATER, TARGET};
use crate::trust::{Answers, Hop, Lookup, Origin, Policy, Reason, Verdict};

/// Runs `clawconf trust …`.
pub(super) fn run(command: &Trust, args: &Args, out: &mut dyn Write) -> Result<Exit, Error> {
    let TrustCommand::Check(check) = &command.command;
    if let Some(path) = &check.batch {
        return batch::run(path, out);
    }
    let subject = match (&check.base_url, &check.provider) {
        (Some(base_url), _) => Subject {
            policy: Policy::of_provider(Some(base_url), check.allow_private_network),
            model: None,
        },
        (None, id) => provider(check, id.as_deref().unwrap_or_default())?,
    };
    let base_url = subject.policy.base_url();
    let Some(request) = check.request_url.as_deref().or(base_url) else {
        let hint = "the provider has no `baseUrl`; say what is asked with --request-url URL";
        return Err(Error::Usage(hint.to_owned()));
    };
    let of_model = subject
        .model
        .as_ref()
        .and_then(|model| model.policy.as_ref());
    let request_of_model = check.request_url.as_deref();
    let request_of_model =
        request_of_model.or_else(|| of_model.and_then(|policy| policy.base_url()));
    let asked = [
        Some(request),
        request_of_model.filter(|_| of_model.is_some()),
    ];
    let names: BTreeSet<String> = asked.into_iter().flatten().filter_map(name_in).collect();
    let lookups = lookup::ask(&names, &check.lookup)?;
    let hop = |url| {
        let given = Some(check.resolved_ip.as_slice()).filter(|given| !given.is_empty());
        let found = || lookups.as_ref()?.get(&name_in(url)?).map(Lookup::addresses);
        Hop::to(url).with(
            given
                .or_else(found)
                .map_or(Answers::NotAsked, Answers::Known),
        )
    };
    let verdict = subject.policy.judge(&[hop(request)]);
    let mut notes: Vec<String> = lookups.iter().flatten().filter_map(remark_on).collect();
    notes.extend(subject.model.as_ref().map(|model| {
        // Addresses that were given belong to the host that is asked.
        let same_host = request_of_model.and_then(name_in) == name_in(request);
        let later = of_model.zip(request_of_model).map(|(policy, url)| {
            let hop = if same_host || lookups.is_some() {
                hop(url)
            } else {
                Hop::to(url)
            };
            policy.judge(&[hop])
        });
        model.note(later.as_ref())
    }));
    let urls = [
        subject.policy.base_url(),
        subject.policy.proxy_url(),
        Some(request),
        request_of_model,
    ];
    let hidden = render::Hidden::hosts_of(urls.into_iter().flatten());
    match args.form() {
        Form::Human => {
            let mut text = Vec::new();
            render::human(&verdict, &notes, args.quiet, &mut text)?;
            let text = String::from_utf8_lossy(&text);
            out.write_all(hidden.apply(&text).as_bytes())?;
        }
        Form::Json => {
            let report = render::Report::new(&verdict, notes, &hidden);
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

/// The host name in a URL, unless it is an address.
fn name_in(url: &str) -> Option<String> {
    // What may be a part of a password is told to nobody.
    if render::is_doubtful(url) {
        return None;
    }
    let host = Origin::parse(url).ok()?.host;
    host.name().map(str::to_owned)
}

/// What else is to be said of a look-up.
fn remark_on((name, lookup): (&String, &Lookup)) -> Option<String> {
    match lookup {
        Lookup::Answered {
            incomplete: true, ..
        } => Some(format!(
            "a question for addresses of `{name}` stayed unanswered, so there may be more"
        )),
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
    model: Option<OtherBase>,
}

/// A model with a `baseUrl` of its own.
struct OtherBase {
    id: String,
    /// Its policy; none while a variable is missing.
    policy: Option<Policy>,
}

impl OtherBase {
    /// What the releases make of it. `later` is what comes of a request there.
    fn note(&self, later: Option<&Verdict>) -> String {
        let outcome = match later {
            None => "asks an address with variables that are not set here".to_owned(),
            Some(later) => {
                let origin = later.request_origin.as_ref();
                let origin =
                    origin.map_or("another address".to_owned(), |origin| format!("`{origin}`"));
                let verdict = match later.reason {
                    Reason::NotLookedUp => "allowed so far",
                    reason if reason.allows() => "allowed",
                    _ => "refused",
                };
                format!("asks {origin}, which is {verdict}")
            }
        };
        format!(
            "the model `{}` has a `baseUrl` of its own: {TARGET} ignores it, {LATER} {outcome}",
            self.id
        )
    }
}

/// The policy of a provider of the config.
fn provider(check: &TrustCheck, id: &str) -> Result<Subject, Error> {
    let hint = "name a config with --config FILE, or judge without one: --base-url URL";
    let path = targets::own_config(check.config.as_ref(), hint)?;
    let config = loading::whole_config(&path, variables::of(&check.variables)?)?.config;
    let provider = loading::provider(&config, &path, id)?;
    let proxy_url = provider.proxy_url();
    for address in provider.base_url().iter().chain(&proxy_url) {
        if let Some(name) = address.missing.first() {
            return Err(Error::Usage(format!(
                "an address of `{id}` needs the variable `{name}`; give it with `--env {name}=…`"
            )));
        }
    }
    let model = match &check.model {
        None => None,
        Some(wanted) => {
            let mut models = provider.models();
            let model = models.find(|model| model.id().is_some_and(|id| id == wanted.as_str()));
            let Some(model) = model else {
                let reason = format!("`{id}` has no model `{wanted}`");
                return Err(Error::file(path, reason));
            };
            model.base_url().map(|address| OtherBase {
                id: wanted.clone(),
                policy: address.missing.is_empty().then(|| model.policy(&provider)),
            })
        }
    };
    Ok(Subject {
        policy: provider.policy(),
        model,
    })
}
