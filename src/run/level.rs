//! Levels, held against what came of a run.

use std::mem;

use crate::check::Levels;
use crate::level::Level;
use crate::run::follow::Causes;
use crate::run::{Outcome, Seen, Verdict};

/// Parts violations from remarks and from what is not told.
///
/// What follows from a break of a rule whose level was lowered, such as a difference between the formats,
/// has the level of that break: who takes a member in another letter case takes its consequences too.
pub(super) fn part(outcomes: &mut [Outcome], levels: &Levels) {
    let all = outcomes.iter().flat_map(|outcome| &outcome.violations);
    let (mut lowered, mut causes) = (Vec::new(), Causes::default());
    let lower = all.filter(|seen| levels.is_lowered(seen.violation.rule));
    for seen in lower {
        causes.add(seen, lowered.len());
        lowered.push(levels.of(seen.violation.rule));
    }
    let level_of = |seen: &Seen| match levels.of(seen.violation.rule) {
        Level::Deny => {
            let cause = causes.first_of(seen);
            cause.map_or(Level::Deny, |cause| lowered[cause])
        }
        level => level,
    };
    for outcome in outcomes {
        for seen in mem::take(&mut outcome.violations) {
            match level_of(&seen) {
                Level::Deny => outcome.violations.push(seen),
                Level::Warn => outcome.remarks.push(seen),
                Level::Allow => {}
            }
        }
        if outcome.verdict == Verdict::Violates && outcome.violations.is_empty() {
            outcome.verdict = Verdict::Conforms;
        }
    }
}
