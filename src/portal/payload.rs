//! The body of a request as members with values.

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use crate::budget;
use crate::contract::{Operation, Parameter, ParameterType};
use crate::portal::objection::Objection;
use crate::portal::refusal::Refusal;
use crate::profile::{Bodies, Profile};

/// The media type of a form without files.
const FORM: &str = "application/x-www-form-urlencoded";

/// What a request says beside its path, by the names that the page gives to parameters of the body;
/// `None` where the body is no object.
pub(crate) fn read(
    operation: &Operation,
    headers: &HeaderMap,
    query: Option<&str>,
    body: &[u8],
    profile: &Profile,
) -> Result<Map<String, Value>, Refusal> {
    match profile.requests.bodies {
        Bodies::Documented if body.is_empty() => Ok(Map::new()),
        Bodies::Documented if is_form(headers) && takes_form(operation) => {
            Ok(given(operation, &pairs(body), false))
        }
        Bodies::Documented if is_form(headers) => Ok(form(body)),
        Bodies::Documented => match json(body)? {
            Value::Object(members) => Ok(members),
            _ => Err(no_object()),
        },
        Bodies::Labelled => {
            let query = query.unwrap_or_default().as_bytes();
            let mut pairs = pairs(query);
            let is_documented = operation.body_type.as_deref() == Some(label(headers));
            pairs.extend(if is_documented && !body.is_empty() {
                members(body)?
            } else {
                labelled(headers, body)?
            });
            Ok(given(operation, &pairs, profile.requests.any_case))
        }
    }
}

/// The members that pairs of names and values give.
fn given(operation: &Operation, pairs: &[(String, Value)], any_case: bool) -> Map<String, Value> {
    let parameters = operation.body_parameters();
    let given = parameters.filter_map(|parameter| {
        let value = collected(parameter, pairs, any_case)?;
        Some((parameter.name.clone(), value))
    });
    given.collect()
}

/// Whether an operation is documented with a form as its body.
fn takes_form(operation: &Operation) -> bool {
    let documented = operation.body_type.as_deref();
    let essence = documented.and_then(|documented| documented.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case(FORM))
}

/// The pairs of names and values in a body, read as what its label says.
pub(crate) fn labelled(headers: &HeaderMap, body: &[u8]) -> Result<Vec<(String, Value)>, Refusal> {
    let label = label(headers);
    match label.split(';').next().unwrap_or_default().trim() {
        _ if body.is_empty() => Ok(Vec::new()),
        "application/json" => members(body),
        FORM => Ok(pairs(body)),
        "text/xml" => xml(body),
        _ => Ok(Vec::new()),
    }
}

/// The members of a body in JSON as pairs.
fn members(body: &[u8]) -> Result<Vec<(String, Value)>, Refusal> {
    match json(body)? {
        Value::Object(members) => Ok(members.into_iter().flat_map(flat).collect()),
        Value::Null => Ok(Vec::new()),
        _ => Err(no_object()),
    }
}

/// The values of one parameter, as its type where their text is one.
fn collected(parameter: &Parameter, pairs: &[(String, Value)], any_case: bool) -> Option<Value> {
    let is_meant = |name: &str| {
        name == parameter.name || (any_case && name.eq_ignore_ascii_case(&parameter.name))
    };
    let values = pairs.iter().filter(|(name, _)| is_meant(name));
    let mut values = values.map(|(_, value)| converted(parameter.value_type(), value));
    if parameter.collection {
        let values: Vec<Value> = values.collect();
        (!values.is_empty()).then_some(Value::Array(values))
    } else {
        values.next()
    }
}

/// A value as one of a type, where it can be; else as something that is of no such type.
fn converted(kind: ParameterType, value: &Value) -> Value {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Array(_) | Value::Object(_) => return Value::Null,
        value => value.to_string(),
    };
    let number = match kind {
        ParameterType::Integer => match value.as_f64().filter(|number| number.fract() == 0.0) {
            Some(number) => whole(&number.to_string()).map(Value::from),
            None => whole(&text).map(Value::from),
        },
        ParameterType::Number => text.trim().parse::<f64>().ok().map(Value::from),
        ParameterType::Boolean => text
            .trim()
            .to_ascii_lowercase()
            .parse::<bool>()
            .ok()
            .map(Value::from),
        ParameterType::Text => None,
    };
    number.unwrap_or_else(|| text.into())
}

