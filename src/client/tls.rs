//! What is trusted under TLS, and what a refusal points at.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls13_signature_with_raw_key,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{
    CertificateDer, PrivateKeyDer, ServerName, SubjectPublicKeyInfoDer, UnixTime,
};
use rustls::sign::CertifiedKey;
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error, InvalidMessage,
    OtherError, PeerIncompatible, PeerMisbehaved, RootCertStore, SignatureScheme,
};

use crate::client::certificate::Certificate;
use crate::client::{ClientError, Clue};
use crate::input;
use crate::target;

/// How a client speaks TLS.
#[derive(Debug, Clone)]
pub(super) struct Tls {
    pub(super) config: Arc<ClientConfig>,
    /// Whether a server has asked for a certificate of the client.
    asked: Arc<AtomicBool>,
    has_certificate: bool,
}

/// A refusal of a certificate, told from what the certificate says itself.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct Refused {
    clue: Clue,
    message: String,
}

impl Tls {
    /// What a target trusts.
    pub(super) fn of(target: &target::Tls) -> Result<Self, ClientError> {
        let provider = provider();
        let named = match &target.cacert {
            Some(path) => certificates(path)?,
            None => Vec::new(),
        };
        let verifier: Arc<dyn ServerCertVerifier> = if target.insecure {
            Arc::new(AnyServer(provider.signature_verification_algorithms))
        } else {
            Arc::new(Server::trusting(named, &provider)?)
        };
        let identity = match &target.cert {
            Some(path) => Some(identity(path, &provider)?),
            None => None,
        };
        Self::with(&provider, verifier, identity)
    }

    /// A client that takes any server.
    pub(super) fn careless() -> Result<Self, ClientError> {
        let provider = provider();
        let any = Arc::new(AnyServer(provider.signature_verification_algorithms));
        Self::with(&provider, any, None)
    }

    fn with(
        provider: &Arc<CryptoProvider>,
        verifier: Arc<dyn ServerCertVerifier>,
        identity: Option<CertifiedKey>,
    ) -> Result<Self, ClientError> {
        let asked = Arc::new(AtomicBool::new(false));
        let has_certificate = identity.is_some();
        let client = Client {
            identity: identity.map(Arc::new),
            asked: Arc::clone(&asked),
        };
        // What follows is `dangerous` as a verifier of one's own is: it goes beyond the library's only for
        // a certificate that was named byte for byte, or where `--insecure` wants no verification.
        let mut config = ClientConfig::builder_with_provider(Arc::clone(provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| set_up(&error))?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_client_cert_resolver(Arc::new(client));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            config: Arc::new(config),
            asked,
            has_certificate,
        })
    }

    /// What a refusal points at, and what a message says of it.
    pub(super) fn told(&self, error: &Error) -> (Option<Clue>, String) {
        if let Some(refused) = refused(error) {
            return (Some(refused.clue), refused.message.clone());
        }
        let clue = self.clue(error);
        let sentence = clue.and_then(Clue::sentence);
        let said = match error {
            Error::AlertReceived(alert) => Some(format!("the server's alert: {}", words(*alert))),
            _ => None,
        };
        let message = match (sentence, said) {
            (Some(sentence), Some(said)) => format!("{sentence} ({said})"),
            (Some(sentence), None) => sentence.to_owned(),
            (None, Some(said)) => said,
            (None, None) => error.to_string(),
        };
        (clue, message)
    }

    fn clue(&self, error: &Error) -> Option<Clue> {
        use AlertDescription as Alert;
        let is_asked = self.asked.load(Ordering::Relaxed);
        let of_client = if self.has_certificate {
            Clue::ClientCertificateRefused
        } else {
            Clue::ClientCertificate
        };
        Some(match error {
            Error::InvalidMessage(InvalidMessage::InvalidContentType) => Clue::PlainHttp,
            Error::InvalidCertificate(error) => of_certificate(error)?,
            Error::NoCertificatesPresented => Clue::Unsound,
            Error::AlertReceived(Alert::CertificateRequired | Alert::NoCertificate) => {
                Clue::ClientCertificate
            }
            // They speak of a certificate that the client has shown, or should have.
            Error::AlertReceived(
                Alert::BadCertificate
                | Alert::UnsupportedCertificate
                | Alert::CertificateRevoked
                | Alert::CertificateExpired
                | Alert::CertificateUnknown
                | Alert::UnknownCA
                | Alert::AccessDenied,
            ) => of_client,
            // TLS 1.2 has no alert of its own for a certificate that is not there (RFC 5246, 7.4.6).
            Error::AlertReceived(Alert::HandshakeFailure) if is_asked => of_client,
            // An authority of the name in the certificate is trusted there, but has not issued it.
            Error::AlertReceived(Alert::DecryptError) if is_asked && self.has_certificate => {
                of_client
            }
            Error::AlertReceived(Alert::ProtocolVersion)
            | Error::PeerIncompatible(
                PeerIncompatible::ServerDoesNotSupportTls12Or13
                | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
            )
            | Error::InvalidMessage(InvalidMessage::UnknownProtocolVersion) => Clue::Version,
            Error::AlertReceived(
                Alert::HandshakeFailure
                | Alert::InsufficientSecurity
                | Alert::NoApplicationProtocol,
            )
            | Error::PeerIncompatible(_) => Clue::NoCipher,
            Error::AlertReceived(Alert::UnrecognisedName) => Clue::UnknownName,
            Error::AlertReceived(Alert::CloseNotify) => Clue::Handshake,
            _ => return None,
        })
    }
}

