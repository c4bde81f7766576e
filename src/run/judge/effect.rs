//! What writes did, as far as it is read back.

use std::collections::BTreeSet;

use crate::case::{Case, Check, QuestionIndex, Refusal, Scope};
use crate::check::{Expectation, Family, Rule, Violation, effect};
use crate::client::Token;
use crate::run::ask::{Listed, Time};
use crate::run::judge::{Found, Judge};
use crate::run::{Reason, Seen};

impl Judge<'_> {
    /// Whether what was written is there, nothing else is gone, and what was refused is not there.
    pub(super) fn effect(&self, case: &Case, expectation: &Expectation) -> Found {
        self.any_reading(case)?;
        let of_format =
            |read: &&QuestionIndex| self.plan.questions[**read].format == case.id.format;
        let Some(read) = case.beside.iter().find(of_format).copied() else {
            return Err(Reason::NotOffered(None));
        };
        let lists = self.asked.listed(read);
        if lists.is_empty() {
            let answers = self.asked.of(read);
            let last = answers.last().and_then(|(exchange, _)| exchange.status());
            return Err(Reason::NotOffered(last));
        }
        let mut all = Vec::new();
        let writes = self.writes_with_effect(case.operation);
        let writes = writes.iter().flat_map(|write| self.asked.times(*write));
        let writes: Vec<usize> = writes.map(|time| time.from).collect();
        let is_late = self.is_kept_late(case, expectation, &lists, &writes);
        let (mut is_done, mut is_read) = (false, false);
        for write in &case.subjects {
            let answers = self.asked.of(*write).iter().zip(self.asked.times(*write));
            let done = answers.filter(|((exchange, _), _)| exchange.is_success());
            // What one of them breaks, the next may break again: it is told once.
            for (place, (_, Time { from, to, .. })) in done.enumerate() {
                is_done = true;
                let mut earlier = lists.iter().rev().filter(|list| !list.is_old);
                let before = earlier.find(|list| list.to < *from);
                let Some(after) = lists.iter().find(|list| list.from > *to) else {
                    continue;
                };
                // Of a repeated one, what is read counts where nothing else was written in between.
                let mut between = writes.iter().filter(|one| (*to..after.from).contains(*one));
                if place > 0 && between.next().is_some() {
                    continue;
                }
                is_read = true;
                let written = &self.plan.questions[*write].written;
                let before = before.map(|list| list.ids);
                let mut found = effect::after_write(expectation, written, before, after.ids);
                found.retain(|one| !(is_late && one.rule == Rule::NotKept));
                if !found.is_empty() {
                    all.extend(self.seen_in(read, found));
                    break;
                }
            }
        }
        if !is_done {
            return Err(Reason::NoBody);
        }
        if !is_read && lists.iter().any(|list| list.is_old) {
            return Err(Reason::Cached);
        }
        if !is_read {
            let last = self.asked.of(read).last();
            let status = last.and_then(|(exchange, _)| exchange.status());
            return Err(Reason::NotOffered(status));
        }
        if case.id.scope == Scope::One {
            all.extend(self.refused_kept(case, expectation, read, &lists));
        }
        Ok(all)
    }

    /// The reads that do not hold what was written.
    pub(super) fn not_kept(&self, case: &Case) -> Vec<QuestionIndex> {
        let expectation = self.suite.expectations.of_case(case);
        let found = expectation.map(|expectation| self.effect(case, expectation));
        let found = found.and_then(Result::ok).unwrap_or_default();
        let missing = found.iter();
        let missing = missing.filter(|seen| seen.violation.rule == Rule::NotKept);
        let reads = missing.flat_map(|seen| &seen.shown.by);
        reads.copied().collect()
    }

    /// Whether a read after a write holds what was written, where an earlier one did not and nothing was written in
    /// between; `writes` are the moments in which something was.
    fn is_kept_late(
        &self,
        case: &Case,
        expectation: &Expectation,
        lists: &[Listed<'_>],
        writes: &[usize],
    ) -> bool {
        case.subjects.iter().any(|write| {
            let written = &self.plan.questions[*write].written;
            let is_missing = |list: &Listed<'_>| {
                let found = effect::after_write(expectation, written, None, list.ids);
                found.iter().any(|one| one.rule == Rule::NotKept)
            };
            let answers = self.asked.of(*write).iter().zip(self.asked.times(*write));
            let mut done = answers.filter(|((exchange, _), _)| exchange.is_success());
            done.any(|(_, Time { to, .. })| {
                let is_near = |list: &&Listed<'_>| {
                    let mut writes = writes.iter();
                    !writes.any(|one| (*to..list.from).contains(one))
                };
                let after = lists.iter().filter(|list| list.from > *to);
                let mut after = after.take_while(is_near);
                after.next().is_some_and(is_missing) && after.any(|list| !is_missing(list))
            })
        })
    }

    /// What is there before the first write, was not there at the start, and was refused in between.
    fn refused_kept(
        &self,
        case: &Case,
        expectation: &Expectation,
        read: QuestionIndex,
        lists: &[Listed<'_>],
    ) -> Vec<Seen> {
        let writes = self.writes_with_effect(case.operation);
        let times = writes.iter().flat_map(|write| self.asked.times(*write));
        let first = times.map(|time| time.from).min().unwrap_or(usize::MAX);
        let mut known = lists.iter().filter(|list| !list.is_old);
        let before = known.clone().rev().find(|list| list.to < first);
        let (Some(at_first), Some(before)) = (known.next(), before) else {
            return Vec::new();
        };
        // A request that was let in is told as such; what the second account may do is told of it.
        let questions = self.plan.questions.iter().enumerate();
        let mut others = questions.filter(|(at, other)| {
            other.operation == case.operation
                && !writes.contains(at)
                && other.listing.is_none()
                && other.request.token != Token::Other
        });
        let is_let_in = others.any(|(at, _)| {
            let answers = self.asked.of(at).iter().zip(self.asked.times(at));
            let mut early = answers.filter(|(_, time)| time.to < before.from);
            early.any(|((exchange, _), _)| exchange.is_success())
        });
        if is_let_in {
            return Vec::new();
        }
        let asked = writes
            .iter()
            .flat_map(|write| &self.plan.questions[*write].written);
        let asked: BTreeSet<String> = asked.cloned().collect();
        let asked: Vec<String> = asked.into_iter().collect();
        let found = effect::of_refused(expectation, &asked, at_first.ids, before.ids);
        self.seen_in(read, found.into_iter().collect())
    }

    /// What the second account wrote although it must not, as far as the first one reads it back.
    pub(super) fn kept_for_other(&self, case: &Case, expectation: &Expectation) -> Vec<Seen> {
        let is_list = |read: &&QuestionIndex| self.plan.questions[**read].listing.is_some();
        let reads = case.beside.iter().filter(is_list);
        let writes = self.writes_with_effect(case.operation);
        let written: Vec<String> = writes
            .iter()
            .flat_map(|write| self.plan.questions[*write].written.iter().cloned())
            .collect();
        let own = self.reads_of_effect(case.operation);
        let mut all = Vec::new();
        // What was let in is told as such, but for what may be left out of a list.
        let check = Check::Refusal(Refusal::OtherAccount { is_listed: false });
        let is_told = case.id.check == check;
        for (subject, read) in case.subjects.iter().zip(reads) {
            let mut answers = self.asked.of(*subject).iter();
            if is_told && answers.any(|(exchange, _)| exchange.is_success()) {
                continue;
            }
            // Where the place is hidden, what may be written elsewhere is asked for there.
            let mut asked = if own.contains(read) {
                self.plan.questions[*subject].written.clone()
            } else {
                written.clone()
            };
            if own.contains(read) {
                asked.retain(|id| !written.contains(id));
            }
            let times = self.asked.times(*subject);
            let Some(Time { from, .. }) = times.first() else {
                continue;
            };
            let lists = self.asked.listed(*read);
            let mut earlier = lists.iter().rev().filter(|list| !list.is_old);
            let before = earlier.find(|list| list.to < *from);
            let after = lists
                .iter()
                .find(|list| times.iter().all(|time| list.from > time.to));
            if let (Some(before), Some(after)) = (before, after) {
                let found = effect::of_refused(expectation, &asked, before.ids, after.ids);
                let found = found.map(|violation| Violation {
                    family: Family::Refusal,
                    ..violation
                });
                all.extend(self.seen_in(*read, found.into_iter().collect()));
            }
        }
        all
    }

    /// The writes of an operation that are read back.
    fn writes_with_effect(&self, operation: usize) -> BTreeSet<QuestionIndex> {
        let cases = self.of_effect(operation);
        cases
            .flat_map(|case| case.subjects.iter().copied())
            .collect()
    }

    /// The reads that tell of them.
    fn reads_of_effect(&self, operation: usize) -> BTreeSet<QuestionIndex> {
        let cases = self.of_effect(operation);
        cases.flat_map(|case| case.beside.iter().copied()).collect()
    }

    fn of_effect(&self, operation: usize) -> impl Iterator<Item = &Case> {
        let cases = self.plan.cases.iter();
        cases.filter(move |case| case.operation == operation && case.id.check == Check::Effect)
    }
}
