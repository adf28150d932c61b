//! What the policy says of a request, and why.

use std::net::IpAddr;

use super::address::Address;
use super::change::Change;
use super::endpoint::EndpointClass;
use super::origin::Origin;

/// The stages of a request in their order. Each is gone through for every hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Is it a URL that can be asked at all?
    Url,
    /// Is its origin trusted? Decides what the later stages refuse; refuses nothing itself.
    Trust,
    /// May it go through the configured proxy?
    Proxy,
    /// Does a redirect stay on the host that it must not leave?
    HostLimit,
    /// Is the host, as written, a name or an address that is refused? Nobody was asked yet.
    Host,
    /// Which addresses does the name have?
    Lookup,
    /// Is one of these addresses refused?
    Answers,
    /// The connection is made, to exactly the addresses that were judged.
    Connect,
}

impl Stage {
    /// All, in their order.
    pub const ALL: [Stage; 8] = [
        Stage::Url,
        Stage::Trust,
        Stage::Proxy,
        Stage::HostLimit,
        Stage::Host,
        Stage::Lookup,
        Stage::Answers,
        Stage::Connect,
    ];

    /// The word used in machine output.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Stage::Url => "url",
            Stage::Trust => "trust",
            Stage::Proxy => "proxy",
            Stage::HostLimit => "host-limit",
            Stage::Host => "host",
            Stage::Lookup => "lookup",
            Stage::Answers => "answers",
            Stage::Connect => "connect",
        }
    }
}

/// Why a request is let through or refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Let through: every address is public.
    Public,
    /// Let through: it goes to the trusted origin.
    ExactOrigin,
    /// Let through: `allowPrivateNetwork` is true.
    OptedIn,
    /// Let through: the configured name answers with addresses that fake-IP resolvers use.
    FakeIp,
    /// Let through so far: nobody was asked for the addresses of the name.
    NotLookedUp,
    /// Refused: not a URL.
    NotAUrl,
    /// Refused: another scheme than http and https.
    NotHttp,
    /// Refused: user name or password in the URL.
    Credentials,
    /// Refused: a port that HTTP clients do not connect to.
    BlockedPort,
    /// Refused: more redirects than are followed.
    TooManyRedirects,
    /// Refused: a redirect to where it has been before.
    RedirectLoop,
    /// Refused: the address of the proxy is no http or https URL.
    ProxyNotHttp,
    /// Refused: plain http through an explicit proxy.
    ProxyPlainHttp,
    /// Refused: the proxy itself stands at a private address.
    ProxyPrivate,
    /// Refused: a redirect to another host than the one of `baseUrl`.
    OtherHost,
    /// Refused: a name such as `localhost` or `*.local`, which nobody vouches for.
    RefusedName,
    /// Refused: the name has no address.
    Unresolved,
    /// Refused: an answer for the name is no address.
    MalformedAnswer,
    /// Refused: a cloud's metadata service.
    Metadata,
    /// Refused: a link-local address.
    LinkLocal,
    /// Refused: `0.0.0.0` or `::`.
    Unspecified,
    /// Refused: nothing answers at such an address.
    NeverServer,
    /// Refused: an address of the local NAT64 prefix.
    LocalNat64,
    /// Refused: a name that does not stand for this machine answers with it.
    SurpriseLoopback,
    /// Refused: a private or special-use address, which nobody vouches for.
    Private,
}

impl Reason {
    /// The word used in machine output.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Reason::Public => "public",
            Reason::ExactOrigin => "exact-origin",
            Reason::OptedIn => "opted-in",
            Reason::FakeIp => "fake-ip",
            Reason::NotLookedUp => "not-looked-up",
            Reason::NotAUrl => "not-a-url",
            Reason::NotHttp => "not-http",
            Reason::Credentials => "credentials-in-url",
            Reason::BlockedPort => "blocked-port",
            Reason::TooManyRedirects => "too-many-redirects",
            Reason::RedirectLoop => "redirect-loop",
            Reason::ProxyNotHttp => "proxy-not-http",
            Reason::ProxyPlainHttp => "proxy-plain-http",
            Reason::ProxyPrivate => "proxy-private",
            Reason::OtherHost => "other-host",
            Reason::RefusedName => "refused-name",
            Reason::Unresolved => "unresolved",
            Reason::MalformedAnswer => "malformed-answer",
            Reason::Metadata => "metadata",
            Reason::LinkLocal => "link-local",
            Reason::Unspecified => "unspecified",
            Reason::NeverServer => "never-a-server",
            Reason::LocalNat64 => "nat64-local",
            Reason::SurpriseLoopback => "surprise-loopback",
            Reason::Private => "private",
        }
    }

    /// Whether the request is let through.
    #[must_use]
    pub fn allows(self) -> bool {
        matches!(
            self,
            Reason::Public
                | Reason::ExactOrigin
                | Reason::OptedIn
                | Reason::FakeIp
                | Reason::NotLookedUp
        )
    }
}

/// What came of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The request goes on.
    Pass,
    /// The request ends here.
    Block,
    /// There was nothing to do.
    Skip,
}

impl Outcome {
    /// The word used in machine output.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Outcome::Pass => "pass",
            Outcome::Block => "block",
            Outcome::Skip => "skip",
        }
    }
}

/// One stage that was gone through.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// Which request of the chain, from 1; redirects follow.
    pub hop: usize,
    /// Which stage.
    pub stage: Stage,
    /// What came of it.
    pub outcome: Outcome,
    /// In words.
    pub text: String,
}

/// What the policy says of a request; only the policy makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// Why; also whether.
    pub reason: Reason,
    /// The stage that decided.
    pub stage: Stage,
    /// The class of the provider's base URL.
    pub class: EndpointClass,
    /// The origin that is trusted with private addresses, if there is one.
    pub trusted_origin: Option<Origin>,
    /// The origin of the hop that decided.
    pub request_origin: Option<Origin>,
    /// The hop that decided, from 1.
    pub hop: usize,
    /// The address that decided: the refused one, or the least public of those let through.
    pub address: Option<Address>,
    /// The addresses that a connection may be made to: all those judged at the last hop. Empty when
    /// it is refused, and when nobody was asked.
    pub addresses: Vec<IpAddr>,
    /// One sentence.
    pub message: String,
    /// The smallest changes of the config that, together, would let a refused request through.
    pub changes: Vec<Change>,
    /// Whether OpenClaw 2026.5.18 lets this request through: where it is refused here, this policy is
    /// stricter.
    pub openclaw_allows: bool,
    /// Every stage that was gone through, in order.
    pub trace: Vec<Step>,
}

impl Verdict {
    /// Whether OpenClaw shows no more of this refusal than `Connection error.`: so it does where its
    /// guard or its HTTP client refuses, not where it cannot read the URL.
    #[must_use]
    pub fn is_a_connection_error(&self) -> bool {
        !self.is_allowed() && !matches!(self.reason, Reason::NotAUrl | Reason::NotHttp)
    }

    /// Whether the request is let through.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.reason.allows()
    }
}
