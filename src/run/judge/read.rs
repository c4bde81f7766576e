//! Answers held against the reads of the resources that they tell of, as far as nothing else was written between.

use std::collections::{BTreeMap, BTreeSet};
use std::ptr;

use serde_json::Value;

use crate::case::{Case, QuestionIndex};
use crate::check::compare::differences;
use crate::check::identity::KnownReads;
use crate::check::sent::{Sent, is_trial};
use crate::check::steadiness::Timed;
use crate::check::{Expectation, Rule, Violation, identity};
use crate::contract::is_safe;
use crate::run::judge::{Found, Judge, beside};
use crate::run::{Reason, Seen};
use crate::shape::Shape;

/// The readings of each resource, by its id.
type Reads<'a> = BTreeMap<String, Vec<Timed<'a>>>;

/// The writes of a run that are not judged now, each by when it was under way.
struct OtherWrites(Vec<(usize, usize)>);

impl OtherWrites {
    /// Whether one of them may have happened between two answers, or beside one of them.
    fn lie_between(&self, one: &Timed<'_>, other: &Timed<'_>) -> bool {
        let (from, to) = (one.from.min(other.from), one.to.max(other.to));
        let mut writes = self.0.iter();
        writes.any(|(begun, ended)| *begun < to && from < *ended)
    }

    /// What an answer may be held against. Where other writes lie between it and what was read, that is what
    /// stood there before and in any read after all of them; with nothing read after them, it is nothing.
    fn known<'a>(&self, answer: &Timed<'_>, reads: &[Timed<'a>], shape: &Shape) -> KnownReads<'a> {
        let bodies =
            |reads: &[Timed<'a>]| -> Vec<&Value> { reads.iter().map(|read| read.body).collect() };
        let is_near = |read: &Timed<'a>| !self.lie_between(read, answer);
        let (near, far): (Vec<_>, Vec<_>) = reads.iter().copied().partition(is_near);
        let is_after = |read: &Timed<'a>| read.from > answer.to;
        // What the answer tells first may be what it did, which another write has changed again.
        let may_be_undone = !near.iter().any(is_after) && far.iter().any(is_after);
        if !near.is_empty() && !may_be_undone {
            return bodies(&near).into();
        }
        let before = reads.iter().filter(|read| !is_after(read));
        let before = before.max_by_key(|read| read.to);
        // The first of them may have come before what was written was everywhere.
        let mut after: Vec<&Timed<'a>> = reads.iter().filter(|read| is_after(read)).collect();
        after.dedup_by(|one, other| ptr::eq(one.body, other.body));
        let moved = match before {
            Some(before) if !after.is_empty() => {
                let of_each = after
                    .iter()
                    .flat_map(|after| differences(before.body, after.body, shape));
                let moved: BTreeSet<String> = of_each.map(|one| one.pointer).collect();
                moved.into_iter().collect()
            }
            _ => vec![String::new()],
        };
        KnownReads {
            reads: bodies(reads),
            moved,
        }
    }

    /// The same for each resource.
    fn known_of_each<'a>(
        &self,
        answer: &Timed<'_>,
        reads: &Reads<'a>,
        shape: &Shape,
    ) -> BTreeMap<String, KnownReads<'a>> {
        let known = |(id, reads): (&String, &Vec<Timed<'a>>)| {
            (id.clone(), self.known(answer, reads, shape))
        };
        reads.iter().map(known).collect()
    }
}

