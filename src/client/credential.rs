//! The header that tells a portal who asks, and the headers that must be refused.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderName;
use http::header::{AUTHORIZATION, COOKIE};

use crate::client::Token;
use crate::config::Scheme;
use crate::secret::{HIDDEN, Secret};
use crate::target::{Carried, Credentials, SecretSource, TOKEN_COOKIE, Target, Variables};

/// A token that nobody has.
const UNKNOWN: &str = "0123456789abcdef-no-such-token";
/// What scripts send in the place of a token that they do not have.
const NULL: &str = "null";
/// What others send, such as in JavaScript.
const UNDEFINED: &str = "undefined";
/// The header `{"alg":"none","typ":"JWT"}` of a JSON Web Token.
const UNSIGNED: &str = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
/// A user that nobody is: portals count wrong passwords for each user, and lock those who have many.
const UNKNOWN_USER: &str = "no-such-user@example.invalid";

/// Where a query might hold a token (RFC 6750, 2.3, which calls it unsafe, and names that portals have).
const QUERY_NAMES: [&str; 4] = ["access_token", "token", "auth_key", TOKEN_COOKIE];
/// Headers that might hold a token.
const HEADER_NAMES: [&str; 4] = ["X-Auth-Token", "X-Access-Token", "X-Api-Key", "Token"];

/// The name and value of the header that a request with this token carries; `None` where there is none,
/// or where the credentials give no such token.
pub(super) fn header(credentials: &Credentials, token: Token) -> Option<(HeaderName, String)> {
    if let Some(carried) = &credentials.carried {
        return of_carried(credentials, carried, token);
    }
    match credentials.scheme {
        Scheme::Basic => basic(credentials, token).map(|value| (AUTHORIZATION, value)),
        Scheme::Cookie => cookie(credentials, token),
        Scheme::Bearer => {
            let value = plain(credentials, token)?;
            let value = if token.is_derived() || matches!(token, Token::Null | Token::Undefined) {
                format!("Bearer {value}")
            } else {
                value
            };
            Some((AUTHORIZATION, value))
        }
        Scheme::Raw | Scheme::Login => Some((AUTHORIZATION, plain(credentials, token)?)),
    }
}

/// The same of a token that is given as a header.
fn of_carried(
    credentials: &Credentials,
    carried: &Carried,
    token: Token,
) -> Option<(HeaderName, String)> {
    if token == Token::UnknownBearer {
        return Some((AUTHORIZATION, plain(credentials, token)?));
    }
    if carried.in_query {
        return None;
    }
    let name = HeaderName::try_from(carried.header.as_str()).ok()?;
    let value = match (&carried.cookie, token) {
        (Some(cookie), Token::Bare) => cookie.clone(),
        (Some(cookie), Token::Malformed) => format!("{cookie}=%%%"),
        (Some(cookie), _) => format!("{cookie}={}", plain(credentials, token)?),
        (None, Token::Bare | Token::Malformed | Token::Empty) => plain(credentials, token)?,
        (None, _) => carried.before.clone() + &plain(credentials, token)?,
    };
    Some((name, value))
}

/// The headers that are given for every request, as one with this token has them: what must be refused has none that
/// says who asks.
#[must_use]
pub fn given(target: &Target, token: Token) -> Vec<(&str, &Secret)> {
    let is_sent = |name: &String| token == Token::Valid || !target.withheld.contains(name);
    let headers = target.headers.iter().filter(|(name, _)| is_sent(name));
    let headers = headers.map(|(name, value)| (name.as_str(), value));
    let carried = target.credentials.carried.as_ref();
    let others = carried
        .filter(|_| token != Token::Valid)
        .and_then(|carried| {
            let others = carried.others.as_ref()?;
            Some((carried.header.as_str(), others))
        });
    headers.chain(others).collect()
}

/// The credentials that a token is of, and which of theirs it is.
#[must_use]
pub fn credentials_of(target: &Target, token: Token) -> (&Credentials, Token) {
    match (&target.other, token) {
        (Some(other), Token::Other) => (&other.credentials, Token::Valid),
        _ => (&target.credentials, token),
    }
}

