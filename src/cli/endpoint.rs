//! From a provider of a config, or a bare URL, to a server that can be asked: address, policy, headers,
//! TLS, with every secret looked up and none shown.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::error::Error;
use super::profiles;
use crate::config::{Config, Provider, Variables};
use crate::contract::credential::{self, Credential};
use crate::json5::{Kind, Node};
use crate::live::Server;
use crate::lmstudio::{self, DEFAULT_SERVER, authorization, server_base};
use crate::net::{
    CONNECTION_HEADERS, Client, EnvironmentProxies, HeaderMap, HeaderName, HeaderValue, Limits,
    NameServer, Resolver, Tls,
};
use crate::trust::{Origin, Policy, Proxy};

/// A server, and what is to be told before it is asked.
pub(super) struct Endpoint {
    /// The provider's id; none for a bare URL.
    pub provider: Option<String>,
    /// The address that `/chat/completions` is appended to: as it stands in the config.
    pub base_url: String,
    /// The server.
    pub server: Server,
    /// What was passed over, or may surprise.
    pub warnings: Vec<String>,
}

/// What all endpoints of a command share.
pub(super) struct Shared {
    /// Who is asked for addresses.
    pub resolver: Arc<Resolver>,
    /// The variables of the process, of files and of the command line.
    pub variables: Variables,
    /// The longest time for a request, if a person said.
    pub timeout: Option<Duration>,
    /// The longest time for a request if nobody said, if there is one; a provider may want less.
    pub usual_timeout: Option<Duration>,
    /// A key that takes the place of that of the config.
    pub key: Option<SecretKey>,
}

/// A key, and where it is from.
#[derive(Clone)]
pub(super) struct SecretKey {
    text: String,
    /// Whether the config itself holds it, so that it counts more than a header there.
    is_firm: bool,
}

impl Shared {
    /// Without a key or times; `lookup` is the longest wait for an answer of whoever tells addresses:
    /// `dns_server`, or else the system.
    pub(super) fn new(
        variables: Variables,
        dns_server: Option<SocketAddr>,
        lookup: Duration,
    ) -> Shared {
        let server = dns_server.map_or(NameServer::System, NameServer::At);
        Shared {
            resolver: Arc::new(Resolver::new(server, lookup)),
            variables,
            timeout: None,
            usual_timeout: None,
            key: None,
        }
    }

    /// With the key in the variable that the command line names, if it names one.
    pub(super) fn with_key_of(self, name: Option<&String>) -> Result<Shared, Error> {
        let key = name.map(|name| SecretKey::of_variable(name, &self.variables));
        Ok(Shared {
            key: key.transpose()?,
            ..self
        })
    }
}

impl SecretKey {
    /// The key in a variable that the command line names.
    fn of_variable(name: &str, variables: &Variables) -> Result<SecretKey, Error> {
        let text = variables.get(name).map(str::to_owned).ok_or_else(|| {
            Error::Usage(format!(
                "--api-key-env: the variable `{name}` is not set, or empty"
            ))
        })?;
        let is_firm = true;
        Ok(SecretKey { text, is_firm })
    }

    /// A key that a person gives for this time.
    pub(super) fn given(text: &str) -> SecretKey {
        SecretKey {
            text: text.to_owned(),
            is_firm: true,
        }
    }
}

impl Endpoint {
    /// A server by its URL alone, in whatever form people write it.
    pub(super) fn of_url(url: &str, shared: &Shared) -> Result<Endpoint, Error> {
        let base = server_base(url);
        if url.trim().is_empty() || url::Url::parse(&base).is_err() {
            let message = "--base-url wants scheme, host and port, as in http://192.168.1.5:1234";
            return Err(Error::Usage(message.to_owned()));
        }
        let base_url = as_base_url(url);
        let policy = Policy::of_provider(Some(&base), None);
        let mut headers = Headers::default();
        headers.set_key(shared.key.clone());
        Ok(Endpoint {
            provider: None,
            base_url,
            server: Server {
                client: shared.client(policy, None),
                headers: headers.finish()?,
                base,
            },
            warnings: headers.warnings,
        })
    }

