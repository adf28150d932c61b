//! From the answer of a server to model definitions: what LM Studio lists, in the form that OpenClaw's
//! own set-up saves (2026.5.18).
//!
//! A server is asked for the newest list first; an older one knows only older lists, which tell less.
//! One entry that makes no sense is left out and told, and the others are still read.

use std::collections::HashSet;

use serde_json::Value;

use super::definition::Definition;
use super::reasoning::{Discovered, discovered};
use crate::json5::{Unread, read_json};

/// Longest key of a model, in characters. Those of LM Studio are paths of a few dozen.
const LONGEST_KEY: usize = 512;

/// How a variable begins in a text of a config. One such text of a server would keep all its models
/// from being written.
const VARIABLE: &str = "${";

/// A list of models that a server may have, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// LM Studio's own, since 0.4.0: everything that is installed.
    Native,
    /// LM Studio's own before that, since 0.3.6.
    Older,
    /// The one of OpenAI's interface, which has hardly more than ids.
    OpenAi,
}

impl List {
    /// All, in the order in which they are asked for.
    pub const ALL: [List; 3] = [List::Native, List::Older, List::OpenAi];

    /// Where it stands, below the server's base.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            List::Native => "/api/v1/models",
            List::Older => "/api/v0/models",
            List::OpenAi => "/v1/models",
        }
    }

    /// Whether it holds all that is installed, so that a model that is not on it is gone. The older
    /// ones leave out what is not loaded when just-in-time loading is off.
    #[must_use]
    pub fn is_complete(self) -> bool {
        self == List::Native
    }

    /// What it never tells of a model.
    fn unknown(self) -> &'static [&'static str] {
        match self {
            List::Native => &[],
            List::Older => &["display names", "reasoning levels"],
            List::OpenAi => &[
                "display names",
                "reasoning levels",
                "context windows",
                "vision",
                "tool use",
                "which models are loaded",
            ],
        }
    }
}

/// Why an answer is no list of models.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// Not JSON.
    NotJson,
    /// JSON with an `error`, which LM Studio answers to a path it does not know, with status 200.
    ErrorBody,
    /// JSON of another shape.
    OtherShape(&'static str),
    /// The list of another kind of server, which calls itself so.
    OtherServer(String),
}

/// What a server lists.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    /// The list it was read from.
    pub list: List,
    /// The models that chats can be held with, in the order of the server.
    pub models: Vec<Listed>,
    /// The entries that were left out.
    pub skipped: Vec<Skipped>,
}

/// An entry that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its key, if it has one.
    pub key: Option<String>,
    /// Why.
    pub reason: &'static str,
}

/// A model that a server lists.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// What a config says of it.
    pub definition: Definition,
    /// Its context window, if the server tells it; the definition has the default otherwise.
    pub context_window: Option<u64>,
    /// What the server says of reasoning, if it does. Servers before 0.4.7 never do.
    pub reasoning: Option<Discovered>,
    /// Whether it sees pictures, if the server says so.
    pub vision: Option<bool>,
    /// Whether it is trained to use tools, if the server says so.
    pub tools: Option<bool>,
    /// Its copies in memory, if the server tells them; a copy with an unknown context is left out.
    pub instances: Option<Vec<Instance>>,
    /// The names of its variants, such as `acme/owl-9b@q4_k_m`.
    pub variants: Vec<String>,
}

/// A copy of a model in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// What it is called; the key of the model, or that with `:2`, `:3`.
    pub id: String,
    /// The context that it was loaded with, in tokens.
    pub context: u64,
}

impl Listed {
    /// Whether it goes by this name though that is not its key: that of a variant, or of a copy in memory.
    #[must_use]
    pub fn answers_to(&self, name: &str) -> bool {
        let copies = self.instances.iter().flatten().map(|copy| &copy.id);
        let mut names = self.variants.iter().chain(copies);
        names.any(|own| own.eq_ignore_ascii_case(name))
    }

    /// The largest context that it is loaded with.
    #[must_use]
    pub fn loaded_context(&self) -> Option<u64> {
        let instances = self.instances.iter().flatten();
        instances.map(|instance| instance.context).max()
    }
}

/// What an entry tells of a model beside its names.
#[derive(Default)]
struct Told {
    context_window: Option<u64>,
    reasoning: Option<Discovered>,
    vision: Option<bool>,
    tools: Option<bool>,
    instances: Option<Vec<Instance>>,
    variants: Vec<String>,
}

