//! Which cases of a plan are asked.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::case::{Case, Plan, Shard};

/// What a user wants asked, by the names of cases, as libtest reads it; all of them by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Parts of names, or whole ones, of which one must match; all match where there is none.
    pub filters: Vec<String>,
    /// Whether filter and skip mean whole names.
    pub exact: bool,
    /// Parts of names that are left out.
    pub skip: Vec<String>,
    /// Whole names that are meant beside those that match a filter.
    pub whole: Vec<String>,
    /// Of these cases, those of some operations alone.
    pub part: Option<Part>,
}

/// The operations that one of several machines tries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Which part it is.
    pub shard: Shard,
    /// The operations, as places in the contract.
    pub operations: BTreeSet<usize>,
}

/// A plan, and those of its cases that are asked.
#[derive(Debug, Clone)]
pub struct Selected {
    plan: Arc<Plan>,
    /// Places in [`Plan::cases`], ascending.
    places: Vec<usize>,
    shard: Option<Shard>,
}

impl Plan {
    /// The cases that a selection means.
    #[must_use]
    pub fn select(self: &Arc<Self>, selection: &Selection) -> Selected {
        let cases = self.cases.iter().enumerate();
        let part = selection.part.as_ref();
        let is_of_part =
            |case: &Case| part.is_none_or(|part| part.operations.contains(&case.operation));
        let meant =
            cases.filter(|(_, case)| is_of_part(case) && selection.means(&case.id.to_string()));
        Selected {
            plan: Arc::clone(self),
            places: meant.map(|(at, _)| at).collect(),
            shard: part.map(|part| part.shard),
        }
    }
}

impl Selection {
    /// Whether a case of this name is meant.
    #[must_use]
    pub fn means(&self, name: &str) -> bool {
        let matches = |wanted: &String| {
            if self.exact {
                name == wanted
            } else {
                name.contains(wanted)
            }
        };
        let is_free = self.filters.is_empty() && self.whole.is_empty();
        let is_named = || self.whole.iter().any(|whole| whole == name);
        (is_free || is_named() || self.filters.iter().any(matches))
            && !self.skip.iter().any(matches)
    }
}

impl Selected {
    /// The plan behind it.
    #[must_use]
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Which part of the plan is tried, where other machines try the rest.
    #[must_use]
    pub fn shard(&self) -> Option<Shard> {
        self.shard
    }

    /// The cases, in the order of the plan.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.places.iter().map(|at| &self.plan.cases[*at])
    }

    /// Some of the cases.
    #[must_use]
    pub fn only(&self, is_wanted: impl Fn(&Case) -> bool) -> Self {
        let places = self.places.iter().copied();
        Self {
            plan: Arc::clone(&self.plan),
            places: places
                .filter(|at| is_wanted(&self.plan.cases[*at]))
                .collect(),
            shard: self.shard,
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_matched_in_part_or_as_a_whole() {
        let owned = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect();
        let selection = |filters: &[&str], exact, skip: &[&str]| Selection {
            filters: owned(filters),
            exact,
            skip: owned(skip),
            ..Selection::default()
        };
        let whole = |filters, skip| Selection {
            whole: owned(&["a::b"]),
            ..selection(filters, false, skip)
        };
        for (selection, name, is_meant) in [
            (selection(&[], false, &[]), "a::b", true),
            (selection(&[], true, &[]), "a::b", true),
            (selection(&["b"], false, &[]), "a::b", true),
            (selection(&["c"], false, &[]), "a::b", false),
            (selection(&["b"], true, &[]), "a::b", false),
            (selection(&["a::b"], true, &[]), "a::b", true),
            (selection(&[], false, &["c", "a"]), "a::b", false),
            (selection(&[], true, &["a"]), "a::b", true),
            (selection(&["a"], false, &["b"]), "a::b", false),
            (selection(&["c", "b"], false, &[]), "a::b", true),
            (selection(&["c", "d"], false, &[]), "a::b", false),
            (whole(&[], &[]), "a::b", true),
            (whole(&[], &[]), "a::b::c", false),
            (whole(&["c"], &[]), "a::b::c", true),
            (whole(&[], &["b"]), "a::b", false),
            (selection(&["b", "a::b"], true, &[]), "a::b", true),
        ] {
            assert_eq!(selection.means(name), is_meant, "{selection:?} {name}");
        }
    }
}
