//! Asks the server for its models, and chooses the default one.

use std::sync::Arc;
use std::time::Duration;

use super::Stop;
use super::answers::Answers;
use super::state::State;
use crate::cli::args::Onboard;
use crate::cli::endpoint::{Endpoint, SecretKey, Shared};
use crate::cli::error::{Error, in_words};
use crate::cli::{printable, remark};
use crate::config::Variables;
use crate::live::{Failure, list_models};
use crate::lmstudio::Catalogue;
use crate::net::{NameServer, Resolver};
use crate::onboarding::choose;
use crate::verification::about_failure;

/// Longest wait for the server unless a person gives one, as in OpenClaw.
const USUAL_TIMEOUT: Duration = Duration::from_secs(5);

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
    let timeout = command.timeout.unwrap_or(USUAL_TIMEOUT);
    let server = command
        .dns_server
        .map_or(NameServer::System, NameServer::At);
    let shared = Shared {
        resolver: Arc::new(Resolver::new(server, timeout)),
        timeout: Some(timeout),
        usual_timeout: None,
        key: answers.key.as_deref().map(SecretKey::given),
        variables: variables.clone(),
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
    for warning in &endpoint.warnings {
        remark(&format!("warning: {}", printable(warning)));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::Usage(format!("no request can be sent: {}", in_words(&error))))?;
    let listing = runtime.block_on(list_models(&endpoint.server));
    // A look-up by the system cannot be cancelled; its thread ends by itself.
    runtime.shutdown_background();
    let catalogue = listing.map_err(refused)?.catalogue;
    Ok(Found {
        endpoint,
        catalogue,
    })
}

/// The id of the model that becomes the default.
pub(super) fn chosen(found: &Found, wanted: Option<&str>) -> Result<String, Stop> {
    let model = choose(&found.catalogue, wanted);
    let model = model.map_err(|why| Stop::because(format!("{why}. Nothing was written.")))?;
    Ok(model.definition.id.clone())
}

fn refused(failure: Failure) -> Stop {
    let help = match &failure {
        Failure::Unauthorized { with_key: false } => {
            Some("give it with --lmstudio-api-key, or set LM_API_TOKEN.")
        }
        failure => about_failure(failure.kind()),
    };
    let help = help.map_or(".".to_owned(), |help| format!("; {help}"));
    Stop::because(format!("{failure}{help} Nothing was written."))
}
