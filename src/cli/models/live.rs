//! What LM Studio has of a provider's models.

use crate::cli::args::Asking;
use crate::cli::error::Error;
use crate::cli::loading::Whole;
use crate::config::{Provider, Variables};
use crate::lmstudio::Catalogue;

/// This build sends no requests.
#[cfg(not(feature = "net"))]
pub(super) fn ask(
    _: &Provider<'_>,
    _: &Whole,
    _: &Asking,
    _: &Variables,
) -> Result<Result<Catalogue, String>, Error> {
    Ok(Err("this build of clawconf opens no sockets".to_owned()))
}

/// The models that the server of a provider lists, or why it does not.
#[cfg(feature = "net")]
pub(super) fn ask(
    provider: &Provider<'_>,
    whole: &Whole,
    command: &Asking,
    variables: &Variables,
) -> Result<Result<Catalogue, String>, Error> {
    use std::sync::Arc;
    use std::time::Duration;

    use crate::cli::endpoint::{Endpoint, Shared};
    use crate::cli::error::in_words;
    use crate::live::list_models;
    use crate::net::{NameServer, Resolver};

    /// Longest wait for a server unless a person gives one.
    const USUAL_TIMEOUT: Duration = Duration::from_secs(5);

    let timeout = command.timeout.unwrap_or(USUAL_TIMEOUT);
    let shared = Shared {
        resolver: Arc::new(Resolver::new(NameServer::System, timeout)),
        variables: variables.clone(),
        timeout: Some(timeout),
        usual_timeout: None,
        key: None,
    };
    let endpoint = match Endpoint::of_provider(provider, &whole.config, &shared) {
        Ok(endpoint) => endpoint,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::Usage(format!("no request can be sent: {}", in_words(&error))))?;
    let listing = runtime.block_on(list_models(&endpoint.server));
    // A look-up by the system cannot be cancelled; its thread ends by itself.
    runtime.shutdown_background();
    let catalogue = listing.map(|listing| listing.catalogue);
    Ok(catalogue.map_err(|failure| failure.to_string()))
}
