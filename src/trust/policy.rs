//! The policy: who is trusted with what.

use std::fmt;
use std::net::IpAddr;

use url::Url;

use super::change;
use super::endpoint::EndpointClass;
use super::names;
use super::origin::{NoOrigin, Origin};
use super::release;
use super::standing::{
    FakeIp, NotTrusted, Standing, Trust, expects_loopback, names_metadata, withheld,
};
use super::verdict::Verdict;
use super::walk::{Rules, Walk};

/// Most redirects that are followed (`DEFAULT_MAX_REDIRECTS` of OpenClaw 2026.5.18).
pub const MAX_REDIRECTS: usize = 3;

/// What is known of the addresses of a host name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers<'h> {
    /// Nobody was asked.
    NotAsked,
    /// These were given; none when the name has no address.
    Known(&'h [IpAddr]),
    /// Something was given that is no address.
    Malformed,
}

/// One request of a chain: the first, or one that a redirect leads to.
#[derive(Debug, Clone, Copy)]
pub struct Hop<'h> {
    /// What is asked; where a redirect leads may be relative to what was asked before.
    pub url: &'h str,
    /// The addresses that the host name has. An address in the URL is its own answer, whatever
    /// stands here.
    pub answers: Answers<'h>,
}

impl<'h> Hop<'h> {
    /// A request whose host name was not looked up.
    #[must_use]
    pub fn to(url: &'h str) -> Hop<'h> {
        let answers = Answers::NotAsked;
        Hop { url, answers }
    }

    /// The same request with the answers of a look-up.
    #[must_use]
    pub fn answered(self, answers: &'h [IpAddr]) -> Hop<'h> {
        self.with(Answers::Known(answers))
    }

    /// The same request with what is known of its host name.
    #[must_use]
    pub fn with(self, answers: Answers<'h>) -> Hop<'h> {
        Hop { answers, ..self }
    }
}

/// What stands between the client and the endpoint.
#[derive(Clone, PartialEq, Eq, Default)]
pub enum Proxy {
    /// Nothing.
    #[default]
    None,
    /// The proxy that the environment names; the target is judged here first.
    Environment,
    /// The proxy at this URL.
    Explicit(String),
}

impl fmt::Debug for Proxy {
    /// Without the URL, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Proxy::None => "None",
            Proxy::Environment => "Environment",
            Proxy::Explicit(_) => "Explicit(..)",
        })
    }
}

/// Who is trusted.
#[derive(Debug, Clone)]
pub struct Policy {
    grant: Grant,
    pub(super) proxy: Proxy,
}

#[derive(Debug, Clone)]
enum Grant {
    Provider(Provider),
    Origins(Vec<Origin>),
}

/// What a provider's config says.
#[derive(Clone)]
pub(super) struct Provider {
    pub base_url: Option<String>,
    pub flag: Option<bool>,
    class: EndpointClass,
    pub origin: Option<Origin>,
}

impl fmt::Debug for Provider {
    /// The base URL by its origin alone: the rest may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider")
            .field("origin", &self.origin)
            .field("flag", &self.flag)
            .finish_non_exhaustive()
    }
}

impl Provider {
    fn new(base_url: Option<String>, flag: Option<bool>) -> Provider {
        let base_url = base_url.map(|base_url| trimmed(&base_url).to_owned());
        let origin = base_url.as_deref().and_then(|url| Origin::parse(url).ok());
        Provider {
            class: EndpointClass::of(base_url.as_deref()),
            origin,
            base_url,
            flag,
        }
    }

    /// Why its own origin is not trusted by implication, if it is not.
    fn not_trusted(&self) -> Option<NotTrusted> {
        let Some(origin) = &self.origin else {
            let none = matches!(self.class, EndpointClass::Default);
            let why = if none {
                NotTrusted::NoBase
            } else {
                NotTrusted::NoOrigin
            };
            return Some(why);
        };
        if self.flag == Some(false) {
            Some(NotTrusted::Denied)
        } else if !self.class.is_trusted_by_implication() {
            Some(NotTrusted::Native(self.class))
        } else {
            withheld(&origin.host)
        }
    }
}

/// A base URL without what JavaScript's `trim` takes away.
fn trimmed(base_url: &str) -> &str {
    base_url.trim_matches(|c: char| c == '\u{FEFF}' || (c.is_whitespace() && c != '\u{85}'))
}

/// What the first URL of a chain brings with it; redirects inherit it.
pub(super) struct Journey {
    /// The one host name that redirects may lead to, as [`as_compared`] gives it.
    pub only_host: Option<String>,
    /// Whether the first URL goes to the origin of `baseUrl`.
    begins_at_base: bool,
}

