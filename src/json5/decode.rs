//! From the spelling of a string or number to what it means.

/// The inside of a quoted string; an unquoted key as it is.
pub(super) fn unquoted(source: &str) -> &str {
    let quoted = source.starts_with(['"', '\'']);
    let inner = source.get(1..source.len().saturating_sub(1));
    inner.filter(|_| quoted).unwrap_or(source)
}

/// Resolves the escapes of a string or key that the lexer accepted; also tells whether half of a
/// surrogate pair stood alone (it becomes U+FFFD, where JavaScript would keep it).
pub(super) fn text(inner: &str) -> (String, bool) {
    let mut decoded = Utf16Joiner::default();
    let mut rest = inner.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            decoded.push(c);
            continue;
        }
        match rest.next() {
            Some('b') => decoded.push('\u{8}'),
            Some('f') => decoded.push('\u{C}'),
            Some('n') => decoded.push('\n'),
            Some('r') => decoded.push('\r'),
            Some('t') => decoded.push('\t'),
            Some('v') => decoded.push('\u{B}'),
            Some('0') => decoded.push('\0'),
            Some('x') => decoded.push_unit(hex_digits(&mut rest, 2)),
            Some('u') => decoded.push_unit(hex_digits(&mut rest, 4)),
            Some('\r') => {
                if let Some(after) = rest.as_str().strip_prefix('\n') {
                    rest = after.chars();
                }
            }
            Some('\n' | '\u{2028}' | '\u{2029}') | None => {}
            Some(itself) => decoded.push(itself),
        }
    }
    decoded.finish()
}

fn hex_digits(rest: &mut std::str::Chars<'_>, count: usize) -> u16 {
    let digits = rest.by_ref().take(count).filter_map(|c| c.to_digit(16));
    digits.fold(0, |unit, digit| {
        (unit << 4) | u16::try_from(digit).unwrap_or(0)
    })
}

/// Collects characters and single UTF-16 units, joining the halves of a pair.
#[derive(Default)]
struct Utf16Joiner {
    text: String,
    high: Option<u16>,
    lone: bool,
}

impl Utf16Joiner {
    fn push(&mut self, c: char) {
        self.flush();
        self.text.push(c);
    }

    fn push_unit(&mut self, unit: u16) {
        if let Some(high) = self.high.take() {
            if let Some(Ok(c)) = char::decode_utf16([high, unit]).next() {
                self.text.push(c);
                return;
            }
            self.push_lone();
        }
        match char::from_u32(u32::from(unit)) {
            Some(c) => self.text.push(c),
            None if (0xD800..0xDC00).contains(&unit) => self.high = Some(unit),
            None => self.push_lone(),
        }
    }

    fn push_lone(&mut self) {
        self.lone = true;
        self.text.push(char::REPLACEMENT_CHARACTER);
    }

    fn flush(&mut self) {
        if self.high.take().is_some() {
            self.push_lone();
        }
    }

    fn finish(mut self) -> (String, bool) {
        self.flush();
        (self.text, self.lone)
    }
}

/// The value of a number that the lexer accepted, rounded as JavaScript rounds.
pub(super) fn number(source: &str) -> f64 {
    let (negative, magnitude) = match source.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, source.strip_prefix('+').unwrap_or(source)),
    };
    let hex = magnitude
        .strip_prefix("0x")
        .or_else(|| magnitude.strip_prefix("0X"));
    let value = match hex {
        Some(digits) => hexadecimal(digits),
        None => magnitude.parse().unwrap_or(f64::NAN),
    };
    if negative { -value } else { value }
}

/// Any number of hexadecimal digits, rounded once to the nearest double.
fn hexadecimal(digits: &str) -> f64 {
    let mut significant: u64 = 0;
    let mut dropped: i32 = 0;
    for digit in digits.chars().filter_map(|c| c.to_digit(16)) {
        if significant >> 60 == 0 {
            significant = (significant << 4) | u64::from(digit);
        } else {
            // Digits that no longer fit only matter as "not exactly this value".
            significant |= u64::from(digit != 0);
            dropped = dropped.saturating_add(4);
        }
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "this is the one rounding wanted"
    )]
    let rounded = significant as f64;
    rounded * 2f64.powi(dropped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrogate_escapes_join_across_a_line_continuation() {
        assert_eq!(text("\\uD83D\\uDE00"), ("😀".to_owned(), false));
        assert_eq!(text("\\uD83D\\\r\n\\uDE00"), ("😀".to_owned(), false));
        assert_eq!(text("\\uD83Dx"), ("\u{FFFD}x".to_owned(), true));
        assert_eq!(text("\\uDE00"), ("\u{FFFD}".to_owned(), true));
        assert_eq!(text("\\uD83D\\uD83D\\uDE00").0, "\u{FFFD}😀");
    }

    #[test]
    fn hexadecimal_rounds_once_to_even() {
        assert_eq!(number("0x20000000000001"), 9_007_199_254_740_992.0);
        assert_eq!(number("0x20000000000003"), 9_007_199_254_740_996.0);
        assert_eq!(
            number("0x200000000000010000000001"),
            2f64.powi(93) + 2f64.powi(41)
        );
        assert_eq!(number("-0x0").to_bits(), (-0.0f64).to_bits());
        assert_eq!(number(&format!("0x{}", "f".repeat(400))), f64::INFINITY);
    }
}
