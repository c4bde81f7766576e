//! What answers show, each thing once, with how many of them show it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde_json::Value;

use crate::case::{Case, QuestionIndex};
use crate::check::{
    Expectation, Family, MAX_VIOLATIONS, Observed, Promise, Reading, Rule, Violation, Word,
};
use crate::client::Exchange;
use crate::media_type::media_type;
use crate::pointer::{is_index, unescaped, unindexed};
use crate::run::cause::detail;
use crate::run::difference::Answer;
use crate::run::judge::Judge;
use crate::run::{Seen, Shown};

impl Judge<'_> {
    pub(super) fn collect(
        &self,
        case: &Case,
        judge: impl Fn(&Exchange, Option<&Reading>) -> Vec<Violation>,
    ) -> Vec<Seen> {
        self.collect_of(&case.subjects, judge)
    }

    /// Judges every answer to some questions; equal violations are one, with a count, and no more of them are
    /// told than of one answer.
    pub(super) fn collect_of(
        &self,
        questions: &[QuestionIndex],
        judge: impl Fn(&Exchange, Option<&Reading>) -> Vec<Violation>,
    ) -> Vec<Seen> {
        let of_question = |question: &QuestionIndex| {
            let question = *question;
            let answers = self.asked.of(question).iter();
            answers.map(move |answer| (question, answer))
        };
        let answers: Vec<(QuestionIndex, &Answer)> =
            questions.iter().flat_map(of_question).collect();
        let mut all: Vec<Seen> = Vec::new();
        let mut places: BTreeMap<(Rule, String, Observed), usize> = BTreeMap::new();
        let mut is_cut = false;
        let mut items = Items::default();
        let mut reaches = Reaches::default();
        let mut of_seen: Vec<usize> = Vec::new();
        for (at, (question, (exchange, reading))) in answers.iter().enumerate() {
            let read = reading
                .as_ref()
                .map_or(0, |reading| reading.violations.len());
            is_cut |= read >= MAX_VIOLATIONS;
            for violation in judge(exchange, reading.as_ref()) {
                let (pointer, actual) = (violation.pointer.clone(), violation.actual.clone());
                let reach = reaches.add(&violation, *question, at);
                match places.entry((violation.rule, pointer, actual)) {
                    Entry::Occupied(known) => {
                        let known = &mut all[*known.get()];
                        known.times += 1;
                        known.shown.by.insert(*question);
                    }
                    Entry::Vacant(place) if all.len() < MAX_VIOLATIONS => {
                        let body = reading.as_ref().and_then(|reading| reading.body.as_deref());
                        let body = body.filter(|_| violation.family == Family::Schema);
                        let shown = Shown {
                            items: body.and_then(|body| items.of(at, body, &place.key().1)),
                            ..Shown::by(&[*question])
                        };
                        place.insert(all.len());
                        of_seen.push(reach);
                        let seen = self.seen(*question, violation, exchange, answers.len());
                        all.push(Seen { shown, ..seen });
                    }
                    Entry::Vacant(_) => is_cut = true,
                }
            }
        }
        let several = questions.len() > 1;
        for (seen, reach) in all.iter_mut().zip(of_seen) {
            let times = &reaches.each[reach];
            seen.shown.is_cut = is_cut;
            seen.shown.answers = times.values().sum();
            if several && seen.shown.answers < seen.of {
                let of = |question: &QuestionIndex| self.asked.of(*question).len();
                let asked = questions.iter().filter(|question| of(question) > 0);
                let each = asked.map(|question| {
                    let times = times.get(question).copied().unwrap_or_default();
                    (*question, times, of(question))
                });
                let has = |question| self.holds(question, &seen.violation.pointer);
                // What has no such place is no sound one.
                let mut each: Vec<_> = each.collect();
                if each.iter().any(|(question, ..)| has(*question)) {
                    each.retain(|(question, times, _)| *times > 0 || has(*question));
                }
                seen.shown.each = each;
            }
        }
        all
    }

    /// Whether an answer to a question has something at a place.
    fn holds(&self, question: QuestionIndex, pointer: &str) -> bool {
        let bodies = self.asked.bodies(question);
        bodies.iter().any(|body| body.pointer(pointer).is_some())
    }

    /// Violations that several answers show together, tied to the last exchange of a question.
    pub(super) fn seen_in(&self, question: QuestionIndex, violations: Vec<Violation>) -> Vec<Seen> {
        let answers = self.asked.of(question);
        let Some((exchange, _)) = answers.last() else {
            return Vec::new();
        };
        violations
            .into_iter()
            .map(|violation| Seen {
                times: answers.len(),
                shown: Shown::by(&[question]),
                ..self.seen(question, violation, exchange, answers.len())
            })
            .collect()
    }

    /// A violation goes with names of the portal's; a result is shown to many.
    pub(super) fn seen(
        &self,
        question: QuestionIndex,
        mut violation: Violation,
        exchange: &Exchange,
        of: usize,
    ) -> Seen {
        let expectations = &self.suite.expectations;
        let known = expectations.known();
        violation.pointer = known.shown_pointer(&violation.pointer);
        violation.member = known.shown_pointer(&violation.member);
        let asked = &self.plan.questions[question];
        let expectation = expectations.get(asked.operation, asked.format);
        let definition = expectation.and_then(|expectation| {
            let Expectation {
                operation, answer, ..
            } = expectation;
            let of = (violation.rule, violation.family);
            let homonyms = expectations.homonyms();
            homonyms.name_of(operation, answer, of, &violation.member)
        });
        Seen {
            definition,
            ..seen(violation, exchange, of)
        }
    }
}

