//! What is to be verified: servers with their models, from configs and the command line.

use std::time::Duration;

use super::embedded;
use crate::cli::args::Verify;
use crate::cli::endpoint::{Endpoint, Shared};
use crate::cli::error::Error;
use crate::cli::loading::{self, Whole};
use crate::cli::settings::Finder;
use crate::cli::{targets, variables};
use crate::config::{DEFAULT_API, Provider};
use crate::contract::masking::masked_url;
use crate::diagnostic::{Finding, Severity, named};
use crate::json5::Path;
use crate::lint::{Selection, lint};
use crate::live::verification::{Settings, Target};
use crate::lmstudio;
use crate::simulator::Running;
use crate::verification::{Check, Options, Outcome, Place, Status, Subject};

/// Longest wait for what is no chat, unless a person gives one.
const PATIENCE: Duration = Duration::from_secs(10);

/// Longest wait for a chat, unless a person or the provider gives one.
const CHAT_TIMEOUT: Duration = Duration::from_secs(300);

/// All that is to be verified.
pub(super) struct Plan {
    /// The providers, in the order of the configs.
    pub units: Vec<Unit>,
    /// What is to be told before.
    pub remarks: Vec<String>,
}

/// A provider and those of its models that are to be verified.
pub(super) struct Unit {
    /// What people call the config.
    pub config: String,
    /// The provider's id.
    pub provider: String,
    /// Its address, as it may be shown.
    pub base_url: String,
    /// The server; or why none can be asked.
    pub target: Result<Target, String>,
    /// What lint says of the provider itself.
    pub config_outcome: Outcome,
    /// The models, with what lint says of each.
    pub models: Vec<(Subject, Outcome)>,
}

/// How to verify.
pub(super) fn settings(command: &Verify) -> Settings {
    Settings {
        quick: command.quick,
        wait: command.wait,
        repeat: command.repeat as usize,
        fails_fast: command.fail_fast,
        patience: command.timeout.unwrap_or(PATIENCE),
    }
}

impl Plan {
    /// What a command line means.
    pub(super) fn of(command: &Verify, server: Option<&Running>) -> Result<Plan, Error> {
        let shared = shared(command)?;
        let mut plan = Plan {
            units: Vec::new(),
            remarks: Vec::new(),
        };
        let mut configs = Vec::new();
        if let Some(server) = server {
            configs.push(embedded::sample(server, shared.variables.clone())?);
        } else if command.files.is_empty() {
            let hint = "name a config, or try `clawconf verify --embedded`";
            let path = targets::own_config(command.config.as_ref(), hint)?;
            configs.push(loading::whole_config(&path, shared.variables.clone())?);
        }
        for path in &command.files {
            configs.push(loading::whole_config(path, shared.variables.clone())?);
        }
        for whole in &configs {
            plan.add(whole, command, &shared)?;
        }
        check_names(&configs, command)?;
        if plan.units.is_empty() {
            return Err(nothing_in(&configs, &plan.remarks));
        }
        if let Some(shard) = command.shard {
            plan.keep_shard(|nth| shard.has(nth));
            // As with a later machine of more than there are models.
            if plan.units.is_empty() {
                plan.remarks
                    .push("nothing is left for this shard".to_owned());
            }
        }
        Ok(plan)
    }

    fn add(&mut self, whole: &Whole, command: &Verify, shared: &Shared) -> Result<(), Error> {
        let findings = findings(whole)?;
        let mut told = 0;
        for provider in whole.config.providers() {
            let id = provider.id.trim();
            let is_simulated = !command.embedded || id == embedded::PROVIDER;
            told += findings
                .iter()
                .filter(|f| is_below(f, &provider.path))
                .count();
            if !is_simulated {
                let left_out =
                    format!("`{id}` of the sample is left out: only LM Studio is simulated");
                self.remarks.push(left_out);
            } else if is_wanted(command, id) {
                let unit = unit(whole, &provider, &findings, command, shared);
                let is_named = !command.model.is_empty();
                if !(is_named && unit.models.is_empty()) {
                    self.units.push(unit);
                }
            }
        }
        let elsewhere = findings.len() - told;
        if elsewhere > 0 {
            let name = &whole.name;
            self.remarks.push(format!(
                "lint says more of {name}, not of a provider: `clawconf lint {name}`"
            ));
        }
        Ok(())
    }

