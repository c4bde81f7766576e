//! A JSON body held against its schema.

use std::fmt;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError, Validator};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::check::bound::{self, JSON_VALUE, MAX_AT_ONCE, MAX_VIOLATIONS};
use crate::check::transport;
use crate::check::{
    Excess, Expectation, Flaw, Name, Observed, Promise, Rule, Sketch, Violation, below,
};
use crate::contract::Format;
use crate::shape::{Kind, Object, Shape, Type, text};

/// Compiles a generated schema; its formats are judged as the XML shapes judge theirs.
pub(super) fn validator(schema: &Value) -> Validator {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .with_format("date-time", |value: &str| text::date_time(value).is_some())
        .with_format("uuid", text::is_guid)
        .build(schema)
        // A generated schema is always one; the test below compiles those of the built-in pages.
        .unwrap_or_else(|error| unreachable!("a generated schema does not compile: {error}"))
}

/// Parses a body and judges its members.
pub(super) fn read(
    expectation: &Expectation,
    text: &str,
    violations: &mut Vec<Violation>,
) -> Option<Value> {
    let mut duplicates = Vec::new();
    let mut left = Some(bound::most_values(text, JSON_VALUE));
    let mut body = match parse(text, &mut duplicates, &mut left) {
        Ok(body) => body,
        Err(_) if left.is_none() => {
            let most = bound::most_values(text, JSON_VALUE);
            violations.push(transport::violation(
                expectation,
                Rule::NoAnswer,
                Promise::ReadableAnswer,
                Observed::Excess(Excess::Values(most)),
            ));
            return None;
        }
        Err(error) => {
            let flaw = if text.trim().is_empty() {
                Flaw::Empty
            } else {
                flaw(&error)
            };
            violations.push(transport::violation(
                expectation,
                Rule::Syntax,
                Promise::Syntax(Format::Json),
                Observed::Syntax(flaw),
            ));
            return None;
        }
    };
    for pointer in duplicates {
        let mut found = transport::violation(
            expectation,
            Rule::DuplicateMember,
            Promise::Once,
            Observed::Twice,
        );
        (found.promised, found.member) = expectation.promise(&pointer);
        found.pointer = pointer;
        violations.push(found);
    }
    if let Some(validator) = &expectation.validator {
        if bound::values(&body) <= MAX_AT_ONCE {
            errors(expectation, validator, &body, violations);
        } else if !validator.is_valid(&body) {
            in_pieces(expectation, validator, &mut body, violations);
        }
    }
    if expectation.strict {
        undocumented(
            expectation,
            &body,
            &expectation.answer.envelope,
            "",
            violations,
        );
    }
    Some(body)
}

fn errors(
    expectation: &Expectation,
    validator: &Validator,
    body: &Value,
    violations: &mut Vec<Violation>,
) {
    for error in validator.iter_errors(body) {
        judge(expectation, body, &error, violations);
    }
}

/// Judges a large body piece by piece, as all its errors at once could take any amount of memory.
fn in_pieces(
    expectation: &Expectation,
    validator: &Validator,
    body: &mut Value,
    violations: &mut Vec<Violation>,
) {
    let before = violations.len();
    let payload = expectation.answer.payload_pointer();
    let items = match body.pointer_mut(&payload) {
        Some(Value::Array(items)) => std::mem::take(items),
        _ => Vec::new(),
    };
    for piece in bound::pieces(&items) {
        if violations.len() >= MAX_VIOLATIONS {
            break;
        }
        let (start, found) = (piece.start, violations.len());
        if let Some(place) = body.pointer_mut(&payload) {
            *place = items[piece].to_vec().into();
        }
        let small = bound::pruned(body, &mut MAX_AT_ONCE.clone());
        errors(expectation, validator, &small, violations);
        let mut told = violations.split_off(found);
        // What stands around the payload was told with the first piece.
        told.retain_mut(|violation| relocate(violation, &payload, start) || start == 0);
        violations.append(&mut told);
    }
    if let Some(place) = body.pointer_mut(&payload)
        && !items.is_empty()
    {
        *place = items.into();
    } else {
        let small = bound::pruned(body, &mut MAX_AT_ONCE.clone());
        errors(expectation, validator, &small, violations);
    }
    if violations.len() == before {
        let actual = Observed::BreachBeyond(MAX_AT_ONCE);
        violations.push(expectation.violation(Rule::Type, &payload, Promise::AsDocumented, actual));
    }
}

