//! Which cases must notice a fault, as data.

use std::fmt;

use crate::case::{CaseId, Check, Refusal, Scope};
use crate::check::Family;
use crate::contract::{Format, OperationId};

/// Cases of one operation; what is `None` is left open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasePattern {
    /// The operation that is asked.
    pub operation: OperationId,
    /// The format that is judged.
    pub format: Option<Format>,
    /// What is judged.
    pub check: CheckPattern,
    /// Of how many resources.
    pub scope: Option<Scope>,
}

/// Which checks must notice a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckPattern {
    /// Any of them.
    Any,
    /// Any of the identity of resources.
    AnyOfIdentity,
    /// Any of a token that opens nothing.
    AnyToken,
    /// This one.
    One(Check),
}

impl CasePattern {
    /// Whether a case is one of those meant.
    #[must_use]
    pub fn covers(&self, case: &CaseId) -> bool {
        self.operation == case.operation
            && self.format.is_none_or(|format| format == case.format)
            && self.check.covers(&case.check)
            && self.scope.is_none_or(|scope| scope == case.scope)
    }

    /// The same for several resources.
    #[must_use]
    pub fn of_all(self) -> Self {
        Self {
            scope: Some(Scope::All),
            ..self
        }
    }

    /// The same in any format.
    #[must_use]
    pub fn in_any_format(self) -> Self {
        Self {
            format: None,
            ..self
        }
    }
}

impl CheckPattern {
    fn covers(&self, check: &Check) -> bool {
        match self {
            Self::Any => true,
            Self::AnyOfIdentity => matches!(
                check,
                Check::Asked | Check::Repeated | Check::Read | Check::Effect | Check::UnknownListed
            ),
            Self::AnyToken => matches!(check, Check::Refusal(Refusal::Token(_))),
            Self::One(one) => one == check,
        }
    }
}

impl From<Check> for CheckPattern {
    fn from(check: Check) -> Self {
        Self::One(check)
    }
}

impl fmt::Display for CasePattern {
    /// Writes it like the name of a case, with `*` for what is left open.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = self.format.map_or("*", Format::as_str);
        write!(f, "{}::{format}::", self.operation)?;
        match &self.check {
            CheckPattern::Any => f.write_str("*")?,
            CheckPattern::AnyOfIdentity => write!(f, "{}::*", Family::Identity)?,
            CheckPattern::AnyToken => write!(f, "{}::*-token", Family::Refusal)?,
            CheckPattern::One(check) => {
                let case = CaseId {
                    operation: self.operation.clone(),
                    format: self.format.unwrap_or(Format::Json),
                    check: check.clone(),
                    scope: Scope::One,
                };
                f.write_str(&case.check_name())?;
            }
        }
        match self.scope {
            Some(Scope::All) => f.write_str("::all"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::WrongToken;

    fn case(check: Check, scope: Scope) -> CaseId {
        CaseId {
            operation: OperationId::of("GET", "api/2.0/crm/contact/{contactid}"),
            format: Format::Xml,
            check,
            scope,
        }
    }

    fn pattern(check: impl Into<CheckPattern>) -> CasePattern {
        CasePattern {
            operation: OperationId::of("GET", "api/2.0/crm/contact/{contactid}"),
            format: Some(Format::Xml),
            check: check.into(),
            scope: Some(Scope::One),
        }
    }

    #[test]
    fn a_pattern_covers_what_it_names_and_what_it_leaves_open() {
        let read = pattern(Check::Read);
        assert!(read.covers(&case(Check::Read, Scope::One)));
        assert!(!read.covers(&case(Check::Read, Scope::All)));
        assert!(!read.covers(&case(Check::Asked, Scope::One)));
        assert!(read.clone().of_all().covers(&case(Check::Read, Scope::All)));
        let in_json = CasePattern {
            format: Some(Format::Json),
            ..read.clone()
        };
        assert!(!in_json.covers(&case(Check::Read, Scope::One)));
        assert!(
            in_json
                .in_any_format()
                .covers(&case(Check::Read, Scope::One))
        );
        let other = CasePattern {
            operation: OperationId::of("GET", "api/2.0/crm/contact"),
            ..read
        };
        assert!(!other.covers(&case(Check::Read, Scope::One)));
        let open = CasePattern {
            scope: None,
            ..pattern(CheckPattern::Any)
        };
        assert!(open.covers(&case(Check::Transport, Scope::All)));
    }

    #[test]
    fn a_pattern_covers_the_checks_of_its_kind() {
        let token = Check::Refusal(Refusal::Token(WrongToken::Empty));
        let id = Check::Refusal(Refusal::UnknownId {
            parameter: "contactid".to_owned(),
        });
        let covers = |pattern: CheckPattern, check: &Check| pattern.covers(check);
        assert!(covers(CheckPattern::AnyToken, &token));
        assert!(!covers(CheckPattern::AnyToken, &id));
        assert!(covers(CheckPattern::AnyOfIdentity, &Check::Repeated));
        assert!(!covers(CheckPattern::AnyOfIdentity, &Check::Parity));
    }

    #[test]
    fn a_pattern_is_written_like_the_name_of_a_case() {
        let slug = "get-crm-contact-contactid";
        for (pattern, expected) in [
            (pattern(Check::Members), "xml::shape"),
            (pattern(Check::Parity).of_all(), "xml::parity::all"),
            (pattern(Check::Read).in_any_format(), "*::identity::read"),
            (pattern(CheckPattern::Any), "xml::*"),
            (pattern(CheckPattern::AnyOfIdentity), "xml::identity::*"),
            (pattern(CheckPattern::AnyToken), "xml::refusal::*-token"),
        ] {
            assert_eq!(pattern.to_string(), format!("{slug}::{expected}"));
        }
    }
}
