//! Contract out: shapes and schemas accept what they come from and refuse what is altered.

use crate::support::xmllint::{Judged, judge_all};
use jsonschema::Validator;
use portal_conformance::contract::{self, Contract, Format, Operation};
use portal_conformance::shape::{Shape, json};
use portal_conformance::source::{Source, Span};
use portal_conformance::{page, profile, schema};
use proptest::prelude::*;
use serde_json::{Value, json};

fn shipped() -> Contract {
    contract::of_sources(page::builtin()).unwrap()
}

fn validator(schema: &Value) -> Validator {
    jsonschema::options()
        .should_validate_formats(true)
        .build(schema)
        .unwrap()
}

fn example(operation: &Operation, format: Format) -> &str {
    let response = operation.response(format).unwrap();
    operation.source.slice(response.body)
}

#[test]
fn the_committed_schemas_are_those_of_the_pages() {
    let profile = profile::load("as-documented").unwrap();
    let files = schema::files(&shipped(), &profile);
    assert_eq!(files.len(), 6);
    assert_eq!(
        schema::stale(&crate::support::project().join("schemas"), &files).unwrap(),
        []
    );
    assert_eq!(
        files,
        schema::files(&shipped(), &profile),
        "same bytes on every run"
    );
}

#[test]
fn a_schema_accepts_the_example_it_comes_from() {
    let profile = profile::load("as-documented").unwrap();
    for operation in &shipped().operations {
        let answer = profile.answer(operation, Format::Json).unwrap();
        let validator = validator(&schema::response(operation, &answer));
        let body: Value = serde_json::from_str(example(operation, Format::Json)).unwrap();
        assert!(validator.is_valid(&body), "{}", operation.id);
    }
}

#[test]
fn the_request_schema_accepts_the_documented_request() {
    let contract = shipped();
    let link = &contract.operations[1];
    let validator = validator(&schema::request(link));
    let good = json!({"path": {"projectid": 1234}, "body": {"contactid": [1234]}});
    assert!(validator.is_valid(&good));
    for bad in [
        json!({"path": {"projectid": 1234}}),
        json!({"path": {"projectid": "x"}, "body": {"contactid": [1234]}}),
        json!({"path": {"projectid": 1234}, "body": {"contactid": ["1234"]}}),
        json!({"path": {"projectid": 1234}, "body": {}}),
    ] {
        assert!(!validator.is_valid(&bad), "{bad}");
    }
}

#[test]
fn the_schema_refuses_every_member_that_is_dropped() {
    let profile = profile::load("as-documented").unwrap();
    for operation in &shipped().operations {
        let answer = profile.answer(operation, Format::Json).unwrap();
        let validator = validator(&schema::response(operation, &answer));
        let body: Value = serde_json::from_str(example(operation, Format::Json)).unwrap();
        let pointers = members_of(&body, "");
        assert!(pointers.len() > 50);
        for pointer in pointers {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            let mut altered = body.clone();
            altered
                .pointer_mut(parent)
                .unwrap()
                .as_object_mut()
                .unwrap()
                .remove(name);
            assert!(!validator.is_valid(&altered), "{pointer}");
        }
    }
}

fn members_of(value: &Value, pointer: &str) -> Vec<String> {
    let mut found = Vec::new();
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let pointer = format!("{pointer}/{name}");
                found.extend(members_of(value, &pointer));
                found.push(pointer);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                found.extend(members_of(item, &format!("{pointer}/{at}")));
            }
        }
        _ => {}
    }
    found
}

#[test]
fn a_name_that_no_schema_can_carry_is_written_in_place() {
    let profile = profile::load("as-documented").unwrap();
    for returns in ["Größe", "3D", "Contact"] {
        let text = format!(
            "GET api/2.0/x\nReturns\n{returns}\nExample Response\napplication/json\n\
             {{\"status\": 0, \"response\": {{\"a\": 1}}}}\n"
        );
        let contract = contract::of_sources(vec![Source::new("page.txt", &text)]).unwrap();
        let answer = profile
            .answer(&contract.operations[0], Format::Json)
            .unwrap();
        let schema = schema::response(&contract.operations[0], &answer);
        assert_eq!(schema.get("$defs").is_some(), returns == "Contact");
        assert!(validator(&schema).is_valid(&json!({"status": 0, "response": {"a": 1}})));
    }
}

#[test]
fn repeated_shapes_stand_once_under_telling_names() {
    let profile = profile::load("as-documented").unwrap();
    let contract = shipped();
    let operation = &contract.operations[0];
    let schema = schema::response(operation, &profile.answer(operation, Format::Json).unwrap());
    let names: Vec<&String> = schema["$defs"].as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "Contact",
            "Address",
            "Employee",
            "ListItem",
            "ContactInfo",
            "CustomField",
            "Currency"
        ]
    );
    let members = &schema["$defs"]["Contact"]["properties"];
    assert_eq!(members["CreateBy"]["$ref"], "#/$defs/Employee");
    assert_eq!(members["AccessList"]["items"]["$ref"], "#/$defs/Employee");
}

