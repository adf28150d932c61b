//! URLs: where one leads may be shown, user names, passwords and queries never.

use super::appearance::looks_like_token;
use super::mask;
use crate::json5::Span;

/// Longest part of a URL's path that is shown, in characters; tokens are longer.
const LONGEST_SEGMENT: usize = 16;

/// A URL with every character that may be secret replaced by [`MASK`](super::MASK).
///
/// ```
/// use clawconf::contract::masking::masked_url;
///
/// assert_eq!(masked_url("http://me:pw@gpu.lan:1234/v1?key=1"), "http://••:••@gpu.lan:1234/v1?•••••");
/// ```
#[must_use]
pub fn masked_url(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    let mut at = 0;
    for part in shown_in_url(url) {
        mask(Span::new(at, part.start).of(url), &mut out);
        out.push_str(part.of(url));
        at = part.end;
    }
    mask(Span::new(at, url.len()).of(url), &mut out);
    out
}

/// The parts of a URL that may be shown: where it leads, without user name and password, and words of
/// its path.
pub(super) fn shown_in_url(text: &str) -> Vec<Span> {
    let mut shown = Vec::new();
    let start = text.rfind('@').map_or(0, |at| at + 1);
    let scheme = text.find("://").map_or(0, |at| at + 3);
    if start > 0 && scheme <= start {
        shown.push(Span::new(0, scheme));
        shown.push(Span::new(start - 1, start));
    }
    let mut at = start;
    for part in text
        .get(start..)
        .unwrap_or("")
        .split_inclusive(['/', '?', '#', ';', '&', '='])
    {
        let is_authority = at <= scheme.max(start);
        let segment = part.trim_end_matches(['/', '?', '#', ';', '&', '=']);
        if (is_authority && !looks_like_token(segment)) || is_path_segment(segment) {
            shown.push(Span::new(at, at + part.len()));
        }
        at += part.len();
        if part.ends_with(['?', '#', ';', '&', '=']) {
            break;
        }
    }
    shown
}

fn is_path_segment(segment: &str) -> bool {
    let harmless = |c: char| c.is_ascii_alphanumeric() || ".-_[](){}$:".contains(c);
    let short = segment.chars().count() <= LONGEST_SEGMENT && segment.chars().all(harmless);
    let digits = segment.chars().filter(char::is_ascii_digit).count();
    short && (segment.len() <= 4 || digits == 0)
}
