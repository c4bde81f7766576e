//! What of a plan is asked, where some of its cases are selected.

use std::collections::BTreeSet;

use crate::case::{Case, Check, QuestionIndex, Schedule, Selected};

/// The schedule, without the questions that no selected case judges.
pub(in crate::run) fn wanted(selected: &Selected) -> Schedule {
    let plan = selected.plan();
    let cases = || selected.cases().filter(|case| case.ignored.is_none());
    let needed: BTreeSet<QuestionIndex> = cases()
        // A refusal is looked through for what was read anyway; nothing is read for it.
        .flat_map(|case| case.subjects.iter().chain(&case.beside))
        .copied()
        .collect();
    let compares = cases().any(|case| {
        matches!(
            case.id.check,
            Check::Parity | Check::Repeated | Check::Read | Check::Effect
        )
    });
    let keep = |list: &[QuestionIndex]| -> Vec<QuestionIndex> {
        list.iter()
            .copied()
            .filter(|question| needed.contains(question))
            .collect()
    };
    let ordered = keep(&plan.schedule.ordered);
    // Reads in front of writes that nobody asks for.
    let is_read = |question: &QuestionIndex| plan.schedule.quiet.contains(question);
    let is_idle = !compares || ordered.iter().all(is_read);
    Schedule {
        early: if compares {
            keep(&plan.schedule.early)
        } else {
            Vec::new()
        },
        free: if compares {
            keep(&plan.schedule.free)
        } else {
            once(keep(&plan.schedule.free))
        },
        ordered: if is_idle {
            ordered.into_iter().filter(|one| !is_read(one)).collect()
        } else {
            ordered
        },
        quiet: if compares {
            keep(&plan.schedule.quiet)
        } else {
            Vec::new()
        },
        after: keep(&plan.schedule.after),
        last: keep(&plan.schedule.last),
    }
}

/// Each question once, where it was asked first.
pub(super) fn once(questions: Vec<QuestionIndex>) -> Vec<QuestionIndex> {
    let mut known = BTreeSet::new();
    let questions = questions.into_iter();
    questions.filter(|one| known.insert(*one)).collect()
}

/// The questions of some cases whose answers must succeed.
pub(in crate::run) fn successes<'a>(
    cases: impl Iterator<Item = &'a Case>,
) -> BTreeSet<QuestionIndex> {
    cases
        .filter(|case| !matches!(case.id.check, Check::Refusal(_)))
        .flat_map(|case| case.subjects.iter().copied())
        .collect()
}
