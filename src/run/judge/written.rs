//! Writes of one resource that succeed and do nothing: each read after them shows what was there before.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::case::{Case, Check, QuestionIndex, Selected};
use crate::check::sent::{Sent, is_trial};
use crate::check::steadiness::Timed;
use crate::check::{Expectation, Promise, Rule, Violation, identity};
use crate::client::is_success;
use crate::contract::is_safe;
use crate::run::follow::without_ending;
use crate::run::judge::{Judge, beside};
use crate::run::{Outcome, Verdict};
use crate::shape::Shape;

/// A write that did nothing.
struct Unwritten {
    /// The reads that show it.
    reads: Vec<QuestionIndex>,
    violation: Violation,
}

impl Judge<'_> {
    /// Adds writes that did nothing, each to the case that holds it against reads, or else to that of its status.
    pub(super) fn add_unwritten(&self, selected: &Selected, outcomes: &mut [Outcome]) {
        let mut known = BTreeSet::new();
        for check in [Check::Read, Check::Transport] {
            for (case, outcome) in selected.cases().zip(outcomes.iter_mut()) {
                let is_judged = matches!(outcome.verdict, Verdict::Conforms | Verdict::Violates);
                if case.id.check != check || !is_judged {
                    continue;
                }
                for (write, found) in self.unwritten_in(case) {
                    let mut told = outcome.violations.iter();
                    // What it answers is what it was sent: the reads are told to say otherwise.
                    let is_told = told.any(|seen| seen.violation.rule == Rule::UnlikeRead);
                    if !known.insert(write) || is_told {
                        continue;
                    }
                    let rest = &mut outcome.violations;
                    rest.retain(|seen| !is_unlike_sent(&seen.violation));
                    let seen = self.seen_in(write, vec![found.violation]);
                    rest.extend(beside(seen, &found.reads));
                    outcome.verdict = Verdict::Violates;
                }
            }
        }
    }

    /// The reads that show that a write of a case did nothing.
    pub(super) fn unwritten_reads(&self, case: &Case) -> Vec<QuestionIndex> {
        let found = self.unwritten_in(case);
        found.flat_map(|(_, found)| found.reads).collect()
    }

    fn unwritten_in<'c>(
        &'c self,
        case: &'c Case,
    ) -> impl Iterator<Item = (QuestionIndex, Unwritten)> + 'c {
        let operation = &self.suite.contract.operations[case.operation];
        let sets = matches!(operation.method.as_str(), "PUT" | "PATCH");
        // What others wrote in between nobody knows.
        let is_known = sets && !self.asked.is_recorded;
        let writes = case.subjects.iter().filter(move |_| is_known);
        writes.filter_map(|write| Some((*write, self.unwritten(*write)?)))
    }

    fn unwritten(&self, write: QuestionIndex) -> Option<Unwritten> {
        let questions = &self.plan.questions;
        let asked = &questions[write];
        let answers = self.asked.of(write).iter().zip(self.asked.times(write));
        // 202 says that it is not done yet (RFC 9110, 15.3.3).
        let mut done = answers.filter(|((exchange, _), _)| {
            let status = exchange.status();
            status.is_some_and(|status| is_success(status) && status != 202)
        });
        let done = done.next().map(|(_, time)| time.to)?;
        let begun = self.asked.done(write).map(|(from, _)| from).min()?;
        let place = without_ending(&asked.request.path);
        let reads = self.reads_at(place).iter().copied();
        let reads = reads.filter(|read| questions[*read].format == asked.format);
        let reads: Vec<QuestionIndex> = reads.collect();
        let first = &questions[*reads.first()?];
        let reader = self.suite.expectations.get(first.operation, first.format)?;
        let shape = reader.answer.resource();
        let operation = &self.suite.contract.operations[asked.operation];
        let sent = Sent::of(operation, &asked.request, shape);
        let sent = sent.filter(|_| !is_trial(&asked.request, shape))?;
        let timed = |read: &QuestionIndex| self.asked.timed(*read);
        let before = reads.iter().flat_map(|read| {
            let known = timed(read).into_iter();
            known.filter(|one| one.to < begun && !one.is_old)
        });
        let before = resource(reader, &before.max_by_key(|read| read.to)?)?;
        let after = reads.iter().flat_map(timed);
        let after: Vec<Timed<'_>> = after.filter(|read| read.from > done).collect();
        let last = after.iter().map(|read| read.to).max()?;
        let others = self.others_at((place, shape), write, (begun, last))?;
        let after: Option<Vec<&Value>> = after.iter().map(|read| resource(reader, read)).collect();
        let id = identity::id_member(reader);
        let unwritten = sent.unwritten((before, &after?), shape, |member, shown| {
            let mut others = others.iter();
            id.as_ref() != Some(&member.name) && !others.any(|one| one.may_set_to(member, shown))
        });
        let violation = identity::not_written(reader, &unwritten)?;
        Some(Unwritten { reads, violation })
    }

    /// What other writes at a place, or below it, send in a span of time; `None` where nobody knows what one of them
    /// does.
    fn others_at(
        &self,
        (place, shape): (&str, &Shape),
        write: QuestionIndex,
        (begun, last): (usize, usize),
    ) -> Option<Vec<Sent<'_>>> {
        let questions = self.plan.questions.iter().enumerate();
        let others = questions.filter(|(at, other)| {
            let rest = without_ending(&other.request.path).strip_prefix(place);
            let is_there = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            let mut done = self.asked.done(*at);
            *at != write
                && !is_safe(&other.request.method)
                && is_there
                && done.any(|(from, to)| from < last && begun < to)
        });
        others
            .map(|(_, other)| {
                let operation = &self.suite.contract.operations[other.operation];
                let is_it = matches!(operation.method.as_str(), "PUT" | "PATCH");
                Sent::of(operation, &other.request, shape).filter(|_| is_it)
            })
            .collect()
    }
}

/// Whether a violation says of one member what is said of all that was sent.
fn is_unlike_sent(violation: &Violation) -> bool {
    violation.rule == Rule::ChangedByWrite && matches!(violation.expected, Promise::AsSent(_))
}

/// The one resource in a body.
pub(super) fn resource<'a>(reader: &Expectation, read: &Timed<'a>) -> Option<&'a Value> {
    reader
        .payload(read.body)
        .filter(|payload| payload.is_object())
}