/// What an alert says (RFC 8446, 6.2), in its own words.
fn words(alert: AlertDescription) -> String {
    let name = alert.as_str().unwrap_or("one that nobody knows");
    let mut words = String::new();
    let mut before = 'A';
    for c in name.chars() {
        if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
            words.push(' ');
        }
        words.push(c);
        before = c;
    }
    words.to_lowercase()
}

fn refused(error: &Error) -> Option<&Refused> {
    match error {
        Error::InvalidCertificate(CertificateError::Other(other)) => other.0.downcast_ref(),
        _ => None,
    }
}

/// What the library's judgement of a certificate points at.
fn of_certificate(error: &CertificateError) -> Option<Clue> {
    use CertificateError as Certificate;
    Some(match error {
        Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
            Clue::OtherName
        }
        Certificate::Expired | Certificate::ExpiredContext { .. } => Clue::Expired,
        Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => Clue::NotYetValid,
        Certificate::UnknownIssuer => Clue::UnknownIssuer,
        Certificate::Revoked => Clue::Revoked,
        Certificate::InvalidPurpose | Certificate::InvalidPurposeContext { .. } => {
            Clue::OtherPurpose
        }
        Certificate::Other(other) => match other.0.downcast_ref::<webpki::Error>() {
            Some(webpki::Error::CaUsedAsEndEntity) => Clue::Authority,
            Some(webpki::Error::UnsupportedCertVersion) => Clue::Version1,
            Some(_) => Clue::Unsound,
            None => return None,
        },
        _ => Clue::Unsound,
    })
}

/// Trusts whom the system trusts, the authorities that are named, and a server whose very own certificate
/// is named.
#[derive(Debug)]
struct Server {
    platform: rustls_platform_verifier::Verifier,
    own: Vec<CertificateDer<'static>>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Server {
    fn trusting(
        named: Vec<CertificateDer<'static>>,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, ClientError> {
        let mut authorities = named.clone();
        authorities.retain(|named| RootCertStore::empty().add(named.clone()).is_ok());
        let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(
            authorities,
            Arc::clone(provider),
        );
        Ok(Self {
            platform: verifier.map_err(|error| set_up(&error))?,
            own: named,
            algorithms: provider.signature_verification_algorithms,
        })
    }

    fn is_named(&self, certificate: &CertificateDer<'_>) -> bool {
        self.own.iter().any(|own| own == certificate)
    }

