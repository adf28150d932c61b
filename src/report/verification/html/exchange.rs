//! Requests and their answers, folded.

use std::io::{self, Write};

use super::amount::{rate, time};
use super::text::Text;
use crate::report::verification::line;
use crate::verification::Exchange;

/// Writes those of a model.
pub(super) fn write(exchanges: &[Exchange], out: &mut dyn Write) -> io::Result<()> {
    if exchanges.is_empty() {
        return Ok(());
    }
    let failed = exchanges
        .iter()
        .filter(|exchange| exchange.failure.is_some());
    let many = match exchanges.len() {
        1 => "1 exchange".to_owned(),
        many => format!("{many} exchanges"),
    };
    write!(out, r#"<details class="exchanges"><summary>{many}"#)?;
    match failed.count() {
        0 => {}
        failed => write!(out, ", {failed} without an answer")?,
    }
    writeln!(out, "</summary>")?;
    for exchange in exchanges {
        self::exchange(exchange, out)?;
    }
    writeln!(out, "</details>")
}

fn exchange(exchange: &Exchange, out: &mut dyn Write) -> io::Result<()> {
    let label = Text(line(&exchange.label));
    write!(out, r#"<details class="exchange"><summary><b>{label}</b>"#)?;
    if let Some(failure) = &exchange.failure {
        write!(
            out,
            r#" <span class="badge fail"><span aria-hidden="true">✗</span> {}</span>"#,
            Text(failure.kind)
        )?;
    } else if let Some(finish) = &exchange.finish {
        write!(out, " {}", Text(line(finish.word())))?;
    }
    writeln!(out, ", {}</summary>", time(exchange.total))?;
    if let Some(failure) = &exchange.failure {
        let status = failure.status.map(|status| format!(" (status {status})"));
        let status = status.unwrap_or_default();
        let message = Text(&failure.message);
        writeln!(
            out,
            r#"<p class="error">{}{status}: {message}</p>"#,
            Text(failure.kind)
        )?;
    }
    facts(exchange, out)?;
    let request = serde_json::to_string_pretty(&exchange.request).map_err(io::Error::from)?;
    block("request", &request, out)?;
    block("reasoning", &exchange.reasoning, out)?;
    block("answer", &exchange.content, out)?;
    for call in &exchange.calls {
        let name = call.name.as_deref().unwrap_or("a tool without a name");
        let id = call.id.as_deref();
        let id = id.map_or(String::new(), |id| format!(" ({})", line(id)));
        block(&format!("calls {}{id}", line(name)), &call.arguments, out)?;
    }
    writeln!(out, "</details>")
}

/// What was measured and told, so far as it was.
fn facts(exchange: &Exchange, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, r#"<dl class="facts">"#)?;
    let told = [
        ("model", exchange.model.as_deref().map(line)),
        ("runs on", exchange.fingerprint.as_deref().map(line)),
        (
            "ended by",
            exchange.finish.as_ref().map(|finish| line(finish.word())),
        ),
        ("tokens", tokens(exchange)),
        ("first token", exchange.first.map(time)),
        ("whole answer", Some(time(exchange.total))),
        ("tokens/s", exchange.tokens_per_second.map(rate)),
        ("pieces", exchange.pieces.map(|pieces| pieces.to_string())),
    ];
    for (what, words) in told {
        if let Some(words) = words {
            writeln!(out, "<div><dt>{what}</dt><dd>{}</dd></div>", Text(words))?;
        }
    }
    writeln!(out, "</dl>")
}

fn tokens(exchange: &Exchange) -> Option<String> {
    let usage = exchange.usage?;
    let parts = [
        (usage.prompt, "of prompt"),
        (usage.completion, "of answer"),
        (usage.reasoning, "of them reasoning"),
        (usage.total, "in all"),
    ];
    let told = parts.into_iter();
    let told = told.filter_map(|(count, what)| Some(format!("{} {what}", count?)));
    let told: Vec<String> = told.collect();
    Some(format!("{}, from {}", told.join(", "), usage.source.code()))
}

/// A longer text under its name; nothing when it is empty.
fn block(name: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        r#"<figure><figcaption>{}</figcaption><pre dir="auto"><code>{}</code></pre></figure>"#,
        Text(name),
        Text(text)
    )
}