impl Told {
    fn model(self, id: &str, name: &str) -> Listed {
        Listed {
            definition: Definition::new(
                id,
                name,
                self.context_window,
                self.vision == Some(true),
                self.reasoning.as_ref(),
            ),
            context_window: self.context_window,
            reasoning: self.reasoning,
            vision: self.vision,
            tools: self.tools,
            instances: self.instances,
            variants: self.variants,
        }
    }
}

impl Catalogue {
    /// What the server tells of no model. Releases before 0.4.7 have the newest list and say nothing of
    /// reasoning in it.
    #[must_use]
    pub fn unknown(&self) -> Vec<&'static str> {
        let mut unknown = self.list.unknown().to_vec();
        let tells_reasoning = self.models.iter().any(|model| model.reasoning.is_some());
        if self.list == List::Native && !tells_reasoning && !self.models.is_empty() {
            unknown.push("reasoning levels");
        }
        unknown
    }

    /// Reads the answer to a request for `list`.
    ///
    /// # Errors
    /// When it is no such list.
    pub fn read(list: List, answer: &[u8]) -> Result<Catalogue, Unreadable> {
        Catalogue::of(list, &json(answer)?)
    }

    /// Reads a saved answer, whichever list it is.
    ///
    /// # Errors
    /// When it is none of them.
    pub fn read_any(answer: &[u8]) -> Result<Catalogue, Unreadable> {
        let answer = json(answer)?;
        let data = answer.get("data").and_then(Value::as_array);
        let list = match data {
            None => List::Native,
            Some(data) if data.iter().any(|entry| entry.get("type").is_some()) => List::Older,
            Some(_) => List::OpenAi,
        };
        Catalogue::of(list, &answer)
    }

    fn of(list: List, answer: &Value) -> Result<Catalogue, Unreadable> {
        let Some(object) = answer.as_object() else {
            return Err(Unreadable::OtherShape("it is no object"));
        };
        let key = if list == List::Native {
            "models"
        } else {
            "data"
        };
        let entries = match object.get(key) {
            Some(Value::Array(entries)) => entries,
            Some(_) if list == List::Native => {
                return Err(Unreadable::OtherShape("its `models` is no list"));
            }
            Some(_) => return Err(Unreadable::OtherShape("its `data` is no list")),
            None if object.contains_key("error") => return Err(Unreadable::ErrorBody),
            None if list == List::Native => {
                return Err(Unreadable::OtherShape("it has no `models`"));
            }
            None => return Err(Unreadable::OtherShape("it has no `data`")),
        };
        if let Some(owner) = other_owner(list, entries) {
            return Err(Unreadable::OtherServer(owner));
        }
        let mut catalogue = Catalogue {
            list,
            models: Vec::new(),
            skipped: Vec::new(),
        };
        let mut seen = HashSet::new();
        for entry in entries {
            catalogue.add(entry, &mut seen);
        }
        Ok(catalogue)
    }

    fn add(&mut self, entry: &Value, seen: &mut HashSet<String>) {
        let name = if self.list == List::Native {
            "key"
        } else {
            "id"
        };
        let key = entry.get(name).and_then(Value::as_str).map(str::trim);
        let key = key.filter(|key| !key.is_empty());
        let read = match (entry.is_object(), key) {
            (false, _) => Err("the entry is no object"),
            (true, None) => Err("the entry has no key"),
            (true, Some(key)) if key.chars().nth(LONGEST_KEY).is_some() => {
                Err("its key is too long")
            }
            (true, Some(key)) if key.contains(VARIABLE) => {
                Err("a config would take its key for a variable")
            }
            (true, Some(key)) if seen.contains(key) => Err("listed twice"),
            (true, Some(key)) => match self.list {
                List::Native => native(key, entry),
                List::Older => older(key, entry),
                // LM Studio calls them so; the list has nothing else to tell them by.
                List::OpenAi if key.starts_with("text-embedding-") => {
                    Err("an embedding model by its name, not for chats")
                }
                List::OpenAi => Ok(Told::default().model(key, key)),
            },
        };
        match read {
            Ok(model) => {
                seen.insert(model.definition.id.clone());
                self.models.push(model);
            }
            Err(reason) => self.skipped.push(Skipped {
                key: key.map(|key| key.chars().take(LONGEST_KEY).collect()),
                reason,
            }),
        }
    }
}