    /// The server of a provider.
    pub(super) fn of_provider(
        provider: &Provider<'_>,
        config: &Config,
        shared: &Shared,
    ) -> Result<Endpoint, Error> {
        Endpoint::of_provider_at(None, provider, config, shared)
    }

    /// The server of a provider that is to be at another address than the config says, if one is given.
    pub(super) fn of_provider_at(
        address: Option<&str>,
        provider: &Provider<'_>,
        config: &Config,
        shared: &Shared,
    ) -> Result<Endpoint, Error> {
        let id = provider.id.trim();
        let written = match address {
            Some(address) => Cow::Borrowed(address),
            None => written_address(provider)?,
        };
        // The policy judges what stands in the config, so that it says what lint says.
        let policy = Policy::of_provider(Some(&written), provider.flag());
        let policy = policy.through(proxy(provider));
        let secrets = Secrets { config, shared };
        let mut headers = Headers::default();
        headers.of_provider(provider, &secrets);
        let tls = headers.tls(provider, &secrets);
        headers.tell_unheeded(provider, &written);
        let timeout = provider.node.get("timeoutSeconds").and_then(Node::number);
        let client = shared.client(policy, timeout).with_tls(tls);
        let environment =
            EnvironmentProxies::of(|name| shared.variables.get(name).map(str::to_owned));
        Ok(Endpoint {
            provider: Some(id.to_owned()),
            base_url: written.trim().trim_end_matches('/').to_owned(),
            server: Server {
                client: client.with_environment(environment),
                headers: headers.finish()?,
                base: server_base(&written),
            },
            warnings: headers.warnings,
        })
    }
}

/// The address of a provider, as it stands in the config.
fn written_address<'p>(provider: &Provider<'p>) -> Result<Cow<'p, str>, Error> {
    let id = provider.id.trim();
    let Some(address) = provider.base_url() else {
        if lmstudio::is_provider_id(id) {
            return Ok(Cow::Borrowed(DEFAULT_SERVER));
        }
        return Err(Error::Usage(format!(
            "the provider `{id}` has no `baseUrl`"
        )));
    };
    match address.missing.first() {
        Some(name) => Err(Error::Usage(format!(
            "the address of `{id}` needs the variable `{name}`; set it, or give it with `--env {name}=…`"
        ))),
        None => Ok(address.text),
    }
}

/// A base URL for chats from what people type: with `http://` in front of a bare host, and `/v1` where
/// there is no path.
fn as_base_url(typed: &str) -> String {
    let typed = typed.trim().trim_end_matches('/');
    let with_scheme = if typed.contains("://") {
        typed.to_owned()
    } else {
        format!("http://{typed}")
    };
    let has_path = url::Url::parse(&with_scheme).is_ok_and(|url| url.path() != "/");
    if has_path {
        with_scheme
    } else {
        with_scheme + "/v1"
    }
}

/// What requests go through. An explicit proxy without a URL is still one, so that nothing is sent
/// past it.
fn proxy(provider: &Provider<'_>) -> Proxy {
    let request = provider.node.get("request");
    let mode = request.and_then(|request| request.get("proxy")?.get("mode")?.text());
    match provider.proxy() {
        Proxy::None if mode.as_deref() == Some("explicit-proxy") => Proxy::Explicit(String::new()),
        proxy => proxy,
    }
}

impl Shared {
    /// A client within the time that a person gave, else the usual one, or less if the provider wants
    /// less.
    fn client(&self, policy: Policy, seconds: Option<f64>) -> Client {
        let wanted = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        // OpenClaw takes whole seconds from 1 on.
        let wanted = wanted.filter(|wanted| *wanted >= Duration::from_secs(1));
        let usual = self.usual_timeout.into_iter().chain(wanted).min();
        let limits = Limits {
            total: self.timeout.or(usual),
            ..Limits::default()
        };
        Client::new(policy, Arc::clone(&self.resolver), limits)
    }
}

