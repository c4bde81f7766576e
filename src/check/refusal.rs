//! What must be refused is refused, and gives nothing away.

mod form;
mod leak;
mod members;
mod words;

pub use form::form;
pub use leak::{
    Owners, Places, Strictness, ToldValues, Words, differ, parts, said, said_in_request,
};
pub use members::MEMBERS_OF_REFUSALS;
pub(super) use members::MemberFinder;

use crate::case::{Expected, contradicts_path, number_in_path};
use crate::check::escape::{Escapes, unescaped};
use crate::check::{Expectation, Family, Observed, Promise, Rule, Violation, transport};
use crate::client::page::html_page;
use crate::client::{Exchange, Request, Response, Token, is_success};
use crate::contract::AskedFor;

/// From so many documented members with values on, a refusal holds a resource.
const MIN_LEAKED_MEMBERS: usize = 4;
/// From so many on, what it says is not what such refusals say anyway.
const MIN_NAMED_MEMBERS: usize = 2;

/// Judges the answer to a request that must be refused; what it gives away is left to [`leak`].
#[must_use]
pub fn judge(expectation: &Expectation, exchange: &Exchange, expected: Expected) -> Vec<Violation> {
    let promise = promise(expectation, expected);
    let violation = |rule, expected, actual| violation(expectation, rule, expected, actual);
    let response = match &exchange.outcome {
        Ok(response) => response,
        // Who asks in a strange manner may be hung up on.
        Err(_) if matches!(expected, Expected::Dataless | Expected::Misplaced) => {
            return Vec::new();
        }
        Err(failure) => {
            let actual = Observed::failure(failure);
            return vec![violation(Rule::NoAnswer, promise, actual)];
        }
    };
    let status = response.status;
    let actual = Observed::Status(status, html_page(response));
    let is_expected = match expected {
        Expected::Unauthenticated => {
            codes(expectation, expected).contains(&status)
                || is_of_another_mistake(expectation, &exchange.request, status)
        }
        Expected::Unknown => {
            codes(expectation, expected).contains(&status)
                || is_nothing(expectation, status)
                || is_of_what_is_asked(expectation, &exchange.request, status)
        }
        Expected::Invalid | Expected::Loose => {
            is_refusal(status) || is_nothing(expectation, status)
        }
        Expected::Hidden => is_refusal(status),
        Expected::Misplaced => !is_success(status),
        Expected::Dataless => true,
    };
    let rule = match expected {
        Expected::Misplaced => Rule::TokenPlace,
        _ if is_success(status) => Rule::Accepted,
        Expected::Loose => Rule::LooseRefusal,
        _ => Rule::RefusalStatus,
    };
    let is_broken = !is_expected;
    is_broken
        .then(|| violation(rule, promise, actual))
        .into_iter()
        .collect()
}

/// What documented codes say of no refusal that is expected: another method or media type, and the client's pace.
const OF_OTHERS: [u16; 5] = [405, 406, 408, 415, 429];

/// The codes of what must be refused for its token or its id: the profile's; where the operation's document names
/// refusals and none of these is among them, those that it names as well; of what a path names, 404 where it is named.
fn codes(expectation: &Expectation, expected: Expected) -> Vec<u16> {
    let refusal = &expectation.profile.refusal;
    let is_unknown = expected == Expected::Unknown;
    let mut codes = if is_unknown {
        refusal.unknown.clone()
    } else {
        refusal.authentication.clone()
    };
    let documented = &expectation.operation.refused;
    // A token that opens is not refused for itself.
    let is_other = |code: &u16| OF_OTHERS.contains(code) || (is_unknown && *code == 401);
    if !documented.iter().any(|code| codes.contains(code)) {
        codes.extend(documented.iter().filter(|code| !is_other(code)));
    }
    // Who may not know whether there is something below a name is told that there is nothing (RFC 9110, 15.5.4).
    let may_hide = !is_unknown && documented.contains(&404) && !codes.contains(&404);
    if may_hide && expectation.operation.path_parameters().next().is_some() {
        codes.push(404);
    }
    codes
}

/// Whether a read says that there is nothing, where its document has that beside what there is.
fn is_nothing(expectation: &Expectation, status: u16) -> bool {
    let success = &expectation.operation.success;
    let is_beside = success
        .codes
        .iter()
        .any(|code| !success.other.contains(code));
    status == 204 && !expectation.operation.writes() && success.other.contains(&204) && is_beside
}

