//! What a value means, in a form in which equal meanings are equal values.
//!
//! Numbers are equal by value, date-times by moment, GUIDs in any letter case, texts with their line ends
//! as XML folds them, lists in any order: neither the pages nor the servers promise one. Where the contract
//! knows no type, values are equal where XML shows them alike.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

use crate::check::escape::{Escapes, unescaped};
use crate::shape::{Fraction, Kind, Shape, text};

/// The documented part of a body by its meaning.
///
/// Absent, null and empty optional members are alike where the shape says that they may be.
#[must_use]
pub fn canonical(value: &Value, shape: &Shape) -> Value {
    canonical_of("", value, shape)
}

/// The same of what a member of this name holds, or of one of its items.
#[must_use]
pub fn canonical_of(name: &str, value: &Value, shape: &Shape) -> Value {
    // Whatever it is, it is there.
    if shape.varies {
        return Value::Bool(true);
    }
    match (&shape.kind, value) {
        (Kind::Object(object), Value::Object(members)) => {
            let documented = object.members.iter().filter_map(|member| {
                let value = members.get(&member.name)?;
                let value = canonical_of(&member.name, value, &member.shape);
                Some((member.name.clone(), value))
            });
            let mut told: Map<String, Value> = documented.collect();
            if let Some(other) = &object.others {
                let listed = |name: &str| object.members.iter().any(|one| one.name == name);
                let free = members.iter().filter(|(name, _)| !listed(name));
                // In whatever order they stand.
                let free: BTreeMap<_, _> = free
                    .map(|(name, value)| (name.clone(), canonical_of(name, value, other)))
                    .collect();
                told.extend(free);
            }
            told.into()
        }
        (Kind::List(item), Value::Array(items)) => {
            let items = items.iter();
            sorted(items.map(|value| canonical_of(name, value, item)))
        }
        (Kind::List(item), Value::Null) => {
            Value::Array(Vec::from_iter(item.nullable.then_some(Value::Null)))
        }
        // A date-time of a fixed form has one text for one moment and zone.
        (Kind::DateTime(Fraction::Any), Value::String(token)) => text::date_time(token)
            .map_or_else(
                || value.clone(),
                |moment| moment.unix_timestamp_nanos().to_string().into(),
            ),
        (Kind::Guid, Value::String(token)) => token.to_lowercase().into(),
        (Kind::Unknown | Kind::Mixed, value) => loose(name, value),
        (_, Value::String(text)) => fold_line_ends(text).into(),
        (_, Value::Number(number)) => canonical_number(number).into(),
        _ => value.clone(),
    }
}

/// A value of no known type as XML shows it, which knows texts and elements alone: nothing for null, for
/// an empty text, list or object; a list of one as its item. A list in a list repeats the name of its element,
/// so an object of nothing but a member of the name that it has itself is what that holds.
#[must_use]
pub fn loose(name: &str, value: &Value) -> Value {
    match value {
        Value::Array(items) => match items.as_slice() {
            [] => Value::Null,
            [one] => loose(name, one),
            several => sorted(several.iter().map(|one| loose(name, one))),
        },
        Value::Object(members) => {
            let mut told: Vec<(&String, Value)> = members
                .iter()
                .map(|(name, member)| (name, loose(name, member)))
                .filter(|(_, member)| !member.is_null())
                .collect();
            match told.as_mut_slice() {
                [] => return Value::Null,
                [(only, member)] if *only == name => return member.take(),
                _ => {}
            }
            told.sort_by_key(|(name, _)| *name);
            let members = told.into_iter();
            members
                .map(|(name, member)| (name.clone(), member))
                .collect::<Map<_, _>>()
                .into()
        }
        Value::String(text) => loose_text(text),
        scalar => text_form(scalar)
            .filter(|text| !text.is_empty())
            .map_or(Value::Null, Value::String),
    }
}

