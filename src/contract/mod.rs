//! The typed contract of `models.*`: the doc comments are the help texts, the types are the schema.
//!
//! Everything else is a projection of those types: the JSON Schema, the help baseline, `docs show`
//! and the validation. There is no second list of fields. None of the types can print itself,
//! since they may hold secrets.

pub mod annotation;
pub mod artefact;
pub mod compat;
pub mod cost;
pub mod credential;
pub mod drift;
pub mod local_service;
pub mod masking;
pub mod model;
pub mod models;
pub mod number;
pub mod provider;
pub mod provider_id;
pub mod record;
pub mod release;
pub mod request;
pub mod schema;
pub mod secret;
pub mod shape;
pub mod validate;

use std::sync::LazyLock;

use shape::Shape;

/// The contract of the default target, OpenClaw 2026.5.18, in the form that judges trees.
#[must_use]
pub fn document_shape() -> &'static Shape {
    static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape::compile(&schema::schema()));
    &SHAPE
}
