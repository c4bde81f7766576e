//! Portals whose certificate is not to be trusted get no token, and the run says why.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::support::hostile::{Hostile, request, tried, whole};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, IsCa, Issuer, KeyPair, PublicKeyData,
    SigningKey, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ServerConfig, SupportedProtocolVersion};

/// An authority that the program is told to trust, or not.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    folder: tempfile::TempDir,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), certificate.pem()).unwrap();
        Self {
            issuer: Issuer::new(params, key),
            folder,
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// A portal with a certificate for a name, and how many requests it got to see.
    fn portal(&self, name: &str, last_year: i32) -> (Hostile, Arc<AtomicUsize>) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(last_year, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        serve(config(certificate.der(), &key, rustls::ALL_VERSIONS, None))
    }
}

/// How a portal speaks TLS: with a certificate and its key, and with those clients alone that show a
/// certificate of an authority, where one is given.
fn config(
    certificate: &CertificateDer<'static>,
    key: &KeyPair,
    versions: &[&'static SupportedProtocolVersion],
    clients: Option<&CertificateDer<'static>>,
) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(versions)
        .unwrap();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(authority) => {
            let mut roots = rustls::RootCertStore::empty();
            roots.add(authority.clone()).unwrap();
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let key = rustls::crypto::ring::sign::any_supported_type(&key).unwrap();
    // The library would hold a certificate of version 1 against its key, and reads none.
    let shown = CertifiedKey::new(vec![certificate.clone()], key);
    builder.with_cert_resolver(Arc::new(SingleCertAndKey::from(shown)))
}

/// A portal, and how many requests it got to see.
fn serve(config: ServerConfig) -> (Hostile, Arc<AtomicUsize>) {
    let config = Arc::new(config);
    let requests = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&requests);
    let mut portal = Hostile::accepting(move |stream| {
        let connection = rustls::ServerConnection::new(Arc::clone(&config));
        let mut stream =
            rustls::StreamOwned::new(connection.map_err(std::io::Error::other)?, stream);
        if request(&mut stream).is_err() {
            return hang_up(stream.sock);
        }
        seen.fetch_add(1, Ordering::Relaxed);
        stream.write_all(&whole("application/json", b"{}"))?;
        stream.conn.send_close_notify();
        stream.flush()
    });
    portal.url = portal.url.replace("http://", "https://");
    (portal, requests)
}

/// Lets the client read what was sent: an alert, say.
fn hang_up(mut stream: TcpStream) -> std::io::Result<()> {
    stream.shutdown(Shutdown::Write)?;
    std::io::copy(&mut stream, &mut std::io::sink()).map(drop)
}

#[test]
fn a_certificate_that_is_not_to_be_trusted_gets_no_token() {
    let authority = Authority::new();
    let file = authority.file();
    let trusting = ["--cacert", file.to_str().unwrap()];
    for (name, last_year, arguments, words) in [
        (
            "other.test",
            2100,
            &trusting[..],
            "the certificate is for another name",
        ),
        (
            "127.0.0.1",
            2021,
            &trusting[..],
            "the certificate has to be renewed",
        ),
        ("127.0.0.1", 2100, &[], "with --cacert FILE"),
    ] {
        let (portal, requests) = authority.portal(name, last_year);
        let tried = portal.tried(arguments);
        tried.says(3, &["no TLS connection to https://", words]);
        tried.within(60);
        assert_eq!(requests.load(Ordering::Relaxed), 0);
        assert!(portal.connections() < 4, "{}", portal.connections());
    }
}

#[test]
fn a_certificate_that_is_trusted_lets_the_portal_be_asked() {
    let authority = Authority::new();
    let file = authority.file();
    let (portal, requests) = authority.portal("127.0.0.1", 2100);
    let trusted = portal.tried(&["--cacert", file.to_str().unwrap()]);
    trusted.says(3, &["answers every request alike, with 200"]);
    assert!(requests.load(Ordering::Relaxed) > 0);
    let (expired, requests) = authority.portal("other.test", 2021);
    let insecure = expired.tried(&["--insecure"]);
    insecure.says(3, &["answers every request alike, with 200"]);
    assert!(requests.load(Ordering::Relaxed) > 0);
}

