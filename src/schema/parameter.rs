//! What a parameter is sent as, in the words of JSON Schema.

use serde_json::{Map, Value, json};

use crate::contract::{Parameter, ParameterType};
use crate::schema::domain::named_in_domain;
use crate::shape::{Kind, Object, Shape};

/// The type of the values of a parameter: what its schema says, else what the words of a page do.
pub(super) fn type_of(parameter: &Parameter) -> Value {
    if let Some(shape) = &parameter.shape {
        return Value::Object(stated(shape));
    }
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

/// What a schema says of values. Formats are what clients are told; a portal may read more than one spelling.
fn stated(shape: &Shape) -> Map<String, Value> {
    let schema = match &shape.kind {
        Kind::Object(object) => of_object(object),
        Kind::List(item) => json!({"type": "array", "items": stated(item)}),
        Kind::Text => json!({"type": "string"}),
        Kind::Integer => json!({"type": "integer"}),
        Kind::Number => json!({"type": "number"}),
        Kind::Boolean => json!({"type": "boolean"}),
        Kind::DateTime(_) => json!({"type": "string", "format": "date-time"}),
        Kind::Guid => json!({"type": "string", "format": "uuid"}),
        Kind::Unknown | Kind::Mixed => json!({}),
    };
    let Value::Object(mut schema) = schema else {
        return Map::new();
    };
    if let Some(domain) = &shape.domain {
        schema = named_in_domain(schema, domain, shape.nullable, &|one| {
            Value::Object(stated(one))
        });
    }
    if shape.nullable
        && let Some(kind) = schema.get_mut("type")
    {
        *kind = json!([kind, "null"]);
    }
    schema
}

fn of_object(object: &Object) -> Value {
    let members = object.members.iter();
    let required: Vec<&str> = members
        .clone()
        .filter(|member| member.is_required())
        .map(|member| member.name.as_str())
        .collect();
    let mut schema = json!({"type": "object"});
    if !object.members.is_empty() {
        let properties = members.map(|member| {
            let schema = Value::Object(stated(&member.shape));
            (member.name.clone(), schema)
        });
        schema["properties"] = Value::Object(properties.collect());
    }
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    if object.closed || object.sealed {
        schema["additionalProperties"] = false.into();
    } else if let Some(other) = &object.others {
        schema["additionalProperties"] = Value::Object(stated(other));
    }
    schema
}

/// The type of what the pages tie to no type: a dictionary, a text, or what is documented.
fn open(parameter: &Parameter) -> Value {
    // A text in the place of an object is what the page shows.
    let is_of_objects = parameter.is_of_objects() && parameter.example.is_empty();
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
            let kind = if is_of_objects { "object" } else { "string" };
            json!({"type": "array", "items": {"type": kind}})
        }
        (None, _) if is_of_objects => json!({"type": "object"}),
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

    const DOCUMENT: &str = r"
openapi: 3.1.0
paths:
  /api/2.0/tram:
    post:
      parameters:
      - {name: size, in: query, required: true, schema: {type: integer, minimum: 1, maximum: 9}, example: 4}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [driver, stops]
              properties:
                driver: {type: object, required: [id], properties: {id: {type: integer}, name: {type: [string, 'null']}}}
                stops: {type: array, items: {type: object, properties: {at: {type: string, format: date-time}}}}
                grid: {type: array, items: {type: array, items: {type: integer}}}
                free: {}
                either: {oneOf: [{type: string}, {type: integer}]}
                age: {type: [integer, 'null'], maximum: 99}
                color: {type: string, enum: [red, green]}
                plate: {type: string, pattern: '^[A-Z]+$', minLength: 2, maxLength: 8, example: HB}
                labels: {type: object, additionalProperties: {type: string}}
            example: {driver: {id: 1}, stops: [{at: '2024-05-06T07:08:09Z'}], grid: [[1, 2], [3]], free: [1, {a: 2}],
                      either: 5, age: null, color: red, plate: HB, labels: {a: b}}
      responses: {'200': {description: Tram, content: {application/json: {schema: {type: object, properties:
                 {id: {type: integer}}}}}}}
";

    fn requests(contract: &contract::Contract) -> Value {
        crate::schema::request(&contract.operations[0])
    }

    #[test]
    fn headers_and_a_success_without_a_body_are_kept_and_read_back() {
        let text = "openapi: 3.0.0\npaths:\n  /a:\n    delete:\n      parameters: [{name: X-Mode, in: header, \
                    required: true, schema: {type: boolean, default: true}}, {name: X-Owed, in: header, required: \
                    true}]\n      responses: {'204': {description: Gone}}\n    get: {responses: {'200': {description: \
                    A}}}\n";
        let read = |text: &str| contract::of_sources(vec![Source::new("a.yaml", text)]).unwrap();
        let first = read(text);
        let profile = crate::profile::load("as-documented").unwrap();
        let again = read(&crate::schema::openapi(&first, &profile).to_string());
        let said = |contract: &contract::Contract| -> Vec<_> {
            let operations = contract.operations.iter();
            let said = operations.map(|one| {
                let headers = one.headers.iter();
                let headers = headers.map(|header| (header.name.clone(), header.value.clone()));
                (one.has_no_body, headers.collect::<Vec<_>>())
            });
            said.collect()
        };
        let mode = ("X-Mode".to_owned(), Some("true".to_owned()));
        let owed = ("X-Owed".to_owned(), None);
        assert_eq!(said(&first), [(true, vec![mode, owed]), (false, vec![])]);
        assert_eq!(said(&again), said(&first));
    }

    #[test]
    fn what_a_schema_says_of_a_request_is_kept_and_read_back() {
        let read =
            |name: &str, text: &str| contract::of_sources(vec![Source::new(name, text)]).unwrap();
        let first = read("tram.yaml", DOCUMENT);
        let schema = requests(&first);
        let query = &schema["properties"]["query"]["properties"];
        assert_eq!(
            query["size"],
            json!({"description": "", "type": "integer", "minimum": 1, "maximum": 9})
        );
        let mut body = schema["properties"]["body"]["properties"].clone();
        for member in body.as_object_mut().unwrap().values_mut() {
            member.as_object_mut().unwrap().remove("description");
        }
        assert_eq!(
            body,
            json!({
                "driver": {"type": "object", "properties": {"id": {"type": "integer"},
                           "name": {"type": ["string", "null"]}}, "required": ["id"]},
                "stops": {"type": "array", "items": {"type": "object", "properties":
                          {"at": {"type": "string", "format": "date-time"}}}},
                "grid": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
                "free": {},
                "either": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
                "age": {"type": ["integer", "null"], "maximum": 99},
                "color": {"type": "string", "enum": ["red", "green"]},
                "plate": {"type": "string", "minLength": 2, "maxLength": 8, "pattern": "^[A-Z]+$"},
                "labels": {"type": "object", "additionalProperties": {"type": "string"}},
            })
        );
        let profile = crate::profile::load("as-documented").unwrap();
        let document = crate::schema::openapi(&first, &profile);
        let written = &document["paths"]["/api/2.0/tram"]["post"]["requestBody"]["content"];
        let example = &written["application/json"]["example"];
        let shown = ["driver", "stops", "grid", "free", "either"].map(|name| example[name].clone());
        let stop = json!({"at": "2024-05-06T07:08:09Z"});
        assert_eq!(
            shown,
            [
                json!({"id": 1}),
                json!([stop]),
                json!([[1, 2], [3]]),
                json!([1, {"a": 2}]),
                json!(5)
            ]
        );
        let second = read("made.json", &document.to_string());
        assert_eq!(requests(&second), schema);
        assert_eq!(
            crate::schema::openapi(&second, &profile)["paths"]["/api/2.0/tram"]["post"]["requestBody"]
                ["content"]["application/json"]["example"],
            *example
        );
    }

    #[test]
    fn lists_and_objects_are_no_texts() {
        let list = |kind: &str| json!({"type": "array", "items": {"type": kind}});
        for (stated, cell, expected) in [
            ("int[]", "[1,2]", list("integer")),
            ("integer[]", "", list("integer")),
            ("array of integers", "", list("integer")),
            ("List<int>", "", list("integer")),
            ("list of numbers", "", list("integer")),
            ("IEnumerable<Double>", "", list("number")),
            ("string[]", "", list("string")),
            ("Array<string>", "[\"a\"]", list("string")),
            ("array", "", list("string")),
            ("array of objects", "[{\"id\":5}]", list("object")),
            ("object", "{\"id\":5}", json!({"type": "object"})),
            ("object", "", json!({"type": "object"})),
            ("object", "none", json!({"type": "string"})),
            ("string", "[1,2]", json!({"type": "string"})),
        ] {
            let text = format!(
                "PUT api/2.0/tram\n\nParameters\nName\tDescription\tType\tExample\nx\nsent in body\n\
                 \tWhat\t{stated}\t{cell}\n\nReturns\n\nTram\n",
            );
            let contract = contract::of_sources(vec![Source::new("page", &text)]).unwrap();
            assert_eq!(
                type_of(&contract.operations[0].parameters[0]),
                expected,
                "{stated}"
            );
        }
    }

    #[test]
    fn what_the_example_request_leaves_out_is_not_required() {
        let page = |request: &str| {
            let rows = "size\nsent in url\nHow many\tnumber\t5\nname\nsent in body\nIts name\tstring\tAda\n\
                        bell\nsent in body\nA bell\tstring\tding\n";
            let text = format!(
                "POST api/2.0/tram\n\nParameters\nName\tDescription\tType\tExample\n{rows}\n{request}\nReturns\n\nTram\n"
            );
            let schema = requests(&contract::of_sources(vec![Source::new("page", &text)]).unwrap());
            let of = |place: &str| schema["properties"][place]["required"].clone();
            (schema["required"].clone(), of("query"), of("body"))
        };
        assert_eq!(
            page(""),
            (
                json!(["query", "body"]),
                json!(["size"]),
                json!(["name", "bell"])
            )
        );
        assert_eq!(
            page("Example\n\nPOST api/2.0/tram\n\n{\"name\": \"Ada\"}\n"),
            (json!(["body"]), json!([]), json!(["name"]))
        );
    }
}
