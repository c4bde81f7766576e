//! The text of a body as a tree, or why it is none.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::check::bound::{Budget, MAX_VIOLATIONS};
use crate::check::{
    Excess, Expectation, Flaw, Observed, Promise, Rule, Violation, below, transport,
};
use crate::contract::Format;
use crate::input;

/// Parses a body and tells what is wrong with its text; `None` where it cannot be read.
pub(super) fn body(
    expectation: &Expectation,
    text: &str,
    violations: &mut Vec<Violation>,
) -> Option<Value> {
    let mut duplicates = Vec::new();
    let mut bounds = Bounds::of(Budget::of(text, Format::Json));
    let body = match (parse(text, &mut duplicates, &mut bounds), bounds.excess) {
        (Ok(body), _) => body,
        (Err(_), Some(excess)) => {
            violations.push(transport::violation(
                expectation,
                Rule::NoAnswer,
                Promise::ReadableAnswer,
                Observed::Excess(excess),
            ));
            return None;
        }
        (Err(error), None) => {
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
    let message = input::message(error);
    // What is said of values quotes them, and they are the portal's data.
    let message = if error.is_data() {
        "another text".to_owned()
    } else {
        message
    };
    Flaw::Parser {
        message,
        line,
        column,
    }
}

/// Parses JSON and notes the members that stand twice in one object; `serde_json` alone keeps the last.
///
/// What is more than may be read ends it, and stands in the bounds.
fn parse(
    text: &str,
    duplicates: &mut Vec<String>,
    bounds: &mut Bounds,
) -> Result<Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let seed = Tree { duplicates, bounds };
    let body = seed.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(body)
}

/// Builds a tree; the pointers of what stands twice grow on the way back up, so that a tree without
/// duplicates costs nothing more.
struct Tree<'a> {
    duplicates: &'a mut Vec<String>,
    bounds: &'a mut Bounds,
}

/// How much may be read, and what was more.
struct Bounds {
    budget: Budget,
    excess: Option<Excess>,
    /// What was read of the objects that are still open, the outer ones first: an object is made when it is
    /// known how many members it has.
    members: Vec<(String, Value)>,
}

impl Bounds {
    fn of(budget: Budget) -> Self {
        Self {
            budget,
            excess: None,
            members: Vec::new(),
        }
    }

    fn hold<E: de::Error>(
        &mut self,
        take: impl FnOnce(&mut Budget) -> Result<(), Excess>,
    ) -> Result<(), E> {
        take(&mut self.budget).map_err(|excess| {
            self.excess = Some(excess);
            E::custom("more than is read")
        })
    }

    /// Puts a step before the pointers that were found below it: each is moved, however long it is.
    fn lead<E: de::Error>(&mut self, pointers: &mut [String], step: &str) -> Result<(), E> {
        let step = below("", step);
        for pointer in pointers {
            self.hold(|budget| budget.take(step.len() + pointer.len()))?;
            pointer.insert_str(0, &step);
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.bounds.hold(Budget::value)?;
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
        self.bounds.hold(|budget| budget.text(value))?;
        Ok(value.into())
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<Value, E> {
        self.bounds.hold(|budget| budget.text(&value))?;
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let Tree { duplicates, bounds } = self;
        let mut list = Vec::new();
        loop {
            let found = duplicates.len();
            let seed = Tree {
                duplicates: &mut *duplicates,
                bounds: &mut *bounds,
            };
            let Some(item) = items.next_element_seed(seed)? else {
                break;
            };
            if duplicates.len() > found {
                bounds.lead(&mut duplicates[found..], &list.len().to_string())?;
            }
            list.push(item);
        }
        list.shrink_to_fit();
        bounds.budget.list(list.len());
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let Tree { duplicates, bounds } = self;
        let first = bounds.members.len();
        let outer = duplicates.len();
        while let Some(name) = entries.next_key::<String>()? {
            let is_first = bounds.members.len() == first;
            bounds.hold(|budget| budget.member(&name, is_first))?;
            let found = duplicates.len();
            let seed = Tree {
                duplicates: &mut *duplicates,
                bounds: &mut *bounds,
            };
            let value = entries.next_value_seed(seed)?;
            if duplicates.len() > found {
                bounds.lead(&mut duplicates[found..], &name)?;
            }
            bounds.members.push((name, value));
        }
        let count = bounds.members.len() - first;
        let mut members = Map::with_capacity(count);
        let mut twice = Vec::new();
        for (name, value) in bounds.members.drain(first..) {
            if members.contains_key(&name) && outer + twice.len() < MAX_VIOLATIONS {
                twice.push(below("", &name));
            }
            members.insert(name, value);
        }
        bounds.budget.object(count);
        duplicates.splice(outer..outer, twice);
        Ok(members.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::bound::weight;

    fn bounds(most: usize) -> Bounds {
        Bounds::of(Budget::limited(most))
    }

    #[test]
    fn every_mix_of_values_takes_of_the_budget_what_its_tree_weighs() {
        for text in [
            "[1,2,3]",
            r#"["a","\\u0041b"]"#,
            r#"[{"abcdefghijk":"x"},{"abcdefghijk":"x"}]"#,
            r#"{"a":{"b":[{},[],null]},"c":true}"#,
        ] {
            let body: Value = serde_json::from_str(text).unwrap();
            let mut within = bounds(10_000);
            assert_eq!(parse(text, &mut Vec::new(), &mut within).unwrap(), body);
            let taken = 10_000 - within.budget.left();
            assert_eq!(taken, weight(&body), "{text}");
            let mut short = bounds(taken - 1);
            assert!(parse(text, &mut Vec::new(), &mut short).is_err());
        }
    }

    #[test]
    fn the_places_of_what_stands_twice_are_moved_within_bounds() {
        let name = "n".repeat(10_000);
        let open = format!("{{\"{name}\":").repeat(60);
        let twice = ",\"a\":1".repeat(1000);
        let text = format!("{open}{{\"a\":1{twice}}}{}", "}".repeat(60));
        let mut bounds = Bounds::of(Budget::of(&text, Format::Json));
        assert!(parse(&text, &mut Vec::new(), &mut bounds).is_err());
        assert!(matches!(bounds.excess, Some(Excess::Memory(_))));
    }

    #[test]
    fn members_that_stand_twice_are_noted_with_their_place() {
        let mut duplicates = Vec::new();
        let body = parse(
            r#"{"a": [{"b": 1, "b": 2}]}"#,
            &mut duplicates,
            &mut bounds(10_000),
        )
        .unwrap();
        assert_eq!(duplicates, ["/a/0/b"]);
        let mut duplicates = Vec::new();
        let text = r#"{"c": 1, "a": {"b": 1, "b": 2}, "c": 2, "a": 1}"#;
        parse(text, &mut duplicates, &mut bounds(10_000)).unwrap();
        assert_eq!(duplicates, ["/c", "/a", "/a/b"]);
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
                parse(text, &mut Vec::new(), &mut bounds(10_000)).is_err(),
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
                parse(text, &mut Vec::new(), &mut bounds(10_000)).is_ok(),
                "{text}"
            );
        }
    }

    #[test]
    fn deep_nesting_is_an_error_not_a_crash() {
        let text = "[".repeat(100_000);
        let error = parse(&text, &mut Vec::new(), &mut bounds(100_000_000)).unwrap_err();
        assert!(error.to_string().contains("recursion limit"), "{error}");
    }
}
