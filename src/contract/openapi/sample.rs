//! Values for schemas: those of the document where they fit, else samples of type and format.

use serde_json::{Map, Value};

use crate::contract::openapi::expression;
use crate::shape::text::{is_date_time, is_guid};
use crate::shape::{Kind, Shape};

/// How many items of a documented list are taken.
const MAX_ITEMS: usize = 3;
/// What a member of a free name is called where the document shows none.
pub(super) const FREE_NAME: &str = "name";

/// A text of a format that no rule judges.
pub(super) fn of_format(format: &str) -> Option<&'static str> {
    Some(match format {
        "date" => "2024-05-06",
        "time" => "07:08:09Z",
        "email" | "idn-email" => "ada@example.com",
        "uri" | "url" | "iri" => "https://example.com/",
        "hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "byte" => "QUJD",
        _ => return None,
    })
}

/// A value as one of a type, where it is one or is written as one: many documents write all samples as
/// texts. What is in a list or an object is looked at where it is used.
pub(super) fn fitted(shape: &Shape, value: Value) -> Option<Value> {
    let written = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    };
    match &shape.kind {
        Kind::Unknown | Kind::Mixed => Some(value),
        Kind::Object(_) => match value {
            Value::Object(_) => Some(value),
            Value::String(text) => parsed(&text).filter(Value::is_object),
            _ => None,
        },
        Kind::List(item) => match value {
            Value::Array(_) => Some(value),
            Value::String(text) => match parsed(&text).filter(Value::is_array) {
                Some(list) => Some(list),
                None => Some(Value::Array(vec![fitted(item, Value::String(text))?])),
            },
            value => Some(Value::Array(vec![fitted(item, value)?])),
        },
        Kind::Text => written(&value).map(Value::String),
        Kind::Integer => match value {
            Value::Number(number) if number.is_i64() || number.is_u64() => {
                Some(Value::Number(number))
            }
            Value::Number(number) => number.as_f64().and_then(whole),
            value => value.as_str()?.trim().parse::<i64>().ok().map(Value::from),
        },
        Kind::Number => match value {
            Value::Number(_) => Some(value),
            value => {
                let number: f64 = value.as_str()?.trim().parse().ok()?;
                number.is_finite().then(|| Value::from(number))
            }
        },
        Kind::Boolean => match value {
            Value::Bool(_) => Some(value),
            value => value
                .as_str()?
                .trim()
                .to_ascii_lowercase()
                .parse::<bool>()
                .ok()
                .map(Value::from),
        },
        Kind::DateTime(fraction) => {
            let text = value.as_str()?;
            is_date_time(text, *fraction).then_some(value)
        }
        Kind::Guid => is_guid(value.as_str()?).then_some(value),
    }
}

/// Texts of many forms, of which one may be in a domain.
const TEXTS: [&str; 22] = [
    "text",
    "a",
    "A",
    "1",
    "12",
    "1234",
    "00000",
    "abc123",
    "Abc",
    "en-US",
    "en",
    "#a7fc00",
    "1.0",
    "1.0.0",
    "2024-05-06",
    "07:08",
    "07:08:09",
    "ada@example.com",
    "https://example.com/",
    "example.com",
    "+15550100",
    "192.0.2.1",
];

/// Whether a value of its type is one that the place admits.
fn is_in(shape: &Shape, value: &Value) -> bool {
    let domain = shape.domain.as_deref();
    domain.is_none_or(|domain| domain.outside(value).is_none())
}

