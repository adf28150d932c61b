//! Which server it is: by what it says of itself, since ports are shared and tell nothing (section 1 of the
//! backends facts).

use serde_json::Value;

use super::listing::Listing;
use crate::json5::read_json;
use crate::lmstudio;

/// A server that can be told from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Backend {
    /// LM Studio.
    LmStudio,
    /// llama.cpp's `llama-server`.
    LlamaCpp,
    /// vLLM.
    Vllm,
    /// SGLang.
    Sglang,
    /// LocalAI.
    LocalAi,
    /// Jan.
    Jan,
    /// TabbyAPI.
    TabbyApi,
    /// text-generation-webui.
    TextGenerationWebui,
    /// Ollama.
    Ollama,
    /// mlx_lm.server.
    MlxLm,
    /// The server of llama-cpp-python.
    LlamaCppPython,
}

impl Backend {
    /// All.
    pub const ALL: [Backend; 11] = [
        Backend::LmStudio,
        Backend::LlamaCppPython,
        Backend::LlamaCpp,
        Backend::Vllm,
        Backend::Sglang,
        Backend::LocalAi,
        Backend::Jan,
        Backend::TabbyApi,
        Backend::TextGenerationWebui,
        Backend::Ollama,
        Backend::MlxLm,
    ];

    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Backend::LmStudio => "LM Studio",
            Backend::LlamaCpp => "llama.cpp",
            Backend::Vllm => "vLLM",
            Backend::Sglang => "SGLang",
            Backend::LocalAi => "LocalAI",
            Backend::Jan => "Jan",
            Backend::TabbyApi => "TabbyAPI",
            Backend::TextGenerationWebui => "text-generation-webui",
            Backend::Ollama => "Ollama",
            Backend::MlxLm => "mlx_lm.server",
            Backend::LlamaCppPython => "llama-cpp-python",
        }
    }

    /// Words in the id of a provider that speak of it, letters and digits only.
    fn words(self) -> &'static [&'static str] {
        match self {
            Backend::LmStudio => &["lmstudio"],
            Backend::LlamaCppPython => &["llamacpppython"],
            Backend::LlamaCpp => &["llamacpp", "llamaserver"],
            Backend::Vllm => &["vllm"],
            Backend::Sglang => &["sglang"],
            Backend::LocalAi => &["localai"],
            Backend::Jan => &[],
            Backend::TabbyApi => &["tabby"],
            Backend::TextGenerationWebui => &["textgen", "oobabooga"],
            Backend::Ollama => &["ollama"],
            Backend::MlxLm => &["mlxlm"],
        }
    }
}

/// The server that a provider's id speaks of.
///
/// ```
/// use clawconf::verification::{Backend, believed};
///
/// assert_eq!(believed("my-vLLM-2"), Some(Backend::Vllm));
/// assert_eq!(believed("rack"), None);
/// ```
#[must_use]
pub fn believed(id: &str) -> Option<Backend> {
    if lmstudio::is_spoken_of(id) {
        return Some(Backend::LmStudio);
    }
    let letters = |c: &char| c.is_ascii_alphanumeric();
    let plain: String = id.to_lowercase().chars().filter(letters).collect();
    if plain == "jan" {
        return Some(Backend::Jan);
    }
    let mut all = Backend::ALL.into_iter();
    all.find(|backend| backend.words().iter().any(|word| plain.contains(word)))
}

/// What a server lets slip of itself.
#[derive(Debug, Clone, Default)]
pub struct Evidence<'e> {
    /// Whether it has LM Studio's own list of models.
    pub has_native_list: bool,
    /// Its list of models.
    pub listing: Option<&'e Listing>,
    /// The header `Server`.
    pub server: Option<&'e str>,
    /// `system_fingerprint` of an answer.
    pub fingerprint: Option<&'e str>,
    /// What it says to a key that it does not take.
    pub refusal: Option<&'e [u8]>,
}

/// The server that the evidence speaks of, and what says so; none when nothing does for sure.
#[must_use]
pub fn recognise(evidence: &Evidence<'_>) -> Option<(Backend, String)> {
    if evidence.has_native_list {
        let why = "it has a list of models at /api/v1/models or /api/v0/models";
        return Some((Backend::LmStudio, why.to_owned()));
    }
    let server = evidence.server.unwrap_or_default();
    if server.eq_ignore_ascii_case("llama.cpp") {
        let why = "the header `Server` says so".to_owned();
        return Some((Backend::LlamaCpp, why));
    }
    let owner = evidence
        .listing
        .and_then(|listing| listing.owner.as_deref());
    if server.starts_with("BaseHTTP/") && evidence.listing.is_some() && owner.is_none() {
        let why =
            "Python's own server answers, and no model has an owner, as with mlx_lm".to_owned();
        return Some((Backend::MlxLm, why));
    }
    let created = evidence.listing.and_then(|listing| listing.created);
    let by_owner = match (owner, created) {
        (Some("llamacpp"), _) => Some(Backend::LlamaCpp),
        (Some("vllm"), _) => Some(Backend::Vllm),
        (Some("sglang"), _) => Some(Backend::Sglang),
        (Some("tabbyAPI"), _) => Some(Backend::TabbyApi),
        (Some("library"), _) => Some(Backend::Ollama),
        (Some("me"), _) => Some(Backend::LlamaCppPython),
        (Some("organization_owner"), _) => Some(Backend::LmStudio),
        (Some("user"), Some(0)) => Some(Backend::TextGenerationWebui),
        (Some("user"), Some(1)) => Some(Backend::Jan),
        _ => None,
    };
    if let (Some(backend), Some(owner)) = (by_owner, owner) {
        return Some((backend, format!("its models are `owned_by: {owner}`")));
    }
    if let Some(backend) = evidence.refusal.and_then(by_refusal) {
        return Some((backend, "it refuses keys in its own words".to_owned()));
    }
    let print = evidence.fingerprint?;
    let backend = if print.starts_with("vllm-") {
        Backend::Vllm
    } else if print == "fp_ollama" {
        Backend::Ollama
    } else if is_build(print) {
        Backend::LlamaCpp
    } else {
        return None;
    };
    Some((backend, "its `system_fingerprint` says so".to_owned()))
}

