//! What refusals answer, and what they give away beside one another.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::case::{Case, Expected, QuestionIndex, Refusal, WrongToken};
use crate::check::refusal::{Places, Strictness, Told, differ};
use crate::check::{Expectation, Observed, refusal};
use crate::client::{Exchange, Request, Response, Token};
use crate::run::Seen;
use crate::run::judge::Judge;

impl Judge<'_> {
    /// Everything that the answers to requests break that must be refused.
    pub(super) fn refused(
        &self,
        case: &Case,
        expectation: &Expectation,
        refusal: &Refusal,
    ) -> Vec<Seen> {
        let expected = refusal.expected();
        let strictness = self.strictness(case, expected);
        let differing = self.differing(case);
        let unknown = self.unknown(case, refusal);
        self.collect(case, |exchange, _| {
            let mut found = refusal::judge(expectation, exchange, expected);
            let is_opened = expected == Expected::Misplaced && !found.is_empty();
            found.extend(refusal::existence(expectation, exchange.status(), unknown));
            // What a token gets that opens is the data, and no refusal.
            if let (Ok(response), false) = (&exchange.outcome, is_opened) {
                let held = refusal::members_held(expectation, response);
                // Below names of a resource it is data, however often it is said.
                let is_data = refusal::names_members(held);
                let leaked = refusal::leaked_members(expectation, held).or_else(|| {
                    self.leaked_text(exchange, response, strictness, is_data, &differing)
                });
                found.extend(leaked.map(|actual| refusal::leak(expectation, actual)));
            }
            found
        })
    }

    /// How a request without a token is refused that names nothing; for cases of a missing token alone.
    fn unknown(&self, case: &Case, refusal: &Refusal) -> Option<u16> {
        if *refusal != Refusal::Token(WrongToken::Missing) {
            return None;
        }
        let is_bare = |question: &&QuestionIndex| {
            self.plan.questions[**question].request.token == Token::None
        };
        let question = case.beside.iter().find(is_bare)?;
        self.asked.of(*question).first()?.0.status()
    }

    /// A text of a resource that no refusal says anyway, or a shorter one that changes with the resource.
    fn leaked_text(
        &self,
        exchange: &Exchange,
        response: &Response,
        strictness: Strictness,
        is_data: bool,
        differing: &[&Request],
    ) -> Option<Observed> {
        let told = self.told();
        let mut found = told.in_answer(response);
        if found.is_empty() {
            return None;
        }
        let asked = told.in_request(&exchange.request);
        let said_anyway = self.said_anyway();
        found.retain(|place| (is_data || !said_anyway.contains(place)) && !asked.contains(place));
        (told.tell(&found, strictness) || differing.contains(&&exchange.request))
            .then_some(Observed::LeakedText)
    }

    /// Every word counts where nobody may know anything, and where it is known what refusals say anyway.
    fn strictness(&self, case: &Case, expected: Expected) -> Strictness {
        let is_known = case.beside.iter().any(|question| {
            let mut answers = self.asked.of(*question).iter();
            answers.any(|(exchange, _)| exchange.outcome.is_ok())
        });
        match expected {
            Expected::Unauthenticated if is_known => Strictness::Words,
            _ => Strictness::Telling,
        }
    }

    /// The requests whose refusals hold a value that those for other resources do not.
    fn differing(&self, case: &Case) -> Vec<&Request> {
        let questions = &self.plan.questions;
        let told = self.told();
        let samples: Vec<(QuestionIndex, Vec<Places>)> = case
            .subjects
            .iter()
            .filter(|question| !questions[**question].ids.is_empty())
            .map(|question| {
                let answers = self.asked.of(*question).iter();
                let answers = answers.filter_map(|(exchange, _)| exchange.outcome.as_ref().ok());
                (*question, answers.map(|one| told.in_answer(one)).collect())
            })
            .collect();
        let is_alike = |one: QuestionIndex, other: QuestionIndex| {
            let (one, other) = (&questions[one], &questions[other]);
            one.request.token == other.request.token && one.ids != other.ids
        };
        let differing = samples.iter().filter(|(question, found)| {
            let request = &questions[*question].request;
            let mut anyway = self.said_anyway().clone();
            anyway.extend(told.in_request(request));
            let mut others = samples.iter();
            others.any(|(other, compared)| {
                is_alike(*question, *other) && differ(found, compared, &anyway)
            })
        });
        differing
            .map(|(question, _)| &questions[*question].request)
            .collect()
    }

    /// Every value that the portal told about its resources.
    fn told(&self) -> &Told {
        self.told.get_or_init(|| {
            let mut values = BTreeSet::new();
            for question in &self.plan.told {
                let asked = &self.plan.questions[*question];
                let reader = self.suite.expectations.get(asked.operation, asked.format);
                let bodies = self.asked.bodies(*question);
                let (Some(reader), Some(body)) = (reader, bodies.first()) else {
                    continue;
                };
                let mut pending = reader.resources(body);
                while let Some(value) = pending.pop() {
                    match value {
                        Value::Array(items) => pending.extend(items),
                        Value::Object(members) => pending.extend(members.values()),
                        Value::String(text) => {
                            values.insert(text.clone());
                        }
                        Value::Number(number) => {
                            values.insert(number.to_string());
                        }
                        Value::Bool(value) => {
                            values.insert(value.to_string());
                        }
                        Value::Null => {}
                    }
                }
            }
            Told::of(values.iter().map(String::as_str))
        })
    }

    /// What refusals say of requests that name no resource.
    fn said_anyway(&self) -> &Places {
        self.said_anyway.get_or_init(|| {
            let neutral = self.plan.neutral.iter();
            let answers = neutral.flat_map(|question| self.asked.of(*question));
            let answers = answers.filter_map(|(exchange, _)| exchange.outcome.as_ref().ok());
            // What tells of success is no refusal.
            let refusals = answers.filter(|response| !(200..300).contains(&response.status));
            let told = self.told();
            refusals
                .flat_map(|response| told.in_answer(response))
                .collect()
        })
    }
}
