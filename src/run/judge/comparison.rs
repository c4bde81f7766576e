//! Answers held against other answers: the two formats, the same question again, the reads of a resource.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::Value;

use crate::case::{Case, QuestionIndex};
use crate::check::compare::differences;
use crate::check::steadiness::{
    Steadiness, Timed, changed, first_alone, steadiness, steadiness_as_seen, steadiness_beside,
};
use crate::check::{Expectation, identity, parity};
use crate::client::Repeat;
use crate::run::judge::{Found, Judge};
use crate::run::{Reason, Seen};

/// How a resource changed over all reads of it.
#[derive(Default)]
struct Warming {
    /// When, where the first answer in a format alone differs.
    first: Option<Range<usize>>,
    /// When, in all formats that changed.
    changed: Option<Range<usize>>,
    /// How many answers tell what was before.
    old: usize,
}

impl Warming {
    /// Of all reads of one resource, format by format.
    fn of(reads: &[(&Expectation, Vec<Timed<'_>>)]) -> Self {
        let mut warming = Self::default();
        let mut told = Vec::new();
        for (expectation, answers) in reads {
            let Some((moment, old)) = changed(expectation, answers) else {
                continue;
            };
            let first = warming.first.take();
            warming.first = first.or_else(|| first_alone(expectation, answers));
            warming.old += old;
            warming.narrow(moment);
            told.extend(answers.last());
        }
        // A format that always told the new was asked after the change.
        for (expectation, answers) in reads {
            let Some(one) = answers.first() else { continue };
            let is_new = |new: &Timed<'_>| {
                differences(new.body, one.body, &expectation.answer.envelope).is_empty()
            };
            let is_steady = steadiness(expectation, answers) == Steadiness::Steady;
            if is_steady && told.iter().any(is_new) {
                warming.narrow(0..one.to);
            }
        }
        warming
    }

    fn narrow(&mut self, moment: Range<usize>) {
        self.changed = Some(match self.changed.take() {
            Some(other) => moment.start.max(other.start)..moment.end.min(other.end),
            None => moment,
        });
    }
}

/// Whether there is a moment in all of these times.
fn has_one_moment(times: &[&Range<usize>]) -> bool {
    let from = times.iter().map(|time| time.start).max();
    let to = times.iter().map(|time| time.end).min();
    from <= to
}

impl Judge<'_> {
    /// What XML says otherwise than JSON.
    pub(super) fn parity(&self, case: &Case, expectation: &Expectation) -> Found {
        let plan = self.plan;
        let mut all = Vec::new();
        let mut compared = false;
        for question in &case.subjects {
            let ids = &plan.questions[*question].ids;
            let twin = case
                .beside
                .iter()
                .find(|other| plan.questions[**other].ids == *ids);
            let xml = self.asked.bodies(*question);
            let json = twin
                .map(|twin| self.asked.bodies(*twin))
                .unwrap_or_default();
            let (Some(json), Some(xml)) = (json.last(), xml.last()) else {
                continue;
            };
            compared = true;
            let found = self.seen_in(*question, parity::judge(expectation, json, xml));
            all.extend(found.into_iter().map(|mut seen| {
                seen.shown.by.extend(twin);
                seen
            }));
        }
        if compared {
            Ok(all)
        } else {
            let both = [case.subjects.as_slice(), &case.beside].concat();
            Err(self.without(&both, Reason::NoPair))
        }
    }

    /// What the same question was answered otherwise.
    pub(super) fn repeated(&self, case: &Case, expectation: &Expectation) -> Found {
        let mut all = Vec::new();
        let mut compared = false;
        for question in &case.subjects {
            let bodies = self.asked.timed(*question);
            if bodies.len() > 1 {
                compared = true;
                let behaved = self.steadiness(*question, expectation, &bodies);
                let mut found = identity::repeated(expectation, &bodies, behaved);
                found.extend(identity::reordered(expectation, &bodies));
                all.extend(self.seen_in(*question, found));
            }
            // A second asking that is refused is no answer alike, whatever its reason; 429 is about the pace.
            let answers = self.asked.of(*question);
            if let [(first, _), rest @ ..] = answers
                && first.outcome.is_ok()
                && let Some((other, _)) = rest
                    .iter()
                    .find(|(other, _)| other.status() != first.status())
                && [first, other].iter().all(|one| one.status() != Some(429))
                && !bodies.is_empty()
                && bodies.len() < answers.len()
            {
                compared = true;
                let found = identity::refused_again(expectation, first.status(), other.status());
                all.extend(self.seen_in(*question, vec![found]));
            }
        }
        if compared {
            Ok(all)
        } else {
            Err(self.without(&case.subjects, Reason::NoSecond))
        }
    }

