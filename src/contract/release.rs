//! What is known of OpenClaw releases beside the default target.

use std::fmt;
use std::str::FromStr;

/// A release of OpenClaw, named by its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release {
    year: u16,
    month: u16,
    day: u16,
}

impl Release {
    /// The first that trusts exactly the origin of a base URL (OpenClaw pull request 80751).
    pub const FIRST_WITH_ORIGIN_TRUST: Release = Release {
        year: 2026,
        month: 5,
        day: 18,
    };
}

impl Default for Release {
    /// [`TARGET`].
    fn default() -> Self {
        Release::FIRST_WITH_ORIGIN_TRUST
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.year, self.month, self.day)
    }
}

/// A text that names no release.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a release reads like {TARGET}")]
pub struct NoRelease;

impl FromStr for Release {
    type Err = NoRelease;

    fn from_str(text: &str) -> Result<Self, NoRelease> {
        let mut parts = text
            .strip_prefix('v')
            .unwrap_or(text)
            .split('.')
            .map(str::parse);
        let mut next = || parts.next().and_then(Result::ok).ok_or(NoRelease);
        let (year, month, day) = (next()?, next()?, next()?);
        match parts.next() {
            None => Ok(Release { year, month, day }),
            Some(_) => Err(NoRelease),
        }
    }
}

/// The release that the contract describes.
pub const TARGET: &str = "2026.5.18";

/// The later release that keys are compared with.
pub const LATER: &str = "2026.9.6";

/// Keys that [`LATER`] knows and [`TARGET`] refuses, by the definition they belong to
/// (release notes and strict schema of 2026.9.6; contract page, section 14).
const ADDED: &[(&str, &[&str])] = &[
    ("Models", &["catalogRefresh"]),
    ("Provider", &["region"]),
    ("Model", &["thinkingLevelMap", "mediaInput"]),
    (
        "Compat",
        &[
            "supportsResponsesContinuation",
            "supportsTemperature",
            "supportsInstructions",
            "supportsJsonSchemaResponseFormat",
            "requiresReasoningContentOnAssistantMessages",
            "zaiToolStream",
            "sendSessionAffinityHeaders",
            "sendSessionIdHeader",
            "supportsEagerToolInputStreaming",
            "supportsLongCacheRetention",
            "codeMode",
            "cacheControlFormat",
            "openRouterRouting",
            "vercelGatewayRouting",
        ],
    ),
];

/// Values of `api` that [`LATER`] knows and [`TARGET`] refuses.
const ADDED_APIS: &[&str] = &["openai-chatgpt-responses", "google-vertex", "pi-messages"];

/// Provider ids that need neither `baseUrl` nor `models` in [`LATER`].
const BUILT_IN: &str = "amazon-bedrock amazon-bedrock-mantle anthropic anthropic-vertex arcee \
    azure-openai-responses byteplus byteplus-plan cerebras chutes claude-cli clawrouter \
    cloudflare-ai-gateway codex comfy copilot-proxy dashscope deepinfra deepseek fal fireworks \
    github-copilot gmi gmi-cloud gmicloud google google-antigravity google-gemini-cli \
    google-vertex groq huggingface kilocode kimi kimi-coding litellm lmstudio meta \
    microsoft-foundry minimax minimax-portal mistral modelstudio moonshot moonshot-ai moonshotai \
    nvidia novita novita-ai novitaai ollama ollama-cloud openai opencode opencode-go openrouter \
    qianfan qwen qwen-token-plan qwencloud sglang stepfun stepfun-plan synthetic \
    tencent-tokenhub tencent-tokenplan together venice vercel-ai-gateway vllm volcengine \
    volcengine-plan vydra x-ai xai xiaomi xiaomi-token-plan z.ai z-ai zai";

/// Whether [`LATER`] knows `key` in the definition `name`.
#[must_use]
pub fn later_knows(name: &str, key: &str) -> bool {
    let mut definitions = ADDED.iter().filter(|(definition, _)| *definition == name);
    definitions.any(|(_, keys)| keys.contains(&key))
}

/// Whether [`LATER`] knows this value of `api`.
#[must_use]
pub fn later_knows_api(value: &str) -> bool {
    ADDED_APIS.contains(&value)
}

/// Whether [`LATER`] has a provider of its own under this id, so that an entry may be partial.
#[must_use]
pub fn is_built_in(id: &str) -> bool {
    let id = id.trim().to_lowercase();
    BUILT_IN.split_whitespace().any(|known| known == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_read_printed_and_ordered() {
        assert_eq!(Release::default().to_string(), TARGET);
        let release = |text: &str| text.parse::<Release>();
        assert_eq!(release("v2026.5.18"), Ok(Release::default()));
        assert!(release("2026.5.2").is_ok_and(|earlier| earlier < Release::default()));
        assert!(release(LATER).is_ok_and(|later| later > Release::default()));
        for text in [
            "",
            "2026",
            "2026.5",
            "2026.5.x",
            "2026.5.18.1",
            "vv2026.5.18",
        ] {
            assert_eq!(release(text), Err(NoRelease), "{text}");
        }
    }
}
