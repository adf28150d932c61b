//! clawconf

pub mod json5;
