//! `request`: how requests to one provider travel.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::annotation::{each, secret, tag};
use super::secret::SecretInput;

/// Overrides for how requests travel to a provider.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-label" = "Request Transport"))]
pub struct Request {
    /// Headers added last, after OpenClaw's own attribution and credential headers.
    #[schemars(
        extend("x-label" = "Request Headers", "x-tags" = ["network"]),
        transform = each("Header Value", "Value of one header, treated as a secret.").secret()
    )]
    pub headers: Option<BTreeMap<String, SecretInput>>,
    /// Replaces the provider's own way of sending credentials. `mode` chooses which other keys
    /// apply.
    #[schemars(extend("x-label" = "Request Auth", "x-tags" = ["network"]))]
    pub auth: Option<RequestAuth>,
    /// Proxy between OpenClaw and the endpoint: the one of the environment, or one named here.
    #[schemars(extend("x-label" = "Request Proxy", "x-tags" = ["network"]))]
    pub proxy: Option<RequestProxy>,
    /// TLS towards the endpoint. The proxy has a `tls` of its own.
    #[schemars(extend("x-label" = "Request TLS", "x-tags" = ["network"]))]
    pub tls: Option<Tls>,
    /// `true` allows every private target, `false` blocks even the configured origin. Absent allows
    /// exactly the configured origin, but never metadata or link-local addresses. WebSocket
    /// connections are not covered.
    #[schemars(extend("x-label" = "Allow Private Network", "x-tags" = ["network"]))]
    pub allow_private_network: Option<bool>,
}

/// How the credential of a request is sent, in place of the provider's own way.
#[derive(Deserialize, JsonSchema)]
#[serde(
    tag = "mode",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[schemars(
    extend("x-label" = "Request Auth"),
    transform = tag(
        "mode",
        "Auth Mode",
        "How the credential is sent: `provider-default`, `authorization-bearer` with `token`, or `header` with `headerName` and `value`."
    )
)]
pub enum RequestAuth {
    /// Keep the provider's own way; no other key is allowed.
    ProviderDefault {},
    /// Send a bearer token in the `Authorization` header.
    AuthorizationBearer {
        /// The bearer token; mandatory in mode `authorization-bearer`. Prefer a SecretRef or a
        /// template to the token itself.
        #[schemars(extend("x-label" = "Bearer Token"), transform = secret)]
        token: SecretInput,
    },
    /// Send the credential in a header of your choice.
    Header {
        /// Name of the header that carries the credential; mandatory in mode `header`.
        #[schemars(length(min = 1), extend("x-label" = "Header Name", "x-tags" = ["network"]))]
        header_name: String,
        /// The credential; mandatory in mode `header`. Prefer a SecretRef or a template to the
        /// secret itself.
        #[schemars(extend("x-label" = "Header Value"), transform = secret)]
        value: SecretInput,
        /// Text put before `value` in mode `header`, for example `Token `.
        #[schemars(extend("x-label" = "Value Prefix"))]
        prefix: Option<String>,
    },
}

/// The proxy that requests go through.
#[derive(Deserialize, JsonSchema)]
#[serde(
    tag = "mode",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[schemars(
    extend("x-label" = "Request Proxy"),
    transform = tag(
        "mode",
        "Proxy Mode",
        "Which proxy is used: `env-proxy` for the one of the environment, `explicit-proxy` for the one in `url`."
    )
)]
pub enum RequestProxy {
    /// Use the proxy that the environment variables name; `url` is not allowed here.
    EnvProxy {
        /// TLS towards the proxy, separate from TLS towards the endpoint.
        #[schemars(extend("x-label" = "Proxy TLS", "x-tags" = ["network"]))]
        tls: Option<Tls>,
    },
    /// Use the proxy named in `url`.
    ExplicitProxy {
        /// Address of the proxy; mandatory in mode `explicit-proxy`. User name and password in it
        /// are masked when the config is shown.
        #[schemars(
            length(min = 1),
            extend("x-label" = "Proxy URL", "x-tags" = ["url", "network"], "x-secret-in-url" = true)
        )]
        url: String,
        /// TLS towards the proxy, separate from TLS towards the endpoint.
        #[schemars(extend("x-label" = "Proxy TLS", "x-tags" = ["network"]))]
        tls: Option<Tls>,
    },
}

/// TLS settings for one connection; endpoint and proxy have one set each.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("x-label" = "TLS"))]
pub struct Tls {
    /// Certificate authority that signed the other side's certificate, for private ones.
    #[schemars(extend("x-label" = "CA Certificate"), transform = secret)]
    pub ca: Option<SecretInput>,
    /// Client certificate, when the other side asks for one.
    #[schemars(extend("x-label" = "Client Certificate"), transform = secret)]
    pub cert: Option<SecretInput>,
    /// Private key of the client certificate.
    #[schemars(extend("x-label" = "Client Key"), transform = secret)]
    pub key: Option<SecretInput>,
    /// Passphrase that unlocks the private key.
    #[schemars(extend("x-label" = "Key Passphrase"), transform = secret)]
    pub passphrase: Option<SecretInput>,
    /// Host name expected in the certificate, when it differs from the one in the address.
    #[schemars(extend("x-label" = "Server Name", "x-tags" = ["network"]))]
    pub server_name: Option<String>,
    /// `true` accepts any certificate without checking it. For development only.
    #[schemars(extend("x-label" = "Skip Verification", "x-tags" = ["network"]))]
    pub insecure_skip_verify: Option<bool>,
}
