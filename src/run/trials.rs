//! Cases as libtest-mimic trials, as far as they are known before anything is asked.

use std::panic::{self, AssertUnwindSafe};

use libtest_mimic::{Arguments, Conclusion, Failed, Trial};

use crate::case::{Case, Plan, Selection};

impl From<&Arguments> for Selection {
    /// What libtest's arguments select.
    fn from(arguments: &Arguments) -> Self {
        Self {
            filters: arguments.filter.iter().cloned().collect(),
            exact: arguments.exact,
            skip: arguments.skip.clone(),
            ..Self::default()
        }
    }
}

/// One trial for each case of a plan, which fails where it is run: nothing was asked.
#[must_use]
pub fn trials(plan: &Plan) -> Vec<Trial> {
    let trial = |case: &Case| {
        let name = case.id.to_string();
        Trial::test(name, || Err(Failed::from("not asked")))
            .with_ignored_flag(case.ignored.is_some())
    };
    plan.cases.iter().map(trial).collect()
}

/// Lets libtest-mimic list a plan, or end trials that are not asked; `None` where standard output takes no
/// more.
#[must_use]
pub fn unasked_trials(arguments: &Arguments, trials: Vec<Trial>) -> Option<Conclusion> {
    // The library panics where a write fails, as when a reader has gone away; trials do not panic.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let conclusion =
        panic::catch_unwind(AssertUnwindSafe(|| libtest_mimic::run(arguments, trials)));
    panic::set_hook(hook);
    conclusion.ok()
}
