//! What becomes of a reference to a model: the one look-up that both rules on references share.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::config::Provider;
use crate::contract::masking::looks_like_token;
use crate::contract::provider_id::ProviderId;
use crate::json5::{Kind, Node};
use crate::lint::Context;
use crate::lint::references::{Parts, Reference, References};
use crate::lint::rules::wording;
use crate::lint::suggest;

/// Why a reference leads nowhere.
pub(super) enum Standing<'r, 'c> {
    /// Its provider is unknown. The id of a provider that no reference can name may be meant, or a model of
    /// a provider that was forgotten.
    Unknown {
        parts: Parts<'r>,
        slashed: Option<&'r Provider<'c>>,
        owner: Option<&'r Provider<'c>>,
    },
    /// Its provider is one of OpenClaw's own, and all of it is the id of a model that another one lists.
    Unprefixed(Parts<'r>, &'r Provider<'c>),
    /// Its provider is one of OpenClaw's own, which `models.mode: "replace"` leaves out.
    Replaced(Parts<'r>),
    /// Its provider is a server that OpenClaw looks for at its usual address.
    Unconfigured(Parts<'r>),
    /// It names no provider, and so many of them have such a model.
    Bare(usize),
    /// Its provider does not list the model.
    Unlisted(Parts<'r>, &'r Provider<'c>),
}

/// The providers of a config, as references find them.
pub(super) struct Directory<'r, 'c> {
    providers: &'r [Provider<'c>],
    /// The provider that counts among those with one id.
    by_id: HashMap<ProviderId<'r>, &'r Provider<'c>>,
    /// Ids that something else than `models.providers` answers for.
    others: HashSet<ProviderId<'c>>,
    replaces: bool,
    /// The providers whose id holds a slash: no reference can name them.
    slashed: Vec<&'r Provider<'c>>,
    /// How many providers list each model that is named without a provider, up to two.
    bare: HashMap<String, usize>,
    /// The provider that lists a model whose id is the whole of a reference.
    owners: HashMap<String, &'r Provider<'c>>,
    /// The listed ids of those providers that were asked for, by the place of the provider.
    listed: HashMap<u32, HashSet<Cow<'c, str>>>,
    /// How many more suggestions may be looked for.
    suggestions: usize,
}

/// Most findings that are given a suggestion, and most names each is compared with: a generated
/// config must not make lint slow.
const MOST_SUGGESTIONS: usize = 100;
const MOST_CANDIDATES: usize = 500;

/// Goes through the references that lead nowhere.
pub(super) fn each_astray<'c>(
    context: &Context<'c>,
    mut tell: impl FnMut(&Reference<'c>, Standing<'_, 'c>, &mut Directory<'_, 'c>),
) {
    let Some(models) = context.models() else {
        return;
    };
    let has_providers = models
        .get("providers")
        .is_some_and(|node| node.kind() == Kind::Object);
    if !has_providers || !context.config.include_errors.is_empty() {
        return;
    }
    let references = References::of(context.config);
    if references.all.is_empty() {
        return;
    }
    let mut directory = Directory::of(context, &references);
    for reference in &references.all {
        if !references.is_alias(&reference.text)
            && let Some(standing) = directory.standing(reference)
        {
            tell(reference, standing, &mut directory);
        }
    }
}

impl<'r, 'c> Directory<'r, 'c> {
    fn of(context: &'r Context<'c>, references: &References<'c>) -> Directory<'r, 'c> {
        let providers = context.catalog().providers.as_slice();
        let mut by_id: HashMap<ProviderId<'r>, &'r Provider<'c>> = HashMap::new();
        for provider in providers {
            let id = ProviderId::of(provider.id.as_ref());
            if provider.id == id.name() {
                by_id.insert(id, provider);
            } else {
                by_id.entry(id).or_insert(provider);
            }
        }
        let mode = context
            .models()
            .and_then(|models| models.get("mode")?.text());
        Directory {
            providers,
            by_id,
            others: others(context),
            replaces: mode.is_some_and(|mode| mode == "replace"),
            slashed: providers
                .iter()
                .filter(|provider| provider.id.contains('/'))
                .collect(),
            bare: listings(providers, references),
            owners: owners(providers, references),
            listed: HashMap::new(),
            suggestions: MOST_SUGGESTIONS,
        }
    }

    fn standing<'t>(&mut self, reference: &'t Reference<'c>) -> Option<Standing<'t, 'c>>
    where
        'r: 't,
    {
        let Some(parts) = reference.parts() else {
            let count = self.bare.get(&reference.text.to_lowercase()).copied();
            let leads_nowhere = count != Some(1) && !is_openai(&reference.text);
            return count.filter(|_| leads_nowhere).map(Standing::Bare);
        };
        let id = ProviderId::of(parts.provider);
        if let Some(&provider) = self.by_id.get(&id) {
            let is_told = parts.is_wildcard() || self.may_know(provider, &id, parts);
            return (!is_told).then_some(Standing::Unlisted(parts, provider));
        }
        let owner = self.owners.get(reference.text.trim()).copied();
        if self.others.contains(&id) {
            None
        } else if !id.is_built_in() {
            Some(Standing::Unknown {
                parts,
                slashed: self.behind_a_slash(&reference.text),
                owner,
            })
        } else if let Some(owner) = owner {
            Some(Standing::Unprefixed(parts, owner))
        } else if self.replaces {
            Some(Standing::Replaced(parts))
        } else {
            id.is_self_hosted().then_some(Standing::Unconfigured(parts))
        }
    }

    /// Whether a provider lists the model, or has models that it does not list.
    fn may_know(&mut self, provider: &Provider<'c>, id: &ProviderId<'_>, parts: Parts<'_>) -> bool {
        let has_own = !self.replaces && id.is_built_in() && !id.is_self_hosted();
        let list = provider.node.get("models");
        let Some(list) = list.filter(|list| !has_own && list.items().next().is_some()) else {
            return true;
        };
        let ids = self.listed.entry(provider.node.index()).or_insert_with(|| {
            let ids = list.items().filter_map(|model| model.get("id")?.text());
            ids.map(trimmed).collect()
        });
        ids.is_empty() || ids.contains(parts.model) || ids.contains(parts.without_profile())
    }

    /// The provider whose id holds a slash, so that a reference to it names another.
    fn behind_a_slash(&self, reference: &str) -> Option<&'r Provider<'c>> {
        let is_meant = |provider: &&Provider<'c>| {
            let id = provider.id.trim();
            let rest = || reference.get(..id.len()).zip(reference.get(id.len()..));
            rest().is_some_and(|(start, rest)| {
                start.eq_ignore_ascii_case(id) && rest.starts_with('/')
            })
        };
        self.slashed.iter().copied().find(is_meant)
    }

    /// The configured provider whose id is nearest to what was written.
    pub(super) fn nearest_provider(&mut self, written: &str) -> Option<&'r str> {
        self.suggestions = self.suggestions.checked_sub(1)?;
        let ids = self.providers.iter().take(MOST_CANDIDATES);
        suggest::nearest(written, ids.map(|provider| provider.id.trim()))
    }

    /// The listed model whose id is nearest to what was written, or is that with the provider in
    /// front.
    pub(super) fn nearest_model(
        &mut self,
        provider: &Provider<'c>,
        written: Parts<'_>,
    ) -> Option<Node<'c>> {
        self.suggestions = self.suggestions.checked_sub(1)?;
        let listed = || {
            let models = provider.models().take(MOST_CANDIDATES);
            models.filter_map(|model| model.node.get("id"))
        };
        let prefixed = listed().find(|node| {
            let id = node.text().unwrap_or_default();
            is_prefixed(&id, written)
        });
        let ids: Vec<Cow<'c, str>> = listed().filter_map(Node::text).collect();
        let nearest = || suggest::nearest(written.model, ids.iter().map(AsRef::as_ref));
        prefixed.or_else(|| {
            let nearest = nearest()?;
            listed().find(|node| node.text().is_some_and(|id| id == nearest))
        })
    }
}

