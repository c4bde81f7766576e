//! Whether an answer to who has no right token holds the very payload that a token opened.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::case::{Check, Expected};
use crate::check::Expectation;
use crate::check::compare::differences;
use crate::check::meaning::shows_nothing;
use crate::client::Exchange;
use crate::run::judge::Judge;

/// The payloads that a token opened, each once, by the operation.
pub(super) struct Opened(BTreeMap<usize, Vec<Value>>);

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
        Self(opened)
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
        let payloads = self.0.get(&operation).filter(|_| is_nobodys);
        let Some(payloads) = payloads.filter(|payloads| !payloads.is_empty()) else {
            return false;
        };
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
            payloads.any(|known| differences(known, &told, shape).is_empty())
        })
    }
}

/// The payload of a body as its envelope holds it, and nothing around it; none that says nothing.
fn payload(expectation: &Expectation, body: &Value) -> Option<Value> {
    let payload = expectation.payload(body)?;
    let is_filled = (payload.is_array() || payload.is_object()) && !shows_nothing(payload);
    is_filled.then(|| match &expectation.answer.payload {
        Some(name) => json!({ name.as_str(): payload }),
        None => payload.clone(),
    })
}
