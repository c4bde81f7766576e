//! What is wrong in requests that must be refused: tokens, ids, and other manners of asking.

use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;

use crate::case::request::Requests;
use crate::case::{WrongId, WrongToken};
use crate::client::{Guise, Request, Token, can_send};
use crate::contract::Format;
use crate::target::Credentials;

/// Tokens that must be refused, and what is sent for each kind.
pub(super) const WRONG_TOKENS: [(WrongToken, &[Token]); 6] = [
    (WrongToken::Missing, &[Token::None]),
    (WrongToken::Empty, &[Token::Empty]),
    (
        WrongToken::Wrong,
        &[
            Token::Unknown,
            Token::UnknownBearer,
            Token::Extended,
            Token::Halved,
            Token::Recased,
            Token::Cut,
            Token::Altered,
            Token::AlteredInside,
            Token::AlteredEnd,
            Token::Reversed,
        ],
    ),
    (
        WrongToken::Malformed,
        &[Token::Malformed, Token::Bare, Token::Null],
    ),
    (WrongToken::Misplaced, &[Token::InQuery, Token::InHeader]),
    (WrongToken::MissingOtherwise, &[]),
];

/// What is sent in the place of a wrong token at this turn: some that are alike take turns over the operations, so
/// that there are no more requests for them.
pub(super) fn in_turn(credentials: &Credentials, token: Token, turn: usize) -> Token {
    let other = match (token, turn % 2) {
        (Token::Null, 1) => Token::Undefined,
        (Token::Reversed, 0) => Token::Unsigned,
        (Token::Reversed, _) => Token::Unsealed,
        (token, _) => token,
    };
    if can_send(credentials, other) {
        other
    } else {
        token
    }
}

/// Addresses that a portal may take for its own side: its machine, and one of each private network (RFC 1918,
/// section 3).
const INSIDE: [&str; 4] = ["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.0.1"];

/// Ids that hardly anything has: within 32 bits, far beyond what portals count to, no bound of anything and
/// nothing that people type.
const STRANGERS: [u64; 7] = [
    1_940_382_171,
    1_503_918_467,
    1_286_471_903,
    1_771_630_559,
    1_637_204_281,
    1_118_945_237,
    2_021_753_389,
];
/// How far they are from the ids that are named, as a portal may count on from those.
const FAR: u64 = 1_000_000;
/// How many of them are tried before a portal is called one that takes any.
const MOST_STRANGERS: usize = 3;

/// Ids that none of the named resources has, and hardly another one.
pub(super) fn strangers(named: &[String]) -> Vec<String> {
    let named: BTreeSet<u64> = named.iter().filter_map(|id| id.parse().ok()).collect();
    let is_far = |id: &u64| {
        let near = id.saturating_sub(FAR)..=id.saturating_add(FAR);
        named.range(near).next().is_none()
    };
    let far = STRANGERS.into_iter().filter(is_far);
    // Where somebody names ids near all of them, those between will do.
    let between = (1..STRANGERS[0]).rev().filter(|id| !named.contains(id));
    let strangers = far.chain(between).take(MOST_STRANGERS);
    strangers.map(|id| id.to_string()).collect()
}

/// Ids that are wrong in themselves, and the values for each kind.
///
/// Beside a plain wrong one stands one that a loose reader takes for the id given: digits with letters
/// behind them, the sign left out, a number of 64 or more bits cut to 32.
pub(super) fn invalid_ids(id: &str) -> Vec<(WrongId, Vec<String>)> {
    let number = id.parse::<u128>().ok();
    let cut = |bits: u32| Some((1_u128 << bits) + number?);
    let numbers = [cut(32), cut(64)].into_iter().flatten();
    let mut oversized = vec!["99999999999999999999".to_owned()];
    oversized.extend(numbers.map(|number| number.to_string()));
    let mut ids = vec![
        (WrongId::Text, vec!["abc".to_owned(), format!("{id}abc")]),
        (WrongId::Zero, vec!["0".to_owned()]),
        (WrongId::Negative, vec!["-1".to_owned(), format!("-{id}")]),
        (WrongId::Oversized, oversized),
    ];
    if let Some(number) = number {
        let loose = vec![
            format!("{id}.0"),
            format!("+{id}"),
            format!("0x{number:X}"),
            format!("{id}e0"),
            format!("{id}'"),
            format!(" {id} "),
            format!("{id},{}", number.saturating_add(1)),
        ];
        ids.push((WrongId::Loose, loose));
    }
    ids
}

