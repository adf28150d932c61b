//! The places of a config that name a model: `<provider>/<model id>`, split at the first slash, or an
//! alias.
//!
//! The places are those that OpenClaw itself collects (`collectConfiguredModelRefs` of 2026.5.18 and
//! 2026.9.6), without those for making images, video, music and speech: their providers are others
//! than those of chats.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use crate::config::Config;
use crate::json5::{Kind, Node, Path, Segment};

/// A place that names a model.
pub(super) struct Reference<'c> {
    /// The string, or the key of a setting.
    pub node: Node<'c>,
    /// What stands there, variables put in, without blanks around it.
    pub text: Cow<'c, str>,
    parent: Arc<Path>,
    last: Segment,
}

/// A reference taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parts<'r> {
    pub provider: &'r str,
    pub model: &'r str,
}

/// All references of a config, and the aliases that may stand in place of one.
pub(super) struct References<'c> {
    pub all: Vec<Reference<'c>>,
    aliases: HashSet<String>,
}

/// Keys of an agent whose value is a reference, or an object with `primary` and `fallbacks`.
const SELECTORS: [&str; 4] = ["model", "imageModel", "pdfModel", "utilityModel"];

/// Places below an agent that hold one reference, or such an object.
const INSIDE_AGENT: [&[&str]; 5] = [
    &["heartbeat", "model"],
    &["subagents", "model"],
    &["compaction", "model"],
    &["compaction", "memoryFlush", "model"],
    &["tts", "summaryModel"],
];

/// Places elsewhere that hold one reference.
const ELSEWHERE: [&[&str]; 5] = [
    &["hooks", "gmail", "model"],
    &["messages", "tts", "summaryModel"],
    &["tts", "summaryModel"],
    &["channels", "discord", "voice", "model"],
    &["tools", "exec", "reviewer", "model"],
];