/// A value of a domain; none where nothing is known to be in it.
pub(super) fn of_domain(shape: &Shape) -> Option<Value> {
    let domain = shape.domain.as_deref()?;
    let listed = domain.one_of.iter().cloned();
    let bounds = [domain.at_least, domain.at_most].into_iter().flatten();
    let long = |length: &usize| (*length <= 10_000).then(|| Value::from("x".repeat(*length)));
    let texts = TEXTS.map(Value::from).into_iter();
    let texts = texts.chain(domain.shortest.iter().filter_map(long));
    let texts = texts.chain(domain.longest.iter().filter_map(long));
    let pattern = domain.matches.iter();
    let texts =
        texts.chain(pattern.filter_map(|one| Some(expression::sample(one.as_str())?.into())));
    let numbers = [1, 0].into_iter().chain(bounds).map(Value::from);
    let others = [of_kind(&shape.kind), false.into()];
    let any_of = domain.any_of.iter().map(|one| filled(one, None));
    let all = listed
        .chain(any_of)
        .chain(others)
        .chain(numbers)
        .chain(texts);
    all.filter(|value| fitted(shape, value.clone()).as_ref() == Some(value))
        .find(|value| is_in(shape, value))
}

/// Whether a value keeps a shape.
pub(in crate::contract) fn keeps(shape: &Shape, value: &Value) -> bool {
    match (&shape.kind, value) {
        (Kind::Unknown, _) => true,
        (Kind::Mixed, _) if shape.domain.is_none() => true,
        (_, Value::Null) => shape.nullable,
        (Kind::Object(object), Value::Object(values)) => {
            let mut listed = object.members.iter();
            let mut free = values
                .iter()
                .filter(|(name, _)| object.members.iter().all(|member| member.name != **name));
            listed.all(|member| match values.get(&member.name) {
                Some(value) => keeps(&member.shape, value),
                None => member.optional || member.when.is_some(),
            }) && free.all(|(_, value)| match &object.others {
                Some(other) => keeps(other, value),
                None => true,
            })
        }
        (Kind::List(item), Value::Array(items)) => items.iter().all(|value| keeps(item, value)),
        (Kind::Object(_) | Kind::List(_), _) => false,
        (_, value) => is_in(shape, value) && fitted(shape, value.clone()).as_ref() == Some(value),
    }
}

/// A number that is whole, however it is written.
fn whole(number: f64) -> Option<Value> {
    let text = format!("{number:.0}");
    let is_whole = (number - number.trunc()).abs() < f64::EPSILON;
    is_whole.then(|| text.parse::<i64>().ok().map(Value::from))?
}

fn parsed(text: &str) -> Option<Value> {
    let is_collection = text.trim_start().starts_with(['[', '{']);
    is_collection.then(|| serde_json::from_str(text).ok())?
}

/// One value over another: members of objects stand beside one another, all else is replaced.
pub(super) fn laid_over(under: Value, over: Value) -> Value {
    match (under, over) {
        (Value::Object(mut under), Value::Object(over)) => {
            for (name, value) in over {
                let value = match under.remove(&name) {
                    Some(below) => laid_over(below, value),
                    None => value,
                };
                under.insert(name, value);
            }
            Value::Object(under)
        }
        (_, over) => over,
    }
}

/// An example with what its schema asks for and it lacks, of the values that the parts of the schema give.
pub(super) fn completed(shape: &Shape, under: Option<Value>, example: Value) -> Value {
    let (mut under, mut members) = match (under, example) {
        (Some(Value::Object(under)), Value::Object(members)) => (under, members),
        (_, example) => return example,
    };
    for member in shape.members() {
        let below = under.remove(&member.name);
        match members.get_mut(&member.name) {
            Some(value) => *value = completed(&member.shape, below, value.take()),
            None if member.is_required() => {
                members.extend(below.map(|below| (member.name.clone(), below)));
            }
            None => {}
        }
    }
    Value::Object(members)
}

