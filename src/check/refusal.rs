//! What must be refused is refused, and gives nothing away.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use serde_json::Value;

use crate::case::Expected;
use crate::check::{Expectation, Family, Observed, Promise, Rule, Violation, transport};
use crate::client::page::html_page;
use crate::client::{Exchange, Response};
use crate::shape::text::is_guid;

/// A text of the portal's data counts as leaked from this length on; shorter ones are common words.
const MIN_LEAK_LENGTH: usize = 8;
/// Longer texts are looked for by their start.
const MAX_LEAK_LENGTH: usize = 100;
/// From so many documented members with values on, a refusal holds a resource.
const MIN_LEAKED_MEMBERS: usize = 4;
/// How many texts of the portal are looked for; a portal may tell any number of them.
const MAX_TEXTS: usize = 2000;
/// How much of a refusal is looked through, in bytes.
const MAX_SEARCHED: usize = 256 * 1024;

/// Texts that must not stand in a refusal, in every spelling that an answer may have.
#[derive(Debug)]
pub struct Secrets(Option<AhoCorasick>);

impl Secrets {
    /// Takes the texts that the portal told about its resources to those who may know them.
    #[must_use]
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let spellings: Vec<String> = texts
            .into_iter()
            .filter(|text| is_telling(text))
            .take(MAX_TEXTS)
            .flat_map(|text| {
                let start = &text[..text.floor_char_boundary(MAX_LEAK_LENGTH)];
                [start.to_owned(), escaped(start), folded(start)]
            })
            .collect();
        // Few texts are searched in few short bodies: what is quick to build is best.
        let mut builder = AhoCorasick::builder();
        builder.kind(Some(AhoCorasickKind::NoncontiguousNFA));
        Self(builder.build(spellings).ok())
    }

    fn stand_in(&self, text: &[u8]) -> bool {
        self.0.as_ref().is_some_and(|any| any.is_match(text))
    }
}

/// Judges the answer to a request that must be refused.
#[must_use]
pub fn judge(
    expectation: &Expectation,
    exchange: &Exchange,
    expected: Expected,
    secrets: &Secrets,
) -> Vec<Violation> {
    let promise = promise(expectation, expected);
    let violation = |rule, expected, actual| Violation {
        family: Family::Refusal,
        promised: Some(expectation.operation.heading),
        ..transport::violation(expectation, rule, expected, actual)
    };
    let response = match &exchange.outcome {
        Ok(response) => response,
        Err(failure) => {
            let actual = Observed::failure(failure);
            return vec![violation(Rule::NoAnswer, promise, actual)];
        }
    };
    let mut found = Vec::new();
    let status = response.status;
    let actual = Observed::Status(status, html_page(response));
    let is_expected = match expected {
        Expected::Unauthenticated => expectation.profile.refusal.authentication.contains(&status),
        Expected::Unknown => expectation.profile.refusal.unknown.contains(&status),
        // 429 speaks of the client's pace, not of this request.
        Expected::Invalid => (400..500).contains(&status) && status != 429,
    };
    if (200..300).contains(&status) {
        found.push(violation(Rule::Accepted, promise, actual));
    } else if !is_expected {
        found.push(violation(Rule::RefusalStatus, promise, actual));
    }
    if let Some(actual) = leak(expectation, response, secrets) {
        found.push(violation(Rule::Leak, Promise::NoData, actual));
    }
    found
}

/// Lets go of what [`judge`] does not look at in an answer that is kept.
pub fn keep_searched(exchange: &mut Exchange) {
    if let Ok(response) = &mut exchange.outcome {
        response.body.truncate(MAX_SEARCHED);
        response.body.shrink_to_fit();
    }
}

fn promise(expectation: &Expectation, expected: Expected) -> Promise {
    let refusal = &expectation.profile.refusal;
    match expected {
        Expected::Unauthenticated => Promise::Status(refusal.authentication.clone()),
        Expected::Unknown => Promise::Status(refusal.unknown.clone()),
        Expected::Invalid => Promise::ClientError,
    }
}

/// What a refusal gives away: a resource by its members, or a text of one.
fn leak(expectation: &Expectation, response: &Response, secrets: &Secrets) -> Option<Observed> {
    let body = &response.body[..response.body.len().min(MAX_SEARCHED)];
    let mut text = String::from_utf8_lossy(body).into_owned();
    let plain = unescaped(&text);
    for other in [folded(&plain), plain] {
        text.push('\n');
        text.push_str(&other);
    }
    let shape = expectation.answer.resource();
    let members = shape
        .members()
        .iter()
        .filter(|member| holds_value(&text, &member.name))
        .count();
    if members >= MIN_LEAKED_MEMBERS.min(shape.members().len().max(1)) {
        return Some(Observed::LeakedMembers(members));
    }
    secrets
        .stand_in(text.as_bytes())
        .then_some(Observed::LeakedText)
}

/// Whether a member of this name has a value in a JSON or XML text.
fn holds_value(text: &str, name: &str) -> bool {
    let quoted = format!("\"{name}\"");
    let in_json = text.match_indices(&quoted).any(|(at, _)| {
        let rest = text[at + quoted.len()..].trim_start();
        rest.strip_prefix(':')
            .is_some_and(|value| !value.trim_start().starts_with("null"))
    });
    in_json || text.contains(&format!("<{name}>"))
}

