//! What a case is: an operation, a format, a check, and how many resources.
//!
//! The text of a [`CaseId`] is a promise to users, who write it in filters and waivers; it is made here
//! and read nowhere.

use std::fmt;

use crate::contract::{Format, OperationId};

/// One case of a plan; shown as `operation::format::check`, with `::all` for several resources.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId {
    /// The operation that is asked.
    pub operation: OperationId,
    /// The format that is judged.
    pub format: Format,
    /// What is judged.
    pub check: Check,
    /// Of how many resources.
    pub scope: Scope,
}

/// What a case judges.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// Status, media type, well-formed and complete body.
    Transport,
    /// The members around the payload.
    Envelope,
    /// The payload's members: against the JSON Schema, or the XML shape.
    Members,
    /// XML says what JSON says.
    Parity,
    /// The answer is about the resources that were asked for.
    Asked,
    /// The same question gets the same answer again.
    Repeated,
    /// A resource in the answer equals the resource read by its id.
    Read,
    /// What was written is there, and nothing else has changed.
    Effect,
    /// Ids that no resource has are left out of an answer that keeps the contract otherwise.
    UnknownListed,
    /// The envelope looks as in the reviewed snapshot.
    Snapshot,
    /// A request that must be refused is refused.
    Refusal(Refusal),
}

/// What is wrong with a request that must be refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// The token.
    Token(WrongToken),
    /// A parameter of the path names no resource.
    UnknownId {
        /// The parameter's name.
        parameter: String,
    },
    /// A parameter of the path is no id.
    InvalidId {
        /// What it is instead.
        kind: WrongId,
        /// The parameter's name.
        parameter: String,
    },
    /// The body.
    Body(WrongBody),
    /// The account: the second one, which must not see what is asked for.
    OtherAccount {
        /// Whether it stands in a list, from which it may be left out.
        is_listed: bool,
    },
}

/// A token that opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WrongToken {
    /// There is none.
    Missing,
    /// It has no characters.
    Empty,
    /// Nobody has it.
    Wrong,
    /// It is not of the form of a token.
    Malformed,
    /// It is right and stands where no token belongs.
    Misplaced,
    /// There is none, and path, method or headers are others than documented.
    MissingOtherwise,
}

/// A value that is no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WrongId {
    /// It is no number.
    Text,
    /// It is 0.
    Zero,
    /// It is below 0.
    Negative,
    /// It is larger than any id.
    Oversized,
    /// It is another spelling of a number that a loose reader takes for the id.
    Loose,
}

/// A body that cannot be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WrongBody {
    /// No parser reads it.
    Malformed,
    /// It has no characters.
    Empty,
    /// A value has another type.
    Mistyped,
    /// There is none, or none of the documented members.
    Missing,
}

/// How a request must be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// As one without a valid token.
    Unauthenticated,
    /// As one for a resource that does not exist.
    Unknown,
    /// As one that is wrong in itself: any 4xx.
    Invalid,
    /// As one for what somebody must not see: any 4xx.
    Hidden,
    /// As one that is wrong in itself, while another refusal than 4xx is only worth a remark.
    Loose,
    /// As one without a token, while a token that opens is only worth a remark.
    Misplaced,
    /// In any way, or even taken, as long as no data comes back.
    Dataless,
}

/// How many of the named resources a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The first.
    One,
    /// All of them.
    All,
}

impl CaseId {
    /// The steps of its name: the operation, the format, one or two for the check, one for several
    /// resources.
    #[must_use]
    pub fn steps(&self) -> Vec<String> {
        let word = |word: &str| word.to_owned();
        let mut steps = vec![self.operation.to_string(), self.format.to_string()];
        steps.extend(match &self.check {
            Check::Transport => vec![word("transport")],
            Check::Envelope => vec![word("envelope")],
            Check::Members => vec![word(match self.format {
                Format::Json => "schema",
                Format::Xml => "shape",
            })],
            Check::Parity => vec![word("parity")],
            Check::Asked => vec![word("identity"), word("asked")],
            Check::Repeated => vec![word("identity"), word("repeated")],
            Check::Read => vec![word("identity"), word("read")],
            Check::Effect => vec![word("identity"), word("effect")],
            Check::UnknownListed => vec![word("identity"), word("unknown")],
            Check::Snapshot => vec![word("snapshot")],
            Check::Refusal(refusal) => vec![word("refusal"), refusal.to_string()],
        });
        if self.scope == Scope::All {
            steps.push(word("all"));
        }
        steps
    }

