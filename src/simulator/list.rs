//! The three lists of models, keys in the order of the real ones.

use serde::Serialize;

use super::answer::Answer;
use super::instances::{Instance, Instances};
use super::model::{Kind, Model, Quantization};
use super::settings::Release;

/// What the lists are made of.
pub(super) struct Shelf<'a> {
    pub models: &'a [Model],
    pub instances: &'a Instances,
    pub release: Release,
    pub jit: bool,
    /// Whether bad entries stand among the good ones.
    pub bad_entries: bool,
}

/// Requests that an instance works on at the same time, as the native list tells it.
const PARALLEL: u32 = 4;

impl Shelf<'_> {
    /// `GET /api/v1/models`: all, loaded or not.
    pub(super) fn native(&self) -> Answer {
        let entries = self.models.iter().map(|model| self.native_entry(model));
        let blank = Model::llm("  ");
        let models = self.entries(entries.collect(), self.native_entry(&blank));
        Answer::json(200, &NativeList { models })
    }

    /// `GET /api/v0/models`.
    pub(super) fn older(&self) -> Answer {
        let shown = self.shown().map(|model| self.older_entry(model));
        let blank = Model::llm("  ");
        let data = self.entries(shown.collect(), self.older_entry(&blank));
        Answer::json(200, &List::of(data))
    }

    /// `GET /v1/models`.
    pub(super) fn openai(&self) -> Answer {
        let ids = self.shown().flat_map(|model| match model.variants.len() {
            0 | 1 => vec![model.key.as_str()],
            _ => model.variants.iter().map(String::as_str).collect(),
        });
        let data = self.entries(ids.map(OpenAiModel::of).collect(), OpenAiModel::of("  "));
        Answer::json(200, &List::of(data))
    }

    /// All models when chats load them, else those that are loaded.
    fn shown(&self) -> impl Iterator<Item = &Model> {
        let loaded = |model: &&Model| self.instances.of_key(&model.key).next().is_some();
        let shown = move |model: &&Model| self.jit || loaded(model);
        self.models.iter().filter(shown)
    }

    fn entries<T>(&self, good: Vec<T>, blank: T) -> Vec<Entry<T>> {
        let mut entries: Vec<Entry<T>> = good.into_iter().map(Entry::Good).collect();
        if self.bad_entries {
            entries.insert(0, Entry::Null(()));
            let second = entries.len().min(2);
            entries.insert(second, Entry::Text("a string"));
            entries.push(Entry::Good(blank));
        }
        entries
    }

    fn native_entry<'a>(&'a self, model: &'a Model) -> NativeModel<'a> {
        let llm = model.kind == Kind::Llm;
        let reasoning = model.reasoning.as_ref();
        let reasoning = reasoning.filter(|_| self.release >= Release::Current);
        let instances = self.instances.of_key(&model.key);
        NativeModel {
            kind: if llm { "llm" } else { "embedding" },
            publisher: &model.publisher,
            key: &model.key,
            display_name: &model.display_name,
            architecture: llm.then_some(model.architecture.as_deref()),
            quantization: model.quantization.as_ref().map(NativeQuantization::of),
            size_bytes: model.size_bytes,
            params_string: model.params_string.as_deref(),
            loaded_instances: instances.map(NativeInstance::of).collect(),
            max_context_length: model.max_context_length,
            format: model.format.map(|format| format.name()),
            capabilities: llm.then_some(Capabilities {
                vision: model.vision,
                trained_for_tool_use: model.trained_for_tool_use,
                reasoning: reasoning.map(|reasoning| NativeReasoning {
                    allowed_options: &reasoning.allowed_options,
                    default: &reasoning.default,
                }),
            }),
            description: llm.then_some(model.description.as_deref()),
            variants: (!model.variants.is_empty()).then_some(&model.variants),
            selected_variant: model.variants.first().map(String::as_str),
        }
    }

    fn older_entry<'a>(&'a self, model: &'a Model) -> OlderModel<'a> {
        let kind = match (model.kind, model.vision) {
            (Kind::Embedding, _) => "embeddings",
            (Kind::Llm, true) => "vlm",
            (Kind::Llm, false) => "llm",
        };
        let loaded = self.instances.of_key(&model.key).next();
        let quantization = model.quantization.as_ref();
        let quantization = quantization.and_then(|quantization| quantization.name.as_deref());
        let tools = model.trained_for_tool_use && self.release.is_recent();
        OlderModel {
            id: &model.key,
            object: "model",
            kind,
            publisher: &model.publisher,
            arch: model.architecture.as_deref().unwrap_or("unknown"),
            compatibility_type: model.format.map_or("gguf", |format| format.name()),
            quantization: quantization.unwrap_or("unknown"),
            state: loaded.map_or("not-loaded", |_| "loaded"),
            max_context_length: model.max_context_length,
            loaded_context_length: loaded.map(|instance| instance.context_length),
            capabilities: tools.then_some(["tool_use"]),
        }
    }
}

