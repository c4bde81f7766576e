//! Where a portal is, as somebody writes it.

use url::{Host, ParseError, Url};

/// Why a text is no URL of a portal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The text is no URL; it is not shown, as it may hold a password.
    #[error("what is given is no URL: {error}; expected one such as https://portal.example.com")]
    Url {
        /// What is wrong with it.
        error: url::ParseError,
    },
    /// The URL begins with its host.
    #[error("the URL has no scheme: expected one such as {likely} or {other}")]
    NoScheme {
        /// The URL with the scheme that is meant, most likely.
        likely: String,
        /// With the other one.
        other: String,
    },
    /// The URL is not one of HTTP.
    #[error("the URL has the scheme `{scheme}`, expected http or https")]
    Scheme {
        /// The scheme.
        scheme: String,
    },
    /// The URL holds a user name, a password, a query or a fragment.
    #[error("the URL holds {part}: give scheme, host, port and path only{advice}")]
    UrlPart {
        /// What does not belong there.
        part: &'static str,
        /// What to do instead.
        advice: &'static str,
    },
}

/// Reads a URL that may stand on a command line.
///
/// # Errors
///
/// [`AddressError`]: no URL, without a scheme or not of HTTP, or with a part that does not belong there.
pub fn parse_url(text: &str) -> Result<Url, AddressError> {
    let url = match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url,
        // Of `name:password@host`, the scheme is the name.
        Ok(_) if text.contains('@') => return Err(with_user()),
        Ok(url) => {
            return Err(
                without_scheme(text).unwrap_or_else(|| AddressError::Scheme {
                    scheme: url.scheme().to_owned(),
                }),
            );
        }
        Err(error @ ParseError::RelativeUrlWithoutBase) => {
            return Err(without_scheme(text).unwrap_or(AddressError::Url { error }));
        }
        Err(error) => return Err(AddressError::Url { error }),
    };
    check(&url)?;
    Ok(url)
}

/// Whether a text, as a step of a path, is none: those steps are left out before a request is sent (RFC
/// 3986, 5.2.4), so that it would go to another resource.
#[must_use]
pub fn leads_away(step: &str) -> bool {
    matches!(step, "." | "..")
}

/// Only what belongs into the URL of a portal.
fn check(url: &Url) -> Result<(), AddressError> {
    let part = |part, advice| Err(AddressError::UrlPart { part, advice });
    if !url.username().is_empty() || url.password().is_some() {
        return Err(with_user());
    }
    if url.query().is_some() {
        return part("a query", "");
    }
    if url.fragment().is_some() {
        return part("a fragment", "");
    }
    Ok(())
}

fn with_user() -> AddressError {
    AddressError::UrlPart {
        part: "a user name or password",
        advice: "; put the token into PORTAL_TOKEN",
    }
}

/// What is wrong with `host:port/path`, where that is what stands there.
fn without_scheme(text: &str) -> Option<AddressError> {
    let place = text.strip_prefix("//").unwrap_or(text);
    // A path alone would become a host.
    if place.starts_with('/') {
        return None;
    }
    let with = |scheme: &str| Url::parse(&format!("{scheme}://{place}")).ok();
    let (http, https) = (with("http")?, with("https")?);
    if let Err(error) = check(&https) {
        return Some(error);
    }
    // `https//host` and `htp://host` have one, mistyped.
    let is_mistyped = matches!(https.host_str(), Some("http" | "https")) || text.contains("://");
    let is_near = match https.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(_) | Host::Ipv6(_) => true,
    };
    (!is_mistyped).then(|| AddressError::NoScheme {
        likely: if is_near { &http } else { &https }.to_string(),
        other: if is_near { &https } else { &http }.to_string(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn secrets_are_refused_in_a_url() {
        for text in [
            "https://user:geheim@host/",
            "user:geheim@host",
            "geheim@host/office",
            "host/office?token=geheim",
            "localhost:80/#geheim",
        ] {
            let error = parse_url(text).unwrap_err().to_string();
            assert!(error.starts_with("the URL holds a "), "{error}");
            assert!(!error.contains("geheim"), "{error}");
        }
    }

    #[test]
    fn a_url_without_its_scheme_is_told_with_it() {
        for (text, likely, other) in [
            (
                "127.0.0.1:8701",
                "http://127.0.0.1:8701/",
                "https://127.0.0.1:8701/",
            ),
            (
                "localhost:8701/a",
                "http://localhost:8701/a",
                "https://localhost:8701/a",
            ),
            ("[::1]:80", "http://[::1]/", "https://[::1]:80/"),
            ("portal.test", "https://portal.test/", "http://portal.test/"),
            (
                "portal.test:443/a",
                "https://portal.test/a",
                "http://portal.test:443/a",
            ),
            (
                "//portal.test/a",
                "https://portal.test/a",
                "http://portal.test/a",
            ),
        ] {
            let error = parse_url(text).unwrap_err().to_string();
            let expected =
                format!("the URL has no scheme: expected one such as {likely} or {other}");
            assert_eq!(error, expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_place_is_taken_for_none() {
        for (text, part) in [
            ("/portal", "no URL"),
            ("", "no URL"),
            ("https://", "no URL"),
            ("ftp://portal.test", "scheme `ftp`, expected http or https"),
            ("htp://portal.test", "scheme `htp`, expected http or https"),
            ("mailto:portal", "scheme `mailto`"),
            ("https//portal.test", "no URL"),
        ] {
            let error = parse_url(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
