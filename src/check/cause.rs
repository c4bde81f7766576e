//! What follows from what.

use crate::check::{Family, Violation};

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

impl Family {
    /// Whether violations of this family may be nothing but consequences of others.
    #[must_use]
    pub fn follows(self) -> bool {
        matches!(self, Self::Identity | Self::Parity | Self::Snapshot)
    }
}

/// Whether a documented path is another one, or below it.
fn is_within(path: &str, other: &str) -> bool {
    !other.is_empty()
        && path
            .strip_prefix(other)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
