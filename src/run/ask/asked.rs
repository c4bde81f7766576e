//! The answers of a run, with their times.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use crate::case::{Plan, QuestionIndex};
use crate::check::refusal;
use crate::check::steadiness::Timed;
use crate::client::{Exchange, Token};
use crate::contract::is_safe;
use crate::run::difference::Answer;
use crate::run::halt::Halt;
use crate::run::{RecordedAnswer, Suite};

/// How many bytes of read answers a run keeps to compare them, roughly.
pub(super) const MAX_KEPT: usize = 192 * 1024 * 1024;

/// When an answer was under way, by a clock that ticks at each start and each end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run) struct Time {
    /// When it was asked for. What a cache gave may have been true at any time since it was made: that is when it was
    /// asked for.
    pub(in crate::run) from: usize,
    /// When it was there.
    pub(in crate::run) to: usize,
    /// Whether a cache gave it, so that it may be older than the run.
    pub(in crate::run) is_old: bool,
}

impl Time {
    /// That of an exchange.
    pub(in crate::run) fn of(exchange: &Exchange, from: usize, to: usize) -> Self {
        let is_old = is_safe(&exchange.request.method) && exchange.age().is_some();
        Self { from, to, is_old }
    }
}

/// The ids that an answer lists, and when it was under way.
#[derive(Debug, Clone, Copy)]
pub(in crate::run) struct Listed<'a> {
    pub(in crate::run) ids: &'a [String],
    pub(in crate::run) from: usize,
    pub(in crate::run) to: usize,
    /// Whether a cache gave it, so that it may be older than the run.
    pub(in crate::run) is_old: bool,
}

/// The answers to each question, in the order of time.
#[derive(Debug)]
pub(in crate::run) struct Asked {
    pub(super) answers: Vec<Vec<Answer>>,
    /// When each of them was under way.
    pub(super) times: Vec<Vec<Time>>,
    /// Why the rest was not asked, where it was not.
    pub(in crate::run) halt: Option<Halt>,
    /// Whether what changed meanwhile was read until it rested.
    pub(super) is_settled: bool,
    /// Whether requests without a token that opens were not sent, as the portal admits no more of them.
    pub(in crate::run) is_throttled: bool,
    /// Whether somebody else asked, who may have done anything meanwhile.
    pub(in crate::run) is_recorded: bool,
    /// What hung once, and was answered when it was asked again.
    pub(super) woken: Vec<QuestionIndex>,
}

/// What was recorded, in the place of answers; what is read of them is bounded as in a run.
pub(in crate::run) fn recorded(suite: &Suite, plan: &Plan, recorded: Vec<RecordedAnswer>) -> Asked {
    let mut asked = Asked {
        is_recorded: true,
        ..unasked(plan)
    };
    let mut left = MAX_KEPT;
    for RecordedAnswer {
        question,
        mut exchange,
        from,
        to,
        other_values,
    } in recorded
    {
        let of = &plan.questions[question];
        let expectation = suite.expectations.get(of.operation, of.format);
        let answers = &mut asked.answers[question];
        let mut reading = expectation.map(|expectation| expectation.read(&exchange));
        if let Some(reading) = &mut reading {
            if other_values {
                reading.violations.retain(|one| !one.rule.is_of_values());
            }
            let earlier = answers.iter().filter_map(|(_, earlier)| earlier.as_ref());
            let mut earlier = earlier.filter_map(|earlier| earlier.body.as_ref());
            let same = earlier.find(|body| Some(*body) == reading.body.as_ref());
            match (same, left.checked_sub(reading.weight())) {
                (Some(same), _) => reading.body = Some(Arc::clone(same)),
                (None, Some(rest)) => left = rest,
                (None, None) => reading.set_aside(),
            }
        }
        refusal::keep_searched(&mut exchange);
        asked.times[question].push(Time::of(&exchange, from, to));
        answers.push((exchange, reading));
    }
    asked
}

/// What is known of a portal that was not asked.
pub(in crate::run) fn unasked(plan: &Plan) -> Asked {
    Asked {
        answers: vec![Vec::new(); plan.questions.len()],
        times: vec![Vec::new(); plan.questions.len()],
        halt: None,
        is_settled: true,
        is_throttled: false,
        is_recorded: false,
        woken: Vec::new(),
    }
}

/// The bodies of some answers that were read.
pub(super) fn bodies(answers: &[Answer]) -> Vec<&Value> {
    answers
        .iter()
        .filter_map(|(_, reading)| reading.as_ref()?.body.as_deref())
        .collect()
}