/// Where the secrets of a config are looked up.
struct Secrets<'s> {
    config: &'s Config,
    shared: &'s Shared,
}

/// What a place for a secret holds.
enum Found {
    /// A value.
    Value {
        text: String,
        /// Whether it stands in the config itself, templates put in.
        is_firm: bool,
    },
    /// A variable that is not set.
    Unset(String),
    /// Something that clawconf does not open: a file, a command.
    Elsewhere(String),
}

impl Secrets<'_> {
    fn find(&self, node: Node<'_>) -> Option<Found> {
        if node.kind() == Kind::Object {
            let text = |key: &str| node.get(key).and_then(Node::text);
            let (source, id) = (text("source")?, text("id")?);
            return Some(match source.as_ref() {
                "env" => self.variable(&id),
                other => Found::Elsewhere(other.to_owned()),
            });
        }
        let text = node.text().filter(|_| node.kind() == Kind::String)?;
        let mut missing = self.config.missing.iter();
        if let Some((name, _)) = missing.find(|(_, index)| *index == node.index()) {
            return Some(Found::Unset(name.clone()));
        }
        if let Credential::Reference(name) = Credential::read(&text) {
            return Some(self.variable(name));
        }
        if credential::is_dollar_reference(&text) {
            return Some(self.variable(text.trim().trim_start_matches('$')));
        }
        let text = text.into_owned();
        Some(Found::Value {
            text,
            is_firm: true,
        })
    }

    fn variable(&self, name: &str) -> Found {
        match self.shared.variables.get(name) {
            Some(value) => Found::Value {
                text: value.to_owned(),
                is_firm: false,
            },
            None => Found::Unset(name.to_owned()),
        }
    }
}

/// The headers of a server's requests, as they are put together.
#[derive(Default)]
struct Headers {
    pairs: Vec<(String, String)>,
    warnings: Vec<String>,
}

/// The header that carries a key.
const AUTHORIZATION: &str = "authorization";

impl Headers {
    /// In the order in which OpenClaw adds them: those of the provider, its key, `request.auth` in
    /// place of the key, and `request.headers` last.
    fn of_provider(&mut self, provider: &Provider<'_>, secrets: &Secrets<'_>) {
        let node = provider.node;
        self.add_all(node.get("headers"), "headers", secrets);
        let auth = node.get("request").and_then(|request| request.get("auth"));
        let mode = auth.and_then(|auth| auth.get("mode")?.text());
        match mode.as_deref() {
            Some("authorization-bearer") => {
                let token = auth.and_then(|auth| auth.get("token"));
                if let Some(token) = self.value(token, "request.auth.token", secrets) {
                    self.set(AUTHORIZATION, format!("Bearer {}", token.trim()));
                }
            }
            Some("header") => {
                let part = |key: &str| auth.and_then(|auth| auth.get(key));
                let text = |key: &str| part(key).and_then(Node::text);
                let value = self.value(part("value"), "request.auth.value", secrets);
                if let (Some(name), Some(value)) = (text("headerName"), value) {
                    let prefix = text("prefix").unwrap_or_default();
                    self.set(&name, format!("{prefix}{value}"));
                }
            }
            _ => {
                let given = secrets.shared.key.clone();
                let key = given.or_else(|| self.key(provider, secrets));
                self.set_key(key);
            }
        }
        let last = node
            .get("request")
            .and_then(|request| request.get("headers"));
        self.add_all(last, "request.headers", secrets);
    }

