//! The certificate of a server, read for what may be wrong with it.
//!
//! The TLS library judges chains and knows nothing of a server's own certificate that a person vouches
//! for; install guides make those with `openssl req -x509` (an authority's, CA:TRUE) and with
//! `openssl x509 -req -signkey` (version 1, without names).

use std::net::IpAddr;

use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Version};

use crate::client::Clue;

/// How many names of a certificate are told, and how many characters of each.
const MAX_NAMES: usize = 3;
const MAX_NAME: usize = 80;

/// What a certificate says of itself.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a property of its own"
)]
pub(super) struct Certificate {
    is_version_1: bool,
    is_authority: bool,
    is_self_signed: bool,
    is_for_servers: bool,
    /// Seconds since 1970: the first and the last in which it is valid.
    valid: (i64, i64),
    names: Vec<Name>,
    /// The public key, as `SubjectPublicKeyInfo` in DER.
    pub(super) key: Vec<u8>,
}

/// For whom a certificate is.
#[derive(Debug, PartialEq, Eq)]
enum Name {
    Host(String),
    Address(IpAddr),
}

impl Certificate {
    /// Reads a certificate; `None` where it is none.
    pub(super) fn read(der: &CertificateDer<'_>) -> Option<Self> {
        let (_, read) = X509Certificate::from_der(der).ok()?;
        let usage = read.extended_key_usage().ok().flatten();
        Some(Self {
            is_version_1: read.version() == X509Version::V1,
            is_authority: read.is_ca(),
            is_self_signed: read.issuer().as_raw() == read.subject().as_raw(),
            is_for_servers: usage.is_none_or(|usage| usage.value.any || usage.value.server_auth),
            valid: (
                read.validity().not_before.timestamp(),
                read.validity().not_after.timestamp(),
            ),
            names: names(&read),
            key: read.public_key().raw.to_vec(),
        })
    }

    /// What speaks against it as the certificate of a server that somebody vouches for, who issued it and
    /// as what aside.
    ///
    /// A certificate without any name is one for whatever host shows it: who vouches for it has seen it.
    pub(super) fn flaw(&self, host: &ServerName<'_>, now: UnixTime) -> Option<Clue> {
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        if now < self.valid.0 {
            Some(Clue::NotYetValid)
        } else if now > self.valid.1 {
            Some(Clue::Expired)
        } else if !self.names.is_empty() && !self.names.iter().any(|name| name.is(host)) {
            Some(Clue::OtherName)
        } else {
            None
        }
    }

    /// Why it is refused where nobody vouches for it, as far as it shows that itself.
    pub(super) fn refusal(&self, host: &ServerName<'_>, now: UnixTime) -> Option<Clue> {
        let of_time_and_name = self.flaw(host, now);
        if of_time_and_name.is_some() {
            of_time_and_name
        } else if self.is_version_1 {
            Some(Clue::Version1)
        } else if self.is_authority {
            Some(Clue::Authority)
        } else if !self.is_for_servers {
            Some(Clue::OtherPurpose)
        } else if self.is_self_signed {
            Some(Clue::SelfSigned)
        } else if self.names.is_empty() {
            Some(Clue::NoName)
        } else {
            None
        }
    }

    /// Some of its names, as a message tells them.
    pub(super) fn told_names(&self) -> String {
        let told = self.names.iter().take(MAX_NAMES).map(|name| match name {
            // Whoever made the certificate chose them.
            Name::Host(host) => {
                let is_told = |c: &char| c.is_ascii_alphanumeric() || ".-_*".contains(*c);
                host.chars().filter(is_told).take(MAX_NAME).collect()
            }
            Name::Address(address) => address.to_string(),
        });
        let mut told: Vec<String> = told.collect();
        if self.names.len() > MAX_NAMES {
            told.push("...".to_owned());
        }
        told.join(", ")
    }
}

impl Name {
    fn of_text(text: &str) -> Self {
        text.parse()
            .map_or_else(|_| Self::Host(text.to_owned()), Self::Address)
    }

    fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let four = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
        let sixteen = || <[u8; 16]>::try_from(bytes).map(IpAddr::from);
        four.or_else(|_| sixteen()).ok().map(Self::Address)
    }

    /// Whether it names a host; `*` stands for the first label alone (RFC 6125, 6.4.3).
    fn is(&self, host: &ServerName<'_>) -> bool {
        match (self, host) {
            (Self::Address(own), ServerName::IpAddress(other)) => *own == IpAddr::from(*other),
            (Self::Host(own), ServerName::DnsName(other)) => {
                let other = other.as_ref().trim_end_matches('.');
                let below = |host: &str| host.split_once('.').map(|(_, rest)| rest.to_owned());
                own.eq_ignore_ascii_case(other)
                    || own.strip_prefix("*.").is_some_and(|own| {
                        below(other).is_some_and(|rest| rest.eq_ignore_ascii_case(own))
                    })
            }
            _ => false,
        }
    }
}

