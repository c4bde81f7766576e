//! How two bodies of one meaning say it: the order of their lists, the letter case of their GUIDs, the zones
//! of their date-times, and the members that no page documents.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::check::bound::MAX_VIOLATIONS;
use crate::check::compare::free;
use crate::check::meaning::{canonical_of, loose};
use crate::check::{Expectation, Rule, Sketch, documented_path};
use crate::pointer::below;
use crate::shape::{Fraction, Kind, Shape, text};

/// One way in which two bodies of one meaning are unlike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlikeness {
    /// [`Rule::Order`], [`Rule::Ordered`], [`Rule::Spelling`] or [`Rule::UndocumentedDiffers`].
    pub rule: Rule,
    /// Where, as a JSON pointer.
    pub pointer: String,
    /// What the left body has there; none for nothing.
    pub left: Option<Sketch>,
    /// What the right body has there; none for nothing.
    pub right: Option<Sketch>,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// The two formats of one answer: everything.
    Formats,
    /// Two answers in one format: the order of lists alone.
    Answers,
}

/// In what two bodies are unlike, where they mean the same.
#[must_use]
pub fn unlikenesses(
    expectation: &Expectation,
    left: &Value,
    right: &Value,
    sides: Sides,
) -> Vec<Unlikeness> {
    let mut walk = Walk {
        expectation,
        sides,
        found: Vec::new(),
    };
    walk.value((left, right), &expectation.answer.envelope, ("", ""));
    walk.found
}

/// Where a resource has lists whose items stand in another order than in a reading of it.
#[must_use]
pub fn reorderings(expectation: &Expectation, read: &Value, resource: &Value) -> Vec<Unlikeness> {
    let mut walk = Walk {
        expectation,
        sides: Sides::Answers,
        found: Vec::new(),
    };
    walk.value((read, resource), expectation.answer.resource(), ("", ""));
    walk.found
}

/// Whether two texts are one moment, told by the clocks of two zones.
fn is_elsewhere(one: &str, other: &str) -> bool {
    match (text::date_time(one), text::date_time(other)) {
        (Some(one), Some(other)) => one == other && one.offset() != other.offset(),
        _ => false,
    }
}

/// The ids of items, where each has one.
fn ids(items: &[Value]) -> Option<Vec<String>> {
    let id = |item: &Value| {
        let members = item.as_object()?;
        let (_, id) = members
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("id"))?;
        Some(loose("", id).to_string())
    };
    items.iter().map(id).collect()
}

struct Walk<'a> {
    expectation: &'a Expectation,
    sides: Sides,
    found: Vec<Unlikeness>,
}

impl Walk<'_> {
    /// Two values at a place: in a member of this name, or at this pointer in it.
    fn value(
        &mut self,
        (left, right): (&Value, &Value),
        shape: &Shape,
        (name, pointer): (&str, &str),
    ) {
        if left == right || shape.varies || self.found.len() >= MAX_VIOLATIONS {
            return;
        }
        match (&shape.kind, left, right) {
            (Kind::Object(object), Value::Object(a), Value::Object(b)) => {
                for member in &object.members {
                    if let (Some(a), Some(b)) = (a.get(&member.name), b.get(&member.name)) {
                        let pointer = below(pointer, &member.name);
                        self.value((a, b), &member.shape, (&member.name, &pointer));
                    }
                }
                for (name, shape) in free(object, a, b) {
                    if let (Some(a), Some(b)) = (a.get(name), b.get(name)) {
                        self.value((a, b), shape, (name, &below(pointer, name)));
                    }
                }
                // A closed object has no others: each is told by its own.
                let says_nothing = !object.closed && object.others.is_none();
                if self.sides == Sides::Formats && says_nothing {
                    self.undocumented(a, b, shape, pointer);
                }
            }
            (Kind::List(item), Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                self.list((a, b), item, (name, pointer));
            }
            (Kind::Guid, Value::String(a), Value::String(b))
                if self.sides == Sides::Formats && a.eq_ignore_ascii_case(b) =>
            {
                self.add(Rule::Spelling, pointer, Some(left), Some(right));
            }
            (Kind::DateTime(Fraction::Any), Value::String(a), Value::String(b))
                if self.sides == Sides::Formats && is_elsewhere(a, b) =>
            {
                self.add(Rule::Spelling, pointer, Some(left), Some(right));
            }
            _ => {}
        }
    }

    fn list(
        &mut self,
        (left, right): (&[Value], &[Value]),
        item: &Shape,
        (name, pointer): (&str, &str),
    ) {
        let forms = |items: &[Value]| -> Vec<String> {
            let items = items.iter();
            let forms = items.map(|one| canonical_of(name, one, item).to_string());
            forms.collect()
        };
        let mut by_place = |left: &[Value], right: &[Value]| {
            for (at, (left, right)) in left.iter().zip(right).enumerate() {
                let pointer = below(pointer, &at.to_string());
                self.value((left, right), item, (name, &pointer));
            }
        };
        // What may be said in two ways, such as null, makes items of one id differ: they are paired by it.
        let (one, other) = (ids(left), ids(right));
        if one.is_some() && one == other {
            return by_place(left, right);
        }
        let (a, b) = (forms(left), forms(right));
        if a == b {
            return by_place(left, right);
        }
        let sorted = |mut forms: Vec<String>| {
            forms.sort_unstable();
            forms
        };
        let is_reordered = one.is_some() && one.map(sorted) == other.map(sorted);
        // Other items are another finding.
        if is_reordered || sorted(a) == sorted(b) {
            let path = documented_path(&self.expectation.answer, pointer);
            let rule = if self.expectation.profile.is_ordered(&path) {
                Rule::Ordered
            } else {
                Rule::Order
            };
            let list = Some(Sketch::List(left.len()));
            self.found.push(Unlikeness {
                rule,
                pointer: pointer.to_owned(),
                left: list,
                right: list,
            });
        }
    }

    /// Members that no page documents, as XML shows them.
    fn undocumented(
        &mut self,
        left: &Map<String, Value>,
        right: &Map<String, Value>,
        shape: &Shape,
        pointer: &str,
    ) {
        let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
        let others = names
            .into_iter()
            .filter(|name| shape.member(name).is_none());
        for name in others {
            let (a, b) = (left.get(name), right.get(name));
            let form =
                |value: Option<&Value>| value.map_or(Value::Null, |value| loose(name, value));
            if form(a) != form(b) && self.found.len() < MAX_VIOLATIONS {
                self.add(Rule::UndocumentedDiffers, &below(pointer, name), a, b);
            }
        }
    }

    fn add(&mut self, rule: Rule, pointer: &str, left: Option<&Value>, right: Option<&Value>) {
        self.found.push(Unlikeness {
            rule,
            pointer: pointer.to_owned(),
            left: left.map(Sketch::of),
            right: right.map(Sketch::of),
        });
    }
}
