//! Values that a place does not admit, beyond their type.

use serde_json::Value;

use crate::check::meaning::is_whole;
use crate::check::{Observed, Promise, Rule, Sketch};
use crate::shape::domain::{Domain, Outside, Pattern, is_of};
use crate::shape::{Kind, Shape};
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
    if outside == Outside::NoneOfThem {
        return Some(of_none(shape, domain, value));
    }
    let (rule, expected) = promise(domain, outside);
    let actual = match outside {
        Outside::Unlisted => number(Observed::OtherInteger),
        Outside::Below => number(Observed::SmallerInteger),
        Outside::Above => number(Observed::LargerInteger),
        _ => Observed::Value(Sketch::of(value)),
    };
    Some(Breach {
        rule,
        expected,
        actual,
        said: domain.said.of(outside),
    })
}

/// What is wrong with a value that keeps none of several shapes: told of the first that is of its type in JSON.
fn of_none(shape: &Shape, domain: &Domain, value: &Value) -> Breach {
    let is_like = |one: &&Shape| match value {
        Value::String(_) => one.kind.is_text(),
        Value::Number(_) => matches!(one.kind, Kind::Integer | Kind::Number),
        value => is_of(&one.kind, value),
    };
    let mut like = domain.any_of.iter().filter(is_like);
    let said = domain.said.of(Outside::NoneOfThem);
    let of_type = |rule: Rule, shape: &Shape| Breach {
        rule,
        expected: Promise::of(shape),
        actual: match (&shape.kind, value) {
            (Kind::DateTime(_), Value::String(text)) => Observed::no_date_time(text),
            _ => Observed::Value(Sketch::of(value)),
        },
        said,
    };
    let Some(first) = like.next() else {
        return of_type(Rule::Type, shape);
    };
    let is_only = like.next().is_none();
    match (&first.kind, breach(first, value)) {
        (kind, Some(found)) if is_of(kind, value) && is_only => found,
        (Kind::Integer, _) if is_only => of_type(Rule::Fraction, first),
        (Kind::DateTime(_), _) if is_only => of_type(Rule::DateTime, first),
        (Kind::Guid, _) if is_only => of_type(Rule::Guid, first),
        _ => of_type(Rule::Type, shape),
    }
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
        Outside::Unlike | Outside::NoneOfThem => {
            let pattern = domain.matches.as_ref();
            let promise = match pattern.and_then(Pattern::format) {
                Some(format) => Promise::Format(format),
                None => Promise::Matches(pattern.map(ToString::to_string).unwrap_or_default()),
            };
            (Rule::Matches, promise)
        }
    }
}
