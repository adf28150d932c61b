//! Which model is asked what, and how.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::chat::{
    Event, Habits, Question, USUAL_PROMPT, reasoning_field, reasoning_settings, request_body,
};
use crate::cli::args;
use crate::cli::endpoint::{Endpoint, Shared};
use crate::cli::error::Error;
use crate::cli::loading::Whole;
use crate::cli::{files, loading, printable, remark, runtime, targets, variables};
use crate::config::{Config, DEFAULT_API, Model, Provider};
use crate::json5::Node;
use crate::live::chat::Chat;
use crate::live::{Preload, preload};
use crate::lmstudio::{self, Backoff, LoadRefused, Wish, is_preload_wanted};
use crate::onboarding::{default_model, meant};

/// Longest wait for one answer of a name server.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(5);

/// Largest prompt or saved stream that is read, in bytes; the same as over the network.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Longest reason of a server that is shown, in characters.
const LONGEST_REASON: usize = 300;

/// The levels that OpenClaw has.
const LEVELS: [&str; 9] = [
    "off", "none", "minimal", "low", "medium", "high", "xhigh", "adaptive", "max",
];

/// A question on its way.
pub(super) struct Asked {
    pub endpoint: Endpoint,
    pub url: String,
    pub body: Value,
    /// What LM Studio is to load before.
    preload: Option<Wish>,
}

/// Reads a saved stream.
pub(super) fn saved(path: &Path) -> Result<Vec<u8>, Error> {
    files::read_up_to(path, LARGEST)
}

/// Holds a chat; false when a person ended it.
pub(super) fn hold(
    asked: &Asked,
    chat: &mut Chat,
    told: &mut dyn FnMut(&Event),
) -> Result<bool, Error> {
    runtime::block_on(async {
        tokio::select! {
            () = preload_and_hold(asked, chat, told) => true,
            _ = tokio::signal::ctrl_c() => false,
        }
    })
}

async fn preload_and_hold(asked: &Asked, chat: &mut Chat, told: &mut dyn FnMut(&Event)) {
    if let Some(wish) = &asked.preload {
        let mut backoff = Backoff::default();
        let outcome = preload(&asked.endpoint.server, wish, &mut backoff, Instant::now()).await;
        if let Some(text) = about(&outcome) {
            remark(&printable(&asked.endpoint.server.scrub(&text)));
        }
    }
    chat.hold(&asked.endpoint.server, &asked.url, &asked.body, told)
        .await;
}

/// What is to be said of a preload; nothing when there was nothing to do.
fn about(outcome: &Preload) -> Option<String> {
    let why = match outcome {
        Preload::WasLoaded { .. } => return None,
        Preload::Loaded { context, beside } => {
            let beside = beside.map_or(String::new(), |smaller| {
                format!("; the copy with {smaller} stays in memory beside it")
            });
            return Some(format!("loaded with a context of {context} tokens{beside}"));
        }
        Preload::Unlisted(failure) => failure.to_string(),
        Preload::Failed(error) => error.to_string(),
        Preload::Refused(LoadRefused::NotFound) => "the server does not know the model".to_owned(),
        Preload::Refused(LoadRefused::Guardrail) => {
            "the guardrails of LM Studio stopped it, for want of memory; a smaller context may do"
                .to_owned()
        }
        Preload::Refused(LoadRefused::Failed { status, says }) => {
            let says = says.as_deref().unwrap_or("no reason given");
            let says: String = says.chars().take(LONGEST_REASON).collect();
            format!("HTTP {status}: {says}")
        }
        _ => "the answer makes no sense".to_owned(),
    };
    Some(format!("warning: the model was not loaded ahead: {why}"))
}

