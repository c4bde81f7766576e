//! Operations that the account of a run may not use at all.
//!
//! In come the answers of a run, out come the operations that say 403 to whatever the right token asks of them, ids that
//! nothing has among it, while others are answered: a right is missing, or a module is off. A 403 of one thing beside
//! others that are shown is none of that.

use std::collections::BTreeSet;

use crate::case::{Check, Expected, Plan, QuestionIndex};
use crate::client::Exchange;
use crate::run::ask::{Asked, successes};

/// The places of these operations in the contract.
pub(super) fn of(plan: &Plan, asked: &Asked) -> BTreeSet<usize> {
    let successes = successes(plan.cases.iter());
    let unknown = plan.cases.iter().filter(|case| {
        matches!(&case.id.check, Check::Refusal(refusal) if refusal.expected() == Expected::Unknown)
    });
    let unknown: BTreeSet<QuestionIndex> = unknown
        .flat_map(|case| case.subjects.iter().copied())
        .collect();
    let is_refused =
        |exchange: &Exchange| exchange.status() == Some(403) && exchange.html_page().is_none();
    let due: Vec<(usize, &Exchange)> = asked.opened(plan, successes).collect();
    if !due.iter().any(|(_, exchange)| exchange.is_success()) {
        return BTreeSet::new();
    }
    let mut found: BTreeSet<usize> = due.iter().map(|(operation, _)| *operation).collect();
    for (operation, exchange) in due.into_iter().chain(asked.opened(plan, unknown)) {
        if !is_refused(exchange) {
            found.remove(&operation);
        }
    }
    found
}
