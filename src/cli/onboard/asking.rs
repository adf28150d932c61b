//! Asks the server for its models, and chooses the default one.

use super::Stop;
use super::answers::Answers;
use super::state::State;
use crate::cli::args::Onboard;
use crate::cli::endpoint::{Endpoint, LIST_TIMEOUT, SecretKey, Shared};
use crate::cli::runtime;
use crate::config::Variables;
use crate::live::{Failure, list_models};
use crate::lmstudio::Catalogue;
use crate::onboarding::choose;
use crate::verification::about_failure;

/// A server that answered.
pub(super) struct Found {
    /// The server.
    pub endpoint: Endpoint,
    /// Its models.
    pub catalogue: Catalogue,
}

/// Asks the server that the answers and the config mean.
pub(super) fn ask(
    command: &Onboard,
    answers: &Answers,
    state: &State,
    variables: &Variables,
) -> Result<Found, Stop> {
    let timeout = command.timeout.unwrap_or(LIST_TIMEOUT);
    let shared = Shared {
        timeout: Some(timeout),
        key: answers.key.as_deref().map(SecretKey::given),
        ..Shared::new(variables.clone(), command.dns_server, timeout)
    };
    let address = answers.base_url.as_deref();
    let endpoint = match state.provider() {
        Some(provider) => {
            let config = &state.whole.config;
            let has_address = address.is_some() || provider.base_url().is_some();
            let address = address.or((!has_address).then_some(&answers.usual_base_url));
            Endpoint::of_provider_at(address, &provider, config, &shared)?
        }
        None => Endpoint::of_url(address.unwrap_or(&answers.usual_base_url), &shared)?,
    };
    endpoint.tell_warnings();
    let listing = runtime::block_on(async {
        tokio::select! {
            listing = list_models(&endpoint.server) => Some(listing),
            // So that the terminal is left as it was.
            _ = tokio::signal::ctrl_c() => None,
        }
    })?;
    let listing = listing.ok_or(Stop::Interrupted)?;
    let catalogue = listing.map_err(|failure| refused(&failure, &endpoint));
    let catalogue = catalogue?.catalogue;
    Ok(Found {
        endpoint,
        catalogue,
    })
}

/// The id of the model that becomes the default.
pub(super) fn chosen(found: &Found, wanted: Option<&str>, state: &State) -> Result<String, Stop> {
    let so_far = state.default_model();
    let model = choose(&found.catalogue, wanted, so_far.as_deref());
    let model = model.map_err(|why| Stop::because(format!("{why}. Nothing was written.")))?;
    Ok(model.definition.id.clone())
}

fn refused(failure: &Failure, endpoint: &Endpoint) -> Stop {
    let help = match failure {
        Failure::Unauthorized { with_key: false } => {
            Some("give it with --lmstudio-api-key, or set LM_API_TOKEN.")
        }
        Failure::Unauthorized { with_key: true } => {
            Some("give another one with --lmstudio-api-key or LM_API_TOKEN.")
        }
        failure => about_failure(failure.kind()),
    };
    let help = help.map_or(".".to_owned(), |help| format!("; {help}"));
    let why = endpoint.server.scrub(&failure.to_string());
    Stop::because(format!("{why}{help} Nothing was written."))
}
