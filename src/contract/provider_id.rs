//! Provider ids as OpenClaw compares them.

use std::borrow::Cow;

use super::release;

/// A provider id without what OpenClaw ignores: blanks around it, the case of its letters, and which
/// of several names of one provider it is.
///
/// ```
/// use clawconf::contract::provider_id::ProviderId;
///
/// assert_eq!(ProviderId::of(" LMStudio "), ProviderId::of("lmstudio"));
/// assert_eq!(ProviderId::of("moonshot-ai").name(), "moonshot");
/// assert_ne!(ProviderId::of("lm-studio"), ProviderId::of("lmstudio"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ProviderId<'t>(Cow<'t, str>);

/// Other names of providers, with the one that is meant (`normalizeProviderId` of OpenClaw 2026.5.18;
/// contract page, section 8).
const ALIASES: &[(&str, &str)] = &[
    ("modelstudio", "qwen"),
    ("qwencloud", "qwen"),
    ("z.ai", "zai"),
    ("z-ai", "zai"),
    ("opencode-zen", "opencode"),
    ("opencode-go-auth", "opencode-go"),
    ("anthropic-cli", "claude-cli"),
    ("kimi-code", "kimi"),
    ("kimi-coding", "kimi"),
    ("moonshotai", "moonshot"),
    ("moonshot-ai", "moonshot"),
    ("bedrock", "amazon-bedrock"),
    ("aws-bedrock", "amazon-bedrock"),
    ("bytedance", "volcengine"),
    ("doubao", "volcengine"),
];

/// Providers that OpenClaw 2026.5.18 brings and 2026.9.6 no longer names: those of its plugin manifests,
/// those its agent library has models of, and `codex-cli`, which its doctor rewrites.
const EARLIER: &[&str] = &[
    "cloudflare-workers-ai",
    "codex-cli",
    "minimax-cn",
    "moonshotai-cn",
    "openai-codex",
    "xiaomi-token-plan-ams",
    "xiaomi-token-plan-cn",
    "xiaomi-token-plan-sgp",
];

/// Providers that OpenClaw brings without models: a server of one's own tells them.
const SELF_HOSTED: &[&str] = &["litellm", "lmstudio", "ollama", "sglang", "vllm"];

/// Those of them whose server is asked for a model that is not listed (`prepareDynamicModel` in the
/// plugins of OpenClaw 2026.5.18).
const ASKED: &[&str] = &["lmstudio", "ollama"];

impl<'t> ProviderId<'t> {
    /// The id that `written` stands for.
    pub fn of(written: impl Into<Cow<'t, str>>) -> ProviderId<'t> {
        let is_plain = |c: u8| c.is_ascii() && !c.is_ascii_uppercase();
        let folded = match written.into() {
            Cow::Borrowed(text) if text.bytes().all(is_plain) => Cow::Borrowed(text.trim()),
            text => Cow::Owned(text.trim().to_lowercase()),
        };
        let alias = ALIASES.iter().find(|(alias, _)| *alias == folded);
        ProviderId(alias.map_or(folded, |(_, meant)| Cow::Borrowed(*meant)))
    }

    /// The name that is left.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Whether OpenClaw has a provider of its own under this id, in 2026.5.18 or in 2026.9.6.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        EARLIER.contains(&self.name()) || release::is_built_in(self.name())
    }

    /// Whether OpenClaw has such a provider, and it is a server that people run themselves.
    #[must_use]
    pub fn is_self_hosted(&self) -> bool {
        SELF_HOSTED.contains(&self.name())
    }

    /// Whether OpenClaw asks its server for a model that is not listed.
    #[must_use]
    pub fn is_asked_for_models(&self) -> bool {
        ASKED.contains(&self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alias_leads_to_a_name_that_is_none() {
        for (alias, meant) in ALIASES {
            assert_eq!(ProviderId::of(*alias).name(), *meant);
            assert_eq!(ProviderId::of(*meant).name(), *meant);
            assert!(ProviderId::of(*alias).is_built_in(), "{alias}");
        }
    }

    #[test]
    fn ids_of_ones_own_stay_what_they_are() {
        assert_eq!(ProviderId::of("Ärger").name(), "ärger");
        assert_eq!(ProviderId::of("").name(), "");
        assert!(!ProviderId::of("my-box").is_built_in());
        assert!(ProviderId::of("Ollama").is_self_hosted());
        assert!(!ProviderId::of("openai").is_self_hosted());
    }
}