    /// How the answers to a question behaved, beside those in the other format where it names resources.
    fn steadiness(
        &self,
        question: QuestionIndex,
        expectation: &Expectation,
        answers: &[Timed<'_>],
    ) -> Steadiness {
        if self.asked.is_recorded {
            return steadiness_as_seen(expectation, answers);
        }
        let is_repeated =
            |twin: &QuestionIndex| self.plan.questions[*twin].repeat == Repeat::Allowed;
        let twin = self.plan.twin(question).filter(is_repeated);
        let beside = twin.and_then(|twin| {
            let of = &self.plan.questions[twin];
            let other = self.suite.expectations.get(of.operation, of.format)?;
            Some((other, self.asked.timed(twin)))
        });
        let behaved = match beside {
            Some((other, beside)) => steadiness_beside((expectation, answers), (other, &beside)),
            None => steadiness(expectation, answers),
        };
        if behaved != Steadiness::Changed {
            return behaved;
        }
        let of = answers.len();
        if self.is_cold() {
            let differing = changed(expectation, answers).map_or(1, |(_, old)| old);
            return Steadiness::Unsteady { differing, of };
        }
        if first_alone(expectation, answers).is_some() && self.is_first_of_all(question, answers) {
            return Steadiness::FirstAlone { of };
        }
        behaved
    }

    /// Whether the first answer to a question is the first of all about its one resource, and the other format
    /// always told the same.
    fn is_first_of_all(&self, question: QuestionIndex, answers: &[Timed<'_>]) -> bool {
        let questions = &self.plan.questions;
        let [id] = questions[question].ids.as_slice() else {
            return false;
        };
        let others = questions.iter().enumerate();
        let mut others = others.filter(|(at, other)| *at != question && other.ids.contains(id));
        let is_steady = self.plan.twin(question).is_none_or(|twin| {
            let of = &questions[twin];
            let other = self.suite.expectations.get(of.operation, of.format);
            let beside = self.asked.timed(twin);
            other.is_none_or(|other| {
                beside.is_empty() || steadiness(other, &beside) == Steadiness::Steady
            })
        });
        is_steady
            && others.all(|(at, _)| {
                let beside = self.asked.timed(at);
                beside.iter().all(|one| one.from >= answers[0].to)
            })
    }

    /// Whether resources came to be what they are as they were asked for: the first answers about several are
    /// unlike all others about them, and no one moment explains it. Nobody edits each resource between its first
    /// and its second read, or each after as many reads.
    fn is_cold(&self) -> bool {
        *self.is_cold.get_or_init(|| {
            let questions = &self.plan.questions;
            let mut operations: BTreeMap<usize, BTreeMap<&str, Vec<_>>> = BTreeMap::new();
            for (at, asked) in questions.iter().enumerate() {
                let answers = self.asked.timed(at);
                let expectation = self.suite.expectations.get(asked.operation, asked.format);
                if let (Some(expectation), [id]) = (expectation, asked.ids.as_slice())
                    && answers.len() > 1
                {
                    let resources = operations.entry(asked.operation).or_default();
                    resources
                        .entry(id)
                        .or_default()
                        .push((expectation, answers));
                }
            }
            operations.values().any(|resources| {
                let resources: Vec<Warming> =
                    resources.values().map(|reads| Warming::of(reads)).collect();
                let all = || resources.iter();
                let first: Vec<_> = all().filter_map(|one| one.first.as_ref()).collect();
                let changed: Vec<_> = all().filter_map(|one| one.changed.as_ref()).collect();
                let count = all().next().map(|one| one.old);
                let is_even =
                    changed.len() == resources.len() && all().all(|one| Some(one.old) == count);
                let is_first =
                    first.len() > 1 && (first.len() == resources.len() || !has_one_moment(&first));
                is_first || (changed.len() > 1 && is_even && !has_one_moment(&changed))
            })
        })
    }

    /// What an answer says otherwise than the reads of the same resources.
    pub(super) fn read(&self, case: &Case, expectation: &Expectation) -> Found {
        let plan = self.plan;
        let mut reads: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
        for question in &case.beside {
            let asked = &plan.questions[*question];
            let reader = self.suite.expectations.get(asked.operation, asked.format);
            if let (Some(reader), [id]) = (reader, asked.ids.as_slice()) {
                let bodies = self.asked.bodies(*question);
                let resources = bodies.into_iter().flat_map(|body| reader.resources(body));
                reads.entry(id.clone()).or_default().extend(resources);
            }
        }
        reads.retain(|_, resources| !resources.is_empty());
        if reads.is_empty() {
            return Err(self.without(&case.beside, Reason::NoReader));
        }
        let found = self.each_body(case, |_, body| identity::as_read(expectation, body, &reads))?;
        if !found.is_empty() {
            return self.as_each_read(case, expectation, &reads);
        }
        let found = self.read_after(case, expectation);
        if !found.is_empty() {
            return Ok(found);
        }
        let found = self.each_body(case, |_, body| {
            identity::reordered_as_read(expectation, body, &reads)
        })?;
        let mut found = beside(found, &case.beside);
        found.extend(self.changed_by_write(case, expectation));
        Ok(found)
    }

    /// What an answer says otherwise than the reads of each resource.
    fn as_each_read(
        &self,
        case: &Case,
        expectation: &Expectation,
        reads: &BTreeMap<String, Vec<&Value>>,
    ) -> Found {
        let mut all = Vec::new();
        for (id, resources) in reads {
            let of_one = BTreeMap::from([(id.clone(), resources.clone())]);
            let found = self.each_body(case, |_, body| {
                identity::as_read(expectation, body, &of_one)
            })?;
            let of_id = |read: &&QuestionIndex| self.plan.questions[**read].ids == [id.clone()];
            let read: Vec<QuestionIndex> = case.beside.iter().filter(of_id).copied().collect();
            all.extend(beside(found, &read));
        }
        Ok(all)
    }

    /// What a write answered of a resource, where the last read before all writes said something else.
    fn changed_by_write(&self, case: &Case, expectation: &Expectation) -> Vec<Seen> {
        let questions = &self.plan.questions;
        let is_write = |at: &QuestionIndex| questions[*at].operation == case.operation;
        let writes = (0..questions.len()).filter(is_write);
        let answers = writes.flat_map(|write| self.asked.timed(write));
        let Some(first) = answers.map(|answer| answer.from).min() else {
            return Vec::new();
        };
        let mut last: BTreeMap<&str, (usize, Vec<&Value>)> = BTreeMap::new();
        // What the formats tell otherwise is another finding.
        let of_format = |read: &&QuestionIndex| questions[**read].format == case.id.format;
        for read in case.beside.iter().filter(of_format) {
            let asked = &questions[*read];
            let reader = self.suite.expectations.get(asked.operation, asked.format);
            let reads = self.asked.timed(*read).into_iter();
            let before = reads
                .filter(|read| read.to < first)
                .max_by_key(|read| read.to);
            if let (Some(reader), [id], Some(read)) = (reader, asked.ids.as_slice(), before)
                && last.get(id.as_str()).is_none_or(|(to, _)| *to < read.to)
            {
                last.insert(id, (read.to, reader.resources(read.body)));
            }
        }
        let last = last.into_iter();
        let before = last.map(|(id, (_, read))| (id.to_owned(), read)).collect();
        let mut all = Vec::new();
        for write in &case.subjects {
            // The first write may answer with what was before it; later ones leave time for others to edit.
            let answers = self.asked.timed(*write);
            let is_first = answers.first().is_some_and(|answer| answer.from == first);
            if let (true, Some(answer)) = (is_first, answers.iter().take(2).next_back()) {
                let found = identity::changed_by_write(expectation, answer.body, &before);
                all.extend(beside(self.seen_in(*write, found), &case.beside));
            }
        }
        all
    }

    /// What a write answered, where the read after it said something else, more than once: somebody may
    /// have edited a resource in between, but not each time.
    fn read_after(&self, case: &Case, expectation: &Expectation) -> Vec<Seen> {
        let questions = &self.plan.questions;
        let mut all = Vec::new();
        for write in &case.subjects {
            let answers = self.asked.timed(*write);
            let of_format = |read: &&QuestionIndex| questions[**read].format == case.id.format;
            for read in case.beside.iter().filter(of_format) {
                let asked = &questions[*read];
                let reader = self.suite.expectations.get(asked.operation, asked.format);
                let (Some(reader), [id]) = (reader, asked.ids.as_slice()) else {
                    continue;
                };
                let reads = self.asked.timed(*read);
                let mut contradicted = BTreeMap::new();
                for answer in &answers {
                    let Some(next) = reads.iter().find(|read| read.from > answer.to) else {
                        continue;
                    };
                    let read = BTreeMap::from([(id.clone(), reader.resources(next.body))]);
                    let found = identity::as_read(expectation, answer.body, &read);
                    if !found.is_empty() {
                        contradicted.insert(next.from, found);
                    }
                }
                if contradicted.len() > 1
                    && let Some((_, found)) = contradicted.pop_last()
                {
                    all.extend(beside(self.seen_in(*write, found), &[*read]));
                }
            }
        }
        all
    }
}

/// What these answers show, held against those to other questions.
fn beside(found: Vec<Seen>, others: &[QuestionIndex]) -> Vec<Seen> {
    let with = |mut seen: Seen| {
        seen.shown.beside.extend(others);
        seen
    };
    found.into_iter().map(with).collect()
}
