//! Decoded values, and how new ones are written.

use std::fmt::Write;

use super::identifier;

/// A value without its spelling. Objects keep order and duplicates.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number, any double.
    Number(f64),
    /// Text.
    String(String),
    /// A list.
    List(Vec<Value>),
    /// An object.
    Object(Vec<(String, Value)>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.to_owned())
    }
}

impl Value {
    /// As JSON: of equal keys the last one counts, and a number that JSON does not have is null.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        /// Up to here every whole number is told apart from the next.
        const LARGEST: f64 = 9_007_199_254_740_992.0;
        match self {
            Value::Null => serde_json::Value::Null,
            Value::Boolean(flag) => (*flag).into(),
            #[expect(clippy::cast_possible_truncation, reason = "whole, and within bounds")]
            Value::Number(number) if number.fract() == 0.0 && number.abs() < LARGEST => {
                (*number as i64).into()
            }
            Value::Number(number) => (*number).into(),
            Value::String(text) => text.as_str().into(),
            Value::List(items) => items.iter().map(Value::to_json).collect(),
            Value::Object(entries) => {
                let entries = entries.iter();
                let entries = entries.map(|(key, value)| (key.clone(), value.to_json()));
                serde_json::Value::Object(entries.collect())
            }
        }
    }

    /// Equal also where `NaN` meets `NaN` and with the sign of zero told apart.
    #[must_use]
    pub fn same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Number(a), Value::Number(b)) => {
                a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
            }
            (Value::List(a), Value::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
            }
            (Value::Object(a), Value::Object(b)) => {
                a.len() == b.len()
                    && a.iter()
                        .zip(b)
                        .all(|((ka, a), (kb, b))| ka == kb && a.same(b))
            }
            _ => self == other,
        }
    }

    /// Whether the value has parts of its own.
    pub(super) fn has_parts(&self) -> bool {
        match self {
            Value::List(items) => !items.is_empty(),
            Value::Object(entries) => !entries.is_empty(),
            _ => false,
        }
    }
}

/// How the surroundings of an edit are written.
#[derive(Debug, Clone)]
pub(super) struct Style {
    /// `"` or `'`.
    pub(super) quote: char,
    /// The same around keys; `None` for keys without quotes where the name permits.
    pub(super) key_quote: Option<char>,
    /// A comma after the last of several lines.
    pub(super) trailing_comma: bool,
    /// One step of indentation.
    pub(super) unit: String,
    /// `\n` or `\r\n`.
    pub(super) line_end: &'static str,
}

impl Style {
    /// Writes a key.
    pub(super) fn key(&self, name: &str) -> String {
        let mut rest = name.chars();
        let is_name =
            rest.next().is_some_and(identifier::is_start) && rest.all(identifier::is_continue);
        match self.key_quote {
            None if is_name => name.to_owned(),
            key_quote => quoted(name, key_quote.unwrap_or(self.quote)),
        }
    }

    /// Writes a value on one line.
    pub(super) fn inline(&self, value: &Value) -> String {
        match value {
            Value::Null => "null".to_owned(),
            Value::Boolean(true) => "true".to_owned(),
            Value::Boolean(false) => "false".to_owned(),
            Value::Number(number) => spell(*number),
            Value::String(text) => quoted(text, self.quote),
            Value::List(items) => {
                let items: Vec<_> = items.iter().map(|item| self.inline(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Object(entries) if entries.is_empty() => "{}".to_owned(),
            Value::Object(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| format!("{}: {}", self.key(key), self.inline(value)));
                format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// Writes a value over several lines, the first at the place where it is put, the others
    /// behind `indent`. Lists of plain values stay on one line.
    pub(super) fn block(&self, value: &Value, indent: &str) -> String {
        let inner = format!("{indent}{}", self.unit);
        let (brackets, parts): (_, Vec<String>) = match value {
            Value::List(items) if items.iter().any(Value::has_parts) => {
                let items = items.iter().map(|item| self.block(item, &inner));
                (('[', ']'), items.collect())
            }
            Value::Object(entries) if !entries.is_empty() => {
                let entries = entries.iter().map(|(key, value)| {
                    format!("{}: {}", self.key(key), self.block(value, &inner))
                });
                (('{', '}'), entries.collect())
            }
            _ => return self.inline(value),
        };
        let mut out = String::from(brackets.0);
        let count = parts.len();
        for (at, part) in parts.into_iter().enumerate() {
            let comma = if at + 1 < count || self.trailing_comma {
                ","
            } else {
                ""
            };
            let _ = write!(out, "{}{inner}{part}{comma}", self.line_end);
        }
        let _ = write!(out, "{}{indent}{}", self.line_end, brackets.1);
        out
    }
}

/// Text between `quote`s, with the escapes it needs.
fn quoted(text: &str, quote: char) -> String {
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => out.extend(['\\', c]),
            c if c < ' ' || matches!(c, '\u{7F}' | '\u{2028}' | '\u{2029}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// A number that reads back as the same double.
fn spell(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned()
    } else if number.abs() >= 1e21 || (number != 0.0 && number.abs() < 1e-6) {
        format!("{number:e}")
    } else {
        format!("{number}")
    }
}
