//! What a run shows beside its successes: status codes of refusals, and envelopes that nobody reviewed.

use std::collections::BTreeSet;

use crate::case::{Check, Refusal};
use crate::check::{Observed, Promise, Rule};
use crate::run::{Run, Verdict};

/// How a portal refuses, where that is not as its profile says.
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
    (all.authentication.of, all.unknown.of) = (0, 0);
    let judged = run
        .outcomes
        .iter()
        .filter(|outcome| matches!(outcome.verdict, Verdict::Conforms | Verdict::Violates));
    for outcome in judged {
        let kind = match &outcome.id.check {
            Check::Refusal(Refusal::Token(_)) => &mut all.authentication,
            Check::Refusal(Refusal::UnknownId { .. } | Refusal::InvalidId { .. }) => {
                &mut all.unknown
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
    }
    all
}