/// What these answers show, held against those to other questions.
pub(super) fn beside(found: Vec<Seen>, others: &[QuestionIndex]) -> Vec<Seen> {
    let with = |mut seen: Seen| {
        seen.shown.beside.extend(others);
        seen
    };
    found.into_iter().map(with).collect()
}

/// What stands below a value at a step, `*` for all items.
fn below<'a>(value: &'a Value, step: &str) -> Vec<&'a Value> {
    match value {
        Value::Array(items) if step == "*" => items.iter().collect(),
        Value::Object(members) => members.get(&*unescaped(step)).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// What makes violations of one place one drift: the rule, the place in whatever item, and what tells apart what
/// concerns an answer as a whole.
type Drift = (Rule, String, Option<(Promise, Observed)>);

/// In how many answers each drift shows, by question.
#[derive(Default)]
struct Reaches {
    known: BTreeMap<Drift, usize>,
    each: Vec<BTreeMap<QuestionIndex, usize>>,
    /// The last answer that shows it.
    last: Vec<Option<usize>>,
}

impl Reaches {
    /// Counts an answer, by its place among all, that shows a violation; gives the place of the drift.
    fn add(&mut self, violation: &Violation, question: QuestionIndex, answer: usize) -> usize {
        let detail = detail(violation).map(|(promise, observed)| (promise.clone(), observed));
        let drift = (violation.rule, unindexed(&violation.pointer), detail);
        let place = *self.known.entry(drift).or_insert(self.each.len());
        if place == self.each.len() {
            self.each.push(BTreeMap::new());
            self.last.push(None);
        }
        if self.last[place].replace(answer) != Some(answer) {
            *self.each[place].entry(question).or_default() += 1;
        }
        place
    }
}

/// How many items there are in the places of answers, each counted once.
#[derive(Default)]
pub(super) struct Items(BTreeMap<(usize, String), Option<usize>>);

impl Items {
    /// Those beside the one that a JSON pointer leads into, in the body of an answer; `None` where it leads into none.
    pub(super) fn of(&mut self, answer: usize, body: &Value, pointer: &str) -> Option<usize> {
        // A member that is missing is one of the object around it.
        let (around, last) = pointer.rsplit_once('/')?;
        let is_item = is_index(last);
        let place = unindexed(if is_item { pointer } else { around });
        if !place.split('/').any(|step| step == "*") {
            return None;
        }
        let unknown = match self.0.entry((answer, place)) {
            Entry::Occupied(known) => return *known.get(),
            Entry::Vacant(unknown) => unknown,
        };
        let mut found = vec![body];
        for step in unknown.key().1.split('/').skip(1) {
            found = found.into_iter().flat_map(|one| below(one, step)).collect();
        }
        // What is no object can lack nothing.
        found.retain(|value| is_item || value.is_object());
        *unknown.insert(Some(found.len()).filter(|count| *count > 0))
    }
}

pub(super) fn seen(violation: Violation, exchange: &Exchange, of: usize) -> Seen {
    // What docs/checks.md says of a rule holds for what is found.
    debug_assert!(
        violation.rule.entry().families.contains(&violation.family),
        "{} is not seen by {}",
        violation.rule,
        violation.family
    );
    let header = exchange
        .outcome
        .as_ref()
        .ok()
        .and_then(|response| response.content_types.first());
    Seen {
        violation,
        definition: None,
        request: exchange.request.clone(),
        status: exchange.status(),
        media_type: header.map_or_else(String::new, |header| {
            let read = media_type(header).map(|read| Word::of(&read.essence));
            let word = read.unwrap_or_else(|reason| Word::of_header(header, reason));
            word.to_string()
        }),
        times: 1,
        of,
        shown: Shown::default(),
        waived: None,
    }
}
