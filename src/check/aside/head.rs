//! What headers say beside the answer: which software made it, who may keep it, which cookies it sets, and
//! which sites may read it.

use std::time::{Duration, SystemTime};

use crate::check::aside::Aside;
use crate::check::aside::version::tells_version;
use crate::check::{Caching, Guard, Name, Observed, Origin, Promise, Rule};
use crate::client::{FOREIGN_ORIGIN, Head};

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
    let telling = headers.filter(|(name, value)| tells_version(name, value));
    telling
        .map(|(name, _)| Aside {
            rule: Rule::ServerVersion,
            expected: Promise::NoVersion,
            actual: Observed::Version(Name::of(name)),
        })
        .collect()
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
        Self::in_header(head, "cache-control")
    }

    fn in_header(head: &Head, name: &str) -> Self {
        let values = head.all(name);
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
        // Edges know a second time, for what is stale: `3600+600`.
        let first = found.map(|(_, value)| value.split('+').next().unwrap_or_default());
        first.and_then(|value| value.parse().ok())
    }
}

/// What lets others than who asked keep private data, and answer with it unasked.
///
/// A shared cache keeps no answer to a request with `Authorization` but where `public`, `s-maxage` or
/// `must-revalidate` allow it (RFC 9111, 3.5); nothing of the kind protects one that a cookie opened.
#[must_use]
pub fn caching(head: &Head, is_by_cookie: bool) -> Option<Aside> {
    if is_for_networks(head) && !varies(head, is_by_cookie) {
        return Some(cacheable(Caching::Network));
    }
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
    Some(cacheable(caching))
}

fn cacheable(caching: Caching) -> Aside {
    Aside {
        rule: Rule::Cacheable,
        expected: Promise::NotShared,
        actual: Observed::Cacheable(caching),
    }
}

/// Whether a header that is meant for the caches of a network lets them answer. They heed it in the place
/// of `Cache-Control` (RFC 9213, 2.1), and are shared all of them.
fn is_for_networks(head: &Head) -> bool {
    let names = head.headers.iter().map(|(name, _)| name.as_str());
    let mut targeted =
        names.filter(|name| name.ends_with("cdn-cache-control") || *name == "surrogate-control");
    targeted.any(|name| {
        let control = CacheControl::in_header(head, name);
        let lifetime = control.seconds("s-maxage");
        let is_fresh = lifetime.or_else(|| control.seconds("max-age")) > Some(0);
        let is_apart = ["no-store", "private", "no-cache"];
        is_fresh && !is_apart.iter().any(|word| control.is_whole(word))
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
    fn what_is_said_to_the_caches_of_a_network_stands_before_all_else() {
        for (name, value, is_told) in [
            ("cdn-cache-control", "max-age=60", true),
            ("cloudflare-cdn-cache-control", "s-maxage=60", true),
            (
                "surrogate-control",
                "content=\"ESI/1.0\", max-age=3600+600",
                true,
            ),
            ("cdn-cache-control", "max-age=0", false),
            ("cdn-cache-control", "no-store, max-age=60", false),
            ("cdn-cache-control", "private, max-age=60", false),
            ("surrogate-control", "content=\"ESI/1.0\"", false),
            ("surrogate-capability", "max-age=60", false),
        ] {
            let said = [("cache-control", "private"), (name, value)];
            let found = caching(&head(&said), false);
            assert_eq!(found.is_some(), is_told, "{name}: {value}");
            let apart = [said[0], said[1], ("vary", "Authorization")];
            assert!(caching(&head(&apart), false).is_none(), "{name}: {value}");
        }
        let public = [
            ("cache-control", "public"),
            ("cdn-cache-control", "no-store"),
        ];
        assert!(caching(&head(&public), false).is_some());
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
