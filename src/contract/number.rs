//! Numbers with bounds. OpenClaw reads all of them as JavaScript numbers, so they are `f64` inside.
//!
//! The bounds live in the schema; reading a value does not test them again.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

/// Largest integer a JavaScript number holds exactly, 2^53 − 1.
/// Source: ECMA-262, `Number.MAX_SAFE_INTEGER`; OpenClaw's validator refuses integers above it.
pub const MAX_SAFE_INTEGER: u64 = 9_007_199_254_740_991;

/// A number above zero, fractions allowed.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Deserialize)]
#[serde(transparent)]
pub struct PositiveNumber(pub f64);

/// An integer above zero, up to [`MAX_SAFE_INTEGER`]. `2.0` counts as an integer.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Deserialize)]
#[serde(transparent)]
pub struct PositiveInteger(pub f64);

/// An integer from zero up to [`MAX_SAFE_INTEGER`]. `-0` counts as zero.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Deserialize)]
#[serde(transparent)]
pub struct NonNegativeInteger(pub f64);

impl JsonSchema for PositiveNumber {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "PositiveNumber".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "exclusiveMinimum": 0 })
    }
}

impl JsonSchema for PositiveInteger {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "PositiveInteger".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "exclusiveMinimum": 0, "maximum": MAX_SAFE_INTEGER })
    }
}

impl JsonSchema for NonNegativeInteger {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "NonNegativeInteger".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 0, "maximum": MAX_SAFE_INTEGER })
    }
}
