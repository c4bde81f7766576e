//! Whether another profile fits a portal better than the one under which it is tried.
//!
//! A portal that speaks otherwise disagrees everywhere, and each of its answers is a pile of findings
//! with one cause. Where nothing that was read keeps the contract, one resource is read again as each
//! other built-in profile would ask for it, and the answers are compared.

use std::sync::Arc;

use crate::case::{self, Check, Plan, Question};
use crate::check::{Expectations, Reading, Rule};
use crate::client::{Client, Exchange, Repeat};
use crate::contract::{Contract, Format};
use crate::profile::{self, Profile};
use crate::run::ask::Asked;
use crate::run::{RecordedAnswer, Suite};

/// Fewer violations of one answer are drifts, not another way to speak.
const MIN_VIOLATIONS: usize = 5;
/// A profile fits better where it leaves at most one violation in so many.
const TIMES_BETTER: usize = 4;

/// So many recorded answers are read as another profile would.
const MAX_RECORDED: usize = 20;

/// A profile that fits the portal better.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The profile under which the portal was tried.
    pub tried: String,
    /// The profile that fits better.
    pub fits: String,
    /// The path that was read, as the fitting profile asks for it.
    pub path: String,
    /// How many violations the answer shows under the tried profile; `None` where there was no readable
    /// answer.
    pub before: Option<usize>,
    /// How many it shows under the fitting one.
    pub after: usize,
    /// How many of the violations are names in another letter case.
    pub letter_case: usize,
}

/// Looks for a profile that fits better, where nothing that was read fits the one of the suite.
pub(super) async fn misfit(
    suite: &Suite,
    plan: &Plan,
    client: &Client,
    asked: &Asked,
) -> Option<Misfit> {
    let before = best_reading(suite, plan, asked)?;
    let names = profile::builtin_names().into_iter();
    for name in names.filter(|name| *name != suite.profile.name) {
        let Ok(profile) = profile::load(name) else {
            continue;
        };
        let Some((path, after)) = read_as(suite, client, profile).await else {
            continue;
        };
        let found = before.body.is_some().then_some(before.violations.len());
        if is_better(after, found) {
            let in_other_case = |reading: &Reading| {
                let rules = reading.violations.iter().map(|violation| violation.rule);
                rules.filter(|rule| *rule == Rule::LetterCase).count()
            };
            return Some(Misfit {
                tried: suite.profile.name.clone(),
                fits: name.to_owned(),
                path,
                before: found,
                after,
                letter_case: in_other_case(before),
            });
        }
    }
    None
}

/// The same of recorded answers: no other is asked for, so they are read as another profile would.
pub(super) fn recorded_misfit(
    suite: &Suite,
    plan: &Plan,
    answers: &[RecordedAnswer],
) -> Option<Misfit> {
    let contract = &suite.contract;
    let successes = answers.iter().filter(|one| {
        let question = &plan.questions[one.question];
        one.exchange.is_success() && !contract.operations[question.operation].writes()
    });
    let successes: Vec<&RecordedAnswer> = successes.take(MAX_RECORDED).collect();
    let best = |expectations: &Expectations| {
        let readings = successes.iter().filter_map(|one| {
            let of = &plan.questions[one.question];
            let expectation = expectations.get(of.operation, of.format)?;
            Some((one, expectation.read(&one.exchange)))
        });
        readings.min_by_key(|(_, reading)| (reading.body.is_none(), reading.violations.len()))
    };
    let (_, before) = best(&suite.expectations)?;
    let found = before.violations.len();
    if before.body.is_some() && found < MIN_VIOLATIONS {
        return None;
    }
    let names = profile::builtin_names().into_iter();
    names
        .filter(|name| *name != suite.profile.name)
        .find_map(|name| {
            let profile = Arc::new(profile::load(name).ok()?);
            let (one, after) = best(&Expectations::of(contract, &profile, false))?;
            let left = after.violations.len();
            let found = before.body.is_some().then_some(found);
            let is_better = after.body.is_some() && is_better(left, found);
            let rules = before.violations.iter().map(|violation| violation.rule);
            is_better.then(|| Misfit {
                tried: suite.profile.name.clone(),
                fits: name.to_owned(),
                path: one.exchange.request.path.clone(),
                before: found,
                after: left,
                letter_case: rules.filter(|rule| *rule == Rule::LetterCase).count(),
            })
        })
}

/// Whether what leaves so many violations fits better than what found so many; `None` where that could not be read.
fn is_better(left: usize, found: Option<usize>) -> bool {
    match found {
        Some(found) => left * TIMES_BETTER <= found,
        None => left < MIN_VIOLATIONS,
    }
}

/// The reading of a read with the fewest violations; `None` where one fits well enough, or nothing
/// was read.
fn best_reading<'a>(suite: &Suite, plan: &Plan, asked: &'a Asked) -> Option<&'a Reading> {
    let contract = &suite.contract;
    let is_read = |question: &Question| !contract.operations[question.operation].writes();
    let questions = plan.questions.iter().enumerate();
    let best = questions
        .filter(|(_, question)| is_read(question))
        .flat_map(|(index, _)| asked.of(index))
        .filter_map(|answer| asked_reading(answer))
        .min_by_key(|reading| (reading.body.is_none(), reading.violations.len()))?;
    (best.body.is_none() || best.violations.len() >= MIN_VIOLATIONS).then_some(best)
}

fn asked_reading(answer: &super::difference::Answer) -> Option<&Reading> {
    // What was too large to be kept was readable all the same.
    answer.1.as_ref().filter(|reading| !reading.set_aside)
}

/// Reads one resource as a profile asks for it: the path, and how many violations the answer shows;
/// `None` where no answer can be read.
async fn read_as(suite: &Suite, client: &Client, profile: Profile) -> Option<(String, usize)> {
    let profile = Arc::new(profile);
    let operations = suite.contract.operations.iter();
    let mut reads = operations.filter(|one| !one.writes() && one.response(Format::Json).is_some());
    // One operation is enough, and laying out hundreds takes long.
    let contract = Contract {
        operations: vec![reads.next()?.clone()],
        ..Contract::default()
    };
    let plan = case::plan(&contract, &profile, client.target());
    let mut cases = plan.cases.iter();
    let case =
        cases.find(|case| case.id.check == Check::Transport && case.id.format == Format::Json)?;
    let request = plan.questions[*case.subjects.first()?].request.clone();
    let path = request.path.clone();
    let exchange: Exchange = client.ask(request, Repeat::Allowed).await;
    let expectations = Expectations::of(&contract, &profile, false);
    let reading = expectations
        .get(case.operation, Format::Json)?
        .read(&exchange);
    reading
        .body
        .is_some()
        .then_some((path, reading.violations.len()))
}

#[cfg(test)]
mod tests;