/// Whether a token can be sent with these credentials as what it is called.
#[must_use]
pub fn can_send(credentials: &Credentials, token: Token) -> bool {
    match token {
        Token::None => true,
        Token::InQuery => own(credentials).is_some() && query_names(credentials).next().is_some(),
        Token::InHeader => own(credentials).is_some() && header_names(credentials).next().is_some(),
        _ => header(credentials, token).is_some() || query(credentials, token).is_some(),
    }
}

/// The target's own token; none where a password stands for it.
fn own(credentials: &Credentials) -> Option<&str> {
    let own = credentials.token.as_ref().map(Secret::reveal);
    own.filter(|_| credentials.scheme != Scheme::Basic)
}

/// What a token adds to the query.
pub(super) fn query(credentials: &Credentials, token: Token) -> Option<String> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if let Some(name) = query_key(credentials).filter(|_| token != Token::InQuery) {
        let value = plain(credentials, token).filter(|_| token != Token::UnknownBearer)?;
        query.append_pair(name, &value);
        return Some(query.finish());
    }
    let own = own(credentials).filter(|_| token == Token::InQuery)?;
    query.extend_pairs(query_names(credentials).map(|name| (name, own)));
    Some(query.finish())
}

/// The parameter of the query in which the token stands, where it does.
fn query_key(credentials: &Credentials) -> Option<&str> {
    let carried = credentials.carried.as_ref();
    let carried = carried.filter(|carried| carried.in_query);
    carried.map(|carried| carried.header.as_str())
}

/// The headers beside the usual one that hold a token.
pub(super) fn elsewhere(credentials: &Credentials, token: Token) -> Vec<(String, String)> {
    let own = own(credentials).filter(|_| token == Token::InHeader);
    let names = own.into_iter().flat_map(|own| {
        let names = header_names(credentials);
        names.map(move |name| (name.to_owned(), own.to_owned()))
    });
    names.collect()
}

/// The parameters of a query in which a token is tried: those of which no document says that they hold one.
fn query_names(credentials: &Credentials) -> impl Iterator<Item = &'static str> {
    let documented = &credentials.documented.queries;
    let names = QUERY_NAMES.into_iter();
    names.filter(|name| !documented.contains(*name))
}

/// The same of headers.
fn header_names(credentials: &Credentials) -> impl Iterator<Item = &'static str> {
    let documented = &credentials.documented.headers;
    let carried = credentials.carried.as_ref().map(|one| &one.header);
    let is_carried = move |name: &str| carried.is_some_and(|own| own.eq_ignore_ascii_case(name));
    let names = HEADER_NAMES.into_iter();
    names.filter(move |name| !is_carried(name) && !documented.contains(&name.to_ascii_lowercase()))
}

/// What stands behind the scheme of the target's own tokens.
fn plain(credentials: &Credentials, token: Token) -> Option<String> {
    let own = credentials.token.as_ref().map(Secret::reveal);
    Some(match token {
        Token::Valid => own?.to_owned(),
        Token::None | Token::Other | Token::InQuery | Token::InHeader => return None,
        Token::Empty => String::new(),
        Token::Unknown => UNKNOWN.to_owned(),
        Token::Extended => format!("{}x", own?),
        Token::Halved => {
            let own = own?;
            own[..own.floor_char_boundary(own.len() / 2)].to_owned()
        }
        Token::Recased => recased(own?)?,
        Token::Cut => {
            let mut own = own?.to_owned();
            own.pop();
            (!own.is_empty()).then_some(own)?
        }
        Token::Altered => {
            let own = own?;
            let first = own.chars().next()?;
            let other = other_letter(first);
            format!("{other}{}", &own[first.len_utf8()..])
        }
        Token::AlteredInside => {
            let own = own?;
            let (at, inside) = inside(own)?;
            let other = other_letter(inside);
            format!("{}{other}{}", &own[..at], &own[at + inside.len_utf8()..])
        }
        Token::AlteredEnd => {
            let mut own = own?.to_owned();
            let last = own.pop()?;
            // In base64 the last bits may count for nothing, so the first two of the character change.
            let has_high_bits = matches!(last, 'w'..='z' | '0'..='9' | '+' | '/' | '-' | '_');
            own.push(if has_high_bits { 'K' } else { '7' });
            own
        }
        Token::Reversed => {
            let own = own?;
            let reversed: String = own.chars().rev().collect();
            (reversed != own && reversed.trim() == reversed).then_some(reversed)?
        }
        Token::Unsigned => {
            let [_, claims] = unsealed(own?)?;
            format!("{UNSIGNED}.{claims}.")
        }
        Token::Unsealed => {
            let [header, claims] = unsealed(own?)?;
            format!("{header}.{claims}.")
        }
        Token::UnknownBearer => format!("Bearer {UNKNOWN}"),
        Token::Malformed => "Basic %%%".to_owned(),
        Token::Bare => "Bearer".to_owned(),
        Token::Null => NULL.to_owned(),
        Token::Undefined => UNDEFINED.to_owned(),
    })
}

