//! The addresses of a config, each judged once for all rules.

use rayon::prelude::*;

use crate::config::{Config, Model, Provider, UrlField};
use crate::contract::credential::is_variable_name;
use crate::contract::masking::looks_like_token;
use crate::contract::release;
use crate::diagnostic::{Finding, RuleInfo};
use crate::json5::{Path, Span};
use crate::trust::{
    self, AddressKind, Answers, EndpointClass, Hop, Host, Lookup, Lookups, Origin, Policy, Reason,
    Stage, Verdict,
};

/// Fewer providers are judged before threads would have started.
const MANY: usize = 64;

/// Whose address it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// The provider's `baseUrl`.
    Provider,
    /// A model's own `baseUrl`.
    Model,
    /// `localService.healthUrl`, which OpenClaw asks without any guard.
    Health,
}

/// An address in a config, and what the policy says of requests to it.
pub(super) struct Base<'c> {
    pub provider: Provider<'c>,
    pub owner: Owner,
    /// The model that has it, when no other has.
    pub model: Option<Model<'c>>,
    pub path: Path,
    pub address: UrlField<'c>,
    /// Its origin, when it has one and is decided.
    pub origin: Option<Origin>,
    /// The policy for requests to it.
    pub policy: Policy,
    /// What comes of such a request; none while it is undecided.
    pub verdict: Option<Verdict>,
    /// What was answered when its name was looked up.
    pub lookup: Option<&'c Lookup>,
}

