//! clawconf

pub mod config;
pub mod contract;
pub mod diagnostic;
pub mod json5;
