//! The checks of a model: one conversation after the other, so that they do not slow each other down.

use std::time::Instant;

use serde_json::Value;

use super::{Patience, Settings, Survey, Target};
use crate::chat::{Finish, Remedy};
use crate::live::chat::{Chat, ask};
use crate::live::discovery::list_models;
use crate::live::preload::{Preload, preload};
use crate::lmstudio::{Backoff, List, LoadRefused, Wish};
use crate::verification::{
    Check, Counts, Exchange, Known, ModelReport, Outcome, Script, Speed, Status, Subject, Tools,
    Why, context, listed, reasoning, stream, tools, usage,
};

/// Longest text of an exchange that is kept, in characters.
const LONGEST: usize = 4000;

/// Most tool calls of an exchange that are kept.
const MOST_CALLS: usize = 8;

/// Verifies a model of a server that was found to answer.
pub async fn verify(
    target: &Target,
    survey: &Survey,
    subject: &Subject,
    settings: Settings,
) -> ModelReport {
    let mut run = Run {
        target,
        survey,
        subject,
        settings,
        url: format!("{}/chat/completions", target.base_url),
        report: ModelReport {
            id: subject.id.clone(),
            outcomes: Vec::new(),
            speed: None,
            exchanges: Vec::new(),
            left_out: None,
        },
    };
    run.all().await;
    run.report
}

struct Run<'r> {
    target: &'r Target,
    survey: &'r Survey,
    subject: &'r Subject,
    settings: Settings,
    url: String,
    report: ModelReport,
}