/// A value that keeps a shape, with as much of a documented one as fits.
pub(super) fn filled(shape: &Shape, stated: Option<&Value>) -> Value {
    let fits = stated
        .filter(|value| !value.is_null())
        .and_then(|value| fitted(shape, value.clone()));
    match (&shape.kind, fits) {
        (Kind::Object(object), fits) => {
            let stated = match fits {
                Some(Value::Object(members)) => members,
                _ => Map::new(),
            };
            if !object.is_told() && !object.closed {
                return Value::Object(stated);
            }
            // What is in itself ends where it may.
            let members = object
                .members
                .iter()
                .filter(|member| member.shape.is_again().is_none() || !member.optional);
            let members = members.map(|member| {
                let value = filled(&member.shape, stated.get(&member.name));
                (member.name.clone(), value)
            });
            let mut members: Map<String, Value> = members.collect();
            if let Some(other) = &object.others {
                free(other, &stated, &mut members);
            }
            Value::Object(members)
        }
        (Kind::List(item), _) if item.is_again().is_some() => Value::Array(Vec::new()),
        (_, _) if shape.is_again().is_some() => Value::Null,
        (Kind::List(item), fits) => {
            let stated = match fits {
                Some(Value::Array(items)) => items,
                _ => Vec::new(),
            };
            if stated.is_empty() {
                let sample = filled(item, None);
                // Nothing is known of an item.
                let items = (!sample.is_null()).then_some(sample);
                return items.into_iter().collect();
            }
            let items = stated.iter().take(MAX_ITEMS);
            items.map(|value| filled(item, Some(value))).collect()
        }
        (_, Some(value)) if is_in(shape, &value) => value,
        (kind, _) => of_domain(shape).unwrap_or_else(|| of_kind(kind)),
    }
}

/// Fills in members of free names: those that are documented, else one, as far as anything is known of it.
fn free(other: &Shape, stated: &Map<String, Value>, members: &mut Map<String, Value>) {
    let documented = stated.iter();
    let documented: Vec<_> = documented
        .filter(|(name, _)| !members.contains_key(*name))
        .take(MAX_ITEMS)
        .map(|(name, value)| (name.clone(), filled(other, Some(value))))
        .collect();
    if documented.is_empty() {
        let sample = filled(other, None);
        if members.is_empty() && !sample.is_null() {
            members.insert(FREE_NAME.to_owned(), sample);
        }
        return;
    }
    members.extend(documented);
}

fn of_kind(kind: &Kind) -> Value {
    match kind {
        Kind::Text => "text".into(),
        Kind::Integer => 1.into(),
        Kind::Number => 1.5.into(),
        Kind::Boolean => true.into(),
        Kind::DateTime(_) => "2024-05-06T07:08:09.0000000Z".into(),
        Kind::Guid => "11111111-2222-4333-8444-555555555555".into(),
        Kind::Object(_) | Kind::List(_) | Kind::Unknown | Kind::Mixed => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn samples_that_are_written_as_texts_are_values_of_their_type() {
        let list = Kind::List(Box::new(Shape::of(Kind::Integer)));
        for (kind, written, expected) in [
            (Kind::Integer, json!("1234"), Some(json!(1234))),
            (Kind::Integer, json!(2.0), Some(json!(2))),
            (Kind::Integer, json!(2.5), None),
            (Kind::Number, json!("1.5"), Some(json!(1.5))),
            (Kind::Boolean, json!("True"), Some(json!(true))),
            (Kind::Boolean, json!("yes"), None),
            (Kind::Text, json!(12), Some(json!("12"))),
            (Kind::Text, json!([1]), None),
            (list.clone(), json!("7"), Some(json!([7]))),
            (list.clone(), json!("[1, 2]"), Some(json!([1, 2]))),
            (list, json!("seven"), None),
            (Kind::Guid, json!("7"), None),
        ] {
            let shape = Shape::of(kind.clone());
            assert_eq!(fitted(&shape, written), expected, "{kind:?}");
        }
    }

    #[test]
    fn what_a_document_does_not_give_is_a_sample_of_its_type() {
        let shape = crate::shape::json::shape(
            &crate::source::Source::new("a", r#"{"a": [{"b": 1, "c": ""}], "d": true}"#),
            crate::source::Span { start: 0, end: 37 },
        );
        assert_eq!(
            filled(&shape, Some(&json!({"a": [{"b": "9", "x": 1}], "d": "no"}))),
            json!({"a": [{"b": 9, "c": "text"}], "d": true})
        );
    }
}
