//! What a run sends, known before it is sent.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::amount::Rate;
use crate::case::{QuestionIndex, Selected};
use crate::contract::{Contract, Operation, OperationId, is_safe};
use crate::run::ask::{successes, wanted};
use crate::target::Target;

/// The requests of the selected cases, and those that look up values for them.
///
/// More may follow where answers leave a doubt: what seems to change, or to be refused differently, is
/// asked again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Load {
    /// How many they are.
    pub requests: usize,
    /// Those that change the portal, or would where it does not refuse them.
    pub changes: Vec<Writes>,
}

/// The requests of one operation that writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writes {
    /// The operation.
    pub operation: OperationId,
    /// The method.
    pub method: String,
    /// The paths, and how often each is sent to succeed.
    pub paths: Vec<(String, usize)>,
    /// How many requests more must be refused.
    pub refused: usize,
}

/// What the selected cases send.
#[must_use]
pub fn load(contract: &Contract, target: &Target, selected: &Selected) -> Load {
    let asked: Vec<QuestionIndex> = wanted(selected).all().collect();
    let plan = selected.plan();
    let cases = selected.cases().filter(|case| case.ignored.is_none());
    let successes = successes(cases);
    let mut changes: BTreeMap<&OperationId, Writes> = BTreeMap::new();
    for index in &asked {
        let question = &plan.questions[*index];
        let operation = &contract.operations[question.operation];
        // What stands beside a write for comparison may read.
        if is_safe(&question.request.method) && !operation.writes_by_get() {
            continue;
        }
        let change = changes.entry(&operation.id).or_insert_with(|| Writes {
            operation: operation.id.clone(),
            method: operation.method.clone(),
            paths: Vec::new(),
            refused: 0,
        });
        if !successes.contains(index) {
            change.refused += 1;
            continue;
        }
        let path = if is_open(operation, target) {
            &operation.path
        } else {
            &question.request.path
        };
        match change.paths.iter_mut().find(|(known, _)| known == path) {
            Some((_, times)) => *times += 1,
            None => change.paths.push((path.clone(), 1)),
        }
    }
    Load {
        requests: asked.len() + target.look_ups.len(),
        changes: changes.into_values().collect(),
    }
}

impl Load {
    /// How long the rate limit lets it take at least: a burst of as many as it names passes at once.
    #[must_use]
    pub fn time(&self, rate: Rate) -> Duration {
        let burst = usize::try_from(rate.requests).unwrap_or(usize::MAX);
        let late = u32::try_from(self.requests.saturating_sub(burst)).unwrap_or(u32::MAX);
        (rate.per / rate.requests.max(1)).saturating_mul(late)
    }
}

/// Whether values of the path are not known yet.
fn is_open(operation: &Operation, target: &Target) -> bool {
    let mut parameters = operation.path_parameters();
    parameters.any(|one| target.made.contains(&one.name) || target.look_ups.contains_key(&one.name))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::case::{self, Selection};
    use crate::writes::Writes;
    use crate::{contract, page, profile};

    #[test]
    fn what_changes_the_portal_is_counted_apart() {
        let contract = contract::of_sources(page::builtin()).unwrap();
        let profile = profile::load("as-documented").unwrap();
        let mut target = Target::new("http://portal.test".parse().unwrap());
        let of = |target: &Target, filter: &str| {
            let plan = Arc::new(case::plan(&contract, &profile, target));
            let filters = vec![filter.to_owned()];
            let selection = Selection {
                filters,
                ..Selection::default()
            };
            load(&contract, target, &plan.select(&selection))
        };
        let reads = of(&target, "");
        assert!(reads.requests > 50 && reads.changes.is_empty());
        target.writes = Writes::repeatable();
        let all = of(&target, "");
        assert!(all.requests > reads.requests + 50);
        let [change] = all.changes.as_slice() else {
            panic!("{:?}", all.changes);
        };
        let path = "api/2.0/crm/contact/project/1234".to_owned();
        assert_eq!(
            change.operation.as_str(),
            "post-crm-contact-project-projectid"
        );
        assert_eq!(
            (change.method.as_str(), &change.paths[..]),
            ("POST", &[(path, 6)][..])
        );
        assert!(change.refused > 40);
        let refusals = of(
            &target,
            "post-crm-contact-project-projectid::json::refusal::no-token",
        );
        assert_eq!(refusals.changes[0].paths, []);
        assert_eq!(of(&target, "get-").changes, []);
    }

    #[test]
    fn a_burst_costs_no_time() {
        let rate = |text: &str| text.parse().unwrap();
        let load = |requests| Load {
            requests,
            changes: Vec::new(),
        };
        assert_eq!(load(500).time(rate("500/10s")), Duration::ZERO);
        assert_eq!(load(1000).time(rate("500/10s")), Duration::from_secs(10));
        assert_eq!(load(7).time(rate("1/s")), Duration::from_secs(6));
    }
}
