//! The proxy that the system names for a portal: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, and `NO_PROXY`.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::Url;

use crate::client::wire::Stream;
use crate::client::{Clue, Failure, FailureKind};

/// More bytes than these are no answer to `CONNECT`.
const MAX_HEAD: usize = 16 * 1024;

/// A proxy.
#[derive(Debug, Clone)]
pub(super) struct Proxy {
    pub(super) uri: Uri,
    /// The `Proxy-Authorization` header, where its URL names a user.
    pub(super) credentials: Option<HeaderValue>,
}

impl Proxy {
    /// The proxy before a portal; none before one on this machine.
    pub(super) fn before(url: &Url) -> Option<Self> {
        if is_local(url) {
            return None;
        }
        let uri: Uri = url.as_str().parse().ok()?;
        let proxy = Matcher::from_system().intercept(&uri)?;
        Some(Self {
            uri: proxy.uri().clone(),
            credentials: proxy.basic_auth().cloned(),
        })
    }

    /// What a message calls it: without user and password.
    pub(super) fn name(&self) -> String {
        let scheme = self.uri.scheme_str().unwrap_or("http");
        let host = self.uri.host().unwrap_or_default();
        let port = self.uri.port_u16();
        let port = port.map_or(String::new(), |port| format!(":{port}"));
        format!("the proxy {scheme}://{host}{port}")
    }

    /// Something that went wrong with the proxy, not with the portal behind it.
    pub(super) fn failure(&self, what: &str) -> Failure {
        Failure {
            kind: FailureKind::Connect,
            status: None,
            message: format!("{} {what}", self.name()),
            clue: Some(Clue::Proxy),
        }
    }

    /// Says of a failure that may be the proxy's or the portal's that there is a proxy.
    pub(super) fn mention(&self, failure: &mut Failure) {
        if matches!(failure.clue, None | Some(Clue::Unserved)) {
            failure.message = format!("{} (through {})", failure.message, self.name());
            failure.clue = Some(Clue::Proxy);
        }
    }

    /// A status by which it refuses to let through.
    pub(super) fn refusal(&self, status: u16) -> Failure {
        if status == 407 {
            return Failure {
                clue: Some(Clue::ProxyCredentials),
                ..self.failure("asks who you are (407)")
            };
        }
        self.failure(&format!("does not connect to the portal ({status})"))
    }

    /// Asks for a tunnel to a portal (RFC 9110, 9.3.6); the token does not go to the proxy.
    pub(super) async fn tunnel(&self, stream: &mut Stream, url: &Url) -> Result<(), Failure> {
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or(443);
        let mut head =
            format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n").into_bytes();
        if let Some(credentials) = &self.credentials {
            head.extend(b"Proxy-Authorization: ");
            head.extend(credentials.as_bytes());
            head.extend(b"\r\n");
        }
        head.extend(b"\r\n");
        let broke = |error: std::io::Error| self.failure(&format!("breaks off: {error}"));
        stream.write_all(&head).await.map_err(broke)?;
        stream.flush().await.map_err(broke)?;
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            if answer.len() > MAX_HEAD {
                return Err(self.failure("does not answer in HTTP"));
            }
            // Byte by byte, as what follows belongs to the portal.
            answer.push(stream.read_u8().await.map_err(broke)?);
        }
        let mut lines = [httparse::EMPTY_HEADER; 100];
        let mut read = httparse::Response::new(&mut lines);
        let status = read.parse(&answer).ok().and(read.code);
        match status {
            Some(200..=299) => Ok(()),
            Some(status) => Err(self.refusal(status)),
            None => Err(self.failure("does not answer in HTTP")),
        }
    }
}

/// Names that systems give this machine beside `localhost` and all below it (RFC 6761, 6.3): in `/etc/hosts` of
/// Debian, Fedora and SUSE.
const OWN_NAMES: [&str; 9] = [
    "localhost.localdomain",
    "localhost4",
    "localhost4.localdomain4",
    "localhost6",
    "localhost6.localdomain6",
    "ip6-localhost",
    "ip6-loopback",
    "ipv6-localhost",
    "ipv6-loopback",
];

/// What stands before an IPv4 address within an IPv6 address, in groups of sixteen bits.
const HOLD_IPV4: [&[u16]; 6] = [
    // Compatible, and mapped (RFC 4291, 2.5.5).
    &[0, 0, 0, 0, 0, 0],
    &[0, 0, 0, 0, 0, 0xffff],
    // Translated (RFC 2765, 2.1).
    &[0, 0, 0, 0, 0xffff, 0],
    // Of a translator: any, or one of the network (RFC 6052, 2.1; RFC 8215).
    &[0x64, 0xff9b, 0, 0, 0, 0],
    &[0x64, 0xff9b, 1, 0, 0, 0],
    // 6to4 (RFC 3056, 2).
    &[0x2002],
];

