//! What a failure points at, beyond what went wrong.

/// What a failure points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clue {
    /// Nothing knows a host of the URL's name.
    UnknownHost,
    /// The host is there, and nobody listens.
    Refused,
    /// No way leads to the host.
    NoNetwork,
    /// This process may open no more files and connections.
    Descriptors,
    /// A port for TLS speaks plain HTTP.
    PlainHttp,
    /// A port for plain HTTP speaks TLS.
    Tls,
    /// The certificate is for another name.
    OtherName,
    /// The certificate names no host.
    NoName,
    /// A certificate is too old.
    Expired,
    /// A certificate is for a time to come.
    NotYetValid,
    /// Nobody knows who issued the certificate.
    UnknownIssuer,
    /// The certificate vouches for itself, and nobody else does.
    SelfSigned,
    /// The certificate is one of an authority, and nobody named it.
    Authority,
    /// The certificate is of version 1, which says neither for whom nor for what it is.
    Version1,
    /// The certificate is for something else than a server.
    OtherPurpose,
    /// The certificate was withdrawn.
    Revoked,
    /// The certificate, or its signature, is none that is taken.
    Unsound,
    /// The server wants a certificate of the client, and got none.
    ClientCertificate,
    /// The server got a certificate of the client, and does not take it.
    ClientCertificateRefused,
    /// The server speaks a version of TLS that is too old, or too new.
    Version,
    /// Client and server have no cipher in common.
    NoCipher,
    /// The server knows no portal of this name.
    UnknownName,
    /// The connection ended, or stood still, in the handshake.
    Handshake,
    /// A proxy stands between, and does not let through.
    Proxy,
    /// The proxy wants to know who asks.
    ProxyCredentials,
    /// The limit for bodies is too low.
    BodyLimit,
    /// Not a byte came on a connection of its own, or none was made in time: others may have been served meanwhile.
    Unserved,
}

impl Clue {
    /// What a message says of a refusal under TLS; the libraries' words where they say more.
    #[must_use]
    pub(super) fn sentence(self) -> Option<&'static str> {
        Some(match self {
            Self::PlainHttp => "what came is not TLS",
            Self::Tls => "what came is TLS, not HTTP",
            Self::OtherName => "the certificate is for another name",
            Self::NoName => "the certificate names no host",
            Self::Expired => "a certificate has expired",
            Self::NotYetValid => "a certificate is not valid yet",
            Self::UnknownIssuer => "nobody who is trusted has issued the certificate",
            Self::SelfSigned => "the certificate is self-signed, and not named as trusted",
            Self::Authority => {
                "the certificate is one of an authority (CA:TRUE), and not named as trusted"
            }
            Self::Version1 => {
                "the certificate is of version 1, which names no host, and not named as trusted"
            }
            Self::OtherPurpose => "the certificate is not issued for servers",
            Self::Revoked => "the certificate was withdrawn",
            Self::Unsound => "the certificate or its signature cannot be verified",
            Self::ClientCertificate => "the server asks for a certificate of the client",
            Self::ClientCertificateRefused => "the server refuses the certificate of the client",
            Self::Version => "the server speaks none of TLS 1.2 and 1.3",
            Self::NoCipher => "the server has no cipher or signature in common with the client",
            Self::UnknownName => "the server knows no host of this name",
            Self::Handshake => "the connection ended in the TLS handshake",
            Self::UnknownHost
            | Self::Refused
            | Self::NoNetwork
            | Self::Descriptors
            | Self::Proxy
            | Self::ProxyCredentials
            | Self::BodyLimit
            | Self::Unserved => return None,
        })
    }
}
