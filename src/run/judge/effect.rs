//! What writes did, as far as it is read back.

use std::collections::BTreeSet;

use crate::case::{Case, Check, QuestionIndex, Scope};
use crate::check::{Expectation, effect};
use crate::run::ask::Listed;
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
        let (mut is_done, mut is_read) = (false, false);
        for write in &case.subjects {
            let answers = self.asked.of(*write).iter().zip(self.asked.times(*write));
            let mut done = answers.filter(|((exchange, _), _)| exchange.is_success());
            let Some((_, (from, to))) = done.next() else {
                continue;
            };
            is_done = true;
            let before = lists.iter().rev().find(|list| list.to < *from);
            let Some(after) = lists.iter().find(|list| list.from > *to) else {
                continue;
            };
            is_read = true;
            let written = &self.plan.questions[*write].ids;
            let found =
                effect::after_write(expectation, written, before.map(|list| list.ids), after.ids);
            all.extend(self.seen_in(read, found));
        }
        if !is_done {
            return Err(Reason::NoBody);
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

    /// What is there before the first write, was not there at the start, and was refused in between.
    fn refused_kept(
        &self,
        case: &Case,
        expectation: &Expectation,
        read: QuestionIndex,
        lists: &[Listed<'_>],
    ) -> Vec<Seen> {
        let writes: BTreeSet<QuestionIndex> = self
            .plan
            .cases
            .iter()
            .filter(|other| other.operation == case.operation && other.id.check == Check::Effect)
            .flat_map(|other| other.subjects.iter().copied())
            .collect();
        let times = writes.iter().flat_map(|write| self.asked.times(*write));
        let first = times.map(|(from, _)| *from).min().unwrap_or(usize::MAX);
        let before = lists.iter().rev().find(|list| list.to < first);
        let (Some(at_first), Some(before)) = (lists.first(), before) else {
            return Vec::new();
        };
        // A request that was let in is told as such.
        let questions = self.plan.questions.iter().enumerate();
        let mut others = questions.filter(|(at, other)| {
            other.operation == case.operation && !writes.contains(at) && other.listing.is_none()
        });
        let is_let_in = others.any(|(at, _)| {
            let answers = self.asked.of(at).iter().zip(self.asked.times(at));
            let mut early = answers.filter(|(_, (_, to))| *to < before.from);
            early.any(|((exchange, _), _)| exchange.is_success())
        });
        if is_let_in {
            return Vec::new();
        }
        let asked = writes
            .iter()
            .flat_map(|write| &self.plan.questions[*write].ids);
        let asked: BTreeSet<String> = asked.cloned().collect();
        let asked: Vec<String> = asked.into_iter().collect();
        let found = effect::of_refused(expectation, &asked, at_first.ids, before.ids);
        self.seen_in(read, found.into_iter().collect())
    }
}
