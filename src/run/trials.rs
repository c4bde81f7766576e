//! Cases as libtest-mimic trials.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

use libtest_mimic::{Arguments, Conclusion, Failed, Trial};

use crate::case::Plan;
use crate::run::{Outcome, Run, Verdict};

/// Which cases are asked, by libtest's own rules.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// A part of the name, or the whole of it.
    pub filter: Option<String>,
    /// Whether filter and skip mean whole names.
    pub exact: bool,
    /// Parts of names that are left out.
    pub skip: Vec<String>,
}

impl Selection {
    /// One entry for each case of a plan.
    #[must_use]
    pub fn of(&self, plan: &Plan) -> Vec<bool> {
        let matches = |name: &str, wanted: &str| {
            if self.exact {
                name == wanted
            } else {
                name.contains(wanted)
            }
        };
        plan.cases
            .iter()
            .map(|case| {
                let name = case.id.to_string();
                self.filter
                    .as_ref()
                    .is_none_or(|filter| matches(&name, filter))
                    && !self.skip.iter().any(|skip| matches(&name, skip))
            })
            .collect()
    }

    /// The selection that libtest's arguments make.
    #[must_use]
    pub fn from_arguments(arguments: &Arguments) -> Self {
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
    plan: &Arc<Plan>,
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
