//! The only code that opens sockets.
//!
//! A request is decided first and then pinned: the policy judges the URL before anybody is asked for
//! addresses, the name is looked up once, every answer is judged, and a connection is made to exactly
//! these addresses. Redirects begin again at the first step. [`Client`] is all that sends.

#![expect(
    clippy::disallowed_methods,
    reason = "the edge: nothing else asks the network for anything"
)]

mod body;
mod client;
mod error;
mod limits;
mod proxy;
mod redirect;
mod resolve;
mod timing;
mod tls;
mod way;

pub use body::Body;
pub use client::{CONNECTION_HEADERS, Client, Request, Response};
pub use error::{Error, Phase};
pub use limits::Limits;
pub use proxy::EnvironmentProxies;
pub use resolve::{NameServer, Resolver, resolve};
pub use tls::{Tls, TlsError};

pub use reqwest::Method;
pub use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
