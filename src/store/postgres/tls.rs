//! Encrypted connections by rustls, with libpq's meaning of `sslmode`.
//!
//! `disable`: never. `prefer` (the default): where the server offers it, else in the open.
//! `require`: always, but the server may be anybody, unless there is a root certificate, which is
//! then looked at as with `verify-ca`. `verify-ca`: the certificate is signed by a known root.
//! `verify-full`: and made out for this host. A unix socket is never encrypted.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::password::variable;
use crate::store::Result;
use crate::store::address::{Address, quoted, wrong};

/// How a connection is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    Disable,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

impl Mode {
    fn read(word: &str) -> Result<Self> {
        Ok(match word {
            "disable" => Self::Disable,
            // libpq's `allow` tries in the open first; whoever accepts either is better served the
            // other way round.
            "allow" | "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            other => {
                return Err(wrong(
                    &format!("sslmode {} is unknown", quoted(other)),
                    "disable, prefer, require, verify-ca or verify-full",
                ));
            }
        })
    }

    /// What is asked of the connection; who the server is, the verifier decides.
    pub(super) fn of_connection(self) -> SslMode {
        match self {
            Self::Disable => SslMode::Disable,
            Self::Prefer => SslMode::Prefer,
            _ => SslMode::Require,
        }
    }
}

/// How the connections of an address are secured.
#[derive(Clone)]
pub(super) struct Security {
    pub(super) mode: Mode,
    pub(super) connector: Option<MakeRustlsConnect>,
}

impl Security {
    /// Reads the URL, then libpq's variables and files. Certificates are read only where a host is
    /// on the network.
    pub(super) fn of(address: &Address, network: bool) -> Result<Self> {
        let word = address.parameter("sslmode").map(str::to_owned).or_else(|| variable("PGSSLMODE"));
        let root = address.parameter("sslrootcert").map(str::to_owned).or_else(|| variable("PGSSLROOTCERT"));
        let system = root.as_deref() == Some("system");
        let mut mode = word.as_deref().map(Mode::read).transpose()?.unwrap_or(if system {
            Mode::VerifyFull
        } else {
            Mode::Prefer
        });
        if !network || mode == Mode::Disable {
            return Ok(Self { mode: Mode::Disable, connector: None });
        }
        if system && mode < Mode::VerifyFull {
            return Err(wrong(
                "with sslrootcert=system anybody with a certificate could be the server unless its name is compared",
                "sslmode=verify-full",
            ));
        }
        let file = match root {
            Some(_) if system => None,
            Some(path) => Some(PathBuf::from(path)),
            None => usual_root(),
        };
        if mode == Mode::Require && file.is_some() {
            mode = Mode::VerifyCa;
        }
        let verifier = Verifier::new(mode, file.as_deref())?;
        let provider = Arc::clone(&verifier.provider);
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| {
                wrong(&format!("TLS cannot be used: {error}"), "sslmode=disable, in a network you trust")
            })?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok(Self { mode, connector: Some(MakeRustlsConnect::new(config)) })
    }
}

/// `~/.postgresql/root.crt`, if there.
fn usual_root() -> Option<PathBuf> {
    let file = PathBuf::from(variable("HOME")?).join(".postgresql/root.crt");
    // One that cannot be looked at is there: it must not be passed over.
    file.try_exists().unwrap_or(true).then_some(file)
}

/// Looks at the server's certificate as far as the mode demands.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    /// None: anybody may be the server.
    chain: Option<Arc<WebPkiServerVerifier>>,
    /// Whether the certificate has to be made out for the host.
    name: bool,
}

impl Verifier {
    fn new(mode: Mode, file: Option<&Path>) -> Result<Self> {
        let provider = Arc::new(ring::default_provider());
        let chain = match mode {
            Mode::VerifyCa | Mode::VerifyFull => Some(roots(file)?),
            _ => None,
        };
        let chain = chain
            .map(|roots| {
                WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                    .build()
                    .map_err(|error| {
                        wrong(
                            &format!("the root certificates cannot be used: {error}"),
                            "sslrootcert=FILE names others",
                        )
                    })
            })
            .transpose()?;
        Ok(Self { provider, chain, name: mode == Mode::VerifyFull })
    }
}

/// The roots of a file, else those of the system.
fn roots(file: Option<&Path>) -> Result<RootCertStore> {
    if let Some(file) = file {
        return roots_in(file);
    }
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        return Err(wrong(
            "the system has no root certificates to know the server by",
            "sslrootcert=FILE names the one of your server",
        ));
    }
    Ok(roots)
}

fn roots_in(file: &Path) -> Result<RootCertStore> {
    let hint = "sslrootcert=FILE names a file in PEM form, sslrootcert=system means the system's";
    let unusable = |why: String| wrong(&format!("the root certificate {} {why}", file.display()), hint);
    let unreadable = |error: rustls::pki_types::pem::Error| unusable(format!("cannot be read: {error}"));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(unreadable)? {
        let certificate = certificate.map_err(unreadable)?;
        roots.add(certificate).map_err(|error| unusable(format!("cannot be used: {error}")))?;
    }
    if roots.is_empty() {
        return Err(unusable("holds no certificate".to_owned()));
    }
    Ok(roots)
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        match chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // The name is looked at last, when everything else was found in order.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.name => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