/// Whether XML shows nothing of a value of no known type.
#[must_use]
pub fn shows_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(_) | Value::Number(_) => false,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => match items.as_slice() {
            [] => true,
            [one] => shows_nothing(one),
            _ => false,
        },
        Value::Object(members) => members.values().all(shows_nothing),
    }
}

/// A text without its markup, and with its references undone.
pub(super) fn unmarked(text: &str) -> String {
    let text = unescaped(text, Escapes::Markup);
    let mut shown = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('<') {
        let (before, mark) = rest.split_at(at);
        shown.push_str(before);
        let is_mark = |c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!');
        let end = mark.find('>').filter(|_| mark[1..].starts_with(is_mark));
        // What is no mark is a character like any other.
        rest = &mark[end.map_or(1, |end| end + 1)..];
        if end.is_none() {
            shown.push('<');
        }
    }
    shown + rest
}

/// A text that may stand for a number or a boolean.
fn loose_text(text: &str) -> Value {
    let token = text.trim_matches([' ', '\t', '\r', '\n']);
    if let Some(flag) = ["true", "false"]
        .into_iter()
        .find(|word| token.eq_ignore_ascii_case(word))
    {
        return flag.into();
    }
    match serde_json::from_str::<Number>(token) {
        // Longer whole numbers would lose digits: they may be those of an account.
        Ok(number) if !number.is_f64() || token.contains(['.', 'e', 'E']) => {
            canonical_number(&number).to_string().into()
        }
        _ if text.is_empty() => Value::Null,
        _ => fold_line_ends(text).into(),
    }
}

fn sorted(items: impl Iterator<Item = Value>) -> Value {
    let mut items: Vec<Value> = items.collect();
    items.sort_by(order);
    items.into()
}

/// An order of values in which equal ones are neighbours. Two are compared as far as they are alike, so that
/// what is in lists in lists costs no more at each of them: of two, the smaller one bounds what is looked at.
fn order(one: &Value, other: &Value) -> Ordering {
    #[cfg(test)]
    tests::STEPS.set(tests::STEPS.get() + 1);
    let rank = |value: &Value| match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
    };
    match (one, other) {
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        (Value::Number(one), Value::Number(other)) => one.to_string().cmp(&other.to_string()),
        (Value::String(one), Value::String(other)) => one.cmp(other),
        (Value::Array(ones), Value::Array(others)) => {
            let pairs = ones.iter().zip(others);
            let mut differing = pairs.map(|(one, other)| order(one, other));
            let first = differing.find(|order| order.is_ne());
            first.unwrap_or_else(|| ones.len().cmp(&others.len()))
        }
        (Value::Object(ones), Value::Object(others)) => {
            let pairs = ones.iter().zip(others);
            let mut differing = pairs.map(|(one, other)| {
                let names = one.0.cmp(other.0);
                names.then_with(|| order(one.1, other.1))
            });
            let first = differing.find(|order| order.is_ne());
            first.unwrap_or_else(|| ones.len().cmp(&others.len()))
        }
        _ => rank(one).cmp(&rank(other)),
    }
}

/// Whether a number is whole, however it is spelled, as `1.0` is (JSON Schema 2020-12, 4.2.3).
#[must_use]
pub fn is_whole(value: &Value) -> bool {
    value.is_number() && value.as_f64().is_none_or(|number| number.fract() == 0.0)
}

/// A whole number in whatever spelling, where 64 bits hold it.
#[must_use]
pub fn whole_number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => canonical_number(number).as_i64(),
        _ => None,
    }
}

/// A whole number is the same with and without a fraction of zero.
fn canonical_number(number: &Number) -> Number {
    match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 9e15 =>
        {
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
            Number::from(float as i64)
        }
        _ => number.clone(),
    }
}

