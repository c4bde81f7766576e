//! JSON of a portal's, as a tree that is counted while it is made.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::budget::{Budget, Excess, Unread};
use crate::pointer::below;

/// More members that stand twice are not noted.
const MAX_TWICE: usize = 1000;

/// Reads a body of which nothing but its values is wanted.
///
/// # Errors
///
/// [`Unread`], where it is more than is read or no JSON.
pub(crate) fn value(body: &[u8]) -> Result<Value, Unread<serde_json::Error>> {
    value_within(body, Budget::json(body.len()))
}

fn value_within(body: &[u8], budget: Budget) -> Result<Value, Unread<serde_json::Error>> {
    let from = serde_json::Deserializer::from_slice(body);
    tree(from, &mut Vec::new(), &mut Bounds::of(budget))
}

/// Reads a text, and notes the pointers of members that stand twice in one object; `serde_json` alone keeps the
/// last.
///
/// # Errors
///
/// [`Unread`], where it is more than is read or no JSON.
pub(crate) fn noted(
    text: &str,
    duplicates: &mut Vec<String>,
) -> Result<Value, Unread<serde_json::Error>> {
    parse(text, duplicates, &mut Bounds::of(Budget::json(text.len())))
}

fn parse(
    text: &str,
    duplicates: &mut Vec<String>,
    bounds: &mut Bounds,
) -> Result<Value, Unread<serde_json::Error>> {
    tree(serde_json::Deserializer::from_str(text), duplicates, bounds)
}

/// What is more than may be read ends it, and stands in the bounds.
fn tree<'de, R: serde_json::de::Read<'de>>(
    mut from: serde_json::Deserializer<R>,
    duplicates: &mut Vec<String>,
    bounds: &mut Bounds,
) -> Result<Value, Unread<serde_json::Error>> {
    let seed = Tree {
        duplicates,
        bounds: &mut *bounds,
    };
    let read = seed.deserialize(&mut from);
    let read = read.and_then(|body| from.end().map(|()| body));
    read.map_err(|error| match bounds.excess {
        Some(excess) => Unread::Excess(excess),
        None => Unread::Malformed(error),
    })
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
            if members.contains_key(&name) && outer + twice.len() < MAX_TWICE {
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
    use crate::budget::weight;

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
        let mut bounds = Bounds::of(Budget::json(text.len()));
        let read = parse(&text, &mut Vec::new(), &mut bounds);
        assert!(matches!(read, Err(Unread::Excess(Excess::Memory(_)))));
    }

    #[test]
    fn a_body_of_which_values_are_wanted_is_counted_too() {
        let read = |body: &str, most| value_within(body.as_bytes(), Budget::limited(most));
        let body = format!("[{}1]", "1,".repeat(1000));
        assert!(matches!(read(&body, 1_000_000), Ok(Value::Array(_))));
        let excess = read(&body, 10_000);
        let Err(Unread::Excess(excess)) = excess else {
            panic!("{excess:?}");
        };
        assert_eq!(excess, Excess::Memory(10_000));
        for malformed in [&b"{"[..], b"", b"[1] 2", b"\"\xff\""] {
            assert!(matches!(value(malformed), Err(Unread::Malformed(_))));
        }
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
        let read = parse(&text, &mut Vec::new(), &mut bounds(100_000_000));
        let Err(Unread::Malformed(error)) = read else {
            panic!("{read:?}");
        };
        assert!(error.to_string().contains("recursion limit"), "{error}");
    }
}