/// An entry of a list, or what stands in the place of one.
#[derive(Serialize)]
#[serde(untagged)]
enum Entry<T> {
    Null(()),
    Text(&'static str),
    Good(T),
}

#[derive(Serialize)]
struct NativeList<T> {
    models: Vec<T>,
}

#[derive(Serialize)]
struct List<T> {
    object: &'static str,
    data: Vec<T>,
}

impl<T> List<T> {
    fn of(data: Vec<T>) -> Self {
        List {
            object: "list",
            data,
        }
    }
}

#[derive(Serialize)]
struct NativeModel<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    publisher: &'a str,
    key: &'a str,
    display_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    architecture: Option<Option<&'a str>>,
    quantization: Option<NativeQuantization<'a>>,
    size_bytes: u64,
    params_string: Option<&'a str>,
    loaded_instances: Vec<NativeInstance<'a>>,
    max_context_length: u64,
    format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    capabilities: Option<Capabilities<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    variants: Option<&'a Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    selected_variant: Option<&'a str>,
}

#[derive(Serialize)]
struct NativeQuantization<'a> {
    name: Option<&'a str>,
    bits_per_weight: Option<u32>,
}

impl<'a> NativeQuantization<'a> {
    fn of(quantization: &'a Quantization) -> Self {
        NativeQuantization {
            name: quantization.name.as_deref(),
            bits_per_weight: quantization.bits_per_weight,
        }
    }
}

#[derive(Serialize)]
struct NativeInstance<'a> {
    id: &'a str,
    config: LoadConfig,
}

impl<'a> NativeInstance<'a> {
    fn of(instance: &'a Instance) -> Self {
        NativeInstance {
            id: &instance.id,
            config: LoadConfig::of(instance),
        }
    }
}

/// What an instance was loaded with.
#[derive(Serialize)]
pub(super) struct LoadConfig {
    context_length: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    eval_batch_size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parallel: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flash_attention: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    num_experts: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offload_kv_cache_to_gpu: Option<bool>,
}

impl LoadConfig {
    pub(super) fn of(instance: &Instance) -> Self {
        let engine = instance.engine;
        LoadConfig {
            context_length: instance.context_length,
            eval_batch_size: engine.map(|engine| engine.eval_batch_size),
            parallel: engine.map(|_| PARALLEL),
            flash_attention: engine.map(|engine| engine.flash_attention),
            num_experts: engine.and_then(|engine| engine.num_experts),
            offload_kv_cache_to_gpu: engine.map(|engine| engine.offload_kv_cache_to_gpu),
        }
    }
}

#[derive(Serialize)]
struct Capabilities<'a> {
    vision: bool,
    trained_for_tool_use: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<NativeReasoning<'a>>,
}

#[derive(Serialize)]
struct NativeReasoning<'a> {
    allowed_options: &'a [String],
    default: &'a str,
}

#[derive(Serialize)]
struct OlderModel<'a> {
    id: &'a str,
    object: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    publisher: &'a str,
    arch: &'a str,
    compatibility_type: &'static str,
    quantization: &'a str,
    state: &'static str,
    max_context_length: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    loaded_context_length: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    capabilities: Option<[&'static str; 1]>,
}

#[derive(Serialize)]
struct OpenAiModel<'a> {
    id: &'a str,
    object: &'static str,
    owned_by: &'static str,
}

impl<'a> OpenAiModel<'a> {
    fn of(id: &'a str) -> Self {
        OpenAiModel {
            id,
            object: "model",
            owned_by: "organization_owner",
        }
    }
}
