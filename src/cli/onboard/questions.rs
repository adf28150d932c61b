//! The questions that `onboard` asks on a terminal. A flag answers its question beforehand.

use std::io::{self, IsTerminal, Write};

use super::Stop;
use super::answers::{Answers, Wishes, base_url, has_own_key, key_of_variable, usual_server};
use super::asking::{self, Found};
use super::echo::Unechoed;
use super::state::State;
use super::writing::{self, Draft};
use crate::chat::{Event, Question, USUAL_PROMPT, request_body};
use crate::cli::args::{Args, Onboard};
use crate::cli::error::Error;
use crate::cli::{printable, runtime};
use crate::config::Variables;
use crate::contract::masking::masked_url;
use crate::json5::Tree;
use crate::live::chat::Chat;
use crate::lmstudio::{LEAST_CONTEXT, Listed};
use crate::onboarding::VARIABLE;

/// Most tokens of the answer of the chat before saving.
const MOST_TOKENS: u64 = 256;

/// Most rows of the list of models on the screen.
const MOST_ROWS: usize = 12;

/// Longest answer of the chat that is shown, in characters.
const LONGEST: usize = 300;

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        match error.kind() {
            io::ErrorKind::Interrupted => Stop::Interrupted,
            _ => Stop::Failed(error.into()),
        }
    }
}

/// Refuses to ask where nobody can answer, and says which flags answer instead.
pub(super) fn check_terminal() -> Result<(), Stop> {
    if io::stdin().is_terminal() && io::stderr().is_terminal() {
        return Ok(());
    }
    let message = "there is no terminal to ask questions on; give the answers as flags: --non-interactive --accept-risk \
                   --auth-choice lmstudio, and where the usual is not meant --custom-base-url URL, \
                   --lmstudio-api-key KEY (or the variable LM_API_TOKEN), --custom-model-id KEY, --context-length N";
    Err(Stop::Failed(Error::Usage(message.to_owned())))
}

/// Asks, and sets up what was answered.
pub(super) fn hold(
    command: &Onboard,
    mut wishes: Wishes,
    state: &State,
    variables: &Variables,
    args: &Args,
    out: &mut dyn Write,
) -> Result<(), Stop> {
    let _unechoed = Unechoed::begin();
    cliclack::intro("clawconf onboard: LM Studio")?;
    let mut is_first = true;
    let found = loop {
        ask_where(&mut wishes, state, variables, is_first)?;
        let answers = Answers::of(&wishes, state, variables)?;
        match asking::ask(command, &answers, state, variables) {
            Ok(found) => break found,
            Err(Stop::Refused(why)) => {
                cliclack::log::error(printable(&why))?;
                let again = cliclack::confirm("Change the answers and ask again?");
                if !yes(again, true)? {
                    return Err(Stop::Interrupted);
                }
                is_first = false;
                wishes.key = None;
            }
            Err(other) => return Err(other),
        }
    };
    ask_what(&mut wishes, &found, state)?;
    let answers = Answers::of(&wishes, state, variables)?;
    let model = asking::chosen(&found, answers.model.as_deref(), state)?;
    offer_chat(&found, &model)?;
    let draft = Draft::of(&answers, state, &found, &model)?;
    let shown = draft.shown();
    if !shown.is_empty() {
        cliclack::note("What will be written", shown.trim_end())?;
        if !command.dry_run && !yes(cliclack::confirm("Write this?"), true)? {
            return Err(Stop::Interrupted);
        }
    }
    // What came of it is told below, by itself.
    cliclack::outro("No more questions.")?;
    writing::write(command, &answers, state, &draft, args, out)
}

fn yes(mut question: cliclack::Confirm, usual: bool) -> io::Result<bool> {
    question = question.initial_value(usual);
    question.interact()
}

