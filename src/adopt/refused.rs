//! What a run shows beside single successes: status codes of refusals, ids that are read loosely, envelopes that
//! nobody reviewed, and members that each read tells otherwise.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::{Check, Refusal, WrongId};
use crate::check::{Observed, Promise, Rule};
use crate::contract::Format;
use crate::run::{Outcome, Run, Verdict};

/// So many members that vary are no exception any more.
const MOST_VARYING: usize = 3;

/// How a portal refuses, where that is not as its profile says, and what else answers show beside others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusals {
    /// Requests without a valid token.
    pub authentication: Others,
    /// Requests for what is not there.
    pub unknown: Others,
    /// Whether the reviewed envelopes of the profile are others.
    pub has_other_snapshots: bool,
    /// How many of them are.
    pub snapshots: usize,
    /// How many cases show that a number in another spelling is read.
    pub loose: usize,
    /// Of how many.
    pub loose_of: usize,
    /// The members that no two reads tell alike, by operation, format and documented path, with the number of
    /// reads.
    pub varying: BTreeMap<(String, Format, String), usize>,
}

/// Status codes from 400 to 499 that the profile does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Others {
    /// The codes.
    pub codes: BTreeSet<u16>,
    /// How many cases saw them.
    pub times: usize,
    /// Of how many.
    pub of: usize,
}

/// How a portal refused in a run, added to what earlier runs showed.
#[must_use]
pub fn refusals(run: &Run, earlier: &Refusals) -> Refusals {
    let mut all = earlier.clone();
    (all.authentication.of, all.unknown.of, all.loose_of) = (0, 0, 0);
    let of_others = |outcome: &&Outcome| {
        let mut seen = outcome.violations.iter();
        seen.any(|seen| seen.violation.rule == Rule::OtherResource)
    };
    let mixed_up = run.outcomes.iter().filter(of_others);
    let mixed_up: BTreeSet<usize> = mixed_up.map(|outcome| outcome.operation).collect();
    let judged = run
        .outcomes
        .iter()
        .filter(|outcome| matches!(outcome.verdict, Verdict::Conforms | Verdict::Violates));
    // Where what is there is unknown too, nobody looked at a token.
    let unrouted = judged.clone().filter(|outcome| {
        let mut seen = outcome.violations.iter();
        seen.any(|seen| {
            let violation = &seen.violation;
            let is_unknown = matches!(violation.actual, Observed::Status(404..=406, _));
            violation.rule == Rule::Status && is_unknown
        })
    });
    let unrouted: BTreeSet<(usize, Format)> = unrouted
        .map(|outcome| (outcome.operation, outcome.id.format))
        .collect();
    for outcome in judged {
        let is_unrouted = unrouted.contains(&(outcome.operation, outcome.id.format));
        if is_unrouted && matches!(outcome.id.check, Check::Refusal(_)) {
            continue;
        }
        let kind = match &outcome.id.check {
            Check::Refusal(Refusal::Token(_)) => &mut all.authentication,
            Check::Refusal(Refusal::UnknownId { .. } | Refusal::InvalidId { .. }) => {
                &mut all.unknown
            }
            Check::Repeated if !mixed_up.contains(&outcome.operation) => {
                all.varying.extend(varying(outcome));
                continue;
            }
            Check::Snapshot => {
                let mut seen = outcome.violations.iter();
                if seen.any(|seen| seen.violation.rule == Rule::Snapshot) {
                    all.has_other_snapshots = true;
                    all.snapshots += 1;
                }
                continue;
            }
            _ => continue,
        };
        kind.of += 1;
        let mut is_other = false;
        for seen in &outcome.violations {
            let violation = &seen.violation;
            if let (Rule::RefusalStatus, Promise::Status(_), Observed::Status(code, _)) =
                (violation.rule, &violation.expected, &violation.actual)
                && (400..500).contains(code)
            {
                kind.codes.insert(*code);
                is_other = true;
            }
        }
        kind.times += usize::from(is_other);
        if let Check::Refusal(Refusal::InvalidId {
            kind: WrongId::Loose,
            ..
        }) = &outcome.id.check
        {
            let mut seen = outcome.violations.iter();
            let is_read = seen.any(|seen| matches!(seen.violation.actual, Observed::LooseId(_)));
            all.loose += usize::from(is_read);
            all.loose_of += 1;
        }
    }
    all
}

/// The members that no two reads tell alike, where nothing else is unsteady.
fn varying(outcome: &Outcome) -> Vec<((String, Format, String), usize)> {
    let mut varying = BTreeMap::new();
    let living = outcome.remarks.iter();
    let living = living.filter(|seen| seen.violation.rule == Rule::Living);
    for seen in outcome.violations.iter().chain(living) {
        let violation = &seen.violation;
        match (violation.rule, &violation.actual) {
            (
                Rule::Unsteady | Rule::Living,
                Observed::Unsteady {
                    of, moves_on: true, ..
                },
            ) if !violation.member.is_empty() => {
                let operation = outcome.id.operation.to_string();
                let place = (operation, outcome.id.format, violation.member.clone());
                varying.insert(place, *of);
            }
            _ => return Vec::new(),
        }
    }
    if varying.len() > MOST_VARYING {
        return Vec::new();
    }
    varying.into_iter().collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::time::Duration;

    use super::*;
    use crate::check::Family;
    use crate::run::tests_support::seen_at;
    use crate::target::Target;
    use crate::{case, contract, page, profile};

    #[test]
    fn what_lives_varies_where_nothing_else_is_unsteady() {
        let seen = |rule: Rule, member: &str| {
            let mut seen = seen_at(rule, Family::Identity, member, &format!("/{member}"));
            let moves_on = rule == Rule::Living;
            seen.violation.actual = Observed::Unsteady {
                differing: 2,
                of: 3,
                moves_on,
                around: false,
            };
            seen
        };
        let contract = contract::of_sources(page::builtin()).unwrap();
        let profile = profile::load("as-documented").unwrap();
        let target = Target::new("http://portal.test".parse().unwrap());
        let plan = case::plan(&contract, &profile, &target);
        let mut cases = plan.cases.into_iter();
        let case = cases.find(|case| case.id.check == Check::Repeated).unwrap();
        let outcome = |violations: &[&str], remarks: &[&str]| Outcome {
            id: case.id.clone(),
            operation: 0,
            verdict: Verdict::Conforms,
            violations: violations
                .iter()
                .map(|one| seen(Rule::Unsteady, one))
                .collect(),
            remarks: remarks.iter().map(|one| seen(Rule::Living, one)).collect(),
            elapsed: Duration::ZERO,
            share: Duration::ZERO,
        };
        let of = |outcome: &Outcome| -> Vec<String> {
            let varying = varying(outcome).into_iter();
            varying.map(|((_, _, member), _)| member).collect()
        };
        assert_eq!(of(&outcome(&[], &["views"])), ["views"]);
        assert_eq!(of(&outcome(&["name"], &["views"])), [""; 0]);
    }
}
