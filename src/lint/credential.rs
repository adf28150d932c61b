//! The fields of a config that hold credentials, each read once for all rules.

use std::borrow::Cow;
use std::sync::Arc;

use crate::config::Provider;
use crate::contract::credential::{self, Credential};
use crate::contract::masking::looks_like_token;
use crate::json5::{Entry, Kind, Node, Path};

/// Where a credential stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// `apiKey`.
    ApiKey,
    /// A header of the provider, in `headers` or `request.headers`.
    Header,
    /// `request.auth.token` or `.value`.
    Auth,
    /// `key` of a `tls` object: the private key.
    TlsKey,
    /// `passphrase` of a `tls` object.
    Passphrase,
    /// A variable of `localService.env`.
    ServiceEnv,
    /// A header of a model, where no SecretRef is accepted.
    ModelHeader,
}

/// A field that may hold a credential.
pub(super) struct Field<'c> {
    pub provider: Arc<Provider<'c>>,
    pub place: Place,
    /// Key and value.
    pub entry: Entry<'c>,
    /// Whether the name of the field says that what it holds is secret.
    pub is_telling: bool,
    /// The steps from the provider to the object that it stands in.
    above: &'static [&'static str],
    model: Option<usize>,
}

impl<'c> Field<'c> {
    /// All fields, provider by provider; what is neither text nor an object is left out.
    pub(super) fn all(providers: impl Iterator<Item = Provider<'c>>) -> Vec<Field<'c>> {
        let mut fields = Fields(Vec::new());
        for provider in providers {
            fields.add_provider(&Arc::new(provider));
        }
        fields.0
    }

    /// Its path.
    pub(super) fn path(&self) -> Path {
        let mut path = self.provider.path.clone();
        if let Some(index) = self.model {
            path = path.child("models").child(index);
        }
        for step in self.above {
            path = path.child(*step);
        }
        path.child(self.key().as_ref())
    }

    /// Its key.
    pub(super) fn key(&self) -> Cow<'c, str> {
        self.entry.key.text().unwrap_or_default()
    }

    /// Whether a SecretRef stands there.
    pub(super) fn is_reference(&self) -> bool {
        self.entry.value.kind() == Kind::Object
    }

    /// Its text as it is written; none for a SecretRef.
    pub(super) fn text(&self) -> Option<Cow<'c, str>> {
        self.entry.value.written_text()
    }

    /// Whether the text is a secret that stands in the file.
    pub(super) fn is_literal(&self) -> bool {
        let Some(text) = self.text() else {
            return false;
        };
        let is_secret = self.is_telling || credential::has_scheme(&text);
        let value = credential::without_scheme(&text);
        match (self.place, Credential::read(&text)) {
            (Place::TlsKey, Credential::Literal) => !is_file_name(value),
            (Place::Passphrase, Credential::Literal | Credential::Dummy) => true,
            (_, Credential::Literal) => is_secret && !self.names_the_provider(value),
            _ => false,
        }
    }

    /// Whether a secret is sent from here: one that stands here or one that is looked up.
    pub(super) fn is_real(&self) -> bool {
        let is_sent = matches!(self.place, Place::ApiKey | Place::Header | Place::Auth);
        if !is_sent || !self.is_telling {
            return is_sent && self.is_literal();
        }
        if self.is_reference() {
            return true;
        }
        let text = self.text();
        let read = text.as_deref().map(Credential::read);
        match read {
            Some(Credential::Literal) => self.is_literal(),
            // A bare name stands for its variable in `apiKey` only.
            Some(Credential::Variable(_)) => self.place == Place::ApiKey,
            Some(read) => read.is_real(),
            None => false,
        }
    }

    /// Whether the text is a word for servers that want no key, the provider's own id among them.
    pub(super) fn is_dummy(&self) -> bool {
        self.text()
            .is_some_and(|text| match Credential::read(&text) {
                Credential::Dummy => true,
                Credential::Literal => self.names_the_provider(credential::without_scheme(&text)),
                _ => false,
            })
    }

    fn names_the_provider(&self, text: &str) -> bool {
        let id = self.provider.id.trim();
        text.eq_ignore_ascii_case(id) && !looks_like_token(id)
    }
}

/// Whether the text names a file where the content of one belongs.
fn is_file_name(text: &str) -> bool {
    let starts = ["/", "~", "./", "../"];
    let ends = [".pem", ".key", ".crt", ".p12"];
    !text.contains('\n')
        && (starts.iter().any(|start| text.starts_with(start))
            || ends.iter().any(|end| text.ends_with(end)))
}

/// The fields that were found so far.
struct Fields<'c>(Vec<Field<'c>>);

impl<'c> Fields<'c> {
    fn add_provider(&mut self, provider: &Arc<Provider<'c>>) {
        let node = provider.node;
        self.add(provider, Place::ApiKey, &[], node.entry("apiKey"));
        self.add_headers(provider, &["headers"], node.get("headers"));
        if let Some(request) = node.get("request") {
            self.add_request(provider, request);
        }
        let service = node.get("localService");
        let env = service.and_then(|service| service.get("env"));
        for entry in env.into_iter().flat_map(Node::entries) {
            let above = &["localService", "env"];
            self.add(provider, Place::ServiceEnv, above, Some(entry));
        }
        for (index, model) in node
            .get("models")
            .into_iter()
            .flat_map(Node::items)
            .enumerate()
        {
            let Some(headers) = model.get("headers") else {
                continue;
            };
            let from = self.0.len();
            for entry in headers.entries() {
                self.add(provider, Place::ModelHeader, &["headers"], Some(entry));
            }
            for field in self.0.iter_mut().skip(from) {
                field.model = Some(index);
            }
        }
    }

