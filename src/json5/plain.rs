//! Plain JSON from somebody else.

use serde_json::Value;

/// Most values in a text; a list of a thousand models has about 40 000. Each may take hundreds of bytes of
/// memory or more, and may have two in the text.
const MOST_VALUES: usize = 200_000;

/// Why a text is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// It is no JSON.
    #[error("it is not JSON")]
    NotJson,
    /// It would take far more memory than its bytes.
    #[error("it holds far too many values")]
    TooMany,
}

/// Reads what a server says, a byte order mark at its beginning or not.
///
/// ```
/// use clawconf::json5::read_json;
///
/// assert_eq!(read_json(b"[1, 2]")?[1], 2);
/// # Ok::<(), clawconf::json5::Unread>(())
/// ```
///
/// # Errors
/// When it is no JSON, or would take far more memory than its bytes.
pub fn read_json(bytes: &[u8]) -> Result<Value, Unread> {
    let text = std::str::from_utf8(bytes).map_err(|_| Unread::NotJson)?;
    read_json_text(text)
}

/// [`read_json`] of a text.
///
/// # Errors
/// Those of [`read_json`].
pub fn read_json_text(text: &str) -> Result<Value, Unread> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    // Each value but the first of its list or object follows a comma.
    let is_long = text.len() > MOST_VALUES;
    if is_long && text.bytes().filter(|byte| *byte == b',').count() > MOST_VALUES {
        return Err(Unread::TooMany);
    }
    serde_json::from_str(text).map_err(|_| Unread::NotJson)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_and_its_neighbour() {
        let list = |count: usize| format!("[0{}]", ",0".repeat(count));
        assert!(read_json(list(MOST_VALUES).as_bytes()).is_ok());
        let more = list(MOST_VALUES + 1);
        assert_eq!(read_json(more.as_bytes()), Err(Unread::TooMany));
        assert_eq!(read_json(b"[0"), Err(Unread::NotJson));
        assert_eq!(read_json("\u{FEFF}7".as_bytes()), Ok(Value::from(7)));
    }
}
