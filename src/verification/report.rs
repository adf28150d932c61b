//! All that came of a verification.

use std::time::Duration;

use serde_json::Value;

use super::check::{Outcome, Status};
use crate::chat::{Failure, Finish, ToolCall, Usage};

/// What came of all.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The providers, in the order of the configs.
    pub providers: Vec<ProviderReport>,
    /// Whether it was ended before its time.
    pub interrupted: bool,
}

/// A provider at one address, and its models.
#[derive(Debug, Clone, PartialEq)]
pub struct ProviderReport {
    /// What people call the config.
    pub config: String,
    /// Its id.
    pub id: String,
    /// Its address, as it may be shown.
    pub base_url: String,
    /// What kind of server it is, if that is known.
    pub backend: Option<String>,
    /// What came of the checks of the server, in order.
    pub outcomes: Vec<Outcome>,
    /// Its models, in the order of the config.
    pub models: Vec<ModelReport>,
}

/// A model and what came of its checks.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelReport {
    /// Its id.
    pub id: String,
    /// What came of the checks, in order; none when it was not its turn.
    pub outcomes: Vec<Outcome>,
    /// How fast it is, if a chat came to its end.
    pub speed: Option<Speed>,
    /// What was asked and answered.
    pub exchanges: Vec<Exchange>,
    /// Why it was left out, if it was.
    pub left_out: Option<&'static str>,
}

/// Medians over the plain chats that came to their end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Speed {
    /// How many.
    pub runs: usize,
    /// Until the first piece.
    pub first: Option<Duration>,
    /// Until the end.
    pub total: Duration,
    /// Behind the first piece.
    pub tokens_per_second: Option<f64>,
}

/// A request and its answer. Its texts hold no secret that was sent; they are foreign, bounded and not
/// cleaned.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Exchange {
    /// What it was for, in a few words.
    pub label: String,
    /// The body of the request.
    pub request: Value,
    /// What the model said.
    pub content: String,
    /// What it thought before.
    pub reasoning: String,
    /// The tools that it called.
    pub calls: Vec<ToolCall>,
    /// Why the answer ended.
    pub finish: Option<Finish>,
    /// How many tokens it took.
    pub usage: Option<Usage>,
    /// The model that the server says it used.
    pub model: Option<String>,
    /// What the server says it runs on.
    pub fingerprint: Option<String>,
    /// How many pieces came; none when it was not to stream.
    pub pieces: Option<usize>,
    /// Until the first piece.
    pub first: Option<Duration>,
    /// Until the end.
    pub total: Duration,
    /// Behind the first piece.
    pub tokens_per_second: Option<f64>,
    /// Why it came to nothing, if it did.
    pub failure: Option<Failure>,
}

impl Speed {
    /// Of the chats among these that came to their end; none when there is none.
    #[must_use]
    pub fn of(runs: &[Exchange]) -> Option<Speed> {
        let good: Vec<&Exchange> = runs.iter().filter(|run| run.failure.is_none()).collect();
        Some(Speed {
            runs: good.len(),
            first: median(good.iter().filter_map(|run| run.first)),
            total: median(good.iter().map(|run| run.total))?,
            tokens_per_second: median(good.iter().filter_map(|run| run.tokens_per_second)),
        })
    }
}

/// The value in the middle; the lower of the two of an even number.
fn median<T: PartialOrd>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut values: Vec<T> = values.collect();
    values.sort_by(|one, other| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal));
    let middle = values.len().checked_sub(1)? / 2;
    values.into_iter().nth(middle)
}

impl Exchange {
    /// Whether there is reasoning in it, apart from the answer or within it, or counted by a server that
    /// does not show it.
    #[must_use]
    pub fn has_thoughts(&self) -> bool {
        let is_counted = self.usage.and_then(|usage| usage.reasoning) > Some(0);
        is_counted || !self.reasoning.trim().is_empty() || self.has_thoughts_within()
    }

    /// Whether the answer itself holds the reasoning, in the tags that models write. An empty pair of
    /// tags is how some say that they do not reason.
    #[must_use]
    pub fn has_thoughts_within(&self) -> bool {
        let tags = [
            ("<think>", "</think>"),
            ("<thinking>", "</thinking>"),
            ("[THINK]", "[/THINK]"),
        ];
        let is_between = |(open, close): (&str, &str)| {
            let has_tag = self.content.contains(open) || self.content.contains(close);
            // A template may have written the first tag, and the end may be cut off.
            let thought = self.content.split(close).next().unwrap_or_default();
            let thought = thought.split(open).last().unwrap_or_default();
            has_tag && !thought.trim().is_empty()
        };
        tags.into_iter().any(is_between)
    }
}

fn worst(outcomes: &[Outcome]) -> Status {
    let statuses = outcomes.iter().map(|outcome| outcome.status);
    statuses.max().unwrap_or(Status::Skipped)
}

impl ProviderReport {
    /// The worst of the server's checks.
    #[must_use]
    pub fn server_status(&self) -> Status {
        worst(&self.outcomes)
    }

    /// How it stands with one of its models: by its own checks, and by those of the server.
    #[must_use]
    pub fn status_of(&self, model: &ModelReport) -> Status {
        let worst = self.server_status().max(worst(&model.outcomes));
        // What failed has failed, though the rest was left out.
        match model.left_out {
            Some(_) if worst < Status::Fail => Status::Skipped,
            _ => worst,
        }
    }
}

/// Models by how it stands with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// All.
    pub models: usize,
    /// Those that work.
    pub passed: usize,
    /// Those that work and may surprise.
    pub warned: usize,
    /// Those that do not work.
    pub failed: usize,
    /// Those that were left out, or of which nothing could be checked.
    pub skipped: usize,
}

impl Report {
    /// Counts the models.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for provider in &self.providers {
            for model in &provider.models {
                totals.models += 1;
                match provider.status_of(model) {
                    Status::Pass => totals.passed += 1,
                    Status::Warn => totals.warned += 1,
                    Status::Fail => totals.failed += 1,
                    Status::Skipped => totals.skipped += 1,
                }
            }
        }
        totals
    }

    /// Whether any check failed, of a server or of a model.
    #[must_use]
    pub fn has_failures(&self) -> bool {
        let of_servers = self
            .providers
            .iter()
            .flat_map(|provider| &provider.outcomes);
        let models = self.providers.iter().flat_map(|provider| &provider.models);
        let of_models = models.flat_map(|model| &model.outcomes);
        of_servers
            .chain(of_models)
            .any(|outcome| outcome.status == Status::Fail)
    }
}
