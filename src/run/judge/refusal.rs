//! What refusals answer, and what they give away beside one another.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::case::{Case, Expected, Question, QuestionIndex, Refusal, WrongToken};
use crate::check::refusal::{
    Places, Strictness, Told, Words, differ, parts, said, said_in_request,
};
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
        let mut differing = self.differing(case);
        if expected == Expected::Unauthenticated {
            differing.extend(self.saying_otherwise(case));
        }
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
        if differing.contains(&&exchange.request) {
            return Some(Observed::LeakedText);
        }
        let told = self.told();
        let mut found = told.in_answer(response);
        if found.is_empty() {
            return None;
        }
        let asked = told.in_request(&exchange.request);
        let said_anyway = self.said_anyway();
        found.retain(|place| (is_data || !said_anyway.contains(place)) && !asked.contains(place));
        told.tell(&found, strictness)
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
        let told = self.told();
        self.apart(
            case,
            |answer| told.in_answer(answer),
            |request| {
                let mut anyway = self.said_anyway().clone();
                anyway.extend(told.in_request(request));
                anyway
            },
            |_, _| true,
        )
    }

    /// The requests whose refusals say a word that those for other resources do not, of some value or not.
    fn saying_otherwise(&self, case: &Case) -> Vec<&Request> {
        // Of one resource a refusal may speak otherwise than of several.
        let is_alike = |one: &Question, other: &Question| one.ids.len() == other.ids.len();
        let anyway: Words = self.neutral().flat_map(said).collect();
        self.apart(
            case,
            said,
            |request| &anyway | &said_in_request(request),
            is_alike,
        )
    }

    /// The requests whose refusals all hold something that none for another resource does, and that is
    /// not said anyway.
    fn apart<T: Ord>(
        &self,
        case: &Case,
        held: impl Fn(&Response) -> BTreeSet<T>,
        anyway: impl Fn(&Request) -> BTreeSet<T>,
        is_alike: impl Fn(&Question, &Question) -> bool,
    ) -> Vec<&Request> {
        let questions = case
            .subjects
            .iter()
            .map(|at| (*at, &self.plan.questions[*at]));
        let samples: Vec<(&Question, Vec<BTreeSet<T>>)> = questions
            .filter(|(_, question)| !question.ids.is_empty())
            .map(|(at, question)| {
                let answers = self.asked.of(at).iter();
                let answers = answers.filter_map(|(exchange, _)| exchange.outcome.as_ref().ok());
                (question, answers.map(&held).collect())
            })
            .collect();
        let differing = samples.iter().filter(|(question, found)| {
            let anyway = anyway(&question.request);
            samples.iter().any(|(other, compared)| {
                question.request.token == other.request.token
                    && question.ids != other.ids
                    && is_alike(question, other)
                    && differ(found, compared, &anyway)
            })
        });
        differing.map(|(question, _)| &question.request).collect()
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
            let values = || values.iter().map(String::as_str);
            Told::of(values(), values().flat_map(parts))
        })
    }

    /// What refusals say of requests that name no resource.
    fn said_anyway(&self) -> &Places {
        self.said_anyway.get_or_init(|| {
            let told = self.told();
            self.neutral()
                .flat_map(|response| told.in_answer(response))
                .collect()
        })
    }

    /// Refusals of requests that name no resource.
    fn neutral(&self) -> impl Iterator<Item = &Response> {
        let neutral = self.plan.neutral.iter();
        let answers = neutral.flat_map(|question| self.asked.of(*question));
        let answers = answers.filter_map(|(exchange, _)| exchange.outcome.as_ref().ok());
        // What tells of success is no refusal.
        answers.filter(|response| !(200..300).contains(&response.status))
    }
}
