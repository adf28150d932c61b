//! The stages of a request, in their order.

use std::net::IpAddr;

use url::Url;

use super::address::{Address, AddressKind};
use super::names::{self, RefusedName};
use super::origin::{Host, Origin, Scheme};
use super::policy::{Answers, Hop, Journey, MAX_REDIRECTS, Policy, Proxy, as_compared};
use super::port;
use super::release;
use super::standing::{Standing, Trust, names_metadata};
use super::verdict::{Outcome, Reason, Stage, Step, Verdict};

/// Why a hop was let through.
struct Pass {
    hop: usize,
    stage: Stage,
    reason: Reason,
    address: Option<Address>,
    addresses: Vec<IpAddr>,
    message: String,
}

/// What is to be said of a chain whose hops were all let through: that one of them was not looked
/// up, else what is said of the last.
fn least_certain(before: Option<Pass>, pass: Pass) -> Pass {
    match before {
        Some(before) if before.reason == Reason::NotLookedUp => before,
        _ => pass,
    }
}

/// Why a hop was refused.
struct Block {
    stage: Stage,
    reason: Reason,
    address: Option<Address>,
    message: String,
}

impl Block {
    fn new(stage: Stage, reason: Reason, message: impl Into<String>) -> Block {
        Block {
            stage,
            reason,
            address: None,
            message: message.into(),
        }
    }
}

/// A judgement under way.
pub(super) struct Walk<'p> {
    policy: &'p Policy,
    rules: Rules,
    /// What was gone through, if anybody wants to know.
    trace: Option<Vec<Step>>,
    hop: usize,
    origin: Option<Origin>,
    /// The last URL, which redirects are relative to.
    last: Option<Url>,
    /// What was asked, as OpenClaw remembers it: the first as written, the others as read.
    asked: Vec<String>,
}

/// Whose rules for addresses are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    /// Those of this policy.
    Own,
    /// Those of OpenClaw 2026.5.18.
    OpenClaw,
}

impl<'p> Walk<'p> {
    pub(super) fn new(policy: &'p Policy, rules: Rules) -> Walk<'p> {
        Walk {
            policy,
            rules,
            trace: None,
            hop: 0,
            origin: None,
            last: None,
            asked: Vec::new(),
        }
    }

    /// The same, and it keeps what it went through.
    pub(super) fn traced(mut self) -> Walk<'p> {
        self.trace = Some(Vec::new());
        self
    }

