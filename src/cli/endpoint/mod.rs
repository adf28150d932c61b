//! From a provider of a config, or a bare URL, to a server that can be asked: address, policy, headers,
//! TLS, with every secret looked up and none shown.

mod headers;

use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::error::Error;
use super::{printable, remark};
use crate::config::{Config, Provider, Variables};
use crate::contract::masking::{MASK, masked_url};
use crate::json5::Node;
use crate::live::Server;
use crate::lmstudio::{self, DEFAULT_SERVER, server_base};
use crate::net::{Client, EnvironmentProxies, Limits, NameServer, Resolver};
use crate::trust::{Policy, Proxy};
use headers::{Headers, Secrets};

/// Longest wait for a list of models unless a person gives one, as in OpenClaw.
pub(super) const LIST_TIMEOUT: Duration = Duration::from_secs(5);

/// Shortest part of an address that is taken out of what a server says, in bytes; shorter ones are words of
/// everybody's.
const SHORTEST_HIDDEN: usize = 4;

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
    /// Where the key is from that is sent, if it is none of the config itself.
    pub key_from: Option<String>,
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
    /// Where it is from, if that is not the config itself.
    from: Option<String>,
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
        Ok(SecretKey {
            text,
            is_firm: true,
            from: Some(format!("the variable `{name}`")),
        })
    }

    /// A key that a person gives for this time.
    pub(super) fn given(text: &str) -> SecretKey {
        SecretKey {
            text: text.to_owned(),
            is_firm: true,
            from: None,
        }
    }
}

impl Endpoint {
    /// Tells what was passed over, before the server is asked.
    pub(super) fn tell_warnings(&self) {
        for warning in &self.warnings {
            remark(&format!("warning: {}", printable(warning)));
        }
    }

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
            server: Server {
                client: shared.client(policy, None),
                headers: headers.finish()?,
                hidden: hidden_in(&base_url),
                base,
            },
            base_url,
            warnings: headers.warnings,
            key_from: headers.key_from,
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
                hidden: hidden_in(&written),
                base: server_base(&written),
            },
            warnings: headers.warnings,
            key_from: headers.key_from,
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

/// The parts of an address that may not be shown, and the values among them.
fn hidden_in(url: &str) -> Vec<String> {
    let shown = masked_url(url);
    let both = url.chars().zip(shown.chars());
    let only_hidden = both.map(|(own, shown)| if shown == MASK { own } else { ' ' });
    let only_hidden: String = only_hidden.collect();
    let pieces = only_hidden.split([' ', '/', '&']);
    let with_values = pieces.flat_map(|piece| {
        let value = piece.split_once('=').map(|(_, value)| value);
        std::iter::once(piece).chain(value)
    });
    let all = with_values.filter(|part| part.len() >= SHORTEST_HIDDEN);
    all.map(str::to_owned).collect()
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
    fn what_is_hidden_of_an_address() {
        for (url, parts) in [
            ("http://127.0.0.1:1234/v1", &[][..]),
            ("http://me:hunter2@h/v1", &["hunter2"]),
            (
                "http://h/k/sk-plant-0123456789/v1",
                &["sk-plant-0123456789"],
            ),
            ("http://h/v1?api_key=abcd&x=1", &["api_key=abcd", "abcd"]),
        ] {
            assert_eq!(hidden_in(url), parts, "{url}");
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
