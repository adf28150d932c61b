//! The comments of a document.

use super::span::Span;

/// The comments of a JSON5 text in order, each with its slashes, a line comment without its line
/// break. Nothing sensible comes of a text that is not JSON5.
///
/// ```
/// use clawconf::json5::comments;
///
/// let text = "{ a: '// text', /* one */ b: 1 } // two";
/// let found: Vec<&str> = comments(text).map(|span| span.of(text)).collect();
/// assert_eq!(found, ["/* one */", "// two"]);
/// ```
pub fn comments(text: &str) -> impl Iterator<Item = Span> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..)?;
            let start = at + rest.find(['"', '\'', '/'])?;
            let rest = text.get(start..)?;
            let length = match rest.as_bytes() {
                [b'/', b'/', ..] => rest
                    .find(['\n', '\r', '\u{2028}', '\u{2029}'])
                    .unwrap_or(rest.len()),
                [b'/', b'*', ..] => rest.find("*/").map_or(rest.len(), |end| end + 2),
                [b'/', ..] => 1,
                _ => string_length(rest),
            };
            at = start + length;
            if length > 1 && rest.starts_with('/') {
                return Some(Span::new(start, at));
            }
        }
    })
}

/// The bytes of the string that `text` begins with, quotes included.
fn string_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let quote = bytes.first();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            byte if Some(byte) == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::comments;

    fn of(text: &str) -> Vec<&str> {
        comments(text).map(|span| span.of(text)).collect()
    }

    #[test]
    fn strings_are_passed_over_whatever_they_hold() {
        assert_eq!(
            of(r#"{ a: "\"// no", b: '\'/* no */' /*yes*/ }"#),
            ["/*yes*/"]
        );
        assert_eq!(of("{ a: 'it\\\n// no', // yes\n }"), ["// yes"]);
        assert_eq!(of("'\u{e9}\\\u{e9}' // yes"), ["// yes"]);
    }

    #[test]
    fn a_comment_ends_where_json5_ends_it() {
        assert_eq!(
            of("// a\r\n// b\r/* c\n*/// d\u{2028}1"),
            ["// a", "// b", "/* c\n*/", "// d"]
        );
        assert_eq!(of("// \"quote\n1 /* \" */"), ["// \"quote", "/* \" */"]);
        assert_eq!(of("/"), [""; 0]);
        assert_eq!(of("'open // \\"), [""; 0]);
        assert_eq!(of("/* open"), ["/* open"]);
        assert_eq!(of("/**/"), ["/**/"]);
    }
}
