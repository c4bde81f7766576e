//! What answers say beside their content, whatever they are about: in headers, and in refusals.
//!
//! Each answer is looked at once, and only its first part ([`crate::check::refusal::keep_searched`]). What
//! is found is told once for a run, by its kind and place and never by its value.

mod around;
mod disclosure;
mod echo;
mod head;
mod sign;
mod version;

pub use disclosure::disclosed;
pub use echo::Echo;
pub use head::{caching, cookies, origin, shared_tag, storable_tag, versions};

use crate::check::{Family, Observed, Promise, Rule, Violation};

/// One thing that an answer says beside its content and should not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aside {
    /// Which rule is broken.
    pub rule: Rule,
    /// What is expected.
    pub expected: Promise,
    /// What came instead.
    pub actual: Observed,
}

impl Aside {
    /// The same as a violation of the whole answer; no page promises it.
    #[must_use]
    pub fn violation(self, family: Family) -> Violation {
        Violation {
            rule: self.rule,
            family,
            pointer: String::new(),
            member: String::new(),
            expected: self.expected,
            actual: self.actual,
            value: None,
            promised: None,
        }
    }
}
