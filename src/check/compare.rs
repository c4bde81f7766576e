//! Whether two bodies say the same about the documented members.
//!
//! Values are equal as what they mean: numbers by value, date-times by moment, GUIDs in any letter
//! case, texts with their line ends as XML folds them. Lists are equal in any order: neither the pages
//! nor the servers promise one.

use serde_json::{Map, Number, Value};

use crate::check::{Observed, Rule, Sketch, below};
use crate::shape::{Fraction, Kind, Shape, text};

/// One difference between two bodies of the same shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// [`Rule::Differs`] or [`Rule::Count`].
    pub rule: Rule,
    /// Where, as a JSON pointer.
    pub pointer: String,
    /// What the left body has there; none for nothing.
    pub left: Option<Sketch>,
    /// What the right body has there; none for nothing.
    pub right: Option<Sketch>,
    /// Both values, for those who ask to see data.
    pub values: Option<(String, String)>,
}

impl Difference {
    /// What the right body shows. Two texts of one length look alike, and differ in their content.
    #[must_use]
    pub fn observed(&self) -> Observed {
        if self.left == self.right {
            Observed::OtherValue
        } else {
            Observed::value(self.right)
        }
    }
}

/// The documented part of a body in a form in which equal meanings are equal values.
///
/// Absent, null and empty optional members are alike where the shape says that they may be.
#[must_use]
pub fn canonical(value: &Value, shape: &Shape) -> Value {
    match (&shape.kind, value) {
        (Kind::Object(object), Value::Object(members)) => {
            let documented = object.members.iter().filter_map(|member| {
                let value = canonical(members.get(&member.name)?, &member.shape);
                Some((member.name.clone(), value))
            });
            documented.collect::<Map<_, _>>().into()
        }
        (Kind::List(item), Value::Array(items)) => {
            let mut items: Vec<Value> = items.iter().map(|value| canonical(value, item)).collect();
            items.sort_by_cached_key(Value::to_string);
            items.into()
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
        (_, Value::String(text)) => fold_line_ends(text).into(),
        (_, Value::Number(number)) => canonical_number(number).into(),
        _ => value.clone(),
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

/// Every place in which two bodies of a shape differ.
#[must_use]
pub fn differences(left: &Value, right: &Value, shape: &Shape) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(left, right, shape, "", &mut found);
    found
}

fn compare(left: &Value, right: &Value, shape: &Shape, pointer: &str, found: &mut Vec<Difference>) {
    if left == right {
        return;
    }
    match (&shape.kind, left, right) {
        (Kind::Object(object), Value::Object(a), Value::Object(b)) => {
            for member in &object.members {
                let pointer = below(pointer, &member.name);
                match (a.get(&member.name), b.get(&member.name)) {
                    (Some(a), Some(b)) => compare(a, b, &member.shape, &pointer, found),
                    (None, None) => {}
                    (a, b) if is_nothing(a, &member.shape) && is_nothing(b, &member.shape) => {}
                    (a, b) => found.push(difference(Rule::Differs, &pointer, a, b)),
                }
            }
        }
        (Kind::List(item), Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            if canonical(left, shape) == canonical(right, shape) {
                return;
            }
            for (at, (a, b)) in paired(a, b, item) {
                compare(a, b, item, &below(pointer, &at.to_string()), found);
            }
        }
        (Kind::List(_), Value::Array(_), Value::Array(_)) => {
            found.push(difference(Rule::Count, pointer, Some(left), Some(right)));
        }
        _ if canonical(left, shape) == canonical(right, shape) => {}
        // A value of another type is the schema's finding; here only its text counts.
        _ if is_same_text(left, right) => {}
        _ if is_nothing(Some(left), shape) && is_nothing(Some(right), shape) => {}
        _ => found.push(difference(Rule::Differs, pointer, Some(left), Some(right))),
    }
}

/// Pairs the items of two lists of the same length: by `id` where every item has one, else by place.
fn paired<'a>(
    left: &'a [Value],
    right: &'a [Value],
    item: &Shape,
) -> Vec<(usize, (&'a Value, &'a Value))> {
    let by_place = || left.iter().zip(right).enumerate().collect();
    if item.member("id").is_none() {
        return by_place();
    }
    let mut others: Vec<&Value> = right.iter().collect();
    let mut pairs = Vec::new();
    for (at, value) in left.iter().enumerate() {
        let id = value.get("id").and_then(text_form);
        let same_id = |other: &Value| other.get("id").and_then(text_form) == id;
        // Where several have one id, an equal one is the twin, else the first of them.
        let mut equal = others
            .iter()
            .position(|other| same_id(other) && canonical(other, item) == canonical(value, item));
        equal = equal.or_else(|| others.iter().position(|other| same_id(other)));
        let Some(other) = equal else {
            return by_place();
        };
        pairs.push((at, (value, others.remove(other))));
    }
    pairs
}

/// Whether a member is absent, or holds what XML cannot tell from absent.
fn is_nothing(value: Option<&Value>, shape: &Shape) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::String(text)) => text.is_empty() && shape.nullable,
        Some(Value::Object(members)) => members.is_empty() && shape.nullable,
        Some(_) => false,
    }
}