/// Whether a listed id is the model of a reference with the provider in front.
pub(super) fn is_prefixed(id: &str, written: Parts<'_>) -> bool {
    let parts = id.split_once('/');
    parts.is_some_and(|(provider, model)| {
        model == written.model && ProviderId::of(provider) == ProviderId::of(written.provider)
    })
}

/// Text of a reference in back-quotes, unless it may be a secret in a wrong place.
pub(super) fn shown(text: &str) -> String {
    if looks_like_token(text) {
        "this text".to_owned()
    } else {
        wording::quote(text)
    }
}

/// The id of a provider in back-quotes, as [`shown`].
pub(super) fn shown_id(id: &str) -> String {
    if looks_like_token(id) {
        "this provider".to_owned()
    } else {
        wording::quote(id)
    }
}

fn trimmed(id: Cow<'_, str>) -> Cow<'_, str> {
    match id {
        Cow::Borrowed(id) => Cow::Borrowed(id.trim()),
        Cow::Owned(id) => Cow::Owned(id.trim().to_owned()),
    }
}

/// How many providers list each model that the references name without a provider, up to two.
fn listings(providers: &[Provider<'_>], references: &References<'_>) -> HashMap<String, usize> {
    let bare = references
        .all
        .iter()
        .map(|reference| reference.text.as_ref());
    let bare = bare.filter(|text| !text.contains('/'));
    let mut counts: HashMap<String, usize> = bare.map(|text| (text.to_lowercase(), 0)).collect();
    if counts.is_empty() {
        return counts;
    }
    for provider in providers {
        let ids = provider.models().filter_map(|model| model.id());
        let ids: HashSet<String> = ids.map(|id| id.trim().to_lowercase()).collect();
        for id in ids {
            if let Some(count) = counts.get_mut(&id) {
                *count = 2.min(*count + 1);
            }
        }
    }
    counts
}

/// The first provider that lists a model whose id is the whole of a reference, for each that has one.
fn owners<'r, 'c>(
    providers: &'r [Provider<'c>],
    references: &References<'_>,
) -> HashMap<String, &'r Provider<'c>> {
    let texts = references.all.iter().map(|reference| reference.text.trim());
    let wanted: HashSet<&str> = texts.filter(|text| text.contains('/')).collect();
    let mut owners = HashMap::new();
    if wanted.is_empty() {
        return owners;
    }
    for provider in providers {
        for id in provider.models().filter_map(|model| model.id()) {
            if wanted.contains(id.trim()) {
                owners.entry(id.trim().to_owned()).or_insert(provider);
            }
        }
    }
    owners
}

/// Provider ids that are known by another part of the config: a plugin, a command-line agent, a saved
/// credential.
fn others<'c>(context: &Context<'c>) -> HashSet<ProviderId<'c>> {
    let Some(root) = context.tree().map(|tree| tree.root()) else {
        return HashSet::new();
    };
    let below = |place: &[&str]| place.iter().try_fold(root, |node, key| node.get(key));
    let keys = [
        below(&["plugins", "entries"]),
        below(&["agents", "defaults", "cliBackends"]),
    ];
    let keys = keys.into_iter().flatten().flat_map(Node::entries);
    let keys = keys.filter(|entry| {
        let enabled = entry.value.get("enabled").and_then(Node::boolean);
        enabled != Some(false)
    });
    let keys = keys.filter_map(|entry| entry.key.text());
    let profiles = below(&["auth", "profiles"])
        .into_iter()
        .flat_map(Node::entries);
    let profiles = profiles.filter_map(|entry| entry.value.get("provider")?.text());
    keys.chain(profiles).map(ProviderId::of).collect()
}

/// Whether a model without a provider is one of OpenAI's, whose name OpenClaw puts in front then.
fn is_openai(text: &str) -> bool {
    let lower = text.to_lowercase();
    let is_reasoner = || {
        let digit = lower.strip_prefix('o');
        digit.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    // OpenClaw knows names of OpenRouter's without a slash.
    let starts = ["gpt-", "chatgpt", "codex", "openrouter:"];
    starts.iter().any(|start| lower.starts_with(start)) || is_reasoner()
}
