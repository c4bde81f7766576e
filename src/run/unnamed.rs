//! Operations that know nothing of the examples of their pages, where nobody named anything else.
//!
//! In come the answers of a run, out come the operations that say 404 to all that must succeed, with the parameters whose
//! values are the pages' own: that a portal has no contact 1234 is no drift. What somebody named, looked up or made is
//! there, or should be.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::Plan;
use crate::contract::ParameterIn;
use crate::run::Suite;
use crate::run::ask::{Asked, successes};
use crate::target::Target;

/// The places of these operations in the contract, and the names of the parameters, sorted.
pub(super) fn of(
    suite: &Suite,
    plan: &Plan,
    asked: &Asked,
    target: &Target,
) -> BTreeMap<usize, Vec<String>> {
    // Recorded traffic names what it asks for, and the reference portal has what the pages show.
    if asked.is_recorded || target.stand_in.is_some() {
        return BTreeMap::new();
    }
    let mut unknown: BTreeMap<usize, bool> = BTreeMap::new();
    for (operation, exchange) in asked.opened(plan, successes(plan.cases.iter())) {
        let is_unknown = exchange.status() == Some(404) && exchange.html_page().is_none();
        *unknown.entry(operation).or_insert(true) &= is_unknown;
    }
    let unknown = unknown.into_iter().filter(|(_, is_unknown)| *is_unknown);
    let with_names = unknown.map(|(at, _)| {
        let parameters = suite.contract.operations[at].parameters.iter();
        let names = &suite.expectations.names()[at];
        let unnamed = parameters.filter(|parameter| {
            let mut names = names.iter();
            let is_id = names.any(|one| one.parameter == parameter.name && one.member.is_some());
            let is_meant = is_id || parameter.sent_in == ParameterIn::Path;
            is_meant && !target.parameters.contains_key(&parameter.name)
        });
        let unnamed: BTreeSet<String> = unnamed.map(|one| one.name.clone()).collect();
        (at, unnamed.into_iter().collect())
    });
    with_names
        .filter(|(_, unnamed): &(usize, Vec<String>)| !unnamed.is_empty())
        .collect()
}
