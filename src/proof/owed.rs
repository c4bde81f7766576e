//! The refusals that an operation owes, and what the reference portal calls them.

use crate::case::{Refusal, WrongBody, WrongId, WrongToken};
use crate::contract::Parameter;
use crate::portal::Objection;
use crate::proof::subject::Subject;

const TOKENS: [WrongToken; 4] = [
    WrongToken::Missing,
    WrongToken::Empty,
    WrongToken::Wrong,
    WrongToken::Malformed,
];
const IDS: [WrongId; 4] = [
    WrongId::Text,
    WrongId::Zero,
    WrongId::Negative,
    WrongId::Oversized,
];
const BODIES: [WrongBody; 4] = [
    WrongBody::Malformed,
    WrongBody::Empty,
    WrongBody::Mistyped,
    WrongBody::Missing,
];

/// All that an operation owes.
pub(crate) fn refusals(subject: &Subject<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if subject.operation.authenticated {
        refusals.extend(tokens());
    }
    for parameter in subject.ids() {
        refusals.push(unknown(parameter));
        refusals.extend(ids(parameter));
    }
    if subject.operation.body_parameters().next().is_some() {
        refusals.extend(bodies());
    }
    refusals
}

/// Those of tokens.
pub(crate) fn tokens() -> [Refusal; 4] {
    TOKENS.map(Refusal::Token)
}

/// Those of bodies.
pub(crate) fn bodies() -> [Refusal; 4] {
    BODIES.map(Refusal::Body)
}

/// That of an id that nothing has.
pub(crate) fn unknown(parameter: &Parameter) -> Refusal {
    Refusal::UnknownId {
        parameter: parameter.name.clone(),
    }
}

/// Those of numbers that are no ids.
pub(crate) fn ids(parameter: &Parameter) -> Vec<Refusal> {
    let refusal = |kind| Refusal::InvalidId {
        kind,
        parameter: parameter.name.clone(),
    };
    IDS.map(refusal).into()
}

/// That of a number in a spelling that ids do not have.
pub(crate) fn loose_id(parameter: &Parameter) -> Refusal {
    Refusal::InvalidId {
        kind: WrongId::Loose,
        parameter: parameter.name.clone(),
    }
}

/// What the portal may call it.
pub(crate) fn objections(refusal: &Refusal) -> Vec<Objection> {
    let objection = match refusal {
        Refusal::Token(
            WrongToken::Missing | WrongToken::Misplaced | WrongToken::MissingOtherwise,
        ) => Objection::NoToken,
        Refusal::Token(WrongToken::Empty) => Objection::EmptyToken,
        Refusal::Token(WrongToken::Wrong) => Objection::WrongToken,
        Refusal::Token(WrongToken::Malformed) => Objection::MalformedToken,
        Refusal::UnknownId { parameter } => Objection::UnknownId(parameter.clone()),
        Refusal::InvalidId { kind, parameter } => {
            let objection = match kind {
                WrongId::Text => Objection::TextId,
                WrongId::Zero => Objection::ZeroId,
                WrongId::Negative => Objection::NegativeId,
                WrongId::Oversized => Objection::OversizedId,
                WrongId::Loose => Objection::LooseId,
            };
            objection(parameter.clone())
        }
        Refusal::OtherAccount { .. } => Objection::Hidden,
        Refusal::Body(WrongBody::Malformed) => Objection::MalformedBody,
        Refusal::Body(WrongBody::Mistyped) => Objection::MistypedBody,
        // Whether a body of no bytes is an empty one or none at all is for the asker to say.
        Refusal::Body(WrongBody::Empty | WrongBody::Missing) => {
            return vec![Objection::EmptyBody, Objection::MissingBody];
        }
    };
    vec![objection]
}
