//! Conversations with a server, each made of pure parts and the guarded client: what is asked stands in
//! [`crate::lmstudio`] and [`crate::chat`], how it is sent in [`crate::net`].

pub mod chat;
mod discovery;
mod preload;

pub use discovery::{Failure, Listing, Server, list_models};
pub use preload::{Preload, preload};
