//! How many tokens an answer took: from its `usage`, or else from llama.cpp's `timings`.
//!
//! OpenClaw's page promises that counts are recovered from `timings`; its releases do not deliver that
//! in a stream (section 4.2 of the LM Studio facts), and read `prompt_n` alone where they do, which
//! leaves out what came from the cache (section 3 of the backends facts).

use serde::Serialize;
use serde_json::Value;

/// Where the counts are from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The `usage` object.
    Usage,
    /// llama.cpp's `timings`.
    Timings,
}

impl Source {
    /// The word used in machine output.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Source::Usage => "usage",
            Source::Timings => "timings",
        }
    }
}

/// Token counts of one answer. As JSON: `prompt_tokens`, `completion_tokens`, `total_tokens` and `source`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Tokens of the prompt, those from the cache included.
    #[serde(rename = "prompt_tokens")]
    pub prompt: Option<u64>,
    /// Tokens of the answer, those of reasoning included.
    #[serde(rename = "completion_tokens")]
    pub completion: Option<u64>,
    /// Both together, as the server says or as they add up.
    #[serde(rename = "total_tokens")]
    pub total: Option<u64>,
    /// Tokens of reasoning among those of the answer, if the server says.
    #[serde(skip)]
    pub reasoning: Option<u64>,
    /// Where they are from.
    pub source: Source,
}

/// Collects what the chunks of a stream say of usage: of each kind the last that says something.
#[derive(Debug, Default)]
pub(super) struct Collector {
    usage: Option<Usage>,
    timings: Option<Usage>,
    /// There was a `usage` of zeros only.
    zeros: Option<Usage>,
}

impl Collector {
    /// Looks at a chunk, or at a whole answer.
    pub(super) fn look_at(&mut self, chunk: &Value) {
        let of_choice = || chunk.get("choices")?.get(0)?.get("usage");
        let usage = chunk.get("usage").filter(|usage| usage.is_object());
        if let Some(usage) = usage.or_else(of_choice).and_then(of_usage) {
            if is_zero(&usage) {
                self.zeros = Some(usage);
            } else {
                self.usage = Some(usage);
            }
        }
        if let Some(timings) = chunk.get("timings").and_then(of_timings) {
            self.timings = Some(timings);
        }
    }

    /// What is known in the end. Zeros beside timings are no answer; zeros alone are what the server
    /// says.
    pub(super) fn usage(&self) -> Option<Usage> {
        self.usage.or(self.timings).or(self.zeros)
    }
}

fn is_zero(usage: &Usage) -> bool {
    let counts = [usage.prompt, usage.completion, usage.total];
    counts.iter().all(|count| count.unwrap_or(0) == 0)
}

fn of_usage(usage: &Value) -> Option<Usage> {
    let prompt = count(usage.get("prompt_tokens"));
    let completion = count(usage.get("completion_tokens"));
    let stated = count(usage.get("total_tokens"));
    let details = usage.get("completion_tokens_details");
    let reasoning = details.and_then(|details| count(details.get("reasoning_tokens")));
    if prompt.is_none() && completion.is_none() && stated.is_none() {
        return None;
    }
    Some(Usage {
        prompt,
        completion,
        total: stated.or_else(|| Some(prompt?.saturating_add(completion?))),
        reasoning: reasoning.or_else(|| count(usage.get("reasoning_tokens"))),
        source: Source::Usage,
    })
}

fn of_timings(timings: &Value) -> Option<Usage> {
    let new = count(timings.get("prompt_n"));
    let cached = count(timings.get("cache_n")).unwrap_or(0);
    let prompt = new.map(|new| new.saturating_add(cached));
    let completion = count(timings.get("predicted_n"));
    if prompt.is_none() && completion.is_none() {
        return None;
    }
    Some(Usage {
        prompt,
        completion,
        total: prompt.and_then(|prompt| Some(prompt.saturating_add(completion?))),
        reasoning: None,
        source: Source::Timings,
    })
}

/// A count: a number, rounded down, not below zero.
fn count(value: Option<&Value>) -> Option<u64> {
    let number = value?.as_f64()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not below zero, and cut to what fits"
    )]
    let whole = number.max(0.0).floor() as u64;
    Some(whole)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Prompt, completion, total, and where they are from.
    type Counts = (Option<u64>, Option<u64>, Option<u64>, &'static str);

    fn usage(chunks: &[Value]) -> Option<Counts> {
        let mut collector = Collector::default();
        for chunk in chunks {
            collector.look_at(chunk);
        }
        let usage = collector.usage()?;
        Some((
            usage.prompt,
            usage.completion,
            usage.total,
            usage.source.code(),
        ))
    }

    #[test]
    fn usage_when_it_says_something_else_timings() {
        let full = json!({"prompt_tokens": 50, "completion_tokens": 6, "total_tokens": 56});
        let zeros = json!({"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0});
        let nulls = json!({"prompt_tokens": null, "completion_tokens": null});
        let timings = json!({"prompt_n": 77, "predicted_n": 9});
        let cached = json!({"cache_n": 20, "prompt_n": 1, "predicted_n": 9});
        let of = |usage: &Value| json!({ "usage": usage });
        let at = |timings: &Value| json!({ "timings": timings });
        let both = |usage: &Value| json!({ "usage": usage, "timings": timings });
        let from_usage = Some((Some(50), Some(6), Some(56), "usage"));
        let from_timings = Some((Some(77), Some(9), Some(86), "timings"));
        let nothing = Some((Some(0), Some(0), Some(0), "usage"));
        for (chunks, wanted) in [
            (vec![], None),
            (vec![json!({"usage": null})], None),
            (vec![json!({"usage": {}})], None),
            (vec![json!({"usage": "50"})], None),
            (vec![of(&json!({"prompt_tokens": "50"}))], None),
            (vec![of(&full)], from_usage),
            (vec![json!({"usage": null}), of(&full)], from_usage),
            (vec![of(&full), json!({"usage": null})], from_usage),
            (vec![of(&full), of(&zeros)], from_usage),
            (vec![json!({"choices": [{"usage": full}]})], from_usage),
            (vec![both(&full)], from_usage),
            (vec![at(&timings), of(&full)], from_usage),
            (vec![at(&timings)], from_timings),
            (vec![both(&zeros)], from_timings),
            (vec![both(&nulls)], from_timings),
            (vec![of(&zeros), at(&timings)], from_timings),
            (vec![of(&zeros)], nothing),
            (
                vec![at(&cached)],
                Some((Some(21), Some(9), Some(30), "timings")),
            ),
            (
                vec![at(&json!({"prompt_n": 5}))],
                Some((Some(5), None, None, "timings")),
            ),
            (
                vec![at(&json!({"predicted_n": 5}))],
                Some((None, Some(5), None, "timings")),
            ),
            (
                vec![at(&json!({"prompt_n": -4, "predicted_n": 7.9}))],
                Some((Some(0), Some(7), Some(7), "timings")),
            ),
            (vec![at(&json!({"prompt_ms": 5}))], None),
            (
                vec![of(&json!({"prompt_tokens": 3}))],
                Some((Some(3), None, None, "usage")),
            ),
            (
                vec![of(&json!({"prompt_tokens": 3, "completion_tokens": 4}))],
                Some((Some(3), Some(4), Some(7), "usage")),
            ),
        ] {
            assert_eq!(usage(&chunks), wanted, "{chunks:?}");
        }
    }
}
