//! TLS towards an endpoint: whom to trust, whom to be.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_platform_verifier::BuilderVerifierExt;
use secrecy::{ExposeSecret, SecretString};

use crate::trust::Origin;

/// `request.tls` of a provider: certificates and keys as PEM text. As in OpenClaw, an authority that is
/// given takes the place of those of this machine.
#[derive(Debug, Clone, Default)]
pub struct Tls {
    /// `ca`: the authorities that may have signed the server's certificate.
    pub ca: Option<SecretString>,
    /// `cert`: the certificate to show, with those above it.
    pub cert: Option<SecretString>,
    /// `key`: its private key.
    pub key: Option<SecretString>,
    /// `serverName`: the name to ask for, and the one expected in the certificate.
    pub server_name: Option<String>,
    /// `insecureSkipVerify`: take any certificate.
    pub skip_verification: bool,
}

/// What is wrong with `request.tls`; never with a part of a certificate or key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    /// No certificate in the text.
    #[error("`request.tls.{0}` holds no certificate in PEM form (`-----BEGIN CERTIFICATE-----`)")]
    NoCertificate(&'static str),
    /// No private key in the text.
    #[error("`request.tls.key` holds no private key in PEM form that can be read")]
    NoKey,
    /// The private key needs a passphrase.
    #[error(
        "`request.tls.key` is encrypted, which clawconf does not open; give it a key without passphrase"
    )]
    EncryptedKey,
    /// Only one of certificate and key.
    #[error("`request.tls` has only one of `cert` and `key`, and both are needed")]
    Half,
    /// Certificate and key that do not fit.
    #[error("`request.tls.key` does not belong to `request.tls.cert`")]
    NotAPair,
    /// No connection can be secured at all.
    #[error("the TLS library cannot be set up on this machine")]
    Library,
}

impl Tls {
    /// The configuration of a connection to an `https` URL.
    ///
    /// # Errors
    /// When a certificate or key cannot be used.
    pub(super) fn config(&self) -> Result<ClientConfig, TlsError> {
        let provider = provider();
        let algorithms = provider.signature_verification_algorithms;
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| TlsError::Library)?;
        let builder = if self.skip_verification {
            builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(AnyCertificate(algorithms)))
        } else if let Some(ca) = &self.ca {
            builder.with_root_certificates(authorities(ca)?)
        } else {
            match builder.clone().with_platform_verifier() {
                Ok(builder) => builder,
                // A machine without authorities of its own, a container say.
                Err(_) => builder.with_root_certificates(bundled()),
            }
        };
        match (&self.cert, &self.key) {
            (None, None) => Ok(builder.with_no_client_auth()),
            (Some(cert), Some(key)) => {
                let chain = certificates(cert, "cert")?;
                builder
                    .with_client_auth_cert(chain, private_key(key)?)
                    .map_err(|_| TlsError::NotAPair)
            }
            _ => Err(TlsError::Half),
        }
    }

    /// What holds for `target`, where a redirect of `own` may lead. The settings are those of one server:
    /// its certificate is a credential, and a check that is skipped for it says nothing of others. The
    /// same host behind another port has the same name and authority.
    pub(super) fn towards(&self, target: &Origin, own: &Origin) -> Cow<'_, Tls> {
        if target == own {
            Cow::Borrowed(self)
        } else if target.host == own.host {
            Cow::Owned(Tls {
                ca: self.ca.clone(),
                server_name: self.server_name.clone(),
                ..Tls::default()
            })
        } else {
            Cow::Owned(Tls::default())
        }
    }

    /// Whether nothing is set, so that one configuration serves all such providers.
    fn is_plain(&self) -> bool {
        self.ca.is_none() && self.cert.is_none() && self.key.is_none() && !self.skip_verification
    }

    /// [`Tls::config`], made once for all providers without settings: the authorities of the machine
    /// are read from files.
    pub(super) fn shared_config(&self) -> Result<ClientConfig, TlsError> {
        static PLAIN: OnceLock<ClientConfig> = OnceLock::new();
        if !self.is_plain() {
            return self.config();
        }
        if let Some(config) = PLAIN.get() {
            return Ok(config.clone());
        }
        let config = self.config()?;
        Ok(PLAIN.get_or_init(|| config).clone())
    }

    /// A configuration for `http` URLs, which need none, and for which none shall be read.
    pub(super) fn none() -> Result<ClientConfig, TlsError> {
        let builder = ClientConfig::builder_with_provider(provider());
        let builder = builder.with_safe_default_protocol_versions();
        let builder = builder.map_err(|_| TlsError::Library)?;
        let builder = builder.with_root_certificates(RootCertStore::empty());
        Ok(builder.with_no_client_auth())
    }
}

/// Where the cryptography comes from; named in this one place.
fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    let new = || Arc::new(rustls::crypto::ring::default_provider());
    Arc::clone(PROVIDER.get_or_init(new))
}

fn bundled() -> RootCertStore {
    RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned())
}

fn authorities(ca: &SecretString) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(ca, "ca")? {
        let added = roots.add(certificate);
        added.map_err(|_| TlsError::NoCertificate("ca"))?;
    }
    Ok(roots)
}

fn certificates(
    pem: &SecretString,
    field: &'static str,
) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found = CertificateDer::pem_slice_iter(pem.expose_secret().as_bytes());
    let found: Result<Vec<_>, _> = found.collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(TlsError::NoCertificate(field)),
    }
}

fn private_key(pem: &SecretString) -> Result<PrivateKeyDer<'static>, TlsError> {
    let text = pem.expose_secret();
    if text.contains("ENCRYPTED") {
        return Err(TlsError::EncryptedKey);
    }
    PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| TlsError::NoKey)
}

/// Takes any certificate; the handshake's signatures are still checked.
#[derive(Debug)]
struct AnyCertificate(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, signed, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, signed, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_along_with_a_redirect() {
        let tls = Tls {
            ca: Some("ca".into()),
            cert: Some("cert".into()),
            key: Some("key".into()),
            server_name: Some("gpu.internal".to_owned()),
            skip_verification: true,
        };
        let own = Origin::parse("https://gpu.lan").unwrap();
        for (target, shows_itself, has_name) in [
            ("https://gpu.lan", true, true),
            ("https://gpu.lan:8443", false, true),
            ("https://other.example", false, false),
        ] {
            let found = tls.towards(&Origin::parse(target).unwrap(), &own);
            assert_eq!(found.cert.is_some(), shows_itself, "{target}");
            assert_eq!(found.key.is_some(), shows_itself, "{target}");
            assert_eq!(found.server_name.is_some(), has_name, "{target}");
            assert_eq!(found.ca.is_some(), has_name, "{target}");
            assert_eq!(found.skip_verification, shows_itself, "{target}");
        }
    }
}
