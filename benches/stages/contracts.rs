//! From documentation to what answers are held against.

use std::hint::black_box;
use std::sync::Arc;

use portal_conformance::check::Expectations;
use portal_conformance::contract::{Contract, Format};
use portal_conformance::{profile, schema};
use saphyr_parser::Parser;
use serde_json::Value;

use crate::{Bench, made};

const OPERATIONS: [usize; 3] = [2, 60, 860];

pub(crate) fn stages(bench: &Bench) {
    let profile = Arc::new(profile::load("as-documented").expect("it is built in"));
    for &count in bench.sizes(&OPERATIONS) {
        let size = format!("{count} operations");
        let sources = made::pages(count);
        let contract = made::contract(sources.clone());
        bench.pair(
            "pages to contract",
            &size,
            ("parsing their examples", || parse_examples(&contract)),
            None,
            || {
                black_box(made::contract(sources.clone()));
            },
        );
        let document = made::openapi(count);
        bench.pair(
            "OpenAPI to contract",
            &size,
            ("parsing the YAML", || {
                let events = Parser::new_from_str(&document.text);
                black_box(events.map_while(Result::ok).count());
            }),
            None,
            || {
                black_box(made::contract(vec![document.clone()]));
            },
        );
        bench.pair(
            "contract to expectations",
            &size,
            ("parsing its examples", || parse_examples(&contract)),
            None,
            || {
                black_box(Expectations::of(&contract, &profile, false));
            },
        );
        let files = schema::files(&contract, &profile);
        bench.pair(
            "contract to schema files",
            &size,
            ("writing them again", || {
                for text in files.values() {
                    if let Ok(schema) = serde_json::from_str::<Value>(text) {
                        black_box(serde_json::to_string_pretty(&schema).expect("it is JSON"));
                    }
                }
            }),
            None,
            || {
                black_box(schema::files(&contract, &profile));
            },
        );
        let schemas: Vec<Value> = contract
            .operations
            .iter()
            .filter_map(|operation| {
                let answer = profile.answer(operation, Format::Json)?;
                Some(schema::response(operation, &answer))
            })
            .collect();
        bench.pair(
            "compiling schemas",
            &size,
            ("writing them as text", || {
                for schema in &schemas {
                    black_box(schema.to_string());
                }
            }),
            None,
            || {
                for schema in &schemas {
                    black_box(jsonschema::options().build(schema).expect("it is a schema"));
                }
            },
        );
    }
}

fn parse_examples(contract: &Contract) {
    for operation in &contract.operations {
        for format in Format::ALL {
            let Some(example) = operation.response(format) else {
                continue;
            };
            let text = operation.source.slice(example.body);
            match format {
                Format::Json => drop(black_box(serde_json::from_str::<Value>(text))),
                Format::Xml => drop(black_box(roxmltree::Document::parse(text))),
            }
        }
    }
}
