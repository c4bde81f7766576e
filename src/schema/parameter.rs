//! What a parameter is sent as, in the words of JSON Schema.

use serde_json::{Value, json};

use crate::contract::{Parameter, ParameterType};
use crate::shape::Kind;

/// The type of the values of a parameter.
pub(super) fn type_of(parameter: &Parameter) -> Value {
    let kind = match parameter.value_type() {
        ParameterType::Integer => "integer",
        ParameterType::Number => "number",
        ParameterType::Boolean => "boolean",
        ParameterType::Text => return open(parameter),
    };
    if parameter.collection {
        json!({"type": "array", "items": {"type": kind}})
    } else {
        json!({"type": kind})
    }
}

/// The type of what the pages tie to no type: a dictionary, a text, or what is documented.
fn open(parameter: &Parameter) -> Value {
    match (&parameter.documented, parameter.dictionary()) {
        (Some(Value::Object(_)) | None, Some(values)) if !parameter.collection => {
            let values = match values {
                Kind::Integer => json!({"type": "integer"}),
                Kind::Number => json!({"type": "number"}),
                Kind::Boolean => json!({"type": "boolean"}),
                Kind::Text => json!({"type": "string"}),
                _ => json!({}),
            };
            json!({"type": "object", "additionalProperties": values})
        }
        (Some(Value::Array(items)), _) if items.iter().all(Value::is_string) => {
            json!({"type": "array", "items": {"type": "string"}})
        }
        (Some(Value::Array(items)), _) if items.iter().all(Value::is_object) => {
            json!({"type": "array", "items": {"type": "object"}})
        }
        (Some(Value::Array(_)), _) => json!({"type": "array", "items": {}}),
        (Some(Value::String(_)) | None, _) if parameter.collection => {
            json!({"type": "array", "items": {"type": "string"}})
        }
        (Some(Value::String(_)) | None, _) => json!({"type": "string"}),
        (Some(Value::Object(_)), _) => json!({"type": "object"}),
        (Some(_), _) => json!({}),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::contract;
    use crate::source::Source;

    #[test]
    fn what_the_example_request_shows_keeps_the_schema() {
        let page = |stated: &str, body: &str| {
            let text = format!(
                "PUT api/2.0/tram\n\nParameters\nName Description Type Example\nx\nsent in body\n\tWhat\t{stated}\t\n\n\
                 Example\n\nPUT api/2.0/tram\n\n{{\"x\": {body}}}\n\nReturns\n\nTram\n"
            );
            let contract = contract::of_sources(vec![Source::new("page", &text)]).unwrap();
            type_of(&contract.operations[0].parameters[0])
        };
        for (stated, body, expected) in [
            (
                "Collection of drivers",
                "[{\"a\": 1}]",
                json!({"type": "array", "items": {"type": "object"}}),
            ),
            (
                "Collection of drivers",
                "[\"a\", 1]",
                json!({"type": "array", "items": {}}),
            ),
            (
                "Collection of numbers",
                "[1]",
                json!({"type": "array", "items": {"type": "integer"}}),
            ),
            ("Driver", "{\"a\": 1}", json!({"type": "object"})),
            ("Driver", "\"a\"", json!({"type": "string"})),
            (
                "Dictionary<string, int>",
                "{\"a\": 1}",
                json!({"type": "object", "additionalProperties": {"type": "integer"}}),
            ),
            (
                "Dictionary(key:string, value:string)",
                "[{\"Key\": \"a\", \"Value\": \"b\"}]",
                json!({"type": "array", "items": {"type": "object"}}),
            ),
            (
                "map of drivers",
                "{}",
                json!({"type": "object", "additionalProperties": {}}),
            ),
        ] {
            assert_eq!(page(stated, body), expected, "{stated} {body}");
        }
    }
}