impl Policy {
    /// The policy for a provider: its `baseUrl` and its `request.allowPrivateNetwork`.
    #[must_use]
    pub fn of_provider(base_url: Option<&str>, allow_private_network: Option<bool>) -> Policy {
        let provider = Provider::new(base_url.map(str::to_owned), allow_private_network);
        Policy {
            grant: Grant::Provider(provider),
            proxy: Proxy::None,
        }
    }

    /// The policy that trusts exactly these origins with private addresses, as plugins of OpenClaw
    /// state it. Origins of metadata services and link-local addresses may be named, and are refused
    /// all the same when a request is judged.
    ///
    /// ```
    /// use clawconf::trust::{Hop, Policy, Reason};
    ///
    /// let origins = ["http://gpu.lan:1234", "http://169.254.169.254"];
    /// let policy = Policy::of_origins(&origins)?;
    ///
    /// let answers = ["192.168.1.5".parse()?];
    /// let request = Hop::to("http://gpu.lan:1234/v1/models").answered(&answers);
    /// assert_eq!(policy.judge(&[request]).reason, Reason::ExactOrigin);
    ///
    /// let metadata = policy.judge(&[Hop::to("http://169.254.169.254/latest/meta-data")]);
    /// assert_eq!(metadata.reason, Reason::Metadata);
    ///
    /// // A name that is trusted today may answer with the metadata service tomorrow.
    /// let rebound = ["169.254.169.254".parse()?];
    /// let request = Hop::to("http://gpu.lan:1234/v1/models").answered(&rebound);
    /// assert_eq!(policy.judge(&[request]).reason, Reason::Metadata);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When an entry is no http or https URL.
    pub fn of_origins(origins: &[&str]) -> Result<Policy, NoOrigin> {
        let origins: Result<Vec<Origin>, NoOrigin> =
            origins.iter().map(|origin| Origin::parse(origin)).collect();
        Ok(Policy {
            grant: Grant::Origins(origins?),
            proxy: Proxy::None,
        })
    }

    /// The same policy for requests that go through a proxy.
    #[must_use]
    pub fn through(self, proxy: Proxy) -> Policy {
        Policy { proxy, ..self }
    }

    /// The class of the provider's base URL.
    #[must_use]
    pub fn class(&self) -> EndpointClass {
        self.provider()
            .map_or(EndpointClass::Custom, |provider| provider.class)
    }

    /// The provider's base URL, without blanks around it.
    #[must_use]
    pub fn base_url(&self) -> Option<&str> {
        self.provider()?.base_url.as_deref()
    }

    /// What requests go through.
    #[must_use]
    pub fn proxy(&self) -> &Proxy {
        &self.proxy
    }

    /// The URL of the explicit proxy.
    #[must_use]
    pub fn proxy_url(&self) -> Option<&str> {
        match &self.proxy {
            Proxy::Explicit(url) => Some(url),
            Proxy::None | Proxy::Environment => None,
        }
    }

    /// `request.allowPrivateNetwork` of the provider.
    #[must_use]
    pub fn flag(&self) -> Option<bool> {
        self.provider()?.flag
    }

    /// The origin of the provider's base URL, if it is trusted with private addresses.
    #[must_use]
    pub fn trusted_origin(&self) -> Option<&Origin> {
        let provider = self.provider()?;
        let origin = provider.origin.as_ref()?;
        provider.not_trusted().is_none().then_some(origin)
    }

