//! Levels, held against what came of a run.

use std::mem;

use crate::check::{Levels, Violation};
use crate::level::Level;
use crate::run::{Outcome, Seen, Verdict};

/// Parts violations from remarks and from what is not told.
///
/// What follows from a break of a rule whose level was lowered, such as a difference between the formats,
/// has the level of that break: who takes a member in another letter case takes its consequences too.
pub(super) fn part(outcomes: &mut [Outcome], levels: &Levels) {
    let all = outcomes.iter().flat_map(|outcome| &outcome.violations);
    let lowered: Vec<(Level, Violation)> = all
        .map(|seen| &seen.violation)
        .filter(|violation| levels.is_lowered(violation.rule))
        .map(|violation| (levels.of(violation.rule), violation.clone()))
        .collect();
    let level_of = |seen: &Seen| {
        let level = levels.of(seen.violation.rule);
        let mut causes = lowered.iter();
        let cause =
            causes.find(|(_, cause)| level == Level::Deny && seen.violation.follows_from(cause));
        cause.map_or(level, |(level, _)| *level)
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