/// The number that a loose reader takes from a path for a parameter: in another spelling, or with something behind
/// its digits; `None` where it begins with none.
pub(crate) fn number_in_path(
    template: &str,
    parameter: &str,
    path: &str,
    extension: &str,
) -> Option<String> {
    let path = path.split('?').next().unwrap_or_default();
    let path = path.strip_suffix(extension).unwrap_or(path);
    let variable = format!("{{{parameter}}}");
    let mut steps = template.split('/').zip(path.split('/'));
    let (_, value) = steps.find(|(step, _)| *step == variable)?;
    let value = percent_decode_str(value).decode_utf8().ok()?;
    let text = value.trim();
    let number = match text.strip_prefix("0x") {
        Some(digits) => u128::from_str_radix(digits, 16),
        None => {
            let text = text.strip_prefix('+').unwrap_or(text);
            let is_digit = |c: char| c.is_ascii_digit();
            let end = text.find(|c| !is_digit(c)).unwrap_or(text.len());
            text[..end].parse()
        }
    };
    number.ok().map(|number| number.to_string())
}

/// A valid request without its token, under other spellings of the path, with other headers, and, of what only
/// reads, with other methods.
pub(super) fn foreign_manners(
    requests: Requests<'_>,
    format: Format,
    valid: &Request,
) -> Vec<Request> {
    let plain = Request {
        token: Token::None,
        ..valid.clone()
    };
    let paths = other_paths(&plain.path, requests.ending(format), format);
    let mut manners: Vec<Request> = paths
        .into_iter()
        .map(|path| Request {
            path,
            ..plain.clone()
        })
        .collect();
    // What overrides the method of a write might write something else.
    let of_reads = (!requests.operation.writes()).then_some(Guise::Overridden);
    let guises = [Guise::Browser, Guise::Script, Guise::Rewritten].into_iter();
    for guise in guises.chain(INSIDE.map(Guise::Inside)).chain(of_reads) {
        let accept = match guise {
            // As scripts do that ask for nothing in particular; portals answer them in JSON.
            Guise::Script if format == Format::Json => ANYTHING.to_owned(),
            _ => plain.accept.clone(),
        };
        manners.push(Request {
            accept,
            guise,
            ..plain.clone()
        });
    }
    manners.push(Request {
        accept: other_type(format, &plain.accept).to_owned(),
        ..plain.clone()
    });
    if !requests.operation.writes() {
        for method in ["HEAD", "OPTIONS"] {
            manners.push(Request {
                method: method.to_owned(),
                ..plain.clone()
            });
        }
    }
    manners
}

/// The `Accept` of who takes whatever comes.
const ANYTHING: &str = "*/*";

/// A media type in which the same might be told, and that no page asks for.
fn other_type(format: Format, accept: &str) -> &'static str {
    let types = match format {
        Format::Json => ["application/xml", "text/csv"],
        Format::Xml => ["text/csv", "text/plain"],
    };
    let mut others = types.into_iter().filter(|one| !accept.contains(one));
    others.next().unwrap_or(ANYTHING)
}

/// A path whose last segment has its first character in percent-encoding, which says the same (RFC 3986, 2.3).
fn encoded(stem: &str) -> Option<String> {
    let at = stem.rfind('/').map_or(0, |at| at + 1);
    let first = stem[at..].bytes().next();
    let first = first.filter(u8::is_ascii_alphanumeric)?;
    Some(format!("{}%{first:02X}{}", &stem[..at], &stem[at + 1..]))
}

/// Other spellings of a path, which some routers take for the same.
fn other_paths(path: &str, extension: &str, format: Format) -> Vec<String> {
    let (path, query) = match path.split_once('?') {
        Some((path, query)) => (path, format!("?{query}")),
        None => (path, String::new()),
    };
    let (bare, slash) = match path.strip_suffix('/') {
        Some(bare) => (bare, "/"),
        None => (path, ""),
    };
    let stem = bare.strip_suffix(extension).unwrap_or(bare);
    let extension = if slash.is_empty() { extension } else { slash };
    let doubled = match stem.rsplit_once('/') {
        Some((before, last)) => format!("{before}//{last}"),
        None => format!("/{stem}"),
    };
    let mark = if query.is_empty() { '?' } else { '&' };
    // With a slash where none is documented, and without the one that is.
    let other_end = if slash.is_empty() { "/" } else { "" };
    let mut paths = vec![
        format!("{bare}{other_end}{query}"),
        format!("{doubled}{extension}{query}"),
        format!("{}{extension}{query}", stem.to_ascii_uppercase()),
        format!("{stem}.tml{query}"),
        format!("{path}{query}{mark}x=1&debug=true&callback=x"),
        // A parameter of the segment, which many routers pass over (RFC 3986, 3.3).
        format!("{stem};x{extension}{query}"),
    ];
    paths.extend(encoded(stem).map(|stem| format!("{stem}{extension}{query}")));
    paths.push(if stem == bare {
        // The form of deployed servers.
        format!("{stem}.{format}{query}")
    } else {
        // The form of the pages.
        format!("{stem}{query}")
    });
    paths
}

#[cfg(test)]
mod tests {
    use crate::config::Scheme;
    use crate::secret::Secret;

    use super::*;

