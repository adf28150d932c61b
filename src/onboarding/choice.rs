//! Which model becomes the default.

use crate::diagnostic::named;
use crate::lmstudio::{Catalogue, Listed, PROVIDER_ID};

/// The model that set-up takes when nobody chooses and the server lists it (2026.5.18).
pub const USUAL_MODEL: &str = "qwen/qwen3.5-9b";

/// Why no model can be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoChoice {
    /// The server lists no model for chats.
    #[error("the server has no model for chats; get or load one there")]
    Empty,
    /// The id carries OpenClaw's prefix.
    #[error("`{wanted}` is a reference of OpenClaw; the id that LM Studio knows is `{id}`")]
    Prefixed {
        /// What was asked for.
        wanted: String,
        /// Without the prefix.
        id: String,
    },
    /// The id is that of a variant.
    #[error("`{wanted}` is a variant; LM Studio chooses it, and the model is `{id}`")]
    Variant {
        /// What was asked for.
        wanted: String,
        /// The model.
        id: String,
    },
    /// It is not for chats.
    #[error("`{wanted}` cannot be chatted with: {reason}")]
    NotForChats {
        /// What was asked for.
        wanted: String,
        /// Why.
        reason: &'static str,
    },
    /// Nothing is called so.
    #[error("the server does not have `{wanted}`; it has {}", named(.available.iter().map(String::as_str)))]
    Unknown {
        /// What was asked for.
        wanted: String,
        /// The ids that there are.
        available: Vec<String>,
    },
}

/// The model that is wanted, by exactly its id; else the default so far, else the usual one, else the first.
///
/// # Errors
/// When there is none, with the reason and the id that may have been meant.
pub fn choose<'c>(
    catalogue: &'c Catalogue,
    wanted: Option<&str>,
    so_far: Option<&str>,
) -> Result<&'c Listed, NoChoice> {
    let by_id = |id: &str| {
        let mut models = catalogue.models.iter();
        models.find(|model| model.definition.id == id)
    };
    let Some(wanted) = wanted.map(str::trim).filter(|wanted| !wanted.is_empty()) else {
        let kept = so_far.and_then(by_id).or_else(|| by_id(USUAL_MODEL));
        return kept.or(catalogue.models.first()).ok_or(NoChoice::Empty);
    };
    by_id(wanted).ok_or_else(|| why_not(catalogue, wanted))
}

fn why_not(catalogue: &Catalogue, wanted: &str) -> NoChoice {
    let models = &catalogue.models;
    let has = |id: &str| models.iter().any(|model| model.definition.id == id);
    let wanted = wanted.to_owned();
    let prefix = wanted.split_once('/');
    if let Some((prefix, id)) = prefix
        && prefix.eq_ignore_ascii_case(PROVIDER_ID)
        && has(id)
    {
        let id = id.to_owned();
        return NoChoice::Prefixed { wanted, id };
    }
    let is_it = |name: &String| name.eq_ignore_ascii_case(&wanted);
    let of_variant = models.iter().find(|model| model.variants.iter().any(is_it));
    if let Some(model) = of_variant {
        let id = model.definition.id.clone();
        return NoChoice::Variant { wanted, id };
    }
    let mut skipped = catalogue.skipped.iter();
    if let Some(skipped) = skipped.find(|skipped| skipped.key.as_deref() == Some(&wanted)) {
        let reason = skipped.reason;
        return NoChoice::NotForChats { wanted, reason };
    }
    if models.is_empty() {
        return NoChoice::Empty;
    }
    let available = models.iter().map(|model| model.definition.id.clone());
    NoChoice::Unknown {
        wanted,
        available: available.collect(),
    }
}