impl Asked {
    /// What a command line asks.
    pub(super) fn of(command: &args::Chat) -> Result<Asked, Error> {
        if let Some(level) = &command.reasoning
            && !LEVELS.contains(&level.as_str())
        {
            let known = LEVELS.join(", ");
            return Err(Error::Usage(format!("--reasoning takes one of {known}")));
        }
        let shared = shared(command)?;
        let prompt = prompt(command)?;
        if let Some(url) = &command.base_url {
            let endpoint = Endpoint::of_url(url, &shared)?;
            let model = command.model.as_deref().unwrap_or_default();
            return Ok(Asked::new(command, endpoint, model, &prompt, None));
        }
        let hint = "name a config with --config FILE, or a server with --base-url URL --model ID";
        let path = targets::own_config(command.config.as_ref(), hint)?;
        let whole = loading::whole_config(&path, shared.variables.clone())?;
        let reference = match &command.model {
            Some(reference) => reference.clone(),
            None => {
                let default = default_model(&whole.config).ok_or_else(|| {
                    let reason = "the config has no default model; name one: -m provider/model";
                    Error::file(&whole.path, reason)
                })?;
                meant(&default, &whole.config)
            }
        };
        let (provider, id) = split(&reference, &whole)?;
        let mut endpoint = Endpoint::of_provider(&provider, &whole.config, &shared)?;
        let model = provider
            .models()
            .find(|model| model.id().is_some_and(|own| own.trim() == id));
        check_api(&provider, model.as_ref(), &reference)?;
        if model.is_none() {
            endpoint.warnings.push(format!(
                "the config does not list `{id}` under `{}`, so nothing of it is known",
                provider.id
            ));
        }
        let wanted = lmstudio::is_lm_studio(&provider) && is_preload_wanted(&provider);
        let preload = model.as_ref().filter(|_| wanted);
        let preload = preload.and_then(|model| Wish::of(&provider, model));
        let node = model.map(|model| model.node);
        let asked = Asked::new(command, endpoint, &id, &prompt, node);
        Ok(Asked { preload, ..asked })
    }

    fn new(
        command: &args::Chat,
        mut endpoint: Endpoint,
        model: &str,
        prompt: &str,
        node: Option<Node<'_>>,
    ) -> Asked {
        let question = Question {
            model,
            system: command.system.as_deref(),
            prompt,
            level: command.reasoning.as_deref(),
            max_tokens: Some(command.max_tokens),
            stream: true,
            ..Question::default()
        };
        let unsent = unsent_level(question.level, node);
        endpoint.warnings.extend(unsent);
        Asked {
            url: format!("{}/chat/completions", endpoint.base_url),
            body: request_body(&question, node),
            endpoint,
            preload: None,
        }
    }
}

/// What is to be said of a wished level that the entry of a model keeps from being sent.
fn unsent_level(level: Option<&str>, node: Option<Node<'_>>) -> Option<String> {
    let (level, node) = (level?, node?);
    if reasoning_field(Some(level), Habits::of(node), Some(node)).is_some() {
        return None;
    }
    let why = if reasoning_settings(node).is_empty() {
        "this model's entry lets no effort be sent: that takes `reasoning: true` and \
         `compat.supportsReasoningEffort: true`"
    } else {
        "this model's entry has no effort for it"
    };
    Some(format!("`--reasoning {level}` is not sent: {why}"))
}

fn shared(command: &args::Chat) -> Result<Shared, Error> {
    let variables = variables::of_live(&command.variables)?;
    let shared = Shared::new(variables, command.dns_server, LOOKUP_TIMEOUT);
    let shared = shared.with_key_of(command.api_key_env.as_ref())?;
    Ok(Shared {
        timeout: command.timeout,
        ..shared
    })
}

fn prompt(command: &args::Chat) -> Result<String, Error> {
    match command.prompt.as_deref() {
        None => Ok(USUAL_PROMPT.to_owned()),
        Some("-") => Ok(String::from_utf8_lossy(&saved(Path::new("-"))?).into_owned()),
        Some(prompt) => Ok(prompt.to_owned()),
    }
}

/// The provider and the model that a reference names.
fn split<'w>(reference: &str, whole: &'w Whole) -> Result<(Provider<'w>, String), Error> {
    let config: &Config = &whole.config;
    if let Some((id, model)) = reference.split_once('/')
        && let Some(provider) = config.providers().find(|provider| provider.id.trim() == id)
    {
        return Ok((provider, model.to_owned()));
    }
    let mut owners = config.providers().filter(|provider| {
        provider
            .models()
            .any(|model| model.id().is_some_and(|own| own == reference))
    });
    let hint = match owners.next() {
        Some(owner) => format!("did you mean `{}/{reference}`?", owner.id),
        None => {
            let ids: Vec<_> = config.providers().map(|provider| provider.id).collect();
            format!(
                "a reference is provider/model, and the providers are {}",
                ids.join(", ")
            )
        }
    };
    Err(Error::file(
        &whole.path,
        format!("no provider for `{reference}`: {hint}"),
    ))
}

/// Refuses protocols that this client does not speak, rather than guess.
fn check_api(
    provider: &Provider<'_>,
    model: Option<&Model<'_>>,
    reference: &str,
) -> Result<(), Error> {
    let api = match model {
        Some(model) => model.api(provider),
        None => provider.api().unwrap_or(DEFAULT_API.into()),
    };
    if api == DEFAULT_API {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "`{reference}` is asked with `{api}`, which clawconf does not speak; it holds chats with `{DEFAULT_API}` only"
    )))
}
