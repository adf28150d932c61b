//! Whom to ask, and what they answer: many servers at once, answers in order.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::cli::args::Discover;
use crate::cli::endpoint::{Endpoint, LIST_TIMEOUT, Shared};
use crate::cli::error::Error;
use crate::cli::loading::Whole;
use crate::cli::{files, loading, runtime, targets, variables};
use crate::config::{Config, Provider};
use crate::contract::masking::masked_url;
use crate::live::{Failure, Listing, Secrets, Server, list_models};
use crate::lmstudio::{self, Catalogue, DEFAULT_SERVER, Unreadable, inference_base, server_base};
use crate::net;

/// Most servers that are asked at the same time.
const MOST_AT_ONCE: usize = 32;

/// Largest saved answer that is read, in bytes; the same as over the network.
const LARGEST_ANSWER: u64 = 16 * 1024 * 1024;

/// What came of one server.
pub(super) struct Outcome {
    /// The provider's id, if it has one.
    pub provider: Option<String>,
    /// The address for chats, as it may be shown.
    pub base_url: Option<String>,
    /// Whether the server is said to be on this machine.
    pub is_local: bool,
    /// What was passed over.
    pub warnings: Vec<String>,
    /// Its models, or why there are none.
    pub result: Result<Listing, Failure>,
    /// What was sent to it and is not to be shown.
    pub secrets: Secrets,
}

impl Outcome {
    fn unusable(provider: String, why: String) -> Outcome {
        Outcome {
            provider: Some(provider),
            base_url: None,
            is_local: false,
            warnings: Vec::new(),
            result: Err(Failure::from(net::Error::Settings(why))),
            secrets: Secrets::default(),
        }
    }
}

/// Reads a saved answer.
pub(super) fn saved(path: &Path) -> Result<Outcome, Error> {
    let bytes = files::read_up_to(path, LARGEST_ANSWER)?;
    let catalogue = Catalogue::read_any(&bytes).map_err(|why| {
        let why = match why {
            Unreadable::NotJson => "this is not JSON".to_owned(),
            Unreadable::ErrorBody => {
                "this is an error text of a server, not a list of models".to_owned()
            }
            Unreadable::OtherShape(why) => format!("this is no list of models: {why}"),
            Unreadable::OtherServer(owner) => {
                format!("this list is not of LM Studio: it says `owned_by: {owner}`")
            }
        };
        Error::file(path, why)
    })?;
    let result = if catalogue.models.is_empty() {
        let skipped = catalogue.skipped;
        Err(Failure::NoModels { skipped })
    } else {
        Ok(Listing {
            catalogue,
            peer: None,
            redirects: 0,
        })
    };
    Ok(Outcome {
        provider: None,
        base_url: None,
        is_local: false,
        warnings: Vec::new(),
        result,
        secrets: Secrets::default(),
    })
}

/// A server that is to be asked, or a provider that cannot be.
pub(super) enum Subject {
    Server(Box<Endpoint>),
    Unusable { provider: String, why: String },
}

/// The servers that a command line means, and the config that it is about.
pub(super) struct Plan {
    /// The servers, in the order of the command line or the config.
    pub subjects: Vec<Subject>,
    /// The config, if one was needed or is there.
    pub whole: Option<Whole>,
}

impl Plan {
    /// What a command line means.
    pub(super) fn of(command: &Discover) -> Result<Plan, Error> {
        let shared = shared(command)?;
        let whole = config(command, &shared)?;
        let is_writing = command.write || command.diff;
        let mut subjects = Vec::new();
        for id in &command.provider {
            let whole = whole.as_ref().ok_or_else(no_config)?;
            let provider = loading::provider(&whole.config, &whole.path, id)?;
            subjects.push(subject(&provider, &whole.config, &shared));
        }
        for url in &command.base_url {
            subjects.push(match whole.as_ref().filter(|_| is_writing) {
                None => Subject::Server(Box::new(Endpoint::of_url(url, &shared)?)),
                Some(whole) => subject(&owner_of(url, whole)?, &whole.config, &shared),
            });
        }
        if subjects.is_empty()
            && let Some(whole) = &whole
        {
            let providers = whole.config.providers().filter(lmstudio::is_lm_studio);
            subjects.extend(providers.map(|found| subject(&found, &whole.config, &shared)));
        }
        if subjects.is_empty() && is_writing {
            let message =
                "the config has no provider that looks like LM Studio; name one with --provider ID";
            return Err(Error::Usage(message.to_owned()));
        }
        if subjects.is_empty() {
            let usual = Endpoint::of_url(DEFAULT_SERVER, &shared)?;
            subjects.push(Subject::Server(Box::new(usual)));
        }
        Ok(Plan { subjects, whole })
    }
}