impl<'c> References<'c> {
    /// The references of a config, in no particular order.
    pub(super) fn of(config: &'c Config) -> References<'c> {
        let mut found = References {
            all: Vec::new(),
            aliases: HashSet::new(),
        };
        let Some(root) = config.tree().map(|tree| tree.root()) else {
            return found;
        };
        if let Some(agents) = root.get("agents") {
            found.add_agents(agents);
        }
        for place in ELSEWHERE {
            found.add_selector(root, &Path::default(), place);
        }
        let mappings = root.get("hooks").and_then(|hooks| hooks.get("mappings"));
        for (nth, mapping) in mappings.into_iter().flat_map(Node::items).enumerate() {
            let path = Path::from_iter(["hooks", "mappings"]).child(nth);
            found.add_selector(mapping, &path, &["model"]);
        }
        let channels = root.get("channels");
        if let Some(by_channel) = channels.and_then(|channels| channels.get("modelByChannel")) {
            let path = Path::from_iter(["channels", "modelByChannel"]);
            found.add_map_of_maps(by_channel, &path);
        }
        found
            .all
            .retain(|reference| !has_unset_variable(config, reference.node));
        found
    }

    /// Whether a reference is an alias of a model.
    pub(super) fn is_alias(&self, text: &str) -> bool {
        !self.aliases.is_empty() && self.aliases.contains(&text.to_lowercase())
    }

    fn add_agents(&mut self, agents: Node<'c>) {
        let path = Path::from_iter(["agents"]);
        if let Some(defaults) = agents.get("defaults") {
            self.add_agent(defaults, &path.child("defaults"));
        }
        let list = agents.get("list");
        for (nth, agent) in list.into_iter().flat_map(Node::items).enumerate() {
            self.add_agent(agent, &path.child("list").child(nth));
        }
        let entries = agents.get("entries");
        for entry in entries.into_iter().flat_map(Node::entries) {
            let name = entry.key.text().unwrap_or_default();
            let path = path.child("entries").child(name.as_ref());
            self.add_agent(entry.value, &path);
        }
    }

    fn add_agent(&mut self, agent: Node<'c>, path: &Path) {
        for key in SELECTORS {
            self.add_selector(agent, path, &[key]);
        }
        for place in INSIDE_AGENT {
            self.add_selector(agent, path, place);
        }
        let Some(settings) = agent.get("models") else {
            return;
        };
        let parent = Arc::new(path.child("models"));
        for entry in settings.entries() {
            let name = entry.key.text().unwrap_or_default();
            let alias = entry.value.get("alias").and_then(Node::text);
            let alias = alias.filter(|alias| !alias.trim().is_empty());
            self.aliases
                .extend(alias.map(|alias| alias.trim().to_lowercase()));
            self.add(entry.key, &parent, Segment::from(name.as_ref()));
        }
    }

    /// What stands at `place` below `node`: a reference, or an object with `primary` and `fallbacks`.
    fn add_selector(&mut self, node: Node<'c>, path: &Path, place: &[&str]) {
        let Some((last, above)) = place.split_last() else {
            return;
        };
        let parent = above.iter().try_fold(node, |node, key| node.get(key));
        let Some(value) = parent.and_then(|parent| parent.get(last)) else {
            return;
        };
        let parent = above
            .iter()
            .fold(path.clone(), |path, key| path.child(*key));
        if value.kind() == Kind::String {
            self.add(value, &Arc::new(parent), Segment::from(*last));
            return;
        }
        let path = parent.child(*last);
        if let Some(primary) = value.get("primary") {
            self.add(primary, &Arc::new(path.clone()), Segment::from("primary"));
        }
        let parent = Arc::new(path.child("fallbacks"));
        let fallbacks = value.get("fallbacks");
        for (nth, fallback) in fallbacks.into_iter().flat_map(Node::items).enumerate() {
            self.add(fallback, &parent, Segment::from(nth));
        }
    }

    fn add_map_of_maps(&mut self, maps: Node<'c>, path: &Path) {
        for outer in maps.entries() {
            let name = outer.key.text().unwrap_or_default();
            let parent = Arc::new(path.child(name.as_ref()));
            for inner in outer.value.entries() {
                let name = inner.key.text().unwrap_or_default();
                self.add(inner.value, &parent, Segment::from(name.as_ref()));
            }
        }
    }

    fn add(&mut self, node: Node<'c>, parent: &Arc<Path>, last: Segment) {
        let text = match node.text() {
            Some(Cow::Borrowed(text)) => Cow::Borrowed(text.trim()),
            Some(Cow::Owned(text)) => Cow::Owned(text.trim().to_owned()),
            None => return,
        };
        if !text.is_empty() {
            self.all.push(Reference {
                node,
                text,
                parent: Arc::clone(parent),
                last,
            });
        }
    }
}

/// Whether a variable in a string has no value here. Keys have no variables.
fn has_unset_variable(config: &Config, node: Node<'_>) -> bool {
    let missing = &config.missing;
    missing
        .binary_search_by_key(&node.index(), |(_, at)| *at)
        .is_ok()
}

impl Reference<'_> {
    /// Where it stands.
    pub(super) fn path(&self) -> Path {
        self.parent.child(self.last.clone())
    }

    /// Whether it is the key of a setting rather than a choice.
    pub(super) fn is_setting(&self) -> bool {
        self.node.kind() == Kind::Key
    }

    /// Its provider and model; none where it names no provider, or nothing stands on a side.
    pub(super) fn parts(&self) -> Option<Parts<'_>> {
        let (provider, model) = self.text.split_once('/')?;
        let (provider, model) = (provider.trim(), model.trim());
        (!provider.is_empty() && !model.is_empty()).then_some(Parts { provider, model })
    }
}

impl<'r> Parts<'r> {
    /// The model without the auth profile that may stand behind it: `model@profile`.
    pub(super) fn without_profile(&self) -> &'r str {
        let name = self.model.rfind('/').map_or(0, |slash| slash + 1);
        let tail = self.model.get(name..).unwrap_or_default();
        let at = tail.find('@').filter(|at| *at > 0);
        at.and_then(|at| self.model.get(..name + at))
            .unwrap_or(self.model)
    }

    /// Whether it is every model of the provider: `provider/*`.
    pub(super) fn is_wildcard(&self) -> bool {
        self.model == "*"
    }
}
