//! Which kinds of values stood in a place.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::check::Sketch;
use crate::profile::NotedType;
use crate::shape::{Fraction, Kind, text};

/// So many values of one form are no chance.
const ENOUGH: usize = 3;
/// The longest fraction of a date-time that is looked for.
const MAX_DIGITS: u8 = 9;

/// How many values of each kind there were.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Kinds {
    pub(super) nulls: usize,
    booleans: usize,
    integers: usize,
    fractions: usize,
    texts: usize,
    guids: usize,
    pub(super) dates: usize,
    structures: usize,
    /// How many digits the fractions of date-times had; none for a length of no kind.
    pub(super) digits: BTreeSet<Option<u8>>,
}

impl Kinds {
    pub(super) fn add(&mut self, value: &Value) {
        match (Sketch::of(value), value) {
            (Sketch::Null, _) => self.nulls += 1,
            (Sketch::Boolean, _) => self.booleans += 1,
            (Sketch::Integer, _) => self.integers += 1,
            (Sketch::Fraction, _) => self.fractions += 1,
            (Sketch::Text(_), Value::String(value)) => {
                if text::is_guid(value) {
                    self.guids += 1;
                } else if text::is_date_time(value, Fraction::Any) {
                    self.dates += 1;
                    let fits = |digits: &u8| text::is_date_time(value, Fraction::Digits(*digits));
                    self.digits.insert((0..=MAX_DIGITS).find(fits));
                } else {
                    self.texts += 1;
                }
            }
            _ => self.structures += 1,
        }
    }

    pub(super) fn extend(&mut self, other: &Self) {
        self.nulls += other.nulls;
        self.booleans += other.booleans;
        self.integers += other.integers;
        self.fractions += other.fractions;
        self.texts += other.texts;
        self.guids += other.guids;
        self.dates += other.dates;
        self.structures += other.structures;
        self.digits.extend(other.digits.iter().copied());
    }

    /// How many values there were that were not null.
    pub(super) fn values(&self) -> usize {
        self.all_texts() + self.numbers() + self.booleans + self.structures
    }

    fn all_texts(&self) -> usize {
        self.texts + self.guids + self.dates
    }

    fn numbers(&self) -> usize {
        self.integers + self.fractions
    }

    /// The narrowest type that all of them have.
    pub(super) fn noted(&self) -> NotedType {
        let values = self.values();
        if values == 0 || self.structures > 0 {
            return NotedType::Any;
        }
        if self.numbers() == values {
            return match self.fractions {
                0 => NotedType::Integer,
                _ => NotedType::Number,
            };
        }
        if self.booleans == values {
            return NotedType::Boolean;
        }
        if self.all_texts() < values {
            return NotedType::Any;
        }
        if self.guids == values && values >= ENOUGH {
            NotedType::Guid
        } else if self.dates == values && values >= ENOUGH {
            NotedType::DateTime
        } else {
            NotedType::Text
        }
    }

    /// Whether some of them is not of a documented kind, as far as types go.
    pub(super) fn departs_from(&self, kind: &Kind) -> bool {
        let wanted = match kind {
            Kind::Object(_) | Kind::List(_) => return self.values() > self.structures,
            Kind::Unknown | Kind::Mixed => return false,
            Kind::Text => self.all_texts(),
            Kind::Integer => self.integers,
            Kind::Number => self.numbers(),
            Kind::Boolean => self.booleans,
            Kind::DateTime(Fraction::Any) => self.dates,
            Kind::DateTime(Fraction::Digits(digits)) => {
                let is_same = self.digits.iter().all(|one| *one == Some(*digits));
                if is_same { self.dates } else { 0 }
            }
            Kind::Guid => self.guids,
        };
        wanted < self.values()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(values: &[Value]) -> Kinds {
        let mut kinds = Kinds::default();
        for value in values {
            kinds.add(value);
        }
        kinds
    }

    #[test]
    fn the_type_is_the_narrowest_that_all_values_have() {
        let date = "2020-12-08T17:37:04.591Z";
        let guid = "00000000-0000-0000-0000-000000000000";
        for (values, expected) in [
            (vec![json!(1), json!(2)], NotedType::Integer),
            (vec![json!(1), json!(2.5)], NotedType::Number),
            (vec![json!(true)], NotedType::Boolean),
            (vec![json!("a"), json!("")], NotedType::Text),
            (vec![json!(date); 3], NotedType::DateTime),
            (vec![json!(date); 2], NotedType::Text),
            (vec![json!(guid); 3], NotedType::Guid),
            (vec![json!(guid), json!(""), json!(guid)], NotedType::Text),
            (vec![json!(1), json!("1")], NotedType::Any),
            (vec![json!([])], NotedType::Any),
            (vec![json!(null)], NotedType::Any),
        ] {
            assert_eq!(of(&values).noted(), expected, "{values:?}");
        }
    }

    #[test]
    fn values_of_another_kind_depart_from_the_documented_one() {
        let date = "2020-12-08T17:37:04.591Z";
        for (value, kind, departs) in [
            (json!(1), Kind::Integer, false),
            (json!(1), Kind::Number, false),
            (json!(1.5), Kind::Integer, true),
            (json!("1"), Kind::Integer, true),
            (json!(null), Kind::Integer, false),
            (json!(date), Kind::DateTime(Fraction::Any), false),
            (json!(date), Kind::DateTime(Fraction::Digits(3)), false),
            (json!(date), Kind::DateTime(Fraction::Digits(7)), true),
            (json!(date), Kind::Text, false),
            (json!("soon"), Kind::DateTime(Fraction::Any), true),
            (
                json!("x"),
                Kind::List(Box::new(crate::shape::Shape::of(Kind::Text))),
                true,
            ),
            (
                json!(["x"]),
                Kind::List(Box::new(crate::shape::Shape::of(Kind::Text))),
                false,
            ),
        ] {
            assert_eq!(
                of(std::slice::from_ref(&value)).departs_from(&kind),
                departs,
                "{value} {kind:?}"
            );
        }
    }
}