/// Whether a status refuses what else is wrong with a request that shows no token that opens: credentials that are
/// none by their syntax (RFC 6750, 3.1), or a body that is missing, as nothing says which is looked at first.
fn is_of_another_mistake(expectation: &Expectation, request: &Request, status: u16) -> bool {
    let lacks_body =
        request.body.is_none() && expectation.operation.body_parameters().next().is_some();
    match request.token {
        Token::None => lacks_body && is_refusal(status),
        token => (token.is_malformed() || lacks_scheme(expectation, token)) && status == 400,
    }
}

/// Whether a token stands alone where the document asks for the scheme `Bearer` before it: a scheme and nothing behind
/// it is no credential (RFC 9110, 11.4).
fn lacks_scheme(expectation: &Expectation, token: Token) -> bool {
    let ways = &expectation.operation.ways;
    let is_bearer = |way: &Vec<AskedFor>| way.contains(&AskedFor::Bearer);
    token == Token::Unknown && !ways.is_empty() && ways.iter().all(is_bearer)
}

/// What refuses a request whose body names another resource than its path.
const OF_CONTRADICTIONS: [u16; 3] = [400, 409, 422];

/// Whether a status refuses what is wrong with a request beside that there is nothing of its id: that this is none
/// within the documented bounds, or that its body names another one.
fn is_of_what_is_asked(expectation: &Expectation, request: &Request, status: u16) -> bool {
    is_refusal(status) && is_out_of_bounds(expectation, request)
        || OF_CONTRADICTIONS.contains(&status) && contradicts_path(&expectation.operation, request)
}

/// Whether a number in the path is outside of what a schema says of it.
fn is_out_of_bounds(expectation: &Expectation, request: &Request) -> bool {
    let Expectation {
        operation, profile, ..
    } = expectation;
    let ending = profile.ending(&operation.path, expectation.format);
    let mut parameters = operation.path_parameters();
    parameters.any(|parameter| {
        let domain = parameter.shape.as_ref();
        let domain = domain.and_then(|shape| shape.domain.as_deref());
        let number = number_in_path(&operation.path, &parameter.name, &request.path, ending);
        let number = number.and_then(|number| number.parse::<i64>().ok());
        domain
            .zip(number)
            .is_some_and(|(domain, number)| domain.outside(&number.into()).is_some())
    })
}

/// The same where what came is known to be the very resource of a number that the request spells otherwise.
#[must_use]
pub fn read_loosely(expectation: &Expectation, status: u16) -> Violation {
    let is_exact = expectation.profile.has_exact_ids(&expectation.operation);
    let rule = if is_exact {
        Rule::Accepted
    } else {
        Rule::LooseId
    };
    let actual = Observed::LooseId(status);
    violation(expectation, rule, Promise::ClientError, actual)
}

/// What shows that a write was done although it was refused.
#[must_use]
pub fn defied(expectation: &Expectation, actual: Observed) -> Violation {
    violation(expectation, Rule::RefusedKept, Promise::NoEffect, actual)
}

/// Whether refusals for who has no token tell an id that there is from one that nothing has.
#[must_use]
pub fn existence(
    expectation: &Expectation,
    known: Option<u16>,
    unknown: Option<u16>,
) -> Option<Violation> {
    let (known, unknown) = (known?, unknown?);
    (is_refusal(known) && is_refusal(unknown) && known != unknown).then(|| {
        let promise = Promise::SameStatus(Some(known));
        let actual = Observed::UnknownStatus(unknown);
        violation(expectation, Rule::Existence, promise, actual)
    })
}

/// The same by `HEAD`, which may succeed without a token where it tells nothing.
#[must_use]
pub fn existence_by_head(
    expectation: &Expectation,
    known: Option<u16>,
    unknown: Option<u16>,
) -> Option<Violation> {
    let (known, unknown) = (known?, unknown?);
    let tells = (is_success(known) || is_refusal(known)) && is_refusal(unknown) && known != unknown;
    tells.then(|| {
        let promise = Promise::SameStatus(Some(known));
        let actual = Observed::UnknownStatus(unknown);
        violation(expectation, Rule::Existence, promise, actual)
    })
}

/// The same by the words of refusals whose codes are alike.
#[must_use]
pub fn existence_in_words(expectation: &Expectation) -> Violation {
    let (promise, actual) = (Promise::SameWords, Observed::UnknownWords);
    violation(expectation, Rule::Existence, promise, actual)
}

/// What an answer gives away that should give nothing.
#[must_use]
pub fn leak(expectation: &Expectation, actual: Observed) -> Violation {
    violation(expectation, Rule::Leak, Promise::NoData, actual)
}

