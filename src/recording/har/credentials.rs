//! Whatever in an entry tells who asks: all of it is shown nowhere, whether the entry is judged or not.
//!
//! Tools write everything down that goes over the wire: tokens in any header, cookies, passwords in the
//! bodies of logins, and what the answers to these hand out.

use std::borrow::Cow;
use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::Url;

use crate::names::{folded, is_credential};
use crate::recording::RecordedCredentials as Credentials;

/// Shorter values of cookies are words, such as `dark`.
const MIN_COOKIE: usize = 8;
/// Parts of the names of members and fields that hold what nobody may read. They are fewer than those of
/// headers: a `key` of a resource is no credential.
const SECRETS: [&str; 9] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "apikey",
    "credential",
    "jwt",
];
/// Words of the names of parts of a query that hold what nobody may read, beside those.
const QUERY_WORDS: [&str; 9] = [
    "auth",
    "hmac",
    "key",
    "otp",
    "session",
    "sessionid",
    "sid",
    "sig",
    "signature",
];
/// A `code` of fewer characters is none that logs somebody in.
const MIN_CODE: usize = 16;
/// The names of those that say who logs in, beside a password.
const USERS: [&str; 7] = [
    "user",
    "username",
    "userid",
    "login",
    "loginname",
    "email",
    "account",
];

/// A request as far as it tells who asks.
pub(super) struct Asked<'a> {
    pub(super) url: Option<&'a Url>,
    /// Names and values.
    pub(super) headers: Vec<(&'a str, &'a str)>,
    /// The values of cookies.
    pub(super) cookies: Vec<&'a str>,
    pub(super) body: Option<&'a str>,
}

/// What came of it.
pub(super) struct Came<'a> {
    pub(super) headers: Vec<(&'a str, &'a str)>,
    pub(super) cookies: Vec<&'a str>,
    /// Made where it is looked at.
    pub(super) body: &'a dyn Fn() -> Option<Cow<'a, str>>,
}

/// Adds what a request and its answer tell of who asked.
pub(super) fn collect(asked: &Asked<'_>, came: &Came<'_>, all: &mut Credentials) {
    if let Some(url) = asked.url {
        of_url(url, all);
    }
    // Chromium writes those of HTTP/2 that are no headers, such as `:authority`.
    let headers = asked.headers.iter();
    for (name, value) in headers.filter(|(name, _)| !name.starts_with(':')) {
        if name.eq_ignore_ascii_case("authorization") {
            let token = token(value, &mut all.others);
            all.sent.insert(token.to_owned());
        } else if name.eq_ignore_ascii_case("proxy-authorization") {
            let token = token(value, &mut all.others);
            all.others.insert(token.to_owned());
        } else if name.eq_ignore_ascii_case("cookie") {
            for pair in value.split(';') {
                cookie(value_of(pair), all);
            }
        } else if is_secret(name) && !is_handed_back(name) {
            all.sent.insert(value.trim().to_owned());
        } else if is_credential(name) {
            all.others.insert(value.trim().to_owned());
        }
    }
    for value in &asked.cookies {
        cookie(value, all);
    }
    let sent = asked.body.map_or(Vec::new(), fields);
    if sent.iter().any(|(name, _)| is_secret(name)) {
        let is_user = |name: &str| USERS.contains(&folded(name).as_str());
        let sent = sent.into_iter();
        let sent = sent.filter(|(name, _)| is_secret(name) || is_user(name));
        let handed_out = (came.body)().map_or(Vec::new(), |body| fields(&body));
        let handed_out = handed_out.into_iter().filter(|(name, _)| is_secret(name));
        let values = sent.chain(handed_out).map(|(_, value)| value);
        all.others.extend(values);
    }
    for (_, value) in came
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"))
    {
        // Chromium writes several into one, a line each.
        for one in value.lines() {
            cookie(value_of(one.split(';').next().unwrap_or_default()), all);
        }
    }
    for value in &came.cookies {
        cookie(value, all);
    }
}

