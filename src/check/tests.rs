//! Small answers to a small page, held against it: each line of judging, turned round, fails one of these.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod domains;
mod elements;
mod free_names;
mod manners;
mod members;
mod others;
mod places;
mod schemas;
mod several;
mod shapes;

use std::sync::{Arc, OnceLock};

use serde_json::json;

use super::*;
use crate::client::tests_support::{self, exchange};
use crate::client::{Failure, FailureKind, Response};
use crate::contract;
use crate::names::Patterns;
use crate::profile::{self, Identity};
use crate::source::Source;

const READ: &str = r#"GET api/2.0/thing/{contactid}

Parameters
Name Description Type Example
contactid
sent in url
Which number 1

Returns

Thing

Example Response

application/json

{
  "status": 0,
  "response": {
    "id": 1,
    "Name": "a",
    "Rate": 1.5,
    "IsSmall": true,
    "Created": "2020-12-08T17:37:04.5916406Z",
    "Owner": { "Id": "00000000-0000-0000-0000-000000000000", "Title": "b" },
    "Parts": [ { "id": 1, "Size": 2 } ],
    "Tags": [ "x", "y" ],
    "Rest": null
  }
}

text/xml

<result><status>0</status><response>
<id>1</id><Name>a</Name><Rate>1.5</Rate><IsSmall>True</IsSmall>
<Created>2020-12-08T17:37:04.5916406Z</Created>
<Owner><Id>00000000-0000-0000-0000-000000000000</Id><Title>b</Title></Owner>
<Parts><id>1</id><Size>2</Size></Parts>
<Tags>x</Tags><Tags>y</Tags>
<Rest />
</response></result>
"#;

const LINK: &str = r#"POST api/2.0/thing/link

Parameters
Name Description Type Example
contactid
sent in body
Which Collection of numbers
collection
1

Returns

Things

Example Response

application/json

{ "status": 0, "response": [ { "id": 1, "Name": "a" } ] }

text/xml

<result><status>0</status><response><id>1</id><Name>a</Name></response></result>
"#;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Speech {
    /// As the pages do.
    Documented,
    /// With a counted envelope and names in camel case.
    Server,
    /// As the pages do, and nothing undocumented.
    Strict,
}

/// What answers of the page are held against; 0 links, 1 reads.
fn expectation(speech: Speech, operation: usize, format: Format) -> &'static Expectation {
    static MADE: OnceLock<Vec<Expectations>> = OnceLock::new();
    let all = MADE.get_or_init(|| {
        let sources = vec![Source::new("read", READ), Source::new("link", LINK)];
        let contract = contract::of_sources(sources).unwrap();
        let of = |name, is_strict| {
            let mut profile = profile::load(name).unwrap();
            profile.identities.push(Identity {
                operation: None,
                parameter: Patterns::of(["contactid"]),
                member: Some("id".to_owned()),
                is: true,
                because: None,
            });
            Expectations::of(&contract, &Arc::new(profile), is_strict)
        };
        vec![
            of("as-documented", false),
            of("community-server", false),
            of("as-documented", true),
        ]
    });
    all[speech as usize].get(operation, format).unwrap()
}

const READS: usize = 0;
const LINKS: usize = 1;

fn response(format: Format, status: u16, body: &str) -> Response {
    let media_type = match format {
        Format::Json => "application/json; charset=utf-8",
        Format::Xml => "text/xml",
    };
    Response {
        content_types: vec![media_type.to_owned()],
        limits_pace: false,
        ..tests_support::response(status, body)
    }
}

fn read(expectation: &Expectation, outcome: Result<Response, Failure>) -> Reading {
    let mut exchange = exchange(outcome);
    exchange
        .request
        .method
        .clone_from(&expectation.operation.method);
    expectation.read(&exchange)
}

/// Each violation as its rule and its place.
fn told(violations: &[Violation]) -> String {
    let told = violations
        .iter()
        .map(|violation| format!("{} {}", violation.rule, violation.pointer));
    told.collect::<Vec<_>>().join(", ")
}

fn judged(speech: Speech, operation: usize, format: Format, status: u16, body: &str) -> String {
    let expectation = expectation(speech, operation, format);
    told(&read(expectation, Ok(response(format, status, body))).violations)
}

/// The example of the page, or of the profile, with one text in the place of another.
fn json_with(old: &str, new: &str) -> String {
    replaced(
        READ.split("application/json\n\n").nth(1).unwrap(),
        "text/xml",
        old,
        new,
    )
}

fn xml_with(old: &str, new: &str) -> String {
    replaced(
        READ.split("text/xml\n\n").nth(1).unwrap(),
        "\n\n\n",
        old,
        new,
    )
}

fn replaced(text: &str, end: &str, old: &str, new: &str) -> String {
    let body = text.split(end).next().unwrap();
    assert_eq!(body.matches(old).count(), 1, "{old}");
    body.replace(old, new)
}

#[test]
fn the_examples_keep_their_own_promises() {
    let json = json_with("\"a\"", "\"a\"");
    let xml = xml_with("<Name>a", "<Name>a");
    for speech in [Speech::Documented, Speech::Strict] {
        assert_eq!(judged(speech, READS, Format::Json, 200, &json), "");
        assert_eq!(judged(speech, READS, Format::Xml, 200, &xml), "");
    }
}

#[test]
fn a_body_that_was_let_go_is_known_to_have_been_there() {
    let mut reading = Reading {
        body: Some(Arc::new(json!({ "name": ["text", 1] }))),
        ..Reading::default()
    };
    assert_eq!(
        reading.weight(),
        150 + 64 + (130 + 32 + "name".len()) + 2 * 80 + 32 + "text".len()
    );
    reading.set_aside();
    assert!(reading.set_aside && reading.body.is_none());
    assert_eq!(reading.weight(), 0);
    reading.set_aside();
    assert!(reading.set_aside, "it stays known");
    let mut none = Reading::default();
    none.set_aside();
    assert!(!none.set_aside);
}
