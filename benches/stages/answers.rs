//! From the bytes of an answer to what is wrong with it.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use portal_conformance::check::{Expectations, parity};
use portal_conformance::client::page::KnownPage;
use portal_conformance::client::{Exchange, Guise, Head, Request, Response, Token};
use portal_conformance::contract::{Contract, Format};
use portal_conformance::{profile, schema};
use serde_json::Value;

use crate::{Bench, made};

const CONTACTS: [usize; 3] = [1, 1_000, 10_000];
/// The built-in operation that answers a list.
const LIST: usize = 1;
/// So many small answers are judged at once as have the items of a long one.
const TOGETHER: usize = 1_000;

pub(crate) fn stages(bench: &Bench) {
    let (contract, expectations) = builtin();
    let profile = profile::load("as-documented").expect("it is built in");
    let operation = &contract.operations[LIST];
    let answer = profile
        .answer(operation, Format::Json)
        .expect("it answers JSON");
    let validator = jsonschema::options()
        .build(&schema::response(operation, &answer))
        .expect("it is a schema");
    let [of_json, of_xml] =
        Format::ALL.map(|format| expectations.get(LIST, format).expect("it is documented"));
    for &count in bench.sizes(&CONTACTS) {
        let size = format!("{count} contacts");
        let often = (TOGETHER / count).max(1);
        let [json, xml] = Format::ALL.map(|format| made::list(&contract, LIST, format, count));
        let [asked_json, asked_xml] = [(Format::Json, &json), (Format::Xml, &xml)]
            .map(|(format, text)| exchange(format, text.clone()));
        bench.pair(
            "judging JSON",
            &size,
            ("parsing and asking a validator", || {
                for _ in 0..often {
                    let body: Value = serde_json::from_str(&json).expect("it is JSON");
                    assert!(validator.is_valid(&body));
                }
            }),
            Some(1.2),
            || {
                for _ in 0..often {
                    assert_eq!(of_json.read(&asked_json).violations, []);
                }
            },
        );
        bench.pair(
            "judging XML",
            &size,
            ("parsing", || {
                for _ in 0..often {
                    black_box(roxmltree::Document::parse(&xml).expect("it is XML"));
                }
            }),
            Some(2.0),
            || {
                for _ in 0..often {
                    assert_eq!(of_xml.read(&asked_xml).violations, []);
                }
            },
        );
        let [left, right] =
            [of_json.read(&asked_json), of_xml.read(&asked_xml)].map(|reading| reading.body);
        let (left, right) = (left.expect("it is read"), right.expect("it is read"));
        bench.pair(
            "comparing JSON and XML",
            &size,
            ("parsing the JSON", || {
                for _ in 0..often {
                    black_box(serde_json::from_str::<Value>(&json).expect("it is JSON"));
                }
            }),
            Some(1.0),
            || {
                for _ in 0..often {
                    assert_eq!(parity::judge(of_json, &left, &right), []);
                }
            },
        );
    }
}

/// The built-in contract, and what its answers are held against.
pub(crate) fn builtin() -> (Contract, Expectations) {
    let contract = made::contract(made::pages(2));
    let profile = Arc::new(profile::load("as-documented").expect("it is built in"));
    let expectations = Expectations::of(&contract, &profile, false);
    (contract, expectations)
}

/// An answer of this body to a read.
pub(crate) fn exchange(format: Format, body: String) -> Exchange {
    let media_type = match format {
        Format::Json => "application/json",
        Format::Xml => "text/xml",
    };
    Exchange {
        request: Request {
            method: "GET".to_owned(),
            path: "api/2.0/crm/contact/1234".to_owned(),
            accept: media_type.to_owned(),
            token: Token::Valid,
            guise: Guise::Plain,
            headers: portal_conformance::client::Headers::default(),
            body: None,
        },
        outcome: Ok(Response {
            head: Head::default(),
            status: 200,
            content_types: vec![media_type.to_owned()],
            body: body.into_bytes(),
            keeps_open: true,
            limits_pace: false,
            location: None,
            page: KnownPage::default(),
        }),
        retries: 0,
        elapsed: Duration::ZERO,
    }
}
