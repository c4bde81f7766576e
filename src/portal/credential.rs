//! Whether a request may be answered: the token, or what opens the portal in its place.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE};
use http::request::Parts;

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
    /// Accepts the token, raw or after `Bearer `, or what a policy or the profile lets pass.
    ///
    /// A token of letters, digits and `-._~+/=` that is not the portal's is wrong; anything else is
    /// malformed.
    pub(crate) fn open(&self, headers: &HeaderMap, profile: &Profile) -> Result<(), Refusal> {
        let refuse = |objection| Err(Refusal::token(objection, profile));
        if self.policies.contains(&Policy::AnyToken) || self.is_in_cookie(headers, profile) {
            return Ok(());
        }
        let Some(value) = headers.get(AUTHORIZATION) else {
            return refuse(Objection::NoToken);
        };
        let Ok(value) = value.to_str() else {
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
        let values = headers.get_all(COOKIE).into_iter();
        let texts = values.filter_map(|value| value.to_str().ok());
        let mut pairs = texts
            .flat_map(|text| text.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        !self.token.is_empty() && pairs.any(|pair| pair == (name, self.token))
    }

    /// Whether a value is the account in the scheme `Basic`.
    fn is_basic(&self, value: &str) -> bool {
        let given = value.strip_prefix("Basic ");
        let given = given.and_then(|given| STANDARD.decode(given.trim()).ok());
        let Account { user, password } = self.account;
        given.is_some_and(|given| given == format!("{user}:{password}").into_bytes())
    }
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
