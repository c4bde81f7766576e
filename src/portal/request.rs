//! What a request says, judged part by part: token, values in the path, those in the query, body.

use std::collections::HashMap;

use http::HeaderMap;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::Value;

use crate::contract::{Operation, Parameter, ParameterIn, ParameterType};
use crate::portal::change::Policy;
use crate::portal::objection::Objection;
use crate::portal::refusal::Refusal;
use crate::portal::store::{self, Kept};
use crate::profile::{Profile, RefusalBody};

/// Accepts the token, raw or after `Bearer `, or what a policy lets pass.
///
/// A token of letters, digits and `-._~+/=` that is not the portal's is wrong; anything else is
/// malformed.
pub(crate) fn token(
    headers: &HeaderMap,
    token: &str,
    policies: &[Policy],
    profile: &Profile,
) -> Result<(), Refusal> {
    let refuse = |objection| Err(Refusal::token(objection, profile));
    if policies.contains(&Policy::AnyToken) {
        return Ok(());
    }
    let Some(value) = headers.get(AUTHORIZATION) else {
        return refuse(Objection::NoToken);
    };
    let Ok(value) = value.to_str() else {
        return refuse(Objection::MalformedToken);
    };
    let value = value.trim();
    let given = value.strip_prefix("Bearer ").unwrap_or(value);
    if token.is_empty() || given.is_empty() {
        return refuse(Objection::EmptyToken);
    }
    let passes = |policy: &Policy| match policy {
        Policy::AnyBearer => value.starts_with("Bearer "),
        Policy::TokenPrefix => token.starts_with(given),
        Policy::TokenSuffix => given.starts_with(token),
        Policy::TokenCase => given.eq_ignore_ascii_case(token),
        _ => false,
    };
    if given == token || policies.iter().any(passes) {
        return Ok(());
    }
    let is_token = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
    if given != "Bearer" && given.chars().all(is_token) {
        refuse(Objection::WrongToken)
    } else {
        refuse(Objection::MalformedToken)
    }
}

/// Whether the path matches a route: where what matches none is answered with a page, ids are digits.
pub(crate) fn routed(
    operation: &Operation,
    values: &[(String, String)],
    profile: &Profile,
) -> Result<(), Refusal> {
    if profile.refusal.unrouted_body != RefusalBody::Page {
        return Ok(());
    }
    for (name, value) in values {
        let mut parameters = operation.path_parameters();
        let is_number = parameters.any(|parameter| {
            parameter.name == *name && parameter.value_type() == ParameterType::Integer
        });
        let digits = value.strip_prefix('-').unwrap_or(value);
        if is_number && (digits != value || !is_digits(digits)) {
            let objection = if is_digits(digits) {
                Objection::NegativeId(name.clone())
            } else {
                Objection::TextId(name.clone())
            };
            return Err(Refusal::unrouted(objection, 404, profile));
        }
    }
    Ok(())
}

/// Judges the values in the path; the id of the resource where one of them is it.
pub(crate) fn path_values(
    operation: &Operation,
    values: &[(String, String)],
    kept: &Kept,
    profile: &Profile,
) -> Result<Option<i64>, Refusal> {
    let mut id = None;
    for (name, value) in values {
        let Some(parameter) = operation
            .path_parameters()
            .find(|parameter| parameter.name.eq_ignore_ascii_case(name))
        else {
            continue;
        };
        let name = &parameter.name;
        if parameter.value_type() == ParameterType::Integer {
            let number = whole(name, value)?;
            if profile.identity_of(name).is_some() {
                id = Some(number);
            }
        }
        if !store::known(parameter, kept, profile).contains(value) {
            return Err(Refusal::unknown(
                Objection::UnknownId(name.clone()),
                profile,
            ));
        }
    }
    Ok(id)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An id: digits, not zero, within 32 bits.
fn whole(name: &str, value: &str) -> Result<i64, Refusal> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let objection = if !is_digits(digits) {
        Objection::TextId
    } else if digits.bytes().all(|byte| byte == b'0') {
        Objection::ZeroId
    } else if value.starts_with('-') {
        Objection::NegativeId
    } else {
        match value.parse::<i32>() {
            Ok(id) => return Ok(id.into()),
            Err(_) => Objection::OversizedId,
        }
    };
    Err(Refusal::bad(
        objection(name.to_owned()),
        format!("{name}: expected a positive number of 32 bits"),
    ))
}

