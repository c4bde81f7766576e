//! Values that a place does not admit, beyond their type.

use serde_json::Value;

use crate::check::meaning::is_whole;
use crate::check::{Observed, Promise, Rule, Sketch};
use crate::shape::Shape;
use crate::shape::domain::{Domain, Outside};

/// What is wrong with a value of the right type: the rule, what was expected, what came.
pub(super) fn breach(shape: &Shape, value: &Value) -> Option<(Rule, Promise, Observed)> {
    let domain = shape.domain.as_deref()?;
    let outside = domain.outside(value)?;
    let number = |whole: Observed| match value {
        value if is_whole(value) => whole,
        value => Observed::Value(Sketch::of(value)),
    };
    let (rule, expected) = promise(domain, outside);
    let actual = match outside {
        Outside::Unlisted => number(Observed::OtherInteger),
        Outside::Below => number(Observed::SmallerInteger),
        Outside::Above => number(Observed::LargerInteger),
        Outside::Unlike => Observed::Value(Sketch::of(value)),
    };
    Some((rule, expected, actual))
}

fn promise(domain: &Domain, outside: Outside) -> (Rule, Promise) {
    match outside {
        Outside::Unlisted => {
            let listed = domain.one_of.iter().map(|value| match value {
                Value::String(text) => text.clone(),
                value => value.to_string(),
            });
            (Rule::OneOf, Promise::OneOf(listed.collect()))
        }
        Outside::Below => {
            let least = domain.at_least.unwrap_or(i64::MIN);
            (Rule::TooSmall, Promise::AtLeast(least))
        }
        Outside::Above => {
            let most = domain.at_most.unwrap_or(i64::MAX);
            (Rule::TooLarge, Promise::AtMost(most))
        }
        Outside::Unlike => {
            let pattern = domain.matches.as_ref();
            let pattern = pattern.map(ToString::to_string).unwrap_or_default();
            (Rule::Matches, Promise::Matches(pattern))
        }
    }
}
