//! Loading and unloading: the native endpoints, and what a chat loads by itself.

use serde::Serialize;
use serde_json::{Map, Value};

use super::answer::Answer;
use super::fault::Fault;
use super::instances::{Engine, Instance, Instances};
use super::list::LoadConfig;
use super::model::{Kind, Model};
use super::settings::Settings;

/// The context that is loaded when nobody asks for another, in tokens.
const CONTEXT: u64 = 4096;

/// How long a load took, as told; nothing waits.
const SECONDS: f64 = 1.5;

/// Why loading failed; the same words on every endpoint.
pub(super) fn failure(settings: &Settings) -> Option<&'static str> {
    if settings.has(Fault::Guardrail) {
        return Some(
            "Model loading was stopped due to insufficient system resources. Under the current \
             settings, this model requires more memory than is free. You can adjust the model \
             loading guardrails in settings.",
        );
    }
    settings
        .has(Fault::LoadFails)
        .then_some("Failed to load model: the engine process was aborted (signal SIGABRT).")
}

/// Loads a model for a chat, and puts out what an earlier chat has loaded.
pub(super) fn by_itself(model: &Model, instances: &mut Instances) -> Option<Instance> {
    instances.evict(&model.key);
    let context_length = CONTEXT.min(model.max_context_length);
    instances.add(model, context_length, Engine::default(), true)
}

/// `POST /api/v1/models/load`.
pub(super) fn load(
    settings: &Settings,
    models: &[Model],
    instances: &mut Instances,
    body: &[u8],
) -> Answer {
    let result = Wanted::read(body).and_then(|wanted| {
        let model = models.iter().find(|model| model.key == wanted.model);
        let Some(model) = model else {
            let message = format!("Model \"{}\" was not found.", wanted.model);
            return Err(Answer::native_error(404, "model_not_found", &message));
        };
        if let Some(failure) = failure(settings) {
            return Err(Answer::native_error(500, "model_load_failed", failure));
        }
        let context_length = wanted.context_length.unwrap_or(CONTEXT);
        if wanted.context_length > Some(model.max_context_length) {
            let most = model.max_context_length;
            return Err(invalid(&format!("context_length is above {most}.")));
        }
        let context_length = context_length.min(model.max_context_length);
        let instance = instances.add(model, context_length, wanted.engine, false);
        let instance = instance.ok_or_else(|| {
            let message = "Too many instances are loaded.";
            Answer::native_error(500, "model_load_failed", message)
        })?;
        let loaded = Loaded {
            kind: match model.kind {
                Kind::Llm => "llm",
                Kind::Embedding => "embedding",
            },
            instance_id: &instance.id,
            load_time_seconds: SECONDS,
            status: "loaded",
            load_config: wanted.echo.then(|| LoadConfig::of(&instance)),
        };
        Ok(Answer::json(200, &loaded))
    });
    result.unwrap_or_else(|refusal| refusal)
}

/// `POST /api/v1/models/unload`.
pub(super) fn unload(instances: &mut Instances, body: &[u8]) -> Answer {
    let fields = match object(body) {
        Ok(fields) => fields,
        Err(refusal) => return refusal,
    };
    let Some(Value::String(instance_id)) = fields.get("instance_id") else {
        return invalid("instance_id is required and must be a string.");
    };
    if instances.remove(instance_id) {
        return Answer::json(200, &Unloaded { instance_id });
    }
    let message = format!("No instance \"{instance_id}\" is loaded.");
    Answer::native_error(404, "model_not_found", &message)
}

struct Wanted {
    model: String,
    context_length: Option<u64>,
    engine: Engine,
    echo: bool,
}

impl Wanted {
    fn read(body: &[u8]) -> Result<Wanted, Answer> {
        let fields = object(body)?;
        let Some(Value::String(model)) = fields.get("model") else {
            return Err(invalid("model is required and must be a string."));
        };
        let number = |name: &str| match fields.get(name) {
            None => Ok(None),
            Some(value) => match value.as_u64().filter(|number| *number > 0) {
                Some(number) => Ok(Some(number)),
                None => Err(invalid(&format!("{name} must be a positive integer."))),
            },
        };
        let flag = |name: &str, default: bool| match fields.get(name) {
            None => Ok(default),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(invalid(&format!("{name} must be a boolean."))),
        };
        let usual = Engine::default();
        Ok(Wanted {
            model: model.clone(),
            context_length: number("context_length")?,
            engine: Engine {
                eval_batch_size: number("eval_batch_size")?.unwrap_or(usual.eval_batch_size),
                flash_attention: flag("flash_attention", usual.flash_attention)?,
                num_experts: number("num_experts")?,
                offload_kv_cache_to_gpu: flag(
                    "offload_kv_cache_to_gpu",
                    usual.offload_kv_cache_to_gpu,
                )?,
            },
            echo: flag("echo_load_config", false)?,
        })
    }
}

fn object(body: &[u8]) -> Result<Map<String, Value>, Answer> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(invalid("The body must be a JSON object.")),
    }
}

fn invalid(message: &str) -> Answer {
    Answer::native_error(400, "invalid_request", message)
}

#[derive(Serialize)]
struct Loaded<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    instance_id: &'a str,
    load_time_seconds: f64,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    load_config: Option<LoadConfig>,
}

#[derive(Serialize)]
struct Unloaded<'a> {
    instance_id: &'a str,
}
