//! Answers to set-up steps that do not hold what is kept of them, held against what the pages promise.

use crate::case::{Check, Scope, Selected};
use crate::check::{Family, Violation};
use crate::contract::Format;
use crate::level::Level;
use crate::run::judge::Judge;
use crate::run::{Outcome, Seen, Shown, UnkeptAnswer, Verdict};

impl Judge<'_> {
    /// Adds what breaks the contract in them to the cases of their operations, as far as these do not tell it, be it
    /// that the operation is not let out otherwise.
    pub(super) fn add_unkept(
        &self,
        selected: &Selected,
        unkept: &[UnkeptAnswer],
        outcomes: &mut [Outcome],
    ) {
        for answer in unkept {
            let Some(operation) = answer.operation else {
                continue;
            };
            let Some(expectation) = self.suite.expectations.get(operation, Format::Json) else {
                continue;
            };
            let levels = &self.suite.levels;
            let found = expectation.read(&answer.exchange).violations.into_iter();
            for violation in found.filter(|one| levels.of(one.rule) == Level::Deny) {
                let Some(check) = check_of(&violation) else {
                    continue;
                };
                let cases = selected.cases().zip(outcomes.iter_mut());
                let mut own = cases.filter(|(case, _)| {
                    let id = &case.id;
                    case.operation == operation
                        && (id.format, id.scope) == (Format::Json, Scope::One)
                        && id.check == check
                });
                let Some((case, outcome)) = own.next() else {
                    continue;
                };
                let mut told = outcome.violations.iter();
                let is_told = told.any(|seen| {
                    seen.violation.rule == violation.rule
                        && seen.violation.member == violation.member
                });
                let Some(question) = case.subjects.first().filter(|_| !is_told) else {
                    continue;
                };
                outcome.violations.push(Seen {
                    shown: Shown::by(&[*question]),
                    ..self.seen(*question, violation, &answer.exchange, 1)
                });
                outcome.verdict = Verdict::Violates;
            }
        }
    }
}

/// The check that tells of a violation in one answer.
fn check_of(violation: &Violation) -> Option<Check> {
    match violation.family {
        Family::Transport => Some(Check::Transport),
        Family::Envelope => Some(Check::Envelope),
        Family::Schema => Some(Check::Members),
        _ => None,
    }
}