impl Run<'_> {
    async fn all(&mut self) {
        let checks = [
            Check::Listed,
            Check::Preload,
            Check::Context,
            Check::Stream,
            Check::Usage,
            Check::Reasoning,
            Check::Tools,
        ];
        let script = match &self.subject.script {
            Ok(script) => script,
            Err(why) => {
                let why = match why {
                    Why::NoId => "the entry has no `id`".to_owned(),
                    Why::OtherApi(api) => format!("not verified by chat: it is asked with `{api}`"),
                };
                return self.skip(&checks, &why);
            }
        };
        if let Some(obstacle) = self.survey.obstacle {
            return self.skip(&checks, obstacle);
        }
        self.look_for_it();
        self.load_ahead().await;
        let (plain, outcome) = self.chat_plainly(script).await;
        // After the chat, which may have loaded the model with a context of its own.
        self.compare_context().await;
        self.add(outcome);
        let rest = [Check::Usage, Check::Reasoning, Check::Tools];
        if self.settings.quick {
            return self.skip(&rest, "left out by --quick");
        }
        if plain.failure.is_some() {
            return self.skip(&rest, "no answer came to its end");
        }
        self.count_tokens(script, &plain).await;
        self.try_efforts(script, &plain).await;
        self.try_tools(script).await;
    }

    fn add(&mut self, outcome: Outcome) {
        self.report.outcomes.push(outcome);
    }

    fn skip(&mut self, checks: &[Check], why: &str) {
        for check in checks {
            self.add(Outcome::skipped(*check, why));
        }
    }

    /// The id, in the lists of the server.
    fn look_for_it(&mut self) {
        let id = self.subject.id.as_str();
        if let Some(catalogue) = &self.survey.catalogue {
            let models = &catalogue.models;
            let ids: Vec<&str> = models
                .iter()
                .map(|model| model.definition.id.as_str())
                .collect();
            let answers = models.iter().any(|model| model.answers_to(id));
            return self.add(self.cleaned(listed(self.subject, &ids, answers)));
        }
        let Some(listing) = &self.survey.listing else {
            return self.skip(&[Check::Listed], "there is no list of models");
        };
        let ids: Vec<&str> = listing
            .entries
            .iter()
            .map(|entry| entry.id.as_str())
            .collect();
        let answers = listing.find(id).is_some();
        self.add(self.cleaned(listed(self.subject, &ids, answers)));
    }

    /// An outcome whose help names ids of the server, without secrets and bounded.
    fn cleaned(&self, outcome: Outcome) -> Outcome {
        let clean = |help: String| bounded(&self.target.server.scrub(&help));
        Outcome {
            help: outcome.help.map(clean),
            ..outcome
        }
    }

    /// Loads the model ahead where OpenClaw would.
    async fn load_ahead(&mut self) {
        let wish = match (&self.subject.wish, &self.survey.catalogue) {
            _ if self.settings.quick => {
                return self.skip(&[Check::Preload], "left out by --quick");
            }
            (Some(wish), Some(catalogue)) if catalogue.list == List::Native => wish,
            (None, Some(_)) => {
                return self.skip(&[Check::Preload], "`params.preload` is false");
            }
            _ => {
                let why = "only LM Studio, from 0.4 on, loads models on request";
                return self.skip(&[Check::Preload], why);
            }
        };
        let started = Instant::now();
        let outcome = self.preload(wish).await;
        self.add(outcome.within(started.elapsed()));
    }

    async fn preload(&self, wish: &Wish) -> Outcome {
        let check = Check::Preload;
        let mut backoff = Backoff::default();
        let done = preload(&self.target.server, wish, &mut backoff, Instant::now());
        match done.await {
            Preload::WasLoaded { context, .. } => {
                Outcome::pass(check, format!("it was loaded with {context} tokens"))
            }
            Preload::Loaded {
                context,
                beside: None,
            } => Outcome::pass(check, format!("loaded with {context} tokens")),
            Preload::Loaded {
                context,
                beside: Some(smaller),
            } => {
                let message = format!(
                    "loaded with {context} tokens, beside a copy with {smaller} that stays in memory"
                );
                Outcome::warn(check, message).with_help("unload the smaller one in LM Studio.")
            }
            Preload::Refused(LoadRefused::Guardrail) => {
                let message = "the guardrails of LM Studio stopped it, for want of memory";
                Outcome::fail(check, message).with_help(
                    "set a smaller `contextWindow` or `contextTokens`, or unload other models.",
                )
            }
            Preload::Refused(LoadRefused::NotFound) => {
                Outcome::fail(check, "LM Studio does not know this model")
            }
            Preload::Refused(LoadRefused::Failed { status, says }) => {
                let says = bounded(says.as_deref().unwrap_or("no reason given"));
                let message = format!("LM Studio could not load it (HTTP {status}): {says}");
                Outcome::fail(check, message).with_help("look at the log: `lms log stream`.")
            }
            Preload::Refused(LoadRefused::Malformed) => Outcome::fail(
                check,
                "what LM Studio answers to the wish to load it makes no sense",
            ),
            Preload::Unlisted(failure) => {
                let failure = bounded(&self.target.server.scrub(&failure.to_string()));
                Outcome::warn(check, format!("not tried: {failure}"))
            }
            Preload::Failed(error) => {
                Outcome::fail(check, self.target.server.scrub(&error.to_string()))
            }
            Preload::Waiting(_) => Outcome::skipped(check, "it failed a moment ago"),
        }
    }

    /// The window of the config beside that of the server, as LM Studio lists it now.
    async fn compare_context(&mut self) {
        let id = self.subject.id.as_str();
        let known = if let Some(before) = &self.survey.catalogue {
            let server = self.target.server.within(self.settings.patience);
            let after = list_models(&server).await.ok();
            let catalogue = after.as_ref().map_or(before, |after| &after.catalogue);
            let mut models = catalogue.models.iter();
            let found = models.find(|model| model.definition.id == id || model.answers_to(id));
            // What a quick chat has loaded is not what OpenClaw would load before.
            let is_as_in_use = !self.settings.quick || self.subject.wish.is_none();
            let loaded = found.and_then(|model| model.loaded_context());
            Known {
                most: found.and_then(|model| model.context_window),
                loaded: loaded.filter(|_| is_as_in_use),
            }
        } else {
            let entry = self
                .survey
                .listing
                .as_ref()
                .and_then(|listing| listing.find(id));
            Known {
                most: entry.and_then(|entry| entry.context),
                loaded: None,
            }
        };
        self.add(context(self.subject, known));
    }

    /// One chat or several, as OpenClaw would hold them; returns the first, or the first that failed, and
    /// what it says of streaming.
    async fn chat_plainly(&mut self, script: &Script) -> (Exchange, Outcome) {
        let started = Instant::now();
        let patience = Patience::new(self.settings.wait);
        let mut runs: Vec<Exchange> = Vec::new();
        while runs.len() < self.settings.repeat.max(1) {
            let run = self.chat("plain chat", &script.chat).await;
            if let Some(failure) = &run.failure
                && runs.is_empty()
                && failure.kind == "not_ready"
                && patience.waits_for(failure.kind).await
            {
                continue;
            }
            let has_failed = run.failure.is_some();
            runs.push(run);
            if has_failed {
                break;
            }
        }
        let remedied = self.try_remedies(script, runs.last()).await;
        self.report.speed = Speed::of(&runs);
        let failed = runs.iter().position(|run| run.failure.is_some());
        let shown = failed.unwrap_or(0);
        let plain = runs.get(shown).cloned().unwrap_or_default();
        let mut outcome = stream(self.subject, &plain, remedied, self.report.speed.as_ref());
        if shown > 0 {
            outcome.message = format!("the chat no. {}: {}", shown + 1, outcome.message);
        }
        self.report.exchanges.insert(0, plain.clone());
        (plain, outcome.within(started.elapsed()))
    }

    /// Finds the setting with which a server takes what it refused.
    async fn try_remedies(&mut self, script: &Script, last: Option<&Exchange>) -> Option<Remedy> {
        let failure = last?.failure.as_ref()?;
        let is_unloaded = self
            .report
            .outcomes
            .iter()
            .any(|outcome| outcome.check == Check::Preload && outcome.status == Status::Fail);
        // A template that cannot be filled fails with 500.
        let may_be_mended = matches!(failure.kind, "bad_request" | "server_error");
        if self.settings.quick || is_unloaded || !may_be_mended {
            return None;
        }
        for (remedy, body) in &script.remedies {
            let (key, value) = remedy.setting();
            let again = self
                .chat(&format!("with compat.{key}: {value}"), body)
                .await;
            let worked = again.failure.is_none();
            self.report.exchanges.push(again);
            if worked {
                return Some(*remedy);
            }
        }
        None
    }

    async fn count_tokens(&mut self, script: &Script, plain: &Exchange) {
        let whole = self.ask_whole(&script.whole).await;
        let mut counts = Counts {
            streamed: plain.usage,
            whole: whole.usage,
            whole_failed: whole.failure.is_some(),
            asked_for: None,
        };
        self.report.exchanges.push(whole);
        if plain.usage.is_none()
            && let Some(body) = &script.with_usage
        {
            let asked = self.chat("with usage asked for", body).await;
            counts.asked_for = asked.usage;
            self.report.exchanges.push(asked);
        }
        self.add(usage(self.subject, &counts));
    }

    async fn try_efforts(&mut self, script: &Script, plain: &Exchange) {
        let started = Instant::now();
        let mut tried = Vec::new();
        for (setting, body) in &script.efforts {
            let label = format!("{}: {}", setting.key, setting.word());
            let exchange = self.chat(&label, body).await;
            // Who does not answer one will not answer the next.
            let is_over =
                matches!(&exchange.failure, Some(failure) if failure.kind != "bad_request");
            tried.push((setting.clone(), exchange));
            if is_over {
                break;
            }
        }
        let outcome = reasoning(self.subject, plain, &tried);
        let exchanges = tried.into_iter().map(|(_, exchange)| exchange);
        self.report.exchanges.extend(exchanges);
        self.add(outcome.within(started.elapsed()));
    }

    async fn try_tools(&mut self, script: &Script) {
        if self.subject.tools == Some(false) {
            let why = "the config says that it calls no tools";
            return self.skip(&[Check::Tools], why);
        }
        let started = Instant::now();
        let call = self.chat("tool call", &script.tool).await;
        let mut answer = None;
        if let Some(message) = Tools::message(&call) {
            let body = script.tool_result(message);
            answer = Some(self.chat("tool result", &body).await);
        }
        let chats = Tools {
            call: &call,
            answer: answer.as_ref(),
        };
        let outcome = tools(self.subject, chats);
        self.report.exchanges.push(call);
        self.report.exchanges.extend(answer);
        self.add(outcome.within(started.elapsed()));
    }

    async fn chat(&self, label: &str, body: &Value) -> Exchange {
        let mut chat = Chat::new();
        let server = &self.target.server;
        chat.hold(server, &self.url, body, &mut |_| {}).await;
        let transcript = chat.transcript();
        let calls = transcript.calls.iter().take(MOST_CALLS);
        let mut calls: Vec<_> = calls.cloned().collect();
        for call in &mut calls {
            call.id = call.id.as_deref().map(bounded);
            call.name = call.name.as_deref().map(bounded);
            call.arguments = bounded(&call.arguments);
        }
        let timing = chat.timing();
        Exchange {
            label: label.to_owned(),
            request: body.clone(),
            content: bounded(&transcript.content),
            reasoning: bounded(&transcript.reasoning),
            calls,
            finish: chat.finish().map(|finish| ended(finish, bounded)),
            usage: chat.usage(),
            model: chat.model().as_deref().map(bounded),
            fingerprint: chat.fingerprint().as_deref().map(bounded),
            pieces: Some(chat.pieces()),
            first: timing.first,
            total: timing.total,
            tokens_per_second: chat.tokens_per_second(),
            failure: chat.failure(),
        }
    }

    async fn ask_whole(&self, body: &Value) -> Exchange {
        let started = Instant::now();
        let server = &self.target.server;
        let asked = ask(server, &self.url, body).await;
        let mut exchange = Exchange {
            label: "not streamed".to_owned(),
            request: body.clone(),
            total: started.elapsed(),
            ..Exchange::default()
        };
        match asked {
            Ok(answer) => {
                let text = |text: &str| bounded(&server.scrub(text));
                exchange.content = text(&answer.transcript.content);
                exchange.reasoning = text(&answer.transcript.reasoning);
                exchange.finish = answer.finish.map(|finish| ended(finish, text));
                exchange.usage = answer.usage;
            }
            Err(failure) => exchange.failure = Some(failure),
        }
        exchange
    }
}

/// A finish reason, whose word may be the server's own.
fn ended(finish: Finish, text: impl Fn(&str) -> String) -> Finish {
    match finish {
        Finish::Other(word) => Finish::Other(text(&word)),
        known => known,
    }
}

fn bounded(text: &str) -> String {
    if text.chars().nth(LONGEST).is_none() {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(LONGEST).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_an_end() {
        let long = "\u{E9}".repeat(LONGEST);
        assert_eq!(bounded(&long), long);
        assert_eq!(bounded(&format!("{long}x")), format!("{long}…"));
    }
}
