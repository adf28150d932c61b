//! What is checked of an endpoint and its models, and what the evidence says.
//!
//! Pure: [`Subject`] turns an entry of a config into the requests to send, [`crate::live`] sends them, the
//! judges here turn what came back into an [`Outcome`] each, with a sentence, and a [`Report`] of all.

mod backend;
mod check;
mod judge;
mod listing;
mod report;
mod subject;

pub use backend::{Backend, Evidence, believed, recognise};
pub use check::{Check, Outcome, Place, Status};
pub use judge::{
    Counts, Efforts, Known, Tools, about_failure, backend, context, listed, reasoning, stream,
    tools, usage,
};
pub use listing::{Entry, Listing};
pub use report::{Exchange, ModelReport, ProviderReport, Report, Speed, Totals};
pub use subject::{Options, Places, Script, Subject, TOOL, Why};
