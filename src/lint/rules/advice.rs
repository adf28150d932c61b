//! What to do about a key that is not known where it stands.

use super::wording;
use crate::contract::shape::{Fields, Shape};
use crate::contract::{document_shape, release};

/// Advice by key, for any object or for that of one definition.
const ADVICE: [(&[&str], Option<&str>, &str); 19] = [
    (
        &["rejectUnauthorized", "verify", "verify_ssl"],
        None,
        "The check is on unless `insecureSkipVerify: true` turns it off, for development only.",
    ),
    (
        &["name"],
        Some("Provider"),
        "A provider has no display name; its id is its name.",
    ),
    (
        &["options"],
        Some("Provider"),
        "The provider has these keys itself: `baseURL` inside is `baseUrl`, the rest goes under `params`.",
    ),
    (
        &[
            "extra_body",
            "extraBody",
            "keep_alive",
            "keepAlive",
            "num_gpu",
        ],
        None,
        "Settings that only the server understands go under `params`.",
    ),
    (
        &["allow_private_network", "private", "allowPrivate"],
        None,
        "Whether private addresses may be reached is `request.allowPrivateNetwork` on the provider.",
    ),
    (
        &["tools", "toolCalling", "function_calling"],
        None,
        "Whether a model takes tools is `compat.supportsTools`.",
    ),
    (
        &["reasoningEffort", "reasoning_effort", "thinking"],
        None,
        "The levels an endpoint takes are `compat.supportedReasoningEfforts` of the model.",
    ),
    (
        &["apiKey"],
        Some("RequestAuth"),
        "With mode `authorization-bearer` the credential is `token`.",
    ),
    (
        &["litellm_params"],
        None,
        "LiteLLM's `model` in it is `id` here, `api_base` is the provider's `baseUrl`.",
    ),
    (
        &["openAiModelId", "openAiBaseUrl"],
        None,
        "Models are listed: `models: [{ id: \"…\", name: \"…\" }]`.",
    ),
    (
        &[
            "bedrockDiscovery",
            "copilotDiscovery",
            "huggingfaceDiscovery",
            "ollamaDiscovery",
        ],
        Some("Models"),
        "An earlier release had it; it is gone. Remove it.",
    ),
    (
        &["type"],
        Some("RequestAuth"),
        "The kind of credential is named in `mode`: `mode: \"authorization-bearer\"`.",
    ),
    (
        &["timeout", "timeoutMs", "timeout_ms", "requestTimeout"],
        None,
        "The limit of a request is `timeoutSeconds` on the provider, in whole seconds.",
    ),
    (
        &["_comment", "comment", "//", "_note", "$comment"],
        None,
        "JSON5 has comments: write `// …` instead of a key.",
    ),
    (
        &[
            "temperature",
            "top_p",
            "topP",
            "top_k",
            "topK",
            "min_p",
            "seed",
            "stop",
            "frequency_penalty",
            "presence_penalty",
            "repeat_penalty",
        ],
        None,
        "Settings of a request go under `params`.",
    ),
    (
        &[
            "default",
            "primary",
            "defaultModel",
            "default_model",
            "fallbacks",
        ],
        None,
        "The model to use stands in `agents.defaults.model`.",
    ),
    (
        &["vision"],
        None,
        "A model that sees has `input: [\"text\", \"image\"]`.",
    ),
    (
        &["type"],
        Some("Provider"),
        "The protocol is named in `api`.",
    ),
    (
        &["enabled", "disabled"],
        Some("Provider"),
        "There is no switch: to do without a provider, remove its entry.",
    ),
];

/// Most keys that are listed as known.
const MOST_KEYS: usize = 8;

/// What to do about `key`, which an object of this definition does not have; `meant` is the key
/// that was probably meant.
pub(super) fn for_unknown(
    key: &str,
    definition: Option<&str>,
    fields: &Fields,
    meant: Option<&str>,
) -> String {
    if definition.is_some_and(|definition| release::later_knows(definition, key)) {
        return format!("It is new in OpenClaw {}.", release::LATER);
    }
    let fits = |only: &Option<&str>| only.is_none() || *only == definition;
    let advice = ADVICE
        .iter()
        .find(|(keys, only, _)| keys.contains(&key) && fits(only));
    if let Some((_, _, text)) = advice {
        return (*text).to_owned();
    }
    if let Some(meant) = meant {
        let per_token = key.to_lowercase().contains("pertoken") || key.contains("per_token");
        let unit = if per_token {
            ", a million times the number: it is the price of a million tokens"
        } else {
            ""
        };
        return format!("Write `{meant}`{unit}.");
    }
    let form = definition.and_then(|definition| other_form(document_shape(), definition, key));
    if let Some(form) = form {
        return format!("It goes with {form}.");
    }
    let place = places(key).into_iter().find(|place| match definition {
        Some("Models") => place.contains('.'),
        Some("Pricing") => false,
        _ => place.starts_with("models.providers."),
    });
    if let Some(place) = place {
        return format!("It belongs at `{place}`.");
    }
    if fields.known.len() <= MOST_KEYS {
        let known = fields.known.keys().map(String::as_str);
        return format!("Known here: {}.", wording::one_of(known));
    }
    "Nothing reads it: remove it.".to_owned()
}

/// The form of a definition with several, `mode: "header"` say, that knows the key.
fn other_form(shape: &Shape, definition: &str, key: &str) -> Option<String> {
    let objects = shape.object.iter();
    let named = objects
        .clone()
        .filter(|object| object.name.as_deref() == Some(definition));
    let mut forms =
        named.flat_map(|object| object.branches.iter().map(|branch| (&object.tag, branch)));
    let here = forms.find(|(tag, (_, fields))| !tag.is_empty() && fields.known.contains_key(key));
    if let Some((tag, (value, _))) = here {
        return Some(format!("`{tag}: \"{value}\"`"));
    }
    let fields = objects
        .flat_map(|object| &object.branches)
        .map(|(_, fields)| fields);
    let below = fields.flat_map(|fields| fields.known.values().chain(fields.others.as_deref()));
    let mut below = below.chain(shape.list.iter().map(|list| list.items.as_ref()));
    below.find_map(|inner| other_form(inner, definition, key))
}

/// Where in the contract a key of this name is known, nearest to the root first.
fn places(key: &str) -> Vec<String> {
    let mut found = Vec::new();
    collect(document_shape(), "", key, &mut found);
    found.sort_by_key(|path| (path.matches('.').count(), path.clone()));
    found
}

fn collect(shape: &Shape, path: &str, key: &str, found: &mut Vec<String>) {
    let below = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    for (_, fields) in shape.object.iter().flat_map(|object| &object.branches) {
        // Keys of a SecretRef or of credentials would be found everywhere and help nobody.
        if shape.sensitive {
            continue;
        }
        for (name, inner) in &fields.known {
            if name == key {
                found.push(below(name));
            }
            collect(inner, &below(name), key, found);
        }
        if let Some(others) = &fields.others {
            collect(others, &below("<id>"), key, found);
        }
    }
    if let Some(list) = &shape.list {
        collect(&list.items, &below("*"), key, found);
    }
}
