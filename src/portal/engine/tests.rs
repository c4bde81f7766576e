use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::portal::Change;
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

const BERTHS: &str = "openapi: 3.0.3
paths:
  /berths:
    get:
      responses: {'200': {description: all, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Berth'}}}}}}
  /berths/{berthId}:
    parameters: [{name: berthId, in: path, required: true, schema: {type: integer}, example: 1}]
    get:
      responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Berth'}}}}}
    put:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Berth'}}}}
      responses: {'204': {description: done}}
    patch:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Berth'}}}}
      responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Berth'}}}}}
components:
  schemas:
    Berth:
      type: object
      required: [id, name, length]
      properties:
        id: {type: integer, example: 1}
        name: {type: string, example: A}
        length: {type: integer, maximum: 20, example: 9}
        tags: {type: array, items: {type: string}, example: [z]}
";

#[test]
fn what_put_and_patch_send_is_there_when_it_is_read_and_listed() {
    let berths = |change| {
        let contract = contract::of_sources(vec![Source::new("berths.yaml", BERTHS)]).unwrap();
        let profile = profile::load("as-documented").unwrap();
        Engine::new(Deployment {
            change,
            ..Deployment::new(Arc::new(contract), Arc::new(profile), "token")
        })
    };
    let body = |engine: &Engine, path: &str| -> Value {
        let reply = ask(engine, &Probe::new("GET", path));
        serde_json::from_slice(&reply.body).unwrap()
    };
    let send = |engine: &Engine, method: &str, sent: Value| {
        let sent = sent.to_string();
        ask(engine, &Probe::new(method, "/berths/1").body(&sent))
    };
    let engine = berths(None);
    let first = body(&engine, "/berths/1");
    let other = body(&engine, "/berths/2");
    let put = json!({"id": 7, "name": "B", "length": 12, "tags": ["a", "b"]});
    assert_eq!(send(&engine, "PUT", put).status, 204);
    let berth = json!({"id": 1, "name": "B", "length": 12, "tags": ["a", "b"]});
    assert_eq!(body(&engine, "/berths/1"), berth);
    assert_eq!(body(&engine, "/berths")[0], berth);
    assert_eq!(body(&engine, "/berths/2"), other);
    // What does not fit is not kept.
    let patched = send(
        &engine,
        "PATCH",
        json!({"id": 1, "name": "C", "length": 21}),
    );
    let patched: Value = serde_json::from_slice(&patched.body).unwrap();
    assert_eq!(patched, body(&engine, "/berths/1"));
    assert_eq!(patched["name"], "C");
    assert_eq!(patched["length"], 12);
    let nowhere = Act::Policy(Policy::Keep(Keeping::Nowhere));
    let engine = berths(Some(Change::of(vec![nowhere])));
    send(&engine, "PUT", json!({"id": 1, "name": "B", "length": 12}));
    assert_eq!(body(&engine, "/berths/1"), first);
}
