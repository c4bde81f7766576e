//! Whether an answer to who has no right token holds the very payload that a token opened.

use serde_json::{Value, json};

use crate::case::{Case, Check, Expected};
use crate::check::Expectation;
use crate::check::compare::differences;
use crate::check::meaning::loose;
use crate::client::Exchange;
use crate::run::judge::Judge;

/// The payloads that a token opened of one operation, each once.
pub(super) struct Opened<'a> {
    expectation: &'a Expectation,
    payloads: Vec<Value>,
}

impl<'a> Opened<'a> {
    /// Those that must not be told where a case expects this; none of values that refusals say as well, such as
    /// flags and numbers.
    pub(super) fn of(
        judge: &Judge<'_>,
        case: &Case,
        expectation: &'a Expectation,
        expected: Expected,
    ) -> Self {
        let mut payloads = Vec::new();
        let cases = judge.plan.cases.iter().filter(|other| {
            let is_nobodys = matches!(expected, Expected::Unauthenticated | Expected::Dataless);
            is_nobodys
                && other.operation == case.operation
                && matches!(other.id.check, Check::Envelope | Check::Members)
        });
        let mut subjects: Vec<_> = cases.flat_map(|case| case.subjects.iter()).collect();
        subjects.sort_unstable();
        subjects.dedup();
        for question in subjects {
            let of = &judge.plan.questions[*question];
            let Some(reader) = judge.suite.expectations.get(of.operation, of.format) else {
                continue;
            };
            for body in judge.asked.bodies(*question) {
                let payload = payload(reader, body);
                payloads.extend(payload.filter(|payload| !payloads.contains(payload)));
            }
        }
        Self {
            expectation,
            payloads,
        }
    }

    /// Whether an answer holds one of them where a success does, whatever its status.
    pub(super) fn is_in(&self, exchange: &Exchange) -> bool {
        if self.payloads.is_empty() {
            return false;
        }
        let mut success = exchange.clone();
        let Ok(response) = &mut success.outcome else {
            return false;
        };
        response.status = 200;
        let reading = self.expectation.read(&success);
        let told = reading.body.as_deref();
        let told = told.and_then(|body| payload(self.expectation, body));
        told.is_some_and(|told| {
            let shape = &self.expectation.answer.envelope;
            let mut payloads = self.payloads.iter();
            payloads.any(|known| differences(known, &told, shape).is_empty())
        })
    }
}

/// The payload of a body as its envelope holds it, and nothing around it; none that says nothing.
fn payload(expectation: &Expectation, body: &Value) -> Option<Value> {
    let payload = expectation.payload(body)?;
    let is_filled = (payload.is_array() || payload.is_object()) && !loose("", payload).is_null();
    is_filled.then(|| match &expectation.answer.payload {
        Some(name) => json!({ name.as_str(): payload }),
        None => payload.clone(),
    })
}
