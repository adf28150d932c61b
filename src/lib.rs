//! Keeps the `models.providers` part of an OpenClaw config right.
//!
//! The map of the code, bottom to top; a module names only modules above it in this list:
//!
//! - [`json5`]: text as a lossless tree with spans, and edits of it;
//! - [`trust`]: may this address be reached, and why;
//! - [`diagnostic`]: a finding, the noun that rules and reports share;
//! - [`contract`]: the typed `models.*`, and the schema, help, validation and drift made from it;
//! - [`config`]: from a file to one tree: includes, variables, provenance;
//! - [`lmstudio`]: what OpenClaw makes of an LM Studio server: base URLs, reasoning levels;
//! - [`chat`]: chat completions as bytes: events of a stream, token counts;
//! - [`lint`]: the rules, one file each, and the fixer;
//! - [`onboarding`]: what set-up writes, as changes of the config and the profile store;
//! - [`verification`]: what is checked of an endpoint, and what the answers say;
//! - [`report`]: what users see, one format a file;
//! - `simulator`: a server to try things on, without LM Studio (feature `net`, on by default);
//! - `net`: the only sockets of the client (feature `net`);
//! - `live`: conversations with a server, made of the pure parts and `net` (feature `net`);
//! - [`cli`]: the commands, the only place that touches files, the environment and the terminal.
//!
//! ```
//! use std::path::{Path, PathBuf};
//!
//! use clawconf::config::{Config, Files, Options, ReadError, Text};
//! use clawconf::lint::{Selection, lint};
//!
//! /// This config includes nothing.
//! struct NoFiles;
//!
//! impl Files for NoFiles {
//!     fn real_path(&self, _: &Path) -> Result<Option<PathBuf>, String> {
//!         Ok(None)
//!     }
//!     fn read(&self, _: &Path) -> Result<Vec<u8>, ReadError> {
//!         Err(ReadError::Missing)
//!     }
//! }
//!
//! let text = r#"{ models: { providers: { lab: {
//!     baseUrl: "http://127.0.0.1:1234/v1",
//!     api: "openai-completions",
//!     models: [{ id: "qwen3-8b" }],
//! } } } }"#;
//! let text = Text::decode(text.as_bytes().to_vec());
//! let path = PathBuf::from("/home/me/openclaw.json");
//! let config = Config::load("openclaw.json", path, text, &NoFiles, &Options::default());
//! let findings = lint(&config, &Selection::default());
//! assert_eq!(findings[0].message, "the model `qwen3-8b` has no `name`");
//! assert_eq!(findings[0].path.to_string(), "models.providers.lab.models.0.name");
//! ```

pub mod chat;
pub mod cli;
pub mod config;
pub mod contract;
pub mod diagnostic;
pub mod json5;
pub mod lint;
#[cfg(feature = "net")]
pub mod live;
pub mod lmstudio;
#[cfg(feature = "net")]
pub mod net;
pub mod onboarding;
pub mod report;
#[cfg(feature = "net")]
pub mod simulator;
pub mod trust;
pub mod verification;
