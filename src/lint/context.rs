//! What every rule is given.

use std::cell::OnceCell;

use super::base::{Base, Owner};
use super::catalog::Catalog;
use crate::config::{Config, Provider};
use crate::contract::document_shape;
use crate::contract::release::Release;
use crate::contract::validate::{Violation, validate};
use crate::json5::{Node, Path, Tree};
use crate::trust::Lookups;

/// What is known beside the config.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// What was answered when names were looked up; none when nobody was asked.
    pub lookups: Option<Lookups>,
    /// The release that will read the config.
    pub target: Release,
}

/// A loaded config and what the contract says of it, worked out once for all rules.
pub struct Context<'c> {
    /// The config.
    pub config: &'c Config,
    /// What the contract refuses; empty when a file could not be read or included, since OpenClaw
    /// looks no further then.
    pub violations: Vec<Violation<'c, 'static>>,
    /// What is known beside it.
    pub facts: &'c Facts,
    bases: OnceCell<Vec<Base<'c>>>,
    catalog: OnceCell<Catalog<'c>>,
}

impl<'c> Context<'c> {
    /// Judges `config` against the contract.
    #[must_use]
    pub fn new(config: &'c Config, facts: &'c Facts) -> Self {
        let complete = config.tree().filter(|_| config.include_errors.is_empty());
        let violations = complete.map_or_else(Vec::new, |tree| validate(tree, document_shape()));
        Context {
            config,
            violations,
            facts,
            bases: OnceCell::new(),
            catalog: OnceCell::new(),
        }
    }

    /// Every address of the config, judged.
    pub(super) fn addresses(&self) -> &[Base<'c>] {
        let lookups = self.facts.lookups.as_ref();
        self.bases.get_or_init(|| Base::all(self.config, lookups))
    }

    /// The addresses that models are asked at.
    pub(super) fn bases(&self) -> impl Iterator<Item = &Base<'c>> {
        let addresses = self.addresses().iter();
        addresses.filter(|base| base.owner != Owner::Health)
    }

    /// Its providers, and what stands out among their models.
    pub(super) fn catalog(&self) -> &Catalog<'c> {
        self.catalog.get_or_init(|| Catalog::read(self.config))
    }

    /// The address of a provider, judged.
    pub(super) fn base_of(&self, provider: &Provider<'_>) -> Option<&Base<'c>> {
        let place = provider.node.index();
        // In the order of the file, as its nodes are numbered.
        let addresses = self.addresses();
        let from = addresses.partition_point(|base| base.provider.node.index() < place);
        let own = addresses
            .get(from)
            .filter(|base| base.provider.node.index() == place)?;
        (own.owner == Owner::Provider).then_some(own)
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