    /// Keeps the models of a part; providers without models count as one.
    fn keep_shard(&mut self, has: impl Fn(usize) -> bool) {
        let mut nth = 0;
        let mut next = || {
            nth += 1;
            has(nth - 1)
        };
        self.units.retain_mut(|unit| {
            if unit.models.is_empty() {
                return next();
            }
            unit.models.retain(|_| next());
            !unit.models.is_empty()
        });
    }
}

/// The error for configs of which nothing can be verified; `remarks` say what was left out.
fn nothing_in(configs: &[Whole], remarks: &[String]) -> Error {
    let names = named(configs.iter().map(|whole| whole.name.as_str()));
    let why = if remarks.is_empty() {
        format!("{names} has no provider; `clawconf onboard` sets one up")
    } else {
        remarks.join("; ")
    };
    Error::Usage(format!("nothing to verify: {why}"))
}

fn shared(command: &Verify) -> Result<Shared, Error> {
    let variables = variables::of_live(&command.variables)?;
    let lookup = command.timeout.unwrap_or(PATIENCE) / 2;
    let shared = Shared::new(variables, command.dns_server, lookup);
    let shared = shared.with_key_of(command.api_key_env.as_ref())?;
    Ok(Shared {
        timeout: command.timeout,
        usual_timeout: Some(CHAT_TIMEOUT),
        ..shared
    })
}

/// What lint finds wrong in a config, by the settings that hold for it.
fn findings(whole: &Whole) -> Result<Vec<Finding>, Error> {
    let settings = Finder::new(None)?.of(&whole.absolute);
    let settings = settings.map_err(Error::Shared)?;
    let selection = Selection {
        select: Vec::new(),
        ignore: settings.ignore.clone(),
        severity: settings.severity.clone(),
    };
    let mut findings = lint(&whole.config, &selection);
    findings.retain(|finding| finding.severity > Severity::Info);
    Ok(findings)
}

/// Refuses names that no config has.
fn check_names(configs: &[Whole], command: &Verify) -> Result<(), Error> {
    let Some(first) = configs.first() else {
        return Ok(());
    };
    let providers = || configs.iter().flat_map(|whole| whole.config.providers());
    for id in &command.provider {
        if !providers().any(|provider| provider.id.trim() == id.trim()) {
            // Tells those that there are.
            loading::provider(&first.config, &first.path, id)?;
        }
    }
    for wanted in &command.model {
        let has = |provider: Provider<'_>| {
            if !is_wanted(command, provider.id.trim()) {
                return false;
            }
            let mut models = provider.models();
            models.any(|model| is_meant(wanted, &provider, &model.id().unwrap_or_default()))
        };
        if !providers().any(has) {
            let who = match command.provider.as_slice() {
                [] => "no config has",
                _ => "none of these providers has",
            };
            let message =
                format!("{who} the model `{wanted}`; `clawconf discover` tells what LM Studio has");
            return Err(Error::Usage(message));
        }
    }
    Ok(())
}

/// Whether the command line lets this provider through.
fn is_wanted(command: &Verify, id: &str) -> bool {
    let own = |wanted: &String| wanted.trim() == id;
    command.provider.is_empty() || command.provider.iter().any(own)
}

/// Whether a name on the command line means this model of this provider.
fn is_meant(wanted: &str, provider: &Provider<'_>, id: &str) -> bool {
    let (wanted, id) = (wanted.trim(), id.trim());
    let reference = || format!("{}/{id}", provider.id.trim());
    wanted == id || wanted == reference()
}

