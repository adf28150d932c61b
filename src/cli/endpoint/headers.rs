//! The headers of a server's requests, with every secret looked up and none shown.

use std::borrow::Cow;

use secrecy::SecretString;

use super::{SecretKey, Shared};
use crate::cli::error::Error;
use crate::cli::profiles;
use crate::config::{Config, Provider};
use crate::contract::credential::{self, Credential};
use crate::json5::{Kind, Node};
use crate::lmstudio::authorization;
use crate::net::{CONNECTION_HEADERS, HeaderMap, HeaderName, HeaderValue, Tls};
use crate::trust::Origin;

/// Where the secrets of a config are looked up.
pub(super) struct Secrets<'s> {
    pub config: &'s Config,
    pub shared: &'s Shared,
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
pub(super) struct Headers {
    pairs: Vec<(String, String)>,
    /// What was passed over, or may surprise.
    pub warnings: Vec<String>,
    /// Where the key is from, if it is none of the config itself.
    pub key_from: Option<String>,
}

/// The header that carries a key.
const AUTHORIZATION: &str = "authorization";

impl Headers {
    /// In the order in which OpenClaw adds them: those of the provider, its key, `request.auth` in
    /// place of the key, and `request.headers` last.
    pub(super) fn of_provider(&mut self, provider: &Provider<'_>, secrets: &Secrets<'_>) {
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
            Some(SecretKey {
                text,
                is_firm: false,
                from: Some("OpenClaw's profile store".to_owned()),
            })
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
            let from = None;
            return Some(SecretKey {
                text,
                is_firm,
                from,
            });
        };
        if let Found::Value { text, .. } = secrets.variable(name) {
            return Some(SecretKey {
                text,
                is_firm: false,
                from: Some(format!("the variable `{name}`")),
            });
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
    pub(super) fn set_key(&mut self, key: Option<SecretKey>) {
        let Some(key) = key else { return };
        let has_header = self.pairs.iter().any(|(name, _)| name == AUTHORIZATION);
        if has_header && !key.is_firm {
            return;
        }
        if let Some(value) = authorization(&key.text) {
            self.set(AUTHORIZATION, value);
            self.key_from = key.from;
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
    pub(super) fn tell_unheeded(&mut self, provider: &Provider<'_>, base_url: &str) {
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
    pub(super) fn tls(&mut self, provider: &Provider<'_>, secrets: &Secrets<'_>) -> Tls {
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
    pub(super) fn finish(&self) -> Result<HeaderMap, Error> {
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
