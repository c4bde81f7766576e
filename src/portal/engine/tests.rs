use std::sync::Arc;

use super::*;
use crate::portal::tests_support::{Probe, ask};
use crate::source::Source;
use crate::{contract, profile};

#[test]
fn an_answer_has_the_media_type_that_is_documented_for_it() {
    let document = "openapi: 3.1.0\npaths:\n  /boats:\n    get:\n      responses:\n        '200':\n          \
                    description: Boats\n          content:\n            application/hal+json:\n              \
                    schema: {type: object, required: [id], properties: {id: {type: integer}}}\n";
    let source = Source::new("boats.yaml", document);
    let contract = contract::of_sources(vec![source]).unwrap();
    let profile = profile::load("as-documented").unwrap();
    let engine = Engine::new(Deployment::new(
        Arc::new(contract),
        Arc::new(profile),
        "token",
    ));
    let reply = ask(&engine, &Probe::new("GET", "/boats"));
    let mut headers = reply.headers.iter();
    let label = headers.find(|(name, _)| name == "Content-Type");
    assert_eq!(label.unwrap().1, "application/hal+json; charset=utf-8");
}