    /// The part of its name that tells the operation and the format.
    #[must_use]
    pub fn topic_name(&self) -> String {
        format!("{}::{}", self.operation, self.format)
    }

    /// The part of its name behind that.
    #[must_use]
    pub fn check_name(&self) -> String {
        self.steps()[2..].join("::")
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.steps().join("::"))
    }
}

impl Refusal {
    /// How the request must be refused.
    #[must_use]
    pub fn expected(&self) -> Expected {
        match self {
            Self::Token(WrongToken::Misplaced) => Expected::Misplaced,
            Self::Token(WrongToken::MissingOtherwise) | Self::OtherAccount { is_listed: true } => {
                Expected::Dataless
            }
            Self::Token(_) => Expected::Unauthenticated,
            Self::UnknownId { .. } => Expected::Unknown,
            Self::InvalidId {
                kind: WrongId::Loose,
                ..
            } => Expected::Loose,
            Self::InvalidId { .. } | Self::Body(_) => Expected::Invalid,
            Self::OtherAccount { is_listed: false } => Expected::Hidden,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(WrongToken::MissingOtherwise) => f.write_str("no-token-otherwise"),
            Self::Token(token) => write!(f, "{}-token", token.word()),
            Self::UnknownId { parameter } => write!(f, "unknown-{parameter}"),
            Self::InvalidId { kind, parameter } => write!(f, "{}-{parameter}", kind.word()),
            Self::Body(body) => write!(f, "{}-body", body.word()),
            Self::OtherAccount { .. } => f.write_str("other-account"),
        }
    }
}

impl WrongToken {
    fn word(self) -> &'static str {
        match self {
            Self::Missing | Self::MissingOtherwise => "no",
            Self::Misplaced => "misplaced",
            Self::Empty => "empty",
            Self::Wrong => "wrong",
            Self::Malformed => "malformed",
        }
    }
}

impl WrongId {
    fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Zero => "zero",
            Self::Negative => "negative",
            Self::Oversized => "oversized",
            Self::Loose => "loose",
        }
    }
}

impl WrongBody {
    fn word(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Empty => "empty",
            Self::Mistyped => "mistyped",
            Self::Missing => "missing",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_users_write() {
        let name = |format, check, scope| {
            let operation = OperationId::of("GET", "api/2.0/crm/contact/{contactid}");
            let id = CaseId {
                operation,
                format,
                check,
                scope,
            };
            let text = id.to_string();
            assert_eq!(text, format!("{}::{}", id.topic_name(), id.check_name()));
            text
        };
        let (json, xml) = (Format::Json, Format::Xml);
        let id = |kind| Refusal::InvalidId {
            kind,
            parameter: "contactid".to_owned(),
        };
        let unknown = Refusal::UnknownId {
            parameter: "contactid".to_owned(),
        };
        for (format, check, scope, expected) in [
            (json, Check::Transport, Scope::One, "json::transport"),
            (json, Check::Members, Scope::One, "json::schema"),
            (xml, Check::Members, Scope::All, "xml::shape::all"),
            (xml, Check::Read, Scope::All, "xml::identity::read::all"),
            (
                json,
                Check::UnknownListed,
                Scope::One,
                "json::identity::unknown",
            ),
            (
                json,
                Check::Refusal(Refusal::Token(WrongToken::Missing)),
                Scope::One,
                "json::refusal::no-token",
            ),
            (
                json,
                Check::Refusal(unknown),
                Scope::One,
                "json::refusal::unknown-contactid",
            ),
            (
                json,
                Check::Refusal(id(WrongId::Oversized)),
                Scope::One,
                "json::refusal::oversized-contactid",
            ),
            (
                xml,
                Check::Refusal(Refusal::Body(WrongBody::Mistyped)),
                Scope::All,
                "xml::refusal::mistyped-body::all",
            ),
        ] {
            let expected = format!("get-crm-contact-contactid::{expected}");
            assert_eq!(name(format, check, scope), expected);
        }
    }
}
