//! What to look at, and what to do, where a failure points at something.

use crate::client::Clue;

/// What to look at, behind what went wrong.
pub(super) fn advice(clue: Option<Clue>) -> &'static str {
    match clue {
        None | Some(Clue::Unserved) => "",
        Some(Clue::UnknownHost) => {
            "; is the URL's host right, and does this machine reach the network?"
        }
        Some(Clue::Refused) => "; is the portal started, and the URL's port right?",
        Some(Clue::NoNetwork) => "; does this machine reach the portal's network?",
        Some(Clue::Descriptors) => {
            "; this process may open no more files: raise `ulimit -n`, or lower --jobs"
        }
        Some(Clue::PlainHttp) => "; does the port speak plain HTTP? try http://",
        Some(Clue::Tls) => "; does the port speak TLS? try https://",
        Some(Clue::OtherName | Clue::UnknownName) => "; is the URL's host right?",
        Some(Clue::Expired) => "; the certificate has to be renewed",
        Some(Clue::UnknownIssuer) => "; name the authority that issued it with --cacert FILE",
        Some(Clue::NoName) => {
            "; name the certificate itself with --cacert FILE, or reissue it with the host as subjectAltName"
        }
        Some(Clue::NotYetValid) => "; is the clock of this machine, or of the portal's, right?",
        Some(Clue::SelfSigned) => {
            "; name the certificate itself with --cacert FILE, or take any with --insecure"
        }
        Some(Clue::Authority | Clue::Version1) => {
            "; name the certificate itself with --cacert FILE, reissue it as a server's, with the host as subjectAltName, or take any with --insecure"
        }
        Some(Clue::OtherPurpose) => "; reissue it for servers (extendedKeyUsage serverAuth)",
        Some(Clue::Revoked) => "; it has to be replaced",
        Some(Clue::Unsound) => {
            "; reissue it (RSA of 2048 bits or ECDSA, with SHA-256), or take any with --insecure"
        }
        Some(Clue::ClientCertificate) => "; name one, with its key, by --cert FILE",
        Some(Clue::ClientCertificateRefused) => {
            "; is the certificate in --cert valid, and issued by whom the portal trusts?"
        }
        Some(Clue::Version) => {
            "; older versions are not spoken here: let the portal, or what stands before it, speak TLS 1.2 or 1.3"
        }
        Some(Clue::NoCipher) => {
            "; let the portal, or what stands before it, offer a cipher of today (AES-GCM or ChaCha20, with ECDHE) and a certificate of RSA or of the curves P-256 or P-384"
        }
        Some(Clue::Handshake) => "; does the port speak TLS? try http://",
        Some(Clue::Proxy) => {
            "; HTTP_PROXY, HTTPS_PROXY and ALL_PROXY name a proxy, NO_PROXY the hosts that are asked without it"
        }
        Some(Clue::ProxyCredentials) => {
            "; put a user and a password into HTTP_PROXY or HTTPS_PROXY, as http://user:password@host:port"
        }
        Some(Clue::BodyLimit) => "; --max-body-size takes more",
    }
}
