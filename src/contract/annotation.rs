//! Labels and help for the places that have no doc comment: map values, list items, discriminators.

use schemars::Schema;
use schemars::transform::Transform;
use serde_json::Value;

/// Says what every value of a map, or every item of a list, means. Put on the field.
pub struct Each {
    label: &'static str,
    help: &'static str,
    secret: bool,
    non_empty: bool,
}

/// Starts an [`Each`] with its label and its help text.
#[must_use]
pub fn each(label: &'static str, help: &'static str) -> Each {
    Each {
        label,
        help,
        secret: false,
        non_empty: false,
    }
}

impl Each {
    /// Marks the values as secrets.
    #[must_use]
    pub fn secret(self) -> Self {
        Self {
            secret: true,
            ..self
        }
    }

    /// Refuses the empty string.
    #[must_use]
    pub fn non_empty(self) -> Self {
        Self {
            non_empty: true,
            ..self
        }
    }

    fn annotate(&self, schema: &mut Schema) {
        schema.insert("description".into(), self.help.into());
        schema.insert("x-label".into(), self.label.into());
        if self.secret {
            secret(schema);
        }
        if self.non_empty {
            schema.insert("minLength".into(), 1.into());
        }
    }
}

/// Marks a value as secret: never shown, never logged, masked in reports. Put on the field.
pub fn secret(schema: &mut Schema) {
    schema.insert("x-sensitive".into(), true.into());
    schema.insert("writeOnly".into(), true.into());
    schema.insert("x-tags".into(), vec!["secret"].into());
}

impl Transform for Each {
    fn transform(&mut self, schema: &mut Schema) {
        for keyword in ["items", "additionalProperties"] {
            if let Some(Ok(inner)) = schema.get_mut(keyword).map(<&mut Schema>::try_from) {
                self.annotate(inner);
            }
        }
    }
}

/// Label and help for the key that chooses the branch of a union. Put on the enum.
pub struct Tag {
    key: &'static str,
    label: &'static str,
    help: &'static str,
}

/// Describes the discriminator `key` in all branches.
#[must_use]
pub fn tag(key: &'static str, label: &'static str, help: &'static str) -> Tag {
    Tag { key, label, help }
}

impl Transform for Tag {
    fn transform(&mut self, schema: &mut Schema) {
        let branches = schema.get_mut("oneOf").and_then(Value::as_array_mut);
        for branch in branches.into_iter().flatten() {
            let found = branch
                .get_mut("properties")
                .and_then(|all| all.get_mut(self.key));
            if let Some(Value::Object(discriminator)) = found {
                discriminator.insert("description".into(), self.help.into());
                discriminator.insert("x-label".into(), self.label.into());
            }
        }
    }
}
