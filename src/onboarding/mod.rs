//! What set-up writes, as changes of a config and of the profile store beside it.
//!
//! The shapes are those that OpenClaw 2026.5.18 writes (section 5 of the LM Studio facts, and its recorded
//! runs), with care for what people wrote: their models are merged and not replaced, their address and
//! their key stay unless others are given, the allowlist takes the new default in. Plans changes and
//! applies none.

mod choice;
mod default_model;
mod profile_store;
mod provider;

pub use choice::{NoChoice, USUAL_MODEL, choose};
pub use default_model::{default_model, make_default, meant};
pub use profile_store::{PROFILE, StoreProblem, Stored, with_profile, without_profiles};
pub use provider::{Access, LOCAL, Obstacle, Setup, VARIABLE, plan, plugin_obstacle};