/// Whether two scalars of different types show the same text; a boolean in any letter case.
fn is_same_text(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Bool(flag), Value::String(text)) | (Value::String(text), Value::Bool(flag)) => {
            text.eq_ignore_ascii_case(&flag.to_string())
        }
        (Value::String(_), Value::String(_)) => false,
        _ => text_form(left).is_some() && text_form(left) == text_form(right),
    }
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

fn difference(
    rule: Rule,
    pointer: &str,
    left: Option<&Value>,
    right: Option<&Value>,
) -> Difference {
    let text = |value: Option<&Value>| value.map_or_else(String::new, Value::to_string);
    Difference {
        rule,
        pointer: pointer.to_owned(),
        left: left.map(Sketch::of),
        right: right.map(Sketch::of),
        values: Some((text(left), text(right))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{Member, Object};
    use serde_json::json;

    fn object(members: Vec<(&str, Kind)>) -> Shape {
        let members = members
            .into_iter()
            .map(|(name, kind)| Member {
                name: name.to_owned(),
                documented: name.to_owned(),
                shape: Shape::of(kind),
                optional: false,
                when: None,
                constant: None,
                span: crate::source::Span::default(),
            })
            .collect();
        Shape::of(Kind::Object(Object {
            members,
            ..Object::default()
        }))
    }

    #[test]
    fn equal_meanings_are_no_difference() {
        let shape = object(vec![
            ("when", Kind::DateTime(crate::shape::Fraction::Any)),
            ("guid", Kind::Guid),
            ("text", Kind::Text),
            ("tags", Kind::List(Box::new(Shape::of(Kind::Text)))),
        ]);
        let left = json!({"when": "2020-01-01T00:00:00.50Z", "guid": "AB", "text": "a\r\nb", "tags": ["x", "y"]});
        let right = json!({"when": "2020-01-01T01:00:00.5+01:00", "guid": "ab", "text": "a\nb", "tags": ["y", "x"]});
        assert_eq!(differences(&left, &right, &shape), []);
    }

    #[test]
    fn value_presence_and_count_are_told_apart() {
        let list = Kind::List(Box::new(Shape::of(Kind::Text)));
        let shape = object(vec![("a", Kind::Text), ("b", Kind::Integer), ("c", list)]);
        let left = json!({"a": "x", "b": 1, "c": ["p", "q"]});
        let right = json!({"a": "y", "c": ["p"]});
        let rules: Vec<Rule> = differences(&left, &right, &shape)
            .iter()
            .map(|d| d.rule)
            .collect();
        assert_eq!(rules, [Rule::Differs, Rule::Differs, Rule::Count]);
    }

    #[test]
    fn one_joined_text_is_not_two() {
        let shape = Shape::of(Kind::List(Box::new(Shape::of(Kind::Text))));
        let found = differences(&json!(["a", "b"]), &json!(["a,b"]), &shape);
        assert_eq!(found[0].rule, Rule::Count);
    }

    #[test]
    fn items_of_one_id_are_paired_in_order() {
        let item = Shape {
            nullable: true,
            ..Shape::of(Kind::Text)
        };
        let mut items = object(vec![("id", Kind::Integer), ("label", Kind::Text)]);
        if let Kind::Object(object) = &mut items.kind {
            object.members[1].shape = item;
        }
        let shape = Shape::of(Kind::List(Box::new(items)));
        let left =
            json!([{"id": 0, "label": null}, {"id": 0, "label": "b"}, {"id": 0, "label": "c"}]);
        let right =
            json!([{"id": 0, "label": ""}, {"id": 0, "label": "b"}, {"id": 0, "label": "c"}]);
        assert_eq!(differences(&left, &right, &shape), []);
    }

    #[test]
    fn undocumented_members_are_not_compared() {
        let shape = object(vec![("a", Kind::Integer)]);
        let found = differences(
            &json!({"a": 1, "x": 1}),
            &json!({"a": 1, "x": "2", "y": 3}),
            &shape,
        );
        assert_eq!(found, []);
    }
}