/// A leak, where a refusal holds so many documented members that it holds a resource. Where a resource has few, all of
/// them may be words of any refusal, such as `count`: then some value that it holds must be one of a resource.
#[must_use]
pub fn leaked_members(
    expectation: &Expectation,
    held: usize,
    tells_a_value: impl FnOnce() -> bool,
) -> Option<Observed> {
    let is_resource = match expectation.member_finder().count() {
        // The payload itself was found.
        0 => held > 0,
        all if all < MIN_LEAKED_MEMBERS => held >= all && tells_a_value(),
        _ => held >= MIN_LEAKED_MEMBERS,
    };
    is_resource.then_some(Observed::LeakedMembers(held))
}

/// What an answer gives away that holds the whole payload, of which so many members are known by their names.
#[must_use]
pub fn payload_told(held: usize) -> Observed {
    if held > 0 {
        Observed::LeakedMembers(held)
    } else {
        Observed::LeakedText
    }
}

/// Whether a refusal that holds so many documented members speaks of a resource.
#[must_use]
pub fn names_members(held: usize) -> bool {
    held >= MIN_NAMED_MEMBERS
}

/// How many documented members an answer holds with their values.
#[must_use]
pub fn members_held(expectation: &Expectation, response: &Response) -> usize {
    if form::is_success(expectation, response) {
        return 1;
    }
    let body = &response.body[..response.body.len().min(words::MAX_SEARCHED)];
    let text = String::from_utf8_lossy(body);
    let mut told = text.to_lowercase();
    let plain = unescaped(&text, Escapes::Any);
    if plain != text {
        told.push('\n');
        told.push_str(&plain.to_lowercase());
    }
    expectation.member_finder().held(&told)
}

/// Lets go of what is not looked at in an answer that is kept.
pub fn keep_searched(exchange: &mut Exchange) {
    if let Ok(response) = &mut exchange.outcome {
        response.body.truncate(words::MAX_SEARCHED);
        response.body.shrink_to_fit();
    }
}

/// Whether a status refuses what was asked; 429 speaks of the client's pace.
#[must_use]
pub fn is_refusal(status: u16) -> bool {
    (400..500).contains(&status) && status != 429
}

fn violation(
    expectation: &Expectation,
    rule: Rule,
    expected: Promise,
    actual: Observed,
) -> Violation {
    Violation {
        family: Family::Refusal,
        promised: Some(expectation.operation.heading),
        ..transport::violation(expectation, rule, expected, actual)
    }
}

