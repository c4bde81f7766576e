//! What a finding is called: the same in every report of the same disagreement, whatever else a run finds.

use std::fmt;

use crate::case::CaseId;
use crate::check::Rule;
use crate::digest::fnv;

/// The name of a finding, such as `missing-4f1c9a-03be`: its rule, the case that tells it, and the first
/// member that breaks the rule there. Values, times, places in pages and versions are not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingId {
    rule: Rule,
    /// Of the case's name, 24 bits.
    case: u32,
    /// Of the member's, 16 bits.
    member: u32,
    /// Counts what would have one name, from 1.
    nth: usize,
}

impl FindingId {
    pub(super) fn of(case: &CaseId, rule: Rule, member: &str) -> Self {
        Self::of_name(&case.to_string(), rule, member)
    }

    /// The same where the case's name is known.
    pub(super) fn of_name(case: &str, rule: Rule, member: &str) -> Self {
        Self {
            rule,
            case: digest(case, 24),
            member: digest(member, 16),
            nth: 1,
        }
    }

    /// The same name with a number behind it.
    pub(super) fn numbered(self, nth: usize) -> Self {
        Self { nth, ..self }
    }

    /// Reads what somebody took out of a report.
    ///
    /// ```
    /// # use portal_conformance::report::FindingId;
    /// let id = FindingId::parse("missing-4f1c9a-03be").unwrap();
    /// assert_eq!((id.rule().id(), id.to_string().as_str()), ("missing", "missing-4f1c9a-03be"));
    /// assert_eq!(FindingId::parse("get-crm-contact-contactid"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Rule::ALL.iter().find_map(|rule| {
            let rest = text.strip_prefix(rule.id())?.strip_prefix('-')?;
            let mut parts = rest.split('-');
            let id = Self {
                rule: *rule,
                case: hexadecimal(parts.next()?, 6)?,
                member: hexadecimal(parts.next()?, 4)?,
                nth: parts.next().map_or(Some(1), |nth| nth.parse().ok())?,
            };
            (parts.next().is_none() && id.to_string() == text).then_some(id)
        })
    }

    /// The rule that is broken.
    #[must_use]
    pub fn rule(self) -> Rule {
        self.rule
    }

    /// Whether a case tells it: the one to ask for it again.
    #[must_use]
    pub fn is_told_by(self, case: &CaseId) -> bool {
        digest(&case.to_string(), 24) == self.case
    }

    /// Whether it may be about a documented member, named as violations name it: names are told apart by 16
    /// bits.
    #[must_use]
    pub fn is_about(self, member: &str) -> bool {
        digest(member, 16) == self.member
    }
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:06x}-{:04x}", self.rule, self.case, self.member)?;
        match self.nth {
            1 => Ok(()),
            nth => write!(f, "-{nth}"),
        }
    }
}

fn hexadecimal(text: &str, digits: usize) -> Option<u32> {
    let is_plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_plain.then(|| u32::from_str_radix(text, 16).ok())?
}

/// So many bits of what a text hashes to.
fn digest(text: &str, bits: u32) -> u32 {
    let hash = fnv(text);
    // The halves of a short text's hash are not alike well mixed.
    let folded = hash ^ (hash >> 32);
    u32::try_from(folded & ((1 << bits) - 1)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::case::{Check, Scope};
    use crate::contract::{Format, OperationId};

    /// People keep ids in issues and links: they are the same in every version.
    #[test]
    fn an_id_is_a_promise() {
        let case = CaseId {
            operation: OperationId::of("GET", "api/2.0/crm/contact/{contactid}"),
            format: Format::Json,
            check: Check::Members,
            scope: Scope::One,
        };
        let id = FindingId::of(&case, Rule::LetterCase, "Tags/*");
        assert_eq!(id.to_string(), "letter-case-91c329-78c7");
        assert_eq!(FindingId::parse(&id.to_string()), Some(id));
        let second = id.numbered(2);
        assert_eq!(FindingId::parse(&second.to_string()), Some(second));
        assert!(id.is_told_by(&case) && second.is_told_by(&case));
        let other = CaseId {
            format: Format::Xml,
            ..case
        };
        assert!(!id.is_told_by(&other));
        assert!(id.is_about("Tags/*") && !id.is_about("Tags"));
        assert_ne!(FindingId::of(&other, Rule::LetterCase, "Tags/*"), id);
    }

    #[test]
    fn what_is_no_id_is_a_filter() {
        for text in [
            "missing",
            "missing-4f1c9a",
            "missing-4f1c9a-03be-1",
            "missing-4f1c9a-03be-2-2",
            "missing-4F1C9A-03be",
            "missing-+f1c9a-03be",
            "mising-4f1c9a-03be",
        ] {
            assert_eq!(FindingId::parse(text), None, "{text}");
        }
    }
}