impl Judge<'_> {
    /// What an answer says otherwise than the reads of the same resources.
    pub(super) fn read(&self, case: &Case, expectation: &Expectation) -> Found {
        let mut writes = case.subjects.iter();
        let shape = expectation.answer.resource();
        let is_trial =
            |write: &QuestionIndex| is_trial(&self.plan.questions[*write].request, shape);
        if expectation.operation.writes() && writes.all(is_trial) {
            return Err(Reason::Trial);
        }
        let mut reads = self.reads_beside(case);
        if reads.is_empty() {
            return Err(self.without(&case.beside, Reason::NoReader));
        }
        reads.retain(|id, _| self.may_tell(case, id));
        if reads.is_empty() || self.is_all_old(case) {
            return Err(Reason::Cached);
        }
        let writes = self.writes_but(case.operation, None);
        let found = self.each_timed(case, |answer| {
            let known = writes.known_of_each(answer, &reads, shape);
            identity::as_read(expectation, answer.body, &known)
        })?;
        if !found.is_empty() {
            return self.as_each_read(case, expectation, &reads, &writes);
        }
        let found = self.read_after(case, expectation, &writes);
        if !found.is_empty() {
            return Ok(found);
        }
        let found = self.each_timed(case, |answer| {
            let known = writes.known_of_each(answer, &reads, shape);
            identity::reordered_as_read(expectation, answer.body, &known)
        })?;
        let mut found = beside(found, &case.beside);
        found.extend(self.changed_by_write(case, expectation));
        Ok(found)
    }

    /// The reads of a write that say otherwise than it did.
    pub(super) fn read_late(&self, case: &Case) -> Vec<QuestionIndex> {
        let expectation = self.suite.expectations.of_case(case);
        let found = expectation.map(|expectation| self.read(case, expectation));
        let found = found.and_then(Result::ok).unwrap_or_default();
        let unlike = found.iter();
        let unlike = unlike.filter(|seen| seen.violation.rule == Rule::UnlikeRead);
        let beside = unlike.flat_map(|seen| &seen.shown.beside);
        beside.copied().collect()
    }

    /// The resources that were read beside a case; none of which no answer holds one.
    fn reads_beside(&self, case: &Case) -> Reads<'_> {
        let mut reads = Reads::new();
        for question in &case.beside {
            if let Some((reader, id)) = self.reader(*question) {
                let resources = self.asked.timed(*question).into_iter().flat_map(|answer| {
                    let resources = reader.resources(answer.body).into_iter();
                    resources.map(move |body| Timed { body, ..answer })
                });
                reads.entry(id.to_owned()).or_default().extend(resources);
            }
        }
        reads.retain(|_, resources| !resources.is_empty());
        reads
    }

    /// Whether some read of a resource may tell what an answer does: not all of them are out of a cache, and not all
    /// that came after a write may be older than it.
    fn may_tell(&self, case: &Case, id: &str) -> bool {
        let questions = &self.plan.questions;
        let of_id =
            |question: &&QuestionIndex| questions[**question].ids.iter().any(|one| one == id);
        let writes = case.subjects.iter().filter(of_id);
        let writes = writes.filter(|write| !is_safe(&questions[**write].request.method));
        let written = writes.filter_map(|write| self.asked.times(*write).first());
        let written = written.map(|time| time.to).min();
        let reads = case
            .beside
            .iter()
            .filter(|read| questions[**read].ids == [id]);
        let reads = reads.flat_map(|read| self.asked.timed(*read));
        let reads = reads.filter(|read| written.is_none_or(|written| read.to > written));
        let (mut are_old, mut is_told) = (false, false);
        for read in reads {
            are_old |= read.is_old;
            is_told |= written.map_or(!read.is_old, |written| read.from > written);
        }
        is_told || !are_old
    }

    /// Whether a cache gave all answers of a case.
    fn is_all_old(&self, case: &Case) -> bool {
        let subjects = case.subjects.iter();
        let times = subjects.flat_map(|question| self.asked.times(*question));
        let mut times = times.peekable();
        times.peek().is_some() && times.all(|time| time.is_old)
    }

    /// What reads the answers to a question about one resource, and the resource's id; none to another question.
    fn reader(&self, question: QuestionIndex) -> Option<(&Expectation, &str)> {
        let asked = &self.plan.questions[question];
        let reader = self.suite.expectations.get(asked.operation, asked.format)?;
        match asked.ids.as_slice() {
            [id] => Some((reader, id)),
            _ => None,
        }
    }

    /// The writes of all operations but one, as far as they may have changed something: what was refused did not.
    /// Those that name one of these resources, where some are named.
    fn writes_but(&self, operation: usize, ids: Option<&[String]>) -> OtherWrites {
        let names_one =
            |named: &[String]| ids.is_none_or(|ids| ids.iter().any(|id| named.contains(id)));
        let questions = self.plan.questions.iter().enumerate();
        let others = questions.filter(|(_, question)| {
            question.operation != operation
                && !is_safe(&question.request.method)
                && names_one(&question.ids)
        });
        OtherWrites(others.flat_map(|(at, _)| self.asked.done(at)).collect())
    }

    /// What each answer of a case shows that was read, by when it was under way.
    fn each_timed(&self, case: &Case, judge: impl Fn(&Timed<'_>) -> Vec<Violation>) -> Found {
        self.each_body(case, |question, body| {
            let mut answers = self.asked.timed(question).into_iter();
            let answer = answers.find(|answer| ptr::eq(answer.body, body) && !answer.is_old);
            answer.map(|answer| judge(&answer)).unwrap_or_default()
        })
    }

    /// What an answer says otherwise than the reads of each resource.
    fn as_each_read(
        &self,
        case: &Case,
        expectation: &Expectation,
        reads: &Reads<'_>,
        writes: &OtherWrites,
    ) -> Found {
        let shape = expectation.answer.resource();
        let mut all = Vec::new();
        for (id, resources) in reads {
            let found = self.each_timed(case, |answer| {
                let known = writes.known(answer, resources, shape);
                let of_one = BTreeMap::from([(id.clone(), known)]);
                identity::as_read(expectation, answer.body, &of_one)
            })?;
            let of_id = |read: &&QuestionIndex| self.plan.questions[**read].ids == [id.clone()];
            let read: Vec<QuestionIndex> = case.beside.iter().filter(of_id).copied().collect();
            all.extend(beside(found, &read));
        }
        Ok(all)
    }

    /// What a write answered of a resource, where the last read before all writes said something else that it did
    /// not send, or where it sent something else.
    fn changed_by_write(&self, case: &Case, expectation: &Expectation) -> Vec<Seen> {
        let questions = &self.plan.questions;
        let is_write = |at: &QuestionIndex| questions[*at].operation == case.operation;
        let writes = (0..questions.len()).filter(is_write);
        let answers = writes.flat_map(|write| self.asked.timed(write));
        let Some(first) = answers.min_by_key(|answer| answer.from) else {
            return Vec::new();
        };
        // What the formats tell otherwise is another finding.
        let of_format = |read: &&QuestionIndex| questions[**read].format == case.id.format;
        let reads = || case.beside.iter().filter(of_format);
        let mut all = Vec::new();
        for write in &case.subjects {
            let answers = self.asked.timed(*write);
            let is_first = answers
                .first()
                .is_some_and(|answer| answer.from == first.from);
            if !is_first {
                continue;
            }
            // What makes another resource changes none of these.
            let others = self.writes_but(case.operation, Some(&questions[*write].ids));
            // The first write may answer with what was before it; later ones leave time for others to edit.
            let mut answers = answers.iter().take(2);
            let Some(answer) = answers.rfind(|answer| !others.lie_between(&first, answer)) else {
                continue;
            };
            let mut last: BTreeMap<&str, (usize, Vec<&Value>)> = BTreeMap::new();
            for read in reads() {
                let before = self.asked.timed(*read).into_iter();
                let before = before
                    .filter(|read| read.to < first.from && !others.lie_between(read, &first))
                    .max_by_key(|read| read.to);
                let before = before.filter(|one| !one.is_old);
                if let (Some((reader, id)), Some(read)) = (self.reader(*read), before)
                    && last.get(id).is_none_or(|(to, _)| *to < read.to)
                {
                    last.insert(id, (read.to, reader.resources(read.body)));
                }
            }
            let last = last.into_iter();
            let before = last.map(|(id, (_, read))| (id.to_owned(), read.into()));
            let before = before.collect();
            let shape = expectation.answer.resource();
            let sent = Sent::of(&expectation.operation, &questions[*write].request, shape);
            let sent = sent.as_ref();
            let body = answer.body;
            let mut found = identity::changed_by_write(expectation, body, &before, sent);
            if let Some(sent) = sent {
                let told = identity::unlike_sent(expectation, body, sent);
                // It may answer with what was before it, and do what was sent.
                let is_kept = |one: &Violation| {
                    let mut later = reads().filter_map(|read| {
                        let (reader, _) = self.reader(*read)?;
                        let timed = self.asked.timed(*read);
                        let mut after = timed.into_iter().filter(|read| read.from > answer.to);
                        let next = after.find(|read| !others.lie_between(answer, read))?;
                        Some(identity::unlike_sent(reader, next.body, sent))
                    });
                    later.all(|told| told.iter().any(|other| other.member == one.member))
                };
                found.extend(told.into_iter().filter(is_kept));
            }
            all.extend(beside(self.seen_in(*write, found), &case.beside));
        }
        all
    }

    /// What a write answered, where the read after it said something else, more than once: somebody may
    /// have edited a resource in between, but not each time.
    fn read_after(
        &self,
        case: &Case,
        expectation: &Expectation,
        others: &OtherWrites,
    ) -> Vec<Seen> {
        let questions = &self.plan.questions;
        let mut all = Vec::new();
        for write in &case.subjects {
            let answers = self.asked.timed(*write);
            let of_format = |read: &&QuestionIndex| questions[**read].format == case.id.format;
            for read in case.beside.iter().filter(of_format) {
                let Some((reader, id)) = self.reader(*read) else {
                    continue;
                };
                let reads = self.asked.timed(*read);
                let mut contradicted = BTreeMap::new();
                for answer in &answers {
                    let next = reads.iter().find(|read| read.from > answer.to);
                    let Some(next) = next.filter(|next| !others.lie_between(answer, next)) else {
                        continue;
                    };
                    let read =
                        BTreeMap::from([(id.to_owned(), reader.resources(next.body).into())]);
                    let found = identity::as_read(expectation, answer.body, &read);
                    if !found.is_empty() {
                        contradicted.insert(next.from, found);
                    }
                }
                // What it did reached the read late, where nothing else wrote to it meanwhile.
                let of_it = self.writes_but(case.operation, Some(&[id.to_owned()]));
                let is_late = answers.last().is_some_and(|answer| {
                    let after = reads.iter().filter(|read| read.from > answer.to);
                    let after = after.take_while(|read| !of_it.lie_between(answer, read));
                    let mut agrees = after.map(|read| {
                        let body = reader.resources(read.body).into();
                        let read = BTreeMap::from([(id.to_owned(), body)]);
                        identity::as_read(expectation, answer.body, &read).is_empty()
                    });
                    agrees.next() == Some(false) && agrees.any(|agrees| agrees)
                });
                if !is_late
                    && contradicted.len() > 1
                    && let Some((_, found)) = contradicted.pop_last()
                {
                    all.extend(beside(self.seen_in(*write, found), &[*read]));
                }
            }
        }
        all
    }
}