#[test]
fn xmllint_accepts_the_documented_xml_and_refuses_it_altered() {
    let altered = [
        ("      <City />\n", ""),
        ("    <TaskCount>1</TaskCount>\n", ""),
        ("<TaskCount>1</TaskCount>", "<TaskCount>one</TaskCount>"),
        (
            "<IsCompany>False</IsCompany>",
            "<IsCompany>false</IsCompany>",
        ),
        (
            "<IsCompany>False</IsCompany>",
            "<isCompany>False</isCompany>",
        ),
        ("<status>0</status>", "<status>1</status>"),
        ("<status>0</status>", "<status>0</status><count>1</count>"),
        (
            "<Created>2020-12-08T17:37:04.5916406Z",
            "<Created>2020-12-08T17:37:04",
        ),
        (
            "<id>1234</id>\n    <SmallFotoUrl>",
            "<id>1234</id><id>1234</id>\n    <SmallFotoUrl>",
        ),
    ];
    let schemas = crate::support::project().join("schemas");
    for operation in &shipped().operations {
        let file = schemas.join(operation.id.as_str()).join("response.rng");
        let grammar = std::fs::read_to_string(file).unwrap();
        let xml = example(operation, Format::Xml);
        let more = xml.replacen(
            "<TaskCount>",
            "<Undocumented><x>1</x></Undocumented><TaskCount>",
            1,
        );
        let mut texts = vec![xml.to_owned(), more];
        for (from, to) in altered {
            assert!(xml.contains(from), "{from}");
            texts.push(xml.replacen(from, to, 1));
        }
        let Some(judged) = judge_all(&grammar, &texts) else {
            return;
        };
        assert_eq!(judged[..2], [Judged::Valid; 2], "{}", operation.id);
        for ((from, to), judged) in altered.iter().zip(&judged[2..]) {
            assert_eq!(*judged, Judged::Invalid, "{from} -> {to}");
        }
    }
}

/// Any JSON without floats that print in another way than they parse.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        (0..1000_i32).prop_map(|n| json!(f64::from(n) + 0.5)),
        "[a-zA-Z0-9 äß¥\\\\\"/-]{0,12}".prop_map(Value::from),
        Just(json!("2020-12-08T17:37:04Z")),
        Just(json!("00000000-0000-0000-0000-000000000000")),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-cA-C \\\\\"]{1,3}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn shape_of(value: &Value) -> Shape {
    let text = format!("{value:#}");
    let span = Span {
        start: 0,
        end: text.len(),
    };
    json::shape(&Source::new("any.json", &text), span)
}

/// A page whose JSON example is this payload.
fn page_with(payload: &Value) -> Contract {
    let body = json!({"status": 0, "response": payload});
    let text = format!("GET api/2.0/x\nReturns\nX\nExample Response\napplication/json\n{body:#}\n");
    contract::of_sources(vec![Source::new("page.txt", &text)]).unwrap()
}

/// Shapes without the order and places of members, which follow the text.
fn bare(shape: &Shape) -> String {
    use portal_conformance::shape::Kind;
    let kind = match &shape.kind {
        Kind::List(item) => format!("[{}]", bare(item)),
        Kind::Object(object) => {
            let mut members: Vec<String> = object
                .members
                .iter()
                .map(|member| {
                    format!(
                        "{:?}{}:{}",
                        member.name,
                        member.optional,
                        bare(&member.shape)
                    )
                })
                .collect();
            members.sort();
            format!("{{{}}}", members.join(","))
        }
        kind => format!("{kind:?}"),
    };
    format!("{kind}{}", shape.nullable)
}

proptest! {
    #[test]
    fn a_schema_accepts_any_example(payload in any_json()) {
        let contract = page_with(&payload);
        let profile = profile::load("as-documented").unwrap();
        let operation = &contract.operations[0];
        let answer = profile.answer(operation, Format::Json).unwrap();
        let validator = validator(&schema::response(operation, &answer));
        let body = json!({"status": 0, "response": payload});
        prop_assert!(validator.is_valid(&body), "{body} {:?}", validator.iter_errors(&body).next());
    }

    #[test]
    fn merging_is_commutative(a in any_json(), b in any_json()) {
        let (a, b) = (shape_of(&a), shape_of(&b));
        prop_assert_eq!(bare(&a.clone().merge(b.clone())), bare(&b.merge(a)));
    }

    #[test]
    fn merging_a_shape_with_itself_changes_nothing(a in any_json()) {
        let a = shape_of(&a);
        prop_assert_eq!(bare(&a.clone().merge(a.clone())), bare(&a));
    }
}