fn promise(expectation: &Expectation, expected: Expected) -> Promise {
    match expected {
        Expected::Unauthenticated | Expected::Misplaced | Expected::Unknown => {
            Promise::Status(codes(expectation, expected))
        }
        Expected::Invalid | Expected::Loose | Expected::Hidden => Promise::ClientError,
        Expected::Dataless => Promise::NoData,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::sync::{Arc, OnceLock};

    use super::*;
    use crate::check::Expectations;
    use crate::client::tests_support::{exchange, response};
    use crate::contract::Format;

    /// The rules that an answer of this status breaks under the default profile.
    fn broken(expected: Expected, status: u16, body: &str) -> Vec<Rule> {
        static MADE: OnceLock<Expectations> = OnceLock::new();
        let expectations = MADE.get_or_init(|| {
            let contract = crate::contract::of_sources(crate::page::builtin()).unwrap();
            let profile = Arc::new(crate::profile::load("as-documented").unwrap());
            Expectations::of(&contract, &profile, false)
        });
        let expectation = expectations.get(0, Format::Json).unwrap();
        let exchange = exchange(Ok(Response {
            content_types: vec!["application/json".to_owned()],
            ..response(status, body)
        }));
        let found = judge(expectation, &exchange, expected);
        let held = members_held(expectation, exchange.outcome.as_ref().unwrap());
        let leaked = leaked_members(expectation, held, || true).map(|_| Rule::Leak);
        let rules = found.iter().map(|violation| violation.rule);
        rules.chain(leaked).collect()
    }

    #[test]
    fn a_refusal_has_a_status_that_is_refusal() {
        use Expected::{Dataless, Hidden, Invalid, Loose, Misplaced, Unauthenticated, Unknown};
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
            (Loose, 400, &[]),
            (Loose, 404, &[]),
            (Loose, 500, &[Rule::LooseRefusal]),
            (Loose, 302, &[Rule::LooseRefusal]),
            (Loose, 200, taken),
            (Misplaced, 401, &[]),
            (Misplaced, 400, &[]),
            (Misplaced, 200, &[Rule::TokenPlace]),
            (Hidden, 403, &[]),
            (Hidden, 404, &[]),
            (Hidden, 500, wrong),
            (Hidden, 200, taken),
            (Dataless, 200, &[]),
            (Dataless, 404, &[]),
            (Dataless, 500, &[]),
        ] {
            let found = broken(expected, status, "");
            assert_eq!(found, rules, "{expected:?} {status}");
        }
    }

    /// The rules that an answer of this status breaks where a document has these responses.
    fn broken_beside(responses: &str, expected: Expected, status: u16) -> Vec<Rule> {
        let text = format!(
            "openapi: 3.1.0\npaths:\n  /boats/{{id}}:\n    get:\n      parameters: [{{name: id, in: path, required: true, \
             schema: {{type: integer}}}}]\n      responses:\n        '200': {{description: x, content: {{application/json: \
             {{schema: {{type: object}}}}}}}}\n{responses}"
        );
        let source = crate::source::Source::new("a.yaml", &text);
        let contract = crate::contract::of_sources(vec![source]).unwrap();
        let profile = Arc::new(crate::profile::load("as-documented").unwrap());
        let expectations = Expectations::of(&contract, &profile, false);
        let expectation = expectations.get(0, Format::Json).unwrap();
        let found = judge(expectation, &exchange(Ok(response(status, ""))), expected);
        found.iter().map(|violation| violation.rule).collect()
    }

    #[test]
    fn a_request_may_be_refused_for_what_is_wrong_in_it_beside_its_id() {
        let text = "openapi: 3.1.0\npaths:\n  /boats/{id}:\n    put:\n      parameters: [{name: id, in: path, required: \
                    true, schema: {type: integer, minimum: 3, maximum: 5}}]\n      requestBody: {content: \
                    {application/json: {schema: {type: object, properties: {id: {type: integer}}}}}}\n      responses: \
                    {'200': {description: x, content: \
                    {application/json: {schema: {type: object}}}}}\n";
        let source = crate::source::Source::new("a.yaml", text);
        let contract = crate::contract::of_sources(vec![source]).unwrap();
        let profile = Arc::new(crate::profile::load("as-documented").unwrap());
        let expectations = Expectations::of(&contract, &profile, false);
        let expectation = expectations.get(0, Format::Json).unwrap();
        for (path, body, status, is_told) in [
            ("boats/5", "{\"id\": 5}", 404, false),
            ("boats/5", "{\"id\": 5}", 400, true),
            ("boats/5", "{\"id\": 5}", 422, true),
            ("boats/5", "{\"id\": 7}", 409, false),
            ("boats/5", "{\"id\": 7}", 422, false),
            ("boats/5", "{\"id\": 7}", 403, true),
            ("boats/5", "{\"id\": 7}", 204, true),
            ("boats/7", "{\"id\": 7}", 400, false),
            ("boats/7", "{\"id\": 7}", 416, false),
            ("boats/7", "{\"id\": 7}", 500, true),
            ("boats/7", "{\"id\": 7}", 204, true),
        ] {
            let mut exchange = exchange(Ok(response(status, "")));
            exchange.request.path = path.to_owned();
            exchange.request.body = Some(crate::client::Body {
                content_type: "application/json".to_owned(),
                text: body.to_owned(),
            });
            let found = judge(expectation, &exchange, Expected::Unknown);
            assert_eq!(!found.is_empty(), is_told, "{path} {body} {status}");
        }
    }

    #[test]
    fn a_refusal_may_have_the_code_that_the_document_names_for_it() {
        use Expected::{Hidden, Invalid, Unauthenticated, Unknown};
        let wrong = &[Rule::RefusalStatus][..];
        let named = |codes: &[&str]| {
            let lines = codes
                .iter()
                .map(|code| format!("        '{code}': {{description: x}}\n"));
            lines.collect::<String>()
        };
        for (codes, expected, status, rules) in [
            (&["410"][..], Unknown, 410, &[][..]),
            (&["410"], Unknown, 404, &[]),
            (&["410"], Unknown, 400, wrong),
            (&["401", "403"], Unknown, 403, &[]),
            (&["401", "403"], Unknown, 401, wrong),
            (&["400", "404"], Unknown, 400, wrong),
            (&["429"], Unknown, 429, wrong),
            (&["400", "4XX"], Unknown, 400, wrong),
            (&["204"], Unknown, 204, &[]),
            (&["204"], Unknown, 202, &[Rule::Accepted]),
            (&["204"], Invalid, 204, &[]),
            (&["204"], Hidden, 204, &[Rule::Accepted]),
            (&[], Invalid, 204, &[Rule::Accepted]),
            (&[], Unknown, 204, &[Rule::Accepted]),
            (&["404"], Unauthenticated, 404, &[]),
            (&["401", "404"], Unauthenticated, 404, &[]),
            (&["401", "404"], Unauthenticated, 400, wrong),
            (&["401", "410"], Unauthenticated, 404, wrong),
            (&[], Unauthenticated, 404, wrong),
            (&["404"], Unauthenticated, 400, wrong),
            (&["204"], Unauthenticated, 204, &[Rule::Accepted]),
        ] {
            let found = broken_beside(&named(codes), expected, status);
            assert_eq!(found, rules, "{codes:?} {expected:?} {status}");
        }
    }

    #[test]
    fn another_mistake_than_the_token_may_be_refused_first() {
        let contract = crate::contract::of_sources(crate::page::builtin()).unwrap();
        let profile = Arc::new(crate::profile::load("as-documented").unwrap());
        let expectations = Expectations::of(&contract, &profile, false);
        let operations = contract.operations.iter();
        let takes_body: Vec<bool> = operations
            .map(|operation| operation.body_parameters().next().is_some())
            .collect();
        let broken = |takes: bool, token: Token, has_body: bool, status: u16| {
            let operation = takes_body.iter().position(|own| *own == takes).unwrap();
            let expectation = expectations.get(operation, Format::Json).unwrap();
            let mut exchange = exchange(Ok(response(status, "")));
            exchange.request.token = token;
            exchange.request.body = has_body.then(|| crate::client::Body {
                content_type: "application/json".to_owned(),
                text: "{}".to_owned(),
            });
            let found = judge(expectation, &exchange, Expected::Unauthenticated);
            found.first().map(|violation| violation.rule)
        };
        let wrong = Some(Rule::RefusalStatus);
        for (takes, token, has_body, status, rule) in [
            // What is no credential is a bad request, but nothing else.
            (false, Token::Empty, false, 400, None),
            (false, Token::Bare, false, 400, None),
            (true, Token::Malformed, true, 400, None),
            (true, Token::Malformed, true, 401, None),
            (false, Token::Bare, false, 404, wrong),
            (false, Token::Bare, false, 500, wrong),
            (false, Token::Bare, false, 200, Some(Rule::Accepted)),
            // What is well-formed is not looked at as what it is.
            (false, Token::Null, false, 400, wrong),
            (false, Token::Unknown, false, 400, wrong),
            (false, Token::None, false, 400, wrong),
            // A body that is missing may be missed first, and only where one is due.
            (true, Token::None, false, 400, None),
            (true, Token::None, false, 411, None),
            (true, Token::None, false, 415, None),
            (true, Token::None, false, 401, None),
            (true, Token::None, false, 429, wrong),
            (true, Token::None, false, 500, wrong),
            (true, Token::None, false, 302, wrong),
            (true, Token::None, false, 200, Some(Rule::Accepted)),
            (true, Token::None, true, 400, wrong),
            (true, Token::None, true, 415, wrong),
            (true, Token::Unknown, false, 415, wrong),
        ] {
            let found = broken(takes, token, has_body, status);
            assert_eq!(found, rule, "{takes} {token:?} {has_body} {status}");
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
            for body in [json.join(","), xml.concat(), json.join(",").to_uppercase()] {
                assert_eq!(broken(Expected::Unknown, 404, &body), rules, "{body}");
            }
        }
        // Names alone, or without a value, tell nothing.
        let nulls = members.map(|name| format!("\"{name}\": null, \"no {name}\""));
        assert_eq!(broken(Expected::Unknown, 404, &nulls.join(",")), []);
        assert_eq!(broken(Expected::Unknown, 404, &format!("{members:?}")), []);
        // What describes them neither.
        let fields = members.map(|name| format!("\"{name}\": {{\"type\": \"field\"}}"));
        assert_eq!(broken(Expected::Unknown, 404, &fields.join(",")), []);
    }

    #[test]
    fn what_is_kept_of_an_answer_is_what_is_looked_through() {
        for (length, kept) in [
            (10, 10),
            (words::MAX_SEARCHED, words::MAX_SEARCHED),
            (words::MAX_SEARCHED + 1, words::MAX_SEARCHED),
        ] {
            let mut exchange = exchange(Ok(response(404, &" ".repeat(length))));
            keep_searched(&mut exchange);
            assert_eq!(exchange.outcome.unwrap().body.len(), kept);
        }
    }
}
