//! The only code that opens sockets.

#![expect(
    clippy::disallowed_methods,
    reason = "the edge: nothing else asks the network for anything"
)]

mod resolve;

pub use resolve::{NameServer, resolve};
