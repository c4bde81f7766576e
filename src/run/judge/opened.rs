//! Whether an answer to who has no right token holds the very payload that a token opened.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::case::{Check, Expected};
use crate::check::Expectation;
use crate::check::compare::differences;
use crate::check::meaning::{loose, shows_nothing};
use crate::client::Exchange;
use crate::contract::Format;
use crate::digest::Digest;
use crate::run::judge::Judge;
use crate::shape::{Kind, Shape};

/// The payloads that a token opened.
pub(super) struct Opened {
    /// Each once, by the operation.
    payloads: BTreeMap<usize, Vec<Value>>,
    /// What was found in answers already: many refusals are alike, and each is read as a whole.
    known: RefCell<BTreeMap<Alike, bool>>,
}

/// What two answers share that hold the same: of which operation they are, in which format, and what they say.
type Alike = (usize, Format, Digest);

impl Opened {
    /// Those of all answers so far; none of values that refusals say as well, such as flags and numbers.
    pub(super) fn of(judge: &Judge<'_>) -> Self {
        let cases = judge.plan.cases.iter();
        let opening =
            cases.filter(|case| matches!(case.id.check, Check::Envelope | Check::Members));
        let mut subjects: Vec<_> = opening
            .flat_map(|case| case.subjects.iter().map(|at| (case.operation, *at)))
            .collect();
        subjects.sort_unstable();
        subjects.dedup();
        let mut opened: BTreeMap<usize, Vec<Value>> = BTreeMap::new();
        for (operation, question) in subjects {
            let of = &judge.plan.questions[question];
            let Some(reader) = judge.suite.expectations.get(of.operation, of.format) else {
                continue;
            };
            let payloads = opened.entry(operation).or_default();
            for body in judge.asked.bodies(question) {
                let payload = payload(reader, body);
                payloads.extend(payload.filter(|payload| !payloads.contains(payload)));
            }
        }
        Self {
            payloads: opened,
            known: RefCell::default(),
        }
    }

    /// Whether an answer of an operation, which must tell no payload, holds one where a success does, whatever its
    /// status.
    pub(super) fn are_in(
        &self,
        exchange: &Exchange,
        (operation, expectation): (usize, &Expectation),
        expected: Expected,
    ) -> bool {
        let is_nobodys = matches!(expected, Expected::Unauthenticated | Expected::Dataless);
        let payloads = self.payloads.get(&operation).filter(|_| is_nobodys);
        let Some(payloads) = payloads.filter(|payloads| !payloads.is_empty()) else {
            return false;
        };
        let Some(said) = exchange.said() else {
            return false;
        };
        let alike = (operation, expectation.format, said);
        if let Some(known) = self.known.borrow().get(&alike) {
            return *known;
        }
        let is_in = holds(payloads, exchange, expectation);
        self.known.borrow_mut().insert(alike, is_in);
        is_in
    }
}

/// Whether an answer holds one of the payloads where a success does, whatever its status.
fn holds(payloads: &[Value], exchange: &Exchange, expectation: &Expectation) -> bool {
    let mut success = exchange.clone();
    let Ok(response) = &mut success.outcome else {
        return false;
    };
    response.status = 200;
    let reading = expectation.read(&success);
    let told = reading.body.as_deref();
    let told = told.and_then(|body| payload(expectation, body));
    told.is_some_and(|told| {
        let shape = &expectation.answer.envelope;
        let mut payloads = payloads.iter();
        payloads.any(|known| is_very(known, &told, shape))
    })
}

/// Whether what is told is the very thing that is known: documented members say something, and the same, below
/// whatever members there are; or all that it holds is the same. Two objects of undocumented members alone, such as a
/// resource and an error, differ in nothing that is documented.
pub(super) fn is_very(known: &Value, told: &Value, shape: &Shape) -> bool {
    if !differences(known, told, shape).is_empty() {
        return false;
    }
    let is_documented = tells(told, shape) && has_others_of(known, told);
    is_documented || (says(told) && loose("", known) == loose("", told))
}

/// Whether some documented member holds a value, and not one that differs each time.
fn tells(value: &Value, shape: &Shape) -> bool {
    match (&shape.kind, value) {
        _ if shape.varies => false,
        (Kind::Object(object), Value::Object(members)) => {
            let mut listed = object.members.iter();
            let is_listed = |name: &str| object.members.iter().any(|one| one.name == name);
            let is_free = |(name, _): &(&String, &Value)| !is_listed(name);
            listed.any(|one| {
                let value = members.get(&one.name);
                value.is_some_and(|value| tells(value, &one.shape))
            }) || object.others.as_deref().is_some_and(|other| {
                let mut free = members.iter().filter(is_free);
                free.any(|(_, value)| tells(value, other))
            })
        }
        (Kind::List(item), Value::Array(items)) => items.iter().any(|one| tells(one, item)),
        _ => says(value),
    }
}

/// Whether there is any value in a value.
fn says(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(says),
        Value::Object(members) => members.values().any(says),
        scalar => !shows_nothing(scalar),
    }
}

/// Whether what is told has all members that say something in what is known, around and in a payload: their
/// values may change with each answer.
fn has_others_of(known: &Value, told: &Value) -> bool {
    match (known, told) {
        (Value::Object(known), Value::Object(told)) => known
            .iter()
            .filter(|(_, value)| says(value))
            .all(|(name, known)| {
                let told = told.get(name);
                told.is_some_and(|told| has_others_of(known, told))
            }),
        _ => true,
    }
}

/// The payload of a body as its envelope holds it, and nothing around it; none that says nothing.
fn payload(expectation: &Expectation, body: &Value) -> Option<Value> {
    let payload = expectation.payload(body)?;
    let is_filled = (payload.is_array() || payload.is_object()) && says(payload);
    is_filled.then(|| alone(expectation, payload))
}

/// A payload as its envelope holds it, and nothing around it.
pub(super) fn alone(expectation: &Expectation, payload: &Value) -> Value {
    match &expectation.answer.payload {
        Some(name) => json!({ name.as_str(): payload }),
        None => payload.clone(),
    }
}
