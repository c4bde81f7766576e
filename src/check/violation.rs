//! What a disagreement is: which rule, where, what was promised, what came; and what follows from what.
//!
//! Everything here is a type; what a person reads of it is written by [`crate::report`]. Nothing of the
//! portal's data is in it but in [`Violation::value`].

use std::collections::BTreeMap;

use crate::check::observed::Observed;
use crate::check::promise::Promise;
use crate::check::rule::{Family, Rule};
use crate::source::Span;

/// One disagreement between an answer and the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which rule is broken.
    pub rule: Rule,
    /// The family of checks that sees it.
    pub family: Family,
    /// Where in the answer: a JSON pointer, or the path of an XML element; empty for the whole.
    pub pointer: String,
    /// The documented member: names of the page from the payload on, `*` for list items; empty for none.
    pub member: String,
    /// What the contract promises.
    pub expected: Promise,
    /// What came instead.
    pub actual: Observed,
    /// The portal's data behind it, for those who ask to see it.
    pub value: Option<String>,
    /// Where the page promises it.
    pub promised: Option<Span>,
}

impl Violation {
    /// Whether this may be nothing but a consequence of another violation in the same member: what is
    /// broken in an answer makes it differ from other answers as well.
    #[must_use]
    pub fn follows_from(&self, earlier: &Self) -> bool {
        self.family.follows()
            && !(earlier.family.follows() && earlier.family >= self.family)
            && (is_within(&self.member, &earlier.member)
                || is_within(&earlier.member, &self.member))
    }
}

/// Violations that others may follow from, each with a number; asked as often as there are violations, so
/// none is looked through.
#[derive(Debug, Clone, Default)]
pub struct Causes {
    /// The smallest number of those in a member.
    of: BTreeMap<(Family, String), usize>,
    /// The same of those in a member or below it.
    within: BTreeMap<(Family, String), usize>,
}

impl Causes {
    /// Takes note of a violation.
    pub fn add(&mut self, cause: &Violation, number: usize) {
        self.add_at(cause.family, &cause.member, number);
    }

    /// The same of one in a member that a family sees.
    pub fn add_at(&mut self, family: Family, member: &str, number: usize) {
        let mut note = |all: fn(&mut Self) -> &mut BTreeMap<(Family, String), usize>,
                        path: &str| {
            let least = all(self).entry((family, path.to_owned()));
            let least = least.or_insert(number);
            *least = number.min(*least);
        };
        note(|causes| &mut causes.of, member);
        for path in around(member) {
            note(|causes| &mut causes.within, path);
        }
    }

    /// The smallest number of those that a violation follows from; see [`Violation::follows_from`].
    #[must_use]
    pub fn first_of(&self, violation: &Violation) -> Option<usize> {
        self.first_at(violation.family, &violation.member)
    }

    /// The same of one in a member that a family sees.
    #[must_use]
    pub fn first_at(&self, family: Family, member: &str) -> Option<usize> {
        if !family.follows() {
            return None;
        }
        let seen_by = family;
        let families = Family::ALL.into_iter();
        let earlier = families.filter(|one| !(one.follows() && *one >= seen_by));
        let found = earlier.flat_map(|family| {
            let of = |path: &str| self.of.get(&(family, path.to_owned())).copied();
            let below = self.within.get(&(family, member.to_owned())).copied();
            let below = below.filter(|_| !member.is_empty());
            around(member)
                .filter_map(of)
                .chain(below)
                .collect::<Vec<_>>()
        });
        found.min()
    }
}

/// A documented path, and all that it is below; the empty one has none.
fn around(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(at, _)| at);
    let ends = ends.chain((!path.is_empty()).then_some(path.len()));
    ends.map(|end| &path[..end]).filter(|path| !path.is_empty())
}

impl Family {
    /// Whether violations of this family may be nothing but consequences of others.
    #[must_use]
    pub fn follows(self) -> bool {
        matches!(self, Self::Identity | Self::Parity | Self::Snapshot)
    }
}

/// Whether a documented path is another one, or below it; none is below the empty one.
#[must_use]
pub fn is_within(path: &str, other: &str) -> bool {
    !other.is_empty()
        && path
            .strip_prefix(other)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests_support::violation;

    #[test]
    fn causes_are_those_that_a_violation_follows_from() {
        let members = ["", "A", "A/*", "A/*/B", "AB", "A/B/C", "/"];
        let all: Vec<Violation> = Family::ALL
            .into_iter()
            .flat_map(|family| {
                members.map(|member| Violation {
                    family,
                    member: member.to_owned(),
                    ..violation(Rule::Missing, family, "")
                })
            })
            .collect();
        for skipped in 0..all.len() {
            let mut causes = Causes::default();
            let known = all
                .iter()
                .enumerate()
                .filter(|(at, _)| at % 7 != skipped % 7);
            let known: Vec<_> = known.collect();
            for (at, cause) in &known {
                causes.add(cause, *at);
            }
            let found = &all[skipped];
            let first = known.iter().find(|(_, cause)| found.follows_from(cause));
            assert_eq!(
                causes.first_of(found),
                first.map(|(at, _)| *at),
                "{found:?}"
            );
        }
    }
}