fn unit(
    whole: &Whole,
    provider: &Provider<'_>,
    findings: &[Finding],
    command: &Verify,
    shared: &Shared,
) -> Unit {
    let config = &whole.config;
    let options = Options {
        max_tokens: command.max_tokens,
    };
    let endpoint = Endpoint::of_provider(provider, config, shared);
    let mut of_provider: Vec<&Finding> = findings
        .iter()
        .filter(|finding| is_below(finding, &provider.path))
        .collect();
    let mut models = Vec::new();
    for model in provider.models() {
        let of_model = |finding: &&Finding| is_below(finding, &model.path());
        let own: Vec<&Finding> = of_provider.iter().copied().filter(of_model).collect();
        of_provider.retain(|finding| !of_model(finding));
        let id = model.id().unwrap_or_default();
        let is_wanted = |wanted: &String| is_meant(wanted, provider, &id);
        if command.model.is_empty() || command.model.iter().any(is_wanted) {
            let subject = Subject::of(config, provider, &model, options);
            models.push((subject, judged(whole, &own, "of this model")));
        }
    }
    let place = provider.base_url().map(|address| {
        let path = provider.path.child("baseUrl");
        Place::of(config, &path, address.node)
    });
    let key = provider.node.get("apiKey");
    let key_place = match key {
        Some(key) => Place::of(config, &provider.path.child("apiKey"), key),
        None => Place::of(config, &provider.path, provider.node),
    };
    let mut warnings = Vec::new();
    let mut base_url = "?".to_owned();
    let target = endpoint.map(|endpoint| {
        warnings = endpoint.warnings;
        base_url = masked_url(&endpoint.base_url);
        Target {
            server: endpoint.server,
            provider: provider.id.trim().to_owned(),
            base_url: endpoint.base_url,
            place,
            key_place,
            key_from: endpoint.key_from,
            is_lm_studio: lmstudio::is_lm_studio(provider),
            speaks_openai: speaks_openai(provider),
        }
    });
    let config_outcome = warned(judged(whole, &of_provider, "of this provider"), &warnings);
    Unit {
        config: whole.name.clone(),
        provider: provider.id.trim().to_owned(),
        base_url,
        target: target.map_err(|error| error.to_string()),
        config_outcome,
        models,
    }
}

/// Whether any model of a provider is asked by chat completions; without models the provider's word counts.
fn speaks_openai(provider: &Provider<'_>) -> bool {
    if provider.models().next().is_none() {
        return provider.api().is_none_or(|api| api == DEFAULT_API);
    }
    let mut models = provider.models();
    models.any(|model| model.api(provider) == DEFAULT_API)
}

/// An outcome with what was passed over on the way to the server.
fn warned(outcome: Outcome, warnings: &[String]) -> Outcome {
    if warnings.is_empty() {
        return outcome;
    }
    let warnings = warnings.join("; ");
    if outcome.status < Status::Warn {
        return Outcome::warn(outcome.check, warnings);
    }
    let message = format!("{}; {warnings}", outcome.message);
    Outcome { message, ..outcome }
}

/// Whether a finding is about what stands at or below a path.
fn is_below(finding: &Finding, path: &Path) -> bool {
    finding.path.0.starts_with(&path.0)
}

/// Findings as one outcome: the worst of them, and how many more there are.
fn judged(whole: &Whole, findings: &[&Finding], what: &str) -> Outcome {
    let worst = findings.iter().rev().max_by_key(|finding| finding.severity);
    let Some(worst) = worst else {
        return Outcome::pass(Check::Config, format!("lint finds nothing wrong {what}"));
    };
    let more = findings.len() - 1;
    let more = if more > 0 {
        format!("; and {more} more")
    } else {
        String::new()
    };
    let message = format!("{}{more} ({})", worst.message, worst.rule.id);
    let outcome = if worst.severity == Severity::Error {
        Outcome::fail(Check::Config, message)
    } else {
        Outcome::warn(Check::Config, message)
    };
    let place = Place::within(&whole.config, &worst.path, worst.file, worst.span);
    let outcome = outcome.at(Some(place));
    match &worst.help {
        Some(help) => outcome.with_help(help.clone()),
        None => outcome,
    }
}
