//! What every rule is given.

use std::sync::OnceLock;

use super::Selection;
use super::base::{Base, Owner};
use super::catalog::Catalog;
use super::credential::Field;
use super::suppression::{self, Suppression};
use crate::config::{Config, Provider};
use crate::contract::document_shape;
use crate::contract::release::Release;
use crate::contract::validate::{Violation, validate};
use crate::diagnostic::RuleInfo;
use crate::json5::{Node, Path, Tree};
use crate::trust::Lookups;

/// What is known of the environment that the config will be read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Environment {
    /// Nothing: a variable that is not set here says nothing.
    #[default]
    Unknown,
    /// Variables were given, perhaps not all.
    Given,
    /// All variables were given.
    Complete,
}

/// What is known beside the config.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// What was answered when names were looked up; none when nobody was asked.
    pub lookups: Option<Lookups>,
    /// The release that will read the config.
    pub target: Release,
    /// Whether the variables that are known are those it will be read with.
    pub environment: Environment,
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
    selection: &'c Selection,
    bases: OnceLock<Vec<Base<'c>>>,
    suppressions: OnceLock<Vec<Suppression>>,
    credentials: OnceLock<Vec<Field<'c>>>,
    catalog: OnceLock<Catalog<'c>>,
}

impl<'c> Context<'c> {
    /// Judges `config` against the contract.
    #[must_use]
    pub fn new(config: &'c Config, selection: &'c Selection, facts: &'c Facts) -> Self {
        let complete = config.tree().filter(|_| config.include_errors.is_empty());
        let violations = complete.map_or_else(Vec::new, |tree| validate(tree, document_shape()));
        Context {
            config,
            violations,
            facts,
            selection,
            bases: OnceLock::new(),
            suppressions: OnceLock::new(),
            credentials: OnceLock::new(),
            catalog: OnceLock::new(),
        }
    }

    /// Whether `rule` looks at this config: it is selected, and what it needs is known.
    #[must_use]
    pub fn runs(&self, rule: &RuleInfo) -> bool {
        let needs_answers = rule.id.starts_with("dns-");
        self.selection.includes(rule) && (!needs_answers || self.facts.lookups.is_some())
    }

    /// The comments of ours.
    pub(super) fn suppressions(&self) -> &[Suppression] {
        self.suppressions
            .get_or_init(|| suppression::all(self.config))
    }

    /// Every address of the config, judged.
    pub(super) fn addresses(&self) -> &[Base<'c>] {
        let lookups = self.facts.lookups.as_ref();
        self.bases.get_or_init(|| Base::all(self.config, lookups))
    }

    /// Every text of the config that may be a credential, read.
    pub(super) fn credentials(&self) -> &[Field<'c>] {
        self.credentials
            .get_or_init(|| Field::all(self.config.providers()))
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

    /// Whether OpenClaw reads all of it and refuses nothing.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        let is_complete = self.tree().is_some() && self.config.include_errors.is_empty();
        is_complete && self.violations.is_empty()
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
