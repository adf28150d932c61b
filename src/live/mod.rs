//! Conversations with a server, each made of pure parts and the guarded client: what is asked stands in
//! [`crate::lmstudio`] and [`crate::chat`], how it is sent in [`crate::net`].

pub mod chat;
mod cleaner;
mod discovery;
mod preload;
mod server;
pub mod verification;

pub use discovery::{Failure, Listing, list_models};
pub use preload::{Preload, preload};
pub use server::{Secrets, Server};
