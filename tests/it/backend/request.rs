//! A request as it came.

use clawconf::simulator::Seen;
use serde_json::Value;

#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub method: String,
    /// The path with its query.
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    /// From the bytes of HTTP/1.1.
    pub(crate) fn read(text: &str) -> Request {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let mut words = lines.next().unwrap_or_default().split(' ');
        let mut word = || words.next().unwrap_or_default().to_owned();
        let (method, path) = (word(), word());
        let headers = lines.filter_map(|line| line.split_once(": "));
        Request {
            method,
            path,
            headers: headers
                .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
                .collect(),
            body: body.to_owned(),
        }
    }

    /// From the log of the simulator.
    pub(super) fn of(seen: Seen) -> Request {
        let headers = seen.headers.into_iter();
        Request {
            method: seen.method,
            path: seen.path,
            headers: headers
                .map(|(name, value)| (name.to_lowercase(), value))
                .collect(),
            body: seen.body,
        }
    }

    /// The first header of this name, in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(found, _)| found == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null when it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}
