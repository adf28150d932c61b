//! The models that the simulator has, which of them are loaded, and the lists that tell of them.

use serde_json::{Value, json};

use super::Release;

/// A model on the simulated machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// What it is called in requests.
    pub key: String,
    /// What people see.
    pub display_name: String,
    /// Whether it is for embeddings, not for chats.
    pub is_embedding: bool,
    /// The largest context that it can be loaded with, in tokens.
    pub max_context: u64,
    /// Whether it sees pictures.
    pub vision: bool,
    /// Whether it is trained to use tools.
    pub tools: bool,
    /// Its reasoning options; none when it has no such setting.
    pub reasoning: &'static [&'static str],
    /// Its variants; none when there is only one.
    pub variants: Vec<String>,
    /// The contexts that copies of it are loaded with.
    pub loaded: Vec<u64>,
}

impl Model {
    /// A model for chats that is not loaded and has no gifts.
    #[must_use]
    pub fn new(key: &str, display_name: &str, max_context: u64) -> Model {
        Model {
            key: key.to_owned(),
            display_name: display_name.to_owned(),
            is_embedding: false,
            max_context,
            vision: false,
            tools: false,
            reasoning: &[],
            variants: Vec::new(),
            loaded: Vec::new(),
        }
    }

    fn publisher(&self) -> &str {
        self.key
            .split_once('/')
            .map_or("acme", |(publisher, _)| publisher)
    }

    /// What the nth loaded copy is called.
    fn instance(&self, nth: usize) -> String {
        match nth {
            0 => self.key.clone(),
            nth => format!("{}:{}", self.key, nth + 1),
        }
    }

    /// An entry of `GET /api/v1/models`.
    fn native(&self, release: Release) -> Value {
        let instances = self.loaded.iter().enumerate().map(|(nth, context)| {
            let config = if self.is_embedding {
                json!({ "context_length": context })
            } else {
                json!({
                    "context_length": context, "eval_batch_size": 512, "parallel": 4,
                    "flash_attention": true, "offload_kv_cache_to_gpu": true,
                })
            };
            json!({ "id": self.instance(nth), "config": config })
        });
        let mut entry = json!({
            "type": if self.is_embedding { "embedding" } else { "llm" },
            "publisher": self.publisher(),
            "key": self.key,
            "display_name": self.display_name,
            "quantization": { "name": "Q4_K_M", "bits_per_weight": 4 },
            "size_bytes": 5_600_000_000_u64,
            "params_string": if self.is_embedding { Value::Null } else { json!("9B") },
            "loaded_instances": instances.collect::<Vec<_>>(),
            "max_context_length": self.max_context,
            "format": "gguf",
        });
        if self.is_embedding {
            return entry;
        }
        let mut capabilities = json!({
            "vision": self.vision,
            "trained_for_tool_use": self.tools,
        });
        if let (Some(default), true) = (self.reasoning.last(), release.tells_reasoning()) {
            let reasoning = json!({ "allowed_options": self.reasoning, "default": default });
            put(&mut capabilities, "reasoning", reasoning);
        }
        put(&mut entry, "architecture", json!("owl"));
        put(&mut entry, "capabilities", capabilities);
        put(&mut entry, "description", Value::Null);
        if let Some(first) = self.variants.first() {
            put(&mut entry, "variants", json!(self.variants));
            put(&mut entry, "selected_variant", json!(first));
        }
        entry
    }

    /// An entry of `GET /api/v0/models`.
    fn older(&self) -> Value {
        let kind = match (self.is_embedding, self.vision) {
            (true, _) => "embeddings",
            (false, true) => "vlm",
            (false, false) => "llm",
        };
        let mut entry = json!({
            "id": self.key,
            "object": "model",
            "type": kind,
            "publisher": self.publisher(),
            "arch": "owl",
            "compatibility_type": "gguf",
            "quantization": "Q4_K_M",
            "state": if self.loaded.is_empty() { "not-loaded" } else { "loaded" },
            "max_context_length": self.max_context,
        });
        if let Some(context) = self.loaded.iter().max() {
            put(&mut entry, "loaded_context_length", json!(context));
        }
        if !self.is_embedding {
            let tools: &[&str] = if self.tools { &["tool_use"] } else { &[] };
            put(&mut entry, "capabilities", json!(tools));
        }
        entry
    }

