//! A JSON body held against its schema.
//!
//! The schema decides whether a body keeps the contract. Where it does not, one walk over the body and
//! its shape says where and why; the test of agreement holds the two against each other.

mod parse;
mod walk;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jsonschema::paths::Location;
use jsonschema::{Keyword, ValidationError, Validator};
use serde_json::{Map, Value};

use crate::check::bound::MAX_VIOLATIONS;
use crate::check::{Expectation, Observed, Promise, Rule, Violation};
use crate::shape::domain::Pattern;
use crate::shape::{Fraction, Kind, Shape, text};
use walk::{Sought, Walk};

/// Compiles the schema that was generated of a shape, whose regular expressions it takes as they are; its formats
/// are judged as the XML shapes judge theirs.
pub(super) fn validator(schema: &Value, shape: &Shape) -> Validator {
    let made = shape.patterns().into_iter();
    let made = made.map(|pattern| (pattern.as_str().to_owned(), pattern.clone()));
    let made: Mutex<HashMap<String, Pattern>> = Mutex::new(made.collect());
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .with_format("date-time", |value: &str| {
            text::is_date_time(value, Fraction::Any)
        })
        .with_format("uuid", text::is_guid)
        .with_keyword(
            "pattern",
            move |_: &Map<String, Value>, pattern: &Value, _: Location| matching(pattern, &made),
        )
        .build(schema)
        // A generated schema is always one; the test below compiles those of the built-in pages.
        .unwrap_or_else(|error| unreachable!("a generated schema does not compile: {error}"))
}

/// A pattern of a generated schema; matched as the walk does, in linear time, whatever the portal sends.
struct Matching(Pattern);

impl Keyword for Matching {
    fn validate<'i>(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) {
            Ok(())
        } else {
            Err(ValidationError::custom("does not match"))
        }
    }

    fn is_valid(&self, instance: &Value) -> bool {
        instance.as_str().is_none_or(|text| self.0.is_match(text))
    }
}

/// A pattern as a keyword; most of a schema are the same, so that each is made once.
fn matching<'a>(
    pattern: &Value,
    made: &Mutex<HashMap<String, Pattern>>,
) -> Result<Box<dyn Keyword>, ValidationError<'a>> {
    let text = pattern.as_str().unwrap_or_default();
    let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
    let pattern = match made.get(text) {
        Some(pattern) => pattern.clone(),
        None => {
            let pattern = Pattern::within(text);
            let pattern = pattern.map_err(|error| ValidationError::custom(error.to_string()))?;
            made.insert(text.to_owned(), pattern.clone());
            pattern
        }
    };
    Ok(Box::new(Matching(pattern)))
}

/// Parses a body and judges its members.
pub(super) fn read(
    expectation: &Expectation,
    text: &str,
    violations: &mut Vec<Violation>,
) -> Option<Value> {
    let body = parse::body(expectation, text, violations)?;
    let is_valid = expectation.validator().is_valid(&body);
    let sought = Sought {
        breaches: !is_valid,
        undocumented: expectation.strict,
        lookalikes: has_optional(&expectation.answer.envelope),
        sealed: has_sealed(&expectation.answer.envelope),
    };
    if !is_valid || sought.undocumented || sought.lookalikes || sought.sealed {
        let found = Walk::new(expectation, sought, violations).whole(&body);
        if !is_valid && found == 0 && violations.len() < MAX_VIOLATIONS {
            let payload = expectation.answer.payload_pointer();
            let (expected, actual) = (Promise::AsDocumented, Observed::Breach);
            violations.push(expectation.violation(Rule::Type, &payload, expected, actual));
        }
    }
    Some(body)
}

/// A body as it is; `None` for what cannot be read.
pub(super) fn tree(expectation: &Expectation, text: &str) -> Option<Value> {
    parse::body(expectation, text, &mut Vec::new())
}

/// What the walk alone finds that a schema could find as well.
pub(super) fn members(
    expectation: &Expectation,
    text: &str,
    violations: &mut Vec<Violation>,
) -> Option<Value> {
    let body = parse::body(expectation, text, violations)?;
    let sought = Sought {
        breaches: true,
        ..Sought::default()
    };
    Walk::new(expectation, sought, violations).whole(&body);
    Some(body)
}

/// Whether any object in a shape admits not all other members.
fn has_sealed(shape: &Shape) -> bool {
    match &shape.kind {
        Kind::List(item) => has_sealed(item),
        Kind::Object(object) => {
            object.sealed || !object.write_only.is_empty() || object.shapes().any(has_sealed)
        }
        _ => false,
    }
}

/// Whether anything in a shape may be missing.
fn has_optional(shape: &Shape) -> bool {
    match &shape.kind {
        Kind::List(item) => has_optional(item),
        Kind::Object(object) => {
            object.members.iter().any(|member| member.optional) || object.shapes().any(has_optional)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{Member, Object};

    fn object(optional: bool, kind: Kind) -> Shape {
        let member = Member {
            name: "a".to_owned(),
            documented: "a".to_owned(),
            shape: Shape::of(kind),
            optional,
            seen: crate::shape::Seen::default(),
            when: None,
            constant: None,
            span: crate::source::Span::default(),
        };
        Shape::of(Kind::Object(Object {
            members: vec![member],
            ..Object::default()
        }))
    }

    #[test]
    fn what_may_be_missing_is_seen_at_any_depth() {
        let list = |item: Shape| Kind::List(Box::new(item));
        for (shape, expected) in [
            (Shape::of(Kind::Text), false),
            (object(false, Kind::Text), false),
            (object(true, Kind::Text), true),
            (object(false, object(true, Kind::Text).kind), true),
            (object(false, object(false, Kind::Text).kind), false),
            (Shape::of(list(object(true, Kind::Text))), true),
            (Shape::of(list(object(false, Kind::Text))), false),
            (object(false, list(object(true, Kind::Text))), true),
        ] {
            assert_eq!(has_optional(&shape), expected, "{shape:?}");
        }
    }
}
