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
    use crate::cli::endpoint::{Endpoint, LIST_TIMEOUT, Shared};
    use crate::cli::runtime;
    use crate::live::list_models;

    let timeout = command.timeout.unwrap_or(LIST_TIMEOUT);
    let shared = Shared {
        timeout: Some(timeout),
        ..Shared::new(variables.clone(), None, timeout)
    };
    let endpoint = match Endpoint::of_provider(provider, &whole.config, &shared) {
        Ok(endpoint) => endpoint,
        Err(error) => return Ok(Err(error.to_string())),
    };
    endpoint.tell_warnings();
    let listing = runtime::block_on(list_models(&endpoint.server))?;
    let catalogue = listing.map(|listing| listing.catalogue);
    Ok(catalogue.map_err(|failure| endpoint.server.scrub(&failure.to_string())))
}
