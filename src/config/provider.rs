//! The entries of `models.providers` as the trust policy sees them: addresses, flag and proxy, each
//! with the place it was written at.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::Config;
use crate::json5::{Entry, Kind, Node, Path};
use crate::trust::{Policy, Proxy};

/// An entry of `models.providers` that counts: of several with one id, the last.
#[derive(Clone)]
pub struct Provider<'c> {
    /// Its id.
    pub id: Cow<'c, str>,
    /// `models.providers.<id>`.
    pub path: Path,
    /// Its object.
    pub node: Node<'c>,
    config: &'c Config,
}

/// A model of a provider.
#[derive(Clone)]
pub struct Model<'c> {
    /// Where the list of models stands.
    list: Arc<Path>,
    index: usize,
    /// Its object.
    pub node: Node<'c>,
    config: &'c Config,
}

/// The protocol of a provider that names none (OpenClaw 2026.5.18; contract page, section 9).
pub const DEFAULT_API: &str = "openai-completions";

/// The protocols whose requests go to `/chat/completions` and `/responses`.
pub const OPENAI_APIS: [&str; 2] = [DEFAULT_API, "openai-responses"];

/// A field of a config that holds a URL.
#[derive(Clone)]
pub struct UrlField<'c> {
    /// The string it stands in.
    pub node: Node<'c>,
    /// The URL, variables put in.
    pub text: Cow<'c, str>,
    /// The variables in it that are not set; it is undecided while there are any.
    pub missing: Vec<&'c str>,
}

impl Config {
    /// The providers that count, in the order of the file.
    pub fn providers(&self) -> impl Iterator<Item = Provider<'_>> {
        let root = self.tree().map(|tree| tree.root());
        let providers = root.and_then(|root| root.get("models")?.get("providers"));
        self.counting(providers, &["models", "providers"])
    }

    /// As [`Config::providers`], and also those of a catalog as OpenClaw saves it in `models.json`:
    /// there `providers` stands at the top, and no `models`.
    pub fn saved_providers(&self) -> impl Iterator<Item = Provider<'_>> {
        let root = self.tree().map(|tree| tree.root());
        let catalog = root.filter(|root| root.get("models").is_none());
        let catalog = catalog.and_then(|root| root.get("providers"));
        let of_catalog = self.counting(catalog, &["providers"]);
        self.providers().chain(of_catalog)
    }

    /// The entries that count of the object `providers`, which stands at `above`.
    fn counting<'c>(
        &'c self,
        providers: Option<Node<'c>>,
        above: &'static [&'static str],
    ) -> impl Iterator<Item = Provider<'c>> {
        let repeats = providers.is_some_and(Node::repeats_a_key);
        let mut last: HashMap<Cow<'_, str>, u32> = HashMap::new();
        if repeats {
            for entry in providers.into_iter().flat_map(Node::entries) {
                last.insert(entry.key.text().unwrap_or_default(), entry.key.index());
            }
        }
        let counts = move |entry: &Entry<'_>| {
            let of_key = || last.get(entry.key.text().unwrap_or_default().as_ref());
            !repeats || of_key() == Some(&entry.key.index())
        };
        let entries = providers.into_iter().flat_map(Node::entries);
        entries.filter(counts).map(move |entry| {
            let id = entry.key.text().unwrap_or_default();
            Provider {
                path: above.iter().copied().collect::<Path>().child(&*id),
                id,
                node: entry.value,
                config: self,
            }
        })
    }

    fn url_field<'c>(&'c self, node: Node<'c>) -> Option<UrlField<'c>> {
        let text = node.text().filter(|_| node.kind() == Kind::String)?;
        // Sorted by place: strings are gone through in their order.
        let from = self
            .missing
            .partition_point(|(_, index)| *index < node.index());
        let missing = self.missing.get(from..).unwrap_or_default().iter();
        let missing = missing.take_while(|(_, index)| *index == node.index());
        Some(UrlField {
            node,
            text,
            missing: missing.map(|(name, _)| name.as_str()).collect(),
        })
    }
}

