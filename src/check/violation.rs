//! What a disagreement is: which rule, where, what was promised, what came; and what follows from what.
//!
//! Everything here is a type; what a person reads of it is written by [`crate::report`]. Nothing of the
//! portal's data is in it but in [`Violation::value`].

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

impl Family {
    /// Whether violations of this family may be nothing but consequences of others.
    #[must_use]
    pub fn follows(self) -> bool {
        matches!(self, Self::Identity | Self::Parity | Self::Snapshot)
    }

    /// Whether violations of this family may be consequences of those of another.
    #[must_use]
    pub fn may_follow(self, earlier: Self) -> bool {
        self.follows() && !(earlier.follows() && earlier >= self)
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