    /// The key of a certificate that is named.
    fn own_key(
        &self,
        certificate: &CertificateDer<'_>,
    ) -> Option<SubjectPublicKeyInfoDer<'static>> {
        let is_named = self.is_named(certificate);
        let key = is_named
            .then(|| Certificate::read(certificate))
            .flatten()?
            .key;
        Some(SubjectPublicKeyInfoDer::from(key))
    }
}

impl ServerCertVerifier for Server {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let read = Certificate::read(end_entity);
        if let Some(read) = &read
            && self.is_named(end_entity)
        {
            return match read.flaw(server_name, now) {
                None => Ok(ServerCertVerified::assertion()),
                Some(clue) => Err(refusal(clue, read)),
            };
        }
        let verified = self.platform.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        verified.map_err(|error| {
            let of_library = match &error {
                Error::InvalidCertificate(error) => of_certificate(error),
                _ => None,
            };
            // What the library leaves open, or calls by the name of one of its rules, the certificate
            // itself may tell.
            let is_open = matches!(
                of_library,
                None | Some(
                    Clue::UnknownIssuer
                        | Clue::Unsound
                        | Clue::Authority
                        | Clue::Version1
                        | Clue::OtherName
                )
            );
            let Some(read) = read.filter(|_| is_open) else {
                return error;
            };
            match read.refusal(server_name, now).or(of_library) {
                Some(clue) => refusal(clue, &read),
                None => error,
            }
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match self.own_key(certificate) {
            Some(key) => verify_with_key(message, &key, signed, &self.algorithms),
            None => self
                .platform
                .verify_tls12_signature(message, certificate, signed),
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        // The library reads no certificate of version 1, but its key all the same.
        match self.own_key(certificate) {
            Some(key) => {
                verify_tls13_signature_with_raw_key(message, &key, signed, &self.algorithms)
            }
            None => self
                .platform
                .verify_tls13_signature(message, certificate, signed),
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.platform.supported_verify_schemes()
    }
}

fn refusal(clue: Clue, read: &Certificate) -> Error {
    let sentence = clue.sentence().unwrap_or_default();
    let names = read.told_names();
    let message = if clue == Clue::OtherName && !names.is_empty() {
        format!("{sentence} ({names})")
    } else {
        sentence.to_owned()
    };
    let refused = Refused { clue, message };
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(refused))))
}

/// Verifies a signature of TLS 1.2 with a key; each algorithm of its scheme is tried, as a scheme names no
/// curve there (RFC 5246, 7.4.1.4.1).
fn verify_with_key(
    message: &[u8],
    key: &SubjectPublicKeyInfoDer<'_>,
    signed: &DigitallySignedStruct,
    algorithms: &WebPkiSupportedAlgorithms,
) -> Result<HandshakeSignatureValid, Error> {
    let mut schemes = algorithms.mapping.iter();
    let Some((_, of_scheme)) = schemes.find(|(scheme, _)| *scheme == signed.scheme) else {
        return Err(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme.into());
    };
    let bad = || Error::InvalidCertificate(CertificateError::BadSignature);
    let key = webpki::RawPublicKeyEntity::try_from(key).map_err(|_| bad())?;
    let is_verified = of_scheme.iter().any(|algorithm| {
        let verified = key.verify_signature(*algorithm, message, signed.signature());
        verified.is_ok()
    });
    if is_verified {
        Ok(HandshakeSignatureValid::assertion())
    } else {
        Err(bad())
    }
}

