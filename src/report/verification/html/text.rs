//! Foreign text as text of the page: nothing in it is markup, and nothing acts on the reader.

use std::fmt;

use crate::report::acts;

/// A text, escaped for an element as well as for a quoted attribute. Line breaks and tabs stay; whatever
/// else is not to be seen becomes U+FFFD.
pub(super) struct Text<T>(pub(super) T);

impl<T: AsRef<str>> fmt::Display for Text<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.as_ref();
        let mut plain = 0;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let stands = match c {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                '\t' => continue,
                '\r' if chars.peek().is_some_and(|(_, next)| *next == '\n') => "",
                c if acts(c) => "\u{FFFD}",
                _ => continue,
            };
            f.write_str(text.get(plain..at).unwrap_or_default())?;
            f.write_str(stands)?;
            plain = at + c.len_utf8();
        }
        f.write_str(text.get(plain..).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn nothing_foreign_is_markup() {
        let cases = [
            ("", ""),
            ("plain ä 模型", "plain ä 模型"),
            ("<script>", "&lt;script&gt;"),
            ("\"'&amp;", "&quot;&#39;&amp;amp;"),
            ("]]>--><!--", "]]&gt;--&gt;&lt;!--"),
            ("a\tb\r\nc\nd\re", "a\tb\nc\nd\u{FFFD}e"),
            ("\0\u{1b}[31m\u{7f}", "\u{FFFD}\u{FFFD}[31m\u{FFFD}"),
            ("\u{202e}cod\u{2066}\u{ffff}", "\u{FFFD}cod\u{FFFD}\u{FFFD}"),
        ];
        for (text, escaped) in cases {
            assert_eq!(Text(text).to_string(), escaped, "{text:?}");
        }
    }
}