impl<'c> Base<'c> {
    /// Every address of a config, in the order of the file.
    pub(super) fn all(config: &'c Config, lookups: Option<&'c Lookups>) -> Vec<Base<'c>> {
        let providers: Vec<Provider<'c>> = config.providers().collect();
        if providers.len() < MANY {
            let bases = providers.iter().map(|provider| Base::of(provider, lookups));
            return bases.flatten().collect();
        }
        let bases = providers
            .par_iter()
            .flat_map_iter(|provider| Base::of(provider, lookups));
        bases.collect()
    }

    /// The addresses of one provider.
    fn of(provider: &Provider<'c>, lookups: Option<&'c Lookups>) -> Vec<Base<'c>> {
        // Most providers have one.
        let mut bases = Vec::with_capacity(1);
        if let Some(address) = provider.base_url() {
            let policy = provider.policy();
            let of = (Owner::Provider, provider.path.child("baseUrl"));
            bases.push(Base::new(provider, of, address, policy, lookups));
        }
        for model in provider.models() {
            let Some(address) = model.base_url() else {
                continue;
            };
            let policy = model.policy(provider);
            let of = (Owner::Model, model.path().child("baseUrl"));
            let base = Base::new(provider, of, address, policy, lookups);
            let model = Some(model);
            bases.push(Base { model, ..base });
        }
        if let Some(address) = provider.health_url() {
            let policy = Policy::of_provider(Some(&address.text), Some(true));
            let path = provider.path.child("localService").child("healthUrl");
            bases.push(Base::new(
                provider,
                (Owner::Health, path),
                address,
                policy,
                None,
            ));
        }
        bases
    }

    fn new(
        provider: &Provider<'c>,
        (owner, path): (Owner, Path),
        address: UrlField<'c>,
        policy: Policy,
        lookups: Option<&'c Lookups>,
    ) -> Base<'c> {
        let proxy_decided = provider
            .proxy_url()
            .is_none_or(|url| url.missing.is_empty());
        let decided = address.missing.is_empty() && proxy_decided;
        let url = policy.base_url().unwrap_or_default();
        let origin = policy.base_origin().cloned();
        let origin = origin.filter(|_| address.missing.is_empty());
        let name = origin.as_ref().and_then(|origin| origin.host.name());
        let lookup = name.and_then(|name| lookups?.get(name));
        let hop = Hop::to(url).with(answers(lookup));
        let verdict = decided.then(|| policy.decide(&[hop]));
        Base {
            provider: provider.clone(),
            owner,
            model: None,
            path,
            address,
            origin,
            policy,
            verdict,
            lookup,
        }
    }

    /// Its host as it is written, and where, if the address stands in the file as it is.
    pub(super) fn written_host(&self) -> Option<(&str, Option<Span>)> {
        let place = trust::host_place(&self.address.text)?;
        let host = self.address.text.get(place.clone())?;
        let start = self.written_at();
        let span = start.map(|start| Span::new(start + place.start, start + place.end));
        Some((host, span))
    }

    /// The byte at which the text of the address begins, if it stands in the file as it is.
    pub(super) fn written_at(&self) -> Option<usize> {
        let node = self.address.node;
        let inner = node.source().get(1..)?;
        let as_is = inner.starts_with(self.address.text.as_ref())
            && inner.len() == self.address.text.len() + 1;
        as_is.then_some(node.span().start + 1)
    }

    /// Whether variables are part of it.
    pub(super) fn has_variables(&self) -> bool {
        let written = self.address.node.written_text();
        written.is_none_or(|written| written != self.address.text)
    }

    /// Whether somebody still has to put the real host or path in.
    pub(super) fn is_placeholder(&self) -> bool {
        let text = self.address.text.as_ref();
        let host = match trust::host_place(text) {
            Some(place) if text.contains("://") => text.get(place).unwrap_or_default(),
            _ => text,
        };
        let is_yours = |start: &str| {
            let head = host.get(..start.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(start)) && !host.contains('.')
        };
        let before_query = text.split('?').next().unwrap_or_default();
        let behind_login = before_query.rsplit('@').next().unwrap_or_default();
        before_query.contains(['<', '>', '{', '}'])
            || holds_variable(behind_login)
            || is_yours("your-")
            || is_yours("your_")
    }

    /// Whether no model can answer at it, whatever else is mended: it names the metadata service of a
    /// cloud, or nothing yet.
    pub(super) fn names_no_server(&self) -> bool {
        let is_metadata = match self.host() {
            Some(Host::Name(name)) => trust::metadata_platform(name).is_some(),
            Some(Host::Address(ip)) => trust::Address::of(*ip).kind() == AddressKind::Metadata,
            None => false,
        };
        is_metadata || self.is_placeholder()
    }

    /// Its host in back-quotes, for people. What may be part of a password is not told, nor what
    /// variables hold.
    pub(super) fn shown_host(&self) -> String {
        match self.host() {
            Some(host) if self.may_be_told() => format!("`{host}`"),
            _ => "this host".to_owned(),
        }
    }

    /// Its origin in back-quotes, for people, as [`Base::shown_host`].
    pub(super) fn shown_origin(&self) -> String {
        match &self.origin {
            Some(origin) if self.may_be_told() => format!("`{origin}`"),
            _ => "this origin".to_owned(),
        }
    }

    /// The address that its host is, in back-quotes, as [`Base::shown_host`].
    pub(super) fn shown_literal(&self) -> String {
        match self.host().and_then(Host::address) {
            Some(ip) if self.may_be_told() => format!("`{ip}`"),
            _ => "this address".to_owned(),
        }
    }

    /// The address that its host is, up to what it is: "`10.0.0.5` is", or the address inside it.
    pub(super) fn literal_is(&self) -> String {
        let shown = self.shown_literal();
        match self.literal().and_then(|literal| literal.facet.inner) {
            Some((inner, form)) if self.may_be_told() => {
                format!("{shown} is `{inner}` inside {},", form.name())
            }
            _ => format!("{shown} is"),
        }
    }

    /// Whether the host may be shown: it is no part of a password, no key in a wrong place, not
    /// endless, and nothing that variables hold.
    pub(super) fn may_be_told(&self) -> bool {
        let url = self.policy.base_url().unwrap_or_default();
        let host = trust::host_place(url).and_then(|place| url.get(place));
        let is_harmless = |host: &str| host.len() <= trust::LONGEST_NAME && !looks_like_token(host);
        !self.has_variables() && host.is_some_and(is_harmless) && !trust::may_hide_password(url)
    }

    /// Its host, when it has an origin.
    pub(super) fn host(&self) -> Option<&Host> {
        self.origin.as_ref().map(|origin| &origin.host)
    }

    /// The host name that must be looked up before more can be said.
    pub(super) fn wanted_name(&self) -> Option<&str> {
        let verdict = self.verdict.as_ref()?;
        let url = self.policy.base_url()?;
        let waits = verdict.reason == Reason::NotLookedUp && self.owner != Owner::Health;
        let name = self.host()?.name()?;
        (waits && !trust::may_hide_password(url) && !looks_like_token(name)).then_some(name)
    }

    /// What its host is, where the host is an address.
    pub(super) fn literal(&self) -> Option<trust::Address> {
        self.host()?.address().map(trust::Address::of)
    }

    /// The kind of its host, where the host is an address.
    pub(super) fn kind(&self) -> Option<AddressKind> {
        self.literal().map(|address| address.kind())
    }

    /// Whether requests to it are refused, and why. A name without an address is no refusal: another
    /// machine may know one.
    pub(super) fn refused(&self) -> Option<&Verdict> {
        self.verdict
            .as_ref()
            .filter(|verdict| !verdict.is_allowed() && verdict.reason != Reason::Unresolved)
    }

    /// Whether requests to it are refused because of an answer of DNS.
    pub(super) fn refused_answer(&self) -> Option<&Verdict> {
        self.refused()
            .filter(|verdict| verdict.stage == Stage::Answers)
    }

    /// Whether the host is private: by its address, by its answers, or by a name that is only known
    /// nearby.
    pub(super) fn is_private(&self) -> bool {
        let is_private = |ip: &std::net::IpAddr| {
            let kind = trust::Address::of(*ip).kind();
            kind != AddressKind::Public && !kind.is_withheld_from_trust()
        };
        match self.host() {
            Some(Host::Address(ip)) => is_private(ip),
            Some(Host::Name(name)) => match self.lookup.map(Lookup::addresses) {
                Some(answers @ [_, ..]) => answers.iter().any(is_private),
                _ => trust::is_private_by_name(name),
            },
            None => false,
        }
    }

    /// Whether it stands for this machine.
    pub(super) fn is_loopback(&self) -> bool {
        match self.host() {
            Some(Host::Address(ip)) => trust::Address::of(*ip).is_loopback(),
            Some(Host::Name(name)) => trust::is_loopback_like(name),
            None => false,
        }
    }

    /// Whether it is a server of one's own: on this machine or on a private network.
    pub(super) fn is_nearby(&self) -> bool {
        self.is_loopback() || self.is_private()
    }

    /// Whether trust in its own origin, with the flag gone, lets requests through.
    pub(super) fn passes_without_flag(&self) -> bool {
        if self.has_private_proxy() {
            return false;
        }
        let policy = Policy::of_provider(Some(&self.address.text), None);
        let policy = policy.through(self.provider.proxy());
        let url = policy.base_url().unwrap_or_default();
        let verdict = policy.decide(&[Hop::to(url).with(answers(self.lookup))]);
        let depends_on_trust =
            self.is_private() && matches!(verdict.reason, Reason::NotLookedUp | Reason::Unresolved);
        let is_refused = !verdict.is_allowed() && verdict.reason != Reason::Unresolved;
        !is_refused && (!depends_on_trust || policy.trusted_origin().is_some())
    }

    /// Whether requests go through an explicit proxy that is private by its name.
    pub(super) fn has_private_proxy(&self) -> bool {
        let url = self.provider.proxy_url();
        let host = url.and_then(|url| Origin::parse(&url.text).ok());
        let host = host.map(|origin| origin.host);
        host.is_some_and(|host| host.name().is_some_and(trust::is_private_by_name))
    }

    /// Whether it belongs to a cloud that OpenClaw knows.
    pub(super) fn is_native(&self) -> bool {
        matches!(self.policy.class(), EndpointClass::Native(_))
    }

    /// A finding at the address. `help` says what to do; what comes of requests, and what the
    /// releases make of a model's address, is added.
    pub(super) fn finding(
        &self,
        rule: &'static RuleInfo,
        message: String,
        help: impl Into<String>,
    ) -> Finding {
        let help = help.into();
        let outcome = match (self.owner, self.refused()) {
            (Owner::Model, refused) => {
                let what = if refused.is_some() {
                    "every request for it is refused"
                } else {
                    "requests for it go there"
                };
                let (target, later) = (release::TARGET, release::LATER);
                format!(" OpenClaw {target} ignores the `baseUrl` of a model; with {later} {what}.")
            }
            (_, Some(verdict)) => format!(" {}", every_request_is_refused(verdict)),
            (_, None) => String::new(),
        };
        self.at(rule, message)
            .with_help(format!("{help}{outcome}").trim_start())
    }

    /// A bare finding at the address.
    pub(super) fn at(&self, rule: &'static RuleInfo, message: String) -> Finding {
        Finding::new(rule, self.path.clone(), self.address.node.span(), message)
    }
}

