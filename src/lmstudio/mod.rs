//! What OpenClaw makes of an LM Studio server: its base URL, its models, what it says of reasoning, and
//! what is asked of it.
//!
//! Pure. `lint` and the commands that write a catalog ask the same functions, so a fix and a command
//! never disagree. The facts are those of OpenClaw 2026.5.18, told by running it.

mod authorization;
mod base_url;
mod catalogue;
mod definition;
mod effort;
mod identity;
pub mod merge;
mod normal_form;
mod preload;
mod reasoning;
mod saved;

pub use authorization::authorization;
pub use base_url::{DEFAULT_SERVER, inference_base, server_base};
pub use catalogue::{Catalogue, Instance, List, Listed, Skipped, Unreadable};
pub use definition::{
    DEFAULT_CONTEXT_WINDOW, DEFAULT_LOAD_CONTEXT, DEFAULT_MAX_TOKENS, Definition, LEAST_CONTEXT,
};
pub use effort::{DEFAULT_LEVEL, plain_effort, request_effort};
pub use identity::{
    DEFAULT_PORT, PROVIDER_ID, is_its_usual_place, is_lm_studio, is_provider_id, is_spoken_of,
    own_provider,
};
pub use normal_form::{Change, NormalForm, Note, Part, normal_form};
pub use preload::{
    Backoff, LOAD_PATH, LoadRefused, Plan, Wish, is_preload_wanted, read_load_answer,
};
pub use reasoning::{ALWAYS_ON, Discovered, Efforts, Levels, SWITCHABLE, discovered, effort_sent};
pub use saved::{LIST, MAP, Obstacle, Saved, binary_levels, is_binary_word, normalise, obstacle};
