//! Which kinds of values stood in a place.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::adopt::resource::Resource;
use crate::check::Sketch;
use crate::profile::NotedType;
use crate::shape::{Fraction, Kind, text};

/// So many values of one form are no chance.
const ENOUGH: usize = 3;
/// The longest fraction of a date-time that is looked for.
const MAX_DIGITS: u8 = 9;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Null,
    Boolean,
    Integer,
    Fraction,
    Text,
    Guid,
    Date,
    Structure,
}

impl Sort {
    fn of(value: &Value) -> Self {
        match (Sketch::of(value), value) {
            (Sketch::Null, _) => Self::Null,
            (Sketch::Boolean, _) => Self::Boolean,
            (Sketch::Integer, _) => Self::Integer,
            (Sketch::Fraction, _) => Self::Fraction,
            (Sketch::Text(_), Value::String(value)) if text::is_guid(value) => Self::Guid,
            (Sketch::Text(_), Value::String(value)) if text::is_date_time(value, Fraction::Any) => {
                Self::Date
            }
            (Sketch::Text(_), _) => Self::Text,
            _ => Self::Structure,
        }
    }

    fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Guid | Self::Date)
    }

    fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Fraction)
    }
}

/// In which resources values of each kind stood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Kinds {
    all: BTreeMap<Sort, BTreeSet<Resource>>,
    /// How many digits the fractions of date-times had; none for a length of no kind.
    pub(super) digits: BTreeSet<Option<u8>>,
}

impl Kinds {
    pub(super) fn add(&mut self, value: &Value, resource: Resource) {
        let sort = Sort::of(value);
        self.all.entry(sort).or_default().insert(resource);
        if let (Sort::Date, Some(value)) = (sort, value.as_str()) {
            let fits = |digits: &u8| text::is_date_time(value, Fraction::Digits(*digits));
            self.digits.insert((0..=MAX_DIGITS).find(fits));
        }
    }

    /// In how many resources there was null.
    pub(super) fn nulls(&self) -> usize {
        self.times(Sort::Null)
    }

    /// The resources in which there was null.
    pub(super) fn where_null(&self) -> Option<&BTreeSet<Resource>> {
        self.all.get(&Sort::Null)
    }

    /// In how many there were date-times.
    pub(super) fn dates(&self) -> usize {
        self.times(Sort::Date)
    }

    fn times(&self, sort: Sort) -> usize {
        self.all.get(&sort).map_or(0, BTreeSet::len)
    }

    /// In how many there were values that were not null.
    pub(super) fn values(&self) -> usize {
        let values = self.all.iter().filter(|(sort, _)| **sort != Sort::Null);
        let values: BTreeSet<&Resource> = values.flat_map(|(_, of)| of).collect();
        values.len()
    }

    /// Whether there were values that were not null, and all of them are so.
    fn are_all(&self, is_meant: impl Fn(Sort) -> bool) -> bool {
        let mut values = self.all.keys().filter(|sort| **sort != Sort::Null);
        let first = values.next();
        first.is_some_and(|first| is_meant(*first)) && values.all(|sort| is_meant(*sort))
    }

    /// The narrowest type that all of them have.
    pub(super) fn noted(&self) -> NotedType {
        let are_many = |sort| self.are_all(|one| one == sort) && self.times(sort) >= ENOUGH;
        if self.are_all(|sort| sort == Sort::Integer) {
            NotedType::Integer
        } else if self.are_all(Sort::is_number) {
            NotedType::Number
        } else if self.are_all(|sort| sort == Sort::Boolean) {
            NotedType::Boolean
        } else if are_many(Sort::Guid) {
            NotedType::Guid
        } else if are_many(Sort::Date) {
            NotedType::DateTime
        } else if self.are_all(Sort::is_text) {
            NotedType::Text
        } else {
            NotedType::Any
        }
    }

    /// Whether some of them is not of a documented kind, as far as types go.
    pub(super) fn departs_from(&self, kind: &Kind) -> bool {
        let is_wanted = |sort: Sort| match kind {
            Kind::Object(_) | Kind::List(_) => sort == Sort::Structure,
            Kind::Unknown | Kind::Mixed => true,
            Kind::Text => sort.is_text(),
            Kind::Integer => sort == Sort::Integer,
            Kind::Number => sort.is_number(),
            Kind::Boolean => sort == Sort::Boolean,
            Kind::DateTime(Fraction::Any) => sort == Sort::Date,
            Kind::DateTime(Fraction::Digits(digits)) => {
                let mut all = self.digits.iter();
                sort == Sort::Date && all.all(|one| *one == Some(*digits))
            }
            Kind::Guid => sort == Sort::Guid,
        };
        let mut values = self.all.keys().filter(|sort| **sort != Sort::Null);
        values.any(|sort| !is_wanted(*sort))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(values: &[Value]) -> Kinds {
        let mut kinds = Kinds::default();
        for (at, value) in values.iter().enumerate() {
            kinds.add(value, Resource::number(at));
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
