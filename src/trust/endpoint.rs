//! Which kind of endpoint a base URL names: a provider's own cloud, this machine, or anything else.

use url::Url;

use super::names;

/// The class of a base URL. Only `local` and `custom` are trusted by implication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndpointClass {
    /// No base URL.
    Default,
    /// A base URL that no host can be read from.
    Invalid,
    /// The own cloud of a provider that OpenClaw knows, by the name OpenClaw gives it.
    Native(&'static str),
    /// `localhost` and names that are only known nearby.
    Local,
    /// Any other host.
    Custom,
}

/// What a native class is told by.
enum Mark {
    /// This host.
    Host(&'static str),
    /// Hosts that end so; without a dot or dash in front, the host itself too.
    Ending(&'static str),
    /// This base URL and no other.
    BaseUrl(&'static str),
}
use Mark::{BaseUrl, Ending, Host};

/// The clouds of known providers (`providerEndpoints` in the bundled plugin manifests of OpenClaw
/// 2026.5.18). A fresh 2026.5.18 does not find these manifests and takes every host for custom.
static NATIVE: &[(&str, &[Mark])] = &[
    ("anthropic-public", &[Host("api.anthropic.com")]),
    ("cerebras-native", &[Host("api.cerebras.ai")]),
    ("chutes-native", &[Host("llm.chutes.ai")]),
    ("deepseek-native", &[Host("api.deepseek.com")]),
    ("github-copilot-native", &[Ending(".githubcopilot.com")]),
    (
        "google-generative-ai",
        &[Host("generativelanguage.googleapis.com")],
    ),
    (
        "google-vertex",
        &[
            Host("aiplatform.googleapis.com"),
            Ending("-aiplatform.googleapis.com"),
        ],
    ),
    ("groq-native", &[Host("api.groq.com")]),
    ("mistral-public", &[Host("api.mistral.ai")]),
    (
        "moonshot-native",
        &[
            BaseUrl("https://api.moonshot.ai/v1"),
            BaseUrl("https://api.moonshot.cn/v1"),
        ],
    ),
    ("openai-public", &[Host("api.openai.com")]),
    ("openai-codex", &[Host("chatgpt.com")]),
    ("azure-openai", &[Ending(".openai.azure.com")]),
    ("opencode-native", &[Ending("opencode.ai")]),
    ("openrouter", &[Ending("openrouter.ai")]),
    (
        "modelstudio-native",
        &[
            BaseUrl("https://coding-intl.dashscope.aliyuncs.com/v1"),
            BaseUrl("https://coding.dashscope.aliyuncs.com/v1"),
            BaseUrl("https://dashscope.aliyuncs.com/compatible-mode/v1"),
            BaseUrl("https://dashscope-intl.aliyuncs.com/compatible-mode/v1"),
        ],
    ),
    ("xai-native", &[Host("api.x.ai")]),
    (
        "xiaomi-native",
        &[
            Host("api.xiaomimimo.com"),
            Host("token-plan-ams.xiaomimimo.com"),
            Host("token-plan-cn.xiaomimimo.com"),
            Host("token-plan-sgp.xiaomimimo.com"),
        ],
    ),
    ("zai-native", &[Host("api.z.ai")]),
];

/// Hosts of the class `local`.
const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

impl EndpointClass {
    /// The class of a base URL, as OpenClaw tells it: from the host alone, whatever the provider is
    /// called and whatever `api` it speaks. A base URL without a scheme has a class, though no
    /// origin.
    ///
    /// ```
    /// use clawconf::trust::EndpointClass;
    ///
    /// assert_eq!(EndpointClass::of(Some("http://localhost:1234/v1")), EndpointClass::Local);
    /// assert_eq!(EndpointClass::of(Some("192.168.1.5:1234")), EndpointClass::Custom);
    /// assert_eq!(EndpointClass::of(Some("https://api.x.ai/v1")).name(), "xai-native");
    /// assert_eq!(EndpointClass::of(Some("[my box](http://box)")), EndpointClass::Invalid);
    /// assert_eq!(EndpointClass::of(None), EndpointClass::Default);
    /// ```
    #[must_use]
    pub fn of(base_url: Option<&str>) -> EndpointClass {
        let Some(base_url) = base_url.map(str::trim).filter(|text| !text.is_empty()) else {
            return EndpointClass::Default;
        };
        let with_host = |text: &str| {
            let url = Url::parse(text).ok()?;
            url.host_str()
                .is_some_and(|host| !host.is_empty())
                .then_some(url)
        };
        let schemeless = || {
            let text = Some(base_url).filter(|text| may_be_schemeless(text))?;
            with_host(&format!("https://{text}"))
        };
        let Some(url) = with_host(base_url).or_else(schemeless) else {
            return EndpointClass::Invalid;
        };
        let host = url.host_str().unwrap_or_default().to_lowercase();
        let comparable = comparable(url);
        let is_native = |mark: &Mark| match mark {
            Host(known) => host == *known,
            Ending(ending) if ending.starts_with(['.', '-']) => host.ends_with(ending),
            Ending(ending) => {
                let below = host.strip_suffix(ending);
                below.is_some_and(|below| below.is_empty() || below.ends_with('.'))
            }
            BaseUrl(known) => comparable == *known,
        };
        let native = NATIVE.iter().find(|(_, marks)| marks.iter().any(is_native));
        match native {
            Some((name, _)) => EndpointClass::Native(name),
            None if LOCAL.contains(&host.as_str()) => EndpointClass::Local,
            None if names::REFUSED_ENDINGS.iter().any(|end| host.ends_with(end)) => {
                EndpointClass::Local
            }
            None => EndpointClass::Custom,
        }
    }

    /// The word used in machine output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            EndpointClass::Default => "default",
            EndpointClass::Invalid => "invalid",
            EndpointClass::Native(name) => name,
            EndpointClass::Local => "local",
            EndpointClass::Custom => "custom",
        }
    }

    /// Whether the origin of such a base URL is trusted without anybody saying so.
    #[must_use]
    pub fn is_trusted_by_implication(self) -> bool {
        matches!(self, EndpointClass::Local | EndpointClass::Custom)
    }
}

/// `host:port/path` without a scheme: letters, digits, dots, dashes and brackets, then perhaps a
/// port, then perhaps a path.
pub(super) fn may_be_schemeless(text: &str) -> bool {
    let in_host = |c: char| c.is_ascii_alphanumeric() || ".[]-".contains(c);
    let rest = text.trim_start_matches(in_host);
    if rest.len() == text.len() {
        return false;
    }
    let after_port = rest.strip_prefix(':').map_or(rest, |port| {
        let after = port.trim_start_matches(|c: char| c.is_ascii_digit());
        if after.len() < port.len() {
            after
        } else {
            rest
        }
    });
    after_port.is_empty() || after_port.starts_with(['/', '?', '#'])
}

/// A base URL as it is compared with a known one: no query, no fragment, no slashes at the end.
fn comparable(mut url: Url) -> String {
    url.set_fragment(None);
    url.set_query(None);
    url.as_str().trim_end_matches('/').to_lowercase()
}
