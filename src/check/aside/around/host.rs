//! What makes a text an address or a host of one's own network.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::check::aside::around::{Around, digits};

/// A whole address of four numbers that is private, and not the one that was asked.
pub(in crate::check::aside) fn private(at: &Around<'_>) -> bool {
    let onward = at.onward();
    let is_part = |byte: &&u8| byte.is_ascii_digit() || **byte == b'.';
    let length = onward.iter().take_while(is_part).count();
    let text = std::str::from_utf8(&onward[..length]).unwrap_or_default();
    let text = text.trim_end_matches('.');
    let is_private = text
        .parse::<Ipv4Addr>()
        .is_ok_and(|address| address.is_private() || address.is_link_local());
    let next = onward.get(length);
    let ends = next.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-');
    is_private && ends && at.is_word_start() && text != at.own.host
}

/// A whole address of the sixth version that is one of a network of one's own, and not the one that was asked.
pub(in crate::check::aside) fn local(at: &Around<'_>) -> bool {
    let is_part = |byte: &&u8| byte.is_ascii_hexdigit() || **byte == b':';
    let onward = at.onward();
    let length = onward.iter().take_while(is_part).count();
    let text = std::str::from_utf8(&onward[..length]).unwrap_or_default();
    let own = at.own.host.trim_matches(['[', ']']);
    let is_one = |text: &str| {
        let is_local = text
            .parse::<Ipv6Addr>()
            .is_ok_and(|address| address.is_unique_local() || address.is_unicast_link_local());
        is_local && text != own
    };
    let next = onward.get(length);
    let ends = next.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    // A colon may stand behind it, as in a sentence, or a port.
    let before_port = text.rsplit_once(':').map_or("", |(address, _)| address);
    at.is_word_start() && ends && (is_one(text) || is_one(before_port.trim_end_matches(':')))
}

/// The name of a host or an address follows.
pub(in crate::check::aside) fn parting(at: &Around<'_>) -> bool {
    let first = at.behind().first();
    first.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'[')
}

/// Servers, as their hosts are called.
const SERVERS: [&str; 40] = [
    "api",
    "app",
    "backend",
    "broker",
    "cache",
    "cassandra",
    "consul",
    "database",
    "db",
    "dc",
    "elastic",
    "es",
    "etcd",
    "gateway",
    "host",
    "kafka",
    "ldap",
    "lb",
    "mail",
    "mariadb",
    "memcached",
    "mongo",
    "mongodb",
    "mysql",
    "node",
    "pg",
    "pgbouncer",
    "postgres",
    "proxy",
    "queue",
    "rabbitmq",
    "redis",
    "server",
    "smtp",
    "sql",
    "srv",
    "svc",
    "vault",
    "web",
    "worker",
];
/// What stands before the name of a host.
const BEFORE_HOSTS: [&str; 11] = [
    "at ",
    "backend ",
    "connect ",
    "from ",
    "host ",
    "node ",
    "reach ",
    "resolve ",
    "server ",
    "to ",
    "upstream ",
];
/// What is said of a host.
const OF_HOSTS: [&str; 7] = [
    " did not answer",
    " is down",
    " is not reachable",
    " is unreachable",
    " refused",
    " timed out",
    " unreachable",
];

/// Whether a name is one of a host, by itself or by what stands around it: `main.local` may be anything.
fn is_host(at: &Around<'_>, name: &[u8], begin: usize) -> bool {
    let before = String::from_utf8_lossy(&at.before()[..begin]).to_ascii_lowercase();
    let behind = String::from_utf8_lossy(at.behind()).to_ascii_lowercase();
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    let labels: Vec<&str> = name.split('.').collect();
    let is_server = labels.iter().any(|label| SERVERS.contains(label));
    let is_odd = name.contains(|c: char| c.is_ascii_digit() || c == '-') || labels.len() > 1;
    let has_port = behind.starts_with(':') && digits(&behind.as_bytes()[1..]) > 0;
    let is_called =
        before.ends_with("//") || BEFORE_HOSTS.iter().any(|word| before.ends_with(word));
    let is_judged = OF_HOSTS.iter().any(|said| behind.starts_with(said));
    let is_all = before.trim().is_empty() && behind.trim().is_empty();
    is_server || is_odd || has_port || is_called || is_judged || is_all
}

/// A whole name of a host of one's own network, unless what was asked is in one of the kind.
pub(in crate::check::aside) fn host(at: &Around<'_>) -> bool {
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let length = at.before().iter().rev().take_while(is_part).count();
    let next = at.behind().first();
    let ends =
        next.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_'));
    let goes_on = next == Some(&b'.') && at.behind().get(1).is_some_and(u8::is_ascii_alphanumeric);
    let is_call = matches!(next, Some(b'(' | b'=' | b';' | b'['));
    let kind = at.text[at.from..at.to].to_ascii_lowercase();
    if length < 2 || !ends || goes_on || is_call || at.own.host.ends_with(&kind) {
        return false;
    }
    let begin = at.before().len() - length;
    let is_of_email = begin > 0 && at.before()[begin - 1] == b'@';
    !is_of_email && is_host(at, &at.before()[begin..], begin)
}
