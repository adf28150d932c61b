//! A URL as people write it: where its host stands in the text, and whether it may be shown.

use std::ops::Range;

/// Where the host stands in a URL as it is written.
///
/// ```
/// use clawconf::trust::host_place;
///
/// let url = "http://GPU.lan:1234/v1";
/// assert_eq!(host_place(url).and_then(|place| url.get(place)), Some("GPU.lan"));
/// ```
#[must_use]
pub fn host_place(url: &str) -> Option<Range<usize>> {
    let authority = authority_place(url)?;
    let start = authority.start;
    let authority = url.get(authority)?.trim_end();
    let host = authority.rfind('@').map_or(0, |at| at + 1);
    let named = authority.get(host..)?;
    let is_port = |colon: &usize| !named.get(*colon..).unwrap_or_default().contains(']');
    let length = named.rfind(':').filter(is_port).unwrap_or(named.len());
    Some(start + host..start + host + length)
}

/// Where the path stands in a URL as it is written: between the port and the query.
///
/// ```
/// use clawconf::trust::path_place;
///
/// let path = |url: &'static str| path_place(url).and_then(|place| url.get(place));
/// assert_eq!(path("http://gpu.lan:1234/v1?x=1"), Some("/v1"));
/// assert_eq!(path("http://gpu.lan "), Some(""));
/// ```
#[must_use]
pub fn path_place(url: &str) -> Option<Range<usize>> {
    let url = url.trim_end();
    let start = authority_place(url)?.end;
    let rest = url.get(start..)?;
    Some(start..start + rest.find(['?', '#']).unwrap_or(rest.len()))
}

/// Where user info, host and port stand.
fn authority_place(url: &str) -> Option<Range<usize>> {
    let is_slash = |c| c == '/' || c == '\\';
    let colon = url.find(':')?;
    let after = url.get(colon + 1..)?;
    let start = url.len() - after.trim_start_matches(is_slash).len();
    let rest = url.get(start..)?;
    let ends = |c| is_slash(c) || c == '?' || c == '#';
    Some(start..start + rest.find(ends).unwrap_or(rest.len()))
}

/// Whether what is read as the host may be part of a password: an `@` stands behind it, as it does
/// when a password holds a slash. An `@` that begins a segment, a query or a fragment is none of one.
#[must_use]
pub fn may_hide_password(url: &str) -> bool {
    let end = host_place(url).map_or(0, |place| place.end);
    let after = url.get(end..).unwrap_or_default();
    let begins = |before: Option<char>| before.is_some_and(|c| "/\\?#".contains(c));
    after
        .match_indices('@')
        .any(|(at, _)| !begins(after.get(..at).unwrap_or_default().chars().next_back()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found_in_odd_urls() {
        for (url, host) in [
            ("http://gpu.lan:1234/v1", "gpu.lan"),
            ("http:\\\\gpu.lan\\v1", "gpu.lan"),
            ("http:gpu.lan", "gpu.lan"),
            ("http://me:pw@gpu.lan?x@y", "gpu.lan"),
            ("http://[fd00::5]:8/", "[fd00::5]"),
            ("http://[fd00::5]", "[fd00::5]"),
            ("http://gpu.lan ", "gpu.lan"),
        ] {
            let found = host_place(url).and_then(|place| url.get(place));
            assert_eq!(found, Some(host), "{url}");
        }
        assert_eq!(host_place("gpu.lan"), None);
    }

    #[test]
    fn an_at_sign_behind_the_host_is_doubtful() {
        for url in [
            "http://pass/word@gpu.lan",
            "http://p?w@gpu.lan",
            "http://p#w@h",
        ] {
            assert!(may_hide_password(url), "{url}");
        }
        for url in [
            "http://me:pw@gpu.lan/v1",
            "https://a.example/@team/v1",
            "http://10.0.0.5\\@h",
            "http://10.0.0.5#@h",
            "http://h",
        ] {
            assert!(!may_hide_password(url), "{url}");
        }
    }
}
