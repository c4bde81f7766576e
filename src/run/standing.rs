//! Whether all that must succeed is answered by something else than the API, so that nothing more need be asked.
//!
//! In comes every exchange as it ends. What the answers are is told at the end of the run, by `obstacle.rs`; here they
//! are only counted, and one answer of another kind is enough to ask all.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::check::{Expectation, Reading};
use crate::client::{Exchange, Token};
use crate::run::obstacle::leads_elsewhere;
use crate::run::sameness::Same;

/// How many answers to questions that must succeed are alike before the rest is not asked.
const ENOUGH: usize = 20;
/// Of how many operations they must be, where there are so many.
const MIN_OPERATIONS: usize = 3;

/// Whether an answer is the API's own: it keeps what is promised, or holds the documented payload or a member of it,
/// whatever is wrong there.
pub(super) fn is_of_api(expectation: &Expectation, reading: &Reading) -> bool {
    let holds = |body: &Value| {
        let has_envelope = !expectation.answer.payload_pointer().is_empty();
        let payload = expectation.payload(body).filter(|one| !one.is_null());
        let known = expectation.answer.resource();
        let is_known = |resource: &&Value| {
            let mut names = resource.as_object().into_iter().flatten();
            names.any(|(name, _)| known.member(name).is_some())
        };
        has_envelope && payload.is_some() || expectation.resources(body).iter().any(is_known)
    };
    reading.violations.is_empty() || reading.body.as_deref().is_some_and(holds)
}

/// What an answer is where the API did not look at the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Face {
    /// It leads elsewhere.
    Elsewhere,
    /// The right token is not known.
    Refused,
    /// A page for people.
    Page,
    /// The portal is not paid for.
    Unpaid,
    /// The path is not known.
    Unknown,
    /// What others are answered, too.
    Same(Same),
}

impl Face {
    fn of(exchange: &Exchange) -> Option<Self> {
        match exchange.status()? {
            status if leads_elsewhere(status) => Some(Self::Elsewhere),
            401 => Some(Self::Refused),
            _ if exchange.html_page().is_some() => Some(Self::Page),
            402 => Some(Self::Unpaid),
            404 => Some(Self::Unknown),
            _ => Same::of(exchange).map(Self::Same),
        }
    }

    /// Whether an API may answer so itself, where it answers others otherwise.
    fn must_be_of_all(self) -> bool {
        matches!(self, Self::Unpaid | Self::Unknown | Self::Same(_))
    }
}

/// What all answers so far have in common.
#[derive(Debug)]
pub(super) struct Standing {
    /// Of how many operations there must be answers.
    operations: usize,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// Whether some answer that must succeed was another one.
    is_mixed: bool,
    face: Option<Face>,
    answers: usize,
    operations: BTreeSet<usize>,
    /// What requests were answered with that must fail: each face once, and no more than two.
    refusals: Vec<Option<Face>>,
    /// Whether one of them had a token that does not open.
    has_others: bool,
}

/// An answer of an operation to what was asked as pages document it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answered<'a> {
    pub(super) exchange: &'a Exchange,
    /// The place of the operation in the contract.
    pub(super) operation: usize,
    pub(super) must_succeed: bool,
    /// Whether it is the API's own, as [`is_of_api`] has it.
    pub(super) keeps: bool,
}

impl Standing {
    /// Knows how many operations with a token are asked.
    pub(super) fn of(operations: usize) -> Self {
        Self {
            operations: operations.min(MIN_OPERATIONS),
            seen: Mutex::default(),
        }
    }

