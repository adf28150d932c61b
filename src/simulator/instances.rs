//! What is loaded.

use super::model::{Kind, Model};

/// Most instances at the same time.
const MOST: usize = 64;

/// A loaded copy of a model.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Instance {
    pub id: String,
    pub key: String,
    pub context_length: u64,
    /// Options of the engine; none for embeddings.
    pub engine: Option<Engine>,
    /// Whether a chat loaded it, so that the next one may put it out.
    pub jit: bool,
}

/// Options of the llama.cpp engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Engine {
    pub eval_batch_size: u64,
    pub flash_attention: bool,
    pub num_experts: Option<u64>,
    pub offload_kv_cache_to_gpu: bool,
}

impl Default for Engine {
    fn default() -> Self {
        Engine {
            eval_batch_size: 512,
            flash_attention: true,
            num_experts: None,
            offload_kv_cache_to_gpu: true,
        }
    }
}

/// All that is loaded.
#[derive(Debug, Default)]
pub(super) struct Instances(Vec<Instance>);

impl Instances {
    /// What the models say is loaded from the start.
    pub(super) fn of(models: &[Model]) -> Self {
        let mut instances = Instances::default();
        for model in models {
            for context_length in &model.loaded {
                instances.add(model, *context_length, Engine::default(), false);
            }
        }
        instances
    }

    /// The instances of a model, oldest first.
    pub(super) fn of_key(&self, key: &str) -> impl Iterator<Item = &Instance> {
        self.0.iter().filter(move |instance| instance.key == key)
    }

    /// The instance of this name.
    pub(super) fn named(&self, id: &str) -> Option<&Instance> {
        self.0.iter().find(|instance| instance.id == id)
    }

    /// Loads one more; `None` when there are too many.
    pub(super) fn add(
        &mut self,
        model: &Model,
        context_length: u64,
        engine: Engine,
        jit: bool,
    ) -> Option<Instance> {
        if self.0.len() >= MOST {
            return None;
        }
        let mut id = model.key.clone();
        let mut copy = 2_u32;
        while self.named(&id).is_some() {
            id = format!("{}:{copy}", model.key);
            copy += 1;
        }
        let instance = Instance {
            id,
            key: model.key.clone(),
            context_length,
            engine: (model.kind == Kind::Llm).then_some(engine),
            jit,
        };
        self.0.push(instance.clone());
        Some(instance)
    }

    /// Unloads one; whether it was there.
    pub(super) fn remove(&mut self, id: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|instance| instance.id != id);
        self.0.len() < before
    }

    /// Puts out what chats have loaded, except the instances of `key`.
    pub(super) fn evict(&mut self, key: &str) {
        self.0
            .retain(|instance| !instance.jit || instance.key == key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_numbered_and_gaps_filled() {
        let model = Model::llm("acme/owl-9b");
        let mut instances = Instances::default();
        let add = |instances: &mut Instances| {
            let added = instances.add(&model, 4096, Engine::default(), false);
            added.map(|instance| instance.id)
        };
        assert_eq!(add(&mut instances).as_deref(), Some("acme/owl-9b"));
        assert_eq!(add(&mut instances).as_deref(), Some("acme/owl-9b:2"));
        assert_eq!(add(&mut instances).as_deref(), Some("acme/owl-9b:3"));
        assert!(instances.remove("acme/owl-9b:2"));
        assert!(!instances.remove("acme/owl-9b:2"));
        assert_eq!(add(&mut instances).as_deref(), Some("acme/owl-9b:2"));
        for _ in 0..100 {
            add(&mut instances);
        }
        assert_eq!(instances.0.len(), MOST);
    }
}