/// The server of a provider, if it can be asked at all.
fn subject(provider: &Provider<'_>, config: &Config, shared: &Shared) -> Subject {
    match Endpoint::of_provider(provider, config, shared) {
        Ok(endpoint) => Subject::Server(Box::new(endpoint)),
        Err(error) => Subject::Unusable {
            provider: provider.id.trim().to_owned(),
            why: error.to_string(),
        },
    }
}

fn shared(command: &Discover) -> Result<Shared, Error> {
    let variables = variables::of_live(&command.variables)?;
    let timeout = command.timeout.unwrap_or(LIST_TIMEOUT);
    let lookup = match command.dns_server {
        None => timeout,
        // Addresses of one kind are told even where the question for the other stays without answer.
        Some(_) => timeout / 2,
    };
    let shared = Shared::new(variables, command.dns_server, lookup);
    let shared = shared.with_key_of(command.api_key_env.as_ref())?;
    Ok(Shared {
        timeout: command.timeout,
        usual_timeout: Some(LIST_TIMEOUT),
        ..shared
    })
}

/// The config that a command line is about; it must be there where one is named, asked or written.
fn config(command: &Discover, shared: &Shared) -> Result<Option<Whole>, Error> {
    let needs_one = !command.provider.is_empty() || command.write || command.diff;
    let path = if needs_one {
        let hint = "name a config with --config FILE, or ask a server without one: --base-url URL";
        Some(targets::own_config(command.config.as_ref(), hint)?)
    } else if command.base_url.is_empty() {
        targets::config_if_any(command.config.as_ref())
    } else {
        None
    };
    let whole = path.map(|path| loading::whole_config(&path, shared.variables.clone()));
    whole.transpose()
}

fn no_config() -> Error {
    Error::Usage("there is no config; name one with --config FILE".to_owned())
}

/// The provider of a config that asks the server at `url`.
fn owner_of<'w>(url: &str, whole: &'w Whole) -> Result<Provider<'w>, Error> {
    let base = server_base(url);
    let asks_it = |provider: &Provider<'_>| {
        let address = provider.base_url();
        address.is_some_and(|address| server_base(&address.text) == base)
    };
    let mut providers = whole.config.providers();
    providers.find(asks_it).ok_or_else(|| {
        let reason = "no provider has exactly the address of --base-url; leave it out, and name the provider that is \
                      to be written with --provider ID";
        Error::file(&whole.path, reason)
    })
}

/// Asks every server of a plan.
pub(super) fn ask_all(subjects: Vec<Subject>) -> Result<Vec<Outcome>, Error> {
    runtime::block_on(ask(subjects))
}

/// Asks all servers at once, within bounds; the outcomes are in their order.
async fn ask(subjects: Vec<Subject>) -> Vec<Outcome> {
    let permits = Arc::new(Semaphore::new(MOST_AT_ONCE));
    let mut tasks = JoinSet::new();
    let mut outcomes = Vec::with_capacity(subjects.len());
    for (nth, subject) in subjects.into_iter().enumerate() {
        let endpoint = match subject {
            Subject::Server(endpoint) => *endpoint,
            Subject::Unusable { provider, why } => {
                outcomes.push(Outcome::unusable(provider, why));
                continue;
            }
        };
        let permits = Arc::clone(&permits);
        let base = inference_base(&endpoint.server.base);
        outcomes.push(Outcome {
            provider: endpoint.provider,
            is_local: is_local(&endpoint.server),
            base_url: Some(masked_url(&base)),
            warnings: endpoint.warnings,
            result: Err(Failure::from(net::Error::Settings(
                "nobody asked".to_owned(),
            ))),
            secrets: endpoint.server.secrets(),
        });
        tasks.spawn(async move {
            // The semaphore is never closed.
            let _permit = permits.acquire().await;
            (nth, list_models(&endpoint.server).await)
        });
    }
    while let Some(done) = tasks.join_next().await {
        if let Ok((nth, result)) = done
            && let Some(outcome) = outcomes.get_mut(nth)
        {
            outcome.result = result;
        }
    }
    outcomes
}

/// Whether a server is on this machine, by what its address says.
fn is_local(server: &Server) -> bool {
    use crate::trust::{Address, AddressKind, Host, Origin, is_loopback_like};
    match Origin::parse(&server.base).map(|origin| origin.host) {
        Ok(Host::Name(name)) => is_loopback_like(&name),
        Ok(Host::Address(ip)) => Address::of(ip).kind() == AddressKind::Loopback,
        Err(_) => false,
    }
}