    /// Takes note of an answer; whether nothing more need be asked.
    pub(super) fn note(&self, answered: &Answered<'_>) -> bool {
        let Answered {
            exchange,
            operation,
            must_succeed,
            keeps,
        } = *answered;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.is_mixed {
            return false;
        }
        let face = Face::of(exchange);
        let token = exchange.request.token;
        if !must_succeed {
            seen.has_others |= !token.opens();
            if seen.refusals.len() < 2 && !seen.refusals.contains(&face) {
                seen.refusals.push(face);
            }
        }
        if !must_succeed || token != Token::Valid {
            return false;
        }
        let face = face.filter(|face| !(keeps && matches!(face, Face::Same(_))));
        let Some(face) = face else {
            seen.is_mixed = true;
            return false;
        };
        let first = *seen.face.get_or_insert(face);
        seen.is_mixed = face != first;
        seen.answers += 1;
        seen.operations.insert(operation);
        let is_of_all =
            !first.must_be_of_all() || seen.has_others && seen.refusals == [Some(first)];
        !seen.is_mixed
            && is_of_all
            && seen.answers >= ENOUGH
            && seen.operations.len() >= self.operations
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::tests_support::{exchange, response};
    use crate::client::{FailureKind, tests_support};

    fn answer(status: u16, body: &str) -> Exchange {
        exchange(Ok(response(status, body)))
    }

    fn refusal(status: u16) -> Exchange {
        let mut exchange = answer(status, "");
        exchange.request.token = Token::None;
        exchange
    }

    fn note(
        standing: &Standing,
        exchange: &Exchange,
        operation: usize,
        must_succeed: bool,
    ) -> bool {
        standing.note(&Answered {
            exchange,
            operation,
            must_succeed,
            keeps: exchange.is_success() && exchange.html_page().is_none(),
        })
    }

    /// After how many of the same answers nothing more need be asked, of 60 of some operations.
    fn ends(standing: &Standing, answer: &Exchange, operations: usize) -> Option<usize> {
        (0..60).find(|at| note(standing, answer, at % operations, true))
    }

    #[test]
    fn what_is_no_answer_of_the_api_is_left_soon() {
        let page = "<!DOCTYPE html><title>x</title>";
        for (status, body) in [(301, ""), (302, page), (401, ""), (200, page), (503, page)] {
            let standing = Standing::of(700);
            let ended = ends(&standing, &answer(status, body), 10);
            assert_eq!(ended, Some(ENOUGH - 1), "{status}");
            // Two operations alone are no sample of many, and all that there is of two.
            assert_eq!(ends(&Standing::of(700), &answer(status, body), 2), None);
            let all = ends(&Standing::of(2), &answer(status, body), 2);
            assert_eq!(all, Some(ENOUGH - 1));
        }
        for status in [400, 402, 403, 404, 500] {
            let standing = Standing::of(700);
            assert_eq!(ends(&standing, &answer(status, ""), 10), None, "{status}");
            note(&standing, &refusal(status), 0, false);
            assert_eq!(ends(&standing, &answer(status, ""), 10), Some(0));
            let looked_at = Standing::of(700);
            note(&looked_at, &refusal(status), 0, false);
            note(&looked_at, &refusal(401), 1, false);
            assert_eq!(ends(&looked_at, &answer(status, ""), 10), None);
            // What the token opens may be refused otherwise.
            let looked_at = Standing::of(700);
            note(&looked_at, &refusal(status), 0, false);
            note(&looked_at, &answer(422, ""), 0, false);
            assert_eq!(ends(&looked_at, &answer(status, ""), 10), None);
            // Nobody else asked.
            let alone = Standing::of(700);
            note(&alone, &answer(status, ""), 0, false);
            assert_eq!(ends(&alone, &answer(status, ""), 10), None);
        }
    }

    #[test]
    fn one_answer_that_may_be_promised_has_all_be_asked() {
        let standing = Standing::of(700);
        let mut refused = answer(200, "{}");
        refused.request.token = Token::None;
        note(&standing, &refused, 0, false);
        assert_eq!(ends(&standing, &answer(200, "{}"), 10), None);
    }

    #[test]
    fn one_other_answer_has_all_be_asked() {
        let failed = tests_support::failure(FailureKind::Timeout);
        for other in [
            answer(200, "{}"),
            answer(403, ""),
            answer(500, ""),
            exchange(Err(failed)),
        ] {
            let standing = Standing::of(700);
            assert_eq!(ends(&standing, &other, 10), None);
            let standing = Standing::of(700);
            note(&standing, &answer(401, ""), 0, true);
            note(&standing, &other, 1, true);
            assert_eq!(ends(&standing, &answer(401, ""), 10), None);
        }
        let standing = Standing::of(700);
        note(&standing, &answer(302, ""), 0, true);
        assert_eq!(ends(&standing, &answer(401, ""), 10), None);
        // What is asked without a token says nothing of one.
        let standing = Standing::of(700);
        let without = |at: usize| note(&standing, &refusal(401), at % 10, true);
        assert!(!(0..60).any(without));
    }
}