/// A whole number of 32 bits, as .NET converts texts to it.
fn whole(text: &str) -> Option<i32> {
    let text = text.trim();
    let prefixes = ["0x", "0X", "&h", "&H", "#"];
    match prefixes.iter().find_map(|prefix| text.strip_prefix(prefix)) {
        Some(digits) => i32::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

fn label(headers: &HeaderMap) -> &str {
    let label = headers.get(CONTENT_TYPE);
    label
        .and_then(|label| label.to_str().ok())
        .unwrap_or_default()
}

fn is_form(headers: &HeaderMap) -> bool {
    label(headers).starts_with(FORM)
}

fn json(body: &[u8]) -> Result<Value, Refusal> {
    budget::json::value(body)
        .map_err(|_| Refusal::bad(Objection::MalformedBody, "expected JSON as the body"))
}

fn no_object() -> Refusal {
    Refusal::bad(Objection::MistypedBody, "expected an object as the body")
}

/// A member as pairs: a list repeats its name, and what is in objects binds to nothing.
fn flat((name, value): (String, Value)) -> Vec<(String, Value)> {
    let values = match value {
        Value::Array(items) => items,
        value => vec![value],
    };
    let is_scalar = |value: &Value| !value.is_array() && !value.is_object();
    let values = values.into_iter().filter(is_scalar);
    values.map(|value| (name.clone(), value)).collect()
}

/// A form or a query; `name[]` and `name[0]` are `name`.
fn pairs(text: &[u8]) -> Vec<(String, Value)> {
    let pairs = url::form_urlencoded::parse(text);
    let name = |name: &str| name.split('[').next().unwrap_or("").to_owned();
    pairs
        .map(|(key, value)| (name(&key), Value::from(value.into_owned())))
        .collect()
}

/// A form as lists of numbers and texts.
fn form(body: &[u8]) -> Map<String, Value> {
    let mut members = Map::new();
    for (name, value) in pairs(body) {
        let number = value.as_str().and_then(|text| text.parse::<i64>().ok());
        let value = number.map_or(value, Value::from);
        if let Value::Array(items) = members.entry(name).or_insert(Value::Array(Vec::new())) {
            items.push(value);
        }
    }
    members
}

/// The elements in the root of a document, whatever its name. What is none is an error of the portal's.
fn xml(body: &[u8]) -> Result<Vec<(String, Value)>, Refusal> {
    let text = std::str::from_utf8(body).unwrap_or_default();
    let document = budget::xml::read(text).map_err(|_| {
        let message = "the body is not well-formed";
        Refusal::new(Objection::MalformedBody, 500, message)
    })?;
    let elements = document.root_element().children();
    let leaves =
        elements.filter(|node| node.is_element() && !node.children().any(|node| node.is_element()));
    let pair = |node: roxmltree::Node<'_, '_>| {
        let text = node.text().unwrap_or_default().to_owned();
        (node.tag_name().name().to_owned(), Value::from(text))
    };
    Ok(leaves.map(pair).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::contract::of_sources;
    use crate::source::Source;
    use serde_json::json;

    #[test]
    fn a_documented_form_is_read_as_the_members_that_it_documents() {
        let text = "openapi: 3.0.3\npaths:\n  /charges:\n    post:\n      requestBody: {content: \
                    {application/x-www-form-urlencoded: {schema: {type: object, properties: {amount: {type: integer}, \
                    paid: {type: boolean}, expand: {type: array, items: {type: string}}}}}}}\n      responses: {'204': \
                    {description: Done}}\n";
        let contract = of_sources(vec![Source::new("charges.yaml", text)]).unwrap();
        let profile = crate::profile::load("as-documented").unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, FORM.parse().unwrap());
        let given = |body: &str| {
            let operation = &contract.operations[0];
            Value::Object(read(operation, &headers, None, body.as_bytes(), &profile).unwrap())
        };
        for (body, expected) in [
            (
                "amount=5&paid=true&expand%5B%5D=a&expand%5B%5D=b",
                json!({"amount": 5, "paid": true, "expand": ["a", "b"]}),
            ),
            (
                "amount=abc&expand=a",
                json!({"amount": "abc", "expand": ["a"]}),
            ),
            ("nothing=", json!({})),
        ] {
            assert_eq!(given(body), expected, "{body}");
        }
    }

    #[test]
    fn a_value_is_what_its_text_is() {
        let integer = |value: Value| converted(ParameterType::Integer, &value);
        for (value, number) in [
            (json!(7), 7),
            (json!(7.0), 7),
            (json!("7"), 7),
            (json!(" +007 "), 7),
            (json!("0x7D0"), 2000),
            (json!(-5), -5),
            (json!(2_147_483_647), 2_147_483_647),
        ] {
            assert_eq!(integer(value.clone()), json!(number), "{value}");
        }
        for value in [
            json!(7.5),
            json!("7.0"),
            json!(true),
            json!(""),
            json!(null),
            json!("abc"),
            json!(2_147_483_648_i64),
            json!("99999999999"),
            json!(1e20),
        ] {
            assert!(!integer(value.clone()).is_number(), "{value}");
        }
        assert_eq!(
            converted(ParameterType::Boolean, &json!("TRUE")),
            json!(true)
        );
        assert_eq!(converted(ParameterType::Text, &json!(7)), json!("7"));
        assert_eq!(converted(ParameterType::Number, &json!("1.5")), json!(1.5));
    }
}
