//! `POST /v1/chat/completions`: who answers, and what.

mod question;
mod reply;
mod tell;

use super::answer::Answer;
use super::instances::{Instance, Instances};
use super::load;
use super::model::{Kind, Model};
use super::settings::Settings;
use question::Question;
use reply::Reply;

/// Whether the body asks for a stream.
pub(super) fn streams(body: &[u8]) -> bool {
    Question::read(body).is_ok_and(|question| question.stream)
}

/// Answers the chat of this body, the `number`th of the server.
pub(super) fn answer(
    settings: &Settings,
    models: &[Model],
    instances: &mut Instances,
    body: &[u8],
    number: u64,
) -> Answer {
    let question = match Question::read(body) {
        Ok(question) => question,
        Err(refusal) => {
            return Answer::openai_error(400, &refusal.message, refusal.param, None);
        }
    };
    let (model, instance) = match find(settings, models, instances, &question.model) {
        Ok(found) => found,
        Err(refusal) => return refusal,
    };
    let reply = Reply::to(&question, model, settings.release, number);
    let telling = tell::Telling {
        settings,
        question: &question,
        reply: &reply,
        model: &instance.id,
        number,
    };
    if question.stream {
        telling.streamed()
    } else {
        telling.whole()
    }
}

/// The model that is meant, loaded if need be.
fn find<'a>(
    settings: &Settings,
    models: &'a [Model],
    instances: &mut Instances,
    wanted: &str,
) -> Result<(&'a Model, Instance), Answer> {
    let of_key = |key: &str| models.iter().find(|model| model.key == key);
    // An instance may be named, or a variant.
    if let Some(instance) = instances.named(wanted).cloned()
        && let Some(model) = of_key(&instance.key)
    {
        return is_llm(model).map(|model| (model, instance));
    }
    let variant = |model: &&Model| model.variants.iter().any(|variant| variant == wanted);
    let known = of_key(wanted).or_else(|| models.iter().find(variant));
    if let Some(model) = known
        && let Some(instance) = instances.of_key(&model.key).next().cloned()
    {
        return is_llm(model).map(|model| (model, instance));
    }
    let refuse = |message: &str, code| Answer::openai_error(404, message, Some("model"), code);
    if !settings.jit {
        let message = "No models loaded. Load one in the developer page, or with `lms load`.";
        return Err(refuse(message, None));
    }
    let Some(model) = known else {
        let message = format!("Model \"{wanted}\" was not found among the downloaded models.");
        return Err(refuse(&message, Some("model_not_found")));
    };
    is_llm(model)?;
    if let Some(failure) = load::failure(settings) {
        return Err(Answer::openai_error(400, failure, Some("model"), None));
    }
    let full = || refuse("Too many instances are loaded.", None);
    let instance = load::by_itself(model, instances).ok_or_else(full)?;
    Ok((model, instance))
}

fn is_llm(model: &Model) -> Result<&Model, Answer> {
    if model.kind == Kind::Llm {
        return Ok(model);
    }
    let message = format!("Model \"{}\" is an embedding model.", model.key);
    Err(Answer::openai_error(400, &message, Some("model"), None))
}
