//! What a redirect makes of a request.
//!
//! The rules are those of OpenClaw 2026.5.18 (origin-trust facts, section 8): 303, and POST on 301 and
//! 302, become GET; across origins only harmless headers go along, and never a body.

use bytes::Bytes;
use reqwest::header::{self, HeaderMap, HeaderName};
use reqwest::{Method, StatusCode};

/// Headers that may cross to another origin: they name formats and caches, and nobody.
const HARMLESS: [HeaderName; 14] = [
    header::ACCEPT,
    header::ACCEPT_CHARSET,
    header::ACCEPT_ENCODING,
    header::ACCEPT_LANGUAGE,
    header::CACHE_CONTROL,
    header::CONTENT_LANGUAGE,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_NONE_MATCH,
    header::IF_UNMODIFIED_SINCE,
    header::PRAGMA,
    header::RANGE,
    header::USER_AGENT,
];

/// Whether an answer with this status leads elsewhere.
pub(super) fn leads_on(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// The parts of a request that a redirect may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parts {
    pub method: Method,
    pub headers: HeaderMap,
    pub body: Option<Bytes>,
}

impl Parts {
    /// What is sent after a redirect with `status`.
    pub(super) fn redirected(mut self, status: StatusCode, same_origin: bool) -> Parts {
        let becomes_get = match status.as_u16() {
            303 => self.method != Method::HEAD,
            301 | 302 => self.method == Method::POST,
            _ => false,
        };
        if becomes_get {
            self.method = Method::GET;
        }
        if becomes_get || !same_origin {
            self.body = None;
            self.headers.remove(header::CONTENT_LENGTH);
        }
        if becomes_get {
            self.headers.remove(header::CONTENT_TYPE);
        }
        if !same_origin {
            let kept = self.headers.iter();
            let kept = kept.filter(|(name, _)| HARMLESS.contains(name));
            self.headers = kept
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(method: &Method) -> Parts {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("accept", "application/json"),
            ("content-type", "application/json"),
            ("authorization", "Bearer planted"),
            ("x-api-key", "planted"),
            ("cookie", "planted"),
            ("referer", "planted"),
        ] {
            headers.insert(
                HeaderName::from_static(name),
                header::HeaderValue::from_static(value),
            );
        }
        Parts {
            method: method.clone(),
            headers,
            body: (method == Method::POST).then(|| Bytes::from_static(b"{}")),
        }
    }

    #[test]
    fn methods_and_bodies() {
        let rows = [
            (301, Method::GET, Method::GET, true, false),
            (301, Method::POST, Method::GET, true, false),
            (302, Method::POST, Method::GET, true, false),
            (303, Method::POST, Method::GET, true, false),
            (303, Method::HEAD, Method::HEAD, true, false),
            (307, Method::POST, Method::POST, true, true),
            (308, Method::POST, Method::POST, true, true),
            (307, Method::POST, Method::POST, false, false),
            (308, Method::POST, Method::POST, false, false),
            (302, Method::PUT, Method::PUT, true, false),
        ];
        for (status, before, after, same_origin, keeps_body) in rows {
            let status = StatusCode::from_u16(status).unwrap();
            let next = parts(&before).redirected(status, same_origin);
            assert_eq!(next.method, after, "{status} {before}");
            assert_eq!(next.body.is_some(), keeps_body, "{status} {before}");
        }
    }

    #[test]
    fn only_harmless_headers_cross_to_another_origin() {
        let status = StatusCode::TEMPORARY_REDIRECT;
        let same = parts(&Method::POST).redirected(status, true);
        assert_eq!(same.headers.len(), 6);
        let other = parts(&Method::POST).redirected(status, false);
        let names: Vec<&str> = other.headers.keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["accept", "content-type"]);
    }

    #[test]
    fn which_statuses_lead_on() {
        for (status, leads) in [
            (200, false),
            (300, false),
            (301, true),
            (302, true),
            (303, true),
            (304, false),
            (305, false),
            (306, false),
            (307, true),
            (308, true),
            (309, false),
        ] {
            assert_eq!(
                leads_on(StatusCode::from_u16(status).unwrap()),
                leads,
                "{status}"
            );
        }
    }
}
