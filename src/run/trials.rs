//! Cases as libtest-mimic trials.

use std::panic::{self, AssertUnwindSafe};

use libtest_mimic::{Arguments, Conclusion, Failed, Trial};

use crate::case::{Plan, Selection};
use crate::run::{Outcome, Run, Verdict};

impl From<&Arguments> for Selection {
    /// What libtest's arguments select.
    fn from(arguments: &Arguments) -> Self {
        Self {
            filter: arguments.filter.clone(),
            exact: arguments.exact,
            skip: arguments.skip.clone(),
        }
    }
}

/// One trial for each case of a plan; `message` tells what violates, could not be judged or was not
/// asked.
///
/// `run` holds the outcomes of the selected cases; a case that was not asked is only listed.
pub fn trials(plan: &Plan, run: Option<&Run>, message: impl Fn(&Outcome) -> String) -> Vec<Trial> {
    plan.cases
        .iter()
        .map(|case| {
            let outcome =
                run.and_then(|run| run.outcomes.iter().find(|outcome| outcome.id == case.id));
            let result = match outcome.map(|outcome| (&outcome.verdict, outcome)) {
                Some((Verdict::Conforms | Verdict::Waived, _)) => Ok(()),
                Some((_, outcome)) => Err(message(outcome)),
                None => Err("not asked".to_owned()),
            };
            Trial::test(case.id.to_string(), move || result.map_err(Failed::from))
                .with_ignored_flag(case.ignored.is_some())
        })
        .collect()
}

/// Hands outcomes to libtest-mimic, which prints them in its own format; `None` where standard output
/// takes no more.
pub fn run_trials(
    arguments: &Arguments,
    plan: &Plan,
    run: Option<&Run>,
    message: impl Fn(&Outcome) -> String,
) -> Option<Conclusion> {
    let trials = trials(plan, run, message);
    // The library panics where a write fails, as when a reader has gone away; trials do not panic.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let conclusion =
        panic::catch_unwind(AssertUnwindSafe(|| libtest_mimic::run(arguments, trials)));
    panic::set_hook(hook);
    conclusion.ok()
}