/// A text with its white space folded, as pages wrap their lines.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text with the escapes of JSON and the references of XML and HTML undone, as far as they are any.
fn unescaped(text: &str) -> String {
    const NAMED: [(&str, char); 5] = [
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&apos;", '\''),
    ];
    let mut plain = String::with_capacity(text.len());
    let mut units: Vec<u16> = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        // Pairs of surrogates belong together, so units are gathered until another character comes.
        if let Some(unit) = rest.strip_prefix("\\u").and_then(|hex| hex.get(..4))
            && let Ok(unit) = u16::from_str_radix(unit, 16)
        {
            units.push(unit);
            rest = &rest[6..];
            continue;
        }
        plain.push_str(&String::from_utf16_lossy(&units));
        units.clear();
        let named = NAMED.iter().find(|(name, _)| rest.starts_with(name));
        if let Some((name, c)) = named {
            plain.push(*c);
            rest = &rest[name.len()..];
        } else if let Some((c, length)) = reference(rest) {
            plain.push(c);
            rest = &rest[length..];
        } else {
            plain.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    plain.push_str(&String::from_utf16_lossy(&units));
    plain
}

/// The character of a numeric reference at the start of a text, and the reference's length in bytes.
fn reference(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix("&#")?;
    let end = body.find(';').filter(|end| *end <= 8)?;
    let digits = &body[..end];
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    Some((char::from_u32(code)?, end + 3))
}

/// Whether a text is one that a page of its own would not hold: long, and more than one word.
fn is_telling(text: &str) -> bool {
    let text = folded(text);
    // GUIDs name requests in refusals, and some are all zeros.
    text.chars().filter(|c| c.is_alphanumeric()).count() >= MIN_LEAK_LENGTH
        && text.contains(|c: char| c.is_whitespace() || c.is_ascii_digit() || c == '@')
        && !is_guid(&text)
}

/// A text as it stands in JSON, without the quotes.
fn escaped(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::check::Expectations;
    use crate::client::{Request, Token};
    use crate::contract::Format;

    /// The rules that an answer of this status breaks under the default profile.
    fn broken(expected: Expected, status: u16, body: &str) -> Vec<Rule> {
        let contract = crate::contract::of_sources(crate::page::builtin()).unwrap();
        let profile = Arc::new(crate::profile::load("as-documented").unwrap());
        let expectations = Expectations::of(&contract, &profile, false);
        let expectation = expectations.get(0, Format::Json).unwrap();
        let exchange = Exchange {
            request: Request {
                method: "GET".to_owned(),
                path: String::new(),
                accept: String::new(),
                token: Token::None,
                body: None,
            },
            outcome: Ok(Response {
                status,
                content_types: vec!["application/json".to_owned()],
                body: body.as_bytes().to_vec(),
                keeps_open: true,
                limits_pace: status == 429,
                location: None,
            }),
            retries: 0,
            elapsed: Duration::ZERO,
        };
        let found = judge(expectation, &exchange, expected, &Secrets::of([]));
        found.iter().map(|violation| violation.rule).collect()
    }

    #[test]
    fn a_refusal_has_a_status_that_speaks_of_the_request() {
        use Expected::{Invalid, Unauthenticated, Unknown};
        let wrong = &[Rule::RefusalStatus][..];
        let taken = &[Rule::Accepted][..];
        for (expected, status, rules) in [
            (Invalid, 399, wrong),
            (Invalid, 400, &[]),
            (Invalid, 422, &[]),
            (Invalid, 428, &[]),
            (Invalid, 429, wrong),
            (Invalid, 430, &[]),
            (Invalid, 499, &[]),
            (Invalid, 500, wrong),
            (Invalid, 302, wrong),
            (Invalid, 199, wrong),
            (Invalid, 200, taken),
            (Invalid, 299, taken),
            (Invalid, 300, wrong),
            (Unauthenticated, 401, &[]),
            (Unauthenticated, 403, &[]),
            (Unauthenticated, 400, wrong),
            (Unauthenticated, 429, wrong),
            (Unauthenticated, 204, taken),
            (Unknown, 404, &[]),
            (Unknown, 403, wrong),
            (Unknown, 429, wrong),
            (Unknown, 200, taken),
        ] {
            let found = broken(expected, status, "");
            assert_eq!(found, rules, "{expected:?} {status}");
        }
    }

    #[test]
    fn documented_members_with_values_are_a_leak_from_four_on() {
        let members = ["id", "DisplayName", "TaskCount", "IsCompany"];
        for (count, rules) in [(3, &[][..]), (4, &[Rule::Leak])] {
            let of_json = |name: &&str| format!("\"{name}\" : 1");
            let json: Vec<String> = members.iter().take(count).map(of_json).collect();
            let of_xml = |name: &&str| format!("<{name}>1</{name}>");
            let xml: Vec<String> = members.iter().take(count).map(of_xml).collect();
            for body in [json.join(","), xml.concat()] {
                assert_eq!(broken(Expected::Unknown, 404, &body), rules, "{body}");
            }
        }
        // Names alone, or without a value, tell nothing.
        let nulls = members.map(|name| format!("\"{name}\": null, \"no {name}\""));
        assert_eq!(broken(Expected::Unknown, 404, &nulls.join(",")), []);
        assert_eq!(broken(Expected::Unknown, 404, &format!("{members:?}")), []);
    }

    #[test]
    fn texts_are_found_in_any_spelling() {
        let secrets = Secrets::of(["Tadjeddine Bachir 😀"]);
        for spelled in [
            "Tadjeddine Bachir 😀",
            "\\u0054adjeddine Bachir \\ud83d\\ude00",
            "&#84;adjeddine&#x20;Bachir &#128512;",
        ] {
            assert!(secrets.stand_in(unescaped(spelled).as_bytes()), "{spelled}");
        }
        let common = Secrets::of(["          ", "00000000-0000-0000-0000-000000000000", "Home"]);
        assert!(
            !common.stand_in(
                b"no such resource at Home, request 00000000-0000-0000-0000-000000000000"
            )
        );
        assert!(!secrets.stand_in(unescaped("&#84;adj &bogus; \\u00 &#; &#xD800;").as_bytes()));
    }
}