#[test]
fn a_port_that_speaks_the_other_protocol_is_named() {
    let (portal, _) = Authority::new().portal("127.0.0.1", 2100);
    let plain = portal.url.replace("https://", "http://");
    tried(&["--url", &plain])
        .says(3, &["does the port speak TLS? try https://"])
        .within(60);
    let heard = Arc::new(Mutex::new(Vec::new()));
    let all = Arc::clone(&heard);
    let portal = Hostile::accepting(move |mut stream| {
        let mut start = [0; 5];
        std::io::Read::read_exact(&mut stream, &mut start)?;
        all.lock().unwrap().extend(start);
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    });
    let secure = portal.url.replace("http://", "https://");
    tried(&["--url", &secure])
        .says(3, &["does the port speak plain HTTP? try http://"])
        .within(60);
    // 22 begins a TLS handshake: no request was sent in the clear.
    assert_eq!(heard.lock().unwrap()[0], 22);
}

/// A certificate that vouches for itself, and its key.
fn self_signed(
    names: &[&str],
    is_authority: bool,
    last_year: i32,
) -> (CertificateDer<'static>, KeyPair) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name = DistinguishedName::new();
    if is_authority {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(last_year, 1, 1);
    let key = KeyPair::generate().unwrap();
    (params.self_signed(&key).unwrap().der().clone(), key)
}

fn der(tag: u8, content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    let [high, low] = u16::try_from(content.len()).unwrap().to_be_bytes();
    let length = match (high, low) {
        (0, low @ 0..=127) => vec![low],
        (0, low) => vec![0x81, low],
        (high, low) => vec![0x82, high, low],
    };
    [&[tag][..], &length, &content].concat()
}

/// A certificate of version 1, as `openssl x509 -req -signkey` makes them: without names (RFC 5280, 4.1).
fn version_1() -> (CertificateDer<'static>, KeyPair) {
    const SEQUENCE: u8 = 0x30;
    let key = KeyPair::generate().unwrap();
    // ecdsa-with-SHA256, and O = Our Office.
    let algorithm = der(SEQUENCE, &[&[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2]]);
    let organisation = der(
        SEQUENCE,
        &[&[6, 3, 0x55, 4, 10], &der(12, &[b"Our Office"])],
    );
    let name = der(SEQUENCE, &[&der(0x31, &[&organisation])]);
    let days = ["200101000000Z", "490101000000Z"].map(|day| der(0x17, &[day.as_bytes()]));
    let validity = der(SEQUENCE, &[&days[0], &days[1]]);
    let public = key.subject_public_key_info();
    let signed = der(
        SEQUENCE,
        &[&[2, 1, 1], &algorithm, &name, &validity, &name, &public],
    );
    let signature = der(3, &[&[0], &key.sign(&signed).unwrap()]);
    let whole = der(SEQUENCE, &[&signed, &algorithm, &signature]);
    (CertificateDer::from(whole), key)
}

fn write_pem(folder: &Path, name: &str, parts: &[(&str, &[u8])]) -> String {
    use base64::Engine;
    let mut text = String::new();
    for (label, der) in parts {
        let body = base64::engine::general_purpose::STANDARD.encode(der);
        text += &["-----BEGIN ", label, "-----\n"].concat();
        for line in body.as_bytes().chunks(64) {
            text.push_str(std::str::from_utf8(line).unwrap());
            text.push('\n');
        }
        text += &["-----END ", label, "-----\n"].concat();
    }
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_servers_own_certificate_is_trusted_where_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (other, _) = self_signed(&["127.0.0.1"], true, 2100);
    let other = write_pem(folder.path(), "other.pem", &[("CERTIFICATE", &other)]);
    let versions: [&[&SupportedProtocolVersion]; 2] =
        [&[&rustls::version::TLS12], &[&rustls::version::TLS13]];
    for (certificate, refusal) in [
        (
            self_signed(&["127.0.0.1"], true, 2100),
            "one of an authority (CA:TRUE)",
        ),
        (
            self_signed(&["127.0.0.1"], false, 2100),
            "the certificate is self-signed",
        ),
        (
            self_signed(&[], true, 2100),
            "one of an authority (CA:TRUE)",
        ),
        (version_1(), "of version 1, which names no host"),
    ] {
        let (certificate, key) = certificate;
        let own = write_pem(folder.path(), "own.pem", &[("CERTIFICATE", &certificate)]);
        for versions in versions {
            let (portal, requests) = serve(config(&certificate, &key, versions, None));
            for arguments in [&[][..], &["--cacert", &other]] {
                let refused = portal.tried(arguments);
                let advice = "name the certificate itself with --cacert FILE";
                refused.says(3, &["no TLS connection", refusal, advice, "--insecure"]);
            }
            assert_eq!(requests.load(Ordering::Relaxed), 0);
            let trusted = portal.tried(&["--cacert", &own, "::json", "--skip", "refusal"]);
            trusted.says(1, &["violates the contract"]);
            assert!(requests.load(Ordering::Relaxed) > 0);
        }
    }
}

#[test]
fn a_certificate_that_is_named_must_be_valid_and_for_the_host_and_shown_with_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let (_, other_key) = self_signed(&[], true, 2100);
    for (names, last_year, is_own_key, words) in [
        (
            &["other.test"][..],
            2100,
            true,
            "for another name (other.test); is the URL's host right?",
        ),
        (
            &["127.0.0.1"],
            2021,
            true,
            "has expired; the certificate has to be renewed",
        ),
        (
            &["127.0.0.1"],
            2100,
            false,
            "its signature cannot be verified",
        ),
    ] {
        let (certificate, key) = self_signed(names, true, last_year);
        let own = write_pem(folder.path(), "own.pem", &[("CERTIFICATE", &certificate)]);
        let key = if is_own_key { &key } else { &other_key };
        for versions in [&rustls::version::TLS12, &rustls::version::TLS13] {
            let (portal, requests) = serve(config(&certificate, key, &[versions], None));
            let tried = portal.tried(&["--cacert", &own]);
            tried.says(3, &["no TLS connection", words]);
            assert_eq!(requests.load(Ordering::Relaxed), 0);
        }
    }
}