fn json(answer: &[u8]) -> Result<Value, Unreadable> {
    read_json(answer).map_err(|why| match why {
        Unread::NotJson => Unreadable::NotJson,
        Unread::TooMany => Unreadable::OtherShape("it is far too long"),
    })
}

/// Who a server is that is not LM Studio, if its list says so.
fn other_owner(list: List, entries: &[Value]) -> Option<String> {
    /// What LM Studio writes there.
    const OWN: &str = "organization_owner";
    /// Longest name that is repeated.
    const LONGEST: usize = 40;
    if list != List::OpenAi {
        return None;
    }
    let mut owners = entries
        .iter()
        .filter_map(|entry| entry.get("owned_by")?.as_str());
    let owner = owners.find(|owner| *owner != OWN && !owner.is_empty())?;
    Some(owner.chars().take(LONGEST).collect())
}

/// An entry of LM Studio's own list (section 2.2 of the LM Studio facts).
fn native(key: &str, entry: &Value) -> Result<Listed, &'static str> {
    match entry.get("type").and_then(Value::as_str) {
        Some("llm") => {}
        Some("embedding") => return Err("an embedding model, not for chats"),
        _ => return Err("of a kind that is not known"),
    }
    let name = entry.get("display_name").and_then(Value::as_str);
    let name = name.map(str::trim);
    let name = name.filter(|name| !name.is_empty() && !name.contains(VARIABLE));
    let instances = entry.get("loaded_instances").and_then(Value::as_array);
    let instance = |instance: &Value| {
        let id = instance.get("id").and_then(Value::as_str).unwrap_or(key);
        let context = tokens(instance.get("config")?.get("context_length"))?;
        let id = id.to_owned();
        Some(Instance { id, context })
    };
    let instances = instances.map(|instances| instances.iter().filter_map(instance).collect());
    let capability = |name: &str| entry.get("capabilities")?.get(name);
    let variants = entry.get("variants").and_then(Value::as_array);
    let selected = entry.get("selected_variant").and_then(Value::as_str);
    let variants = variants.into_iter().flatten().filter_map(Value::as_str);
    let told = Told {
        context_window: tokens(entry.get("max_context_length")),
        reasoning: capability("reasoning")
            .filter(|r| !r.is_null())
            .map(discovered),
        vision: Some(capability("vision").is_some_and(is_truthy)),
        tools: Some(capability("trained_for_tool_use") == Some(&Value::Bool(true))),
        instances,
        variants: variants
            .chain(selected)
            .map(|name| name.trim().to_owned())
            .collect(),
    };
    Ok(told.model(key, name.unwrap_or(key)))
}

/// An entry of the list before that (section 1.3).
fn older(key: &str, entry: &Value) -> Result<Listed, &'static str> {
    let kind = entry.get("type").and_then(Value::as_str);
    let vision = match kind {
        Some("llm") => false,
        Some("vlm") => true,
        Some("embeddings") => return Err("an embedding model, not for chats"),
        _ => return Err("of a kind that is not known"),
    };
    let capabilities = entry.get("capabilities").and_then(Value::as_array);
    let is_tool_use = |word: &Value| word.as_str() == Some("tool_use");
    let is_loaded = entry.get("state").map(|state| state == "loaded");
    let context = tokens(entry.get("loaded_context_length"));
    let instance = context.map(|context| Instance {
        id: key.to_owned(),
        context,
    });
    let told = Told {
        context_window: tokens(entry.get("max_context_length")),
        vision: Some(vision),
        tools: capabilities.map(|words| words.iter().any(is_tool_use)),
        instances: is_loaded.map(|is_loaded| instance.filter(|_| is_loaded).into_iter().collect()),
        ..Told::default()
    };
    Ok(told.model(key, key))
}

/// A number of tokens: finite, rounded down, and at least one. OpenClaw 2026.5.18 makes 0 of what is
/// below one, and then refuses the config that it has written.
fn tokens(value: Option<&Value>) -> Option<u64> {
    /// Largest number that JavaScript counts exactly to.
    const LARGEST: f64 = 9_007_199_254_740_991.0;
    let number = value?.as_f64().filter(|number| *number >= 1.0)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at least one, and cut to what fits"
    )]
    let whole = number.floor().min(LARGEST) as u64;
    Some(whole)
}

/// Whether JavaScript takes a value for true.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64().is_some_and(|number| number != 0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}
