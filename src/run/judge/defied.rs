//! Writes of one resource that were refused and done all the same: the reads at its path show it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::case::{Check, QuestionIndex, Selected};
use crate::check::sent::{Sent, is_trial};
use crate::check::{Expectation, Observed, refusal};
use crate::client::is_success;
use crate::run::ask::Time;
use crate::run::follow::without_ending;
use crate::run::judge::written::resource;
use crate::run::judge::{Judge, beside};
use crate::run::{Outcome, Verdict};

/// What a read shows of a write: when it was under way, and whether the write seems done.
struct Shown {
    from: usize,
    to: usize,
    is_done: bool,
}

impl Judge<'_> {
    /// Adds refused writes that were done all the same, each place once, to the case of the first one that may have
    /// done it.
    pub(super) fn add_defied(&self, selected: &Selected, outcomes: &mut [Outcome]) {
        // What others wrote in between nobody knows.
        if self.asked.is_recorded {
            return;
        }
        let writes = self.writes().into_iter();
        // What is let in may do the same, now or later.
        let until = writes.map(|(from, _)| from).min().unwrap_or(usize::MAX);
        let mut known = BTreeSet::new();
        for (case, outcome) in selected.cases().zip(outcomes.iter_mut()) {
            // What was asked counts, whatever else was not.
            let is_judged = !matches!(outcome.verdict, Verdict::Ignored(_));
            let expectation = self.suite.expectations.of_case(case);
            let (Check::Refusal(_), true, Some(expectation)) =
                (&case.id.check, is_judged, expectation)
            else {
                continue;
            };
            for write in &case.subjects {
                let request = &self.plan.questions[*write].request;
                let place = (without_ending(&request.path), request.method.as_str());
                if known.contains(&place) {
                    continue;
                }
                if let Some(actual) = self.defied(*write, place.0, until) {
                    known.insert(place);
                    let violation = refusal::defied(expectation, actual);
                    let seen = self.seen_in(*write, vec![violation]);
                    let found = beside(seen, self.reads_at(place.0));
                    outcome.violations.extend(found);
                    outcome.verdict = Verdict::Violates;
                }
            }
        }
    }

    /// What shows that a refused write was done: it may have been under way when that came to be so.
    fn defied(&self, write: QuestionIndex, place: &str, until: usize) -> Option<Observed> {
        let answers = self.asked.of(write).iter();
        let mut statuses = answers.map(|(exchange, _)| exchange.status());
        let is_refused =
            |status: Option<u16>| status.is_some_and(|code| (400..500).contains(&code));
        let times = self.asked.times(write);
        let from = times.first()?.from;
        let to = times.last()?.to;
        if !statuses.all(is_refused) {
            return None;
        }
        let (shown, actual) = match self.plan.questions[write].request.method.as_str() {
            "DELETE" => self.gone(place, until)?,
            "PUT" | "PATCH" => (self.set(write, place, until)?, Observed::Sent),
            _ => return None,
        };
        let undone = shown.iter().filter(|read| !read.is_done);
        let last = undone.max_by_key(|read| read.from)?;
        let mut done = shown.iter().filter(|read| read.is_done);
        let first = done.clone().min_by_key(|read| read.to)?;
        let comes_back = done.any(|read| read.to < last.from);
        (!comes_back && from < first.to && last.from < to).then_some(actual)
    }

    /// How the reads at a place show that what stands there is gone, up to some moment; and the status that says so.
    fn gone(&self, place: &str, until: usize) -> Option<(Vec<Shown>, Observed)> {
        let reads = self.reads_at(place).iter();
        let answers =
            reads.flat_map(|read| self.asked.of(*read).iter().zip(self.asked.times(*read)));
        let answers = answers.filter(|(_, time)| time.to < until);
        let told = answers.filter_map(|((exchange, _), time)| Some((exchange.status()?, *time)));
        let told: Vec<(u16, Time)> = told.collect();
        let is_gone = |status: u16| matches!(status, 404 | 410);
        let (status, _) = told.iter().find(|(status, _)| is_gone(*status))?;
        let shown = told
            .iter()
            .filter(|(status, _)| is_success(*status) || is_gone(*status));
        let shown = shown.map(|(status, time)| Shown {
            from: time.from,
            to: time.to,
            is_done: is_gone(*status),
        });
        Some((shown.collect(), Observed::Gone(*status)))
    }

    /// How the reads at a place show what a write sent, up to some moment: all that the first of them shows otherwise.
    fn set(&self, write: QuestionIndex, place: &str, until: usize) -> Option<Vec<Shown>> {
        let questions = &self.plan.questions;
        let asked = &questions[write];
        let operation = &self.suite.contract.operations[asked.operation];
        let reads = self.reads_at(place).iter().copied();
        let mut reads = reads
            .filter(|read| questions[*read].format == asked.format)
            .peekable();
        let first = &questions[*reads.peek()?];
        let reader: &Expectation = self.suite.expectations.get(first.operation, first.format)?;
        let shape = reader.answer.resource();
        let sent = Sent::of(operation, &asked.request, shape);
        let sent = sent.filter(|_| !is_trial(&asked.request, shape))?;
        let mut told = Vec::new();
        for read in reads {
            let timed = self
                .asked
                .timed(read)
                .into_iter()
                .filter(|one| one.to < until);
            told.extend(timed.filter_map(|one| Some((resource(reader, &one)?, one.from, one.to))));
        }
        let (before, ..) = told.iter().min_by_key(|(_, _, to)| *to)?;
        let changed = sent.changes(before, shape);
        let is_done = |read: &Value| changed.iter().all(|member| sent.stands_in(read, member));
        let shown = told.iter().map(|(read, from, to)| Shown {
            from: *from,
            to: *to,
            is_done: is_done(read),
        });
        (!changed.is_empty()).then(|| shown.collect())
    }
}