/// Judges the values in the query: none that may not be left out is missing, numbers are numbers.
pub(crate) fn query_values(operation: &Operation, query: Option<&str>) -> Result<(), Refusal> {
    let query = query.unwrap_or_default().as_bytes();
    let given: HashMap<_, _> = url::form_urlencoded::parse(query).collect();
    for parameter in &operation.parameters {
        if parameter.sent_in == ParameterIn::Body || operation.is_in_path(parameter) {
            continue;
        }
        let name = &parameter.name;
        let refused = |objection: fn(String) -> Objection, expected: &str| {
            Err(Refusal::bad(
                objection(name.clone()),
                format!("{name}: expected {expected}"),
            ))
        };
        match given.get(name.as_str()) {
            None if parameter.optional => {}
            None => return refused(Objection::MissingQuery, "a value in the query"),
            Some(value) if !is_spelled(parameter, value) => {
                return refused(Objection::MistypedQuery, &parameter.type_name);
            }
            Some(_) => {}
        }
    }
    Ok(())
}

fn is_spelled(parameter: &Parameter, value: &str) -> bool {
    match parameter.value_type() {
        _ if parameter.collection => true,
        ParameterType::Integer => value.parse::<i64>().is_ok(),
        ParameterType::Number => value.parse::<f64>().is_ok(),
        ParameterType::Boolean => value.to_ascii_lowercase().parse::<bool>().is_ok(),
        ParameterType::Text => true,
    }
}

/// Judges the body; the ids of the resources that it asks for, each once, where it asks for any.
pub(crate) fn body_values(
    operation: &Operation,
    headers: &HeaderMap,
    body: &[u8],
    profile: &Profile,
) -> Result<Option<Vec<i64>>, Refusal> {
    let mut parameters = operation.body_parameters().peekable();
    if parameters.peek().is_none() {
        return Ok(None);
    }
    let mut needed = operation
        .body_parameters()
        .filter(|parameter| !parameter.optional);
    let is_needed = needed.next().is_some();
    if body.is_empty() && !is_needed {
        return Ok(None);
    }
    if body.is_empty() {
        return Err(Refusal::bad(Objection::MissingBody, "expected a body"));
    }
    let body = read(headers, body)?;
    if is_needed && body.as_object().is_some_and(serde_json::Map::is_empty) {
        let message = "expected members in the body";
        return Err(Refusal::bad(Objection::EmptyBody, message));
    }
    let mut ids = None;
    for parameter in parameters {
        let name = &parameter.name;
        let items = match body.get(name) {
            Some(Value::Array(items)) if parameter.collection => items.as_slice(),
            Some(Value::Null) | None => &[],
            Some(value) => std::slice::from_ref(value),
        };
        if items.is_empty() {
            if parameter.optional {
                continue;
            }
            return Err(Refusal::bad(
                Objection::EmptyBody,
                format!("{name}: expected a value"),
            ));
        }
        if !items.iter().all(|item| is_of(parameter, item)) {
            return Err(Refusal::bad(
                Objection::MistypedBody,
                format!("{name}: expected {}", parameter.type_name),
            ));
        }
        if profile.identity_of(name).is_some() {
            let mut once: Vec<i64> = Vec::new();
            for id in items.iter().filter_map(Value::as_i64) {
                if !once.contains(&id) {
                    once.push(id);
                }
            }
            ids = Some(once);
        }
    }
    Ok(ids)
}

fn is_of(parameter: &Parameter, item: &Value) -> bool {
    match parameter.value_type() {
        ParameterType::Integer => item.is_i64() || item.is_u64(),
        ParameterType::Number => item.is_number(),
        ParameterType::Boolean => item.is_boolean(),
        ParameterType::Text => item.is_string(),
    }
}

/// The body as an object: a form where it is labelled as one, else JSON.
fn read(headers: &HeaderMap, body: &[u8]) -> Result<Value, Refusal> {
    let label = headers
        .get(CONTENT_TYPE)
        .and_then(|label| label.to_str().ok());
    if label.is_some_and(|label| label.starts_with("application/x-www-form-urlencoded")) {
        return Ok(form(body));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => Ok(Value::Object(members)),
        Ok(_) => Err(Refusal::bad(
            Objection::MistypedBody,
            "expected an object as the body",
        )),
        Err(_) => Err(Refusal::bad(
            Objection::MalformedBody,
            "expected JSON as the body",
        )),
    }
}

/// A form as lists of numbers and texts; `name[]` and `name[0]` are `name`.
fn form(body: &[u8]) -> Value {
    let mut members = serde_json::Map::new();
    for (name, value) in url::form_urlencoded::parse(body) {
        let name = name.split('[').next().unwrap_or("").to_owned();
        let value = match value.parse::<i64>() {
            Ok(number) => Value::from(number),
            Err(_) => Value::from(value.into_owned()),
        };
        if let Value::Array(items) = members.entry(name).or_insert(Value::Array(Vec::new())) {
            items.push(value);
        }
    }
    Value::Object(members)
}
