//! Writes whose answers tell otherwise than what they were sent, where no read of the plan tells of them.

use std::collections::BTreeSet;

use crate::case::{Aftermath, Case, Check, QuestionIndex, Selected};
use crate::check::later::is_later;
use crate::check::sent::{Sent, is_trial};
use crate::check::{Violation, identity};
use crate::client::is_success;
use crate::run::judge::Judge;
use crate::run::{Outcome, Verdict};

impl Judge<'_> {
    /// Adds what writes that make a resource, or set one that nothing reads, answer otherwise than they were sent.
    pub(super) fn add_unlike_sent(&self, selected: &Selected, outcomes: &mut [Outcome]) {
        for (case, outcome) in selected.cases().zip(outcomes.iter_mut()) {
            let is_judged = matches!(outcome.verdict, Verdict::Conforms | Verdict::Violates);
            if case.id.check != Check::Transport || !is_judged || self.is_read_back(case) {
                continue;
            }
            for write in &case.subjects {
                let found = self.told_unlike_sent(case, *write);
                if !found.is_empty() {
                    outcome.violations.extend(self.seen_in(*write, found));
                    outcome.verdict = Verdict::Violates;
                }
            }
        }
    }

    /// Whether another case holds the answers against reads.
    fn is_read_back(&self, case: &Case) -> bool {
        let mut others = self.plan.cases.iter();
        others.any(|other| {
            other.id.check == Check::Read
                && other.operation == case.operation
                && other.id.format == case.id.format
                && other.ignored.is_none()
        })
    }

    /// What each answer to a write tells so.
    fn told_unlike_sent(&self, case: &Case, write: QuestionIndex) -> Vec<Violation> {
        let asked = &self.plan.questions[write];
        let operation = &self.suite.contract.operations[asked.operation];
        let expectations = &self.suite.expectations;
        let Some(expectation) = expectations.get(asked.operation, asked.format) else {
            return Vec::new();
        };
        let shape = expectation.answer.resource();
        let sent = Sent::of(operation, &asked.request, shape);
        let Some(sent) = sent.filter(|_| !is_trial(&asked.request, shape)) else {
            return Vec::new();
        };
        let mut beside = case.beside.iter();
        let is_read_by_id = beside.any(|read| {
            let aftermath = self.plan.questions[*read].aftermath.as_ref();
            matches!(aftermath, Some(Aftermath::Made { .. }))
        });
        let makes = |status: u16| match operation.method.as_str() {
            // What is no new resource may be worked out of what was sent.
            "POST" => status == 201 || is_read_by_id,
            "PUT" | "PATCH" => true,
            _ => false,
        };
        let answers = self.asked.of(write).iter();
        let told = answers.filter_map(|(exchange, reading)| {
            let response = exchange.outcome.as_ref().ok()?;
            let body = reading.as_ref()?.body.as_deref()?;
            let resource = expectation.payload(body);
            let is_done = is_success(response.status) && makes(response.status);
            let is_told = is_done && !is_later(operation, response, resource);
            is_told.then(|| identity::made_unlike_sent(expectation, body, &sent))
        });
        let told: Vec<Vec<Violation>> = told.collect();
        let places = |found: &Vec<Violation>| -> BTreeSet<String> {
            found.iter().map(|one| one.pointer.clone()).collect()
        };
        let each: Vec<BTreeSet<String>> = told.iter().map(places).collect();
        let first = told.into_iter().next().unwrap_or_default().into_iter();
        first
            .filter(|one| each.iter().all(|places| places.contains(&one.pointer)))
            .collect()
    }
}