/// Takes every server.
#[derive(Debug)]
struct AnyServer(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for AnyServer {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

/// Shows the certificate that is named, where there is one, and remembers that it was asked for.
#[derive(Debug)]
struct Client {
    identity: Option<Arc<CertifiedKey>>,
    asked: Arc<AtomicBool>,
}

impl ResolvesClientCert for Client {
    fn resolve(&self, _hints: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked.store(true, Ordering::Relaxed);
        self.identity.clone()
    }

    fn has_certs(&self) -> bool {
        self.identity.is_some()
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn set_up(error: &Error) -> ClientError {
    ClientError::Setup {
        message: error.to_string(),
    }
}

/// The certificates of a PEM file, at least one.
fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, ClientError> {
    let text = read(path)?;
    let read = CertificateDer::pem_slice_iter(&text).collect::<Result<Vec<_>, _>>();
    let certificates = read.unwrap_or_default();
    let is_sound = |certificate: &CertificateDer<'_>| Certificate::read(certificate).is_some();
    if certificates.is_empty() || !certificates.iter().all(is_sound) {
        return Err(unusable(path, "certificate"));
    }
    Ok(certificates)
}

/// The client's certificates and key in a PEM file.
fn identity(path: &Path, provider: &CryptoProvider) -> Result<CertifiedKey, ClientError> {
    let wrong = || unusable(path, "certificate and key");
    let text = read(path)?;
    let read = CertificateDer::pem_slice_iter(&text).collect::<Result<Vec<_>, _>>();
    let certificates = read
        .ok()
        .filter(|read| !read.is_empty())
        .ok_or_else(wrong)?;
    let key = PrivateKeyDer::from_pem_slice(&text).map_err(|_| wrong())?;
    CertifiedKey::from_der(certificates, key, provider).map_err(|_| wrong())
}

fn unusable(path: &Path, what: &'static str) -> ClientError {
    ClientError::Certificate {
        path: path.display().to_string(),
        what,
    }
}

fn read(path: &Path) -> Result<Vec<u8>, ClientError> {
    input::bytes(path).map_err(|error| ClientError::Io {
        path: path.display().to_string(),
        error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls(is_asked: bool, has_certificate: bool) -> Tls {
        let tls = Tls::careless().unwrap();
        tls.asked.store(is_asked, Ordering::Relaxed);
        Tls {
            has_certificate,
            ..tls
        }
    }

    #[test]
    fn an_alert_points_at_what_the_server_wants() {
        use AlertDescription as Alert;
        for (alert, is_asked, has_certificate, clue) in [
            (
                Alert::CertificateRequired,
                true,
                false,
                Clue::ClientCertificate,
            ),
            (
                Alert::HandshakeFailure,
                true,
                false,
                Clue::ClientCertificate,
            ),
            (Alert::HandshakeFailure, false, false, Clue::NoCipher),
            (Alert::BadCertificate, true, false, Clue::ClientCertificate),
            (Alert::UnknownCA, true, true, Clue::ClientCertificateRefused),
            (Alert::ProtocolVersion, false, false, Clue::Version),
            (Alert::UnrecognisedName, false, false, Clue::UnknownName),
        ] {
            let (told, message) = tls(is_asked, has_certificate).told(&Error::AlertReceived(alert));
            assert_eq!(told, Some(clue), "{alert:?}");
            assert!(message.contains("the server's alert: "), "{message}");
        }
        let (told, message) = tls(false, false).told(&Error::AlertReceived(Alert::InternalError));
        assert_eq!(told, None);
        assert_eq!(message, "the server's alert: internal error");
    }

    #[test]
    fn the_librarys_rules_have_sentences() {
        let other = |error| {
            let error = OtherError(Arc::new(error));
            Error::InvalidCertificate(CertificateError::Other(error))
        };
        for (error, clue) in [
            (other(webpki::Error::CaUsedAsEndEntity), Clue::Authority),
            (other(webpki::Error::UnsupportedCertVersion), Clue::Version1),
            (
                other(webpki::Error::PathLenConstraintViolated),
                Clue::Unsound,
            ),
            (
                Error::InvalidCertificate(CertificateError::BadSignature),
                Clue::Unsound,
            ),
            (
                PeerIncompatible::ServerDoesNotSupportTls12Or13.into(),
                Clue::Version,
            ),
            (PeerIncompatible::NoKxGroupsInCommon.into(), Clue::NoCipher),
        ] {
            let (told, message) = tls(false, false).told(&error);
            assert_eq!(told, Some(clue), "{error:?}");
            assert_eq!(Some(message.as_str()), clue.sentence());
        }
    }
}