/// Whether a URL leads to this machine, however it is written: the unspecified addresses do, where a client
/// connects to them, and so do those that hold one of this machine.
fn is_local(url: &Url) -> bool {
    let is_here = |address: Ipv4Addr| address.is_loopback() || address.is_unspecified();
    match url.host() {
        Some(url::Host::Domain(name)) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            // The parser of URLs has made it lower case.
            name == "localhost"
                || name.ends_with(".localhost")
                || OWN_NAMES.contains(&name)
                || own_name().is_some_and(|own| is_called(name, &own))
        }
        Some(url::Host::Ipv4(address)) => is_here(address),
        Some(url::Host::Ipv6(address)) => {
            let mut held = held_ipv4(address);
            address.is_loopback() || address.is_unspecified() || held.any(is_here)
        }
        None => false,
    }
}

/// The name that this machine has among others, in lower case.
#[cfg(unix)]
fn own_name() -> Option<String> {
    let system = rustix::system::uname();
    let name = system.nodename().to_str().ok()?.to_ascii_lowercase();
    Some(name).filter(|name| !name.is_empty())
}

#[cfg(not(unix))]
fn own_name() -> Option<String> {
    let name = std::env::var("COMPUTERNAME").ok()?;
    Some(name.to_ascii_lowercase()).filter(|name| !name.is_empty())
}

/// Whether a name is that of a machine: as it says itself, its first part, or as it says in a local network
/// (RFC 6762, 3).
fn is_called(name: &str, own: &str) -> bool {
    let short = own.split('.').next().unwrap_or(own);
    name == own || name == short || name.strip_suffix(".local") == Some(short)
}

/// The IPv4 addresses that an IPv6 address holds.
fn held_ipv4(address: Ipv6Addr) -> impl Iterator<Item = Ipv4Addr> {
    let groups = address.segments();
    HOLD_IPV4.into_iter().filter_map(move |before| {
        let [high, low, ..] = groups.strip_prefix(before)? else {
            return None;
        };
        Some(Ipv4Addr::from(u32::from(*high) << 16 | u32::from(*low)))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn this_machine_has_a_name_of_its_own() {
        for (name, own, expected) in [
            ("box", "box", true),
            ("box", "box.example.com", true),
            ("box.example.com", "box.example.com", true),
            ("box.local", "box", true),
            ("box.example.com", "box", false),
            ("example.com", "box.example.com", false),
            ("boxes", "box", false),
        ] {
            assert_eq!(is_called(name, own), expected, "{name} {own}");
        }
        if let Some(own) = own_name() {
            let url = format!("http://{}:8080/a", own.to_uppercase());
            assert!(url.parse().is_ok_and(|url| is_local(&url)), "{own}");
        }
    }

    #[test]
    fn this_machine_is_known_however_it_is_written() {
        let is_local = |host: &str| is_local(&format!("http://{host}:8080/a").parse().unwrap());
        for host in [
            "localhost",
            "LocalHost",
            "localhost.",
            "portal.localhost",
            "a.portal.localhost.",
            "127.0.0.1",
            "127.1.2.3",
            "0.0.0.0",
            "0",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:0.0.0.0]",
            "[::127.0.0.1]",
            "[::ffff:0:127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b:1::127.9.9.9]",
            "[2002:7f00:1::]",
            "ip6-localhost",
            "IP6-Loopback.",
            "ipv6-localhost",
            "localhost.localdomain",
            "localhost4",
            "localhost6",
            "localhost6.localdomain6.",
        ] {
            assert!(is_local(host), "{host}");
        }
        for host in [
            "localhost.example.com",
            "mylocalhost",
            "localhost..",
            "128.0.0.1",
            "10.0.0.1",
            "[::ffff:10.0.0.1]",
            "[::2]",
            "[fe80::1]",
            "[::10.0.0.1]",
            "[64:ff9b::808:808]",
            "[2002:808:808::7f00:1]",
            "[2001:db8::127.0.0.1]",
            "localhost7",
            "ip6-localnet",
            "a.localhost6",
            "localhost.localdomain.example.com",
        ] {
            assert!(!is_local(host), "{host}");
        }
    }
}