    /// The key in `apiKey`. The name of a provider's variable stands for what the variable holds, or
    /// for the key in OpenClaw's auth profile; so does no key at all.
    fn key(&mut self, provider: &Provider<'_>, secrets: &Secrets<'_>) -> Option<SecretKey> {
        let variables = &secrets.shared.variables;
        let of_profile = || {
            let text = profiles::key_of(provider.id.trim(), secrets.config, variables)?;
            let is_firm = false;
            Some(SecretKey { text, is_firm })
        };
        let Some(node) = provider.node.get("apiKey") else {
            return of_profile();
        };
        let (text, is_firm) = match secrets.find(node)? {
            Found::Value { text, is_firm } => (text, is_firm),
            other => {
                self.tell_unusable("apiKey", &other);
                return None;
            }
        };
        let Credential::Variable(name) = Credential::read(&text) else {
            return Some(SecretKey { text, is_firm });
        };
        if let Found::Value { text, .. } = secrets.variable(name) {
            let is_firm = false;
            return Some(SecretKey { text, is_firm });
        }
        let kept = of_profile();
        if kept.is_none() {
            self.warnings.push(format!(
                "`apiKey` is the name of the variable `{name}`, which is not set here, so no key is sent"
            ));
        }
        kept
    }

    /// Sends a key, unless it is a word that stands for none. A header that the config holds counts
    /// more than a key from the environment.
    fn set_key(&mut self, key: Option<SecretKey>) {
        let Some(key) = key else { return };
        let has_header = self.pairs.iter().any(|(name, _)| name == AUTHORIZATION);
        if has_header && !key.is_firm {
            return;
        }
        if let Some(value) = authorization(&key.text) {
            self.set(AUTHORIZATION, value);
        }
    }

    fn add_all(&mut self, headers: Option<Node<'_>>, place: &str, secrets: &Secrets<'_>) {
        for entry in headers.into_iter().flat_map(Node::entries) {
            let name = entry.key.text().unwrap_or_default();
            let place = format!("{place}.{name}");
            if CONNECTION_HEADERS.contains(&name.trim().to_lowercase().as_str()) {
                self.warnings.push(format!(
                    "`{place}` is left out: clawconf sets what concerns the connection by itself"
                ));
                continue;
            }
            if let Some(value) = self.value(Some(entry.value), &place, secrets) {
                self.set(&name, value);
            }
        }
    }

    /// The value of a place for a secret; what cannot be used is told.
    fn value(
        &mut self,
        node: Option<Node<'_>>,
        place: &str,
        secrets: &Secrets<'_>,
    ) -> Option<String> {
        match secrets.find(node?)? {
            Found::Value { text, .. } => Some(text),
            other => {
                self.tell_unusable(place, &other);
                None
            }
        }
    }

    fn tell_unusable(&mut self, place: &str, found: &Found) {
        let why = match found {
            Found::Value { .. } => return,
            Found::Unset(name) => format!("the variable `{name}` is not set here"),
            Found::Elsewhere(source) => format!(
                "clawconf does not open secrets of the source `{source}`; `--api-key-env NAME` gives a key"
            ),
        };
        self.warnings.push(format!("`{place}` is left out: {why}"));
    }

    /// Tells what of the config has no effect here, or another one on chats.
    fn tell_unheeded(&mut self, provider: &Provider<'_>, base_url: &str) {
        if Origin::parse(base_url).is_err() {
            self.warnings.push(
                "`baseUrl` is no http or https address as it stands, so chats go nowhere; `clawconf normalize --write` \
                 mends it where it can"
                    .to_owned(),
            );
        }
        let proxy = provider
            .node
            .get("request")
            .and_then(|request| request.get("proxy"));
        if proxy.is_some_and(|proxy| proxy.get("tls").is_some()) {
            let text =
                "`request.proxy.tls` is not applied: `request.tls` holds towards the proxy too";
            self.warnings.push(text.to_owned());
        }
    }

    /// Puts a header in the place of one with the same name.
    fn set(&mut self, name: &str, value: String) {
        let name = name.trim().to_lowercase();
        self.pairs.retain(|(known, _)| *known != name);
        self.pairs.push((name, value));
    }

