//! The rules on LM Studio and on reasoning levels. What OpenClaw makes of both, [`crate::lmstudio`]
//! says.

pub(super) mod api_v1_base;
pub(super) mod binary_reasoning;
pub(super) mod key_for_open_server;
pub(super) mod prefixed_model_id;
pub(super) mod reasoning_map_gap;
pub(super) mod unused_efforts;
