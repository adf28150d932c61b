//! The typed contract of `models.*`: the doc comments are the help texts, the types are the schema.
//!
//! The schema judges documents; reading into these types afterwards only gives them names.
//! None of the types can print itself, since they may hold secrets.

pub mod annotation;
pub mod compat;
pub mod cost;
pub mod local_service;
pub mod model;
pub mod models;
pub mod number;
pub mod provider;
pub mod request;
pub mod schema;
pub mod secret;
