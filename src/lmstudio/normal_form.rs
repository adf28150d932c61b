//! What in a saved provider of LM Studio is not as OpenClaw would save it today: reasoning as a switch,
//! and base URLs without `/v1`. What is not certain is told, and left alone.

use std::collections::BTreeSet;

use url::Url;

use super::base_url::{inference_base, server_base};
use super::identity::{is_its_usual_place, is_lm_studio, is_spoken_of};
use super::reasoning::Levels;
use super::saved::{LIST, MAP, Obstacle, Saved, binary_levels, normalise, obstacle};
use crate::config::{Model, OPENAI_APIS, Provider, UrlField};
use crate::json5::{Editor, Node, Path, Span, Value};
use crate::trust::{self, Origin};

/// What is to be done about a provider.
#[derive(Debug, Default)]
pub struct NormalForm<'c> {
    /// What changes, in no order.
    pub parts: Vec<Part<'c>>,
    /// What is told, in no order.
    pub notes: Vec<Note>,
}

/// Changes that go together.
#[derive(Debug)]
pub struct Part<'c> {
    /// One for each value that becomes another.
    pub changes: Vec<Change>,
    wish: Wish<'c>,
}

#[derive(Debug)]
enum Wish<'c> {
    Levels(Node<'c>, &'static Levels),
    Address(Node<'c>, String),
}

/// A value that becomes another.
#[derive(Debug, Clone)]
pub struct Change {
    /// Where it stands in the config.
    pub path: Path,
    /// Where it stands in the row of all texts; of an absent one, what it belongs to.
    pub span: Span,
    /// What it was; none when it was absent.
    pub from: Option<Value>,
    /// What it becomes.
    pub to: Value,
    /// Why, in a few words.
    pub reason: &'static str,
}

/// Something that a person should know.
#[derive(Debug, Clone)]
pub struct Note {
    /// Where in the config.
    pub path: Path,
    /// Where in the row of all texts.
    pub span: Span,
    /// What.
    pub message: String,
}

impl Part<'_> {
    /// Adds its changes to those of `editor`, which is one of the config's tree.
    pub fn write(&self, editor: &mut Editor<'_>) {
        match &self.wish {
            Wish::Levels(compat, levels) => normalise(editor, *compat, levels),
            Wish::Address(node, to) => editor.set(*node, to.as_str().into()),
        }
    }
}

/// What brings a provider to the form that OpenClaw 2026.5.18 would save; nothing for one that is not
/// LM Studio.
#[must_use]
pub fn normal_form<'c>(provider: &Provider<'c>) -> NormalForm<'c> {
    let mut form = NormalForm::default();
    if is_lm_studio(provider) {
        let is_asked = provider.is_asked_with(|api| OPENAI_APIS.contains(&api));
        if let Some(address) = provider.base_url().filter(|_| is_asked) {
            form.address(provider.path.child("baseUrl"), &address);
        }
    }
    for model in provider.models() {
        if let Some(address) = model.base_url()
            && OPENAI_APIS.contains(&model.api(provider).as_ref())
            && is_asked_of_lm_studio(provider, &address)
        {
            form.address(model.path().child("baseUrl"), &address);
        }
        if is_lm_studio(provider) {
            form.reasoning(&model);
        }
    }
    form
}

/// Whether LM Studio answers at the address that a model of its own has.
fn is_asked_of_lm_studio(provider: &Provider<'_>, address: &UrlField<'_>) -> bool {
    let origin = Origin::parse(&address.text).ok();
    is_spoken_of(&provider.id) || origin.as_ref().is_some_and(is_its_usual_place)
}

/// Ends of paths that are one endpoint of LM Studio.
const ENDPOINTS: [&str; 7] = [
    "/completions",
    "/responses",
    "/messages",
    "/models",
    "/embeddings",
    "/api/v0",
    "/chat",
];

impl<'c> NormalForm<'c> {
    fn note(&mut self, path: &Path, span: Span, message: impl Into<String>) {
        self.notes.push(Note {
            path: path.clone(),
            span,
            message: message.into(),
        });
    }

    /// A base URL, which is to end in `/v1`.
    fn address(&mut self, path: Path, address: &UrlField<'c>) {
        let span = address.node.span();
        let written = address.node.written_text().unwrap_or_default();
        if !address.missing.is_empty() {
            if !ends_in_version(&written) {
                let message = if written.trim_end().ends_with('}') {
                    "whether it leads to `/v1` depends on a variable that is not known here; left as it is"
                } else {
                    "it does not end in `/v1`, and a variable is part of it; left as it is"
                };
                self.note(&path, span, message);
            }
            return;
        }
        let to = stable_base(&address.text);
        if to == address.text {
            return;
        }
        if written != address.text {
            let message = "the address that its variables make is not the one that OpenClaw's set-up would save, which \
                           ends in `/v1`; left as it is";
            return self.note(&path, span, message);
        }
        let server = Url::parse(&server_base(&written)).ok();
        let server = server.filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(server) = server.filter(|_| !trust::may_hide_password(&written)) else {
            return self.note(&path, span, "this is no http address; left as it is");
        };
        let below = server.path().to_ascii_lowercase();
        if is_endpoint(&below) {
            let message = "this is the address of one endpoint, not a base URL; left as it is";
            return self.note(&path, span, message);
        }
        let reason = if ends_in_version(&written) {
            "as OpenClaw's set-up saves it"
        } else {
            "LM Studio answers chat requests under `/v1`"
        };
        self.parts.push(Part {
            changes: vec![Change {
                path,
                span,
                from: Some(written.as_ref().into()),
                to: to.as_str().into(),
                reason,
            }],
            wish: Wish::Address(address.node, to),
        });
    }

