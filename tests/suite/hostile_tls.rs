//! Portals whose certificate is not to be trusted get no token, and the run says why.

use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::support::hostile::{Hostile, request, tried, whole};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;

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
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        let config = Arc::new(config);
        let requests = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&requests);
        let mut portal = Hostile::accepting(move |stream| {
            let connection = rustls::ServerConnection::new(Arc::clone(&config));
            let mut stream =
                rustls::StreamOwned::new(connection.map_err(std::io::Error::other)?, stream);
            request(&mut stream)?;
            seen.fetch_add(1, Ordering::Relaxed);
            stream.write_all(&whole("application/json", b"{}"))?;
            stream.conn.send_close_notify();
            stream.flush()
        });
        portal.url = portal.url.replace("http://", "https://");
        (portal, requests)
    }
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
fn a_certificate_that_is_trusted_lets_the_portal_be_judged() {
    let authority = Authority::new();
    let file = authority.file();
    let (portal, requests) = authority.portal("127.0.0.1", 2100);
    let trusted = portal.tried(&["--cacert", file.to_str().unwrap()]);
    trusted.says(1, &["violates the contract"]);
    assert!(requests.load(Ordering::Relaxed) > 0);
    let (expired, requests) = authority.portal("other.test", 2021);
    let insecure = expired.tried(&["--insecure"]);
    insecure.says(1, &["violates the contract"]);
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