/// The bodies that were read, with their times.
pub(super) fn timed<'a>(answers: &'a [Answer], times: &[Time]) -> Vec<Timed<'a>> {
    let answers = answers.iter().zip(times);
    answers
        .filter_map(|((_, reading), time)| {
            Some(Timed {
                body: reading.as_ref()?.body.as_deref()?,
                from: time.from,
                to: time.to,
                is_old: time.is_old,
            })
        })
        .collect()
}

impl Asked {
    #[cfg(test)]
    pub(in crate::run) fn add(&mut self, question: QuestionIndex, answer: Answer) {
        let from = 2 * self.times.iter().map(Vec::len).sum::<usize>();
        let time = Time::of(&answer.0, from, from + 1);
        self.answers[question].push(answer);
        let from = if time.is_old { 0 } else { from };
        self.times[question].push(Time { from, ..time });
    }

    #[cfg(test)]
    pub(in crate::run) fn replace_last(&mut self, question: QuestionIndex, answer: Answer) {
        self.answers[question].pop();
        self.answers[question].push(answer);
    }

    /// Whether asking ended with enough findings before answers could be held against others.
    pub(in crate::run) fn is_cut_short(&self) -> bool {
        matches!(self.halt, Some(Halt::Failures(_))) && !self.is_settled
    }

    /// The answers to all questions, in the order of time.
    pub(in crate::run) fn all(&self) -> &[Vec<Answer>] {
        &self.answers
    }

    /// The answers to a question, in the order of time.
    pub(in crate::run) fn of(&self, question: QuestionIndex) -> &[Answer] {
        &self.answers[question]
    }

    /// The answers to those of some questions that are asked with the right token, each with the place of its
    /// operation.
    pub(in crate::run) fn opened<'a>(
        &'a self,
        plan: &'a Plan,
        questions: BTreeSet<QuestionIndex>,
    ) -> impl Iterator<Item = (usize, &'a Exchange)> {
        let with_token = questions
            .into_iter()
            .filter(|at| plan.questions[*at].request.token == Token::Valid);
        with_token.flat_map(|at| {
            let operation = plan.questions[at].operation;
            let answers = self.of(at).iter();
            answers.map(move |(exchange, _)| (operation, exchange))
        })
    }

    /// The bodies of the answers to a question, in the order of time.
    pub(in crate::run) fn bodies(&self, question: QuestionIndex) -> Vec<&Value> {
        bodies(&self.answers[question])
    }

    /// The same, with what is left of those that were too large to be kept.
    pub(in crate::run) fn outlines(&self, question: QuestionIndex) -> Vec<&Value> {
        let readings = self.answers[question]
            .iter()
            .filter_map(|(_, reading)| reading.as_ref());
        readings
            .filter_map(|reading| reading.body.as_deref().or(reading.outline.as_deref()))
            .collect()
    }

    /// The lists in the answers to a question, with the times in which they were under way.
    pub(in crate::run) fn listed(&self, question: QuestionIndex) -> Vec<Listed<'_>> {
        let answers = self.answers[question].iter().zip(&self.times[question]);
        answers
            .filter_map(|((_, reading), time)| {
                Some(Listed {
                    ids: reading.as_ref()?.listed.as_deref()?,
                    from: time.from,
                    to: time.to,
                    is_old: time.is_old,
                })
            })
            .collect()
    }

    /// When each of the answers to a question was under way.
    pub(in crate::run) fn times(&self, question: QuestionIndex) -> &[Time] {
        &self.times[question]
    }

    /// The same, with the times in which they were under way.
    pub(in crate::run) fn timed(&self, question: QuestionIndex) -> Vec<Timed<'_>> {
        timed(&self.answers[question], &self.times[question])
    }

    /// When each answer to a question was under way that was none of a refusal.
    pub(in crate::run) fn done(
        &self,
        question: QuestionIndex,
    ) -> impl Iterator<Item = (usize, usize)> {
        let answers = self.answers[question].iter().zip(&self.times[question]);
        let done = answers.filter(|((exchange, _), _)| {
            let status = exchange.status();
            status.is_none_or(|status| !(400..500).contains(&status))
        });
        done.map(|(_, time)| (time.from, time.to))
    }

    pub(in crate::run) fn retries(&self) -> u32 {
        self.answers
            .iter()
            .flatten()
            .map(|(exchange, _)| exchange.retries)
            .sum()
    }
}