    #[test]
    fn a_path_has_other_spellings() {
        assert_eq!(
            other_paths("api/2.0/crm/contact/31.json", ".json", Format::Json),
            [
                "api/2.0/crm/contact/31.json/",
                "api/2.0/crm/contact//31.json",
                "API/2.0/CRM/CONTACT/31.json",
                "api/2.0/crm/contact/31.tml",
                "api/2.0/crm/contact/31.json?x=1&debug=true&callback=x",
                "api/2.0/crm/contact/31;x.json",
                "api/2.0/crm/contact/%331.json",
                "api/2.0/crm/contact/31",
            ]
        );
        assert_eq!(
            other_paths("a/31?b=c", "", Format::Xml),
            [
                "a/31/?b=c",
                "a//31?b=c",
                "A/31?b=c",
                "a/31.tml?b=c",
                "a/31?b=c&x=1&debug=true&callback=x",
                "a/31;x?b=c",
                "a/%331?b=c",
                "a/31.xml?b=c",
            ]
        );
    }

    #[test]
    fn a_documented_slash_stays_in_other_spellings_and_goes_in_one() {
        assert_eq!(
            other_paths("a/31/?b=c", "", Format::Json),
            [
                "a/31?b=c",
                "a//31/?b=c",
                "A/31/?b=c",
                "a/31.tml?b=c",
                "a/31/?b=c&x=1&debug=true&callback=x",
                "a/31;x/?b=c",
                "a/%331/?b=c",
                "a/31.json?b=c",
            ]
        );
    }

    #[test]
    fn a_type_that_no_page_asks_for_is_another_one() {
        let json = other_type(Format::Json, "application/json");
        assert_eq!(json, "application/xml");
        let all = other_type(Format::Xml, "text/xml, text/csv, text/plain");
        assert_eq!(all, "*/*");
        assert_eq!(encoded("a/self").as_deref(), Some("a/%73elf"));
        assert_eq!(encoded("31").as_deref(), Some("%331"));
        assert_eq!(encoded("a/%20"), None);
        assert_eq!(encoded("a/"), None);
    }

    #[test]
    fn ids_of_nobody_are_far_from_those_that_are_named() {
        let of = |named: &[&str]| {
            let named: Vec<String> = named.iter().map(|id| (*id).to_owned()).collect();
            strangers(&named)
        };
        let usual = ["1940382171", "1503918467", "1286471903"];
        assert_eq!(of(&["1234", "2147483647", "a text"]), usual);
        let next = ["1940382171", "1286471903", "1771630559"];
        assert_eq!(of(&["1504918467"]), next);
        assert_eq!(of(&["1504918468"]), usual);
        let all: Vec<String> = STRANGERS.iter().map(u64::to_string).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        assert_eq!(of(&all), ["1940382170", "1940382169", "1940382168"]);
    }

    #[test]
    fn a_loose_spelling_is_the_number_that_it_begins_with() {
        let of = |value: &str, extension: &str| {
            let path = format!("api/2.0/boats/{value}/rigs{extension}?x=2.0");
            number_in_path("api/2.0/boats/{id}/rigs", "id", &path, extension)
        };
        for value in [
            "31.0",
            "+31",
            "%2B31",
            "0x1F",
            "31e0",
            "31",
            "031",
            "%2031%20",
            "31,32",
            "31'",
            "31%27",
            "31abc",
            "31-rope-walk",
        ] {
            for extension in ["", ".json"] {
                assert_eq!(of(value, extension).as_deref(), Some("31"), "{value}");
            }
        }
        for value in ["abc", "abc31", "-31", "", ",31", "+", "0xrope"] {
            assert_eq!(of(value, ""), None, "{value}");
        }
    }

    #[test]
    fn loose_spellings_are_those_of_a_number() {
        let loose = |id: &str| {
            let mut all = invalid_ids(id).into_iter();
            all.find(|(kind, _)| *kind == WrongId::Loose)
        };
        let values = loose("31").map(|(_, values)| values);
        let expected = ["31.0", "+31", "0x1F", "31e0", "31'", " 31 ", "31,32"];
        assert_eq!(values.unwrap_or_default(), expected);
        assert!(loose("abc").is_none());
    }

    #[test]
    fn tokens_that_are_alike_take_turns() {
        let credentials = |token: &str| Credentials {
            scheme: Scheme::Raw,
            token: Some(Secret::new(token)),
            ..Credentials::default()
        };
        let turns =
            |own: &str, token| [0, 1, 2].map(|turn| in_turn(&credentials(own), token, turn));
        let (null, undefined) = (Token::Null, Token::Undefined);
        assert_eq!(turns("own", null), [null, undefined, null]);
        assert_eq!(turns("own", Token::Cut), [Token::Cut; 3]);
        assert_eq!(turns("own", Token::Reversed), [Token::Reversed; 3]);
        let web = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2ln";
        let (unsigned, unsealed) = (Token::Unsigned, Token::Unsealed);
        let of_web = [unsigned, unsealed, unsigned];
        assert_eq!(turns(web, Token::Reversed), of_web);
    }
}