    /// An entry of `GET /v1/models`.
    fn openai(&self) -> Value {
        json!({ "id": self.key, "object": "model", "owned_by": "organization_owner" })
    }
}

fn put(object: &mut Value, key: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}

/// The models that a newcomer meets: a few of each kind, one of them loaded.
#[must_use]
pub fn samples() -> Vec<Model> {
    vec![
        Model {
            vision: true,
            tools: true,
            reasoning: &["off", "on"],
            loaded: vec![32768],
            ..Model::new("qwen/qwen3.5-9b", "Qwen3.5 9B", 262_144)
        },
        Model {
            tools: true,
            reasoning: &["low", "medium", "high"],
            ..Model::new("acme/heron-20b", "Heron 20B", 131_072)
        },
        Model {
            reasoning: &["off", "low", "medium", "high"],
            ..Model::new("acme/kite-30b", "Kite 30B", 65536)
        },
        Model::new("acme/wren-2b", "Wren 2B", 4096),
        Model {
            variants: vec![
                "acme/owl-9b@q4_k_m".to_owned(),
                "acme/owl-9b@q8_0".to_owned(),
            ],
            tools: true,
            ..Model::new("acme/owl-9b", "Owl 9B", 32768)
        },
        Model {
            is_embedding: true,
            ..Model::new("text-embedding-owl", "Owl Embed", 2048)
        },
    ]
}

/// The models of a simulator as they are at the moment.
#[derive(Debug, Clone)]
pub(super) struct Shelf {
    pub models: Vec<Model>,
    /// Whether models are loaded when they are asked.
    pub jit: bool,
}

/// Most copies of a model that are loaded.
const MOST_COPIES: usize = 8;

impl Shelf {
    pub(super) fn find(&self, key: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.key == key)
    }

    /// The model that a chat is to be held with, by its key or the name of a loaded copy.
    pub(super) fn chat_model(&self, name: &str) -> Option<&Model> {
        let chats = || self.models.iter().filter(|model| !model.is_embedding);
        let is_copy =
            |model: &&Model| (0..model.loaded.len()).any(|nth| model.instance(nth) == name);
        chats()
            .find(|model| model.key == name)
            .or_else(|| chats().find(is_copy))
    }

    /// Loads a copy of a model; what it is called, or none when there is no such model.
    pub(super) fn load(&mut self, key: &str, context: Option<u64>) -> Option<(String, u64)> {
        let model = self.models.iter_mut().find(|model| model.key == key)?;
        let context = context.unwrap_or(4096).min(model.max_context);
        if model.loaded.len() < MOST_COPIES {
            model.loaded.push(context);
        }
        Some((model.instance(model.loaded.len() - 1), context))
    }

    /// Unloads a copy; whether there was one.
    pub(super) fn unload(&mut self, instance: &str) -> bool {
        for model in &mut self.models {
            let nth = (0..model.loaded.len()).find(|nth| model.instance(*nth) == instance);
            if let Some(nth) = nth {
                model.loaded.remove(nth);
                return true;
            }
        }
        false
    }

    pub(super) fn native_list(&self, release: Release) -> Vec<Value> {
        self.models
            .iter()
            .map(|model| model.native(release))
            .collect()
    }

    pub(super) fn older_list(&self) -> Vec<Value> {
        self.listed().map(Model::older).collect()
    }

    pub(super) fn openai_list(&self) -> Vec<Value> {
        self.listed().map(Model::openai).collect()
    }

    /// What older lists tell: everything, or what is loaded where nothing is loaded on demand.
    fn listed(&self) -> impl Iterator<Item = &Model> {
        let jit = self.jit;
        self.models
            .iter()
            .filter(move |model| jit || !model.loaded.is_empty())
    }
}