/// The alternative names, where there are some; else the common name, where it can be one of a host.
fn names(read: &X509Certificate<'_>) -> Vec<Name> {
    if let Ok(Some(alternative)) = read.subject_alternative_name() {
        let all = alternative.value.general_names.iter();
        return all
            .filter_map(|name| match name {
                GeneralName::DNSName(host) => Some(Name::Host((*host).to_owned())),
                GeneralName::IPAddress(bytes) => Name::of_bytes(bytes),
                _ => None,
            })
            .collect();
    }
    let common = read.subject().iter_common_name();
    common
        .filter_map(|name| name.as_str().ok())
        .filter(|name| ServerName::try_from(name.trim_start_matches("*.")).is_ok())
        .map(Name::of_text)
        .collect()
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair};

    use super::*;

    /// 2026-01-01.
    const NOW: u64 = 1_767_225_600;

    fn certificate(names: &[&str], common: Option<&str>, is_ca: bool) -> Certificate {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.distinguished_name = rcgen::DistinguishedName::new();
        if let Some(common) = common {
            params.distinguished_name.push(DnType::CommonName, common);
        }
        if is_ca {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2030, 1, 1);
        let key = KeyPair::generate().unwrap();
        Certificate::read(params.self_signed(&key).unwrap().der()).unwrap()
    }

    fn flaw(certificate: &Certificate, host: &str, now: u64) -> Option<Clue> {
        let host = ServerName::try_from(host).unwrap();
        let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(now));
        certificate.flaw(&host, now)
    }

    #[test]
    fn names_are_told_without_what_steers_or_hides() {
        let name = "a\u{200b}b\u{202e}.te st\n::error::x\u{1b}[1m\u{2028}";
        let told = Certificate {
            names: vec![Name::Host(name.to_owned())],
            ..certificate(&[], None, false)
        };
        assert_eq!(told.told_names(), "ab.testerrorx1m");
    }

    #[test]
    fn a_name_is_checked_where_there_is_one() {
        let other = Some(Clue::OtherName);
        for (names, common, host, expected) in [
            (&["a.test"][..], Some("b.test"), "a.test", None),
            (&["a.test"], Some("b.test"), "b.test", other),
            (&["A.Test", "127.0.0.1"], None, "a.test", None),
            (&["a.test", "127.0.0.1"], None, "127.0.0.1", None),
            (&["a.test", "127.0.0.1"], None, "127.0.0.2", other),
            (&["*.test"], None, "a.test", None),
            (&["*.test"], None, "b.a.test", other),
            (&["*.test"], None, "test", other),
            (&["::1"], None, "::1", None),
            (&[], Some("a.test"), "a.test", None),
            (&[], Some("a.test"), "b.test", other),
            (&[], Some("*.a.test"), "b.a.test", None),
            (&[], Some("127.0.0.1"), "127.0.0.1", None),
            (&[], Some("127.0.0.1"), "127.0.0.2", other),
            (&[], Some("Our Portal"), "b.test", None),
            (&[], None, "b.test", None),
        ] {
            let certificate = certificate(names, common, true);
            let found = flaw(&certificate, host, NOW);
            assert_eq!(found, expected, "{names:?} {common:?} {host}");
        }
    }

    #[test]
    fn it_is_valid_between_its_two_days() {
        let certificate = certificate(&["a.test"], None, false);
        let ten_years = 10 * 365 * 86_400;
        assert_eq!(flaw(&certificate, "a.test", NOW), None);
        let early = flaw(&certificate, "a.test", NOW - ten_years);
        assert_eq!(early, Some(Clue::NotYetValid));
        let late = flaw(&certificate, "a.test", NOW + ten_years);
        assert_eq!(late, Some(Clue::Expired));
    }

    #[test]
    fn names_that_are_told_are_few_and_harmless() {
        let names = ["a\u{1b}[31m.test", "b.test", "c.test", "d.test"];
        let told = Certificate {
            names: names.map(|name| Name::Host(name.to_owned())).into(),
            ..certificate(&[], None, false)
        };
        assert_eq!(told.told_names(), "a31m.test, b.test, c.test, ...");
    }
}