/// The address and the key.
fn ask_where(
    wishes: &mut Wishes,
    state: &State,
    variables: &Variables,
    is_first: bool,
) -> Result<(), Stop> {
    if wishes.base_url.is_none() || !is_first {
        let own = state.provider();
        let own = own.and_then(|own| own.base_url().map(|address| address.text.into_owned()));
        let usual = wishes.base_url.clone().or(own.clone());
        let usual = usual.unwrap_or_else(|| usual_server(variables).to_owned());
        // An address may hold a password.
        let shown = printable(&masked_url(&usual));
        let given: String = cliclack::input("Where does LM Studio listen?")
            .default_input(&shown)
            .validate(|text: &String| match base_url(text) {
                Ok(_) => Ok(()),
                Err(_) => {
                    Err("Give http or https, a host and a port, as in http://192.168.1.5:1234")
                }
            })
            .interact()?;
        let given = if given.trim() == shown { usual } else { given };
        // What the config says already is not a wish to change it.
        let is_own = own.is_some_and(|own| own.trim() == given.trim());
        wishes.base_url = Some(given).filter(|_| !is_own);
    }
    wishes.drops_key = false;
    if wishes.key.is_some() || state.has_authorization_header() {
        return Ok(());
    }
    if key_of_variable(variables).is_some() {
        let question = format!("Use the key in the variable {VARIABLE}?");
        if yes(cliclack::confirm(question), true)? {
            wishes.ignores_variable = false;
            return Ok(());
        }
        wishes.ignores_variable = true;
    } else if has_own_key(state)
        && yes(cliclack::confirm("Keep the key that the config has?"), true)?
    {
        return Ok(());
    }
    let key = cliclack::password("The key of LM Studio, if it wants one (Enter for none)")
        .mask('•')
        .allow_empty()
        .interact()?;
    let key = key.trim();
    wishes.key = (!key.is_empty()).then(|| key.to_owned());
    wishes.drops_key = wishes.key.is_none();
    Ok(())
}

/// The model and the context.
fn ask_what(wishes: &mut Wishes, found: &Found, state: &State) -> Result<(), Stop> {
    let models = &found.catalogue.models;
    if wishes.model.is_none() {
        let usual = asking::chosen(found, None, state)?;
        let mut question = cliclack::select("Which model is the default?").max_rows(MOST_ROWS);
        for model in models {
            let id = model.definition.id.clone();
            question = question.item(id.clone(), printable(&id), hint(model));
        }
        wishes.model = Some(question.initial_value(usual).interact()?);
    }
    if wishes.context_length.is_none() {
        let given: String = cliclack::input(
            "Most tokens of context to work with, for every model (Enter for the usual)",
        )
        .placeholder("64000")
        .required(false)
        .validate(|text: &String| match text.trim() {
            "" => Ok(()),
            text if text
                .parse()
                .is_ok_and(|length: u64| length >= u64::from(LEAST_CONTEXT)) =>
            {
                Ok(())
            }
            _ => Err(format!(
                "Give a whole number from {LEAST_CONTEXT} on, or nothing"
            )),
        })
        .interact()?;
        wishes.context_length = given.trim().parse().ok();
    }
    Ok(())
}

/// What is special about a model, in a few words.
fn hint(model: &Listed) -> String {
    let mut words = Vec::new();
    if let Some(window) = model.context_window {
        words.push(format!("{window} tokens"));
    }
    if model.definition.reasoning {
        words.push("reasons".to_owned());
    }
    if model.tools == Some(true) {
        words.push("tools".to_owned());
    }
    if model.vision == Some(true) {
        words.push("sees".to_owned());
    }
    if let Some(context) = model.loaded_context() {
        words.push(format!("loaded with {context}"));
    }
    words.join(", ")
}

/// A chat with the chosen model, if a person wants one.
fn offer_chat(found: &Found, model: &str) -> Result<(), Stop> {
    if !yes(
        cliclack::confirm("Try the model with a short chat first?"),
        true,
    )? {
        return Ok(());
    }
    let mut models = found.catalogue.models.iter();
    let definition = models.find(|listed| listed.definition.id == model);
    let text = definition.and_then(|listed| serde_json::to_string(&listed.definition).ok());
    let entry = text.and_then(|text| Tree::parse(text).ok());
    let question = Question {
        model,
        prompt: USUAL_PROMPT,
        max_tokens: Some(MOST_TOKENS),
        stream: true,
        ..Question::default()
    };
    let body = request_body(&question, entry.as_ref().map(Tree::root));
    let url = format!("{}/chat/completions", found.endpoint.base_url);
    let mut chat = Chat::new();
    let mut unheard = |_: &Event| {};
    let is_over = runtime::block_on(async {
        tokio::select! {
            () = chat.hold(&found.endpoint.server, &url, &body, &mut unheard) => true,
            _ = tokio::signal::ctrl_c() => false,
        }
    })?;
    if !is_over {
        return Err(Stop::Interrupted);
    }
    match chat.failure() {
        None => {
            let said = printable(chat.transcript().content.trim());
            let said: String = said.chars().take(LONGEST).collect();
            let took = chat.timing().total.as_millis();
            cliclack::log::success(format!("It answered after {took} ms: {said}"))?;
            Ok(())
        }
        Some(failure) => {
            let why = printable(&failure.message);
            cliclack::log::error(format!("No answer came to its end: {why}"))?;
            if yes(cliclack::confirm("Save it all the same?"), false)? {
                Ok(())
            } else {
                Err(Stop::Interrupted)
            }
        }
    }
}
