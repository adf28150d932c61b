//! clawconf

pub mod cli;
pub mod config;
pub mod contract;
pub mod diagnostic;
pub mod json5;
pub mod lint;
pub mod report;
