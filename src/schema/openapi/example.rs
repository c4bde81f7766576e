//! Documented examples as they stand on the wire.

use serde_json::{Map, Value};

use crate::profile::{AnswerShape, Profile, Repeats};
use crate::shape::text::is_date_time;
use crate::shape::{Condition, Kind, Object, Shape};

/// A date-time with a fraction of any length, in place of one that another kind of portal writes.
const DATE_TIME: &str = "2024-05-06T07:08:09";

/// An example in JSON in the names of the wire, with what only the profile knows.
pub(super) fn json(
    text: &str,
    answer: &AnswerShape,
    profile: &Profile,
    code: u16,
) -> Option<Value> {
    let mut body: Value = serde_json::from_str(text).ok()?;
    if answer.payload.is_none() {
        body = profile.shown_payload(answer, &body)?.clone();
    }
    if let Some(name) = answer.payload.as_ref().filter(|_| answer.is_bare) {
        body = Value::Object(Map::from_iter([(name.clone(), body)]));
    }
    let mut body = spoken(&body, &answer.envelope);
    let items = match answer.payload.as_ref().and_then(|name| body.get(name)) {
        Some(Value::Array(items)) => items.len(),
        _ => 1,
    };
    for member in &profile.envelope.members {
        let value: Value = match member.equals {
            Some(Repeats::StatusCode) => code.into(),
            Some(Repeats::Items) => items.into(),
            None => continue,
        };
        if let Some(place) = body.get_mut(&member.name) {
            *place = value;
        }
    }
    Some(body)
}

/// An example in XML, where the wire has the same names.
pub(super) fn xml(text: &str, answer: &AnswerShape) -> Option<Value> {
    let is_xml = text.trim_start().starts_with('<');
    (is_xml && is_as_documented(&answer.envelope)).then(|| text.into())
}

/// Whether all members have their documented names, and none is known to the profile alone.
fn is_as_documented(shape: &Shape) -> bool {
    match &shape.kind {
        Kind::List(item) => is_as_documented(item),
        Kind::Object(object) => {
            let mut members = object.members.iter();
            members.all(|member| {
                member.name == member.documented && (member.promised().is_some() || member.optional)
            }) && object.shapes().all(is_as_documented)
        }
        _ => true,
    }
}

/// A documented value in the names of the wire; what the shape does not have is left out.
fn spoken(value: &Value, shape: &Shape) -> Value {
    match (value, &shape.kind) {
        (Value::Array(items), Kind::List(item)) => {
            items.iter().map(|value| spoken(value, item)).collect()
        }
        (Value::Object(members), Kind::Object(object)) if object.is_told() => {
            let named = members.iter().filter_map(|(name, value)| {
                let mut known = object.members.iter();
                let member = known.find(|member| member.documented == *name);
                let shape = member.map(|member| &member.shape);
                let shape = shape.or(object.others.as_deref())?;
                let name = member.map_or(name, |member| &member.name);
                // What was made up of a schema alone may be another number.
                let constant = member.and_then(|member| member.constant);
                let value = constant.map_or_else(|| spoken(value, shape), Value::from);
                Some((name.clone(), value))
            });
            completed(named.collect(), object)
        }
        (Value::String(text), Kind::DateTime(fraction)) if !is_date_time(text, *fraction) => {
            let mut digits = String::new();
            while digits.len() < 9 {
                let candidate = format!(
                    "{DATE_TIME}{}{digits}Z",
                    if digits.is_empty() { "" } else { "." }
                );
                if is_date_time(&candidate, *fraction) {
                    return candidate.into();
                }
                digits.push('0');
            }
            value.clone()
        }
        (value, _) => value.clone(),
    }
}

/// An object with the members that must be there and that no page shows, and without those that must not.
fn completed(mut members: Map<String, Value>, object: &Object) -> Value {
    for member in &object.members {
        let when = member.when.as_ref();
        let says = |when: &Condition, members: &Map<String, Value>, is: bool| {
            when.says(members.get(&when.member), when.is == is)
        };
        if when.is_some_and(|when| when.only && says(when, &members, false)) {
            members.remove(&member.name);
        } else if member.promised().is_none()
            && !member.optional
            && when.is_none_or(|when| says(when, &members, true))
        {
            let sample = match (member.constant, &member.shape.kind) {
                (Some(constant), _) => constant.into(),
                (None, Kind::Integer | Kind::Number) => 1.into(),
                (None, Kind::Boolean) => true.into(),
                (None, Kind::Text) => "text".into(),
                (None, Kind::List(_)) => Value::Array(Vec::new()),
                _ => continue,
            };
            members.insert(member.name.clone(), sample);
        }
    }
    Value::Object(members)
}
