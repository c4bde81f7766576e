//! Other lawful values for the members of a documented example.

use serde_json::Value;

use crate::shape::domain::Domain;
use crate::shape::text::is_date_time;
use crate::shape::{Fraction, Kind, Shape};

const TEXTS: &[&str] = &[
    "",
    "Ünïcödé ¥ 東京 😀",
    "a < b && c > \"d\" 'e'",
    "back\\slash and \\/Products\\/CRM/x?y=z",
    "plain words",
    "0042",
    "true",
    "]]> &amp; <b>null</b>",
];
const DATES: &[&str] = &[
    "2021-03-04T05:06:07+03:00",
    "1999-12-31T23:59:59.1-11:30",
    "2024-02-29T12:00:00.123456789Z",
    "2020-12-08T20:37:04.0000000+14:00",
];
const GUIDS: &[&str] = &[
    "4a515a15-d4d6-4b8e-828e-e0586f18f3a3",
    "4A515A15-D4D6-4B8E-828E-E0586F18F3A4",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
];
const INTEGERS: &[i64] = &[0, 7, -3, 2_147_483_647, 42];
const NUMBERS: &[f64] = &[0.25, -1.5, 3.0];

/// Makes other values of the same shape, one after the other.
pub(crate) struct Values {
    /// Which of the other resources this is, from 1.
    pub(crate) which: usize,
    /// How many values have been made.
    pub(crate) made: usize,
}

impl Values {
    /// A value of the same shape as the example, with other content and other lengths of lists.
    pub(crate) fn other(&mut self, example: &Value, shape: &Shape) -> Value {
        self.made += 1;
        if shape.nullable && self.may_lack() && self.is_nth(3) {
            return Value::Null;
        }
        if let Some(domain) = &shape.domain {
            return self.within(example, shape, domain);
        }
        match example {
            Value::Null => Value::Null,
            Value::Bool(value) => Value::Bool(*value ^ (self.made + self.which).is_multiple_of(2)),
            Value::Number(number) if number.is_f64() => Value::from(self.pick(NUMBERS)),
            Value::Number(_) => Value::from(self.pick(INTEGERS)),
            Value::String(_) => Value::from(match shape.kind {
                Kind::DateTime(fraction) => self.date(fraction),
                Kind::Guid => self.pick(GUIDS),
                _ => self.pick(TEXTS),
            }),
            Value::Array(items) => Value::Array(self.items(items, shape)),
            Value::Object(members) => members
                .iter()
                .filter_map(|(name, value)| {
                    let member = shape.member(name);
                    let optional = member.is_some_and(|member| member.optional);
                    if optional && self.may_lack() && self.is_nth(4) {
                        return None;
                    }
                    let inner = member.map_or(shape, |member| &member.shape);
                    Some((name.clone(), self.other(value, inner)))
                })
                .collect(),
        }
    }

    /// Another value that the domain has, or the example.
    fn within(&self, example: &Value, shape: &Shape, domain: &Domain) -> Value {
        let any: Vec<Value> = match &shape.kind {
            _ if !domain.one_of.is_empty() => domain.one_of.clone(),
            Kind::Integer => INTEGERS.iter().copied().map(Value::from).collect(),
            Kind::Number => NUMBERS.iter().copied().map(Value::from).collect(),
            Kind::Text => TEXTS.iter().copied().map(Value::from).collect(),
            _ => Vec::new(),
        };
        let mut any: Vec<Value> = any
            .into_iter()
            .filter(|value| domain.outside(value).is_none())
            .collect();
        match any.len() {
            0 => example.clone(),
            known => any.swap_remove((self.made + self.which) % known),
        }
    }

    fn items(&mut self, items: &[Value], shape: &Shape) -> Vec<Value> {
        let Some(example) = items.first() else {
            return Vec::new();
        };
        let count = match (example, self.which) {
            (Value::Object(_), 1) => 2,
            (Value::Object(_), 3) | (_, 2) => 0,
            (Value::Object(_), _) | (_, 3) => 1,
            _ => 3,
        };
        let item = match &shape.kind {
            Kind::List(item) => item,
            _ => shape,
        };
        (0..count).map(|_| self.other(example, item)).collect()
    }

    /// Whether the resource lacks some of what it may lack; the first two have everything.
    fn may_lack(&self) -> bool {
        self.which > 1
    }

    /// Whether it is the turn of something that is done to one value in so many.
    fn is_nth(&self, every: usize) -> bool {
        (self.made + self.which).is_multiple_of(every)
    }

    fn date(&self, fraction: Fraction) -> &'static str {
        let mut dates = DATES
            .iter()
            .cycle()
            .skip(self.made + self.which)
            .take(DATES.len());
        let wanted = dates.find(|date| is_date_time(date, fraction));
        wanted.copied().unwrap_or(DATES[0])
    }

    fn pick<T: Copy>(&self, pool: &[T]) -> T {
        pool[(self.made + self.which) % pool.len()]
    }
}
