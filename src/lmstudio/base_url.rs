//! The base URL of an LM Studio server, in the two forms that OpenClaw makes of what people write.
//!
//! OpenClaw 2026.5.18 does this for setup, discovery, preload and embeddings, and not for chat
//! requests: those go to the text as it stands in the config.

use std::borrow::Cow;

use url::Url;

/// The server when none is named.
pub const DEFAULT_SERVER: &str = "http://localhost:1234";

/// The address that `/api/v1/…` is appended to.
///
/// ```
/// use clawconf::lmstudio::{inference_base, server_base};
///
/// assert_eq!(server_base("gpu-box.local:1234/api/v1/"), "http://gpu-box.local:1234");
/// assert_eq!(inference_base("http://localhost:1234"), "http://localhost:1234/v1");
/// ```
#[must_use]
pub fn server_base(written: &str) -> String {
    let written = written.trim();
    if written.is_empty() {
        return DEFAULT_SERVER.to_owned();
    }
    let http = Url::parse(&with_scheme(written)).ok();
    let http = http.filter(|url| matches!(url.scheme(), "http" | "https"));
    let Some(mut url) = http else {
        let bare = without_version(written);
        return if bare.is_empty() {
            DEFAULT_SERVER
        } else {
            bare
        }
        .to_owned();
    };
    let path = without_version(url.path()).to_owned();
    url.set_path(&path);
    url.set_query(None);
    url.set_fragment(None);
    let text = url.as_str();
    text.strip_suffix('/').unwrap_or(text).to_owned()
}

/// The address that `/chat/completions` is appended to.
#[must_use]
pub fn inference_base(written: &str) -> String {
    format!("{}/v1", server_base(written))
}

/// A path without the slashes at its end, and without one `/api/v1` and then one `/v1` there.
fn without_version(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    let path = without_ending(path, "/api/v1");
    without_ending(path, "/v1")
}

/// `text` without `ending`, in whatever case that stands there.
fn without_ending<'t>(text: &'t str, ending: &str) -> &'t str {
    let cut = text.len().checked_sub(ending.len());
    let parts = cut.and_then(|cut| text.split_at_checked(cut));
    match parts {
        Some((before, last)) if last.eq_ignore_ascii_case(ending) => before,
        _ => text,
    }
}

/// Puts `http://` in front of what begins like a host.
fn with_scheme(written: &str) -> Cow<'_, str> {
    let begins = |scheme: &str| {
        let head = written.get(..scheme.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    };
    let head = written.split(['/', '?', '#']).next().unwrap_or_default();
    if !begins("http://") && !begins("https://") && is_like_a_host(head) {
        Cow::Owned(format!("http://{written}"))
    } else {
        Cow::Borrowed(written)
    }
}

/// `localhost`, an IPv4 address, a name with a last label of letters, or anything with a port.
fn is_like_a_host(head: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let has_port = head.rsplit_once(':').is_some_and(|(host, port)| {
        !host.is_empty() && digits(port) && !host.contains(char::is_whitespace)
    });
    let is_ipv4 =
        head.split('.').count() == 4 && head.split('.').all(|part| part.len() <= 3 && digits(part));
    let is_name = head.rsplit_once('.').is_some_and(|(before, last)| {
        let in_name = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'-';
        let is_word = last.len() >= 2 && last.bytes().all(|b| b.is_ascii_alphabetic());
        is_word && !before.is_empty() && before.bytes().all(in_name)
    });
    has_port || is_ipv4 || is_name || head.eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every row of the table in section 2.3 of the LM Studio page.
    #[test]
    fn every_worked_row() {
        let default = "http://localhost:1234";
        let rows = [
            ("", default),
            ("  ", default),
            ("/v1", default),
            ("http://localhost:1234", default),
            ("http://localhost:1234/", default),
            ("http://localhost:1234/v1", default),
            ("http://localhost:1234/v1/", default),
            ("http://localhost:1234/V1", default),
            ("http://localhost:1234/api/v1", default),
            ("http://localhost:1234/API/V1", default),
            ("http://localhost:1234//v1//", "http://localhost:1234"),
            ("http://localhost:1234/v1/api/v1", default),
            ("http://localhost:1234/v1/v1", "http://localhost:1234/v1"),
            (
                "http://localhost:1234/api/v0",
                "http://localhost:1234/api/v0",
            ),
            (
                "http://localhost:1234/v1/models",
                "http://localhost:1234/v1/models",
            ),
            ("https://gpu.example/lm/v1", "https://gpu.example/lm"),
            ("http://h:1234/v1?x=1#y", "http://h:1234"),
            ("localhost:1234", default),
            ("127.0.0.1:1234/v1", "http://127.0.0.1:1234"),
            ("gpu-box.local:1234/v1", "http://gpu-box.local:1234"),
            ("gpu-box:1234", "http://gpu-box:1234"),
            ("[::1]:1234", "http://[::1]:1234"),
            ("localhost", "http://localhost"),
            ("192.168.1.9", "http://192.168.1.9"),
            ("gpu-box", "gpu-box"),
            ("http://127.1:1234", "http://127.0.0.1:1234"),
            ("http://0x7f.1:1234", "http://127.0.0.1:1234"),
            ("http://localhost:80/v1", "http://localhost"),
            ("https://localhost:443/api/v1", "https://localhost"),
            ("http://user:pw@h:1234/v1", "http://user:pw@h:1234"),
            ("ftp://h:1", "ftp://h:1"),
        ];
        for (written, server) in rows {
            assert_eq!(server_base(written), server, "{written}");
            assert_eq!(inference_base(written), format!("{server}/v1"), "{written}");
        }
    }

    #[test]
    fn what_is_like_a_host() {
        for head in ["LOCALHOST", "1.2.3.4", "a.bc", "x:1", "999.1.1.1"] {
            assert!(is_like_a_host(head), "{head}");
        }
        for head in [
            "",
            "gpu",
            "a.b",
            "a.b1",
            "1.2.3",
            "1.2.3.4567",
            ":1",
            "x:",
            "a b:1",
            ".com",
        ] {
            assert!(!is_like_a_host(head), "{head}");
        }
    }
}