/// What stands in a URL: a user, and what parts of the query or the fragment are named after credentials.
fn of_url(url: &Url, all: &mut Credentials) {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    for part in [Some(url.username()), url.password()].into_iter().flatten() {
        all.others.insert(decoded(part));
    }
    for part in [url.query(), url.fragment()].into_iter().flatten() {
        for pair in part.split('&') {
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            let name = decoded(name);
            let plain = decoded(&value.replace('+', " "));
            let mut words = name.split(|c: char| !c.is_alphanumeric());
            let is_word = words.any(|word| QUERY_WORDS.contains(&word.to_lowercase().as_str()));
            let is_code = name.eq_ignore_ascii_case("code") && value.len() >= MIN_CODE;
            if is_word || is_code || is_secret(&name) {
                all.others.extend([value.to_owned(), plain]);
            }
        }
    }
}

/// The token of a header, without its scheme; user and password of `Basic`.
fn token<'a>(value: &'a str, all: &mut BTreeSet<String>) -> &'a str {
    let value = value.trim();
    let Some((scheme, token)) = value.split_once(' ') else {
        return value;
    };
    let is_scheme = scheme.len() <= 20 && scheme.bytes().all(|byte| byte.is_ascii_alphabetic());
    let token = if is_scheme { token.trim() } else { value };
    if scheme.eq_ignore_ascii_case("basic")
        && let Ok(pair) = STANDARD.decode(token)
    {
        let pair = String::from_utf8_lossy(&pair);
        let (user, password) = pair.split_once(':').unwrap_or((&pair, ""));
        all.extend([user.to_owned(), password.to_owned()]);
    }
    token
}

/// What stands behind the name of a cookie.
fn value_of(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(_, value)| value)
}

fn cookie(value: &str, all: &mut Credentials) {
    let value = value.trim().trim_matches('"');
    if value.len() >= MIN_COOKIE {
        let decoded = percent_decode_str(value).decode_utf8_lossy().into_owned();
        all.others.extend([value.to_owned(), decoded]);
    }
}

/// Whether a member or a field is named as those that hold credentials.
fn is_secret(name: &str) -> bool {
    let name = folded(name);
    SECRETS.iter().any(|part| name.contains(part))
}

/// Whether a portal may say it again: it guards a form, and tells nobody who asks.
fn is_handed_back(name: &str) -> bool {
    let name = folded(name);
    name.contains("csrf") || name.contains("xsrf")
}

/// The texts of a body with their names: JSON, XML or a form.
fn fields(body: &str) -> Vec<(String, String)> {
    let start = body.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with(['{', '[']) {
        let mut found = Vec::new();
        if let Ok(value) = serde_json::from_str(start) {
            members("", &value, &mut found);
        }
        found
    } else if start.starts_with('<') {
        let elements = start.split('<').filter_map(|part| part.split_once('>'));
        let texts =
            elements.filter(|(tag, text)| !tag.starts_with(['/', '?', '!']) && !text.is_empty());
        let plain = |text: &str| {
            quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), Into::into)
        };
        texts
            .map(|(tag, text)| {
                let name = tag.split_whitespace().next().unwrap_or_default();
                let name = name.rsplit(':').next().unwrap_or_default();
                (name.to_owned(), plain(text))
            })
            .collect()
    } else {
        let form = url::form_urlencoded::parse(start.as_bytes());
        form.map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect()
    }
}

fn members(name: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => found.push((name.to_owned(), text.clone())),
        Value::Number(number) => found.push((name.to_owned(), number.to_string())),
        Value::Array(items) => items.iter().for_each(|item| members(name, item, found)),
        Value::Object(own) => own
            .iter()
            .for_each(|(name, item)| members(name, item, found)),
        Value::Null | Value::Bool(_) => {}
    }
}
