//! What headers say beside the answer: which software made it, who may keep it, which cookies it sets, and
//! which sites may read it.

use std::time::{Duration, SystemTime};

use crate::check::aside::Aside;
use crate::check::{Caching, Guard, Name, Observed, Origin, Promise, Rule};
use crate::client::{FOREIGN_ORIGIN, Head};

/// Headers that name software.
pub(super) const OF_SOFTWARE: [&str; 9] = [
    "server",
    "via",
    "x-aspnet-version",
    "x-aspnetmvc-version",
    "x-generator",
    "x-powered-by",
    "x-powered-cms",
    "x-runtime-version",
    "x-server",
];

/// Parts of the names of cookies that tell who somebody is.
const TELLING: [&str; 11] = [
    "asp.net", "aspnet", "auth", "identity", "jwt", "login", "remember", "sess", "sid", "ticket",
    "token",
];
/// Cookies whose name is like those and that scripts are meant to read.
const FOR_SCRIPTS: [&str; 2] = ["csrf", "xsrf"];

/// The versions of software that headers tell.
#[must_use]
pub fn versions(head: &Head) -> Vec<Aside> {
    let headers = head.headers.iter();
    let telling = headers.filter(|(name, value)| {
        let software = match name.as_str() {
            // Before the comments stand versions of HTTP (RFC 9110, 7.6.3).
            "via" => value.split_once('(').map_or("", |(_, comments)| comments),
            _ => value,
        };
        OF_SOFTWARE.contains(&name.as_str()) && has_version(software)
    });
    telling
        .map(|(name, _)| Aside {
            rule: Rule::ServerVersion,
            expected: Promise::NoVersion,
            actual: Observed::Version(Name::of(name)),
        })
        .collect()
}

/// Whether a text holds numbers with points between them, or a number behind a slash.
fn has_version(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let begins = |at: usize| is_digit(at) && (at == 0 || !is_digit(at - 1));
    (0..bytes.len()).filter(|at| begins(*at)).any(|at| {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        let length = bytes[at..].iter().take_while(|b| b.is_ascii_digit());
        let end = at + length.count();
        let is_word = before.is_none_or(|b| !b.is_ascii_alphanumeric() || b == b'v');
        let has_point = bytes.get(end) == Some(&b'.') && is_digit(end + 1);
        let is_last = bytes.get(end).is_none_or(|b| b" ,;)".contains(b));
        (has_point && is_word) || (before == Some(b'/') && is_last)
    })
}

/// The cookies of an answer that tell who somebody is, and that others may get.
#[must_use]
pub fn cookies(head: &Head, is_https: bool) -> Vec<Aside> {
    let cookies = head.all("set-cookie");
    cookies
        .filter_map(|cookie| unguarded(cookie, is_https))
        .collect()
}

fn unguarded(cookie: &str, is_https: bool) -> Option<Aside> {
    let mut parts = cookie.split(';');
    let (name, value) = parts.next()?.split_once('=')?;
    let name = name.trim();
    let lower = name.to_ascii_lowercase();
    let attributes: Vec<(String, &str)> = parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (name.trim().to_ascii_lowercase(), value.trim())
        })
        .collect();
    let has = |wanted: &str| attributes.iter().any(|(name, _)| name == wanted);
    // What takes a cookie away gives nothing to anybody.
    let is_gone = value.trim().trim_matches('"').is_empty()
        || attributes.iter().any(|(name, value)| match name.as_str() {
            "max-age" => value.parse::<i64>().is_ok_and(|age| age <= 0),
            "expires" => value.contains(" 19") || value.contains("-19"),
            _ => false,
        });
    let is_telling = TELLING.iter().any(|part| lower.contains(part)) || lower.ends_with("key");
    if is_gone || !is_telling {
        return None;
    }
    let is_for_scripts = FOR_SCRIPTS.iter().any(|part| lower.contains(part));
    let wanted = [
        (Guard::Secure, "secure", is_https),
        (Guard::HttpOnly, "httponly", !is_for_scripts),
        (Guard::SameSite, "samesite", true),
    ];
    let missing = wanted.into_iter().filter(|(_, name, is)| *is && !has(name));
    let missing: Vec<Guard> = missing.map(|(guard, ..)| guard).collect();
    (!missing.is_empty()).then(|| Aside {
        rule: Rule::Cookie,
        expected: Promise::Guarded,
        actual: Observed::Cookie(Name::of(name), missing),
    })
}

/// Leave for any site to read an answer with the credentials of who visits that site.
#[must_use]
pub fn origin(head: &Head) -> Option<Aside> {
    let mut allowed = head.all("access-control-allow-credentials");
    if !allowed.any(|value| value.trim() == "true") {
        return None;
    }
    let mut origins = head.all("access-control-allow-origin");
    let origin = origins.find_map(|value| match value.trim() {
        "*" => Some(Origin::Any),
        "null" => Some(Origin::Null),
        FOREIGN_ORIGIN => Some(Origin::Asking),
        _ => None,
    })?;
    Some(Aside {
        rule: Rule::AnyOrigin,
        expected: Promise::KnownOrigins,
        actual: Observed::Origin(origin),
    })
}

