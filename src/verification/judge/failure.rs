//! Failures in words, and what to do about them.

use crate::chat::Failure;
use crate::verification::check::Outcome;

/// What is wrong, in a sentence: the kind, the status and what was said.
pub(super) fn sentence(failure: &Failure) -> String {
    let what = match failure.kind {
        "auth" => "the key is not taken",
        "forbidden" => "the server forbids it",
        "model_not_found" => "the server does not have this model",
        "not_found" => "the server knows no chat completions at this address",
        "not_ready" => "the server is not ready yet",
        "context_overflow" => "the prompt is too long for the context",
        "bad_request" => "the server refuses the request",
        "server_error" => "the server failed",
        "not_a_stream" => "the answer is no stream",
        "in_stream" => "the answer failed on the way",
        "truncated" => "the answer was cut off",
        "bad_json" => "the answer cannot be read",
        "idle" => "the answer stopped coming",
        "too_large" => "the answer is too large",
        _ => return failure.message.clone(),
    };
    let status = failure.status_in_words();
    match failure.message.trim() {
        "" => format!("{what}{status}"),
        said => format!("{what}{status}: {said}"),
    }
}

impl Outcome {
    /// Adds what to do about a failure of this kind, where that can be said.
    #[must_use]
    pub fn advised(self, kind: &str) -> Outcome {
        match about_failure(kind) {
            Some(help) => self.with_help(help),
            None => self,
        }
    }
}

/// What to do about a failure, where that can be said.
///
/// ```
/// use clawconf::verification::about_failure;
///
/// assert!(about_failure("not_ready").expect("there is a way").contains("--wait"));
/// ```
#[must_use]
pub fn about_failure(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "auth" => {
            "compare the key with that of the server; `--api-key-env NAME` tries another one."
        }
        "forbidden" => {
            "something refuses this machine or the host name of the address; Jan wants the name among its trusted hosts."
        }
        "model_not_found" => "compare the id with those that the server lists.",
        "not_found" => "check the path of `baseUrl`: most servers want `/v1` at its end.",
        "not_ready" => "`clawconf verify --wait 60s` asks again until the server has loaded.",
        "context_overflow" => "the context that the server runs with is too small for OpenClaw.",
        "server_error" | "in_stream" => "look at the log of the server.",
        "truncated" => {
            "look at the log of the server: it gave up, or something between ended the connection."
        }
        "not_a_stream" => {
            "check who answers there: a proxy that collects answers, or a login page, is a usual cause."
        }
        "idle" | "timeout" => {
            "is the server busy, or the model too large for the machine? `--timeout` waits longer."
        }
        "blocked" => {
            "`clawconf trust check` shows every step, and the change that lets it through."
        }
        "not_lm_studio" => {
            "check host and port: LM Studio listens on 1234 unless it is told otherwise."
        }
        "no_models" => "get a model for chats there, or with `lms get`.",
        "malformed" => "check who answers there: a proxy or a login page is a usual cause.",
        "cut" => "try again; if it stays so, look at the log of the server.",
        "refused" => {
            "start the server, compare the port (LM Studio has 1234), and let it listen on the network if it is elsewhere."
        }
        "dns" => "check the spelling, and which name server knows the name.",
        "unreachable" => "is the machine on, and in the same network?",
        "tls" => {
            "most local servers speak `http://`; where `https://` is right, a certificate of your own goes into `request.tls.ca`."
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_the_status_and_the_words() {
        let failure = |kind, status, message: &str| {
            sentence(&Failure {
                kind,
                status,
                message: message.to_owned(),
            })
        };
        assert_eq!(
            failure("auth", Some(401), "Unauthorized"),
            "the key is not taken (HTTP 401): Unauthorized"
        );
        assert_eq!(
            failure("not_ready", Some(503), ""),
            "the server is not ready yet (HTTP 503)"
        );
        assert_eq!(
            failure("refused", None, "nothing listens"),
            "nothing listens"
        );
    }
}
