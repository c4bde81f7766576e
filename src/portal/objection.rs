//! What the portal objects to in a request that it refuses.

/// What is wrong with a request; of an id, with the name of the parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Objection {
    /// There is no token.
    NoToken,
    /// The token has no characters.
    EmptyToken,
    /// The token is not the portal's.
    WrongToken,
    /// What stands where a token belongs is none.
    MalformedToken,
    /// Nothing has the id.
    UnknownId(String),
    /// The id is no number.
    TextId(String),
    /// The id is a number in a spelling that ids do not have.
    LooseId(String),
    /// The id is 0.
    ZeroId(String),
    /// The id is below 0.
    NegativeId(String),
    /// The id has more than 32 bits.
    OversizedId(String),
    /// A listed id is one that nothing has.
    UnknownListed,
    /// Who asks must not see what is asked for.
    Hidden,
    /// A parameter of the query that may not be left out is.
    MissingQuery(String),
    /// A parameter of the query has another type.
    MistypedQuery(String),
    /// There is no body.
    MissingBody,
    /// The body has none of the documented members.
    EmptyBody,
    /// No parser reads the body.
    MalformedBody,
    /// A member of the body has another type.
    MistypedBody,
    /// It was done before.
    DoneBefore,
    /// No operation has the path.
    Path,
    /// No operation of the path has the method.
    Method,
}

impl Objection {
    /// Whether it is to the token.
    #[must_use]
    pub fn is_of_token(&self) -> bool {
        matches!(
            self,
            Self::NoToken | Self::EmptyToken | Self::WrongToken | Self::MalformedToken
        )
    }

    /// Whether it is of who asks.
    #[must_use]
    pub fn is_of_account(&self) -> bool {
        self.is_of_token() || *self == Self::Hidden
    }
}