    /// `request.tls`.
    fn tls(&mut self, provider: &Provider<'_>, secrets: &Secrets<'_>) -> Tls {
        let request = provider.node.get("request");
        let Some(tls) = request.and_then(|request| request.get("tls")) else {
            return Tls::default();
        };
        let mut secret = |key: &str| {
            let place = format!("request.tls.{key}");
            let text = self.value(tls.get(key), &place, secrets);
            text.map(SecretString::from)
        };
        let found = Tls {
            ca: secret("ca"),
            cert: secret("cert"),
            key: secret("key"),
            server_name: tls
                .get("serverName")
                .and_then(Node::text)
                .map(Cow::into_owned),
            skip_verification: tls.get("insecureSkipVerify").and_then(Node::boolean) == Some(true),
        };
        if found.skip_verification {
            self.warnings.push(
                "`request.tls.insecureSkipVerify: true`: anybody on the way can pretend to be the server"
                    .to_owned(),
            );
        }
        found
    }

    /// As they are sent, all marked as secret.
    fn finish(&self) -> Result<HeaderMap, Error> {
        let mut map = HeaderMap::new();
        for (name, value) in &self.pairs {
            let bad = || {
                Error::Usage("a header of the config cannot be sent: its name or value holds characters that HTTP does not allow".to_owned())
            };
            let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad())?;
            let mut value = HeaderValue::from_str(value).map_err(|_| bad())?;
            value.set_sensitive(true);
            map.insert(key, value);
        }
        Ok(map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Files, Options, ReadError, Text};

    /// Nothing is included.
    struct NoFiles;

    impl Files for NoFiles {
        fn real_path(&self, _: &std::path::Path) -> Result<Option<std::path::PathBuf>, String> {
            Ok(None)
        }
        fn read(&self, _: &std::path::Path) -> Result<Vec<u8>, ReadError> {
            Err(ReadError::Missing)
        }
    }

    fn shared(timeout: Option<Duration>) -> Shared {
        let usual_timeout = Duration::from_secs(5);
        Shared {
            resolver: Arc::new(Resolver::new(NameServer::System, usual_timeout)),
            variables: Variables::default(),
            timeout,
            usual_timeout: Some(usual_timeout),
            key: None,
        }
    }

    fn endpoint(fields: &str, shared: &Shared) -> Result<Endpoint, Error> {
        let text =
            format!("{{ models: {{ providers: {{ lmstudio: {{ {fields} models: [] }} }} }} }}");
        let text = Text::decode(text.into_bytes());
        let config = Config::load("a", "/a".into(), text, &NoFiles, &Options::default());
        let provider = config.providers().next().unwrap();
        Endpoint::of_provider(&provider, &config, shared)
    }

    #[test]
    fn the_shorter_time_counts_unless_a_person_gives_one() {
        let seconds = Duration::from_secs;
        for (fields, given, wanted) in [
            ("", None, seconds(5)),
            ("timeoutSeconds: 2,", None, seconds(2)),
            ("timeoutSeconds: 600,", None, seconds(5)),
            ("timeoutSeconds: 2,", Some(seconds(9)), seconds(9)),
            ("timeoutSeconds: -1,", None, seconds(5)),
            ("timeoutSeconds: 1e300,", None, seconds(5)),
            ("timeoutSeconds: NaN,", None, seconds(5)),
            ("timeoutSeconds: 1e18,", None, seconds(5)),
        ] {
            let endpoint = endpoint(fields, &shared(given)).unwrap();
            let total = endpoint.server.client.limits().total;
            assert_eq!(total, Some(wanted), "{fields} {given:?}");
        }
    }

    #[test]
    fn without_an_address_lm_studio_is_on_this_machine() {
        let base = |fields| endpoint(fields, &shared(None)).unwrap().server.base;
        assert_eq!(base(""), "http://localhost:1234");
        assert_eq!(
            base("baseUrl: \"http://gpu.lan:1234/api/v1/\","),
            "http://gpu.lan:1234"
        );
    }

    #[test]
    fn headers_that_cannot_be_sent_are_refused_and_not_shown() {
        for header in [
            "\"a b\": \"planted\"",
            "a: \"plan\\nted\"",
            "\"\": \"planted\"",
        ] {
            let fields = format!("headers: {{ {header} }},");
            let error = endpoint(&fields, &shared(None)).err().unwrap().to_string();
            assert!(
                error.contains("cannot be sent") && !error.contains("ted"),
                "{error}"
            );
        }
    }
}
