//! Values that a place does not admit, beyond their type.

use serde_json::Value;

use crate::check::meaning::is_whole;
use crate::check::{Observed, Promise, Rule, Sketch};
use crate::shape::Shape;
use crate::shape::domain::{Domain, Outside, Pattern};
use crate::source::Span;

/// What is wrong with a value of the right type.
pub(super) struct Breach {
    pub(super) rule: Rule,
    pub(super) expected: Promise,
    pub(super) actual: Observed,
    /// Where it is said, if somewhere else than of the member itself.
    pub(super) said: Option<Span>,
}

/// What is wrong with a value of the right type.
pub(super) fn breach(shape: &Shape, value: &Value) -> Option<Breach> {
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
        Outside::Unlike | Outside::Short | Outside::Long => Observed::Value(Sketch::of(value)),
    };
    Some(Breach {
        rule,
        expected,
        actual,
        said: domain.said.of(outside),
    })
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
        Outside::Short | Outside::Long => {
            let (least, most) = (domain.shortest, domain.longest);
            (Rule::Length, Promise::Length { least, most })
        }
        Outside::Unlike => {
            let pattern = domain.matches.as_ref();
            let promise = match pattern.and_then(Pattern::format) {
                Some(format) => Promise::Format(format),
                None => Promise::Matches(pattern.map(ToString::to_string).unwrap_or_default()),
            };
            (Rule::Matches, promise)
        }
    }
}