impl<'c> Provider<'c> {
    /// `baseUrl`.
    #[must_use]
    pub fn base_url(&self) -> Option<UrlField<'c>> {
        self.config.url_field(self.node.get("baseUrl")?)
    }

    /// `api`.
    #[must_use]
    pub fn api(&self) -> Option<Cow<'c, str>> {
        self.node.get("api")?.text()
    }

    /// Whether all that is asked at its `baseUrl` is asked with protocols that `known` knows.
    #[must_use]
    pub fn is_asked_with(&self, known: impl Fn(&str) -> bool) -> bool {
        let mut models = self.models().peekable();
        if models.peek().is_none() {
            return known(self.api().as_deref().unwrap_or(DEFAULT_API));
        }
        models.all(|model| known(&model.api(self)))
    }

    /// `localService.healthUrl`.
    #[must_use]
    pub fn health_url(&self) -> Option<UrlField<'c>> {
        let service = self.node.get("localService")?;
        self.config.url_field(service.get("healthUrl")?)
    }

    /// `request.allowPrivateNetwork` as it stands there, whatever its type.
    #[must_use]
    pub fn flag_entry(&self) -> Option<Entry<'c>> {
        self.node.get("request")?.entry("allowPrivateNetwork")
    }

    /// `request.allowPrivateNetwork`; anything but a boolean counts as absent.
    #[must_use]
    pub fn flag(&self) -> Option<bool> {
        self.flag_entry()?.value.boolean()
    }

    /// `request.proxy`.
    fn proxy_node(&self) -> Option<Node<'c>> {
        self.node.get("request")?.get("proxy")
    }

    /// `request.proxy.url` of an explicit proxy.
    #[must_use]
    pub fn proxy_url(&self) -> Option<UrlField<'c>> {
        let proxy = self.proxy_node()?;
        let is_explicit = proxy.get("mode")?.text()? == "explicit-proxy";
        let url = proxy.get("url").filter(|_| is_explicit)?;
        self.config.url_field(url)
    }

    /// What requests go through.
    #[must_use]
    pub fn proxy(&self) -> Proxy {
        if let Some(url) = self.proxy_url() {
            return Proxy::Explicit(url.text.into_owned());
        }
        let mode = self
            .proxy_node()
            .and_then(|proxy| proxy.get("mode")?.text());
        if mode.is_some_and(|mode| mode == "env-proxy") {
            Proxy::Environment
        } else {
            Proxy::None
        }
    }

    /// The policy for its requests.
    #[must_use]
    pub fn policy(&self) -> Policy {
        let base_url = self.base_url().map(|address| address.text);
        Policy::of_provider(base_url.as_deref(), self.flag()).through(self.proxy())
    }

    /// Its models.
    pub fn models(&self) -> impl Iterator<Item = Model<'c>> {
        let models = self.node.get("models");
        let list = Arc::new(self.path.child("models"));
        let config = self.config;
        let items = models.into_iter().flat_map(Node::items).enumerate();
        items.map(move |(index, node)| Model {
            list: Arc::clone(&list),
            index,
            node,
            config,
        })
    }
}

impl<'c> Model<'c> {
    /// `models.providers.<id>.models.<index>`.
    #[must_use]
    pub fn path(&self) -> Path {
        self.list.child(self.index)
    }

    /// The policy for its requests where its own `baseUrl` counts.
    #[must_use]
    pub fn policy(&self, provider: &Provider<'_>) -> Policy {
        let base_url = self.base_url().map(|address| address.text);
        Policy::of_provider(base_url.as_deref(), provider.flag()).through(provider.proxy())
    }

    /// `id`.
    #[must_use]
    pub fn id(&self) -> Option<Cow<'c, str>> {
        self.node.get("id")?.text()
    }

    /// The protocol it is asked with: its own `api`, else the provider's, else what OpenClaw takes
    /// when none is named.
    #[must_use]
    pub fn api(&self, provider: &Provider<'c>) -> Cow<'c, str> {
        let own = self.node.get("api").and_then(Node::text);
        let api = own.or_else(|| provider.api());
        api.unwrap_or(Cow::Borrowed(DEFAULT_API))
    }

    /// `baseUrl` of its own.
    #[must_use]
    pub fn base_url(&self) -> Option<UrlField<'c>> {
        self.config.url_field(self.node.get("baseUrl")?)
    }
}
