//! Answers held against other answers: the two formats, the same question again.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::case::{Case, QuestionIndex};
use crate::check::compare::differences;
use crate::check::steadiness::{
    Steadiness, Timed, changed, first_alone, steadiness, steadiness_as_seen, steadiness_at,
    steadiness_beside,
};
use crate::check::written::{Written, parted};
use crate::check::{Expectation, identity, parity};
use crate::client::Repeat;
use crate::contract::is_safe;
use crate::run::Reason;
use crate::run::judge::{Found, Judge};

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

/// The newest that is known of a resource in one format.
struct Newest<'a> {
    told: Timed<'a>,
    /// Whether a cache gave it.
    is_old: bool,
    /// Whether nothing came after it.
    is_last: bool,
}

impl Judge<'_> {
    /// What XML says otherwise than JSON.
    pub(super) fn parity(&self, case: &Case, expectation: &Expectation) -> Found {
        let plan = self.plan;
        let mut all = Vec::new();
        let (mut compared, mut is_cached) = (false, false);
        for question in &case.subjects {
            let ids = &plan.questions[*question].ids;
            let twin = case
                .beside
                .iter()
                .find(|other| plan.questions[**other].ids == *ids);
            let xml = self.newest(*question);
            let json = twin.and_then(|twin| Some((*twin, self.newest(*twin)?)));
            let (Some((twin, json)), Some(xml)) = (json, xml) else {
                continue;
            };
            let found = parity::judge(expectation, json.told.body, xml.told.body);
            // What differs may have changed since the older one was made.
            if !found.is_empty() && self.are_apart(&json, &xml) {
                is_cached = true;
                continue;
            }
            compared = true;
            let found = self.seen_in(*question, found);
            all.extend(found.into_iter().map(|mut seen| {
                seen.shown.by.insert(twin);
                seen
            }));
        }
        if compared {
            Ok(all)
        } else if is_cached {
            Err(Reason::Cached)
        } else {
            let both = [case.subjects.as_slice(), &case.beside].concat();
            Err(self.without(&both, Reason::NoPair))
        }
    }

    /// The last answer to a question that no cache gave, or else the last one.
    fn newest(&self, question: QuestionIndex) -> Option<Newest<'_>> {
        let mut all = self.asked.timed(question);
        let last = *all.last()?;
        all.retain(|one| !one.is_old);
        let told = all.pop();
        Some(Newest {
            told: told.unwrap_or(last),
            is_old: told.is_none(),
            is_last: told.is_some_and(|told| told.to == last.to),
        })
    }

    /// Whether something may have changed between two answers, as a cache gave one of them, or gave what came later.
    fn are_apart(&self, one: &Newest<'_>, other: &Newest<'_>) -> bool {
        let (from, to) = (
            one.told.from.min(other.told.from),
            one.told.to.max(other.told.to),
        );
        let is_written = || {
            let mut writes = self.writes().into_iter();
            writes.any(|(begun, ended)| begun < to && from < ended)
        };
        let are_last = one.is_last && other.is_last;
        one.is_old || other.is_old || (!are_last && is_written())
    }

    /// What the same question was answered otherwise.
    pub(super) fn repeated(&self, case: &Case, expectation: &Expectation) -> Found {
        let mut all = Vec::new();
        let mut compared = false;
        for question in &case.subjects {
            let bodies = self.asked.timed(*question);
            if bodies.len() > 1 {
                compared = true;
                let (behaved, explained) = self.steadiness(*question, expectation, &bodies);
                let mut found = identity::repeated(expectation, &bodies, behaved);
                found.retain(|one| !explained.contains(&one.pointer));
                found.extend(identity::reordered(expectation, &bodies));
                found.extend(self.living.get(question).into_iter().flatten().cloned());
                all.extend(self.seen_in(*question, found));
            }
            // A second asking that is refused is no answer alike, whatever its reason; 429 is about the pace.
            let answers = self.asked.of(*question);
            if let [(first, _), rest @ ..] = answers
                && first.outcome.is_ok()
                && let Some((other, _)) = rest
                    .iter()
                    .find(|(other, _)| !other.is_late() && other.status() != first.status())
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
            all.extend(self.listed(case, expectation));
            Ok(all)
        } else {
            Err(self.without(&case.subjects, Reason::NoSecond))
        }
    }

    /// How the answers to a question behaved, beside those in the other format where it names resources; and where
    /// else they differ, as writes of the run say.
    pub(super) fn steadiness(
        &self,
        question: QuestionIndex,
        expectation: &Expectation,
        answers: &[Timed<'_>],
    ) -> (Steadiness, BTreeSet<String>) {
        if self.asked.is_recorded {
            let behaved = steadiness_as_seen(expectation, answers);
            return self.but_for_writes(question, expectation, answers, behaved);
        }
        let is_repeated =
            |twin: &QuestionIndex| self.plan.questions[*twin].repeat == Repeat::Allowed;
        let twin = self.plan.twin(question).filter(is_repeated);
        let beside = twin.and_then(|twin| {
            let of = &self.plan.questions[twin];
            let other = self.suite.expectations.get(of.operation, of.format)?;
            Some((other, self.asked.timed(twin)))
        });
        let alone = steadiness(expectation, answers);
        let behaved = beside.as_ref().map_or(alone, |(other, beside)| {
            steadiness_beside((expectation, answers), (other, beside))
        });
        if alone != Steadiness::Changed {
            return self.but_for_writes(question, expectation, answers, behaved);
        }
        // What one format tells before a write and the other after it was true each time.
        let behaved = match (behaved, &beside) {
            (Steadiness::Unsteady { .. }, Some((_, beside))) => {
                let mut both = [answers, beside].concat();
                both.sort_by_key(|answer| answer.from);
                let (_, others) = parted(expectation, &both, &self.written_beside(question));
                if others.is_empty() {
                    Steadiness::Changed
                } else {
                    behaved
                }
            }
            _ => behaved,
        };
        let of = answers.len();
        let behaved = if behaved != Steadiness::Changed {
            behaved
        } else if self.is_cold() {
            let differing = changed(expectation, answers).map_or(1, |(_, old)| old);
            Steadiness::Unsteady { differing, of }
        } else if first_alone(expectation, answers).is_some()
            && !answers[0].is_old
            && self.is_first_of_all(question, answers)
        {
            Steadiness::FirstAlone { of }
        } else {
            behaved
        };
        (behaved, BTreeSet::new())
    }

    /// How answers behaved that do not stay the same, but for what writes of the run made of them; and where.
    fn but_for_writes(
        &self,
        question: QuestionIndex,
        expectation: &Expectation,
        answers: &[Timed<'_>],
        behaved: Steadiness,
    ) -> (Steadiness, BTreeSet<String>) {
        if !matches!(behaved, Steadiness::Unsteady { .. }) {
            return (behaved, BTreeSet::new());
        }
        let (explained, others) = parted(expectation, answers, &self.written_beside(question));
        if explained.is_empty() {
            return (behaved, explained);
        }
        (steadiness_at(answers, &others), explained)
    }

    /// The writes of the run that may have changed something, equal ones with one number; without those of the
    /// operation that a question asks, which do the same each time.
    fn written_beside(&self, asked: QuestionIndex) -> Vec<Written> {
        let questions = &self.plan.questions;
        // The other format of a write is an equal one.
        let is_equal = |one: QuestionIndex, other: QuestionIndex| {
            let (one, other) = (&questions[one], &questions[other]);
            one.format != other.format
                && (one.operation, &one.ids, &one.request.body)
                    == (other.operation, &other.ids, &other.request.body)
        };
        let operation = questions[asked].operation;
        let mut different: Vec<QuestionIndex> = Vec::new();
        let mut all = Vec::new();
        for (at, question) in questions.iter().enumerate() {
            if is_safe(&question.request.method) || question.operation == operation {
                continue;
            }
            let mut done = self.asked.done(at).peekable();
            if done.peek().is_none() {
                continue;
            }
            let mut equal = different.iter().copied();
            let which = equal.find(|other| is_equal(at, *other)).unwrap_or(at);
            different.push(at);
            all.extend(done.map(|(from, to)| Written { which, from, to }));
        }
        all
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
                let mut answers = self.asked.timed(at);
                answers.retain(|answer| !answer.is_old);
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
}