/// Moves a violation in an item of the payload to the item's place in the whole list; false where it is
/// in no item.
fn relocate(violation: &mut Violation, payload: &str, start: usize) -> bool {
    let inside = violation.pointer.strip_prefix(payload);
    let Some(rest) = inside.and_then(|rest| rest.strip_prefix('/')) else {
        return false;
    };
    let (index, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let Ok(index) = index.parse::<usize>() else {
        return false;
    };
    violation.pointer = format!("{payload}/{}{rest}", start + index);
    true
}

/// What is wrong with the syntax, without the text around it.
fn flaw(error: &serde_json::Error) -> Flaw {
    let (line, column) = (error.line(), error.column());
    let words = error.to_string();
    let message = words
        .strip_suffix(&format!(" at line {line} column {column}"))
        .unwrap_or(&words);
    // Messages of the parser that quote the body carry the portal's data.
    let message = if message.contains(['`', '"']) {
        "another text"
    } else {
        message
    };
    Flaw::Parser {
        message: message.to_owned(),
        line,
        column,
    }
}

/// Turns one error of the schema library into a violation in our words.
fn judge(
    expectation: &Expectation,
    body: &Value,
    error: &ValidationError<'_>,
    violations: &mut Vec<Violation>,
) {
    if violations.len() >= MAX_VIOLATIONS {
        return;
    }
    let pointer = error.instance_path().as_str();
    let instance = error.instance();
    let shape = shape_at(&expectation.answer.envelope, pointer);
    let expected = shape.map_or(
        Promise::Type {
            kind: Type::Anything,
            or_null: false,
        },
        Promise::of,
    );
    let mut add = |rule, pointer: &str, expected, actual| {
        let mut found = expectation.violation(rule, pointer, expected, actual);
        found.value = body.pointer(pointer).map(bound::shown);
        violations.push(found);
    };
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let pointer = below(pointer, name);
            let members = shape.map_or(&[][..], Shape::members);
            let known: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
            let (rule, actual) = missing(name, instance, &known);
            let expected = expectation.presence(&pointer);
            add(rule, &pointer, expected, actual);
        }
        ValidationErrorKind::Type { kind } => {
            let wants_integer = matches!(kind, TypeKind::Single(JsonType::Integer))
                || matches!(kind, TypeKind::Multiple(set) if set.contains(JsonType::Integer));
            let rule = match instance.as_ref() {
                Value::Null => Rule::Null,
                Value::Number(_) if wants_integer => Rule::Fraction,
                _ => Rule::Type,
            };
            add(
                rule,
                pointer,
                expected,
                Observed::Value(Sketch::of(instance)),
            );
        }
        ValidationErrorKind::Format { format } => {
            let rule = if format == "uuid" {
                Rule::Guid
            } else {
                Rule::DateTime
            };
            add(
                rule,
                pointer,
                expected,
                Observed::Value(Sketch::of(instance)),
            );
        }
        ValidationErrorKind::Pattern { .. } => {
            // A text that is no date-time at all is told by its format.
            if instance.as_str().and_then(text::date_time).is_some() {
                add(
                    Rule::DateTime,
                    pointer,
                    expected,
                    Observed::Value(Sketch::of(instance)),
                );
            }
        }
        ValidationErrorKind::Constant { expected_value } => {
            // A value of another type is told by its type already.
            if instance.is_i64() || instance.is_u64() {
                let expected = expected_value.as_i64().map_or(expected, Promise::Constant);
                add(Rule::Constant, pointer, expected, Observed::OtherInteger);
            }
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            for name in unexpected.iter().take(MAX_VIOLATIONS) {
                let pointer = below(pointer, name);
                let actual = Observed::value(instance.get(name).map(Sketch::of));
                add(Rule::Undocumented, &pointer, Promise::NoMember, actual);
            }
        }
        ValidationErrorKind::AnyOf { context } => {
            // The first branch is the documented shape, the second `null`.
            for error in context.iter().take(1).flatten() {
                judge(expectation, body, error, violations);
            }
        }
        other => add(
            Rule::Type,
            pointer,
            expected,
            Observed::Keyword(other.keyword().to_owned()),
        ),
    }
}

/// How many members are looked at for the name of one that is missing.
const MAX_OTHERS: usize = 500;
/// The longest name that could be another member's, in bytes.
const MAX_NAME: usize = 100;

/// Whether a missing member stands there under another letter case, or under a name like its own.
pub(super) fn missing(name: &str, object: &Value, known: &[&str]) -> (Rule, Observed) {
    let members = object.as_object();
    let mut others = members
        .into_iter()
        .flat_map(Map::keys)
        .take(MAX_OTHERS)
        .filter(|other| other.len() <= MAX_NAME)
        .filter(|other| !known.contains(&other.as_str()));
    let near = others
        .clone()
        .find(|other| other.to_lowercase() == name.to_lowercase());
    if let Some(other) = near {
        return (Rule::LetterCase, Observed::InItsPlace(Name::of(other)));
    }
    let actual = others
        .find(|other| strsim::jaro_winkler(other, name) > 0.9)
        .map_or(Observed::Missing, |other| {
            Observed::Renamed(Name::of(other))
        });
    (Rule::Missing, actual)
}

