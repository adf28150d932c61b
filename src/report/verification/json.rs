//! The verification as JSON.

use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::milliseconds;
use crate::chat::{Failure, Usage};
use crate::verification::{Exchange, ModelReport, Outcome, Place, ProviderReport, Report, Speed};

#[derive(Serialize)]
struct Document<'r> {
    version: u32,
    interrupted: bool,
    summary: Summary,
    providers: Vec<Provider<'r>>,
}

#[derive(Serialize)]
struct Summary {
    models: usize,
    passed: usize,
    warned: usize,
    failed: usize,
    skipped: usize,
}

#[derive(Serialize)]
struct Provider<'r> {
    config: &'r str,
    provider: &'r str,
    base_url: &'r str,
    backend: Option<&'r str>,
    status: &'static str,
    checks: Vec<CheckRecord<'r>>,
    models: Vec<Model<'r>>,
}

#[derive(Serialize)]
struct Model<'r> {
    model: &'r str,
    status: &'static str,
    left_out: Option<&'r str>,
    checks: Vec<CheckRecord<'r>>,
    speed: Option<Measured>,
    exchanges: Vec<Talk<'r>>,
}

#[derive(Serialize)]
struct CheckRecord<'r> {
    check: &'static str,
    status: &'static str,
    message: &'r str,
    help: Option<&'r str>,
    file: Option<&'r str>,
    path: Option<&'r str>,
    line: Option<usize>,
    column: Option<usize>,
    duration_ms: Option<u64>,
}

#[derive(Serialize)]
struct Measured {
    runs: usize,
    ttft_ms: Option<u64>,
    total_ms: u64,
    tokens_per_second: Option<f64>,
}

/// An exchange; usage as in the report of a chat.
#[derive(Serialize)]
struct Talk<'r> {
    purpose: &'r str,
    request: &'r Value,
    model: Option<&'r str>,
    content: &'r str,
    reasoning: &'r str,
    tool_calls: Vec<Call<'r>>,
    finish_reason: Option<&'r str>,
    usage: Option<Usage>,
    ttft_ms: Option<u64>,
    total_ms: u64,
    error: Option<&'r Failure>,
}

#[derive(Serialize)]
struct Call<'r> {
    name: Option<&'r str>,
    arguments: &'r str,
}

/// Writes the report.
///
/// # Errors
/// Those of `out`.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let totals = report.totals();
    let document = Document {
        version: 1,
        interrupted: report.interrupted,
        summary: Summary {
            models: totals.models,
            passed: totals.passed,
            warned: totals.warned,
            failed: totals.failed,
            skipped: totals.skipped,
        },
        providers: report.providers.iter().map(provider).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document).map_err(io::Error::from)?;
    writeln!(out)
}

fn provider(report: &ProviderReport) -> Provider<'_> {
    let models = report.models.iter();
    Provider {
        config: &report.config,
        provider: &report.id,
        base_url: &report.base_url,
        backend: report.backend.as_deref(),
        status: report.server_status().code(),
        checks: report.outcomes.iter().map(check).collect(),
        models: models
            .map(|model| self::model(model, report.status_of(model).code()))
            .collect(),
    }
}

fn model<'r>(report: &'r ModelReport, status: &'static str) -> Model<'r> {
    Model {
        model: &report.id,
        status,
        left_out: report.left_out,
        checks: report.outcomes.iter().map(check).collect(),
        speed: report.speed.map(measured),
        exchanges: report.exchanges.iter().map(talk).collect(),
    }
}

fn check(outcome: &Outcome) -> CheckRecord<'_> {
    let place = outcome.place.as_ref();
    CheckRecord {
        check: outcome.check.code(),
        status: outcome.status.code(),
        message: &outcome.message,
        help: outcome.help.as_deref(),
        file: place.map(|place: &Place| place.file.as_str()),
        path: place.map(|place| place.path.as_str()),
        line: place.map(|place| place.line),
        column: place.map(|place| place.column),
        duration_ms: milliseconds(outcome),
    }
}

fn whole(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn measured(speed: Speed) -> Measured {
    Measured {
        runs: speed.runs,
        ttft_ms: speed.first.map(whole),
        total_ms: whole(speed.total),
        tokens_per_second: speed.tokens_per_second,
    }
}

fn talk(exchange: &Exchange) -> Talk<'_> {
    Talk {
        purpose: &exchange.label,
        request: &exchange.request,
        model: exchange.model.as_deref(),
        content: &exchange.content,
        reasoning: &exchange.reasoning,
        tool_calls: exchange
            .calls
            .iter()
            .map(|call| Call {
                name: call.name.as_deref(),
                arguments: &call.arguments,
            })
            .collect(),
        finish_reason: exchange.finish.as_ref().map(|finish| finish.word()),
        usage: exchange.usage,
        ttft_ms: exchange.first.map(whole),
        total_ms: whole(exchange.total),
        error: exchange.failure.as_ref(),
    }
}