/// What an answer says of caches.
struct CacheControl(Vec<(String, String)>);

impl CacheControl {
    fn of(head: &Head) -> Self {
        let values = head.all("cache-control");
        let directives = values.flat_map(|value| value.split(','));
        let directives = directives.map(|directive| {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            let value = value.trim().trim_matches('"');
            (name.trim().to_ascii_lowercase(), value.to_owned())
        });
        Self(directives.collect())
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(own, _)| own == name)
    }

    /// A directive without a value: with one, `private` and `no-cache` speak of single headers.
    fn is_whole(&self, name: &str) -> bool {
        self.0
            .iter()
            .any(|(own, value)| own == name && value.is_empty())
    }

    fn seconds(&self, name: &str) -> Option<u64> {
        let found = self.0.iter().find(|(own, _)| own == name);
        found.and_then(|(_, value)| value.parse().ok())
    }
}

/// What lets others than who asked keep private data, and answer with it unasked.
///
/// A shared cache keeps no answer to a request with `Authorization` but where `public`, `s-maxage` or
/// `must-revalidate` allow it (RFC 9111, 3.5); nothing of the kind protects one that a cookie opened.
#[must_use]
pub fn caching(head: &Head, is_by_cookie: bool) -> Option<Aside> {
    let control = CacheControl::of(head);
    let is_kept_apart = control.has("no-store")
        || control.is_whole("private")
        || control.is_whole("no-cache")
        || varies(head, is_by_cookie);
    if is_kept_apart {
        return None;
    }
    let shared = control.seconds("s-maxage");
    let lifetime = shared.or_else(|| control.seconds("max-age"));
    let lifetime = lifetime.or_else(|| expires(head));
    let is_fresh = lifetime.is_some_and(|seconds| seconds > 0);
    let is_revalidated = control.has("must-revalidate") || control.has("proxy-revalidate");
    // Where nothing is fresh and nothing stale may be used, the portal is asked each time.
    let is_asked = lifetime == Some(0) && (is_revalidated || shared == Some(0));
    let caching = if control.has("public") && !is_asked {
        Caching::Public
    } else if shared.is_some() && is_fresh {
        Caching::Shared
    } else if control.has("must-revalidate") && is_fresh {
        Caching::Revalidated
    } else if is_by_cookie && is_fresh {
        Caching::Fresh
    } else {
        return None;
    };
    Some(Aside {
        rule: Rule::Cacheable,
        expected: Promise::NotShared,
        actual: Observed::Cacheable(caching),
    })
}

/// Whether a cache keeps the answers of each credential apart (RFC 9111, 4.1).
fn varies(head: &Head, is_by_cookie: bool) -> bool {
    let credential = if is_by_cookie {
        "cookie"
    } else {
        "authorization"
    };
    let mut names = head.all("vary").flat_map(|value| value.split(','));
    names.any(|name| matches!(name.trim(), "*") || name.trim().eq_ignore_ascii_case(credential))
}

/// How long an answer is fresh by its `Expires`, in seconds; one that is no date means not at all.
fn expires(head: &Head) -> Option<u64> {
    let date = |name| {
        let mut values = head.all(name);
        values
            .next()
            .map(|value| httpdate::parse_http_date(value.trim()))
    };
    let now = date("date")
        .and_then(Result::ok)
        .unwrap_or_else(SystemTime::now);
    let fresh = match date("expires")? {
        Ok(expires) => expires.duration_since(now).unwrap_or(Duration::ZERO),
        Err(_) => Duration::ZERO,
    };
    Some(fresh.as_secs())
}

/// The validator of an answer that a cache may keep.
#[must_use]
pub fn storable_tag(head: &Head) -> Option<&str> {
    let tag = head.all("etag").next()?.trim();
    (!tag.is_empty() && !CacheControl::of(head).has("no-store")).then_some(tag)
}

