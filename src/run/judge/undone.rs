//! Writes that succeed and do nothing, as the one read behind each of them shows: what was made is not there, or what
//! was deleted still is.

use serde_json::{Map, Value};

use crate::case::{Aftermath, Case, Check, QuestionIndex, Selected};
use crate::check::deleted::says_deleted;
use crate::check::effect;
use crate::check::later::is_later;
use crate::check::sent::is_trial;
use crate::check::steadiness::Timed;
use crate::check::{Expectation, Violation};
use crate::client::{Exchange, is_success};
use crate::run::judge::{Judge, beside};
use crate::run::{Outcome, Verdict};

/// Parts of descriptions of a DELETE that leaves something to be read: of what is kept, or has a value all the same.
const KEEPING: [&str; 10] = [
    "archiv",
    "cancel",
    "deactivat",
    "default",
    "disabl",
    "reset",
    "restor",
    "revert",
    "soft",
    "trash",
];
impl Judge<'_> {
    /// Adds writes that did nothing, each to the case of its status.
    pub(super) fn add_undone(&self, selected: &Selected, outcomes: &mut [Outcome]) {
        // What others wrote in between nobody knows.
        if self.asked.is_recorded {
            return;
        }
        for (case, outcome) in selected.cases().zip(outcomes.iter_mut()) {
            let is_judged = matches!(outcome.verdict, Verdict::Conforms | Verdict::Violates);
            if case.id.check != Check::Transport || !is_judged {
                continue;
            }
            for read in &case.beside {
                if let Some((write, violation)) = self.undone(*read) {
                    let seen = self.seen_in(write, vec![violation]);
                    outcome.violations.extend(beside(seen, &[*read]));
                    outcome.verdict = Verdict::Violates;
                }
            }
        }
    }

    /// The reads that show that a write of a case did nothing.
    pub(super) fn undone_reads(&self, case: &Case) -> Vec<QuestionIndex> {
        let reads = case.beside.iter().copied();
        reads.filter(|read| self.undone(*read).is_some()).collect()
    }

    /// The write behind which a read shows that nothing was done, and what is told of it.
    fn undone(&self, read: QuestionIndex) -> Option<(QuestionIndex, Violation)> {
        let questions = &self.plan.questions;
        let of = &questions[read];
        let aftermath = of.aftermath.as_ref()?;
        let write = aftermath.write();
        let operation = &self.suite.contract.operations[questions[write].operation];
        let (accepted, reading) = self.asked.of(write).last()?;
        let response = accepted.outcome.as_ref().ok()?;
        let expectations = &self.suite.expectations;
        let documented = expectations.get(questions[write].operation, questions[write].format);
        let body = reading.as_ref().and_then(|reading| reading.body.as_deref());
        let resource = documented.zip(body).and_then(|(of, body)| of.payload(body));
        let reader = expectations.get(of.operation, of.format)?;
        let is_done = is_success(response.status) && !is_later(operation, response, resource);
        if !is_done || is_trial(&questions[write].request, reader.answer.resource()) {
            return None;
        }
        // What is told once as it should be was late.
        let mut answers = self.asked.of(read).iter().peekable();
        let (last, _) = self.asked.of(read).last()?;
        let is_undone = |exchange: &Exchange| {
            let status = exchange.status().filter(|_| exchange.age().is_none());
            status.is_some_and(|status| match aftermath {
                Aftermath::Made { .. } => matches!(status, 404 | 410),
                Aftermath::Deleted { .. } => is_success(status),
            })
        };
        if !answers.all(|(exchange, _)| is_undone(exchange)) {
            return None;
        }
        let violation = match aftermath {
            Aftermath::Made { .. } => {
                // Where nothing can be read, nothing was there to be found.
                let is_read = self.reads_something(of.operation);
                is_read.then(|| effect::not_made(last.status().unwrap_or_default()))?
            }
            Aftermath::Deleted { before, .. } => {
                let description = operation.description.to_lowercase();
                let keeps = KEEPING.iter().any(|word| description.contains(word));
                let is_there = self.is_still_there(reader, (*before, write, read));
                (is_there && !keeps).then(effect::not_deleted)?
            }
        };
        Some((write, violation))
    }

    /// Whether some read of an operation was answered with success, about what was there anyway.
    fn reads_something(&self, operation: usize) -> bool {
        let questions = self.plan.questions.iter().enumerate();
        let mut reads =
            questions.filter(|(_, one)| one.operation == operation && one.aftermath.is_none());
        reads.any(|(at, _)| {
            let answers = self.asked.of(at).iter();
            let mut read = answers.filter(|(_, reading)| reading.is_some());
            read.any(|(exchange, _)| exchange.is_success())
        })
    }

    /// Whether a read behind a DELETE shows the very resource that was read before it.
    fn is_still_there(
        &self,
        reader: &Expectation,
        (before, write, read): (QuestionIndex, QuestionIndex, QuestionIndex),
    ) -> bool {
        let Some(begun) = self.asked.times(write).first() else {
            return false;
        };
        let mut earlier = self.asked.timed(before);
        earlier.retain(|one| one.to < begun.from && !one.is_old);
        earlier.sort_by_key(|one| one.to);
        let payload = |one: &Timed<'_>| reader.payload(one.body).cloned();
        let mut known = earlier.iter().rev().filter_map(payload);
        let shown = self.asked.timed(read);
        let shown = shown.last().and_then(payload);
        match (known.next(), known.next(), shown) {
            (Some(Value::Object(before)), first, Some(Value::Object(shown))) => {
                let first = first.and_then(|first| first.as_object().cloned());
                is_same(&first.unwrap_or_default(), &before, &shown) && !says_deleted(&shown)
            }
            _ => false,
        }
    }
}

/// Whether a resource is as it was before, but for what changed of itself between two earlier reads.
fn is_same(
    first: &Map<String, Value>,
    before: &Map<String, Value>,
    shown: &Map<String, Value>,
) -> bool {
    let moves = |name: &String| {
        first
            .get(name)
            .is_some_and(|value| before.get(name) != Some(value))
    };
    let is_kept = |(name, value): (&String, &Value)| shown.get(name) == Some(value) || moves(name);
    !before.is_empty()
        && before.iter().all(is_kept)
        && shown.keys().all(|name| before.contains_key(name))
}