    /// Judges a request and the redirects it followed, stage by stage and hop by hop; the first
    /// refusal ends it.
    #[must_use]
    pub fn judge(&self, hops: &[Hop<'_>]) -> Verdict {
        let traced = Walk::new(self, Rules::Own).traced();
        let mut verdict = self.compared(traced.through(hops), hops);
        if !verdict.is_allowed() {
            verdict.changes = change::smallest(self, hops, &verdict);
        }
        verdict
    }

    /// [`Policy::judge`] without the trace and without the changes that would let it through.
    #[must_use]
    pub fn decide(&self, hops: &[Hop<'_>]) -> Verdict {
        self.compared(self.walk(hops), hops)
    }

    /// A verdict that knows what OpenClaw says. What is allowed here is allowed there: no rule of this
    /// policy is looser.
    fn compared(&self, mut verdict: Verdict, hops: &[Hop<'_>]) -> Verdict {
        let release = || Walk::new(self, Rules::OpenClaw).through(hops);
        verdict.openclaw_allows = verdict.is_allowed() || release().is_allowed();
        verdict
    }

    /// The origin of the provider's base URL.
    #[must_use]
    pub fn base_origin(&self) -> Option<&Origin> {
        self.provider()?.origin.as_ref()
    }

    /// What the provider's config says; none for a list of origins.
    pub(super) fn provider(&self) -> Option<&Provider> {
        match &self.grant {
            Grant::Provider(provider) => Some(provider),
            Grant::Origins(_) => None,
        }
    }

    pub(super) fn with_flag(&self, flag: Option<bool>) -> Policy {
        let base_url = self
            .provider()
            .and_then(|provider| provider.base_url.clone());
        Policy {
            grant: Grant::Provider(Provider::new(base_url, flag)),
            proxy: self.proxy.clone(),
        }
    }

    pub(super) fn with_base_url(&self, base_url: String) -> Policy {
        let flag = self.provider().and_then(|provider| provider.flag);
        Policy {
            grant: Grant::Provider(Provider::new(Some(base_url), flag)),
            proxy: self.proxy.clone(),
        }
    }

    pub(super) fn without_proxy(&self) -> Policy {
        self.clone().through(Proxy::None)
    }

    /// What this policy says, and nothing else.
    pub(super) fn walk(&self, hops: &[Hop<'_>]) -> Verdict {
        Walk::new(self, Rules::Own).through(hops)
    }

    /// What the first URL brings with it.
    pub(super) fn journey(&self, first: &Origin, url: &Url) -> Journey {
        let base = self
            .provider()
            .and_then(|provider| provider.origin.as_ref());
        let begins_at_base = base == Some(first);
        let is_named = first
            .host
            .name()
            .is_some_and(|name| begins_at_base && names::metadata_like_label(name).is_none());
        let only_host = is_named.then(|| as_compared(self.written_base_host(url)));
        Journey {
            only_host,
            begins_at_base,
        }
    }

    /// The host of the base URL with all its dots.
    fn written_base_host(&self, first: &Url) -> String {
        let base_url = self
            .provider()
            .and_then(|provider| provider.base_url.as_ref());
        let base = base_url.and_then(|base_url| Url::parse(base_url).ok());
        let host = base
            .as_ref()
            .unwrap_or(first)
            .host_str()
            .unwrap_or_default();
        host.to_owned()
    }

    /// What a hop to `origin` may reach.
    pub(super) fn standing(&self, journey: &Journey, origin: &Origin) -> Standing {
        let (trust, is_own) = match &self.grant {
            Grant::Origins(origins) => of_origins(origins, origin),
            Grant::Provider(provider) => of_provider(provider, journey, origin),
        };
        let fake_ip = match (&journey.only_host, is_own) {
            (None, _) => FakeIp::No,
            (Some(_), true) => FakeIp::All,
            (Some(_), false) => FakeIp::Benchmark,
        };
        let in_release = match &self.grant {
            // There, what is listed is trusted whatever it is called.
            Grant::Origins(_) if is_own => release::Standing::Trusted,
            _ => in_release(&trust, origin, fake_ip != FakeIp::No),
        };
        Standing {
            in_release,
            trust,
            fake_ip,
            names_metadata: is_own && names_metadata(&origin.host),
            expects_loopback: expects_loopback(&origin.host),
        }
    }
}

/// Whether an origin is trusted by a list of origins, and whether it is on it.
fn of_origins(origins: &[Origin], origin: &Origin) -> (Trust, bool) {
    if !origins.contains(origin) {
        return (Trust::Not(NotTrusted::Unlisted), false);
    }
    let trust = withheld(&origin.host).map_or(Trust::Exact, Trust::Not);
    (trust, true)
}

/// Whether an origin is trusted by a provider, and whether it is the provider's own.
fn of_provider(provider: &Provider, journey: &Journey, origin: &Origin) -> (Trust, bool) {
    let is_own = journey.begins_at_base && provider.origin.as_ref() == Some(origin);
    let trust = match (provider.flag, &provider.origin) {
        (Some(true), _) => Trust::OptedIn,
        (_, Some(base)) if !is_own => Trust::Not(NotTrusted::OtherOrigin(base.clone())),
        _ => provider.not_trusted().map_or(Trust::Exact, Trust::Not),
    };
    (trust, is_own)
}

/// What OpenClaw 2026.5.18 makes of the same trust. It withholds trust from fewer addresses; names it
/// withholds it from are the same.
fn in_release(trust: &Trust, origin: &Origin, fake_ip: bool) -> release::Standing {
    let trusts_address = || {
        let address = origin.host.address();
        address.is_some_and(|ip| release::allows(ip, release::Standing::Trusted))
    };
    match trust {
        Trust::OptedIn => release::Standing::OptedIn,
        Trust::Exact => release::Standing::Trusted,
        Trust::Not(NotTrusted::Withheld) if trusts_address() => release::Standing::Trusted,
        Trust::Not(_) => release::Standing::Default { fake_ip },
    }
}

/// A host name as the limit on redirects compares it: OpenClaw 2026.5.18 drops one dot at the end,
/// not all of them.
pub(super) fn as_compared(host: String) -> String {
    let host = host.to_lowercase();
    host.strip_suffix('.').map(str::to_owned).unwrap_or(host)
}