/// One validator for several resources that are not the same.
#[must_use]
pub fn shared_tag(resources: usize) -> Aside {
    Aside {
        rule: Rule::SharedTag,
        expected: Promise::OwnTag,
        actual: Observed::SharedTag(resources),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(headers: &[(&str, &str)]) -> Head {
        let own = |text: &&str| (*text).to_owned();
        Head {
            reason: String::new(),
            headers: headers.iter().map(|(n, v)| (own(n), own(v))).collect(),
        }
    }

    #[test]
    fn a_version_is_told_from_a_name() {
        for (name, value, is_told) in [
            ("server", "nginx/1.18.0", true),
            ("server", "Apache/2", true),
            ("server", "Jetty(9.4.31.v2020)", true),
            ("server", "Microsoft-IIS/10.0", true),
            ("server", "nginx v1.2", true),
            ("x-powered-by", "PHP/7.4", true),
            ("x-aspnet-version", "4.0.30319", true),
            ("via", "1.1 proxy (Varnish/6.0)", true),
            ("server", "nginx", false),
            ("server", "AmazonS3", false),
            ("server", "ECAcc (nyd/1D2B)", false),
            ("x-powered-by", "ASP.NET", false),
            ("via", "1.1 varnish, HTTP/1.1 edge", false),
            ("x-api-version", "2.0", false),
            ("server", "", false),
        ] {
            let found = versions(&head(&[(name, value)]));
            assert_eq!(!found.is_empty(), is_told, "{name}: {value}");
        }
    }

    #[test]
    fn a_cookie_that_tells_who_somebody_is_has_its_guards() {
        use Guard::{HttpOnly, SameSite, Secure};
        for (cookie, missing) in [
            (
                "asc_auth_key=abc; path=/",
                &[Secure, HttpOnly, SameSite][..],
            ),
            ("PHPSESSID=abc; httponly; Secure", &[SameSite]),
            ("sid=abc; SameSite=Lax; HttpOnly", &[Secure]),
            ("XSRF-TOKEN=abc; Secure; SameSite=Strict", &[]),
            ("sid=abc; Secure; HttpOnly; SameSite=None", &[]),
            ("lang=lv", &[]),
            ("asc_auth_key=; path=/", &[]),
            ("sid=x; Max-Age=0", &[]),
            ("sid=x; expires=Thu, 01-Jan-1970 00:00:00 GMT", &[]),
            ("nothing", &[]),
        ] {
            let found = cookies(&head(&[("set-cookie", cookie)]), true);
            let guards = found.first().map(|aside| match &aside.actual {
                Observed::Cookie(_, guards) => guards.clone(),
                _ => Vec::new(),
            });
            assert_eq!(guards.unwrap_or_default(), missing, "{cookie}");
        }
        let plain = cookies(
            &head(&[("set-cookie", "sid=a; HttpOnly; SameSite=Lax")]),
            false,
        );
        assert_eq!(plain, [], "over plain HTTP nothing is secure");
    }

    #[test]
    fn any_site_is_told_from_known_ones() {
        for (origin_value, credentials, is_told) in [
            ("*", "true", true),
            ("null", "true", true),
            (FOREIGN_ORIGIN, "true", true),
            ("*", "false", false),
            ("https://portal.example.com", "true", false),
        ] {
            let found = origin(&head(&[
                ("access-control-allow-origin", origin_value),
                ("access-control-allow-credentials", credentials),
            ]));
            assert_eq!(found.is_some(), is_told, "{origin_value} {credentials}");
        }
        assert_eq!(origin(&head(&[("access-control-allow-origin", "*")])), None);
    }

    #[test]
    fn what_a_shared_cache_may_keep_is_as_rfc_9111_says() {
        use Caching::{Fresh, Public, Revalidated, Shared};
        for (control, by_header, by_cookie) in [
            ("public", Some(Public), Some(Public)),
            ("Public, max-age=60", Some(Public), Some(Public)),
            ("s-maxage=60", Some(Shared), Some(Shared)),
            (
                "max-age=60, must-revalidate",
                Some(Revalidated),
                Some(Revalidated),
            ),
            ("max-age=60", None, Some(Fresh)),
            ("private, max-age=60", None, None),
            ("private=\"Set-Cookie\", max-age=60", None, Some(Fresh)),
            ("no-cache, public", None, None),
            ("no-store", None, None),
            ("public, max-age=0, must-revalidate", None, None),
            ("s-maxage=0", None, None),
            ("max-age=0, must-revalidate", None, None),
            ("", None, None),
        ] {
            for (is_by_cookie, expected) in [(false, by_header), (true, by_cookie)] {
                let found = caching(&head(&[("cache-control", control)]), is_by_cookie);
                let actual = expected.map(Observed::Cacheable);
                assert_eq!(found.map(|aside| aside.actual), actual, "{control}");
            }
        }
    }

    #[test]
    fn a_date_and_what_varies_count_as_well() {
        let date = ("date", "Tue, 08 Dec 2020 17:37:04 GMT");
        let later = ("expires", "Tue, 08 Dec 2020 18:37:04 GMT");
        assert!(caching(&head(&[date, later]), true).is_some());
        assert!(caching(&head(&[date, later]), false).is_none());
        assert!(caching(&head(&[later, ("date", later.1)]), true).is_none());
        assert!(caching(&head(&[date, ("expires", "0")]), true).is_none());
        let public = ("cache-control", "public");
        for (vary, is_by_cookie, is_told) in [
            ("Accept, Authorization", false, false),
            ("Accept, Authorization", true, true),
            ("cookie", true, false),
            ("*", false, false),
            ("Accept", false, true),
        ] {
            let found = caching(&head(&[public, ("vary", vary)]), is_by_cookie);
            assert_eq!(found.is_some(), is_told, "{vary}");
        }
        let etag = ("etag", "\"1\"");
        assert_eq!(storable_tag(&head(&[etag])), Some("\"1\""));
        assert_eq!(
            storable_tag(&head(&[etag, ("cache-control", "no-store")])),
            None
        );
    }
}
