//! The models of a config, each read once for all rules. Kept are those that a rule may have
//! something to say of: a config of hundreds of thousands of models is no rarity to plan for twice.

use std::borrow::Cow;
use std::collections::HashMap;

use rayon::prelude::*;

use crate::config::{Config, Model, Provider};
use crate::json5::{Node, Path};

/// A number of tokens, and the place it stands at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tokens<'c> {
    pub node: Node<'c>,
    pub count: f64,
}

/// What a model says of its sizes and of reasoning.
#[derive(Clone)]
pub(super) struct Claims<'c> {
    /// Its provider's place in [`Catalog::providers`].
    pub provider: usize,
    pub model: Model<'c>,
    /// `id`.
    pub id: Cow<'c, str>,
    /// `contextWindow`.
    pub window: Option<Tokens<'c>>,
    /// `contextTokens`.
    pub working_cap: Option<Tokens<'c>>,
    /// `maxTokens`.
    pub output: Option<Tokens<'c>>,
    /// `reasoning`, where it is true.
    pub reasoning: Option<Node<'c>>,
    /// `compat`.
    pub compat: Option<Node<'c>>,
}

/// A model whose id an earlier one of the same provider has.
pub(super) struct Repeat<'c> {
    /// Its `id`.
    pub path: Path,
    pub node: Node<'c>,
    /// The earlier one's `id`.
    pub first: Node<'c>,
}

/// The providers of a config, and what stands out among their models.
pub(super) struct Catalog<'c> {
    pub providers: Vec<Provider<'c>>,
    /// The models whose claims deserve a look, in the order of the file.
    pub claims: Vec<Claims<'c>>,
    /// The models that stand twice.
    pub repeats: Vec<Repeat<'c>>,
}

/// Fewer providers are read before threads would have started.
const MANY: usize = 64;

/// Below this many tokens a window is small. OpenClaw keeps up to half of a window free for the
/// answer while less than 8,000 tokens would be left for the prompt (`MIN_PROMPT_BUDGET_TOKENS` and
/// `MIN_PROMPT_BUDGET_RATIO` of 2026.5.18).
pub(super) const SMALL_WINDOW: f64 = 16_000.0;

/// The window of a listed model that names none (OpenClaw 2026.5.18; contract page, section 9).
pub(super) const ASSUMED_WINDOW: f64 = 200_000.0;

impl<'c> Catalog<'c> {
    /// Reads all models of a config.
    pub(super) fn read(config: &'c Config) -> Catalog<'c> {
        let providers: Vec<Provider<'c>> = config.providers().collect();
        let of_provider = |(at, provider)| Listed::read(at, provider);
        let listed: Vec<Listed<'c>> = if providers.len() < MANY {
            providers.iter().enumerate().map(of_provider).collect()
        } else {
            providers.par_iter().enumerate().map(of_provider).collect()
        };
        let mut catalog = Catalog {
            providers,
            claims: Vec::new(),
            repeats: Vec::new(),
        };
        for mut of_provider in listed {
            catalog.claims.append(&mut of_provider.claims);
            catalog.repeats.append(&mut of_provider.repeats);
        }
        catalog
    }

    /// The models with a `compat`, each with its provider.
    pub(super) fn compats(&self) -> impl Iterator<Item = (&Provider<'c>, &Model<'c>, Node<'c>)> {
        let claims = self.claims.iter();
        claims.filter_map(|claims| {
            let provider = self.providers.get(claims.provider)?;
            Some((provider, &claims.model, claims.compat?))
        })
    }

    /// The provider of a model.
    pub(super) fn provider_of(&self, claims: &Claims<'c>) -> Option<&Provider<'c>> {
        self.providers.get(claims.provider)
    }
}

/// What stands out among the models of one provider.
struct Listed<'c> {
    claims: Vec<Claims<'c>>,
    repeats: Vec<Repeat<'c>>,
}

impl<'c> Listed<'c> {
    fn read(at: usize, provider: &Provider<'c>) -> Listed<'c> {
        let mut listed = Listed {
            claims: Vec::new(),
            repeats: Vec::new(),
        };
        let mut seen: HashMap<Cow<'c, str>, Node<'c>> = HashMap::new();
        for model in provider.models() {
            let (claims, id) = Claims::read(at, model);
            if let Some(node) = id
                && let Some(first) = seen.insert(claims.id.clone(), node)
            {
                listed.repeats.push(Repeat {
                    path: claims.model.path().child("id"),
                    node,
                    first,
                });
                seen.insert(claims.id.clone(), first);
            }
            if claims.stand_out() {
                listed.claims.push(claims);
            }
        }
        listed
    }
}

impl<'c> Claims<'c> {
    fn read(provider: usize, model: Model<'c>) -> (Claims<'c>, Option<Node<'c>>) {
        let mut claims = Claims {
            provider,
            model,
            id: Cow::Borrowed(""),
            window: None,
            working_cap: None,
            output: None,
            reasoning: None,
            compat: None,
        };
        let mut id = None;
        for entry in claims.model.node.entries() {
            let node = entry.value;
            match entry.key.text().unwrap_or_default().as_ref() {
                "id" => id = Some(node),
                "contextWindow" => claims.window = Tokens::of(node),
                "contextTokens" => claims.working_cap = Tokens::of(node),
                "maxTokens" => claims.output = Tokens::of(node),
                "reasoning" => {
                    claims.reasoning = Some(node).filter(|_| node.boolean() == Some(true))
                }
                "compat" => claims.compat = Some(node),
                _ => {}
            }
        }
        let text = id.and_then(Node::text);
        let id = id.filter(|_| text.is_some());
        claims.id = text.unwrap_or_default();
        (claims, id)
    }

    /// Whether no agent talks to it, going by its id: it embeds or ranks. Such models are listed as well,
    /// and have small windows.
    pub(super) fn is_for_search(&self) -> bool {
        let id = self.id.to_lowercase();
        id.contains("embed") || id.contains("rerank")
    }

    /// Whether any rule may have something to say.
    fn stand_out(&self) -> bool {
        let Some(window) = self.window else {
            return true;
        };
        let reaches =
            |tokens: Option<Tokens<'_>>| tokens.is_some_and(|tokens| tokens.count >= window.count);
        let is_small = |tokens: Tokens<'_>| tokens.count < SMALL_WINDOW;
        is_small(window)
            || self.working_cap.is_some_and(is_small)
            || reaches(self.working_cap)
            || reaches(self.output)
            || self.reasoning.is_some()
            || self.compat.is_some()
    }
}

impl<'c> Tokens<'c> {
    /// A number that can be one of tokens.
    pub(super) fn of(node: Node<'c>) -> Option<Tokens<'c>> {
        let count = node
            .number()
            .filter(|count| count.is_finite() && *count > 0.0)?;
        Some(Tokens { node, count })
    }

    /// The number as people read it.
    pub(super) fn shown(self) -> String {
        shown(self.count)
    }
}

/// A number of tokens as people read it.
pub(super) fn shown(count: f64) -> String {
    /// From here on digits are too many to read.
    const MANY: f64 = 1e15;
    if count < MANY {
        format!("{count}")
    } else {
        format!("{count:e}")
    }
}