    /// Goes through the hops in order; the first refusal ends it.
    pub(super) fn through(mut self, hops: &[Hop<'_>]) -> Verdict {
        let mut journey = None;
        let mut passed = None;
        for (nth, hop) in hops.iter().enumerate() {
            self.hop = nth + 1;
            self.origin = None;
            match self.hop(hop, &mut journey) {
                Ok(pass) => passed = Some(least_certain(passed, pass)),
                Err(block) => return self.refused(block),
            }
        }
        match passed {
            Some(pass) => self.allowed(pass),
            None => self.refused(Block::new(
                Stage::Url,
                Reason::NotAUrl,
                "there is no request",
            )),
        }
    }

    fn pass(&mut self, stage: Stage, text: impl FnOnce() -> String) {
        self.step(stage, Outcome::Pass, text);
    }

    fn skip(&mut self, stage: Stage, text: impl FnOnce() -> String) {
        self.step(stage, Outcome::Skip, text);
    }

    fn step(&mut self, stage: Stage, outcome: Outcome, text: impl FnOnce() -> String) {
        let hop = self.hop;
        if let Some(trace) = &mut self.trace {
            trace.push(Step {
                hop,
                stage,
                outcome,
                text: text(),
            });
        }
    }

    fn refused(mut self, block: Block) -> Verdict {
        self.step(block.stage, Outcome::Block, || block.message.clone());
        Verdict {
            reason: block.reason,
            stage: block.stage,
            class: self.policy.class(),
            trusted_origin: self.policy.trusted_origin().cloned(),
            request_origin: self.origin,
            hop: self.hop.max(1),
            address: block.address,
            addresses: Vec::new(),
            message: block.message,
            changes: Vec::new(),
            openclaw_allows: false,
            trace: self.trace.unwrap_or_default(),
        }
    }

    fn allowed(self, pass: Pass) -> Verdict {
        Verdict {
            reason: pass.reason,
            stage: pass.stage,
            class: self.policy.class(),
            trusted_origin: self.policy.trusted_origin().cloned(),
            request_origin: self.origin,
            hop: pass.hop,
            address: pass.address,
            addresses: pass.addresses,
            message: pass.message,
            changes: Vec::new(),
            openclaw_allows: false,
            trace: self.trace.unwrap_or_default(),
        }
    }

    /// One hop through all stages.
    fn hop(&mut self, hop: &Hop<'_>, journey: &mut Option<Journey>) -> Result<Pass, Block> {
        let (url, origin) = self.url(hop)?;
        let policy = self.policy;
        let journey = journey.get_or_insert_with(|| policy.journey(&origin, &url));
        let standing = policy.standing(journey, &origin);
        self.origin = Some(origin.clone());
        match &standing.trust {
            Trust::OptedIn => {
                let text = "`allowPrivateNetwork: true`: every private address may be reached";
                self.pass(Stage::Trust, || text.to_owned());
            }
            Trust::Exact => {
                let text = "exactly the configured origin: trusted";
                self.pass(Stage::Trust, || text.to_owned());
            }
            Trust::Not(not) => {
                self.skip(Stage::Trust, || format!("not trusted: {}", not.sentence()));
            }
        }
        self.proxy(&origin, &standing)?;
        if let Some(only) = &journey.only_host {
            host_limit(&url, only)?;
            self.pass(Stage::HostLimit, || {
                format!("`{only}` and no other host, redirects included")
            });
        } else {
            let text = "redirects may lead to any host";
            self.skip(Stage::HostLimit, || text.to_owned());
        }
        self.host(&origin, &standing)?;
        let answers = match &origin.host {
            Host::Address(ip) => {
                self.skip(Stage::Lookup, || "an address needs no look-up".to_owned());
                vec![*ip]
            }
            Host::Name(name) => match hop.answers {
                Answers::Malformed => {
                    let message = format!("an answer for `{name}` is no address, so none is used");
                    return Err(Block::new(Stage::Lookup, Reason::MalformedAnswer, message));
                }
                Answers::NotAsked => {
                    self.skip(Stage::Lookup, || "nobody was asked".to_owned());
                    return Ok(Pass {
                        hop: self.hop,
                        stage: Stage::Lookup,
                        reason: Reason::NotLookedUp,
                        address: None,
                        addresses: Vec::new(),
                        message: pending(name, &standing),
                    });
                }
                Answers::Known([]) => {
                    let message = format!("no address was found for `{name}`");
                    return Err(Block::new(Stage::Lookup, Reason::Unresolved, message));
                }
                Answers::Known(answers) => {
                    self.pass(Stage::Lookup, || listed(answers));
                    answers.to_vec()
                }
            },
        };
        self.answers(&origin, &standing, answers)
    }

    /// Stage 1: the URL by itself.
    fn url(&mut self, hop: &Hop<'_>) -> Result<(Url, Origin), Block> {
        let refuse = |reason, message: String| Err(Block::new(Stage::Url, reason, message));
        let parsed = match &self.last {
            None => Url::parse(hop.url),
            Some(_) if hop.url.trim().is_empty() => {
                let message = "this redirect does not say where it leads";
                return refuse(Reason::NotAUrl, message.to_owned());
            }
            Some(last) => last.join(hop.url),
        };
        let schemeless = "there is no http:// or https:// in front of this address";
        let is_schemeless = self.last.is_none() && !hop.url.contains("://");
        let Ok(url) = parsed else {
            let message = if is_schemeless {
                schemeless
            } else {
                "this is not a URL that a request can go to"
            };
            return refuse(Reason::NotAUrl, message.to_owned());
        };
        if Scheme::of(&url).is_none() {
            let message = if is_schemeless {
                schemeless
            } else {
                "only http:// and https:// addresses are asked"
            };
            return refuse(Reason::NotHttp, message.to_owned());
        }
        let Ok(origin) = Origin::of(&url) else {
            return refuse(Reason::NotAUrl, "this URL has no host".to_owned());
        };
        if origin
            .host
            .name()
            .is_some_and(|name| name.len() > names::LONGEST_NAME)
        {
            let message = format!(
                "the host name has more than {} characters",
                names::LONGEST_NAME
            );
            return refuse(Reason::NotAUrl, message);
        }
        self.origin = Some(origin.clone());
        let as_read = url.to_string();
        if self.asked.len() > MAX_REDIRECTS {
            let message = format!("more than {MAX_REDIRECTS} redirects are not followed");
            return refuse(Reason::TooManyRedirects, message);
        }
        if self.asked.contains(&as_read) {
            let message = "this redirect leads back to where it came from";
            return refuse(Reason::RedirectLoop, message.to_owned());
        }
        let first = self.asked.is_empty();
        self.asked
            .push(if first { hop.url.to_owned() } else { as_read });
        self.last = Some(url.clone());
        let host = url.host_str().unwrap_or_default();
        if names::has_empty_label(host) {
            let message = format!("the host name `{host}` has nothing between two dots");
            return refuse(Reason::NotAUrl, message);
        }
        if !url.username().is_empty() || url.password().is_some() {
            let message =
                "the URL holds a user name or password, and HTTP clients refuse to send such a URL";
            return refuse(Reason::Credentials, message.to_owned());
        }
        if port::is_blocked(origin.port) {
            let message = format!(
                "port {} is on the list of ports that HTTP clients never connect to",
                origin.port
            );
            return refuse(Reason::BlockedPort, message);
        }
        let what = if self.hop == 1 {
            "asks"
        } else {
            "redirected to"
        };
        self.pass(Stage::Url, || format!("{what} `{origin}`"));
        Ok((url, origin))
    }

    /// Stage 3: the proxy.
    fn proxy(&mut self, origin: &Origin, standing: &Standing) -> Result<(), Block> {
        let refuse = |reason, message: String| Err(Block::new(Stage::Proxy, reason, message));
        let proxy = match &self.policy.proxy {
            Proxy::None => {
                self.skip(Stage::Proxy, || "none is configured".to_owned());
                return Ok(());
            }
            Proxy::Environment => {
                let text = "judged here first, then sent through the proxy of the environment";
                self.pass(Stage::Proxy, || text.to_owned());
                return Ok(());
            }
            Proxy::Explicit(url) => url,
        };
        if origin.scheme != Scheme::Https {
            let message = "an explicit proxy carries https:// only, and this address is http://";
            return refuse(Reason::ProxyPlainHttp, message.to_owned());
        }
        let Ok(proxy) = Origin::parse(proxy) else {
            let message = "the proxy's `url` is no http:// or https:// address";
            return refuse(Reason::ProxyNotHttp, message.to_owned());
        };
        let is_metadata = names_metadata(&proxy.host);
        let private = match &proxy.host {
            Host::Name(name) => names::refused_by_default(name).map(|why| why.to_string()),
            Host::Address(ip) => {
                let public = match self.rules {
                    Rules::Own => Address::of(*ip).kind() == AddressKind::Public,
                    Rules::OpenClaw => {
                        release::allows(*ip, release::Standing::Default { fake_ip: false })
                    }
                };
                (!public).then(|| "is not a public address".to_owned())
            }
        };
        match private {
            Some(why) if standing.trust != Trust::OptedIn => {
                let message = format!(
                    "the proxy `{}` {why}, and trust in `baseUrl` does not extend to the proxy",
                    proxy.host
                );
                refuse(Reason::ProxyPrivate, message)
            }
            _ if is_metadata && self.rules == Rules::Own => {
                let message = format!("the proxy `{}` is a metadata service", proxy.host);
                refuse(Reason::ProxyPrivate, message)
            }
            _ => {
                self.pass(Stage::Proxy, || format!("goes through the proxy `{proxy}`"));
                Ok(())
            }
        }
    }

    /// Stage 5: the host as written.
    fn host(&mut self, origin: &Origin, standing: &Standing) -> Result<(), Block> {
        match &origin.host {
            Host::Name(name) => {
                let refused = names::refused_by_default(name);
                let is_opened = standing.opens_refused_names(self.rules);
                if let (Some(why), Trust::Not(not), false) = (refused, &standing.trust, is_opened) {
                    let what = match why {
                        RefusedName::Exactly(_) => "is refused by default".to_owned(),
                        why => format!("{why}, which is refused by default"),
                    };
                    let message = format!("`{name}` {what}, and {}", not.sentence());
                    return Err(Block::new(Stage::Host, Reason::RefusedName, message));
                }
                let what = if refused.is_some() {
                    "is refused by default, and allowed here"
                } else {
                    "is a name that may be looked up"
                };
                self.pass(Stage::Host, || format!("`{name}` {what}"));
            }
            Host::Address(ip) => {
                if let Some(address) = standing.refuses(*ip, self.rules) {
                    let message = refusal(&address, None, standing);
                    return Err(Block {
                        address: Some(address),
                        ..Block::new(Stage::Host, reason(address.kind(), standing), message)
                    });
                }
                self.pass(Stage::Host, || {
                    format!("{} may be reached", Address::of(*ip))
                });
            }
        }
        Ok(())
    }

    /// Stage 7: every address; one bad answer refuses the request.
    fn answers(
        &mut self,
        origin: &Origin,
        standing: &Standing,
        answers: Vec<IpAddr>,
    ) -> Result<Pass, Block> {
        let rules = self.rules;
        let refused = answers.iter().filter_map(|ip| standing.refuses(*ip, rules));
        if let Some(address) = refused.max_by_key(|address| address.kind()) {
            let message = refusal(&address, origin.host.name(), standing);
            return Err(Block {
                address: Some(address),
                ..Block::new(Stage::Answers, reason(address.kind(), standing), message)
            });
        }
        let least_public = answers.iter().map(|ip| Address::of(*ip));
        let address = least_public.max_by_key(Address::kind);
        if let Some(address) = &address {
            self.pass(Stage::Answers, || {
                match (origin.host.name(), answers.len()) {
                    (None, _) => format!("`{}` is the address itself", address.ip),
                    (Some(name), 1) => format!("`{name}` answers with {address}"),
                    (Some(name), _) => format!("`{name}` answers with {address}, at worst"),
                }
            });
        }
        let kind = address.map_or(AddressKind::Public, |address| address.kind());
        let by_name = origin.host.name().and_then(names::refused_by_default);
        let is_public = kind == AddressKind::Public && by_name.is_none();
        let (reason, why) = match &standing.trust {
            _ if is_public => (Reason::Public, "a public address".to_owned()),
            Trust::OptedIn => (
                Reason::OptedIn,
                "`allowPrivateNetwork: true` opens everything but metadata services that `baseUrl` does not name"
                    .to_owned(),
            ),
            Trust::Exact => (
                Reason::ExactOrigin,
                format!("`{origin}` is exactly the trusted origin"),
            ),
            Trust::Not(_) => (
                Reason::FakeIp,
                "the configured name may answer as fake-IP resolvers do".to_owned(),
            ),
        };
        self.pass(Stage::Connect, || format!("goes to {}", listed(&answers)));
        Ok(Pass {
            hop: self.hop,
            stage: Stage::Connect,
            reason,
            address,
            addresses: answers,
            message: format!("allowed: {why}"),
        })
    }
}

/// Stage 4: the limit on redirects.
fn host_limit(url: &Url, only: &str) -> Result<(), Block> {
    let host = as_compared(url.host_str().unwrap_or_default().to_owned());
    if host == only {
        return Ok(());
    }
    let message = format!(
        "leads to the host `{host}`, and requests of this provider must stay on `{only}`, the host of `baseUrl`"
    );
    Err(Block::new(Stage::HostLimit, Reason::OtherHost, message))
}

/// What can be said of a name before its addresses are known.
fn pending(name: &str, standing: &Standing) -> String {
    match &standing.trust {
        Trust::Not(not) => format!(
            "allowed if `{name}` has public addresses only, which nobody looked up; {}",
            not.sentence()
        ),
        Trust::Exact | Trust::OptedIn => {
            format!(
                "allowed so far: nobody looked up the addresses of `{name}`, and each must pass"
            )
        }
    }
}

fn listed(answers: &[IpAddr]) -> String {
    /// Most addresses that are told.
    const MOST: usize = 8;
    let shown: Vec<String> = answers.iter().take(MOST).map(IpAddr::to_string).collect();
    let more = answers.len().saturating_sub(MOST);
    let rest = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!("{}{rest}", shown.join(", "))
}

/// The reason for refusing an address of this kind.
fn reason(kind: AddressKind, standing: &Standing) -> Reason {
    match kind {
        AddressKind::Metadata => Reason::Metadata,
        AddressKind::LinkLocal => Reason::LinkLocal,
        AddressKind::Unspecified => Reason::Unspecified,
        AddressKind::LocalNat64 => Reason::LocalNat64,
        AddressKind::NeverServer => Reason::NeverServer,
        AddressKind::Loopback if standing.trust == Trust::Exact => Reason::SurpriseLoopback,
        _ => Reason::Private,
    }
}

/// The sentence for a refused address; `name` is the host that answered with it.
fn refusal(address: &Address, name: Option<&str>, standing: &Standing) -> String {
    let subject = name.map_or_else(
        || address.to_string(),
        |name| format!("`{name}` answers with {address}, which"),
    );
    match &standing.trust {
        Trust::OptedIn => format!(
            "{subject} stays refused under `allowPrivateNetwork: true`, since `baseUrl` does not name it"
        ),
        Trust::Exact if address.kind() == AddressKind::Loopback => {
            format!("{subject} is refused: only names like `localhost` may stand for this machine")
        }
        _ if address.kind().is_withheld_from_trust() => {
            format!("{subject} is out of bounds even as a provider's own address")
        }
        Trust::Exact => format!("{subject} is refused"),
        Trust::Not(not) => format!("{subject} is not public, and {}", not.sentence()),
    }
}
