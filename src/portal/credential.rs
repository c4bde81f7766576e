//! Whether a request may be answered: the token, or what opens the portal in its place.

use std::borrow::Cow;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE};
use http::request::Parts;

use crate::contract::AskedFor;
use crate::portal::change::{Door, Policy};
use crate::portal::objection::Objection;
use crate::portal::refusal::Refusal;
use crate::profile::Profile;

/// The user who may log in, where the profile has logins.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The name.
    pub user: String,
    /// The password.
    pub password: String,
}

impl Default for Account {
    /// The user whom `docs/community-server.md` names.
    fn default() -> Self {
        Self {
            user: "reference@example.com".to_owned(),
            password: "reference-password".to_owned(),
        }
    }
}

impl fmt::Debug for Account {
    /// Leaves the password out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// What opens a portal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keys<'a> {
    pub(crate) token: &'a str,
    pub(crate) account: &'a Account,
    pub(crate) policies: &'a [Policy],
}

impl Keys<'_> {
    /// Accepts the token, raw or after `Bearer `, or what a policy or the profile lets pass. Where there is no
    /// `Authorization`, it may stand alone where one of the ways says, in the order of these.
    ///
    /// A token of letters, digits and `-._~+/=` that is not the portal's is wrong; anything else is
    /// malformed.
    pub(crate) fn open(
        &self,
        parts: &Parts,
        ways: &[Vec<AskedFor>],
        profile: &Profile,
    ) -> Result<(), Refusal> {
        let headers = &parts.headers;
        let refuse = |objection| Err(Refusal::token(objection, profile));
        if self.policies.contains(&Policy::AnyToken) || self.is_in_cookie(headers, profile) {
            return Ok(());
        }
        let elsewhere = || ways.iter().find_map(|way| key(parts, way));
        let value = match headers.get(AUTHORIZATION) {
            Some(value) => value.to_str().map(Cow::Borrowed).ok(),
            None => match elsewhere() {
                Some(value) => Some(Cow::Owned(value)),
                None => return refuse(Objection::NoToken),
            },
        };
        let Some(value) = value.as_deref() else {
            return refuse(Objection::MalformedToken);
        };
        let value = match value.split_once(',') {
            Some((before, _)) if profile.requests.token.cut_at_comma => before,
            _ => value,
        };
        let value = value.trim();
        let given = value.strip_prefix("Bearer ").unwrap_or(value);
        if given.is_empty() && self.policies.contains(&Policy::TokenEmpty) {
            return Ok(());
        }
        if self.token.is_empty() || given.is_empty() {
            return refuse(Objection::EmptyToken);
        }
        let passes = |policy: &Policy| match policy {
            Policy::AnyBearer => value.starts_with("Bearer "),
            Policy::TokenPrefix => self.token.starts_with(given),
            Policy::TokenSuffix => given.starts_with(self.token),
            Policy::TokenCut => {
                self.token.len() == given.len() + 1 && self.token.starts_with(given)
            }
            Policy::TokenTail => self.token.len() == given.len() && self.token[1..] == given[1..],
            Policy::TokenHead => {
                let last = given.len().saturating_sub(1);
                self.token.len() == given.len() && self.token.get(..last) == given.get(..last)
            }
            Policy::TokenEnds => {
                let ends = |text: &str| (text.chars().next(), text.chars().next_back());
                self.token.len() == given.len() && ends(self.token) == ends(given)
            }
            Policy::TokenNull => matches!(given, "null" | "undefined"),
            Policy::TokenAnagram => sorted(given) == sorted(self.token),
            Policy::TokenCase => given.eq_ignore_ascii_case(self.token),
            _ => false,
        };
        let is_user = profile.requests.token.basic && self.is_basic(value);
        if given == self.token || is_user || self.policies.iter().any(passes) {
            return Ok(());
        }
        let is_token = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
        if given != "Bearer" && given.chars().all(is_token) {
            refuse(Objection::WrongToken)
        } else {
            refuse(Objection::MalformedToken)
        }
    }

    /// Whether a policy lets somebody in whatever stands where a token belongs.
    pub(crate) fn is_open(&self, parts: &Parts, spelled_otherwise: bool, written: bool) -> bool {
        let query = parts.uri.query();
        self.policies.iter().any(|policy| match policy {
            Policy::OpenTo(door) => is_through(*door, parts, spelled_otherwise),
            Policy::OpenAfterWrite => written,
            Policy::TokenInQuery => query.is_some_and(|query| query.contains(self.token)),
            Policy::TokenInHeader => parts.headers.values().any(|value| value == self.token),
            _ => false,
        })
    }

    fn is_in_cookie(&self, headers: &HeaderMap, profile: &Profile) -> bool {
        let Some(name) = &profile.requests.token.cookie else {
            return false;
        };
        !self.token.is_empty() && cookies(headers).any(|pair| pair == (name, self.token))
    }

    /// Whether a value is the account in the scheme `Basic`.
    fn is_basic(&self, value: &str) -> bool {
        let given = value.strip_prefix("Basic ");
        let given = given.and_then(|given| STANDARD.decode(given.trim()).ok());
        let Account { user, password } = self.account;
        given.is_some_and(|given| given == format!("{user}:{password}").into_bytes())
    }
}

