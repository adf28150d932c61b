//! What every rule is given.

use crate::config::Config;
use crate::contract::document_shape;
use crate::contract::validate::{Violation, validate};
use crate::json5::{Node, Path, Tree};

/// A loaded config and what the contract says of it, worked out once for all rules.
pub struct Context<'c> {
    /// The config.
    pub config: &'c Config,
    /// What the contract refuses; empty when a file could not be read or included, since OpenClaw
    /// looks no further then.
    pub violations: Vec<Violation<'c, 'static>>,
}

impl<'c> Context<'c> {
    /// Judges `config` against the contract.
    #[must_use]
    pub fn new(config: &'c Config) -> Self {
        let complete = config.tree().filter(|_| config.include_errors.is_empty());
        let violations = complete.map_or_else(Vec::new, |tree| validate(tree, document_shape()));
        Context { config, violations }
    }

    /// The tree, unless the text is not JSON5.
    #[must_use]
    pub fn tree(&self) -> Option<&'c Tree> {
        self.config.tree()
    }

    /// The violations that are not about the inside of a SecretRef, which one rule has to itself.
    pub fn violations_outside_secret_refs(&self) -> impl Iterator<Item = &Violation<'c, 'static>> {
        self.violations
            .iter()
            .filter(|violation| !violation.in_secret_ref)
    }

    /// The value under `models`.
    #[must_use]
    pub fn models(&self) -> Option<Node<'c>> {
        self.tree()?.root().get("models")
    }

    /// Every entry of `models.providers` with its path, shadowed ones included.
    pub fn providers(&self) -> impl Iterator<Item = (Path, crate::json5::Entry<'c>)> {
        let providers = self.models().and_then(|models| models.get("providers"));
        providers.into_iter().flat_map(Node::entries).map(|entry| {
            let id = entry.key.text().unwrap_or_default();
            (Path::from_iter(["models", "providers", &id]), entry)
        })
    }
}