#[test]
fn a_portal_that_asks_for_a_certificate_of_the_client_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = self_signed(&["127.0.0.1"], true, 2100);
    let own = write_pem(folder.path(), "own.pem", &[("CERTIFICATE", &certificate)]);
    let (stranger, strangers_key) = self_signed(&["client"], false, 2100);
    let strange = write_pem(
        folder.path(),
        "client.pem",
        &[
            ("CERTIFICATE", &stranger),
            ("PRIVATE KEY", &strangers_key.serialize_der()),
        ],
    );
    for versions in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let authority = Some(&certificate);
        let (portal, requests) = serve(config(&certificate, &key, &[versions], authority));
        portal.tried(&["--cacert", &own]).says(
            3,
            &["asks for a certificate of the client", "by --cert FILE"],
        );
        portal.tried(&["--cacert", &own, "--cert", &strange]).says(
            3,
            &["refuses the certificate of the client", "in --cert valid"],
        );
        assert_eq!(requests.load(Ordering::Relaxed), 0);
    }
}

#[test]
fn an_alert_is_told_with_what_helps() {
    for (alert, sentence, advice) in [
        (
            70,
            "the server speaks none of TLS 1.2 and 1.3 (the server's alert: protocol version)",
            "speak TLS 1.2 or 1.3",
        ),
        (
            40,
            "no cipher or signature in common with the client",
            "offer a cipher of today",
        ),
        (
            112,
            "the server knows no host of this name",
            "is the URL's host right?",
        ),
        (80, "the server's alert: internal error", ""),
    ] {
        let portal = Hostile::accepting(move |mut stream| {
            stream.read_exact(&mut [0; 5])?;
            stream.write_all(&[0x15, 3, 3, 0, 2, 2, alert])?;
            hang_up(stream)
        });
        let secure = portal.url.replace("http://", "https://");
        tried(&["--url", &secure]).says(3, &["no TLS connection", sentence, advice]);
    }
    let portal = Hostile::accepting(|mut stream| {
        stream.read_exact(&mut [0; 5])?;
        hang_up(stream)
    });
    let secure = portal.url.replace("http://", "https://");
    tried(&["--url", &secure]).says(3, &["the connection ended in the TLS handshake"]);
}

#[test]
fn a_port_for_tls_that_hangs_up_on_plain_http_is_recognised() {
    // As OpenSSL's server does, and Python's: no alert, and no answer.
    let (certificate, key) = self_signed(&["127.0.0.1"], true, 2100);
    let config = Arc::new(config(&certificate, &key, rustls::ALL_VERSIONS, None));
    let portal = Hostile::accepting(move |stream| {
        let mut first = [0];
        stream.peek(&mut first)?;
        if first[0] != 22 {
            return Ok(());
        }
        let connection = rustls::ServerConnection::new(Arc::clone(&config));
        let mut stream =
            rustls::StreamOwned::new(connection.map_err(std::io::Error::other)?, stream);
        assert!(
            request(&mut stream).is_err(),
            "no request is sent to find out"
        );
        Ok(())
    });
    portal.tried(&[]).says(
        3,
        &[
            "answers no request",
            "does the port speak TLS? try https://",
        ],
    );
}
