//! `--resolve`: asks for addresses, for the commands that judge them.

use std::collections::BTreeSet;

use super::args;
use super::error::Error;
use crate::trust::Lookups;

/// Looks the names up as the command line says; nothing without `--resolve`.
#[cfg(feature = "net")]
pub(super) fn ask(names: &BTreeSet<String>, args: &args::Lookup) -> Result<Option<Lookups>, Error> {
    use super::error::in_words;
    use crate::net::{NameServer, resolve};

    if !args.resolve {
        return Ok(None);
    }
    let server = args.dns_server.map_or(NameServer::System, NameServer::At);
    let lookups = resolve(names, server, args.dns_timeout).map_err(|error| {
        let reason = in_words(&error);
        Error::Usage(format!(
            "names cannot be looked up here: {reason}; leave --resolve out"
        ))
    })?;
    Ok(Some(lookups))
}

/// This build opens no sockets.
#[cfg(not(feature = "net"))]
pub(super) fn ask(_: &BTreeSet<String>, args: &args::Lookup) -> Result<Option<Lookups>, Error> {
    if args.resolve {
        let message = "this build of clawconf opens no sockets, so --resolve is not possible";
        return Err(Error::Usage(message.to_owned()));
    }
    Ok(None)
}