/// Whether `$NAME` stands in the text, or the text is the bare name of a variable: OpenClaw puts in
/// neither.
fn holds_variable(text: &str) -> bool {
    let begins_name = |rest: &str| rest.starts_with(|c: char| c.is_ascii_uppercase() || c == '_');
    text.split('$').skip(1).any(begins_name) || (is_variable_name(text) && text.contains('_'))
}

fn answers(lookup: Option<&Lookup>) -> Answers<'_> {
    lookup.map_or(Answers::NotAsked, |lookup| {
        Answers::Known(lookup.addresses())
    })
}

/// The sentence that stands in the help of a finding that says why requests are refused.
pub(super) fn every_request_is_refused(verdict: &Verdict) -> String {
    let (target, later) = (release::TARGET, release::LATER);
    let later_refuses = matches!(
        verdict.reason,
        Reason::Unspecified | Reason::SurpriseLoopback | Reason::LocalNat64
    );
    if !verdict.openclaw_allows && !verdict.is_a_connection_error() {
        "Every request is refused.".to_owned()
    } else if !verdict.openclaw_allows {
        "Every request is refused, with nothing but `Connection error.` to see.".to_owned()
    } else if later_refuses {
        format!(
            "Every request is refused here and by OpenClaw {later}; {target} still lets it through."
        )
    } else {
        format!("Every request is refused here; OpenClaw {target} lets it through.")
    }
}
