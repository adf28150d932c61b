//! All integration tests in one binary.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a failing test may panic, and tests run real processes on real files"
)]

#[cfg(feature = "net")]
mod backend;
#[cfg(feature = "net")]
mod backend_answers;
#[cfg(feature = "net")]
mod backend_profiles;
#[cfg(feature = "net")]
mod backends;
mod bad_input;
mod baseline;
mod chat;
mod chat_stream;
mod ci;
mod cli;
mod common;
mod config_edges;
mod contract_edges;
mod contract_schema;
mod contract_verdicts;
mod corpus;
mod discover;
mod dns_server;
mod docs;
mod fixing;
mod fixtures;
mod http_server;
mod includes;
mod json5_edits;
mod json5_verdicts;
mod lint_edges;
mod lint_fixtures;
mod lint_laws;
mod lint_messages;
mod lint_together;
mod lmstudio_catalogue;
mod manual;
mod markdown;
mod merge_laws;
mod models;
mod net_bounds;
mod net_client;
mod net_policy;
mod normalize;
mod normalize_laws;
mod onboard;
mod onboard_access;
mod onboard_files;
#[cfg(unix)]
mod onboard_terminal;
mod pages;
mod preload;
mod report_formats;
mod report_github;
mod report_junit;
mod report_sarif;
mod secrets;
mod secrets_echoed;
mod settings;
#[cfg(feature = "net")]
mod simulator;
#[cfg(feature = "net")]
mod simulator_chat;
#[cfg(feature = "net")]
mod simulator_faults;
#[cfg(unix)]
mod terminal;
mod tidy;
mod trust_addresses;
mod trust_check;
mod trust_laws;
mod trust_lint;
mod trust_openclaw;
mod trust_policy;
mod trust_refusals;
mod trust_spellings;
mod verification;
mod verify;
#[cfg(feature = "net")]
mod verify_backends;
mod verify_edges;
mod verify_html;
