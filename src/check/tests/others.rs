//! Objects of which each member may be missing, and that are something else.

use super::*;
use crate::check::Expectations;
use crate::source::Source;

/// What is told of an answer that has this schema.
fn of_schema(schema: &str, body: &str) -> String {
    let text = format!(
        "openapi: 3.1.0\npaths:\n  /boats:\n    get:\n      responses: {{'200': {{description: Boats, content: \
         {{application/json: {{schema: {schema}}}}}}}}}\ncomponents: {{schemas: {{Boat: {{type: object, properties: {{id: \
         {{type: integer}}, name: {{type: string}}, port: {{type: string}}}}}}}}}}\n"
    );
    let contract = crate::contract::of_sources(vec![Source::new("a.yaml", &text)]).unwrap();
    let profile = Arc::new(crate::profile::load("as-documented").unwrap());
    let expectations = Expectations::of(&contract, &profile, false);
    let expectation = expectations.get(0, Format::Json).unwrap();
    told(&read(expectation, Ok(response(Format::Json, 200, body))).violations)
}

#[test]
fn an_object_with_others_alone_is_none_of_its_kind() {
    let boat = "{$ref: '#/components/schemas/Boat'}";
    let few = "{type: object, properties: {id: {type: integer}, name: {type: string}}}";
    let list = format!("{{type: array, items: {boat}}}");
    for (schema, body, expected) in [
        (boat, r#"{"key": 5, "title": "a"}"#, "missing "),
        (boat, r#"{"error": "internal"}"#, "missing "),
        (
            &list,
            r#"[{"id": 1}, {"code": 5}, {"id": 2}]"#,
            "missing /1",
        ),
        // Nothing, a part, what is no member of anything, few that may all be missing.
        (boat, "{}", ""),
        (boat, r#"{"port": "Hull", "title": "a"}"#, ""),
        (boat, r#"{"_links": {"self": "/5"}, "@type": "x"}"#, ""),
        (few, r#"{"title": "a"}"#, ""),
        (
            "{type: object, additionalProperties: {type: integer}}",
            r#"{"a": 1}"#,
            "",
        ),
    ] {
        assert_eq!(of_schema(schema, body), expected, "{schema} {body}");
    }
}

#[test]
fn what_an_answer_is_around_is_missed_under_another_name() {
    let page = "{type: object, properties: {count: {type: integer}, value: {type: array, items: {$ref: \
                '#/components/schemas/Boat'}}}}";
    for (body, expected) in [
        (
            r#"{"items": [{"id": 1, "name": "a"}], "count": 1}"#,
            "missing /value",
        ),
        (
            r#"{"d": [{"id": 1, "name": "a", "port": "b"}]}"#,
            "missing /value",
        ),
        (r#"{"items": [{"title": "a"}], "count": 1}"#, ""),
        (r#"{"value": [], "items": [{"id": 1, "name": "a"}]}"#, ""),
        (r#"{"items": [], "count": 0}"#, ""),
        (r#"{"count": 0}"#, ""),
    ] {
        assert_eq!(of_schema(page, body), expected, "{body}");
    }
    // What is told by its letter case is told once.
    for (schema, body) in [
        (page, r#"{"Value": [{"id": 1, "name": "a"}]}"#),
        (
            "{$ref: '#/components/schemas/Boat'}",
            r#"{"ID": 1, "Name": "a"}"#,
        ),
    ] {
        let told = of_schema(schema, body);
        assert!(!told.is_empty() && !told.contains("missing"), "{told}");
    }
}
