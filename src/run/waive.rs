//! Waivers, held against what came of a run.

use time::Date;

use crate::case::{CaseId, Plan};
use crate::run::follow::Causes;
use crate::run::{Outcome, Verdict};
use crate::waiver::Waiver;

/// A waiver and what it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverUse {
    /// The waiver.
    pub waiver: Waiver,
    /// What became of it.
    pub state: WaiverState,
    /// How many violations it means, those that follow from them included.
    pub violations: usize,
    /// How many cases it means.
    pub cases: usize,
    /// How many of them were judged.
    pub tried: usize,
}

/// What became of a waiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaiverState {
    /// It forgives violations.
    Used,
    /// Those of its cases that were judged have nothing to forgive.
    Unused,
    /// None of its cases was judged, so nobody knows whether it is needed.
    Untried,
    /// Its last day has passed: it forgives nothing, and fails the run.
    Expired,
}

impl WaiverState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Used, Self::Unused, Self::Untried, Self::Expired];

    /// The word in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Unused => "unused",
            Self::Untried => "untried",
            Self::Expired => "expired",
        }
    }
}

/// Forgives what waivers cover on a day, and says of each what it did.
///
/// What follows from a forgiven violation, such as a difference between the formats, is forgiven
/// with it in the cases that the waiver means.
pub(super) fn waive(
    outcomes: &mut [Outcome],
    waivers: &[Waiver],
    plan: &Plan,
    today: Date,
) -> Vec<WaiverUse> {
    let mut used = vec![0; waivers.len()];
    let live: Vec<bool> = waivers
        .iter()
        .map(|waiver| !waiver.is_expired(today))
        .collect();
    let mut causes = vec![Causes::default(); waivers.len()];
    for outcome in outcomes.iter_mut() {
        for seen in outcome.violations.iter_mut().chain(&mut outcome.remarks) {
            for (index, waiver) in waivers.iter().enumerate() {
                let violation = &seen.violation;
                if waiver.pattern.covers(&outcome.id, violation) {
                    used[index] += 1;
                    causes[index].add(seen, index);
                    if live[index] && seen.waived.is_none() {
                        seen.waived = Some(index);
                    }
                }
            }
        }
    }
    for outcome in outcomes.iter_mut() {
        for seen in outcome
            .violations
            .iter_mut()
            .chain(&mut outcome.remarks)
            .filter(|seen| seen.waived.is_none())
        {
            let forgiving = (0..waivers.len()).find(|index| {
                live[*index]
                    && waivers[*index].pattern.is_of_case(&outcome.id)
                    && causes[*index].first_of(seen).is_some()
            });
            if let Some(index) = forgiving {
                used[index] += 1;
                seen.waived = Some(index);
            }
        }
        settle(outcome);
    }
    waivers
        .iter()
        .zip(used)
        .map(|(waiver, violations)| {
            let meant = |id: &CaseId| waiver.pattern.is_of_case(id);
            let planned = plan.cases.iter();
            let planned = planned.filter(|case| meant(&case.id)).count();
            let judged = outcomes.iter();
            let judged = judged.filter(|outcome| meant(&outcome.id) && is_judged(outcome));
            let tried = judged.count();
            WaiverUse {
                waiver: waiver.clone(),
                state: match () {
                    () if waiver.is_expired(today) => WaiverState::Expired,
                    () if violations > 0 => WaiverState::Used,
                    () if tried > 0 => WaiverState::Unused,
                    () => WaiverState::Untried,
                },
                violations,
                cases: planned,
                tried,
            }
        })
        .collect()
}

fn is_judged(outcome: &Outcome) -> bool {
    !matches!(outcome.verdict, Verdict::Blocked(_) | Verdict::Ignored(_))
}

/// A case whose violations are all forgiven is waived.
fn settle(outcome: &mut Outcome) {
    let all_waived = outcome.violations.iter().all(|seen| seen.waived.is_some());
    if outcome.verdict == Verdict::Violates && all_waived {
        outcome.verdict = Verdict::Waived;
    }
}
