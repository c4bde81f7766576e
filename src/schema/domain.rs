//! Which values a domain admits, in the words of JSON Schema.

use serde_json::{Map, Value, json};

use crate::shape::Shape;
use crate::shape::domain::{Domain, Pattern};

/// A schema for those of its values alone that are in a domain.
pub(super) fn in_domain(
    mut schema: Map<String, Value>,
    domain: &Domain,
    nullable: bool,
    of: &dyn Fn(&Shape) -> Value,
) -> Map<String, Value> {
    if !domain.any_of.is_empty() {
        let null = nullable.then(|| json!({"type": "null"}));
        let all = domain.any_of.iter().map(of).chain(null);
        schema.insert("anyOf".into(), all.collect());
    }
    if !domain.one_of.is_empty() {
        let null = nullable.then_some(Value::Null);
        let listed = domain.one_of.iter().cloned().chain(null);
        schema.insert("enum".into(), listed.collect());
    }
    for (keyword, bound) in [("minimum", domain.at_least), ("maximum", domain.at_most)] {
        if let Some(bound) = bound {
            schema.insert(keyword.into(), bound.into());
        }
    }
    for (keyword, length) in [
        ("minLength", domain.shortest),
        ("maxLength", domain.longest),
    ] {
        if let Some(length) = length {
            schema.insert(keyword.into(), length.into());
        }
    }
    if let Some(pattern) = &domain.matches {
        let pattern = Value::from(pattern.as_str());
        // A date-time and a GUID have a pattern of their own.
        if schema.contains_key("pattern") {
            schema.insert("allOf".into(), json!([{ "pattern": pattern }]));
        } else {
            schema.insert("pattern".into(), pattern);
        }
    }
    schema
}

/// The same with the name of the format that a text is of, which no judge needs but who reads the schema.
pub(super) fn named_in_domain(
    schema: Map<String, Value>,
    domain: &Domain,
    nullable: bool,
    of: &dyn Fn(&Shape) -> Value,
) -> Map<String, Value> {
    let mut schema = in_domain(schema, domain, nullable, of);
    if let Some(format) = domain.matches.as_ref().and_then(Pattern::format) {
        schema.insert("format".into(), format.into());
    }
    schema
}