/// What stands where a way to ask has a key alone; a header's value is taken as it is.
fn key(parts: &Parts, way: &[AskedFor]) -> Option<String> {
    let [only] = way else {
        return None;
    };
    match only {
        AskedFor::Header(name) => {
            let value = parts.headers.get(name.as_str())?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        }
        AskedFor::Query(name) => {
            let mut pairs = url::form_urlencoded::parse(parts.uri.query()?.as_bytes());
            let pair = pairs.find(|(own, _)| own == name);
            pair.map(|(_, value)| value.into_owned())
        }
        AskedFor::Cookie(name) => {
            let pair = cookies(&parts.headers).find(|(own, _)| own == name);
            pair.map(|(_, value)| value.to_owned())
        }
        AskedFor::Bearer | AskedFor::Basic | AskedFor::Raw | AskedFor::Otherwise => None,
    }
}

/// The names and values of all cookies.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let values = headers.get_all(COOKIE).into_iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    texts
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}

/// The bytes of a token, in order.
fn sorted(token: &str) -> Vec<u8> {
    let mut bytes = token.as_bytes().to_vec();
    bytes.sort_unstable();
    bytes
}
/// Whether a request comes through a door.
pub(crate) fn is_through(door: Door, parts: &Parts, spelled_otherwise: bool) -> bool {
    let has = |name: &str| parts.headers.contains_key(name);
    match door {
        Door::Path => spelled_otherwise,
        Door::Query => parts.uri.query().is_some(),
        Door::Browser => has("sec-fetch-mode"),
        Door::Script => has("x-requested-with"),
        Door::Proxy(begin) => {
            let client = parts.headers.get("x-forwarded-for");
            let client = client.and_then(|value| value.to_str().ok());
            client.is_some_and(|address| address.starts_with(begin))
        }
        Door::Header(name) => has(name),
        Door::Encoded => parts.uri.path().contains('%'),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use http::Request;

    use super::*;

    #[test]
    fn the_token_opens_where_a_way_asks_for_it_alone() {
        let profile = crate::profile::load("as-documented").unwrap();
        let account = Account::default();
        let keys = Keys {
            token: "t1",
            account: &account,
            policies: &[],
        };
        let header = || AskedFor::Header("X-Harbour".to_owned());
        let query = || AskedFor::Query("api key".to_owned());
        let cookie = || AskedFor::Cookie("boat".to_owned());
        let is_open = |ways: &[Vec<AskedFor>], query: &str, headers: &[(&str, &str)]| {
            let mut request = Request::get(format!("/a?{query}"));
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let (parts, ()) = request.body(()).unwrap().into_parts();
            keys.open(&parts, ways, &profile).is_ok()
        };
        let all = [vec![header()], vec![query()], vec![cookie()]];
        for (ways, text, headers, expected) in [
            (&all[..], "", &[("x-harbour", "t1")][..], true),
            (&all, "", &[("x-harbour", "t2")], false),
            (&all, "", &[("x-harbour", "")], false),
            (&all, "b=1&api%20key=t1", &[], true),
            (&all, "api+key=t2", &[], false),
            (&all, "", &[("cookie", "a=b; boat=t1")], true),
            (&all, "", &[("cookie", "t1")], false),
            (&all, "", &[("authorization", "t1")], true),
            (
                &all,
                "",
                &[("authorization", "t2"), ("x-harbour", "t1")],
                false,
            ),
            (&all, "", &[], false),
            // Nobody asks for it there.
            (&all[..1], "api+key=t1", &[("cookie", "boat=t1")], false),
            (&[], "", &[("x-harbour", "t1")], false),
            // It takes more than one.
            (
                &[vec![header(), query()]],
                "",
                &[("x-harbour", "t1")],
                false,
            ),
        ] {
            assert_eq!(
                is_open(ways, text, headers),
                expected,
                "{ways:?} {text} {headers:?}"
            );
        }
    }
}