    /// What a model says of reasoning.
    fn reasoning(&mut self, model: &Model<'c>) {
        let Some(compat) = model.node.get("compat") else {
            return;
        };
        let path = model.path().child("compat");
        let Some(levels) = binary_levels(compat) else {
            return self.untouched(&path, compat);
        };
        let place = compat
            .get(LIST)
            .or_else(|| compat.get(MAP))
            .unwrap_or(compat);
        let at = |name: &str| compat.get(name).unwrap_or(place).span();
        match obstacle(compat) {
            Some(Obstacle::Scattered) => {
                let message = "reasoning as a switch, which LM Studio refuses; its parts come from several files or are \
                               too many to be changed, so it is left as it is";
                return self.note(&path, compat.span(), message);
            }
            Some(Obstacle::Template) => {
                let message = "reasoning as a switch, which LM Studio refuses; a variable is part of it, so it is left \
                               as it is";
                return self.note(&path, compat.span(), message);
            }
            None => {}
        }
        let change = |name: &str, to: Value| {
            let from = compat.get(name).map(Node::to_value);
            let is_new = from.as_ref().is_none_or(|from| !from.same(&to));
            is_new.then(|| Change {
                path: path.child(name),
                span: at(name),
                from,
                to,
                reason: "LM Studio refuses `off` and `on`",
            })
        };
        let changes = [change(LIST, levels.list()), change(MAP, levels.map())];
        if let Some(saved) = Saved::cleaned(compat)
            && let Some(words) = widened(&saved, levels)
        {
            let message = format!(
                "the server did not list {words}, which OpenClaw's rule adds; `clawconf discover --write` asks it again"
            );
            self.note(&path.child(LIST), at(LIST), message);
        }
        self.parts.push(Part {
            changes: changes.into_iter().flatten().collect(),
            wish: Wish::Levels(compat, levels),
        });
    }

    /// What OpenClaw's rule does not touch though it does harm.
    fn untouched(&mut self, path: &Path, compat: Node<'c>) {
        let Some(saved) = Saved::cleaned(compat) else {
            return;
        };
        let at = |name: &str| compat.get(name).unwrap_or(compat).span();
        let mut listed = saved.supported.iter().flatten();
        if listed.any(|word| word == "off") {
            let message = "the list has `off` and not `on`, which OpenClaw's rule leaves alone and LM Studio refuses; \
                           `clawconf discover --write` asks the server again";
            self.note(&path.child(LIST), at(LIST), message);
        }
        if let Some(word) = collapsed(&saved) {
            let message = format!(
                "every level is sent as {word}, though the list has others; `clawconf discover --write` asks the \
                 server again"
            );
            self.note(&path.child(MAP), at(MAP), message);
        }
    }
}

/// The base that setting up with `written` would save, also when that is done again.
fn stable_base(written: &str) -> String {
    let mut base = inference_base(written);
    loop {
        // Each round takes slashes away, or is the last one.
        let again = inference_base(&base);
        if again.len() >= base.len() {
            return base;
        }
        base = again;
    }
}

/// Whether a text ends in `/v1`, and not in the native `/api/v1`.
fn ends_in_version(written: &str) -> bool {
    let path = written.split(['?', '#']).next().unwrap_or_default();
    let path = path.trim().trim_end_matches('/').to_ascii_lowercase();
    path.ends_with("/v1") && !path.ends_with("/api/v1")
}

/// Whether a path that `/v1` would be appended to is one of an endpoint.
fn is_endpoint(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    path.contains("/v1/")
        || path.contains("/api/v0/")
        || ENDPOINTS.iter().any(|end| path.ends_with(end))
}

/// The levels that the normal form adds to those of a server that grades; none of a mere switch.
fn widened(saved: &Saved, levels: &Levels) -> Option<String> {
    let is_graded = |word: &&str| !matches!(*word, "on" | "off" | "none");
    let listed = saved.supported.iter().flatten().map(String::as_str);
    let mapped = saved.map.iter().flatten().map(|(_, to)| to.as_str());
    let mut offered: BTreeSet<&str> = listed.filter(is_graded).collect();
    if saved.supported.is_none() {
        offered = mapped.filter(is_graded).collect();
    }
    let added = levels.efforts.iter().copied();
    let added: Vec<&str> = added
        .filter(|effort| *effort != "none" && !offered.contains(effort))
        .collect();
    (!offered.is_empty() && !added.is_empty()).then(|| all_of(&added))
}

/// The levels of OpenClaw that ask for reasoning.
const LEVELS: [&str; 7] = [
    "minimal", "low", "medium", "high", "xhigh", "adaptive", "max",
];

/// The one word that a map sends every level as, in back-quotes, if the list has others.
fn collapsed(saved: &Saved) -> Option<String> {
    let map = saved.map.as_deref()?;
    let to = |level: &str| {
        let entry = map.iter().find(|(from, _)| from == level);
        entry.map(|(_, to)| to.as_str())
    };
    let word = to("low")?;
    let is_one = LEVELS.iter().all(|level| to(level) == Some(word));
    let mut others = saved.supported.iter().flatten();
    let is_choice = others.any(|effort| effort != "none" && effort != "off" && effort != word);
    // A word of another kind may be anything.
    let is_known = saved
        .supported
        .iter()
        .flatten()
        .any(|effort| effort == word);
    (is_one && is_choice && is_known).then(|| format!("`{word}`"))
}

/// `a`, `b` and `c`, each in back-quotes.
fn all_of(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, [])) => format!("`{last}`"),
        Some((last, others)) => format!("`{}` and `{last}`", others.join("`, `")),
        None => String::new(),
    }
}
