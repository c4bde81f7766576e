//! Violations for tests of what is done with them.

use crate::check::{Family, Observed, Promise, Rule, Violation};

/// A violation of a rule at a place, which says nothing more.
pub(crate) fn violation(rule: Rule, family: Family, pointer: &str) -> Violation {
    Violation {
        rule,
        family,
        pointer: pointer.to_owned(),
        member: String::new(),
        expected: Promise::Documented,
        actual: Observed::Missing,
        value: None,
        promised: None,
    }
}
