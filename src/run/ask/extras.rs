//! How often a question may be asked beyond the plan, where little is asked.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use crate::case::{MOST_QUICK, Pair, Plan, Question, QuestionIndex, Schedule};
use crate::config::Effort;

/// What may be asked again, or instead: without a bound where much is asked.
#[derive(Debug, Default)]
pub(super) struct Extras(Option<Mutex<Left>>);

/// What is left of it.
#[derive(Debug, Default)]
struct Left {
    /// The questions that were asked once, as planned.
    asked: BTreeSet<QuestionIndex>,
    /// How many requests more each operation may get in each format.
    more: HashMap<Pair, usize>,
}

impl Extras {
    /// What a schedule leaves of the few requests that there are.
    pub(super) fn of(plan: &Plan, schedule: &Schedule, effort: Effort) -> Self {
        if effort == Effort::Thorough {
            return Self::default();
        }
        let mut more: HashMap<Pair, usize> = HashMap::new();
        for index in schedule.all() {
            let pair = pair(&plan.questions[index]);
            let left = more.entry(pair).or_insert(MOST_QUICK);
            *left = left.saturating_sub(1);
        }
        Self(Some(Mutex::new(Left {
            asked: BTreeSet::new(),
            more,
        })))
    }

    /// Whether they are bounded.
    pub(super) fn are_few(&self) -> bool {
        self.0.is_some()
    }

    /// Takes a request for a question; whether there was one.
    pub(super) fn take(&self, index: QuestionIndex, question: &Question) -> bool {
        let Some(left) = &self.0 else {
            return true;
        };
        let mut left = left.lock().unwrap_or_else(PoisonError::into_inner);
        if left.asked.insert(index) {
            return true;
        }
        let more = left.more.entry(pair(question)).or_default();
        let is_left = *more > 0;
        *more = more.saturating_sub(1);
        is_left
    }
}

fn pair(question: &Question) -> Pair {
    (question.operation, question.format)
}
