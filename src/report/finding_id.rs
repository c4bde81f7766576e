//! What a finding is called: the same in every report of the same disagreement, whatever else a run finds.

use std::fmt;

use crate::check::Rule;
use crate::digest::fnv;
use crate::run::Cause;

/// The name of a finding, such as `missing-4f1c9a03`: its rule and what makes two violations one, a member or what
/// is wrong with an answer as a whole. Of several members it is one of them, whatever their order. Cases,
/// operations, formats, values, times, places in pages and versions are not in it, so that it stays where another
/// operation is mended or a run tries fewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingId {
    rule: Rule,
    /// 32 bits of what makes two violations one.
    cause: u32,
    /// Counts what would have one name, from 1.
    nth: usize,
}

impl FindingId {
    /// That of what makes two violations one.
    pub(super) fn of(cause: &Cause<'_>) -> Self {
        Self {
            rule: cause.rule,
            cause: digest(cause_name(cause)),
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
    /// let id = FindingId::parse("missing-4f1c9a03").unwrap();
    /// assert_eq!((id.rule().id(), id.to_string().as_str()), ("missing", "missing-4f1c9a03"));
    /// assert_eq!(FindingId::parse("get-crm-contact-contactid"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Rule::ALL.iter().find_map(|rule| {
            let rest = text.strip_prefix(rule.id())?.strip_prefix('-')?;
            let mut parts = rest.split('-');
            let id = Self {
                rule: *rule,
                cause: hexadecimal(parts.next()?, 8)?,
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

    /// Whether it may be of a cause: causes are told apart by 32 bits.
    pub(super) fn is_of(self, cause: &Cause<'_>) -> bool {
        Self::of(cause).numbered(self.nth) == self
    }

    /// Whether it may be about a documented member, named as violations name it.
    pub(super) fn is_about(self, member: &str) -> bool {
        self.is_of(&Cause {
            rule: self.rule,
            member,
            detail: None,
        })
    }
}

/// What tells a cause from others, in whatever process and run.
pub(super) fn cause_name(cause: &Cause<'_>) -> u64 {
    let Cause {
        rule,
        member,
        detail,
    } = cause;
    fnv(&format!("{rule}\n{member}\n{detail:?}"))
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:08x}", self.rule, self.cause)?;
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

/// 32 bits of a hash.
fn digest(hash: u64) -> u32 {
    // The halves of a short text's hash are not alike well mixed.
    let folded = (hash ^ (hash >> 32)) & u64::from(u32::MAX);
    u32::try_from(folded).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn cause(member: &str) -> Cause<'_> {
        Cause {
            rule: Rule::LetterCase,
            member,
            detail: None,
        }
    }

    /// People keep ids in issues and links: they are the same in every version.
    #[test]
    fn an_id_is_a_promise() {
        let id = FindingId::of(&cause("Tags/*"));
        assert_eq!(id.to_string(), "letter-case-26cb1049");
        assert_eq!(FindingId::parse(&id.to_string()), Some(id));
        let second = id.numbered(2);
        assert_eq!(FindingId::parse(&second.to_string()), Some(second));
        assert!(id.is_of(&cause("Tags/*")) && second.is_of(&cause("Tags/*")));
        assert!(id.is_about("Tags/*") && !id.is_about("Tags"));
        let other = Cause {
            rule: Rule::Missing,
            ..cause("Tags/*")
        };
        assert!(!id.is_of(&other));
        assert_ne!(FindingId::of(&other), id);
    }

    #[test]
    fn what_is_no_id_is_a_filter() {
        for text in [
            "missing",
            "missing-4f1c9a",
            "missing-4f1c9a03-1",
            "missing-4f1c9a03-2-2",
            "missing-4F1C9A03",
            "missing-+f1c9a03",
            "mising-4f1c9a03",
        ] {
            assert_eq!(FindingId::parse(text), None, "{text}");
        }
    }
}