    fn add_request(&mut self, provider: &Arc<Provider<'c>>, request: Node<'c>) {
        self.add_headers(provider, &["request", "headers"], request.get("headers"));
        if let Some(auth) = request.get("auth") {
            for key in ["token", "value"] {
                self.add(provider, Place::Auth, &["request", "auth"], auth.entry(key));
            }
        }
        let proxy = request.get("proxy");
        let tls = [
            (request.get("tls"), &["request", "tls"][..]),
            (
                proxy.and_then(|proxy| proxy.get("tls")),
                &["request", "proxy", "tls"],
            ),
        ];
        for (tls, above) in tls {
            let Some(tls) = tls else { continue };
            self.add(provider, Place::TlsKey, above, tls.entry("key"));
            self.add(provider, Place::Passphrase, above, tls.entry("passphrase"));
        }
    }

    fn add_headers(
        &mut self,
        provider: &Arc<Provider<'c>>,
        above: &'static [&'static str],
        headers: Option<Node<'c>>,
    ) {
        for entry in headers.into_iter().flat_map(Node::entries) {
            self.add(provider, Place::Header, above, Some(entry));
        }
    }

    fn add(
        &mut self,
        provider: &Arc<Provider<'c>>,
        place: Place,
        above: &'static [&'static str],
        entry: Option<Entry<'c>>,
    ) {
        let Some(entry) = entry else { return };
        if !matches!(entry.value.kind(), Kind::String | Kind::Object) {
            return;
        }
        let key = entry.key.text().unwrap_or_default();
        let is_telling = match place {
            Place::Header | Place::ModelHeader => is_secret_header(&key),
            Place::ServiceEnv => is_secret_variable(&key),
            _ => true,
        };
        self.0.push(Field {
            provider: Arc::clone(provider),
            place,
            entry,
            is_telling,
            above,
            model: None,
        });
    }
}

/// Headers that end like the name of a credential and are none.
const HARMLESS_HEADERS: [&str; 4] = [
    "idempotency-key",
    "x-idempotency-key",
    "cache-key",
    "x-cache-key",
];

/// Last words of a name that say that a credential follows.
const TELLING: [&str; 13] = [
    "key",
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "credential",
    "credentials",
    "apikey",
    "auth",
    "authorization",
    "cookie",
    "jwt",
];

/// Whether a header of this name carries a credential.
fn is_secret_header(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    !HARMLESS_HEADERS.contains(&name.as_str()) && ends_tellingly(&name)
}

/// Whether a variable of this name holds a credential.
fn is_secret_variable(name: &str) -> bool {
    ends_tellingly(&name.to_lowercase())
}

fn ends_tellingly(name: &str) -> bool {
    let last = name.rsplit(['-', '_', '.']).next().unwrap_or_default();
    let long = ["token", "secret", "password", "apikey"];
    TELLING.contains(&last) || long.iter().any(|end| last.ends_with(end))
}

/// Whether a parameter of this name in a URL carries a credential.
fn is_secret_parameter(name: &str) -> bool {
    let name = name.to_lowercase();
    ends_tellingly(&name) || ["sig", "code", "pwd", "pass"].contains(&name.as_str())
}

/// Whether a credential stands in the query of an address.
pub(super) fn has_secret_query(address: &str) -> bool {
    let query = address
        .split_once('?')
        .and_then(|(_, behind)| behind.split('#').next());
    let parameters = query.unwrap_or_default().split('&');
    let mut parameters = parameters.filter_map(|part| part.split_once('='));
    parameters.any(|(name, value)| {
        is_secret_parameter(name) && Credential::read(value) == Credential::Literal
    })
}

#[cfg(test)]
mod tests {
    use super::{is_secret_header, is_secret_parameter, is_secret_variable};

    #[test]
    fn names_tell_what_they_hold() {
        for name in [
            "Authorization",
            "X-Api-Key",
            "api-key",
            "Cookie",
            "x-plant-key",
            "X-Auth-Token",
            "accessToken",
        ] {
            assert!(is_secret_header(name), "{name}");
        }
        for name in [
            "x-site",
            "Idempotency-Key",
            "X-Token-Count",
            "x-title",
            "HTTP-Referer",
            "",
            "monkey",
        ] {
            assert!(!is_secret_header(name), "{name}");
        }
        for name in ["HF_TOKEN", "LLAMA_API_KEY", "DB_PASSWORD"] {
            assert!(is_secret_variable(name), "{name}");
        }
        for name in [
            "MAX_TOKENS",
            "KEY_FILE",
            "TOKENIZERS_PARALLELISM",
            "CUDA_VISIBLE_DEVICES",
        ] {
            assert!(!is_secret_variable(name), "{name}");
        }
        for (name, is_secret) in [
            ("key", true),
            ("api_key", true),
            ("code", true),
            ("api-version", false),
            ("keys", false),
        ] {
            assert_eq!(is_secret_parameter(name), is_secret, "{name}");
        }
    }
}
