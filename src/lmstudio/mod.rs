//! What OpenClaw makes of an LM Studio server: its base URL, and what it says of reasoning.
//!
//! Pure. `lint` and the commands that write a catalog ask the same functions, so a fix and a command
//! never disagree. The facts are those of OpenClaw 2026.5.18, told by running it.

mod base_url;
mod identity;
mod normal_form;
mod reasoning;
mod saved;

pub use base_url::{DEFAULT_SERVER, inference_base, server_base};
pub use identity::{
    DEFAULT_PORT, PROVIDER_ID, is_its_usual_place, is_lm_studio, is_provider_id, is_spoken_of,
};
pub use normal_form::{Change, NormalForm, Note, Part, normal_form};
pub use reasoning::{ALWAYS_ON, Discovered, Efforts, Levels, SWITCHABLE, discovered, effort_sent};
pub use saved::{LIST, MAP, Obstacle, Saved, binary_levels, is_binary_word, normalise, obstacle};
