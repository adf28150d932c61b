//! The requests that came.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most requests that are kept; older ones are forgotten.
const MOST: usize = 4096;

/// Most bytes of requests that are kept.
const MOST_BYTES: usize = 16 << 20;

/// A request that came, as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// All headers in the order they came, names as they were written.
    pub headers: Vec<(String, String)>,
    /// The body; what is no UTF-8 is replaced.
    pub body: String,
}

impl Seen {
    /// The first header of this name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The `Authorization` header.
    #[must_use]
    pub fn authorization(&self) -> Option<&str> {
        self.header("authorization")
    }

    fn bytes(&self) -> usize {
        let headers = self.headers.iter();
        let headers: usize = headers.map(|(name, value)| name.len() + value.len()).sum();
        self.method.len() + self.path.len() + headers + self.body.len()
    }
}

/// The requests that came so far, for all who hold it.
#[derive(Debug, Clone, Default)]
pub struct Log(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    requests: VecDeque<Seen>,
    bytes: usize,
}

impl Log {
    /// Every request so far, oldest first; of very many only the latest.
    #[must_use]
    pub fn requests(&self) -> Vec<Seen> {
        self.kept().requests.iter().cloned().collect()
    }

    pub(super) fn add(&self, seen: Seen) {
        let mut kept = self.kept();
        kept.bytes += seen.bytes();
        kept.requests.push_back(seen);
        while kept.requests.len() > MOST || kept.bytes > MOST_BYTES {
            let Some(oldest) = kept.requests.pop_front() else {
                return;
            };
            kept.bytes -= oldest.bytes();
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn very_many_requests_are_forgotten() {
        let log = Log::default();
        let seen = |body: String| Seen {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            headers: Vec::new(),
            body,
        };
        for number in 0..MOST + 7 {
            log.add(seen(number.to_string()));
        }
        let kept = log.requests();
        assert_eq!(kept.len(), MOST);
        assert_eq!(kept.last().unwrap().body, (MOST + 6).to_string());
        for _ in 0..20 {
            log.add(seen("x".repeat(1 << 20)));
        }
        assert!(log.requests().len() <= 16);
    }
}
