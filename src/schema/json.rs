//! JSON Schema 2020-12.

use serde_json::{Map, Value, json};

use crate::contract::{Operation, Parameter, ParameterIn};
use crate::profile::AnswerShape;
use crate::schema::definitions::Definitions;
use crate::schema::domain::in_domain;
use crate::schema::evidence::Evidence;
use crate::schema::parameter::type_of;
use crate::shape::text::{GUID_PATTERN, date_time_pattern};
use crate::shape::{Kind, Member, Object, Shape};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of a request: an object of `path`, `query` and `body`, each an object of parameters.
#[must_use]
pub fn request(operation: &Operation) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (name, place) in [
        ("path", ParameterIn::Path),
        ("query", ParameterIn::Query),
        ("body", ParameterIn::Body),
    ] {
        let parameters: Vec<&Parameter> = operation
            .parameters
            .iter()
            .filter(|parameter| parameter.sent_in == place)
            .collect();
        if parameters.is_empty() {
            continue;
        }
        let needed: Vec<&str> = parameters
            .iter()
            .filter(|parameter| operation.requires(parameter))
            .map(|parameter| parameter.name.as_str())
            .collect();
        if !needed.is_empty() {
            required.push(name);
        }
        let members: Map<String, Value> = parameters
            .iter()
            .map(|parameter| (parameter.name.clone(), parameter_schema(parameter)))
            .collect();
        properties.insert(
            name.to_owned(),
            json!({"type": "object", "properties": members, "required": needed}),
        );
    }
    json!({
        "$schema": DIALECT,
        "title": format!("{} {}: request", operation.method, operation.documented_path()),
        "description": operation.description,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// The schema of an answer in JSON.
#[must_use]
pub fn response(operation: &Operation, answer: &AnswerShape) -> Value {
    written(operation, answer, &Definitions::of(answer.payload()))
}

/// The same, with what its shapes rest on.
pub(super) fn response_of(
    operation: &Operation,
    answer: &AnswerShape,
    evidence: &Evidence,
) -> Value {
    let definitions = Definitions {
        evidence: Some(evidence),
        ..Definitions::of(answer.payload())
    };
    written(operation, answer, &definitions)
}

fn written(operation: &Operation, answer: &AnswerShape, definitions: &Definitions<'_>) -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".into(), DIALECT.into());
    let title = format!(
        "{} {}: response",
        operation.method,
        operation.documented_path()
    );
    schema.insert("title".into(), title.into());
    schema.insert("description".into(), operation.returns.as_str().into());
    if let Value::Object(root) = shape_schema(&answer.envelope, definitions) {
        schema.extend(root);
    }
    let defs: Map<String, Value> = definitions
        .iter()
        .map(|(name, object)| {
            let mut schema = Map::new();
            schema.insert("title".into(), name.into());
            schema.extend(object_schema(object, definitions));
            (name.to_owned(), Value::Object(schema))
        })
        .collect();
    if !defs.is_empty() {
        schema.insert("$defs".into(), Value::Object(defs));
    }
    Value::Object(schema)
}

fn parameter_schema(parameter: &Parameter) -> Value {
    let mut schema = Map::new();
    schema.insert("description".into(), parameter.description.as_str().into());
    if let Value::Object(kind) = type_of(parameter) {
        schema.extend(kind);
    }
    Value::Object(schema)
}

fn shape_schema(shape: &Shape, definitions: &Definitions<'_>) -> Value {
    let again = shape.is_again().filter(|name| definitions.has(name));
    if let Some(name) = again {
        let reference = json!({"$ref": format!("#/$defs/{name}")});
        return if shape.nullable {
            json!({"anyOf": [reference, {"type": "null"}]})
        } else {
            reference
        };
    }
    let schema = match &shape.kind {
        Kind::Object(object) => match definitions.name_of(object) {
            Some(name) => json!({"$ref": format!("#/$defs/{name}")}),
            None => Value::Object(object_schema(object, definitions)),
        },
        Kind::List(item) => json!({"type": "array", "items": shape_schema(item, definitions)}),
        Kind::Text => json!({"type": "string"}),
        Kind::Integer => json!({"type": "integer"}),
        Kind::Number => json!({"type": "number"}),
        Kind::Boolean => json!({"type": "boolean"}),
        // Validators may take a format for a remark, so that the pattern says all of it.
        Kind::DateTime(fraction) => json!({
            "type": "string",
            "format": "date-time",
            "pattern": format!("^{}$", date_time_pattern(*fraction)),
        }),
        Kind::Guid => json!({
            "type": "string",
            "format": "uuid",
            "pattern": format!("^{GUID_PATTERN}$"),
        }),
        Kind::Unknown | Kind::Mixed => json!({}),
    };
    let schema = match (&shape.domain, schema) {
        (Some(domain), Value::Object(members)) => {
            let of = |one: &Shape| shape_schema(one, definitions);
            Value::Object(in_domain(members, domain, shape.nullable, &of))
        }
        (_, schema) => schema,
    };
    match (shape.nullable, schema) {
        (true, Value::Object(members)) if members.contains_key("$ref") => {
            json!({"anyOf": [members, {"type": "null"}]})
        }
        (true, Value::Object(mut members)) => {
            if let Some(kind) = members.get_mut("type") {
                *kind = json!([kind, "null"]);
            }
            Value::Object(members)
        }
        (_, schema) => schema,
    }
}

fn object_schema(object: &Object, definitions: &Definitions<'_>) -> Map<String, Value> {
    let required: Vec<&str> = object
        .members
        .iter()
        .filter(|member| member.is_required())
        .map(|member| member.name.as_str())
        .collect();
    let properties: Map<String, Value> = object
        .members
        .iter()
        .map(|member| {
            (
                member.name.clone(),
                member_schema(member, object, definitions),
            )
        })
        .collect();
    let mut schema = Map::new();
    let evidence = definitions.evidence;
    if let Some(said) = evidence.and_then(|evidence| evidence.of_object(object)) {
        schema.insert("description".into(), said.into());
    }
    schema.insert("type".into(), "object".into());
    schema.insert("properties".into(), Value::Object(properties));
    schema.insert("required".into(), required.into());
    if object.closed {
        schema.insert("additionalProperties".into(), false.into());
    } else if let Some(other) = &object.others {
        let other = shape_schema(other, definitions);
        schema.insert("additionalProperties".into(), other);
    }
    let conditional = conditional(object);
    if !conditional.is_empty() {
        schema.insert("allOf".into(), conditional.into());
    }
    if !object.one_set_of.is_empty() {
        schema.insert("anyOf".into(), sets(object));
    }
    schema
}

/// The members of which those of one list are required.
pub(super) fn sets(object: &Object) -> Value {
    let sets = object.one_set_of.iter();
    sets.map(|set| json!({ "required": set })).collect()
}

/// What is required, or must not be, in some objects only; one entry for what each value of a member decides.
pub(super) fn conditional(object: &Object) -> Vec<Value> {
    object
        .conditions()
        .into_iter()
        .flat_map(|condition| {
            let dependent = object.members.iter();
            let dependent = dependent.filter(|member| member.when.as_ref() == Some(condition));
            let required: Vec<&str> = dependent
                .clone()
                .filter(|member| !member.optional)
                .map(|member| member.name.as_str())
                .collect();
            let barred: Map<String, Value> = dependent
                .filter(|_| condition.only)
                .map(|member| (member.name.clone(), false.into()))
                .collect();
            let member = &condition.member;
            let says = |is: bool, then: Value| {
                let said = match (condition.one_of.as_slice(), is) {
                    ([], is) => json!({ "const": is }),
                    (texts, true) => json!({ "enum": texts }),
                    (texts, false) => json!({ "not": { "enum": texts } }),
                };
                json!({
                    "if": {"properties": {member: said}, "required": [member]},
                    "then": then,
                })
            };
            let is = condition.is;
            let required =
                (!required.is_empty()).then(|| says(is, json!({ "required": required })));
            let barred = (!barred.is_empty()).then(|| says(!is, json!({ "properties": barred })));
            required.into_iter().chain(barred)
        })
        .collect()
}

fn member_schema(member: &Member, object: &Object, definitions: &Definitions<'_>) -> Value {
    let mut schema = shape_schema(&member.shape, definitions);
    let evidence = definitions.evidence;
    if let Some(said) = evidence.and_then(|evidence| evidence.of_member(member, object))
        && let Value::Object(members) = &mut schema
    {
        members.insert("description".into(), said.into());
    }
    if let (Some(constant), Value::Object(members)) = (member.constant, &mut schema) {
        members.insert("const".into(), constant.into());
    }
    schema
}
