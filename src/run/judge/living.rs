//! What lives in the answers of a run, so that no comparison takes it for a difference.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::case::QuestionIndex;
use crate::check::steadiness::Steadiness;
use crate::check::{self, Expectation, Violation, identity};
use crate::contract::Format;
use crate::pointer::unindexed;
use crate::run::Suite;
use crate::run::judge::Judge;
use crate::shape::Kind;

/// What lives.
#[derive(Default)]
pub(super) struct Living {
    /// What the answers to each question show of it.
    pub(super) told: BTreeMap<QuestionIndex, Vec<Violation>>,
    places: check::Living,
}

impl Living {
    /// The same suite, for which what lives is no difference; none where nothing lives.
    pub(super) fn beside(&self, suite: &Suite) -> Option<Suite> {
        let expectations = || suite.expectations.but_for(self.places.clone());
        (!self.places.is_empty()).then(|| Suite {
            expectations: Arc::new(expectations()),
            ..suite.clone()
        })
    }
}

impl Judge<'_> {
    /// What lives in answers that would be unsteady otherwise. What lives in those about one resource and flaps in
    /// those about another one flaps.
    pub(super) fn living(&self) -> Living {
        let mut living = Living::default();
        let mut flapping = check::Living::new();
        for (at, asked) in self.plan.questions.iter().enumerate() {
            let expectations = &self.suite.expectations;
            let answers = self.asked.timed(at);
            let Some(expectation) = expectations
                .get(asked.operation, asked.format)
                .filter(|_| answers.len() > 2)
            else {
                continue;
            };
            let (behaved, explained) = self.steadiness(at, expectation, &answers);
            if !matches!(behaved, Steadiness::Unsteady { .. }) {
                continue;
            }
            let twin = self.plan.twin(at).map(|twin| self.asked.timed(twin));
            let (mut told, mut others) =
                identity::living(expectation, &answers, &twin.unwrap_or_default());
            told.retain(|one| !explained.contains(&one.pointer));
            others.retain(|one| !explained.contains(one));
            let of = (asked.operation, asked.format);
            let flaps = flapping.entry(of).or_default();
            flaps.extend(others.iter().map(|one| unindexed(one)));
            if !told.is_empty() {
                living.told.insert(at, told);
            }
        }
        let flaps = |of: (usize, Format), pointer: &str| {
            let flapping = flapping.get(&of);
            flapping.is_some_and(|flapping| flapping.contains(pointer))
        };
        for (at, told) in &mut living.told {
            let asked = &self.plan.questions[*at];
            told.retain(|one| !flaps((asked.operation, asked.format), &unindexed(&one.pointer)));
            let lives: BTreeSet<String> = told.iter().map(|one| unindexed(&one.pointer)).collect();
            for (of, pointer) in self.same_members(*at, &lives) {
                if !flaps(of, &pointer) {
                    living.places.entry(of).or_default().insert(pointer);
                }
            }
        }
        for told in living.told.values_mut() {
            told.truncate(check::MAX_VIOLATIONS);
        }
        living
    }
    /// The places of members in all answers of the same operation, and in those of others about the same resources.
    fn same_members(
        &self,
        at: QuestionIndex,
        members: &BTreeSet<String>,
    ) -> BTreeSet<((usize, Format), String)> {
        let questions = &self.plan.questions;
        let asked = &questions[at];
        let expectations = &self.suite.expectations;
        let Some(own) = expectations.get(asked.operation, asked.format) else {
            return BTreeSet::new();
        };
        if members.is_empty() {
            return BTreeSet::new();
        }
        let around = &resources_at(own);
        let alike = questions.iter().filter(|one| {
            let mut ids = one.ids.iter();
            one.operation == asked.operation || ids.any(|id| asked.ids.contains(id))
        });
        let alike: BTreeSet<(usize, Format)> =
            alike.map(|one| (one.operation, one.format)).collect();
        let places = alike.into_iter().flat_map(|of| {
            let expectation = expectations.get(of.0, of.1);
            let places = members.iter().filter_map(move |member| {
                let inside = member.strip_prefix(around.as_str());
                let place = match inside {
                    Some(inside) => format!("{}{inside}", resources_at(expectation?)),
                    None if of.0 == asked.operation => member.clone(),
                    None => return None,
                };
                Some((of, place))
            });
            places.collect::<Vec<_>>()
        });
        places.collect()
    }
}

/// Where the resources of an answer stand, as a JSON pointer with a star for each place in a list.
fn resources_at(expectation: &Expectation) -> String {
    let answer = &expectation.answer;
    let items = match answer.payload().kind {
        Kind::List(_) => "/*",
        _ => "",
    };
    format!("{}{items}", answer.payload_pointer())
}
