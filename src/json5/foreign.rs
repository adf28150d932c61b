//! Entries whose values stand in another file: where they end in their own, and what may be put beside them.

use super::editor::MOST_PARTS;
use super::lexer::{END, Lexer};
use super::span::Span;
use super::tape::Kind;
use super::tree::{Entry, Node};

/// Whether new entries can be put at the end of an object: it has at most a thousand, and all keys stand between
/// its brackets. Their values may be from other files, as those of an [`Assembly`](super::Assembly) are.
#[must_use]
pub fn takes_entries(object: Node<'_>) -> bool {
    let mut entries = object.entries();
    let is_own = |entry: Entry<'_>| is_inside(entry.key.span(), object);
    let is_small = object.entries().nth(MOST_PARTS).is_none();
    object.kind() == Kind::Object && is_small && entries.all(is_own)
}

/// From the key of an entry to the end of its value, in the text that the key stands in.
pub(super) fn whole_entry(text: &str, object: Node<'_>, entry: Entry<'_>) -> Span {
    let (key, value) = (entry.key.span(), entry.value.span());
    let end = if is_inside(value, object) {
        value.end
    } else {
        end_of_object(text, key.end).unwrap_or(key.end)
    };
    Span::new(key.start, end)
}

fn is_inside(part: Span, container: Node<'_>) -> bool {
    let outer = container.span();
    outer.start < part.start && part.end < outer.end
}

/// Where the object behind a key ends, in a text that is JSON5: what takes the place of a value from another
/// file is an object.
fn end_of_object(text: &str, key_end: usize) -> Option<usize> {
    let mut lexer = Lexer::new(text);
    lexer.pos = key_end;
    let mut depth = 0_usize;
    loop {
        lexer.trivia().ok()?;
        match lexer.peek() {
            b':' | b',' => lexer.pos += 1,
            b'{' | b'[' => {
                depth += 1;
                lexer.pos += 1;
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                lexer.pos += 1;
                if depth == 0 {
                    return Some(lexer.pos);
                }
            }
            b'"' | b'\'' => drop(lexer.string().ok()?),
            b'0'..=b'9' | b'+' | b'-' | b'.' => lexer.number().ok()?,
            END => return None,
            _ => drop(lexer.bare_key().ok()?),
        }
    }
}