/// XML 1.0, 2.11: CR LF and CR are read as LF.
fn fold_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// A scalar as the text that XML would show; `None` for objects and lists.
#[must_use]
pub fn text_form(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(canonical_number(number).to_string()),
        Value::String(text) => Some(fold_line_ends(text)),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// The same of an id, by which resources are told apart: a GUID is one in any letter case.
#[must_use]
pub fn id_form(value: &Value) -> Option<String> {
    text_form(value).map(text::folded_guid)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use serde_json::json;

    thread_local! {
        /// How many values were laid beside each other in this thread.
        pub(super) static STEPS: Cell<usize> = const { Cell::new(0) };
    }

    #[test]
    fn what_is_nested_in_lists_costs_no_more_at_each_of_them() {
        let large: Vec<String> = (0..50_000).map(|at| at.to_string()).collect();
        let flat = json!(large);
        let mut deep = flat.clone();
        for _ in 0..500 {
            deep = Value::Array(vec![1.into(), deep]);
        }
        let steps = |value: &Value| {
            STEPS.set(0);
            assert!(loose("", value).is_array());
            STEPS.get()
        };
        let (once, took) = (steps(&flat), steps(&deep));
        assert!(once >= large.len(), "{once}");
        assert!(took < once + 10 * 500, "{once} {took}");
        // Equal values stand in one order, however they stood.
        let mixed = json!([[2, [3, "b"]], {"a": [1, 2]}, "x", [2, 1], {"a": [3]}, [[1, "b"], 2]]);
        let mut turned = mixed.clone();
        if let Value::Array(items) = &mut turned {
            items.reverse();
        }
        assert_eq!(loose("", &mixed), loose("", &turned));
    }

    #[test]
    fn values_of_no_known_type_are_equal_as_xml_shows_them() {
        for (json, xml) in [
            (json!({"id": 1}), json!({"id": "1"})),
            (json!({"b": true, "a": null}), json!({"a": "", "b": "True"})),
            (json!([{"id": 1}]), json!({"id": "1"})),
            (json!([2.50, 1.0]), json!(["1", "2.5"])),
            (json!({"tags": []}), json!("")),
            (json!({}), json!(null)),
            (json!("a\r\nb"), json!("a\nb")),
            (json!({"a": {"b": [1, 2]}}), json!({"a": {"b": ["2", "1"]}})),
            // Lists in lists, and what looks like one.
            (
                json!([[1, 2], [3], []]),
                json!([{"x": ["1", "2"]}, {"x": "3"}, ""]),
            ),
            (
                json!([[[1, 2]], [[3]]]),
                json!([{"x": {"x": ["1", "2"]}}, {"x": {"x": "3"}}]),
            ),
            (
                json!({"a": [[1, 2], [3]]}),
                json!({"a": [{"a": ["1", "2"]}, {"a": "3"}]}),
            ),
            (json!({"x": {"a": 1}}), json!({"x": {"a": "1"}})),
        ] {
            assert_eq!(loose("x", &json), loose("x", &xml), "{json} {xml}");
            for value in [json, xml] {
                assert_eq!(
                    shows_nothing(&value),
                    loose("x", &value).is_null(),
                    "{value}"
                );
            }
        }
        for (one, other) in [
            (json!({"id": 1}), json!({"id": "2"})),
            (json!({"id": 1}), json!({"ID": "1"})),
            (json!([1, 2]), json!(["1"])),
            (json!("007"), json!("7")),
            (json!("+7"), json!("7")),
            (json!("40817810099910004312"), json!("40817810099910004313")),
            (json!("a b"), json!("ab")),
            (json!([1]), json!(null)),
            (json!([[1, 2], [3]]), json!([{"x": ["1", "2"]}, {"x": "4"}])),
            (json!([[1, 2], [3]]), json!([{"y": ["1", "2"]}, {"y": "3"}])),
            (json!({"y": 1}), json!("1")),
            (json!({"x": 1, "y": 2}), json!("1")),
        ] {
            assert_ne!(loose("x", &one), loose("x", &other), "{one} {other}");
        }
    }
}
