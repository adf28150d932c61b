//! What is wished, from flags and variables.

use super::Stop;
use super::state::State;
use crate::cli::args::{Onboard, SecretMode};
use crate::config::Variables;
use crate::lmstudio::{DEFAULT_SERVER, LEAST_CONTEXT, inference_base, server_base};
use crate::onboarding::{Access, LOCAL, Stored, VARIABLE};
use crate::trust::Origin;

/// Says that OpenClaw runs in a container, and LM Studio on its host.
const IN_CONTAINER: &str = "OPENCLAW_DOCKER_SETUP";

/// LM Studio, seen from such a container.
const HOST_OF_CONTAINER: &str = "http://host.docker.internal:1234";

/// What a person wishes, by flags or in answer to questions.
pub(super) struct Wishes {
    /// The address of the server, in any form.
    pub base_url: Option<String>,
    /// The key, given by itself.
    pub key: Option<String>,
    /// Whether the key in the variable is left alone.
    pub ignores_variable: bool,
    /// Whether the key of the config goes, with none in its place.
    pub drops_key: bool,
    /// Whether a key is kept as a reference.
    pub by_reference: bool,
    /// The default model.
    pub model: Option<String>,
    /// Most tokens that OpenClaw is to work with.
    pub context_length: Option<u64>,
    /// Whether the allowlist takes in every model.
    pub allows_all: bool,
}

impl Wishes {
    /// What the flags say.
    pub(super) fn of(command: &Onboard) -> Wishes {
        let keys = [&command.lmstudio_api_key, &command.custom_api_key];
        let keys = keys.into_iter().flatten().map(|key| key.trim());
        Wishes {
            base_url: command.custom_base_url.clone(),
            key: keys.filter(|key| !key.is_empty()).map(str::to_owned).next(),
            ignores_variable: false,
            drops_key: false,
            by_reference: command.secret_input_mode == SecretMode::Ref,
            model: command.custom_model_id.clone(),
            context_length: command.context_length,
            // As OpenClaw does where it asks questions.
            allows_all: !command.non_interactive,
        }
    }
}

/// What set-up is to do.
pub(super) struct Answers {
    /// The address for chats, if one was given.
    pub base_url: Option<String>,
    /// The address where the config has none.
    pub usual_base_url: String,
    /// The model that becomes the default, if one was named.
    pub model: Option<String>,
    /// The key that requests carry, or the word for none, if it is not that of the config.
    pub key: Option<String>,
    /// How requests are let in afterwards.
    pub access: Access,
    /// What the profile store is to hold; none when it stays as it is.
    pub stored: Option<Stored>,
    /// Most tokens that OpenClaw is to work with.
    pub context_length: Option<u64>,
    /// Whether the allowlist takes in every model.
    pub allows_all: bool,
}

/// Refuses what OpenClaw's own command refuses before it asks anybody.
pub(super) fn check(command: &Onboard) -> Result<(), Stop> {
    if command.non_interactive && !command.accept_risk {
        return Err(Stop::because(
            "--non-interactive wants --accept-risk: agents are powerful, and have what the system gives them",
        ));
    }
    if command
        .context_length
        .is_some_and(|length| length < u64::from(LEAST_CONTEXT))
    {
        return Err(Stop::because(format!(
            "OpenClaw runs no model with fewer than {LEAST_CONTEXT} tokens; give --context-length that many or more"
        )));
    }
    match command.auth_choice.as_deref().map(str::trim) {
        None | Some("lmstudio") => Ok(()),
        Some(other) => Err(Stop::because(format!(
            "clawconf sets up `lmstudio` alone; for `{other}` use OpenClaw's own command"
        ))),
    }
}

impl Answers {
    /// The answers that wishes and variables give.
    pub(super) fn of(
        wishes: &Wishes,
        state: &State,
        variables: &Variables,
    ) -> Result<Answers, Stop> {
        let base_url = wishes.base_url.as_deref().map(base_url).transpose()?;
        let flag = wishes.key.as_deref();
        let of_variable = key_of_variable(variables);
        let by_reference = wishes.by_reference;
        if by_reference && flag.is_some() && of_variable.is_none() {
            return Err(Stop::because(format!(
                "a key cannot be kept as a reference unless the variable {VARIABLE} holds it; set it, or leave \
                 --secret-input-mode ref out"
            )));
        }
        // A header that the config has counts more than a variable.
        let has_header = state.has_authorization_header();
        let is_taken = !has_header && !wishes.ignores_variable;
        let key = flag.or(of_variable.filter(|_| is_taken));
        let access = match key {
            Some(_) => Access::Key,
            None if has_header => Access::Header,
            None if has_own_key(state) && !wishes.drops_key => Access::AsItWas,
            None => Access::Open,
        };
        if by_reference && access == Access::AsItWas {
            return Err(Stop::because(format!(
                "the key that is there cannot become a reference unless the variable {VARIABLE} holds it; set it, or \
                 leave --secret-input-mode ref out. Nothing was written."
            )));
        }
        let stored = match (access, key) {
            (Access::Key, Some(_)) if by_reference => Some(Stored::Variable(VARIABLE.to_owned())),
            (Access::Key, Some(key)) => Some(Stored::Key(key.to_owned())),
            (Access::Open, _) => Some(Stored::Key(LOCAL.to_owned())),
            _ => None,
        };
        let usual = usual_server(variables);
        // Without the key that goes, the server answers as it will later.
        let asked_with = key.or(wishes.drops_key.then_some(LOCAL));
        Ok(Answers {
            base_url,
            usual_base_url: inference_base(usual),
            model: wishes.model.clone(),
            key: asked_with.map(str::to_owned),
            access,
            stored,
            context_length: wishes.context_length,
            allows_all: wishes.allows_all,
        })
    }
}

/// Where LM Studio is when nobody says: on this machine, or on the host of this container.
pub(super) fn usual_server(variables: &Variables) -> &'static str {
    let says = variables.get(IN_CONTAINER).map(str::to_lowercase);
    let is_in = says.is_some_and(|says| ["1", "true", "yes", "on"].contains(&says.trim()));
    if is_in {
        HOST_OF_CONTAINER
    } else {
        DEFAULT_SERVER
    }
}

/// The key in the variable of LM Studio.
pub(super) fn key_of_variable(variables: &Variables) -> Option<&str> {
    let key = variables.get(VARIABLE)?.trim();
    (!key.is_empty()).then_some(key)
}

/// The address for chats, from one in whatever form.
pub(super) fn base_url(written: &str) -> Result<String, Stop> {
    let base = server_base(written);
    match Origin::parse(&base) {
        Ok(_) if !written.trim().is_empty() => Ok(inference_base(written)),
        _ => Err(Stop::because(
            "the address of --custom-base-url wants http or https, a host and a port, as in http://192.168.1.5:1234",
        )),
    }
}

/// Whether the config has a key already that is no stand-in for none.
pub(super) fn has_own_key(state: &State) -> bool {
    let provider = state.provider();
    let key = provider.and_then(|provider| provider.node.get("apiKey"));
    // A reference to a secret is an object, without a text.
    key.is_some_and(|key| {
        let text = key.text();
        text.is_none_or(|text| !text.trim().is_empty() && text.trim() != LOCAL)
    })
}