/// The server that refuses a key in this shape; some share theirs (section 1 of the backends facts).
fn by_refusal(body: &[u8]) -> Option<Backend> {
    let body = read_json(body).ok()?;
    let text = |place: &str| body.pointer(place).and_then(Value::as_str);
    let message = text("/error/message").unwrap_or_default();
    if message.contains("LM Studio") {
        return Some(Backend::LmStudio);
    }
    let code = body.pointer("/error/code").and_then(Value::as_u64);
    match (text("/error/type"), code, text("/detail")) {
        (Some("authentication_error"), Some(401), _) => Some(Backend::LlamaCpp),
        // To a wrong key, llama-cpp-python and TabbyAPI say the same; these words TabbyAPI has for none.
        (_, _, Some("Please provide an API key")) => Some(Backend::TabbyApi),
        (_, _, Some("Unauthorized")) => Some(Backend::TextGenerationWebui),
        _ => None,
    }
}

/// Whether a fingerprint is that of a llama.cpp build: `b4567-0c1e570`.
fn is_build(print: &str) -> bool {
    let parts = print
        .strip_prefix('b')
        .and_then(|rest| rest.split_once('-'));
    parts.is_some_and(|(build, commit)| {
        let digits = !build.is_empty() && build.bytes().all(|byte| byte.is_ascii_digit());
        digits && commit.len() >= 7 && commit.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ids_speak_of() {
        for (id, backend) in [
            ("lmstudio", Some(Backend::LmStudio)),
            ("LM-Studio", Some(Backend::LmStudio)),
            ("llama.cpp", Some(Backend::LlamaCpp)),
            ("llama-cpp-python", Some(Backend::LlamaCppPython)),
            ("jan", Some(Backend::Jan)),
            ("janet", None),
            ("ollama-cloud", Some(Backend::Ollama)),
            ("rack", None),
            ("", None),
        ] {
            assert_eq!(believed(id), backend, "{id}");
        }
    }

    #[test]
    fn what_servers_let_slip() {
        let owned = |owner: &str| Listing {
            owner: Some(owner.to_owned()),
            ..Listing::default()
        };
        let by_owner = |owner: &str| {
            let listing = owned(owner);
            let evidence = Evidence {
                listing: Some(&listing),
                ..Evidence::default()
            };
            recognise(&evidence).map(|(backend, _)| backend)
        };
        assert_eq!(by_owner("vllm"), Some(Backend::Vllm));
        assert_eq!(by_owner("user"), None);
        let by_print = |print: &str| {
            let evidence = Evidence {
                fingerprint: Some(print),
                ..Evidence::default()
            };
            recognise(&evidence).map(|(backend, _)| backend)
        };
        assert_eq!(by_print("b4567-0c1e570"), Some(Backend::LlamaCpp));
        assert_eq!(by_print("vllm-0.32.0-tp1"), Some(Backend::Vllm));
        assert_eq!(by_print("fp_ollama"), Some(Backend::Ollama));
        for print in [
            "b-0c1e570",
            "b12-xyz",
            "fp_44709d6fcb",
            "",
            "qwen/qwen3.5-9b",
        ] {
            assert_eq!(by_print(print), None, "{print}");
        }
        let by_words = |body: &str| {
            let evidence = Evidence {
                refusal: Some(body.as_bytes()),
                ..Evidence::default()
            };
            recognise(&evidence).map(|(backend, _)| backend)
        };
        for (body, backend) in [
            (
                r#"{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}"#,
                Some(Backend::LlamaCpp),
            ),
            (
                r#"{"error":{"message":"An LM Studio API token is required"}}"#,
                Some(Backend::LmStudio),
            ),
            (r#"{"detail":"Invalid API key"}"#, None),
            (
                r#"{"detail":"Please provide an API key"}"#,
                Some(Backend::TabbyApi),
            ),
            (
                r#"{"detail":"Unauthorized"}"#,
                Some(Backend::TextGenerationWebui),
            ),
            (r#"{"error":"Unauthorized"}"#, None),
            ("Invalid token", None),
        ] {
            assert_eq!(by_words(body), backend, "{body}");
        }
        let listing = owned("vllm");
        let evidence = Evidence {
            has_native_list: true,
            listing: Some(&listing),
            ..Evidence::default()
        };
        assert_eq!(recognise(&evidence).unwrap().0, Backend::LmStudio);
    }
}
