//! Asking a server for its models.

use std::net::IpAddr;

use super::server::Server;
use crate::lmstudio::{Catalogue, List, Skipped, Unreadable};
use crate::net::{Error, Request, Response};
use crate::trust::Origin;

/// What a server answered.
#[derive(Debug)]
pub struct Listing {
    /// Its models; at least one.
    pub catalogue: Catalogue,
    /// The address that answered.
    pub peer: Option<IpAddr>,
    /// How many redirects led to the answer.
    pub redirects: usize,
}

/// Why there is no list of models.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// No answer came.
    #[error("{0}")]
    NoAnswer(#[from] Error),
    /// The server wants a key (401), or another one.
    #[error("the server wants {}", if *.with_key { "another key (HTTP 401)" } else { "a key (HTTP 401)" })]
    Unauthorized {
        /// Whether a key was sent.
        with_key: bool,
    },
    /// A server that the first one redirects to wants a key, and none follows to another origin.
    #[error(
        "the server redirects to `{0}`, which wants a key (HTTP 401); none is sent on to another origin"
    )]
    UnauthorizedElsewhere(Origin),
    /// The server refuses (403).
    #[error("the server refuses the request (HTTP 403)")]
    Forbidden,
    /// The server is not ready (503).
    #[error("the server is not ready yet (HTTP 503)")]
    NotReady,
    /// Another status.
    #[error("the server answers with HTTP {0}")]
    Status(u16),
    /// Something else answers than LM Studio.
    #[error("this is not LM Studio: {0}")]
    NotLmStudio(String),
    /// The answer is no list of models.
    #[error("the list of models is malformed: {0}")]
    Malformed(String),
    /// The list has no model for chats.
    #[error("the server has no model for chats")]
    NoModels {
        /// What it has instead.
        skipped: Vec<Skipped>,
    },
}

impl Failure {
    /// The word used in machine output.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Failure::NoAnswer(error) => error.kind(),
            Failure::Unauthorized { .. } | Failure::UnauthorizedElsewhere(_) => "auth",
            Failure::Forbidden => "forbidden",
            Failure::NotReady => "not_ready",
            Failure::Status(400..=499) => "bad_request",
            Failure::Status(_) => "server_error",
            Failure::NotLmStudio(_) => "not_lm_studio",
            Failure::Malformed(_) => "malformed",
            Failure::NoModels { .. } => "no_models",
        }
    }

    /// The HTTP status that it came with, where that was the reason.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Failure::Unauthorized { .. } | Failure::UnauthorizedElsewhere(_) => Some(401),
            Failure::Forbidden => Some(403),
            Failure::NotReady => Some(503),
            Failure::Status(status) => Some(*status),
            _ => None,
        }
    }
}

/// Asks a server for its models: for the newest list, and for an older one where it does not know that.
/// All of it takes no longer than one request may.
///
/// # Errors
/// When no list with a model for chats comes.
pub async fn list_models(server: &Server) -> Result<Listing, Failure> {
    let mut unknown = None;
    // One bound for all lists: a person waits for the server, not for each of them.
    let deadline = server.client.deadline();
    for list in List::ALL {
        let url = format!("{}{}", server.base, list.path());
        let request = Request::get(url, server.headers.clone());
        let response = server.client.send_by(request, deadline).await?;
        let (peer, redirects) = (response.peer, response.redirects);
        let catalogue = match read(server, list, response).await {
            Ok(catalogue) => catalogue,
            // The path is not known: the server is older, or something else.
            Err(Miss::Unknown(why)) => {
                unknown = Some(why);
                continue;
            }
            Err(Miss::Failed(failure)) => return Err(failure),
        };
        if catalogue.models.is_empty() {
            let skipped = catalogue.skipped;
            let is_all_bad = !skipped.is_empty() && skipped.iter().all(|s| s.key.is_none());
            return Err(if is_all_bad {
                Failure::Malformed("no entry of it can be read".to_owned())
            } else {
                Failure::NoModels { skipped }
            });
        }
        return Ok(Listing {
            catalogue,
            peer,
            redirects,
        });
    }
    let why = unknown.unwrap_or_default();
    Err(Failure::NotLmStudio(why))
}

/// Why an answer is not the list that was asked for.
enum Miss {
    /// The server does not know that list, as these words say.
    Unknown(String),
    /// It does not help to ask for another one.
    Failed(Failure),
}

async fn read(server: &Server, list: List, response: Response) -> Result<Catalogue, Miss> {
    let status = response.status.as_u16();
    match status {
        200..=299 => {}
        404 | 405 | 501 => {
            return Err(Miss::Unknown(format!(
                "it knows no list of models (HTTP {status})"
            )));
        }
        401 if Origin::parse(&server.base).as_ref() != Ok(&response.origin) => {
            return Err(Miss::Failed(Failure::UnauthorizedElsewhere(
                response.origin,
            )));
        }
        401 => {
            let with_key = server.headers.contains_key("authorization");
            return Err(Miss::Failed(Failure::Unauthorized { with_key }));
        }
        403 => return Err(Miss::Failed(Failure::Forbidden)),
        503 => return Err(Miss::Failed(Failure::NotReady)),
        _ => return Err(Miss::Failed(Failure::Status(status))),
    }
    let body = response.body.whole().await;
    let body = body.map_err(|error| Miss::Failed(Failure::NoAnswer(error)))?;
    Catalogue::read(list, &body).map_err(|why| match why {
        Unreadable::ErrorBody => {
            Miss::Unknown("it answers every list with an error text".to_owned())
        }
        Unreadable::OtherServer(owner) => {
            let owner = server.scrub(&owner);
            let why = format!("its list of models says `owned_by: {owner}`");
            Miss::Failed(Failure::NotLmStudio(why))
        }
        Unreadable::NotJson if body.iter().all(u8::is_ascii_whitespace) => {
            Miss::Failed(Failure::Malformed("the answer is empty".to_owned()))
        }
        Unreadable::NotJson => Miss::Failed(Failure::Malformed("it is not JSON".to_owned())),
        Unreadable::OtherShape(why) => Miss::Failed(Failure::Malformed(why.to_owned())),
    })
}
