//! What the evidence says: one judge a file, each from what came back to an outcome with a sentence.

mod backend;
mod context;
mod failure;
mod listed;
mod reasoning;
mod stream;
mod tools;
mod usage;

pub use backend::backend;
pub use context::{Known, context};
pub use failure::about_failure;
pub use listed::listed;
pub use reasoning::{Efforts, reasoning};
pub use stream::stream;
pub use tools::{Tools, tools};
pub use usage::{Counts, usage};
