//! What a request says, judged part by part: values in the path, those in the query, body.

use http::HeaderMap;
use serde_json::Value;

use crate::contract::{Operation, Parameter, ParameterIn, ParameterType};
use crate::portal::objection::Objection;
use crate::portal::payload;
use crate::portal::refusal::Refusal;
use crate::portal::serialized::{self, Given};
use crate::portal::store::{self, Holdings};
use crate::profile::{Profile, RefusalBody};

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
        if is_number && !is_shown(operation, name, value) && (digits != value || !is_digits(digits))
        {
            let objection = if loosely(value).is_some() {
                Objection::LooseId(name.clone())
            } else if is_digits(digits) {
                Objection::NegativeId(name.clone())
            } else {
                Objection::TextId(name.clone())
            };
            return Err(Refusal::unrouted(objection, 404, profile));
        }
    }
    Ok(())
}

/// A value in the path, without zeros before it where it is a number.
#[derive(Debug)]
pub(crate) struct PathValue<'a> {
    parameter: &'a Parameter,
    value: String,
}

/// Judges the values in the path by themselves; the id of the resource where one of them is it.
pub(crate) fn path_values<'a>(
    operation: &'a Operation,
    values: &[(String, String)],
    kept: &Holdings,
) -> Result<(Vec<PathValue<'a>>, Option<i64>), Refusal> {
    let mut read = Vec::new();
    let mut id = None;
    for (name, value) in values {
        let Some(parameter) = operation
            .path_parameters()
            .find(|parameter| parameter.name.eq_ignore_ascii_case(name))
        else {
            continue;
        };
        let name = &parameter.name;
        let mut value = value.clone();
        let is_id = kept.parameter.as_ref() == Some(name);
        let is_number = parameter.value_type() == ParameterType::Integer;
        if is_id || (is_number && !is_shown(operation, name, &value)) {
            let number = whole(name, &value)?;
            if is_id {
                id = Some(number);
            }
            value = number.to_string();
        }
        read.push(PathValue { parameter, value });
    }
    Ok((read, id))
}

/// Whether there is what the values in the path name.
pub(crate) fn known(
    values: &[PathValue<'_>],
    kept: &Holdings,
    profile: &Profile,
) -> Result<(), Refusal> {
    let is_known = |one: &&PathValue<'_>| store::is_known(one.parameter, &one.value, kept);
    match values.iter().find(|one| !is_known(one)) {
        None => Ok(()),
        Some(unknown) => {
            let objection = Objection::UnknownId(unknown.parameter.name.clone());
            Err(Refusal::unknown(objection, profile))
        }
    }
}

/// Whether a value is the one with which the page asks, whatever the type that it states.
fn is_shown(operation: &Operation, name: &str, value: &str) -> bool {
    let mut parameters = operation.parameters.iter();
    let parameter = parameters.find(|parameter| parameter.name.eq_ignore_ascii_case(name));
    parameter.is_some_and(|parameter| parameter.examples().iter().any(|one| one == value))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The digits of a number in a spelling that ids do not have.
pub(crate) fn loosely(value: &str) -> Option<String> {
    let hex = value.strip_prefix("0x");
    let hex = hex.and_then(|hex| i64::from_str_radix(hex, 16).ok());
    let decimal = value
        .strip_prefix('+')
        .or_else(|| value.strip_suffix(".0"))
        .or_else(|| value.strip_suffix("e0"))
        .or_else(|| value.strip_suffix('\''))
        .or_else(|| Some(value.split_once(',')?.0))
        .or_else(|| Some(value.trim()).filter(|digits| *digits != value))
        .filter(|digits| is_digits(digits));
    hex.map(|number| number.to_string())
        .or_else(|| decimal.map(str::to_owned))
}

/// An id: digits, not zero, within 32 bits.
fn whole(name: &str, value: &str) -> Result<i64, Refusal> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let objection = if loosely(value).is_some() {
        Objection::LooseId
    } else if !is_digits(digits) {
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
pub(crate) fn query_values(
    operation: &Operation,
    query: Option<&str>,
    profile: &Profile,
) -> Result<(), Refusal> {
    let spelled = |name: &str| {
        if profile.requests.any_case {
            name.to_ascii_lowercase()
        } else {
            name.to_owned()
        }
    };
    let query = query.unwrap_or_default().as_bytes();
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query)
        .map(|(name, value)| (spelled(&name), value.into_owned()))
        .collect();
    for parameter in &operation.parameters {
        if parameter.sent_in != ParameterIn::Query {
            continue;
        }
        let name = &parameter.name;
        let refused = |objection: fn(String) -> Objection, expected: &str| {
            Err(Refusal::bad(
                objection(name.clone()),
                format!("{name}: expected {expected}"),
            ))
        };
        let is_of_type =
            |value: &String| is_spelled(parameter, value) || is_shown(operation, name, value);
        match serialized::in_query(parameter, &pairs, spelled) {
            Given::Nothing if !parameter.must_be_given() => {}
            Given::Nothing => return refused(Objection::MissingQuery, "a value in the query"),
            // Of several the last is taken.
            Given::Values(values) if values.last().is_none_or(is_of_type) => {}
            Given::Otherwise | Given::Values(_) => {
                return refused(Objection::MistypedQuery, &parameter.type_name);
            }
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
    query: Option<&str>,
    body: &[u8],
    (kept, profile): (&Holdings, &Profile),
) -> Result<Option<Vec<i64>>, Refusal> {
    let mut parameters = operation.body_parameters().peekable();
    if parameters.peek().is_none() {
        return Ok(None);
    }
    let mut needed = operation
        .body_parameters()
        .filter(|parameter| parameter.must_be_given());
    let is_needed = needed.next().is_some();
    let members = payload::read(operation, headers, query, body, profile)?;
    if is_needed && members.is_empty() {
        return Err(if body.is_empty() {
            Refusal::bad(Objection::MissingBody, "expected a body")
        } else {
            Refusal::bad(Objection::EmptyBody, "expected members in the body")
        });
    }
    let mut ids = None;
    for parameter in parameters {
        let name = &parameter.name;
        let items = match members.get(name) {
            Some(Value::Array(items)) if parameter.collection => items.as_slice(),
            Some(Value::Null) | None => &[],
            Some(value) => std::slice::from_ref(value),
        };
        if items.is_empty() {
            if !parameter.must_be_given() {
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
        if kept.parameter.as_ref() == Some(name) {
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
    let is_documented = match &parameter.documented {
        Some(Value::Array(items)) if parameter.collection => items.contains(item),
        documented => documented.as_ref() == Some(item),
    };
    if is_documented {
        return true;
    }
    // A type that the vocabulary of the pages does not know is what the example request shows.
    let shown = match &parameter.documented {
        Some(Value::Array(items)) if parameter.collection => items.first(),
        shown => shown.as_ref(),
    };
    if let Some(shown) = shown
        && parameter.value_type() == ParameterType::Text
        && !shown.is_null()
    {
        let is_alike = |item: &Value| std::mem::discriminant(shown) == std::mem::discriminant(item);
        // A form holds objects as texts.
        let held = item
            .as_str()
            .and_then(|text| serde_json::from_str(text).ok());
        return is_alike(item) || held.as_ref().is_some_and(is_alike);
    }
    if !parameter.has_known_type() {
        return true;
    }
    match parameter.value_type() {
        ParameterType::Integer => item.is_i64() || item.is_u64(),
        ParameterType::Number => item.is_number(),
        ParameterType::Boolean => item.is_boolean(),
        ParameterType::Text => item.is_string(),
    }
}
