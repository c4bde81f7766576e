//! What a change concerns, in the words of the cases that judge it.

use std::fmt;

/// One family of checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Status, media type, encoding, connection.
    Transport,
    /// The members around the payload.
    Envelope,
    /// The members of a JSON payload.
    Schema,
    /// The elements of an XML payload.
    Shape,
    /// JSON and XML of one resource.
    Parity,
    /// Which resources are answered, and whether answers stay.
    Identity,
    /// Requests that must be refused.
    Refusal,
    /// What only a reviewed snapshot tells.
    Snapshot,
}

impl Family {
    /// All families, in the order in which an answer is judged.
    pub const ALL: [Self; 8] = [
        Self::Transport,
        Self::Envelope,
        Self::Schema,
        Self::Shape,
        Self::Parity,
        Self::Identity,
        Self::Refusal,
        Self::Snapshot,
    ];

    /// The name in ids, lower case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Transport => "transport",
            Self::Envelope => "envelope",
            Self::Schema => "schema",
            Self::Shape => "shape",
            Self::Parity => "parity",
            Self::Identity => "identity",
            Self::Refusal => "refusal",
            Self::Snapshot => "snapshot",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
