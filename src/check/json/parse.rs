//! The text of a body as a tree, or why it is none.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::check::bound::{self, JSON_VALUE, MAX_VIOLATIONS};
use crate::check::{
    Excess, Expectation, Flaw, Observed, Promise, Rule, Violation, below, transport,
};
use crate::contract::Format;

/// Parses a body and tells what is wrong with its text; `None` where it cannot be read.
pub(super) fn body(
    expectation: &Expectation,
    text: &str,
    violations: &mut Vec<Violation>,
) -> Option<Value> {
    let mut duplicates = Vec::new();
    let mut left = Some(bound::most_values(text, JSON_VALUE));
    let body = match parse(text, &mut duplicates, &mut left) {
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
    Some(body)
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