/// The header and the claims of a signed JSON Web Token (RFC 7515, 3.1); `None` where it is none. Both are objects.
fn unsealed(own: &str) -> Option<[&str; 2]> {
    let mut parts = own.split('.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let is_coded = |part: &str| {
        let mut bytes = part.bytes();
        bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let is_object = |part: &str| part.starts_with("ey");
    let is_token = parts.next().is_none()
        && [header, claims, signature]
            .iter()
            .all(|part| is_coded(part))
        && [header, claims].iter().all(|part| is_object(part))
        && !signature.is_empty();
    is_token.then_some([header, claims])
}

/// The character in the middle of a token and where it begins; none of one with nothing between its ends.
fn inside(own: &str) -> Option<(usize, char)> {
    let count = own.chars().count();
    own.char_indices().nth(count / 2).filter(|_| count > 2)
}

/// A letter that is another one than a character, whatever its case.
fn other_letter(character: char) -> char {
    if character.eq_ignore_ascii_case(&'q') {
        'z'
    } else {
        'q'
    }
}

fn cookie(credentials: &Credentials, token: Token) -> Option<(HeaderName, String)> {
    let value = match token {
        Token::UnknownBearer => return Some((AUTHORIZATION, plain(credentials, token)?)),
        Token::Bare => return Some((COOKIE, TOKEN_COOKIE.to_owned())),
        Token::Malformed => "%%%".to_owned(),
        _ => plain(credentials, token)?,
    };
    Some((COOKIE, format!("{TOKEN_COOKIE}={value}")))
}

/// RFC 7617. The right user's name never goes with a wrong password.
fn basic(credentials: &Credentials, token: Token) -> Option<String> {
    let of = |user: &str, password: &str| {
        format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
    };
    Some(match token {
        Token::Valid => {
            let (user, password) = (credentials.user.as_ref()?, credentials.password.as_ref()?);
            of(user.reveal(), password.reveal())
        }
        Token::Unknown => of(UNKNOWN_USER, "no-such-password"),
        Token::Halved => of(UNKNOWN_USER, ""),
        Token::Other
        | Token::Extended
        | Token::Recased
        | Token::Cut
        | Token::Altered
        | Token::AlteredInside
        | Token::AlteredEnd
        | Token::Reversed
        | Token::Unsigned
        | Token::Unsealed
        | Token::InQuery
        | Token::InHeader => return None,
        Token::Bare => "Basic".to_owned(),
        Token::None
        | Token::Empty
        | Token::UnknownBearer
        | Token::Malformed
        | Token::Null
        | Token::Undefined => plain(credentials, token)?,
    })
}

/// How a shell makes a token of the target's own; `None` for what has nothing of it.
fn made_by_shell(credentials: &Credentials, token: Token) -> Option<String> {
    let name = &credentials.variables.token;
    let carried = credentials.carried.as_ref();
    Some(match (token, credentials.token_source()) {
        (token, _) if token.is_derived() && carried.is_some_and(|one| !one.is_found) => {
            HIDDEN.to_owned()
        }
        (Token::Valid, SecretSource::File(path)) => read_by_shell(&path),
        (Token::Valid, _) => format!("${name}"),
        (Token::Extended, _) => format!("${{{name}}}x"),
        (Token::Halved, _) => format!("${{{name}::${{#{name}}}/2}}"),
        (Token::Recased, _) => format!("${{{name}~~}}"),
        (Token::Cut, _) => format!("${{{name}%?}}"),
        (Token::Altered, _) => {
            let altered = plain(credentials, token)?;
            format!("{}${{{name}#?}}", altered.chars().next()?)
        }
        (Token::AlteredInside, _) => {
            let own = credentials.token.as_ref().map(Secret::reveal)?;
            let other = other_letter(inside(own)?.1);
            format!("${{{name}::${{#{name}}}/2}}{other}${{{name}:${{#{name}}}/2+1}}")
        }
        (Token::AlteredEnd, _) => {
            let altered = plain(credentials, token)?;
            format!("${{{name}%?}}{}", altered.chars().next_back()?)
        }
        (Token::Reversed, _) => format!("$(printf %s \"${name}\" | rev)"),
        (Token::Unsigned, _) => {
            format!("{UNSIGNED}.$(printf %s \"${name}\" | cut -d. -f2).")
        }
        (Token::Unsealed, _) => format!("${{{name}%.*}}."),
        _ => return None,
    })
}

/// What a `curl` command line shows for a token; `None` where no header is sent.
#[must_use]
pub fn curl_argument(credentials: &Credentials, token: Token) -> Option<String> {
    let Variables { user, password, .. } = &credentials.variables;
    match token {
        Token::None | Token::InQuery => return None,
        Token::InHeader => {
            let own = shown_own(credentials);
            let names = header_names(credentials);
            let headers = names.map(|header| format!("-H \"{header}: {own}\""));
            return Some(headers.collect::<Vec<_>>().join(" "));
        }
        _ => {}
    }
    let Some(own) = made_by_shell(credentials, token) else {
        // Nothing secret is in the others.
        return Some(quoted(header(credentials, token)?));
    };
    if query_key(credentials).is_some() {
        return None;
    }
    if let Some(carried) = &credentials.carried {
        let name = &carried.header;
        let before = match &carried.cookie {
            Some(cookie) => format!("{cookie}="),
            None => in_quotes(&carried.before),
        };
        return Some(format!(r#"-H "{name}: {before}{own}""#));
    }
    Some(match credentials.scheme {
        Scheme::Raw | Scheme::Login => format!(r#"-H "Authorization: {own}""#),
        Scheme::Bearer => format!(r#"-H "Authorization: Bearer {own}""#),
        Scheme::Cookie => format!(r#"-H "Cookie: {TOKEN_COOKIE}={own}""#),
        Scheme::Basic if token == Token::Valid => {
            format!(r#"-u "${user}:${password}""#)
        }
        Scheme::Basic => return Some(quoted(header(credentials, token)?)),
    })
}

/// What a `curl` command line shows behind the URL for a token that stands in the query.
#[must_use]
pub fn curl_query(credentials: &Credentials, token: Token, has_query: bool) -> String {
    let mark = if has_query { '&' } else { '?' };
    if let Some(name) = query_key(credentials).filter(|_| token != Token::InQuery) {
        let made = made_by_shell(credentials, token).map(|own| {
            let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
            format!("{name}={own}")
        });
        let pair = made.or_else(|| query(credentials, token));
        return pair.map_or_else(String::new, |pair| format!("\"{mark}{pair}\""));
    }
    if token != Token::InQuery || own(credentials).is_none() {
        return String::new();
    }
    let own = shown_own(credentials);
    let pairs = query_names(credentials).map(|name| format!("{name}={own}"));
    format!("\"{mark}{}\"", pairs.collect::<Vec<_>>().join("&"))
}

/// What a `curl` command line shows for the target's own token.
fn shown_own(credentials: &Credentials) -> String {
    match &credentials.carried {
        Some(carried) if !carried.is_found => HIDDEN.to_owned(),
        _ => format!("${}", credentials.variables.token),
    }
}

/// What a `curl` command line shows for a header that is given, where it is known where its value is found.
#[must_use]
pub fn curl_header(target: &Target, name: &str) -> Option<String> {
    let source = target.header_sources.get(&name.to_ascii_lowercase())?;
    let own = match &source.place {
        SecretSource::Variable(variable) => format!("${variable}"),
        SecretSource::File(path) => read_by_shell(path),
    };
    let before = in_quotes(&source.before);
    Some(format!(r#"-H "{name}: {before}{own}""#))
}

/// A text inside a word between double quotes for a POSIX shell.
fn in_quotes(text: &str) -> String {
    let mut word = String::new();
    for letter in text.chars() {
        if matches!(letter, '"' | '\\' | '$' | '`') {
            word.push('\\');
        }
        word.push(letter);
    }
    word
}

/// The text of a file, inside a word between double quotes for a POSIX shell.
fn read_by_shell(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\'', r"'\''");
    format!("$(cat '{path}')")
}

/// A header as a word for a POSIX shell; `curl` sends a header without value where `;` ends it.
fn quoted((name, value): (HeaderName, String)) -> String {
    let name = match name {
        COOKIE => "Cookie",
        AUTHORIZATION => "Authorization",
        ref other => other.as_str(),
    };
    if value.is_empty() {
        format!("-H '{name};'")
    } else {
        format!("-H '{name}: {value}'")
    }
}

/// A token in the other letter case; `None` where letter case may mean nothing, as in hexadecimal digits
/// and in schemes.
fn recased(own: &str) -> Option<String> {
    let is_plain = own.bytes().all(|byte| byte.is_ascii_graphic());
    let has_case = own
        .chars()
        .any(|c| c.is_ascii_alphabetic() && !c.is_ascii_hexdigit());
    let swap = |c: char| {
        if c.is_ascii_uppercase() {
            c.to_ascii_lowercase()
        } else {
            c.to_ascii_uppercase()
        }
    };
    (is_plain && has_case).then(|| own.chars().map(swap).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Token; 10] = [
        Token::Valid,
        Token::None,
        Token::Empty,
        Token::Unknown,
        Token::Extended,
        Token::Halved,
        Token::Recased,
        Token::UnknownBearer,
        Token::Malformed,
        Token::Bare,
    ];

    fn credentials(scheme: Scheme) -> Credentials {
        let secret = |text| Some(Secret::new(text));
        let needs_user = matches!(scheme, Scheme::Basic);
        Credentials {
            scheme,
            token: secret("Geheim-Token").filter(|_| !needs_user),
            user: secret("wir@example.com").filter(|_| needs_user),
            password: secret("Geheim").filter(|_| needs_user),
            ..Credentials::default()
        }
    }

    #[test]
    fn a_token_of_a_file_is_read_from_it_by_a_shell() {
        let mut credentials = credentials(Scheme::Bearer);
        credentials.files.token = Some("it's/to ken".into());
        let shown = curl_argument(&credentials, Token::Valid).unwrap();
        assert_eq!(
            shown,
            r#"-H "Authorization: Bearer $(cat 'it'\''s/to ken')""#
        );
    }

    #[test]
    fn another_last_character_is_another_one_in_base64_too() {
        for (token, expected) in [
            ("abcA", "abc7"),
            ("abcf", "abc7"),
            ("abcw", "abcK"),
            ("abc7", "abcK"),
        ] {
            let mut credentials = credentials(Scheme::Raw);
            credentials.token = Some(Secret::new(token));
            let header = header(&credentials, Token::AlteredEnd).map(|(_, value)| value);
            assert_eq!(header.as_deref(), Some(expected));
            let shown = curl_argument(&credentials, Token::AlteredEnd).unwrap();
            let last = expected.chars().next_back().unwrap();
            let expected = format!("-H \"Authorization: ${{PORTAL_TOKEN%?}}{last}\"");
            assert_eq!(shown, expected);
        }
    }

    #[test]
    fn what_scripts_send_without_a_token_and_one_with_another_middle_are_wrong() {
        let of = |scheme, token| {
            let header = header(&credentials(scheme), token);
            header.map(|(_, value)| value).unwrap_or_default()
        };
        assert_eq!(of(Scheme::Raw, Token::Null), "null");
        assert_eq!(of(Scheme::Bearer, Token::Null), "Bearer null");
        assert_eq!(of(Scheme::Raw, Token::Undefined), "undefined");
        assert_eq!(of(Scheme::Bearer, Token::Undefined), "Bearer undefined");
        assert_eq!(of(Scheme::Basic, Token::Null), "null");
        assert_eq!(of(Scheme::Cookie, Token::Null), "asc_auth_key=null");
        assert_eq!(
            of(Scheme::Raw, Token::AlteredInside),
            "Geheimqtoken".replace("qt", "qT")
        );
        assert_eq!(of(Scheme::Basic, Token::AlteredInside), "");
        let shown = curl_argument(&credentials(Scheme::Raw), Token::AlteredInside);
        let expected = "${PORTAL_TOKEN::${#PORTAL_TOKEN}/2}q${PORTAL_TOKEN:${#PORTAL_TOKEN}/2+1}";
        assert_eq!(shown.unwrap(), format!("-H \"Authorization: {expected}\""));
        for short in ["ab", "a", ""] {
            let mut credentials = credentials(Scheme::Raw);
            credentials.token = Some(Secret::new(short));
            assert!(!can_send(&credentials, Token::AlteredInside), "{short}");
        }
    }

    #[test]
    fn a_signed_web_token_is_sent_without_what_signs_it() {
        let mut credentials = credentials(Scheme::Bearer);
        let own = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2ln";
        credentials.token = Some(Secret::new(own));
        let sent = |credentials: &Credentials| {
            let tokens = [Token::Unsigned, Token::Unsealed];
            tokens.map(|token| header(credentials, token).map(|(_, value)| value))
        };
        let bearer = |token: &str| Some(format!("Bearer {token}"));
        let unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiI3In0.";
        let unsealed = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.";
        assert_eq!(sent(&credentials), [bearer(unsigned), bearer(unsealed)]);
        let shown = curl_argument(&credentials, Token::Unsealed).unwrap();
        assert_eq!(shown, r#"-H "Authorization: Bearer ${PORTAL_TOKEN%.*}.""#);
        let shown = curl_argument(&credentials, Token::Unsigned).unwrap();
        assert!(!shown.contains("eyJzdWIiOiI3In0"), "{shown}");
        // What is none has nothing to leave out.
        for other in [
            "Geheim-Token",
            "a.b.c",
            "eyJhIjoxfQ.eyJhIjoxfQ.",
            "eyJh.eyJi.c.d",
            "eyJh.eyJi.%",
        ] {
            credentials.token = Some(Secret::new(other));
            assert_eq!(sent(&credentials), [None, None], "{other}");
        }
    }

    fn sent(scheme: Scheme) -> Vec<String> {
        let credentials = credentials(scheme);
        let all = ALL.iter().map(|token| {
            let header = header(&credentials, *token);
            let header = header.map(|(name, value)| format!("{name}: {value}"));
            header.unwrap_or_else(|| "-".to_owned())
        });
        all.collect()
    }

    #[test]
    fn every_scheme_sends_the_same_kinds_of_tokens() {
        assert_eq!(
            sent(Scheme::Bearer),
            [
                "authorization: Bearer Geheim-Token",
                "-",
                "authorization: ",
                "authorization: 0123456789abcdef-no-such-token",
                "authorization: Bearer Geheim-Tokenx",
                "authorization: Bearer Geheim",
                "authorization: Bearer gEHEIM-tOKEN",
                "authorization: Bearer 0123456789abcdef-no-such-token",
                "authorization: Basic %%%",
                "authorization: Bearer",
            ]
        );
        assert_eq!(
            sent(Scheme::Cookie),
            [
                "cookie: asc_auth_key=Geheim-Token",
                "-",
                "cookie: asc_auth_key=",
                "cookie: asc_auth_key=0123456789abcdef-no-such-token",
                "cookie: asc_auth_key=Geheim-Tokenx",
                "cookie: asc_auth_key=Geheim",
                "cookie: asc_auth_key=gEHEIM-tOKEN",
                "authorization: Bearer 0123456789abcdef-no-such-token",
                "cookie: asc_auth_key=%%%",
                "cookie: asc_auth_key",
            ]
        );
        assert_eq!(sent(Scheme::Raw), sent(Scheme::Login));
        assert_eq!(sent(Scheme::Raw)[0], "authorization: Geheim-Token");
    }

    #[test]
    fn a_wrong_password_never_goes_with_a_user_that_somebody_is() {
        let sent = sent(Scheme::Basic);
        let decoded = sent.iter().filter_map(|header| {
            let coded = header.strip_prefix("authorization: Basic ")?;
            String::from_utf8(STANDARD.decode(coded).ok()?).ok()
        });
        assert_eq!(
            decoded.collect::<Vec<_>>(),
            [
                "wir@example.com:Geheim",
                "no-such-user@example.invalid:no-such-password",
                "no-such-user@example.invalid:",
            ]
        );
        assert_eq!(sent[4], "-");
        assert!(!can_send(&credentials(Scheme::Basic), Token::Extended));
    }

    #[test]
    fn curl_is_told_no_secret() {
        for scheme in [Scheme::Raw, Scheme::Bearer, Scheme::Cookie, Scheme::Basic] {
            for token in ALL {
                let shown = curl_argument(&credentials(scheme), token).unwrap_or_default();
                assert!(!shown.to_lowercase().contains("geheim"), "{shown}");
                assert!(!shown.contains("R2VoZWlt"), "{shown}");
            }
        }
        let cookie = curl_argument(&credentials(Scheme::Cookie), Token::Valid);
        assert_eq!(
            cookie.as_deref(),
            Some(r#"-H "Cookie: asc_auth_key=$PORTAL_TOKEN""#)
        );
        let empty = curl_argument(&credentials(Scheme::Raw), Token::Empty);
        assert_eq!(empty.as_deref(), Some("-H 'Authorization;'"));
    }

    #[test]
    fn a_token_in_the_query_is_sent_there_alone_and_shown_by_its_variable() {
        let credentials = Credentials {
            carried: Some(Carried::in_query("api key")),
            ..credentials(Scheme::Raw)
        };
        for (token, sent, shown) in [
            (Token::Valid, Some("Geheim-Token"), "$PORTAL_TOKEN"),
            (Token::Extended, Some("Geheim-Tokenx"), "${PORTAL_TOKEN}x"),
            (Token::Empty, Some(""), ""),
            (Token::Unknown, Some(UNKNOWN), UNKNOWN),
            (Token::Malformed, Some("Basic+%25%25%25"), "Basic+%25%25%25"),
            (Token::None, None, ""),
            (Token::UnknownBearer, None, ""),
        ] {
            let pair = sent.map(|value| format!("api+key={value}"));
            assert_eq!(query(&credentials, token), pair, "{token:?}");
            assert!(can_send(&credentials, token));
            let is_in_header = token == Token::UnknownBearer;
            assert_eq!(header(&credentials, token).is_some(), is_in_header);
            assert_eq!(curl_argument(&credentials, token).is_some(), is_in_header);
            let expected = match sent {
                Some(_) => format!("\"&api+key={shown}\""),
                None => String::new(),
            };
            assert_eq!(curl_query(&credentials, token, true), expected, "{token:?}");
        }
        // Where no document names it, it opens nothing.
        let elsewhere = query(&credentials, Token::InQuery).unwrap();
        assert!(
            elsewhere.contains("access_token=Geheim-Token"),
            "{elsewhere}"
        );
        assert!(!elsewhere.contains("api+key"), "{elsewhere}");
    }
}