fn undocumented(
    expectation: &Expectation,
    value: &Value,
    shape: &Shape,
    pointer: &str,
    violations: &mut Vec<Violation>,
) {
    if violations.len() >= MAX_VIOLATIONS {
        return;
    }
    match (value, &shape.kind) {
        (Value::Array(items), Kind::List(item)) => {
            for (at, value) in items.iter().enumerate() {
                let pointer = below(pointer, &at.to_string());
                undocumented(expectation, value, item, &pointer, violations);
            }
        }
        (Value::Object(members), Kind::Object(Object { closed, .. })) => {
            for (name, value) in members {
                let pointer = below(pointer, name);
                match shape.member(name) {
                    Some(member) => {
                        undocumented(expectation, value, &member.shape, &pointer, violations);
                    }
                    None if !closed => violations.push(expectation.violation(
                        Rule::Undocumented,
                        &pointer,
                        Promise::NoMember,
                        Observed::Value(Sketch::of(value)),
                    )),
                    None => {}
                }
            }
        }
        _ => {}
    }
}

/// The shape at a place; `None` where nothing is documented.
fn shape_at<'a>(root: &'a Shape, pointer: &str) -> Option<&'a Shape> {
    pointer.split('/').skip(1).try_fold(root, |shape, token| {
        let token = token.replace("~1", "/").replace("~0", "~");
        match &shape.kind {
            Kind::List(item) => Some(item.as_ref()),
            Kind::Object(_) => shape.member(&token).map(|member| &member.shape),
            _ => None,
        }
    })
}

/// Parses JSON and notes the members that stand twice in one object; `serde_json` alone keeps the last.
///
/// `left` is how many values there may be; none is left of it where there are more.
fn parse(
    text: &str,
    duplicates: &mut Vec<String>,
    left: &mut Option<usize>,
) -> Result<Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let seed = Tree { duplicates, left };
    let body = seed.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(body)
}

/// Builds a tree; the pointers of what stands twice grow on the way back up, so that a tree without
/// duplicates costs nothing more.
struct Tree<'a> {
    duplicates: &'a mut Vec<String>,
    /// How many more values there may be; none once there were too many.
    left: &'a mut Option<usize>,
}

/// Puts a step before the pointers that were found below it.
fn lead(duplicates: &mut [String], step: &str) {
    let step = below("", step);
    for pointer in duplicates {
        pointer.insert_str(0, &step);
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        *self.left = self.left.and_then(|left| left.checked_sub(1));
        if self.left.is_none() {
            return Err(de::Error::custom("too many values"));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        loop {
            let found = self.duplicates.len();
            let seed = Tree {
                duplicates: &mut *self.duplicates,
                left: &mut *self.left,
            };
            match items.next_element_seed(seed)? {
                Some(item) => {
                    if self.duplicates.len() > found {
                        lead(&mut self.duplicates[found..], &list.len().to_string());
                    }
                    list.push(item);
                }
                None => return Ok(list.into()),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            let found = self.duplicates.len();
            if members.contains_key(&name) && found < MAX_VIOLATIONS {
                self.duplicates.push(String::new());
            }
            let seed = Tree {
                duplicates: &mut *self.duplicates,
                left: &mut *self.left,
            };
            let value = entries.next_value_seed(seed)?;
            if self.duplicates.len() > found {
                lead(&mut self.duplicates[found..], &name);
            }
            members.insert(name, value);
        }
        Ok(members.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_that_stand_twice_are_noted_with_their_place() {
        let mut duplicates = Vec::new();
        let body = parse(
            r#"{"a": [{"b": 1, "b": 2}]}"#,
            &mut duplicates,
            &mut Some(100),
        )
        .unwrap();
        assert_eq!(duplicates, ["/a/0/b"]);
        assert_eq!(body.pointer("/a/0/b"), Some(&Value::from(2)));
    }

    #[test]
    fn only_json_is_json() {
        for text in [
            "",
            "{} x",
            "{'a': 1}",
            "[1,]",
            "NaN",
            "{\"a\": 01}",
            "[1 2]",
            "\"\u{1}\"",
        ] {
            assert!(
                parse(text, &mut Vec::new(), &mut Some(100)).is_err(),
                "{text}"
            );
        }
        for text in [
            " [1]\n",
            "1e3",
            "\"\\ud83d\\ude00\"",
            "{\"a\\u0062\": -0.0}",
        ] {
            assert!(
                parse(text, &mut Vec::new(), &mut Some(100)).is_ok(),
                "{text}"
            );
        }
    }

    #[test]
    fn deep_nesting_is_an_error_not_a_crash() {
        let text = "[".repeat(100_000);
        let error = parse(&text, &mut Vec::new(), &mut Some(100_000)).unwrap_err();
        assert!(error.to_string().contains("recursion limit"), "{error}");
    }
}
